"""What ``analyze`` and ``calc`` do with an outcome: show it, say where it was written, and answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kuralab.cli._options import LOG, say_where

if TYPE_CHECKING:
    from kuralab.analysis import Outcome

NO_ANSWER = 1


def answer(outcome: Outcome, written: tuple[Path, ...], *, as_json: bool) -> int:
    """Warnings to the log, the results as tables or JSON; the exit code, 1 where nothing has a value."""
    from kuralab.cli._show import show_outcome

    for warning in outcome.record.warnings:
        LOG.warning(warning)
    if as_json:
        click.echo(outcome.record.to_json())
    else:
        show_outcome(outcome)
    say_where(written, as_json=as_json)
    return 0 if any(result.value is not None for result in outcome.record.results) else NO_ANSWER
