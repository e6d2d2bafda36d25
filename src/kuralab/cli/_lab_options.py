"""The options that commands about a lab share, and how they open it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kuralab.errors import InputError

if TYPE_CHECKING:
    from kuralab.lab import Lab
    from kuralab.model import Facility

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_LAB = Path("kuralab-lab")

lab_option: Callable[[F], F] = click.option(
    "--lab",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=DEFAULT_LAB,
    show_default=True,
    help="The lab's directory.",
)


def run_options(function: F) -> F:
    """What every command that carries a protocol out may be told."""
    for option in reversed(
        [
            lab_option,
            click.option("--seed", type=int, default=0, show_default=True, help="Seed of the twins."),
            click.option("--new", is_flag=True, help="Run it once more, even if it has ended."),
            click.option(
                "-o",
                "--output",
                metavar="DIR",
                type=click.Path(path_type=Path),
                help="Write the report here [default: reports/RUN in the lab's directory].",
            ),
            click.option(
                "--language",
                type=click.Choice(["en", "ja"]),
                default="en",
                show_default=True,
                help="Language of the figures, and which comes first in the report.",
            ),
            click.option("--truth", is_flag=True, help="Show what the twins' samples truly are."),
        ]
    ):
        function = option(function)
    return function


def facility_from(path: Path | None) -> Facility:
    """The facility in a file, or else the one that comes with kuralab."""
    if path is not None:
        from kuralab.formats import read_facility

        return read_facility(path)
    from kuralab.workflows.facilities import default_facility

    return default_facility()


def existing_lab(folder: Path, run: str) -> Lab:
    """The lab of a run, opened to write down a person's word.

    Raises
    ------
    InputError
        There is no lab here, or no such run in it.
    """
    from kuralab.lab import Lab
    from kuralab.workflows.runs import request_of

    _, facility = request_of(folder, run)
    # No instrument is asked for anything, so none has to be there.
    return Lab.open(folder, facility=facility.model_copy(update={"instruments": ()}))


def pairs_of(texts: tuple[str, ...]) -> dict[str, object]:
    """``--set name=value`` as a mapping.

    Examples
    --------
    >>> pairs_of(("duration=20 h",))
    {'duration': '20 h'}
    """
    found: dict[str, object] = {}
    for text in texts:
        # A step may be named after a repeat, such as "ball_mill x=10.duration".
        name, equals, value = text.rpartition("=")
        if not (equals and name.strip() and value.strip()):
            raise InputError(
                f"{text!r} sets nothing", field="--set", hint='Write it as --set "duration=20 h".'
            )
        found[name.strip()] = value.strip()
    return found
