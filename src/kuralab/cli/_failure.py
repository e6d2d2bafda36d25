"""What went wrong, as one line for people or as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import click

from kuralab.errors import InputError, KuralabError

NOT_UNDERSTOOD, INTERRUPTED, BUG = 2, 3, 70


@dataclass(frozen=True)
class Failure:
    """An error as it is shown: its parts, and the exit code that goes with it."""

    exit_code: int
    text: str
    parts: dict[str, Any]

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Expected errors keep their words; any other is a bug and says so."""
        if isinstance(error, click.exceptions.Abort):
            return cls._from(InputError("interrupted"), INTERRUPTED)
        if isinstance(error, click.UsageError):
            return cls._from(_from_usage(error), NOT_UNDERSTOOD)
        if isinstance(error, click.ClickException):
            return cls._from(InputError(error.format_message()), NOT_UNDERSTOOD)
        if isinstance(error, InputError):
            return cls._from(error, NOT_UNDERSTOOD)
        if isinstance(error, KuralabError):
            return cls._from(InputError(str(error)), NOT_UNDERSTOOD)
        if isinstance(error, OSError):
            message = (error.strerror or type(error).__name__).lower()
            file = None if error.filename is None else str(error.filename)
            return cls._from(InputError(message, file=file), NOT_UNDERSTOOD)
        bug = InputError(
            f"{type(error).__name__}: {error}",
            hint="This is a bug of kuralab, please report it; --debug shows where it happened.",
        )
        return cls._from(bug, BUG)

    @classmethod
    def _from(cls, error: InputError, exit_code: int) -> Failure:
        parts = {
            "file": error.file,
            "line": error.line,
            "field": error.field,
            "message": error.message,
            "hint": error.hint or None,
        }
        return cls(exit_code=exit_code, text=str(error), parts=parts)


def show_failure(failure: Failure, *, as_json: bool) -> None:
    """JSON on stdout, or one line on stderr."""
    if as_json:
        click.echo(json.dumps({"error": failure.parts}))
    else:
        click.echo(failure.text, err=True)


def _from_usage(error: click.UsageError) -> InputError:
    """One line: the option, what is wrong with it, and where its help is."""
    parameter = getattr(error, "param", None)
    option = parameter.opts[0] if isinstance(parameter, click.Option) else None
    named = option or (parameter.human_readable_name if parameter is not None else None)
    text = error.message if option else error.format_message()
    message, near, offered = text.partition(" Did you mean")
    command = error.ctx.command_path if error.ctx else "kuralab"
    return InputError(
        message[:1].lower() + message[1:].rstrip("."),
        field=named,
        hint=f"{near}{offered} See: {command} --help".strip(),
    )
