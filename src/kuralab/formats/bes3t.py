"""Bruker BES3T: a text descriptor ``.DSC`` and binary data ``.DTA``; either one may be named.

The descriptor has layers that begin with ``#``: what the data are (DESC), the standard parameters (SPL),
those of the devices (DSL), and a history of manipulations (MHL), which is left out.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._esr import (
    MOST_POINTS,
    EsrFacts,
    esr_measurement,
    has_partner,
    kelvin,
    number,
    partner,
)
from kuralab.formats._source import Source
from kuralab.formats._when import NO_ZONE, when_from_text
from kuralab.model import Measurement

FORMAT = "bruker-bes3t"
Floats = NDArray[np.float64]

_ITEMS: Final = {"C": "i1", "S": "i2", "I": "i4", "F": "f4", "D": "f8"}
_AXES: Final = {"G": "G", "mT": "mT", "T": "T", "kG": "kG", "": "G"}
_KEY: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?:[ \t]+(.*))?")
_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2,4})")
# A pulse programme is one value of thousands of characters over hundreds of lines.
_LONGEST: Final = 200_000
_LARGEST: Final = 1e100


def recognises(source: Source) -> bool:
    """A descriptor begins with ``#DESC``; data have the extension of theirs and a descriptor beside."""
    if source.text is not None and source.text.lstrip()[:5] == "#DESC":
        return True
    if source.path.suffix.lower() != ".dta" or source.content.lstrip()[:7].upper() == b"EXPLAIN":
        return False
    return source.text is None or has_partner(source, ("dsc",))


def read(source: Source) -> tuple[Measurement, ...]:
    """The field sweep of a pair of files.

    Raises
    ------
    InputError
        The other file is missing, the data have several dimensions, the axis is no magnetic field, or
        the descriptor does not fit the data.
    """
    if source.text is not None and source.text.lstrip()[:5] == "#DESC":
        descriptor, data = source, partner(source, ("dta",), what="data file")
    else:
        descriptor, data = partner(source, ("dsc",), what="descriptor"), source
        if descriptor.text is None or descriptor.text.lstrip()[:5] != "#DESC":
            raise descriptor.error("this is no BES3T descriptor", hint="Copy it again.")
    fields = _fields(descriptor)
    _check_dimensions(descriptor, fields)
    points = _count(descriptor, fields, "XPTS")
    y = _values(data, descriptor, fields, points)
    facts = _facts(fields)
    x, unit = _axis(descriptor, fields, points)
    channels = _listed(fields.get("IKKF", "REAL"))
    if len(channels) > 1:
        facts.warnings.append(
            f"each point has {len(channels)} values ({', '.join(channels)}); the first one is read"
        )
    return (
        esr_measurement(
            data=data, descriptor=descriptor, format=FORMAT, x=x, unit=unit, y=y, facts=facts
        ),
    )


def _fields(source: Source) -> dict[str, str]:
    """Keys and values of all layers but the history; the first value of a key counts."""
    found: dict[str, str] = {}
    joined = ""
    for line in source.lines:
        if line.startswith("#MHL"):
            break
        if joined or line.rstrip().endswith("\\"):
            # A backslash at the end of a line continues the value.
            more = line.rstrip()
            joined += more.removesuffix("\\")
            if more.endswith("\\") and len(joined) < _LONGEST:
                continue
            line, joined = joined, ""  # noqa: PLW2901
        if line.startswith(("*", "#", ".")):
            continue
        pair = _KEY.match(line[:_LONGEST])
        if pair:
            found.setdefault(pair[1], (pair[2] or "").strip())
    return found


def _plain(text: str) -> str:
    return text.strip().strip("'").strip()


def _listed(text: str) -> list[str]:
    return [_plain(part).upper() for part in text.split(",") if _plain(part)] or ["REAL"]


def _check_dimensions(source: Source, fields: dict[str, str]) -> None:
    for key, name in (("YTYP", "second"), ("ZTYP", "third")):
        kind = _plain(fields.get(key, "NODATA")).upper()
        if kind not in ("", "NODATA") and (number(fields.get(f"{key[0]}PTS")) or 1.0) > 1.0:
            raise source.error(
                f"the data have a {name} dimension ({key} {kind}), which kuralab does not read",
                field=key,
                hint="Export one field sweep as a file of its own.",
            )


def _count(source: Source, fields: dict[str, str], key: str) -> int:
    value = number(fields.get(key))
    if value is None or not 1 <= value <= MOST_POINTS or value != int(value):
        raise source.error(
            f"{key} is {fields.get(key, 'missing')[:40]!r}, a number of points is needed",
            field=key,
            hint="Copy the descriptor again.",
        )
    return int(value)


def _values(data: Source, source: Source, fields: dict[str, str], points: int) -> NDArray[np.inexact]:
    """(points,) the first of the values of each point, complex where the descriptor says so."""
    order = {"BIG": ">", "LIT": "<"}.get(_plain(fields.get("BSEQ", "BIG")).upper())
    if order is None:
        raise source.error(
            f"the byte order {fields['BSEQ'][:20]!r} is unknown", field="BSEQ", hint="It is BIG or LIT."
        )
    kinds = _listed(fields.get("IKKF", "REAL"))
    formats = _listed(fields.get("IRFMT", "D"))
    imaginary = _listed(fields.get("IIFMT", fields.get("IRFMT", "D")))
    layout: list[tuple[str, str]] = []
    for i, kind in enumerate(kinds):
        if kind not in ("REAL", "CPLX"):
            raise source.error(
                f"values of the kind {kind[:20]!r} are unknown", field="IKKF", hint="REAL or CPLX."
            )
        layout.append((f"r{i}", order + _item(source, formats, i, "IRFMT")))
        if kind == "CPLX":
            layout.append((f"i{i}", order + _item(source, imaginary, i, "IIFMT")))
    table = np.dtype(layout)
    expected = table.itemsize * points
    if len(data.content) != expected:
        raise data.error(
            f"the file has {len(data.content)} bytes, but its descriptor announces {expected} "
            f"({points} points of {table.itemsize} bytes)",
            hint="Copy both files again.",
        )
    rows = np.frombuffer(data.content, dtype=table)
    real = _numbers(rows["r0"])
    if kinds[0] == "REAL":
        return real
    return np.asarray(real + 1j * _numbers(rows["i0"]))


def _numbers(stored: NDArray[np.generic]) -> Floats:
    """Numbers as floats; wild bytes, whose squares no float holds, become NaN."""
    with np.errstate(invalid="ignore"):
        values = stored.astype(np.float64)
    values[np.abs(values) > _LARGEST] = np.nan
    return values


def _item(source: Source, formats: list[str], i: int, key: str) -> str:
    name = formats[min(i, len(formats) - 1)]
    if name not in _ITEMS:
        raise source.error(
            f"numbers of the format {name[:20]!r} are not read",
            field=key,
            hint=f"It reads {', '.join(_ITEMS)}.",
        )
    return _ITEMS[name]


def _axis(source: Source, fields: dict[str, str], points: int) -> tuple[Floats, str]:
    name, unit = _plain(fields.get("XNAM", "")), _plain(fields.get("XUNI", ""))
    if unit not in _AXES or (name and not re.search(r"field|magn|b0|磁", name, re.IGNORECASE)):
        raise source.error(
            f"the axis is {name or 'not named'} in {unit or 'no unit'}, but a magnetic field is needed",
            field="XNAM",
            hint="Name a field sweep.",
        )
    kind = _plain(fields.get("XTYP", "IDX")).upper()
    if kind == "IGD":
        gauge = partner(source, ("xgf",), what="file of the axis")
        item = _item(source, _listed(fields.get("XFMT", "D")), 0, "XFMT")
        order = "<" if _plain(fields.get("BSEQ", "BIG")).upper() == "LIT" else ">"
        if len(gauge.content) != points * np.dtype(item).itemsize:
            raise gauge.error(f"the axis has not {points} points", hint="Copy the files again.")
        return np.frombuffer(gauge.content, dtype=order + item).astype(np.float64), _AXES[unit]
    start, width = number(fields.get("XMIN")), number(fields.get("XWID"))
    if start is None or width is None:
        key = "XMIN" if start is None else "XWID"
        raise source.error(
            f"the field axis is missing: {key} is {fields.get(key, 'not there')[:40]!r}",
            field=key,
            hint="Copy the descriptor again.",
        )
    if not width > 0.0:
        raise source.error(
            f"the magnetic field does not rise: XWID is {width:g}",
            field="XWID",
            hint="Give a sweep towards higher fields.",
        )
    # The last point lies at XMIN + XWID.
    return start + np.linspace(0.0, width, points), _AXES[unit]


def _facts(fields: dict[str, str]) -> EsrFacts:
    facts = EsrFacts(temperature=kelvin(number(fields.get("STMP"))))
    title = _plain(fields.get("TITL", ""))
    if title:
        facts.metadata["title"] = title[:200]
    frequency = number(fields.get("MWFQ"))
    counted = number(fields.get("FrequencyMon"))
    # The counter's own line has more digits than MWFQ.
    if counted is not None and frequency and abs(1e9 * counted / frequency - 1.0) < 1e-5:
        frequency = 1e9 * counted
    facts.note("frequency", frequency, "GHz", factor=1e-9)
    facts.note("power", number(fields.get("MWPW")), "mW", factor=1e3)
    experiment = _plain(fields.get("EXPT", "")).upper()
    if experiment == "CW":
        facts.note("modulation_amplitude", number(fields.get("B0MA")), "mT", factor=1e3)
        harmonic = number(fields.get("RCHM"))
        facts.harmonic = None if harmonic is None else int(harmonic)
        gain = number(fields.get("RCAG"))
        if gain is not None and abs(gain) <= 200.0:
            facts.metadata["gain"] = f"{10.0 ** (gain / 20.0):.6g}"
        facts.metadata["normalised"] = (
            "yes" if _plain(fields.get("SctNorm", "")).lower() in ("true", "on") else "no"
        )
    elif experiment == "PLS":
        facts.harmonic = 0
    if experiment:
        facts.metadata["experiment"] = {"CW": "continuous wave", "PLS": "pulse"}.get(
            experiment, experiment[:20]
        )
    scans = number(fields.get("AVGS"))
    if scans is not None and scans >= 1:
        facts.metadata["scans"] = f"{int(min(scans, 1e9))}"
    facts.started = _started(fields)
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts


def _started(fields: dict[str, str]) -> datetime | None:
    date = _DATE.search(fields.get("DATE", ""))
    if date is None:
        return None
    year = int(date[3]) + (0 if len(date[3]) == 4 else 1900 if int(date[3]) > 69 else 2000)
    # Xepr writes the month first.
    return when_from_text(f"{date[1]}/{date[2]}/{year} {fields.get('TIME', '')}", month_first=True)
