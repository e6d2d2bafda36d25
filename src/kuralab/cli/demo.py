"""``kuralab demo``: the main job, on real data that come with the package and on the lab of twins."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kuralab.cli._options import LOG, common_options, say_where

WORKFLOW = "solid_electrolyte"


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("kuralab-demo"),
    show_default=True,
    help="Write the reports, tables and figures here.",
)
def demo(output: Path, as_json: bool) -> None:
    """Analyse real spectra that come with kuralab, then run the lab from powders to a report.

    A temperature series of a solid ion conductor becomes activation energies; a spectrum of
    Li6PS5Cl becomes a resistance, with the reason why one arc does not describe it. Then twelve
    glasses are weighed, milled, pressed and measured on digital twins, in virtual time.
    """
    from kuralab.cli._progress import compile_once
    from kuralab.cli._show import show_outcome
    from kuralab.cli._show_run import run_as_json, show_run
    from kuralab.cli._style import console
    from kuralab.cli.run import carry_out_live
    from kuralab.workflows import workflow_named
    from kuralab.workflows.demo import run_demo
    from kuralab.workflows.facilities import default_facility

    compile_once()
    found = run_demo(output, progress=LOG.info)
    for warning in dict.fromkeys(w for outcome in found.outcomes for w in outcome.record.warnings):
        LOG.warning(warning)
    if not as_json:
        for outcome in found.outcomes:
            show_outcome(outcome)
        for text in found.texts:
            console().print(text, markup=False)
    LOG.info("Running the lab: powders to conductivities, on digital twins ...")
    known = workflow_named(WORKFLOW)
    carried, paths = carry_out_live(
        known.load().protocol(),
        default_facility(),
        lab=output / "lab",
        output=output / "run",
        introduction=known.introduction(),
    )
    if as_json:
        records = [json.loads(outcome.record.to_json()) for outcome in found.outcomes]
        run = json.loads(run_as_json(carried, paths, None))
        content = {"schema": 1, "analyses": records, "run": run}
        click.echo(json.dumps(content, allow_nan=False, indent=2, ensure_ascii=False))
    else:
        show_run(carried, None)
    for written in (found.paths, paths):
        say_where(written, as_json=as_json)


demo.params.extend(common_options())
