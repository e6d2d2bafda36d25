"""Gamry Framework ``.DTA``: tagged lines, and tables that begin with ``NAME<tab>TABLE``.

The ZCURVE tables are spectra (Zimag with its mathematical sign); other tables are passed over.
Below a table's name stand its labels, their units, and rows that begin with a tab.
"""

from __future__ import annotations

import re

from kuralab.formats._build import Facts, measurements_from_table
from kuralab.formats._header import labels_from_cells
from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source
from kuralab.formats._table import Table, table_from_rows
from kuralab.formats._when import NO_ZONE, when_from_text
from kuralab.model import Measurement

FORMAT = "gamry-dta"
_TABLE = re.compile(r"(\w+)\tTABLE\b")
_KEPT = {
    "TAG": "technique",
    "TITLE": "title",
    "DATE": "date",
    "TIME": "time",
    "PSTAT": "device",
    "AREA": "electrode_area_cm2",
}


def recognises(source: Source) -> bool:
    """The first line is ``EXPLAIN``."""
    return source.text is not None and source.text.lstrip()[:7].upper() == "EXPLAIN"


def read(source: Source) -> tuple[Measurement, ...]:
    """Read the spectra of a Gamry file.

    Raises
    ------
    InputError
        There is no ZCURVE table, it has no rows, or a cell is no number.
    """
    starts = {i: m[1] for i, line in enumerate(source.lines) if (m := _TABLE.match(line))}
    spectra = [i for i, name in starts.items() if name.upper().startswith("ZCURVE")]
    if not spectra:
        raise source.error(
            "the file has no ZCURVE table",
            hint=f"Its tables are {', '.join(starts.values())[:200] or 'none'}; spectra are read.",
        )
    measurements: list[Measurement] = []
    for start in spectra:
        table = _table_at(source, start)
        measurements += measurements_from_table(source, table, format=FORMAT, facts=_facts(source))
    return tuple(m.model_copy(update={"sweep": i}) for i, m in enumerate(measurements, start=1))


def _table_at(source: Source, start: int) -> Table:
    body = []
    for number, line in enumerate(source.lines[start + 1 :], start=start + 2):
        if line.strip() and not line.startswith(("\t", " ")):
            break
        if line.strip():
            body.append((number, [cell.strip() for cell in line.split("\t")][1:]))
    if len(body) < 2:
        raise source.error(
            "the table ZCURVE has no rows",
            line=start + 1,
            hint="Copy the file again when the measurement is finished.",
        )
    names = body[0][1]
    units = body[1][1] if not any(map(is_number, body[1][1])) else None
    rows = body[1:] if units is None else body[2:]
    labels = labels_from_cells(names, units)
    return table_from_rows(source, labels, [r for _, r in rows], [n for n, _ in rows])


def _facts(source: Source) -> Facts:
    facts = Facts()
    for line in source.lines:
        cells = line.split("\t")
        if cells[0] in _KEPT and len(cells) > 2 and cells[2].strip():
            facts.metadata.setdefault(_KEPT[cells[0]], cells[2].strip()[:200])
        elif cells[0] == "TAG" and len(cells) > 1:
            facts.metadata.setdefault("technique", cells[1].strip()[:200])
    date, time = facts.metadata.get("date", ""), facts.metadata.get("time", "")
    # Gamry follows the computer's settings, so 4/5/2018 stays a text.
    facts.started = when_from_text(f"{date} {time}", month_first=None)
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts
