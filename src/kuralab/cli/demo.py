"""``kuralab demo``: real data that come with the package, a run of the lab, a campaign in it."""

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
    """Analyse real spectra, run the lab from powders to a report, then look for the best conductor.

    A temperature series of a solid ion conductor becomes activation energies; a spectrum of
    Li6PS5Cl becomes a resistance, with the reason why one arc does not describe it. Then twelve
    glasses are weighed, milled, pressed and measured on digital twins, in virtual time. Last, the
    planner looks for the best of 599 real conductors, and the speed account compares its days with
    those of working without it.
    """
    from kuralab.cli._progress import compile_once
    from kuralab.cli._show import show_outcome
    from kuralab.cli._show_campaign import campaign_as_json, show_campaign
    from kuralab.cli._show_run import run_as_json, show_run
    from kuralab.cli._style import console
    from kuralab.cli.campaign import carry_out_campaign_live
    from kuralab.cli.run import carry_out_live
    from kuralab.workflows import workflow_named
    from kuralab.workflows.demo import demo_campaign, run_demo
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
    if not as_json:
        show_run(carried, None)
    LOG.info("Looking for the best conductor, with the planner and without it ...")
    found_best, report = carry_out_campaign_live(
        demo_campaign(), lab=output / "campaign" / "lab", output=output / "campaign"
    )
    if as_json:
        content = {
            "schema": 1,
            "analyses": [json.loads(outcome.record.to_json()) for outcome in found.outcomes],
            "run": json.loads(run_as_json(carried, paths, None)),
            "campaign": json.loads(campaign_as_json(found_best, report)),
        }
        click.echo(json.dumps(content, allow_nan=False, indent=2, ensure_ascii=False))
    else:
        show_campaign(found_best)
    for written in (found.paths, paths, report):
        say_where(written, as_json=as_json)


demo.params.extend(common_options())
