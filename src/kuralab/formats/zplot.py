"""ZPlot and ZView ``.z``: comment lines up to ``End Comments``, then nine columns without units.

The last comment names the columns: ``Freq(Hz) Ampl Bias Time(Sec) Z'(a) Z''(b) GD Err Range``,
where (a) and (b) are ZView's letters for Re and Im, in ohm, with their mathematical sign.
"""

from __future__ import annotations

import re

from kuralab.formats._build import Facts, measurements_from_table
from kuralab.formats._labels import Label, label_from_text
from kuralab.formats._name import temperature_from_text
from kuralab.formats._source import Source
from kuralab.formats._table import table_from_rows
from kuralab.formats._when import NO_ZONE, when_from_text
from kuralab.model import Measurement

FORMAT = "zplot"
_LABELS = ("Freq(Hz)", "", "", "Time(s)", "Z'(ohm)", "Z''(ohm)", "", "", "")
_KEPT = {
    "Experiment Type": "technique",
    "Date": "date",
    "Time": "time",
    "Surface Area": "electrode_area_cm2",
    "Open Circuit Potential (V)": "open_circuit_potential_V",
}


def recognises(source: Source) -> bool:
    """The first line is ``ZPLOT2 ASCII`` or its like."""
    return bool(source.text) and bool(re.match(r"\s*Z(?:PLOT|VIEW)\w* ASCII", (source.text or "")[:100]))


def read(source: Source) -> tuple[Measurement, ...]:
    """Read a ZPlot file.

    Raises
    ------
    InputError
        ``End Comments`` is missing, there are no rows, or a cell is no number.
    """
    end = next((i for i, line in enumerate(source.lines) if line.strip() == "End Comments"), None)
    if end is None:
        raise source.error(
            "the line 'End Comments' is missing, so the file is cut short",
            hint="Copy it again from the instrument's computer.",
        )
    rows, places = [], []
    for number, line in enumerate(source.lines[end + 1 :], start=end + 2):
        if line.strip():
            rows.append([c for c in re.split(r"[\t, ]+", line.strip()) if c])
            places.append(number)
    labels = [label_from_text(text) for text in _LABELS]
    table = table_from_rows(source, _named(labels, source.lines[:end]), rows, places)
    return measurements_from_table(source, table, format=FORMAT, facts=_facts(source, end))


def _named(labels: list[Label], comments: list[str]) -> list[Label]:
    """The usual columns, in the order of the last comment where it names them."""
    cells = comments[-1].split("\t") if comments else []
    names = [re.sub(r"\s", "", cell).lower() for cell in cells]
    if not {"freq(hz)", "z'(a)", "z''(b)"} <= set(names):
        return labels
    known = {"freq(hz)": 0, "time(sec)": 3, "z'(a)": 4, "z''(b)": 5}
    return [labels[known.get(name, 1)] for name in names]


def _facts(source: Source, end: int) -> Facts:
    facts = Facts()
    comment = ""
    for line in source.lines[1:end]:
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if colon and value and name in _KEPT:
            facts.metadata.setdefault(_KEPT[name], value[:200])
        elif not colon:
            comment += f" {line.strip()}"
    facts.temperature = temperature_from_text(comment[:2000])
    date, time = facts.metadata.get("date", ""), facts.metadata.get("time", "")
    facts.started = when_from_text(f"{date} {time}", month_first=None)
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts
