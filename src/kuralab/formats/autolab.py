"""Autolab NOVA text export: ``Frequency (Hz)``, ``Z' (Ω)``, ``-Z'' (Ω)``, ``Z (Ω)``, ``-Phase (°)``.

The columns are separated by tabs, semicolons or commas; NOVA negates Z'' and the phase, and says so.
"""

from __future__ import annotations

from kuralab.formats._header import Header, find_header
from kuralab.formats._source import Source, same_form
from kuralab.formats.delimited import read_table
from kuralab.model import Measurement

FORMAT = "autolab"


def recognises(source: Source) -> bool:
    """A header with NOVA's names for frequency, Z' and -Z''."""
    return source.text is not None and _nova_header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """Read a NOVA text export.

    Raises
    ------
    InputError
        The table has no rows, or a cell is no number.
    """
    header = _nova_header(source)
    if header is None:
        raise source.error("no header of an Autolab export", hint="Export it from NOVA again.")
    return read_table(source, header, format=FORMAT, vendor=True)


def _nova_header(source: Source) -> Header | None:
    head = source.lines[:50]
    if not any("frequency (hz)" in line.lower() and "z'" in same_form(line).lower() for line in head):
        return None
    header = find_header(head)
    if header is None:
        return None
    names = {same_form(label.text).lower().replace(" ", "") for label in header.labels}
    return header if {"frequency(hz)", "z'(ohm)", "-z''(ohm)"} <= names else None
