"""Parameters that stand in files: structures, instruments, plans."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kuralab.model import Record


def read_parameter(kind: str, given: Any) -> Any:
    """What one parameter's files hold; records that were given as such are passed on.

    kind: "crystals", "instrument", "plan" or "measurement" (the one in a file); given: a path,
    several, or text with commas between paths.

    Raises
    ------
    InputError
        A file cannot be read or understood.
    """
    if isinstance(given, Record):
        return given if kind in ("plan", "measurement") else (given,)
    if kind == "measurement":
        return _measurement(Path(given))
    if kind == "plan":
        from kuralab.formats.refinement import read_refinement_plan

        return read_refinement_plan(Path(given))
    found: list[Any] = []
    for one in _parts(given):
        if isinstance(one, Record):
            found.append(one)
        elif kind == "crystals":
            from kuralab.formats.cif import read_crystals

            found += read_crystals(Path(one))
        else:
            from kuralab.formats.powder_instrument import read_instrument

            found.append(read_instrument(Path(one)))
    return tuple(found)


def _measurement(path: Path) -> Any:
    from kuralab.errors import InputError
    from kuralab.formats._registry import read

    found = read(path)
    if len(found) != 1:
        raise InputError(
            f"holds {len(found)} measurements, one is needed", file=str(path), hint="Split the file."
        )
    return found[0]


def _parts(given: Any) -> Iterable[Any]:
    if isinstance(given, Path):
        return [given]
    if isinstance(given, str):
        return [part.strip() for part in given.split(",") if part.strip()]
    return [part for one in given for part in (_parts(one) if isinstance(one, str) else [one])]
