"""Bruker ESP and WinEPR: text parameters ``.par`` and binary data ``.spc``; either one may be named.

ESP 300 and 380 write 32-bit integers, the most significant byte first; WinEPR, whose parameters say
``DOS``, writes 32-bit floats, the least significant byte first.
"""

from __future__ import annotations

import re
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

FORMAT = "bruker-esp"
Floats = NDArray[np.float64]

_LINE: Final = re.compile(r"([A-Z][A-Za-z0-9]{1,4})\s+(\S.*)")
# What such a file says at least some of.
_KEYS: Final = (
    "JSS",
    "ANZ",
    "GST",
    "GSI",
    "HCF",
    "HSW",
    "JUN",
    "JON",
    "JEX",
    "JSD",
    "RMA",
    "RRG",
    "MF",
    "MP",
)
_FEWEST_KEYS: Final = 3
_COMPLEX: Final = 1 << 4
_TWO_DIMENSIONS: Final = 1 << 12
_LARGEST: Final = 1e30


def recognises(source: Source) -> bool:
    """Parameters have at least three of Bruker's keys; data have parameters beside them."""
    if source.path.suffix.lower() == ".spc" and source.text is None:
        return has_partner(source, ("par",))
    return source.text is not None and _is_parameters(source)


def _is_parameters(source: Source) -> bool:
    found = {pair[1] for line in source.lines[:200] if (pair := _LINE.match(line))}
    return source.path.suffix.lower() == ".par" and len(found & set(_KEYS)) >= _FEWEST_KEYS


def read(source: Source) -> tuple[Measurement, ...]:
    """The field sweep of a pair of files.

    Raises
    ------
    InputError
        The other file is missing, the data have two dimensions, the field range is missing, or the
        parameters do not fit the data.
    """
    if source.path.suffix.lower() == ".spc":
        parameters, data = partner(source, ("par",), what="parameter file"), source
        if parameters.text is None:
            raise parameters.error("the parameters are no text", hint="Copy the file again.")
    else:
        parameters, data = source, partner(source, ("spc",), what="data file")
    fields: dict[str, str] = {}
    for line in parameters.lines:
        pair = _LINE.match(line[:2000])
        if pair:
            fields.setdefault(pair[1], pair[2].strip())
    y = _values(data, parameters, fields)
    x, unit = _axis(parameters, fields, len(y))
    return (
        esr_measurement(
            data=data,
            descriptor=parameters,
            format=FORMAT,
            x=x,
            unit=unit,
            y=y,
            facts=_facts(fields),
        ),
    )


def _values(data: Source, source: Source, fields: dict[str, str]) -> NDArray[np.inexact]:
    flags = int(number(fields.get("JSS")) or 0) if abs(number(fields.get("JSS")) or 0) < 1e9 else 0
    if flags & _TWO_DIMENSIONS or (number(fields.get("SSY")) or 1.0) > 1.0:
        raise source.error(
            "the data have two dimensions, which kuralab does not read",
            field="JSS",
            hint="Export one field sweep as a file of its own.",
        )
    item = "<f4" if "DOS" in fields else ">i4"
    size = len(data.content)
    if size % 4 or size == 0 or size > 4 * MOST_POINTS:
        raise data.error(f"{size} bytes are no numbers of 4 bytes", hint="Copy both files again.")
    # Damaged bytes may be numbers that signal; they become NaN all the same.
    with np.errstate(invalid="ignore"):
        values = np.frombuffer(data.content, dtype=item).astype(np.float64)
    values[np.abs(values) > _LARGEST] = np.nan
    announced = number(fields.get("ANZ"))
    if announced is not None and announced != len(values):
        raise data.error(
            f"the file has {len(values)} numbers, but its parameters announce {announced:g}",
            hint="Copy both files again.",
        )
    if flags & _COMPLEX:
        half = len(values) // 2
        return np.asarray(values[:half] + 1j * values[half : 2 * half])
    return values


def _axis(source: Source, fields: dict[str, str], points: int) -> tuple[Floats, str]:
    unit = fields.get("JUN", "G")
    if unit not in ("G", "mT", "T", "kG"):
        raise source.error(
            f"the axis is in {unit[:20]}, but a magnetic field is needed",
            field="JUN",
            hint="Name a field sweep.",
        )
    start, width = number(fields.get("GST")), number(fields.get("GSI"))
    centre, sweep = number(fields.get("HCF")), number(fields.get("HSW"))
    if start is None or width is None:
        if centre is None or sweep is None:
            raise source.error(
                "the field range is missing: neither GST with GSI nor HCF with HSW are there",
                hint="Copy the parameter file again.",
            )
        start, width = centre - 0.5 * sweep, sweep
    if not width > 0.0:
        raise source.error(
            f"the magnetic field does not rise: its width is {width:g} {unit}",
            hint="Give a sweep towards higher fields.",
        )
    # The last point lies at the end of the range.
    return start + np.linspace(0.0, width, points), unit


def _facts(fields: dict[str, str]) -> EsrFacts:
    # The spectrometer detects by field modulation; a pulse experiment would say so.
    facts = EsrFacts(harmonic=1, temperature=kelvin(number(fields.get("TE"))))
    title = fields.get("JCO", "")
    if title:
        facts.metadata["title"] = title[:200]
    facts.note("frequency", number(fields.get("MF")), "GHz")
    facts.note("power", number(fields.get("MP")), "mW")
    facts.note("modulation_amplitude", number(fields.get("RMA")), "mT", factor=0.1)
    facts.note("gain", number(fields.get("RRG")), "")
    scans = number(fields.get("JSD"))
    if scans is not None and 1 <= scans < 1e9:
        facts.metadata["scans"] = f"{int(scans)}"
    facts.metadata["normalised"] = "no"
    facts.started = when_from_text(
        f"{fields.get('JDA', '')} {fields.get('JTM', '')}:00", month_first=True
    )
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts
