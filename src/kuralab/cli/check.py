"""``kuralab check PROTOCOL``: preflight."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import click

from kuralab.cli._lab_options import facility_from, pairs_of
from kuralab.cli._options import common_options
from kuralab.cli._preflight import problems_as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kuralab.clock import Clock
    from kuralab.instruments import Driver
    from kuralab.lab.preflight import Preflight
    from kuralab.model import Facility, Protocol

CANNOT_RUN: Final = 1


@click.command()
@click.argument("protocol", metavar="PROTOCOL", type=click.Path(path_type=Path))
@click.option(
    "--facility",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The facility; without it the twins for solid electrolytes that come with kuralab.",
)
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Fill an open parameter ('ball_mill.duration=20 h') or replace a value; may be repeated.",
)
def check(protocol: Path, facility: Path | None, settings: tuple[str, ...], as_json: bool) -> int:
    """Check a protocol against a facility, and estimate its time.

    Lists every problem at once: what no instrument can do, too few positions, a step or a move
    through air for an air-sensitive sample, lags that cannot be kept. The exit code is 0 if the
    protocol can be run, and 1 if this facility refuses it.
    """
    from kuralab.clock import WallClock
    from kuralab.formats import read_protocol
    from kuralab.lab.preflight import check as check_protocol

    asked = read_protocol(protocol, parameters=pairs_of(settings))
    place = facility_from(facility)
    clock = WallClock()
    # Twins know their durations; they get a folder of their own, since nothing is to be kept.
    with TemporaryDirectory(prefix="kuralab-check-") as folder:
        drivers = _drivers(place, Path(folder), clock)
        found = check_protocol(asked, place, drivers, start=clock.now())
    if as_json:
        click.echo(json.dumps(_as_json(protocol, asked, place, found), allow_nan=False, indent=2))
    else:
        _show(protocol, asked, place, found)
    return 0 if found.can_run else CANNOT_RUN


check.params.extend(common_options())


def _drivers(facility: Facility, folder: Path, clock: Clock) -> Mapping[str, Driver]:
    if facility.kind != "twin":
        return {}
    from kuralab.instruments.twins import twin_drivers

    return twin_drivers(facility, folder=folder, clock=clock, seed=0)


def _as_json(file: Path, protocol: Protocol, facility: Facility, found: Preflight) -> dict[str, Any]:
    return {
        "schema": 1,
        "protocol": protocol.name,
        "facility": facility.name,
        "can_run": found.can_run,
        "problems": problems_as_json(found.problems, file=str(file))["problems"]
        if found.problems
        else [],
        "steps": len(protocol.steps),
        "samples": _samples(protocol),
        "duration": _seconds(found.duration),
        "finish_after": _seconds(found.finish_after),
        "instrument_hours": {name: round(hours, 3) for name, hours in found.instrument_hours.items()},
    }


def _seconds(value: float | None) -> dict[str, Any]:
    return {"value": None if value is None else round(value, 1), "unit": "s"}


def _samples(protocol: Protocol) -> int:
    return sum(len(step.makes) for step in protocol.steps)


def _show(file: Path, protocol: Protocol, facility: Facility, found: Preflight) -> None:
    from rich.text import Text

    from kuralab.cli._style import console, table_of

    out = console()
    size = f"{_counted(len(protocol.steps), 'step')}, {_counted(_samples(protocol), 'sample')}"
    out.print(Text(f"{protocol.title or protocol.name}: {size}, at {facility.name}"))
    if not found.can_run:
        out.print(Text(f"cannot be run: {_counted(len(found.problems), 'problem')}"))
        problems = table_of("place", "step and field", "problem", "remedy")
        for problem in found.problems:
            place = file.name if problem.line is None else f"{file.name}:{problem.line}"
            named = ".".join(part for part in (problem.step, problem.field) if part)
            problems.add_row(*map(Text, [place, named, problem.message, problem.hint]))
        out.print(problems)
        return
    out.print(Text("can be run"))
    out.print(Text(f"time {_in_words(found.duration)}"))
    if found.finish_after != found.duration:
        out.print(Text(f"finished {_in_words(found.finish_after)} from now, with opening hours"))
    hours = table_of("instrument", "hours")
    for name, value in found.instrument_hours.items():
        hours.add_row(Text(name), Text(f"{value:.1f}"))
    out.print(hours)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _in_words(seconds: float | None) -> str:
    """``2 d 1 h 5 min``; a run that takes less than a minute says so."""
    minutes = round((seconds or 0.0) / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) or "less than a minute"
