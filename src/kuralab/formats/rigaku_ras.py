"""Rigaku ``.ras``: lines ``*NAME "value"``, rows between ``*RAS_INT_START`` and ``*RAS_INT_END``."""

from __future__ import annotations

import re
from typing import Final

from kuralab.formats._cif_block import number_from_cif
from kuralab.formats._pattern import PatternFacts, note_wavelengths
from kuralab.formats._rigaku import ANGLES, rigaku_pattern, seconds_per_point
from kuralab.formats._source import Source
from kuralab.model import Measurement

FORMAT = "rigaku-ras"
_HEADER: Final = re.compile(r'\*(?P<name>[A-Z0-9_-]+)\s+"?(?P<value>[^"]*)"?')


def recognises(source: Source) -> bool:
    """The first line is ``*RAS_DATA_START``."""
    return source.text is not None and source.text.lstrip()[:15] == "*RAS_DATA_START"


def read(source: Source) -> tuple[Measurement, ...]:
    """One pattern for each profile over 2theta.

    Raises
    ------
    InputError
        There is no such profile, it is cut off, or a cell is no number.
    """
    header: dict[str, str] = {}
    start: int | None = None
    found: list[Measurement] = []
    other: list[str] = []
    for index, line in enumerate(source.lines):
        if line.startswith("*RAS_INT_START"):
            start = index + 1
        elif line.startswith("*RAS_INT_END") and start is not None:
            axis = header.get("MEAS_SCAN_AXIS_X", "TwoTheta")
            if axis.lower().replace(" ", "") in ANGLES:
                found.append(_pattern(source, header, start, index, sweep=len(found) + 1))
            else:
                other.append(axis[:40])
            start = None
        elif start is None and (match := _HEADER.match(line)):
            header[match["name"]] = match["value"].strip()
    if start is not None:
        raise source.error(
            "the profile does not end", line=start, hint="Copy the file again; it was cut off."
        )
    if not found:
        raise source.error(
            f"there is no scan over 2theta (scans: {', '.join(other) or 'none'})",
            hint="Other scans are not read.",
        )
    return tuple(found)


def _pattern(source: Source, header: dict[str, str], start: int, end: int, *, sweep: int) -> Measurement:
    def number(name: str) -> float | None:
        return number_from_cif(header.get(name, ""))

    facts = PatternFacts(metadata={"radiation": "xray"})
    for name, key in (
        ("FILE_SAMPLE", "sample"),
        ("FILE_COMMENT", "comment"),
        ("HW_XG_TARGET_NAME", "anode"),
        ("MEAS_SCAN_START_TIME", "started"),
    ):
        if header.get(name):
            facts.metadata[key] = header[name][:200]
    only = header.get("MEAS_COND_XG_WAVE_TYPE", "").lower().endswith("a1")
    note_wavelengths(
        facts.metadata,
        number("HW_XG_WAVE_LENGTH_ALPHA1"),
        None if only else number("HW_XG_WAVE_LENGTH_ALPHA2"),
    )
    lines = [i + 1 for i in range(start, end) if source.lines[i].strip()]
    return rigaku_pattern(
        source,
        [source.lines[i - 1] for i in lines],
        format=FORMAT,
        facts=facts,
        unit=header.get("MEAS_SCAN_UNIT_Y", "counts"),
        seconds=seconds_per_point(
            step=number("MEAS_SCAN_STEP"),
            speed=number("MEAS_SCAN_SPEED"),
            speed_unit=header.get("MEAS_SCAN_SPEED_UNIT", ""),
        ),
        lines=lines,
        where=f"profile {sweep}",
        sweep=sweep,
    )
