"""NETZSCH Proteus text exports: lines ``#NAME:value``, then a table below ``##Temp./°C;Time/min;...``.

In Latin-1, with a decimal point or comma as the file says; mass in percent of the first mass, or in mg.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._labels import unit_from_text
from kuralab.formats._source import Source, same_form
from kuralab.formats._table import column_numbers
from kuralab.model import Column, Kind, Measurement
from kuralab.units import convert, dimension_of

FORMAT = "netzsch-text"
Floats = NDArray[np.float64]

_LINE: Final = re.compile(r"^#([A-Z][^:]{0,40}):(.*)$")
_SEPARATORS: Final = {"SEMICOLON": ";", "COMMA": ",", "TAB": "\t", "TABULATOR": "\t", "SPACE": " "}
_KEPT: Final = {
    "INSTRUMENT": "instrument",
    "LABORATORY": "laboratory",
    "OPERATOR": "operator",
    "REMARK": "remark",
    "SAMPLE": "sample",
    "MATERIAL": "material",
    "TYPE OF CRUCIBLE": "crucible",
    "CORR. FILE": "correction_file",
    "RANGE": "programme",
    "SEGMENT": "segment",
    "ATMOSPHERE": "atmosphere",
    "MTYPE": "type",
}
_MASSES: Final = {"SAMPLE MASS": "sample_mass", "SAMPLE CRUCIBLE MASS": "crucible_mass"}
_DATE: Final = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:\s+(\d{1,2}):(\d{2}))?")


def recognises(source: Source) -> bool:
    """It begins with ``#EXPORTTYPE:`` or names a NETZSCH format in its first lines."""
    if source.text is None:
        return False
    head = source.lines[:12]
    return any(line.startswith(("#EXPORTTYPE:", "#FORMAT:NETZSCH")) for line in head)


def read(source: Source) -> tuple[Measurement, ...]:
    """One measurement with all segments of the export.

    Raises
    ------
    InputError
        No table, no column of temperature, time or mass, a unit that does not fit, or a cell that is no
        number.
    """
    told: dict[str, str] = {}
    top = None
    for index, line in enumerate(source.lines[:500]):
        if line.startswith("##"):
            top = index
            break
        pair = _LINE.match(line)
        if pair:
            told.setdefault(same_form(pair[1].strip()), pair[2].strip())
    if top is None:
        raise source.error(
            "there is no table below a line ##Temp./°C;Time/min;...", hint="Export the data again."
        )
    separator = _SEPARATORS.get(told.get("SEPARATOR", "").upper()) or _separator(source.lines[top])
    labels = [cell.strip() for cell in source.lines[top][2:].split(separator)]
    rows, lines = [], []
    for number, line in enumerate(source.lines[top + 1 :], start=top + 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.strip().split(None if separator == " " else separator)]
        if len(cells) < len(labels):
            raise source.error(
                f"this row has {len(cells)} cells, {len(labels)} are needed", line=number, hint=_ROW
            )
        rows.append(cells[: len(labels)])
        lines.append(number)
    if not rows:
        raise source.error("the table has no rows", line=top + 1, hint="Export the data again.")
    columns = _columns(source, labels, rows, lines, told, top)
    return (
        Measurement(
            kind=Kind.THERMOGRAM,
            format=FORMAT,
            raw=source.raw,
            columns=columns,
            started=_started(told.get("DATE/TIME", "")),
            metadata=_metadata(told),
        ),
    )


_ROW: Final = "Complete or delete the row."


def _separator(line: str) -> str:
    return next((mark for mark in (";", "\t", ",") if mark in line), ";")


def _columns(
    source: Source,
    labels: list[str],
    rows: list[list[str]],
    lines: list[int],
    told: dict[str, str],
    top: int,
) -> tuple[Column, ...]:
    comma = told.get("DECIMAL", "").upper() == "COMMA"
    found: dict[str, Column] = {}
    for j, label in enumerate(labels):
        name, unit = _meaning(source, label, line=top + 1)
        if name is None or name in found:
            continue
        texts = [row[j].replace(",", ".") if comma else row[j] for row in rows]
        values = column_numbers(source, texts, lines, field=label)
        target = {"time": "s", "temperature": "degC", "mass": "mg"}.get(name, unit)
        if name in ("time", "mass"):
            values = np.asarray(convert(values, unit=unit, to=target))
        found[name] = Column(name=name, unit=target, values=values)
    if "mass" in found:
        found["mass"] = _mass_or_change(found["mass"], told)
    missing = [name for name in ("temperature", "time") if name not in found]
    if missing or not {"mass", "mass_percent"} & found.keys():
        raise source.error(
            f"the table has no column of {', '.join(missing) or 'mass'}",
            line=top + 1,
            hint="Export temperature, time and mass together.",
        )
    mass = "mass" if "mass" in found else "mass_percent"
    keep = np.isfinite(found["time"].values) & np.isfinite(found["temperature"].values)
    keep &= np.isfinite(found[mass].values)
    if not keep.any():
        raise source.error(
            "no row has temperature, time and mass", line=top + 1, hint="Export the data again."
        )
    order = ["time", "temperature", mass, *(n for n in found if n not in ("time", "temperature", mass))]
    return tuple(
        Column(name=found[n].name, unit=found[n].unit, values=found[n].values[keep]) for n in order
    )


def _meaning(source: Source, label: str, *, line: int) -> tuple[str | None, str]:
    """Column name and unit of a header cell; (None, "") for one that is not used."""
    name, _, unit_text = label.partition("/")
    words = same_form(name).strip().lower().rstrip(".")
    unit = unit_from_text(unit_text.strip(" ()[]").split()[0]) if unit_text.strip(" ()[]") else None
    if words in ("temp", "temperature", "sample temp"):
        wanted, meaning = "temperature", "temperature"
    elif words == "time":
        wanted, meaning = "time", "time"
    elif words in ("mass", "tg", "mass change", "mass loss"):
        if unit == "%":
            return "mass_percent", "%"
        wanted, meaning = "mass", "mass"
    else:
        return None, ""
    if unit is None or (meaning != "temperature" and dimension_of(unit) != wanted):
        raise source.error(
            f"the column {label[:40]!r} has no unit of {wanted}",
            line=line,
            hint="Export with units, such as Temp./°C, Time/min, Mass/% or Mass/mg.",
        )
    if meaning == "temperature" and unit not in ("degC", "C"):
        raise source.error(
            f"the temperature is in {unit!r}", line=line, hint="Export the temperature in °C."
        )
    return meaning, unit


def _mass_or_change(column: Column, told: dict[str, str]) -> Column:
    """Milligrams of the sample, or the change since the start: the sample's mass tells which."""
    stated = _milligrams(told, "SAMPLE MASS")
    first = column.values[np.isfinite(column.values)][:1]
    if stated is not None and first.size and abs(float(first[0]) - stated) < 0.5 * stated:
        return column
    return Column(name="mass_change", unit="mg", values=column.values)


def _milligrams(told: dict[str, str], name: str) -> float | None:
    text = next((value for key, value in told.items() if key.startswith(f"{name} /mg")), "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if 0.0 < value < 1e6 else None


def _metadata(told: dict[str, str]) -> dict[str, str]:
    found = {name: told[key][:300] for key, name in _KEPT.items() if told.get(key)}
    for key, name in _MASSES.items():
        mass = _milligrams(told, key)
        if mass is not None:
            found[name] = f"{mass:g} mg"
    return found


def _started(text: str) -> datetime | None:
    """Day, month, year with dots; the file names no zone."""
    found = _DATE.match(text)
    if found is None:
        return None
    day, month, year, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
