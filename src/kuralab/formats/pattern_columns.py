"""Bare columns of a powder pattern: 2theta or time of flight, intensity, uncertainty.

Lines above the numbers, and those behind ``#``, ``!``, ``%``, ``;``, ``'`` or between ``/* */``, are
comments. x above 360 is a time of flight in microseconds.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._numbers import is_number
from kuralab.formats._pattern import (
    FLIGHT_FROM,
    LEAST_POINTS,
    PatternFacts,
    note_radiation,
    pattern_measurement,
)
from kuralab.formats._source import Source
from kuralab.formats._table import column_numbers
from kuralab.formats._when import when_from_iso
from kuralab.formats.pattern_table import names_other_columns
from kuralab.model import Measurement

FORMAT = "pattern-columns"
EXTENSIONS: Final = (".xye", ".xy", ".xyd")
_COMMENT: Final = re.compile(r"\s*(?:#|!|%|;|'|//|/\*|\*)")
_TELLS: Final = re.compile(
    r"2[ _-]?theta|two[ _-]?theta|2θ|2th\b|diffract|neutron powder|\bP?XRD\b|"
    r"time[ _-]of[ _-]flight|\bTOF\b",
    re.IGNORECASE,
)
_FLIGHT: Final = re.compile(r"time[ _-]of[ _-]flight|\btof\b", re.IGNORECASE)
_MILLI: Final = re.compile(r"(?:time[ _-]of[ _-]flight|\btof)[ _]*[\[(]?\s*ms\b", re.IGNORECASE)
_PAIR: Final = re.compile(r"([^\W\d][\w .()-]{0,40}?)\s*[:=]\s*(\S.*)")
_ELSEWHERE: Final = re.compile(r"ohm|\bZ'|\bRe\b|\bIm\b|freq|\bHz\b|volt|current|curr\b", re.IGNORECASE)
_HEAD: Final = 60


def recognises(source: Source) -> bool:
    """Two to four columns of numbers in a file named so, or whose comments speak of 2theta."""
    if source.text is None:
        return False
    head, first = _head(source)
    if first is None or len(_cells(source.lines[first])) not in (2, 3, 4):
        return False
    if any(_ELSEWHERE.search(text) for text in head) or names_other_columns(source):
        return False
    if source.path.suffix.lower() in EXTENSIONS:
        return True
    return any(_TELLS.search(text) for text in head) and _rises(source, first)


def read(source: Source) -> tuple[Measurement, ...]:
    """The pattern.

    Raises
    ------
    InputError
        A row of another width, a cell that is no number, or points that make no pattern.
    """
    head, first = _head(source)
    if first is None:
        raise source.error("there are no rows of numbers", hint="Export the pattern again.")
    width = len(_cells(source.lines[first]))
    rows, lines = [], []
    for number, line in enumerate(source.lines[first:], start=first + 1):
        if not line.strip() or _COMMENT.match(line):
            continue
        cells = _cells(line)
        if len(cells) < width:
            raise source.error(
                f"this row has {len(cells)} numbers, the first one has {width}",
                line=number,
                hint="Complete or delete the row.",
            )
        rows.append(cells)
        lines.append(number)
    columns = []
    for j in range(min(width, 3)):
        columns.append(
            column_numbers(source, [cells[j] for cells in rows], lines, field=f"column {j + 1}")
        )
    facts = _facts(head)
    x = columns[0]
    flight = any(_FLIGHT.search(text) for text in head) or bool(np.nanmax(np.abs(x)) > FLIGHT_FROM)
    if flight and any(_MILLI.search(text) for text in head):
        x = 1e3 * x
    return (
        pattern_measurement(
            source,
            x,
            columns[1],
            flight=flight,
            format=FORMAT,
            facts=facts,
            uncertainty=columns[2] if len(columns) > 2 else None,
            lines=lines,
        ),
    )


def _head(source: Source) -> tuple[list[str], int | None]:
    """The lines above the numbers, and the index of the first row of numbers."""
    head: list[str] = []
    for index, line in enumerate(source.lines[: _HEAD * 5]):
        if not line.strip():
            continue
        # Titles may hold a number or two, rows of the table hold nothing else.
        if not _COMMENT.match(line) and len(line) < 400:
            cells = _cells(line)
            if len(cells) > 1 and all(map(is_number, cells)):
                return head, index
        head.append(line.strip()[:400])
        if len(head) > _HEAD:
            break
    return head, None


def _cells(line: str) -> list[str]:
    if "," in line and "." in line.replace(",", "", 1):
        line = line.replace(",", " ")
    return line.replace(";", " ").split()


def _rises(source: Source, first: int) -> bool:
    """Whether the first column goes up in the way of a scan: in equal steps, or all the time."""
    firsts = []
    for line in source.lines[first : first + 200]:
        cells = _cells(line)
        if not cells or not is_number(cells[0]):
            break
        firsts.append(float(cells[0].replace(",", ".").lower().replace("d", "e")))
    return len(firsts) >= LEAST_POINTS and bool(np.all(np.diff(firsts) > 0.0))


def _facts(head: list[str]) -> PatternFacts:
    facts = PatternFacts()
    for index, text in enumerate(head):
        bare = re.sub(r"^[\s#!%;'/*]+|[\s*/]+$", "", text)
        if not bare:
            continue
        pair = _PAIR.fullmatch(bare)
        if pair and len(facts.metadata) < 20:
            facts.metadata.setdefault(pair[1].strip(), pair[2].strip()[:200])
            if pair[1].strip().lower() in ("started", "date"):
                facts.started = facts.started or when_from_iso(pair[2])
        elif not pair and "title" not in facts.metadata:
            if index == len(head) - 1 and _TELLS.search(bare):
                # The names of the columns, just above them.
                continue
            facts.metadata["title"] = bare[:200]
    # What stands behind these names may be free text; below they have a form of their own.
    for name in [n for n in facts.metadata if n.lower() in ("radiation", "wavelength")]:
        del facts.metadata[name]
    note_radiation(head, facts.metadata)
    return facts
