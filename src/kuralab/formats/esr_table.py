"""A text table of an ESR spectrum: its header names a magnetic field with its unit, and an intensity.

Lines of the form ``name: value`` above the table may say frequency, power, modulation amplitude, gain,
scans and harmonic (0 for absorption, 1 for the derivative).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from kuralab.errors import UnitError
from kuralab.formats._esr import EsrFacts, esr_measurement, number
from kuralab.formats._header import DELIMITERS, Delimiter, facts_from_preamble, split_cells
from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source, same_form
from kuralab.formats._table import column_numbers
from kuralab.model import Measurement
from kuralab.units import Quantity

FORMAT = "esr-table"
_LAST_HEADER_LINE: Final = 300
_COMMENT: Final = re.compile(r"^\s*(?:#|%|//|!)+\s*")
_FIELD: Final = re.compile(
    r"(?:magnetic[ _-]?field|static field|field|b0?|h0?|磁場|磁界)"
    r"\s*[\[(/]\s*(?P<unit>[a-zA-Z]+)\s*[\])]?",
    re.IGNORECASE,
)
_BARE_FIELD: Final = re.compile(r"(?:magnetic[ _-]?field|field|磁場|磁界)", re.IGNORECASE)
_UNIT: Final = r"\s*(?:[\[(/]\s*[^\])]{0,20}[\])]?)?\s*"
_REAL: Final = re.compile(
    rf"(?:intensity|signal|esr|epr|amplitude|derivative|absorption|dp/db|dchi/db|real|re|i|y|強度|信号){_UNIT}",
    re.IGNORECASE,
)
_IMAGINARY: Final = re.compile(
    rf"(?:intensity[ _]imag\w*|signal[ _]imag\w*|imaginary|imag|im){_UNIT}", re.IGNORECASE
)
_FIELD_UNITS: Final = {"g": "G", "gauss": "G", "mt": "mT", "t": "T", "kg": "kG", "tesla": "T"}
_QUANTITIES: Final = {
    "frequency": (("frequency", "microwave frequency", "mwfq", "周波数"), "GHz"),
    "power": (("power", "microwave power"), "mW"),
    "modulation_amplitude": (("modulation amplitude", "modulation", "modulation_amplitude"), "mT"),
}


@dataclass(frozen=True)
class _Header:
    index: int
    delimiter: Delimiter
    places: tuple[int, ...]
    unit: str | None


def recognises(source: Source) -> bool:
    """A header that names a magnetic field and an intensity."""
    return source.text is not None and _find(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The spectrum.

    Raises
    ------
    InputError
        The field has no unit, a cell is no number, a row is too short, or the field does not rise.
    """
    header = _find(source)
    if header is None:
        raise source.error("no header names a magnetic field and an intensity", hint="Add one.")
    unit = _FIELD_UNITS.get((header.unit or "").lower())
    if unit is None:
        raise source.error(
            "the magnetic field has no unit"
            if header.unit is None
            else f"{header.unit!r} is no unit of the magnetic field",
            line=header.index + 1,
            hint="Write it as in 'field [mT]'.",
        )
    rows, lines = [], []
    for place, line in enumerate(source.lines[header.index + 1 :], start=header.index + 2):
        if not line.strip(" \t,;") or _COMMENT.match(line):
            continue
        cells = split_cells(line, header.delimiter)
        if len(cells) <= max(header.places):
            raise source.error(
                f"this row has {len(cells)} cells, {max(header.places) + 1} are needed",
                line=place,
                hint="Complete or delete the row.",
            )
        rows.append([cells[j] for j in header.places])
        lines.append(place)
    if not rows:
        raise source.error(
            "the table has a header but no rows", line=header.index + 1, hint="Export it again."
        )
    columns = []
    for j, name in enumerate(("field", "intensity", "imaginary part")[: len(header.places)]):
        columns.append(column_numbers(source, [cells[j] for cells in rows], lines, field=name))
    columns = [np.where(np.abs(column) < 1e100, column, np.nan) for column in columns]
    y = columns[1] if len(columns) == 2 else columns[1] + 1j * columns[2]
    return (
        esr_measurement(
            data=source,
            descriptor=None,
            format=FORMAT,
            x=columns[0],
            unit=unit,
            y=y,
            facts=_facts(source, header),
        ),
    )


def _facts(source: Source, header: _Header) -> EsrFacts:
    told = facts_from_preamble(source.lines[: header.index], kind=None)
    facts = EsrFacts(temperature=told.temperature)
    for name, text in list(told.metadata.items())[:40]:
        key = name.strip().lower()
        for quantity, (names, unit) in _QUANTITIES.items():
            if key in names:
                try:
                    facts.note(quantity, Quantity.parse(text, unit=unit).value, unit)
                except UnitError as error:
                    raise source.error(
                        str(error),
                        line=_line_of(source, name),
                        field=quantity,
                        hint=f"Write a number with its unit, such as {unit}.",
                    ) from None
                break
        else:
            if key == "harmonic":
                facts.harmonic = _harmonic(source, text, name)
            elif key in ("gain", "scans"):
                facts.note(key, number(text), "")
            else:
                facts.metadata[name] = text
    return facts


def _harmonic(source: Source, text: str, name: str) -> int:
    value = number(text)
    if value not in (0.0, 1.0):
        raise source.error(
            f"the harmonic is {text[:20]!r}",
            line=_line_of(source, name),
            field="harmonic",
            hint="Write 0 for absorption, 1 for its derivative.",
        )
    return int(value)


def _line_of(source: Source, name: str) -> int | None:
    return next((i for i, line in enumerate(source.lines[:300], start=1) if name in line), None)


def _find(source: Source) -> _Header | None:
    for index, line in enumerate(source.lines[:_LAST_HEADER_LINE]):
        bare = _COMMENT.sub("", line).strip()
        if not 3 <= len(bare) <= 1000:
            continue
        for delimiter in DELIMITERS:
            text = re.sub(r"\s+([\[(])", r"\1", bare) if delimiter == " " else bare
            cells = [same_form(cell).strip(" '\"") for cell in split_cells(text, delimiter)]
            if not 2 <= len(cells) <= 20 or any(map(is_number, cells)):
                continue
            header = _header(index, delimiter, cells)
            if header is not None:
                return header
    return None


def _header(index: int, delimiter: Delimiter, cells: list[str]) -> _Header | None:
    field, unit = None, None
    for j, cell in enumerate(cells):
        named = _FIELD.fullmatch(cell)
        if named or _BARE_FIELD.fullmatch(cell):
            field, unit = j, named["unit"] if named else None
            break
    real = next((j for j, cell in enumerate(cells) if j != field and _REAL.fullmatch(cell)), None)
    if field is None or real is None:
        return None
    imaginary = next((j for j, cell in enumerate(cells) if _IMAGINARY.fullmatch(cell)), None)
    places = (field, real) if imaginary is None else (field, real, imaginary)
    return _Header(index, delimiter, places, unit)
