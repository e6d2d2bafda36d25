"""What the two Rigaku formats share: rows of 2theta, intensity and attenuator, and their unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from kuralab.formats._numbers import NotANumberError, numbers_from_texts
from kuralab.formats._pattern import PatternFacts, pattern_measurement
from kuralab.formats._source import Source
from kuralab.model import Measurement

ANGLES: Final = ("twotheta", "twothetatheta", "2theta", "2theta/theta", "twothetaomega", "theta/2-theta")
"""Scan axes that are 2theta, in lower case and without blanks."""


def rigaku_pattern(
    source: Source,
    rows: Sequence[str],
    *,
    format: str,
    facts: PatternFacts,
    unit: str,
    seconds: float | None,
    lines: Sequence[int] | None,
    where: str,
    sweep: int,
) -> Measurement:
    """One pattern. unit: "counts" or "cps" as in the file; seconds: counting time of a point, if known.

    Raises
    ------
    InputError
        A row that is too short, a cell that is no number, or points that make no pattern.
    """
    cells = [row.replace(",", " ").split() for row in rows]
    width = min((len(row) for row in cells), default=0)
    if width < 2:
        short = next((i for i, row in enumerate(cells) if len(row) < 2), 0)
        raise source.error(
            "a row has no intensity" if cells else "the profile has no rows",
            line=lines[short] if lines else None,
            field=where,
            hint="Copy the file again from the instrument's computer.",
        )
    columns = []
    for j in range(min(width, 3)):
        try:
            columns.append(numbers_from_texts([row[j] for row in cells]))
        except NotANumberError as problem:
            raise source.error(
                f"{problem.text[:40]!r} is no number",
                line=lines[problem.index] if lines else None,
                field=f"{where}, row {problem.index + 1}",
                hint="Copy the file again from the instrument's computer.",
            ) from None
    x, counted = columns[0], columns[1]
    factors = columns[2] if len(columns) > 2 else np.ones_like(x)
    with np.errstate(invalid="ignore"):
        wrong = not np.all((factors >= 1.0) & (factors < 1e7))
    if wrong:
        facts.warnings.append("the third column is no factor of an attenuator and was left out")
        factors = np.ones_like(x)
    per_second = "cps" in unit.lower()
    uncertainty = None
    if not per_second or seconds is not None:
        times = seconds if per_second and seconds is not None else 1.0
        uncertainty = np.sqrt(np.maximum(counted * times, 1.0)) * factors / times
    else:
        facts.warnings.append("counts per second without a counting time: no uncertainties")
    return pattern_measurement(
        source,
        x,
        counted * factors,
        flight=False,
        format=format,
        facts=facts,
        uncertainty=uncertainty,
        lines=lines,
        sweep=sweep,
    )


def seconds_per_point(*, step: float | None, speed: float | None, speed_unit: str) -> float | None:
    """Counting time of a point of a continuous scan: step over speed; a speed may also be a time."""
    if speed is None or not 0.0 < speed < 1e6:
        return None
    unit = speed_unit.lower().replace(" ", "")
    if unit.startswith("sec") or unit == "s":
        return speed
    if step is None or not 0.0 < step < 100.0 or "min" not in unit:
        return None
    return 60.0 * step / speed
