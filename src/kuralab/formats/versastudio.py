"""VersaStudio ``.par``: sections in angle brackets; each ``<SegmentN>`` holds rows.

``Definition=`` names the columns, Z Imag with its mathematical sign. Segments without a frequency
are direct-current steps: they are read as time series when the file has no spectrum.
"""

from __future__ import annotations

import re

import numpy as np

from kuralab.formats._build import Facts, measurements_from_table
from kuralab.formats._labels import label_from_text
from kuralab.formats._source import Source
from kuralab.formats._table import Table, table_from_rows
from kuralab.formats._when import NO_ZONE, when_from_text
from kuralab.model import Measurement

FORMAT = "versastudio"
_WITH_UNITS = {"Z Real": "Z Real (ohm)", "Z Imag": "Z Imag (ohm)"}
_KEPT = {
    "Type": "device",
    "SN": "serial_number",
    "Working Electrode Area (cm2)": "electrode_area_cm2",
    "DateAcquired": "date",
    "TimeAcquired": "time",
}
_SPECTRUM_COLUMNS = ("Frequency(Hz)", "Z Real", "Z Imag")


def recognises(source: Source) -> bool:
    """VersaStudio's name in the first section, or a segment's definition."""
    head = (source.text or "")[:20000]
    return "Name=VersaStudio" in head or ("<Segment" in head and "Definition=Segment #" in head)


def read(source: Source) -> tuple[Measurement, ...]:
    """Read the spectra of a VersaStudio file, or else its time series.

    Raises
    ------
    InputError
        There is no segment with rows, or a cell is no number.
    """
    segments = _segments(source)
    if not segments:
        raise source.error(
            "the file has no segment with a Definition and rows",
            hint="Save it again from VersaStudio when the measurement is finished.",
        )
    spectra = [table for table in segments if _is_spectrum(table)]
    chosen = spectra or [_without_spectrum(table) for table in segments]
    measurements: list[Measurement] = []
    for table in chosen:
        measurements += measurements_from_table(source, table, format=FORMAT, facts=_facts(source))
    return tuple(m.model_copy(update={"sweep": i}) for i, m in enumerate(measurements, start=1))


def _segments(source: Source) -> list[Table]:
    tables: list[Table] = []
    names: list[str] | None = None
    rows: list[list[str]] = []
    places: list[int] = []
    for number, line in enumerate([*source.lines, "</Segment>"], start=1):
        if line.startswith("Definition="):
            names = [name.strip() for name in line.removeprefix("Definition=").split(",")]
            rows, places = [], []
        elif line.startswith("<"):
            if names is not None and rows:
                labels = [label_from_text(_WITH_UNITS.get(n, n if n != "0" else "")) for n in names]
                # The definition ends in ", 0", for which the rows have no cell.
                width = max(len(row) for row in rows)
                tables.append(table_from_rows(source, labels[:width], rows, places))
            names = None
        elif names is not None and line.strip():
            rows.append([cell.strip() for cell in line.split(",")])
            places.append(number)
    return tables


def _is_spectrum(table: Table) -> bool:
    for field in table.fields:
        if field.label.text == "Frequency(Hz)":
            return bool(np.any(field.values != 0))
    return False


def _without_spectrum(table: Table) -> Table:
    named = {_WITH_UNITS.get(name, name) for name in _SPECTRUM_COLUMNS}
    kept = tuple(field for field in table.fields if field.label.text not in named)
    return Table(kept, table.places, table.place)


def _facts(source: Source) -> Facts:
    facts = Facts()
    action = ""
    for line in source.lines:
        if line.startswith("Definition="):
            break
        name, equals, value = line.partition("=")
        if equals and name in _KEPT and value.strip():
            facts.metadata.setdefault(_KEPT[name], value.strip()[:200])
        opened = re.match(r"<(/?)(\w{1,40})>", line)
        if opened:
            action = "" if opened[1] else opened[2]
        elif name == "Name" and re.fullmatch(r"Action[1-9]\d*", action):
            facts.metadata.setdefault("technique", value.strip()[:200])
    date, time = facts.metadata.get("date", ""), facts.metadata.get("time", "")
    facts.started = when_from_text(f"{date} {time}", month_first=None)
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts
