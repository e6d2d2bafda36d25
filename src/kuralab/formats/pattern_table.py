"""A text table of a powder pattern whose header names its columns, such as ``2theta,intensity``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kuralab.formats._header import DELIMITERS, Delimiter, facts_from_preamble, split_cells
from kuralab.formats._numbers import is_number
from kuralab.formats._pattern import PatternFacts, note_radiation, pattern_measurement
from kuralab.formats._source import Source, same_form
from kuralab.formats._table import column_numbers
from kuralab.model import Measurement

FORMAT = "pattern-table"
_LAST_HEADER_LINE: Final = 300
_COMMENT: Final = re.compile(r"^\s*(?:#|%|//|!)+\s*")
_UNIT: Final = (
    r"\s*(?:[\[(/_]\s*(?:deg\w*|°|us|usec|microsec\w*|ms|counts?|cps|cts|a\.?u\.?|"
    r"arb\w*\.?(?: units?)?)\s*[\])]?)?\s*"
)
_ANGLE: Final = re.compile(
    rf"(?:2[ _-]?theta|two[ _-]?theta|2[ _-]?θ|2th|tth|ttheta|°2th\w*|angle|diffraction angle){_UNIT}",
    re.IGNORECASE,
)
_FLIGHT: Final = re.compile(rf"(?:tof|time[ _-]of[ _-]flight|t\.o\.f\.){_UNIT}", re.IGNORECASE)
_INTENSITY: Final = re.compile(
    rf"(?:intensity|intensities|observed|int\.?|counts?|cps|i|i[ _]?obs|y[ _]?obs|強度){_UNIT}",
    re.IGNORECASE,
)
_SIGMA: Final = re.compile(
    rf"(?:sigma|esd|e\.s\.d\.|su|s\.u\.|error|err|uncertainty|sigma[ _]?i|di|std\w*|"
    rf"intensity[ _](?:error|uncertainty|sigma|su)){_UNIT}",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(r"freq|\bhz\b|ohm|volt|potential|current|pressure", re.IGNORECASE)
_SECONDS: Final = re.compile(r"\bms\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Header:
    index: int
    delimiter: Delimiter
    width: int
    x: int
    intensity: int
    sigma: int | None
    flight: bool
    milli: bool


def recognises(source: Source) -> bool:
    """A header that names an angle or a time of flight, and an intensity."""
    return source.text is not None and _find(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The pattern.

    Raises
    ------
    InputError
        No rows, a row that is too short, a cell that is no number, or points that make no pattern.
    """
    header = _find(source)
    if header is None:
        raise source.error("no header names 2theta and intensity", hint="Add one.")
    wanted = [header.x, header.intensity, *([] if header.sigma is None else [header.sigma])]
    rows, lines = [], []
    for number, line in enumerate(source.lines[header.index + 1 :], start=header.index + 2):
        if not line.strip(" \t,;") or _COMMENT.match(line):
            continue
        cells = split_cells(line, header.delimiter)
        if len(cells) <= max(wanted):
            raise source.error(
                f"this row has {len(cells)} cells, {max(wanted) + 1} are needed",
                line=number,
                hint="Complete or delete the row.",
            )
        rows.append([cells[j] for j in wanted])
        lines.append(number)
    if rows and not any(map(is_number, rows[0])):
        # A line of units below the header.
        rows, lines = rows[1:], lines[1:]
    if not rows:
        raise source.error(
            "the table has a header but no rows", line=header.index + 1, hint="Export it again."
        )
    columns = []
    for j, name in enumerate(("2theta", "intensity", "uncertainty")[: len(wanted)]):
        columns.append(column_numbers(source, [cells[j] for cells in rows], lines, field=name))
    above = source.lines[: header.index]
    told = facts_from_preamble(above, kind=None)
    facts = PatternFacts(temperature=told.temperature)
    facts.metadata = {
        name: text
        for name, text in list(told.metadata.items())[:20]
        if name.lower() not in ("wavelength", "radiation")
    }
    note_radiation(above, facts.metadata)
    return (
        pattern_measurement(
            source,
            1e3 * columns[0] if header.milli else columns[0],
            columns[1],
            flight=header.flight,
            format=FORMAT,
            facts=facts,
            uncertainty=columns[2] if len(columns) > 2 else None,
            lines=lines,
        ),
    )


def names_other_columns(source: Source) -> bool:
    """Whether a header names columns in another order than x, intensity, uncertainty."""
    header = _find(source)
    if header is None:
        return False
    usual = (header.x, header.intensity) == (0, 1)
    return not usual or (header.width > 2 and header.sigma != 2)


def _find(source: Source) -> _Header | None:
    for index, line in enumerate(source.lines[:_LAST_HEADER_LINE]):
        bare = _COMMENT.sub("", line)
        if not 3 <= len(bare) <= 1000:
            continue
        for delimiter in DELIMITERS:
            cells = [same_form(cell).strip(" '\"") for cell in split_cells(bare.strip(), delimiter)]
            if len(cells) < 2 or len(cells) > 40:
                continue
            header = _header(index, delimiter, cells)
            if header is not None:
                return header
    return None


def _header(index: int, delimiter: Delimiter, cells: list[str]) -> _Header | None:
    flight = _place(_FLIGHT, cells)
    angle = _place(_ANGLE, cells)
    x = flight if angle is None else angle
    intensity = _place(_INTENSITY, cells)
    if x is None or intensity is None or any(map(_ELSEWHERE.search, cells)):
        return None
    is_flight = angle is None
    return _Header(
        index=index,
        delimiter=delimiter,
        width=len(cells),
        x=x,
        intensity=intensity,
        sigma=_place(_SIGMA, cells),
        flight=is_flight,
        milli=is_flight and _SECONDS.search(cells[x]) is not None,
    )


def _place(pattern: re.Pattern[str], cells: list[str]) -> int | None:
    return next((j for j, cell in enumerate(cells) if pattern.fullmatch(cell)), None)
