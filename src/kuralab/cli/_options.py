"""The options that every command has, and where its messages go."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import click

LOG = logging.getLogger("kuralab")
FIGURES = (".svg", ".png", ".pdf")


def common_options() -> list[click.Parameter]:
    """``--json``, ``--verbose`` and ``--debug``; only the first reaches the command."""
    return [
        click.Option(["--json", "as_json"], is_flag=True, help="JSON on stdout and nothing else there."),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            expose_value=False,
            callback=_log_to_stderr,
            help="More messages on stderr; twice for all.",
        ),
        click.Option(
            ["--debug"], is_flag=True, expose_value=False, help="Show the traceback of an error."
        ),
    ]


def _log_to_stderr(_context: click.Context, _parameter: click.Parameter, verbosity: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain())
    LOG.handlers = [handler]
    LOG.propagate = False
    LOG.setLevel({0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG))
    # Libraries' warnings mean nothing to a user who has not asked for them.
    libraries = logging.getLogger("py.warnings")
    libraries.handlers = [handler] if verbosity else [logging.NullHandler()]
    libraries.propagate = False
    logging.captureWarnings(True)


def say_where(paths: Sequence[Path], *, as_json: bool) -> None:
    """Name the files that were written; beside JSON that is a message, so it goes to stderr."""
    if not paths:
        return
    named = [path for path in paths if path == paths[0] or path.suffix not in FIGURES]
    others = f" and {len(paths) - len(named)} figures" if len(named) < len(paths) else ""
    names = ", ".join([str(named[0]), *(path.name for path in named[1:])])
    click.echo(f"wrote {names}{others}", err=as_json)


class _Plain(logging.Formatter):
    """``warning: the text``; messages below a warning stand alone."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno < logging.WARNING else f"{record.levelname.lower()}: {text}"
