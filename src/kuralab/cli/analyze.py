"""``kuralab analyze TECHNIQUE FILE...``: one subcommand for each technique."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kuralab.analysis import TECHNIQUES, Technique, technique_named
from kuralab.cli._answer import answer
from kuralab.cli._lazy import SummaryGroup
from kuralab.cli._options import common_options
from kuralab.errors import InputError

if TYPE_CHECKING:
    from kuralab.analysis import Outcome


class _Techniques(SummaryGroup):
    def summaries(self) -> Mapping[str, str]:
        return {technique.name: technique.summary for technique in TECHNIQUES.values()}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return _command(technique_named(cmd_name))


@click.group(cls=_Techniques)
def analyze() -> None:
    """Analyse files with no lab.

    Each technique reads its files, prints results with standard uncertainties (k = 1), and with
    -o writes a report, tables and figures.
    """


def _command(technique: Technique) -> click.Command:
    """A technique as a command; its flags come from its parameter class."""
    from kuralab.cli._flags import options_of

    several = technique.several_files
    return click.Command(
        technique.name,
        help=technique.summary,
        callback=lambda **given: _analyze(technique, **given),
        params=[
            click.Argument(
                ["files"],
                required=True,
                nargs=-1,
                metavar="FILE..." if several else "FILE",
                type=click.Path(path_type=Path),
            ),
            *options_of(technique.parameter_class()),
            click.Option(
                ["-o", "--output"],
                metavar="DIR",
                type=click.Path(path_type=Path),
                help="Write report.html, results.csv, results.json and the figures here.",
            ),
            *common_options(),
        ],
    )


def _analyze(
    technique: Technique,
    *,
    files: tuple[Path, ...],
    output: Path | None,
    as_json: bool,
    **given: str | tuple[str, ...] | None,
) -> int:
    from kuralab._shortcuts import analyse_files, checked_parameters
    from kuralab.cli._flags import flag_of, with_flag
    from kuralab.cli._progress import compile_once, reading_progress

    written = {name: text for name, text in given.items() if text is not None and text != ()}
    settings = checked_parameters(technique, written, spelled=flag_of)
    compile_once(technique.name)
    try:
        outcome = analyse_files(technique, files, settings, reading=reading_progress)
    except InputError as error:
        raise with_flag(error, settings) from error
    return answer(outcome, _report(outcome, output) if output is not None else (), as_json=as_json)


def _report(outcome: Outcome, folder: Path) -> tuple[Path, ...]:
    from kuralab.views import write_report

    return tuple(write_report([outcome], folder))
