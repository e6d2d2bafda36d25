"""``kuralab workflow list|show|run``: the packaged rows of science."""

from __future__ import annotations

import json
from typing import Any

import click

from kuralab.cli._lab_options import run_options
from kuralab.cli._options import common_options


@click.group()
def workflow() -> None:
    """Packaged rows of science: protocol, twins, analysis and report."""


@workflow.command("list")
def list_workflows(as_json: bool) -> None:
    """List the packaged workflows."""
    from kuralab.workflows import WORKFLOWS

    if as_json:
        listed = [{"name": w.name, "row": w.row, "summary": w.summary} for w in WORKFLOWS.values()]
        click.echo(json.dumps({"schema": 1, "workflows": listed}, indent=2))
        return
    from rich.text import Text

    from kuralab.cli._style import console, table_of

    table = table_of("workflow", "row", "what it does")
    for known in WORKFLOWS.values():
        table.add_row(*map(Text, [known.name, known.row, known.summary]))
    console().print(table)


@workflow.command()
@click.argument("name")
def show(name: str, as_json: bool) -> None:
    """Show what a workflow does, as a paper would say it, and its steps."""
    from kuralab.workflows import workflow_named

    known = workflow_named(name)
    protocol = known.load().protocol()
    counts: dict[str, int] = {}
    for step in protocol.steps:
        counts[step.operation] = counts.get(step.operation, 0) + 1
    if as_json:
        parts = {
            "schema": 1,
            "name": known.name,
            "row": known.row,
            "description": known.description(),
            "steps": counts,
            "protocol": protocol.model_dump(mode="json"),
        }
        click.echo(json.dumps(parts, ensure_ascii=False, allow_nan=False, indent=2))
        return
    click.echo(known.description())
    steps = ", ".join(f"{count} {operation}" for operation, count in counts.items())
    click.echo(f"\n{len(protocol.steps)} steps: {steps}")


@workflow.command()
@click.argument("name")
@run_options
def run(name: str, **given: Any) -> int:
    """Carry a workflow out on its twins, analyse it, and write its report.

    The same command continues a run that was interrupted and shows one that has ended. Exit code 1: the
    run has not finished, or a search has found nothing.
    """
    from kuralab.cli._workflow_search import search_and_show
    from kuralab.cli.run import carry_out_and_show
    from kuralab.workflows import workflow_named
    from kuralab.workflows.facilities import default_facility

    known = workflow_named(name)
    if known.kind == "search":
        return search_and_show(known, **given)
    return carry_out_and_show(
        known.load().protocol(),
        default_facility(),
        file=name,
        introduction=known.introduction(),
        **given,
    )


for _command in (list_workflows, show, run):
    _command.params.extend(common_options())
