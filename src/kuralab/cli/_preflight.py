"""What stands against a protocol, all of it at once, before anything begins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kuralab.lab.preflight import Problem
    from kuralab.model import Facility, Protocol


def refused(protocol: Protocol, facility: Facility, *, file: str, as_json: bool) -> bool:
    """Whether the lab refuses; every problem has then been shown."""
    from kuralab.lab.preflight import check

    problems = check(protocol, facility).problems
    if not problems:
        return False
    if as_json:
        click.echo(json.dumps(problems_as_json(problems, file=file), ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(problem_text(problem, file=file), err=True)
    return True


def problem_text(problem: Problem, *, file: str) -> str:
    """``file:line: step.field: what is wrong. What to do.``"""
    place = file if problem.line is None else f"{file}:{problem.line}"
    named = ".".join(part for part in (problem.step, problem.field) if part)
    text = f"{place}: {f'{named}: ' if named else ''}{problem.message.rstrip('.')}"
    return f"{text}. {problem.hint}" if problem.hint else text


def problems_as_json(problems: Sequence[Problem], *, file: str) -> dict[str, Any]:
    """The first problem as the error, in the form that all errors have, and all of them in a list."""
    listed = [
        {
            "file": file,
            "line": problem.line,
            "field": ".".join(part for part in (problem.step, problem.field) if part) or None,
            "message": problem.message,
            "hint": problem.hint or None,
        }
        for problem in problems
    ]
    return {"error": listed[0], "problems": listed}
