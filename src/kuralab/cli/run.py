"""``kuralab run PROTOCOL``, and the commands for a run that is on its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from kuralab.cli._lab_options import existing_lab, facility_from, lab_option, pairs_of, run_options
from kuralab.cli._options import common_options, say_where

if TYPE_CHECKING:
    from kuralab.model import Facility, Protocol
    from kuralab.workflows.runs import CarriedOut

NOT_DONE = 1


@click.command()
@click.argument("protocol", type=click.Path(path_type=Path))
@click.option(
    "--facility",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Facility file [default: twins for solid electrolytes].",
)
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help='Fill what the protocol leaves open, such as "ball_mill.duration=20 h"; repeatable.',
)
@run_options
def run(protocol: Path, facility: Path | None, settings: tuple[str, ...], **given: Any) -> int:
    """Carry a protocol out, analyse what it measures, and write a report.

    The same command continues a run that was interrupted and shows one that has ended. A facility
    of twins runs in virtual time. Exit code 1: the lab refuses the protocol, or the run has not
    finished (it waits for an answer, is paused, has failed or was cancelled).
    """
    from kuralab.formats import read_protocol

    place = facility_from(facility)
    wanted = read_protocol(protocol, parameters=pairs_of(settings))
    return carry_out_and_show(wanted, place, file=str(protocol), **given)


run.params.extend(common_options())


def carry_out_and_show(
    protocol: Protocol,
    facility: Facility,
    *,
    file: str,
    lab: Path,
    seed: int,
    new: bool,
    output: Path | None,
    language: Literal["en", "ja"],
    truth: bool,
    as_json: bool,
    introduction: str = "",
) -> int:
    """Check, run with live progress, report, show."""
    from kuralab.cli._preflight import refused
    from kuralab.cli._show_run import run_as_json, show_run

    if refused(protocol, facility, file=file, as_json=as_json):
        return NOT_DONE
    found, paths = carry_out_live(
        protocol,
        facility,
        lab=lab,
        seed=seed,
        new=new,
        output=output,
        language=language,
        introduction=introduction,
    )
    known = _truth(found, lab) if truth else None
    if as_json:
        click.echo(run_as_json(found, paths, known))
    else:
        show_run(found, known)
    say_where(paths, as_json=as_json)
    return 0 if found.summary.state.value == "finished" else NOT_DONE


def carry_out_live(
    protocol: Protocol,
    facility: Facility,
    *,
    lab: Path,
    seed: int = 0,
    new: bool = False,
    output: Path | None = None,
    language: Literal["en", "ja"] = "en",
    introduction: str = "",
) -> tuple[CarriedOut, tuple[Path, ...]]:
    """Run with live progress on stderr and write the report; where its files are."""
    from kuralab.cli._live import Progress, live
    from kuralab.cli._progress import compile_once
    from kuralab.workflows.runs import carry_out

    compile_once()
    progress = Progress(protocol, facility, lab)
    with live(progress):
        found = carry_out(
            protocol,
            facility=facility,
            lab_folder=lab,
            seed=seed,
            new=new,
            observer=progress.take,
            progress=progress.analysing,
        )
        progress.doing = "writing the report"
        folder = output or lab / "reports" / found.summary.run
        paths = found.write_report(folder, introduction=introduction, language=language)
    return found, paths


def _truth(found: CarriedOut, lab: Path) -> dict[str, Any]:
    """What the twins know of this run's samples."""
    from kuralab.instruments.twins import hidden_truth

    own = {sample.sample for sample in found.overview.samples}
    known = hidden_truth(lab / "twins")["samples"]
    return {name: truth for name, truth in known.items() if name in own}


def _command(name: str, help_text: str, act: Callable[[Any, str], None]) -> click.Command:
    """A command that changes the state of a run and says how the run stands."""

    def callback(run: str, lab: Path, as_json: bool) -> None:
        with existing_lab(lab, run) as opened:
            act(opened, run)
            state = opened.summary(run).state.value
        if as_json:
            click.echo(json.dumps({"schema": 1, "run": run, "state": state}))
        else:
            click.echo(f"run {run}: {state}")

    command = click.Command(name, help=help_text, callback=callback)
    command.params = [click.Argument(["run"])]
    lab_option(command)
    command.params.extend(common_options())
    return command


pause = _command(
    "pause",
    "Start no further step of a run.\n\nWhat is running ends; `kuralab resume` lets it go on.",
    lambda opened, run: opened.pause(run),
)
resume = _command(
    "resume",
    "Let a paused run go on.\n\nThe next `kuralab run` of its protocol carries it on.",
    lambda opened, run: opened.resume(run),
)
cancel = _command(
    "cancel",
    "End a run.\n\nSteps that have not started are cancelled; what was measured is kept.",
    lambda opened, run: opened.cancel(run),
)
