"""BioLogic EC-Lab ``.mpt``: text in Latin-1, its header's length in line 2, then tab columns.

``Nb header lines : N`` counts all lines down to and including the labels. The imaginary part is
written negated (``-Im(Z)/Ohm``). Numbers have a decimal comma where the computer's settings do.
"""

from __future__ import annotations

import re

from kuralab.formats._biologic import with_current
from kuralab.formats._build import Facts, measurements_from_table
from kuralab.formats._labels import label_from_text, unit_from_text
from kuralab.formats._source import Source
from kuralab.formats._table import table_from_rows
from kuralab.formats._when import NO_ZONE, when_from_text
from kuralab.model import Measurement
from kuralab.units import Quantity

FORMAT = "biologic-mpt"
_KEPT = {
    "Run on channel": "channel",
    "Device": "device",
    "Electrode material": "electrode_material",
    "Electrolyte": "electrolyte",
    "Comments": "comments",
    "Electrode surface area": "electrode_area",
    "Characteristic mass": "characteristic_mass",
    # Not EC-Lab's own: whoever knows the analyser's limit may add the line.
    "Resistance limit": "resistance_limit",
}


def recognises(source: Source) -> bool:
    """The first line is ``EC-Lab ASCII FILE`` or ``BT-Lab ASCII FILE``."""
    return source.text is not None and bool(re.match(r"\s*(?:EC|BT)-Lab ASCII FILE", source.text[:100]))


def read(source: Source) -> tuple[Measurement, ...]:
    """Read an EC-Lab text file.

    Raises
    ------
    InputError
        The header's length does not fit, there are no rows, or a cell is no number.
    """
    length = _header_length(source)
    labels = [label_from_text(cell) for cell in source.lines[length - 1].rstrip().split("\t")]
    rows, places = [], []
    for number, line in enumerate(source.lines[length:], start=length + 1):
        if line.strip():
            rows.append([cell.strip() for cell in line.split("\t")])
            places.append(number)
    table = table_from_rows(source, labels, rows, places)
    facts = _facts(source.lines[: length - 1])
    return measurements_from_table(source, with_current(table, facts), format=FORMAT, facts=facts)


def _header_length(source: Source) -> int:
    """How many lines the header has, its last one being the labels."""
    for line in source.lines[:10]:
        found = re.match(r"\s*Nb header lines\s*:\s*(\d{1,6})\s*$", line)
        if found:
            length = int(found[1])
            if 1 <= length <= len(source.lines) and "\t" in source.lines[length - 1]:
                return length
            raise source.error(
                f"the header should end in line {length} with the columns' names, but does not",
                line=min(length, len(source.lines)) or None,
                hint="Export the file again from EC-Lab.",
            )
    raise source.error(
        "the line 'Nb header lines : N' is missing", line=2, hint="Export the file again from EC-Lab."
    )


def _facts(lines: list[str]) -> Facts:
    facts = Facts()
    if len(lines) > 3:
        facts.metadata["technique"] = lines[3].strip()[:200]
    for line in lines:
        name, colon, value = line.partition(" : ")
        name, value = name.strip(), value.strip()
        if not colon or not value:
            continue
        if name in _KEPT:
            facts.metadata.setdefault(_KEPT[name], value[:200])
        elif name == "Acquisition started on":
            facts.started = when_from_text(value, month_first=True)
        elif name.startswith("EC-Lab for windows"):
            facts.metadata["software"] = line.strip()[:200]
        elif name.lower() == "temperature":
            facts.temperature = _temperature(value)
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts


def _temperature(text: str) -> Quantity | None:
    found = re.fullmatch(r"([-+]?\d{1,4}(?:[.,]\d{1,6})?)\s*(\S{1,3})", text)
    unit = unit_from_text(found[2]) if found else None
    if found is None or unit not in ("degC", "K"):
        return None
    return Quantity(value=float(found[1].replace(",", ".")), unit=unit)
