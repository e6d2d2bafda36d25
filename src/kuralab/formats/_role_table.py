"""Text tables whose header cells play known roles, such as ``temperature (degC)``.

Lines ``# name: value`` above the table may give a role one value for all rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import UnitError
from kuralab.formats._header import (
    DELIMITERS,
    Delimiter,
    facts_from_preamble,
    is_line_of_units,
    split_cells,
)
from kuralab.formats._labels import unit_from_text
from kuralab.formats._numbers import is_number
from kuralab.formats._source import same_form
from kuralab.formats._table import column_numbers
from kuralab.units import Quantity, convert, dimension_of

if TYPE_CHECKING:
    from kuralab.formats._source import Source

Floats = NDArray[np.float64]

_LAST_HEADER_LINE: Final = 200
_LONGEST: Final = 2000
_COMMENT: Final = re.compile(r"^\s*(?:#|%|//|!)+\s*")
_BRACKETED: Final = re.compile(r"^(.*\S)\s*[\[({]([^\[\](){}]*)[\])}]\s*$")
_SUFFIXED: Final = re.compile(r"^(.+?)[_\s,]+(\S+)$")


@dataclass(frozen=True)
class Role:
    """What a column may be: its name and unit here, and what people call it (letters and digits only,
    lower case). unit "" takes numbers without one; text: cells are words; free: any unit or none, and
    numbers stay as written; also: other units whose numbers stay as written; lowest, highest: values
    allowed; what: its name in messages."""

    name: str
    unit: str
    words: frozenset[str]
    text: bool = False
    free: bool = False
    also: tuple[str, ...] = ()
    lowest: float = -np.inf
    highest: float = np.inf
    what: str = ""


def role(name: str, unit: str, words: str, **more: object) -> Role:
    """A role; words are separated by blanks."""
    return Role(name, unit, frozenset(words.split()), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class RoleLabel:
    """A header cell: the role's name and its unit, "" where none is written, or a text that is none."""

    role: str
    unit: str
    unknown: str
    text: str


@dataclass(frozen=True)
class RoleHeader:
    """Where the header stands (index of its line) and its labels; None where a cell has no role."""

    index: int
    delimiter: Delimiter
    labels: tuple[RoleLabel | None, ...]


@dataclass
class RoleTable:
    """Numbers (n,) by role in the roles' units, units as written, words by role, and the rows' lines."""

    columns: dict[str, Floats]
    units: dict[str, str]
    texts: dict[str, list[str]]
    lines: list[int]
    header_line: int
    metadata: dict[str, str] = field(default_factory=dict)
    temperature: Quantity | None = None


def find_roles(
    source: Source, roles: Sequence[Role], enough: Callable[[frozenset[str]], bool]
) -> RoleHeader | None:
    """The first line whose cells play roles that are enough; roles stated above the table count too."""
    stated: set[str] = set()
    for index, line in enumerate(source.lines[:_LAST_HEADER_LINE]):
        if not line.strip() or len(line) > _LONGEST:
            continue
        bare = _COMMENT.sub("", line).strip()
        for delimiter in DELIMITERS:
            if delimiter == " " and re.search(r"[\t;,]", bare):
                continue
            cells = split_cells(bare, delimiter)
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) < 2 or len(cells) > 100 or any(map(is_number, cells)):
                continue
            labels = tuple(_label(cell, tuple(roles)) for cell in cells)
            found = frozenset(label.role for label in labels if label is not None)
            if len(found) > 1 and enough(found | stated) and _rows_follow(source, index, delimiter):
                return RoleHeader(index, delimiter, labels)
        pair = re.match(r"(.{1,60}?)\s*[:=]\s*(\S.*)", bare)
        if pair:
            label = _label(pair[1], tuple(roles))
            if label is not None:
                stated.add(label.role)
    return None


def _rows_follow(source: Source, index: int, delimiter: Delimiter) -> bool:
    """Whether the next line is a row with a number or a line of units; true where none follows.

    A report for people, with a line drawn below its header, is no table.
    """
    below = next((line for line in source.lines[index + 1 : index + 8] if line.strip(" \t,;")), "")
    cells = split_cells(_COMMENT.sub("", below).strip() if delimiter == " " else below, delimiter)
    numbers = len(cells) > 1 and any(map(is_number, cells))
    return not below or numbers or is_line_of_units(cells, 100) or _COMMENT.match(below) is not None


def read_roles(source: Source, header: RoleHeader, roles: Sequence[Role]) -> RoleTable:
    """The rows below a header, numbers in the roles' units.

    Raises
    ------
    InputError
        No row, a row that is too short, a cell that is no number, a unit that is missing or does not
        fit, a number that is impossible.
    """
    known = {one.name: one for one in roles}
    labels = _with_units_below(source, header, tuple(roles))
    start = header.index + 1 + (labels is not header.labels)
    rows, lines = _rows(source, header, start)
    table = RoleTable({}, {}, {}, lines, header.index + 1)
    for j, label in enumerate(labels):
        if label is None or label.role in table.columns or label.role in table.texts:
            continue
        one = known[label.role]
        texts = [row[j] if j < len(row) else "" for row in rows]
        if one.text:
            table.texts[one.name] = [text.strip().strip('"') for text in texts]
            continue
        unit = _unit_of(source, label, one, line=header.index + 1)
        values = column_numbers(source, texts, lines, field=label.text)
        table.columns[one.name] = _converted(source, values, unit, one, lines, label.text)
        table.units[one.name] = unit
    _state(source, header, roles, table)
    return table


def _rows(source: Source, header: RoleHeader, start: int) -> tuple[list[list[str]], list[int]]:
    rows, lines = [], []
    needed = max(j for j, label in enumerate(header.labels) if label is not None) + 1
    for number, line in enumerate(source.lines[start:], start=start + 1):
        if not line.strip(" \t,;") or _COMMENT.match(line):
            continue
        cells = split_cells(line.strip() if header.delimiter == " " else line, header.delimiter)
        if len(cells) < min(needed, 2):
            raise source.error(
                f"this row has {len(cells)} cells, {needed} are needed",
                line=number,
                hint="Complete or delete the row.",
            )
        rows.append(cells)
        lines.append(number)
    if not rows:
        raise source.error(
            "the table has a header but no rows",
            line=header.index + 1,
            hint="Export it again when the measurement is finished.",
        )
    return rows, lines


def _with_units_below(
    source: Source, header: RoleHeader, roles: tuple[Role, ...]
) -> tuple[RoleLabel | None, ...]:
    """Labels with the units of a line of units below the header, where there is one."""
    below = source.lines[header.index + 1] if header.index + 1 < len(source.lines) else ""
    cells = split_cells(_COMMENT.sub("", below), header.delimiter)
    if not is_line_of_units(cells, len(header.labels)):
        return header.labels
    found = []
    for j, label in enumerate(header.labels):
        text = cells[j].strip(" []()") if j < len(cells) else ""
        if label is None or label.unit or not text:
            found.append(label)
            continue
        unit = unit_from_text(text)
        found.append(RoleLabel(label.role, unit or "", "" if unit else text, label.text))
    return tuple(found)


def _unit_of(source: Source, label: RoleLabel, one: Role, *, line: int) -> str:
    if not one.unit and not label.unit and not label.unknown:
        return ""
    unit = "degC" if label.unit == "C" and one.unit == "degC" else label.unit
    what = one.what or one.name.replace("_", " ")
    if not unit and not label.unknown:
        if one.free:
            return ""
        raise source.error(
            f"the {what} has no unit",
            line=line,
            field=label.text[:60],
            hint=f"Write it in the header, such as '{label.text[:40]} ({one.unit})'.",
        )
    if label.unknown or not _suits(unit, one):
        raise source.error(
            f"the unit {(label.unknown or unit)[:40]!r} does not fit a {what}",
            line=line,
            field=label.text[:60],
            hint=f"Write a unit such as {one.unit or 'none'}.",
        )
    return unit


def _fits(unit: str, target: str) -> bool:
    if target == "degC":
        return unit in ("degC", "K")
    try:
        return dimension_of(unit) == dimension_of(target)
    except UnitError:
        return False


def _converted(
    source: Source, values: Floats, unit: str, one: Role, lines: Sequence[int], label: str
) -> Floats:
    if unit and one.unit and not one.free and unit not in one.also:
        values = np.asarray(convert(values, unit=unit, to=one.unit))
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero((values < one.lowest) | (values > one.highest) | np.isinf(values))
    if wrong.size:
        raise source.error(
            f"a {one.what or one.name.replace('_', ' ')} of {values[wrong[0]]:g} {one.unit}".rstrip()
            + " is impossible",
            line=lines[int(wrong[0])] if len(lines) > int(wrong[0]) else None,
            field=label[:60],
            hint="Correct the number or the unit in the header.",
        )
    return values


def _state(source: Source, header: RoleHeader, roles: Sequence[Role], table: RoleTable) -> None:
    """Lines above the table: one value for all rows where a role is named, else metadata."""
    above = source.lines[: header.index]
    facts = facts_from_preamble(above, kind=None)
    table.temperature = facts.temperature
    known = {one.name: one for one in roles}
    for name, text in facts.metadata.items():
        label = _label(name, tuple(roles))
        one = None if label is None else known[label.role]
        if one is None or one.text or one.name in table.columns or one.free:
            table.metadata[_slug(name)] = text
            continue
        try:
            stated = Quantity.parse(text if not label or not label.unit else f"{text} {label.unit}")
            value = stated.to(one.unit).value if one.unit else stated.value
        except UnitError:
            table.metadata[_slug(name)] = text
            continue
        constant = np.full(len(table.lines), value)
        table.columns[one.name] = _converted(source, constant, "", one, [], name)
        table.units[one.name] = one.unit


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_") or "note"


@lru_cache(maxsize=8192)
def _label(text: str, roles: tuple[Role, ...]) -> RoleLabel | None:
    cell = same_form(text.strip().strip('"')).strip()
    if not cell or len(cell) > 80:
        return None
    words = _words(roles)
    unfitting: RoleLabel | None = None
    for name, unit_text in _splits(cell):
        found = words.get(_key(name), ())
        unit = unit_from_text(unit_text)
        if found and unit is not None:
            # "t/s" and "T/K" differ by their units only.
            chosen = next((one for one in found if _suits(unit, one)), found[0])
            return RoleLabel(chosen.name, unit, "", text.strip())
        if found and unfitting is None:
            unfitting = RoleLabel(found[0].name, "", unit_text.strip(), text.strip())
    alone = words.get(_key(cell), ())
    if alone:
        return RoleLabel(alone[0].name, "", "", text.strip())
    return unfitting


@lru_cache(maxsize=64)
def _words(roles: tuple[Role, ...]) -> Mapping[str, tuple[Role, ...]]:
    found: dict[str, tuple[Role, ...]] = {}
    for one in roles:
        for word in one.words:
            found[word] = (*found.get(word, ()), one)
    return found


def _suits(unit: str, one: Role) -> bool:
    kelvin = "degC" if unit == "C" and one.unit == "degC" else unit
    return one.free or kelvin in one.also or bool(one.unit and _fits(kelvin, one.unit))


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _splits(cell: str) -> Iterator[tuple[str, str]]:
    """Ways to part a label into name and unit, the likeliest first."""
    bracketed = _BRACKETED.match(cell)
    if bracketed:
        yield bracketed.group(1), bracketed.group(2)
    parts = cell.split("/")
    for i in range(len(parts) - 1, 0, -1):
        yield "/".join(parts[:i]).strip(), "/".join(parts[i:]).strip(" []()")
    suffixed = _SUFFIXED.match(cell)
    while suffixed:
        yield suffixed.group(1), cell[suffixed.end(1) + 1 :].strip()
        suffixed = _SUFFIXED.match(suffixed.group(1))
