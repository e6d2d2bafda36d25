"""``kuralab ledger verify|rebuild``: is the record of the lab what was written?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from kuralab.cli._lab_options import lab_option
from kuralab.cli._options import common_options

BROKEN = 1


@click.group()
def ledger() -> None:
    """Verify the lab's ledger, or rebuild what is derived from it."""


@ledger.command()
@lab_option
def verify(lab: Path, as_json: bool) -> int:
    """Check the chain of hashes over all events.

    Exit code 1: an event was changed, is missing or was added; the message says which.
    """
    from kuralab.store import verify as verified

    report = verified(lab)
    if as_json:
        parts = {
            "schema": 1,
            "ok": report.ok,
            "events": report.events,
            "first_bad": report.first_bad,
            "reason": report.reason,
        }
        click.echo(json.dumps(parts))
    elif report.ok:
        click.echo(f"{report.events} events: {report.reason}")
    else:
        place = "" if report.first_bad is None else f"event {report.first_bad}: "
        click.echo(f"{lab}: {place}{report.reason}", err=True)
    return 0 if report.ok else BROKEN


@ledger.command()
@lab_option
def rebuild(lab: Path, as_json: bool) -> None:
    """Make the tables that searches read anew from the events.

    The events themselves are not touched.
    """
    from kuralab.store import rebuild as rebuilt

    events = rebuilt(lab)
    click.echo(json.dumps({"schema": 1, "events": events}) if as_json else f"replayed {events} events")


for _command in (verify, rebuild):
    _command.params.extend(common_options())
