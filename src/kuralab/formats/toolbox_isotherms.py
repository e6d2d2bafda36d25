"""Isotherms as the Metal Hydride Toolbox keeps them: ``*_PCI.csv``.

Author, DOI and figure stand in the first lines; the lines ``Abs/Des`` and ``Temp (K)`` give branch and
temperature above each pair of columns, and the line below names content and pressure with their units.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._header import split_cells
from kuralab.formats._isotherm_labels import IsothermLabel, Role, branch_from_text, isotherm_label
from kuralab.formats._isotherms import Branch, check_label, isotherm_measurements
from kuralab.formats._labels import unit_from_text
from kuralab.formats._numbers import NotANumberError, numbers_from_texts
from kuralab.formats._source import Source
from kuralab.formats._table import column_numbers
from kuralab.model import Measurement
from kuralab.units import Quantity

FORMAT = "toolbox-isotherms"
_HEAD: Final = 30
_BRANCH: Final = re.compile(r"(?i)^\s*abs\s*/\s*des\b")
_TEMPERATURE: Final = re.compile(r"(?i)^\s*temp(?:erature)?\.?\s*[\[(]\s*([^\])]{1,8})[\])]\s*,")
_MOST_COLUMNS: Final = 2000


def recognises(source: Source) -> bool:
    """Lines that begin with ``Abs/Des`` and ``Temp (K)``, one after the other."""
    return source.text is not None and _branch_line(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """One measurement for each pair of columns that has points.

    Raises
    ------
    InputError
        A branch, a temperature or a unit cannot be understood, or a cell is no number.
    """
    top = _branch_line(source)
    if top is None:
        raise source.error("there are no lines Abs/Des and Temp (K)", hint="Export the file again.")
    branches = split_cells(source.lines[top], ",")[:_MOST_COLUMNS]
    temperatures = split_cells(source.lines[top + 1], ",")
    names = split_cells(source.lines[top + 2], ",") if top + 2 < len(source.lines) else []
    unit = _temperature_unit(source, top + 1)
    metadata = _metadata(source, top)
    rows = [
        (number, split_cells(line, ","))
        for number, line in enumerate(source.lines[top + 3 :], start=top + 4)
        if line.strip(" ,\t")
    ]
    found = []
    for j in range(1, len(branches)):
        if not branches[j]:
            continue
        branch = branch_from_text(branches[j])
        if branch is None:
            raise source.error(
                f"{branches[j][:40]!r} is neither Abs nor Des",
                line=top + 1,
                hint="Write Abs or Des above each pair of columns.",
            )
        first, second = (_label(source, names, i, line=top + 3) for i in (j, j + 1))
        if {first.role, second.role} != {Role.CONTENT, Role.PRESSURE}:
            raise source.error(
                f"a column of content and one of pressure belong together, not {first.text[:30]!r} and "
                f"{second.text[:30]!r}",
                line=top + 3,
                hint="Name them such as: mass %, pressure (bar).",
            )
        for label in (first, second):
            check_label(source, label, line=top + 3)
        columns = [_numbers(source, rows, i) for i in (j, j + 1)]
        content, pressure = columns if first.role is Role.CONTENT else columns[::-1]
        labels = (first, second) if first.role is Role.CONTENT else (second, first)
        found.append(
            Branch(
                branch=branch,
                temperature=_temperature(source, temperatures, j, unit, line=top + 2),
                content=content,
                pressure=pressure,
                content_label=labels[0],
                pressure_label=labels[1],
                lines=[number for number, _ in rows],
                metadata=metadata,
            )
        )
    return isotherm_measurements(source, found, format=FORMAT)


def _branch_line(source: Source) -> int | None:
    for i, line in enumerate(source.lines[:_HEAD]):
        below = source.lines[i + 1] if i + 1 < len(source.lines) else ""
        if _BRANCH.match(line) and _TEMPERATURE.match(below):
            return i
    return None


def _temperature_unit(source: Source, index: int) -> str:
    found = _TEMPERATURE.match(source.lines[index])
    text = found[1] if found else ""
    unit = unit_from_text(text)
    unit = "degC" if unit == "C" else unit
    if unit not in ("K", "degC"):
        raise source.error(
            f"the unit {text!r} does not fit a temperature", line=index + 1, hint="Write Temp (K)."
        )
    return unit


def _metadata(source: Source, top: int) -> dict[str, str]:
    """Author, DOI and figure, as one source; what else stands there is a note."""
    told: dict[str, str] = {}
    notes: list[str] = []
    for line in source.lines[:top]:
        cells = [cell for cell in split_cells(line, ",") if cell]
        if len(cells) > 1:
            told.setdefault(cells[0].strip().lower(), cells[1][:200])
            notes += cells[2:]
    parts = [told.get("author", ""), told.get("location", "")]
    doi = told.get("doi", "")
    text = ", ".join([part for part in [*parts, f"DOI {doi}" if doi else ""] if part])
    metadata = {"source": text} if text else {}
    if notes:
        metadata["note"] = "; ".join(notes)[:300]
    return metadata


def _label(source: Source, names: list[str], j: int, *, line: int) -> IsothermLabel:
    text = names[j] if j < len(names) else ""
    label = isotherm_label(text)
    if label is None:
        raise source.error(
            f"column {j + 1} is called {text[:40]!r}, which is no hydrogen content and no pressure",
            line=line,
            hint="Name the columns with their units, such as: mass %, pressure (bar).",
        )
    return label


def _temperature(source: Source, cells: list[str], j: int, unit: str, *, line: int) -> Quantity:
    text = cells[j] if j < len(cells) else ""
    try:
        value = float(numbers_from_texts([text])[0])
    except NotANumberError:
        value = np.nan
    if not np.isfinite(value):
        raise source.error(
            f"column {j + 1} has no temperature ({text[:40]!r})",
            line=line,
            hint="Write the temperature of each branch above its pair of columns.",
        )
    return Quantity(value=value, unit=unit)


def _numbers(
    source: Source, rows: list[tuple[int, list[str]]], j: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    texts = [cells[j] if j < len(cells) else "" for _, cells in rows]
    return column_numbers(source, texts, [line for line, _ in rows], field=f"column {j + 1}")
