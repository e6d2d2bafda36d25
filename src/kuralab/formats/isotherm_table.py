"""Any text table of an isotherm: its header names pressure and hydrogen content with their units.

Temperature and branch are columns, or ``name: value`` lines above the table, or, for the temperature,
in the file's name. Without a branch the direction of the pressure tells it, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._build import Facts
from kuralab.formats._header import facts_from_preamble, split_cells
from kuralab.formats._isotherm_labels import (
    IsothermLabel,
    Role,
    branch_from_text,
    isotherm_labels,
)
from kuralab.formats._isotherms import Branch, check_label, isotherm_measurements
from kuralab.formats._name import temperature_from_name
from kuralab.formats._source import Source
from kuralab.formats._table import column_numbers
from kuralab.model import Measurement
from kuralab.units import Quantity, convert

FORMAT = "isotherm-table"
Floats = NDArray[np.float64]

_LAST_HEADER_LINE: Final = 200
_COMMENT: Final = re.compile(r"^\s*(?:#|%|//|!)+\s*")
_DELIMITERS: Final = ("\t", ";", ",", "  ")
_SAME_TEMPERATURE: Final = 2.0
"""K; a thermometer beside the sample wanders by less during one isotherm."""


@dataclass(frozen=True)
class _Table:
    """Header (its line's index), columns by role, and the line of each row."""

    index: int
    labels: dict[Role, IsothermLabel]
    cells: dict[Role, list[str]]
    lines: list[int]


def recognises(source: Source) -> bool:
    """A header that names a pressure and a hydrogen content."""
    return source.text is not None and _find_header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """One measurement for each branch and temperature.

    Raises
    ------
    InputError
        A unit is missing or does not fit, a cell is no number or no branch, or there are no rows.
    """
    table = _table(source)
    facts = facts_from_preamble(source.lines[: table.index], kind=None)
    for label in table.labels.values():
        if label.role is not Role.BRANCH:
            check_label(source, label, line=table.index + 1)
    content = _numbers(source, table, Role.CONTENT)
    pressure = _numbers(source, table, Role.PRESSURE)
    warnings: list[str] = []
    branch = _branches(source, table, facts, content, pressure, warnings)
    temperature, groups = _temperatures(source, table, facts)
    metadata = _metadata(facts)
    found = []
    for rows in _runs(branch, groups):
        first = int(rows[0])
        found.append(
            Branch(
                branch=branch[first],
                temperature=temperature[first],
                content=content[rows],
                pressure=pressure[rows],
                content_label=table.labels[Role.CONTENT],
                pressure_label=table.labels[Role.PRESSURE],
                lines=[table.lines[i] for i in rows],
                metadata=metadata,
                warnings=tuple(warnings),
            )
        )
    return isotherm_measurements(source, found, format=FORMAT)


def _find_header(source: Source) -> tuple[int, str, tuple[IsothermLabel | None, ...]] | None:
    for index, line in enumerate(source.lines[:_LAST_HEADER_LINE]):
        bare = _COMMENT.sub("", line)
        if len(bare) > 4000:
            continue
        for delimiter in _DELIMITERS:
            labels = isotherm_labels(_cells(bare, delimiter))
            if labels is not None:
                return index, delimiter, labels
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "  ":
        return re.split(r"\s{2,}", line.strip())
    return split_cells(line, "\t" if delimiter == "\t" else ";" if delimiter == ";" else ",")


def _table(source: Source) -> _Table:
    header = _find_header(source)
    if header is None:
        raise source.error("no header names a pressure and a hydrogen content", hint="Add one.")
    index, delimiter, labels = header
    places: dict[Role, int] = {}
    for j, label in enumerate(labels):
        if label is None:
            continue
        known = places.get(label.role)
        # A column whose unit fits goes before one without.
        if known is None or (labels[known].unit is None and label.unit is not None):  # type: ignore[union-attr]
            places[label.role] = j
    rows, lines = [], []
    for number, line in enumerate(source.lines[index + 1 :], start=index + 2):
        if not line.strip(" ,;\t") or _COMMENT.match(line):
            continue
        cells = line.split() if delimiter == "  " else _cells(line, delimiter)
        if len(cells) <= max(places[Role.PRESSURE], places[Role.CONTENT]):
            raise source.error(
                f"this row has {len(cells)} cells, but {len(labels)} columns were announced",
                line=number,
                hint="Delete the row, or export again with a decimal point.",
            )
        rows.append(cells)
        lines.append(number)
    if not rows:
        raise source.error(
            "the table has a header but no rows",
            line=index + 1,
            hint="Export the isotherm again when it is finished.",
        )
    return _Table(
        index=index,
        labels={role: label for role, j in places.items() if (label := labels[j]) is not None},
        cells={
            role: [cells[j] if j < len(cells) else "" for cells in rows] for role, j in places.items()
        },
        lines=lines,
    )


def _numbers(source: Source, table: _Table, role: Role) -> Floats:
    return column_numbers(source, table.cells[role], table.lines, field=table.labels[role].text)


def _branches(
    source: Source,
    table: _Table,
    facts: Facts,
    content: Floats,
    pressure: Floats,
    warnings: list[str],
) -> list[str]:
    """The branch of each row: its column, a line above the table, or the direction of the pressure."""
    if Role.BRANCH in table.cells:
        found = []
        for text, line in zip(table.cells[Role.BRANCH], table.lines, strict=True):
            branch = branch_from_text(text)
            if branch is None:
                raise source.error(
                    f"{text[:40]!r} is neither absorption nor desorption",
                    line=line,
                    field=table.labels[Role.BRANCH].text[:60],
                    hint="Write absorption or desorption.",
                )
            found.append(branch)
        return found
    n = len(table.lines)
    for name, value in facts.metadata.items():
        if name.strip().lower() in ("branch", "direction", "abs/des", "process"):
            stated = branch_from_text(value)
            if stated is not None:
                return [stated] * n
    known = np.where(np.isfinite(pressure) & np.isfinite(content), pressure, -np.inf)
    top = int(np.argmax(known))
    warnings.append(
        "no branch is stated: rows up to the highest pressure were taken as absorption, "
        "later ones as desorption"
    )
    return ["absorption" if i <= top and top > 0 else "desorption" for i in range(n)]


def _temperatures(
    source: Source, table: _Table, facts: Facts
) -> tuple[list[Quantity | None], NDArray[np.int64]]:
    """The temperature of each row, and a number for each group of rows at one temperature."""
    n = len(table.lines)
    if Role.TEMPERATURE not in table.cells:
        stated = facts.temperature or temperature_from_name(source.path.name)
        return [stated] * n, np.zeros(n, dtype=np.int64)
    unit = table.labels[Role.TEMPERATURE].unit or "K"
    values = _numbers(source, table, Role.TEMPERATURE)
    missing = np.flatnonzero(~np.isfinite(values))
    if missing.size:
        raise source.error(
            "this row has no temperature",
            line=table.lines[int(missing[0])],
            field=table.labels[Role.TEMPERATURE].text[:60],
            hint="Give every row a temperature, or delete it.",
        )
    groups = np.zeros(n, dtype=np.int64)
    order = np.argsort(values, kind="stable")
    kelvin = np.asarray(convert(values[order], unit=unit, to="K"))
    groups[order] = np.cumsum(np.concatenate([[0], np.diff(kelvin) > _SAME_TEMPERATURE]))
    means = np.bincount(groups, weights=values) / np.bincount(groups)
    mean = [Quantity(value=round(float(value), 6), unit=unit) for value in means]
    return [mean[k] for k in groups], groups


def _runs(branch: Sequence[str], groups: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Rows of each branch and temperature, in the order in which they first appear."""
    rows: dict[tuple[str, int], list[int]] = {}
    for i, key in enumerate(zip(branch, groups.tolist(), strict=True)):
        rows.setdefault(key, []).append(i)
    for found in rows.values():
        yield np.array(found, dtype=np.int64)


def _metadata(facts: Facts) -> dict[str, str]:
    """What stands above the table; who measured goes by the name ``source``."""
    kept = {k: v for k, v in facts.metadata.items() if k.lower() not in ("branch", "temperature")}
    for name in list(kept):
        if name.lower() in ("source", "doi", "reference", "author"):
            kept.setdefault("source", kept[name])
    return kept
