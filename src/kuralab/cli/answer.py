"""``kuralab answer``: what became of a step that nobody but a person can tell."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Literal

import click

from kuralab.cli._lab_options import existing_lab, lab_option
from kuralab.cli._options import common_options


@click.command()
@click.argument("run")
@click.argument("step")
@click.argument("answer", type=click.Choice(["happened", "repeat", "failed"]))
@click.option("--reason", metavar="TEXT", required=True, help="How you know; it is kept in the ledger.")
@click.option("--actor", metavar="NAME", help="Who says so [default: your login name].")
@lab_option
def answer(
    run: str,
    step: str,
    answer: Literal["happened", "repeat", "failed"],
    reason: str,
    actor: str | None,
    lab: Path,
    as_json: bool,
) -> None:
    """Say what became of a held step, after an interruption that left it unknown.

    happened: it was done, go on with the next step; repeat: it was not done, or may be done again;
    failed: it went wrong. The next `kuralab run` of the protocol goes on from there.
    """
    with existing_lab(lab, run) as opened:
        opened.answer(run, step, answer, actor=actor or _login_name(), reason=reason)
        waiting = opened.summary(run).waiting
    if as_json:
        held = [{"step": question.step, "question": question.question} for question in waiting]
        click.echo(
            json.dumps({"schema": 1, "run": run, "step": step, "answer": answer, "waiting": held})
        )
        return
    click.echo(f"{step}: {answer}")
    for question in waiting:
        click.echo(f"still waiting: {question.step}: {question.question}")


answer.params.extend(common_options())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "operator"
