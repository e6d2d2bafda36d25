"""Any text table whose header names its columns: comma, semicolon, tab or blanks between them.

Three columns without a header are taken as frequency, Re Z and Im Z, with a warning.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kuralab.formats._build import Facts, measurements_from_table
from kuralab.formats._columns import kind_of_labels
from kuralab.formats._header import (
    DELIMITERS,
    Delimiter,
    Header,
    facts_from_preamble,
    find_header,
    is_line_of_units,
    labels_from_cells,
    split_cells,
)
from kuralab.formats._labels import Label, label_from_text
from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source
from kuralab.formats._table import Table, table_from_rows
from kuralab.model import Measurement

FORMAT = "delimited"
_COMMENTS = ("#", "%", "//", "!")


def recognises(source: Source) -> bool:
    """Any text."""
    return source.text is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """Read a table with a header, or three columns without one.

    Raises
    ------
    InputError
        There is no such table, or a cell in it is no number.
    """
    header = find_header(source.lines)
    if header is None:
        return _read_without_header(source)
    return read_table(source, header, format=FORMAT, vendor=False)


def read_table(source: Source, header: Header, *, format: str, vendor: bool) -> tuple[Measurement, ...]:
    """Read what stands below a header that was found.

    Raises
    ------
    InputError
        No row, a row of another width, or text in a number column.
    """
    facts = facts_from_preamble(source.lines[: header.index], kind=kind_of_labels(list(header.labels)))
    table = table_below(source, header)
    return measurements_from_table(source, table, format=format, facts=facts, vendor=vendor)


def table_below(source: Source, header: Header) -> Table:
    """The rows below a header; a line of units is used, a repeated header is passed over."""
    texts = [label.text for label in header.labels]
    labels, width = header.labels, len(header.labels)
    delimiter: Delimiter | None = None
    rows: list[list[str]] = []
    places: list[int] = []
    for index in range(header.index + 1, len(source.lines)):
        line = source.lines[index]
        stripped = line.strip()
        if not stripped or stripped.startswith(_COMMENTS):
            continue
        if delimiter is None:
            units = _without_tail(split_cells(line, header.delimiter))
            if not rows and is_line_of_units(units, width):
                labels = labels_from_cells(texts, [unit.strip(" []()") for unit in units])
                continue
            delimiter = _delimiter_of(line, header.delimiter, width)
        cells = split_cells(line, delimiter)
        if not is_number(cells[0]) and _is_header_again(line, header, texts):
            continue
        rows.append(cells)
        places.append(index + 1)
    if not rows:
        raise source.error(
            "the table has a header but no rows",
            line=header.index + 1,
            hint="Export the measurement again when it is finished.",
        )
    return table_from_rows(source, labels, rows, places)


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _is_header_again(line: str, header: Header, texts: Sequence[str]) -> bool:
    again = find_header([line])
    return again is not None and [label.text for label in again.labels] == list(texts)


def _delimiter_of(line: str, preferred: Delimiter, width: int) -> Delimiter:
    """What separates the first row, which may differ from what separates the header."""
    for delimiter in (preferred, *DELIMITERS):
        if len(_without_tail(split_cells(line, delimiter))) == width:
            return delimiter
    return preferred


def _read_without_header(source: Source) -> tuple[Measurement, ...]:
    rows, places, labels = [], [], _default_labels()
    delimiter: Delimiter | None = None
    comments = []
    for number, line in enumerate(source.lines, start=1):
        if not line.strip():
            continue
        if line.strip().startswith(_COMMENTS):
            comments.append(line)
            continue
        if delimiter is None:
            delimiter = _numeric_delimiter(line)
            if delimiter is None:
                raise _no_table(source)
        rows.append(split_cells(line, delimiter))
        places.append(number)
    if not rows:
        raise source.error("the file has no rows", hint="Export the measurement again.")
    table = table_from_rows(source, labels, rows, places)
    _refuse_other_curves(source, table)
    facts: Facts = facts_from_preamble(comments, kind=kind_of_labels(list(labels)))
    facts.warnings.append(
        "there is no header: the columns were taken as frequency in Hz, Re Z and Im Z in ohm"
    )
    return measurements_from_table(source, table, format=FORMAT, facts=facts, vendor=False)


def _default_labels() -> tuple[Label, ...]:
    return tuple(label_from_text(text) for text in ("f [Hz]", "Re(Z) [ohm]", "Im(Z) [ohm]"))


def _numeric_delimiter(line: str) -> Delimiter | None:
    for delimiter in DELIMITERS:
        cells = _without_tail(split_cells(line, delimiter))
        if len(cells) == 3 and all(map(is_number, cells)):
            return delimiter
    return None


def _refuse_other_curves(source: Source, table: Table) -> None:
    """Three columns that rise in equal steps are a diffractogram or a time series."""
    first = table.fields[0].values
    steps = np.diff(first[np.isfinite(first)])
    if steps.size >= 10 and np.ptp(steps) <= 0.01 * abs(float(np.median(steps))):
        raise source.error(
            "there is no header, and the first column goes in equal steps as no frequency does",
            hint="If it is a spectrum, add a header such as: frequency [Hz], Z' [ohm], Z'' [ohm]. "
            "If it is a powder pattern, add 2theta, intensity, or name the file .xye.",
        )


def _no_table(source: Source) -> Exception:
    first = next((line.strip() for line in source.lines if line.strip()), "")
    return source.error(
        "no table of an impedance spectrum or of voltage or current against time was found; "
        f"the file begins with {first[:60]!r}",
        hint="The header has to name the columns, such as: frequency [Hz], Z' [ohm], Z'' [ohm], "
        "or: time [s], voltage [V], current [A].",
    )
