"""Finding the header line of a text table, and what the lines above it say."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kuralab.formats._build import Facts
from kuralab.formats._columns import kind_of_labels
from kuralab.formats._labels import Label, label_from_text, unit_from_text
from kuralab.formats._name import temperature_from_text
from kuralab.formats._numbers import is_number
from kuralab.formats._source import same_form
from kuralab.model import Kind
from kuralab.units import Quantity, dimension_of

Delimiter = Literal["\t", ";", ",", " "]
DELIMITERS: tuple[Delimiter, ...] = ("\t", ";", ",", " ")

_LAST_HEADER_LINE = 2000
_LONGEST_HEADER = 4000
_COMMENT = re.compile(r"^\s*(?:#|%|//|!)+\s*")
# A gap before a bracket or a slash belongs to the label: "Freq. [Hz]".
_GAP = re.compile(r"(?<![/\s])\s+(?![\[(/\s])")
_LENGTH = re.compile(
    r"(?P<before>[A-Za-z]+[ \t])?\b(?P<what>diameter|thickness|直径|厚さ|厚み)\s*"
    r"(?:[\[(]\s*(?P<unit>[A-Za-zµμ]+)\s*[\])])?\s*[:=]?\s*"
    r"(?P<value>\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*(?:(?P<after>[nuµμmc]?m)\b)?",
    re.I,
)
_OWN = frozenset({"sample", "pellet", "disc", "disk"})
_TEMPERATURE = re.compile(
    r"(?i)(?:\btemp(?:erature)?|温度)\s*(?P<unit>[\[(][^\])]{1,6}[\])])?\s*[:=]\s*(?P<rest>.{1,30})"
)


@dataclass(frozen=True)
class Header:
    """Where the header stands (index of its line), and its cells."""

    index: int
    delimiter: Delimiter
    labels: tuple[Label, ...]


def split_cells(line: str, delimiter: Delimiter) -> list[str]:
    """The cells of one line, quotes around them removed."""
    if delimiter == " ":
        return line.split()
    if '"' in line and len(line) < 100_000:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        except csv.Error:
            pass
    return [cell.strip() for cell in line.split(delimiter)]


def find_header(lines: Sequence[str]) -> Header | None:
    """The first line whose labels make a spectrum or a time series."""
    for index, line in enumerate(lines[:_LAST_HEADER_LINE]):
        if len(line) > _LONGEST_HEADER or not line.strip():
            continue
        bare = _COMMENT.sub("", line)
        for delimiter in DELIMITERS:
            # With another separator present, blanks stand inside the labels.
            if delimiter == " " and re.search(r"[\t;]", bare.strip()):
                continue
            cells = _GAP.split(bare.strip()) if delimiter == " " else split_cells(bare, delimiter)
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) < 2 or sum(map(is_number, cells)) > len(cells) // 2:
                continue
            labels = labels_from_cells(cells)
            if kind_of_labels(list(labels)) is not None:
                return Header(index, delimiter, labels)
    return None


def labels_from_cells(cells: Sequence[str], units: Sequence[str] | None = None) -> tuple[Label, ...]:
    """Labels of a header line, and of the line of units below it where there is one."""
    if units is None:
        return tuple(label_from_text(cell) for cell in cells)
    below = [*units, *[""] * (len(cells) - len(units))]
    return tuple(label_from_text(c, u) for c, u in zip(cells, below, strict=False))


def is_line_of_units(cells: Sequence[str], width: int) -> bool:
    """Whether a line below the header holds units: at least one, and no number."""
    known = [cell for cell in cells if unit_from_text(cell.strip(" []()")) is not None]
    return bool(known) and len(cells) <= width and not any(map(is_number, cells))


def facts_from_preamble(lines: Sequence[str], *, kind: Kind | None) -> Facts:
    """Temperature, pellet geometry, title and ``name: value`` lines from above a table."""
    facts = Facts()
    for line in lines[:200]:
        text = _COMMENT.sub("", line).strip()[:400]
        if not text:
            continue
        _note_lengths(text, facts)
        if facts.temperature is None:
            facts.temperature = _stated_temperature(text)
        pair = re.match(r"([^\W\d][\w .()\[\]/-]{0,40}?)\s*[:=]\s*(\S.*)", text)
        if pair and len(facts.metadata) < 40:
            facts.metadata.setdefault(pair[1].strip(), pair[2].strip()[:200])
        elif not pair and "title" not in facts.metadata:
            facts.metadata["title"] = text[:200]
    if facts.temperature is None and "title" in facts.metadata and kind is not None:
        facts.temperature = temperature_from_text(facts.metadata["title"], kind=kind)
    return facts


def _note_lengths(text: str, facts: Facts) -> None:
    for found in _LENGTH.finditer(text):
        unit = unit_from_text(found["unit"] or found["after"] or "")
        value = float(found["value"])
        before = (found["before"] or "").strip().lower()
        if unit is None or not 0 < value < 1e6 or dimension_of(unit) != "length":
            continue
        # An electrode's thickness is not the pellet's.
        if before and before not in _OWN:
            continue
        which = "diameter" if found["what"].lower() in ("diameter", "直径") else "thickness"
        if getattr(facts, which) is None:
            setattr(facts, which, Quantity(value=value, unit=unit))


def _stated_temperature(text: str) -> Quantity | None:
    found = _TEMPERATURE.search(same_form(text))
    if found is None:
        return None
    unit = unit_from_text((found["unit"] or "").strip("[]()").strip())
    unit = "degC" if unit == "C" else unit
    value = re.match(r"[-+]?\d{1,4}(?:[.,]\d+)?(?![\d:/])", found["rest"])
    if unit in ("degC", "K") and value:
        return Quantity(value=float(value[0].replace(",", ".")), unit=unit)
    return temperature_from_text(found["rest"])
