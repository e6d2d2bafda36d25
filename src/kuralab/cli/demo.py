"""``kuralab demo``: the main job on real data that come with the package."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click

from kuralab.cli._options import LOG, common_options, say_where


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("kuralab-demo"),
    show_default=True,
    help="Write the report, tables and figures here.",
)
def demo(output: Path, as_json: bool) -> None:
    """Analyse real spectra that come with kuralab, and write a report.

    A temperature series of a solid ion conductor becomes activation energies; a spectrum of
    Li6PS5Cl becomes a resistance, with the reason why one arc does not describe it.
    """
    from rich.text import Text

    from kuralab.cli._progress import compile_once
    from kuralab.cli._show import show_outcome
    from kuralab.cli._style import console
    from kuralab.workflows.demo import run_demo

    compile_once()
    found = run_demo(output, progress=partial(click.echo, err=True))
    for warning in dict.fromkeys(w for outcome in found.outcomes for w in outcome.record.warnings):
        LOG.warning(warning)
    if as_json:
        records = [json.loads(outcome.record.to_json()) for outcome in found.outcomes]
        click.echo(json.dumps({"schema": 1, "analyses": records}, allow_nan=False, indent=2))
    else:
        for outcome in found.outcomes:
            show_outcome(outcome)
        for text in found.texts:
            console().print(Text(text))
    say_where(found.paths, as_json=as_json)


demo.params.extend(common_options())
