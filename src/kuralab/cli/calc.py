"""``kuralab calc NAME``: one subcommand for each small physics answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kuralab.analysis import CALCULATIONS, Calculation, calculation_named
from kuralab.cli._answer import answer
from kuralab.cli._lazy import SummaryGroup
from kuralab.cli._options import FIGURES, common_options
from kuralab.errors import InputError

if TYPE_CHECKING:
    from kuralab.analysis import Outcome


class _Calculations(SummaryGroup):
    def summaries(self) -> Mapping[str, str]:
        return {calculation.name: calculation.summary for calculation in CALCULATIONS.values()}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return _command(calculation_named(cmd_name))


@click.group(cls=_Calculations)
def calc() -> None:
    """Small physics answers that need no file.

    Each takes its values as options, prints results with standard uncertainties (k = 1), and with
    -o writes a figure, or a report with tables and figures.
    """


def _command(calculation: Calculation) -> click.Command:
    """A calculation as a command; its flags come from its parameter class."""
    from kuralab.cli._flags import options_of

    return click.Command(
        calculation.name,
        help=calculation.summary,
        callback=lambda **given: _calculate(calculation, **given),
        params=[
            *options_of(calculation.parameter_class()),
            click.Option(
                ["-o", "--output"],
                metavar="DIR|FIGURE",
                type=click.Path(path_type=Path),
                help="Write report.html, results.csv, results.json and the figure into a folder, or the "
                "figure alone into a file that ends in .svg, .png or .pdf.",
            ),
            *common_options(),
        ],
    )


def _calculate(
    calculation: Calculation, *, output: Path | None, as_json: bool, **given: str | None
) -> int:
    from kuralab._shortcuts import checked_parameters
    from kuralab.cli._flags import flag_of, with_flag

    written = {name: text for name, text in given.items() if text is not None}
    settings = checked_parameters(calculation, written, spelled=flag_of)
    try:
        outcome = calculation.load()(settings)
    except InputError as error:
        raise with_flag(error, settings) from error
    return answer(outcome, _written(outcome, output) if output is not None else (), as_json=as_json)


def _written(outcome: Outcome, output: Path) -> tuple[Path, ...]:
    """The figure alone, or a report around it."""
    from kuralab.views import figures_of, save_figure, write_report

    if output.suffix.lower() in FIGURES:
        return (save_figure(figures_of(outcome)[0].figure, output),)
    return tuple(write_report([outcome], output))
