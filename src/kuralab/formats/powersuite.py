"""PowerSuite (Princeton Applied Research) text export.

The columns begin ``Pt.``, ``Frequency(Hz)``, ``Zre(ohms)``, ``Zim(ohms)``;
Zim has its mathematical sign.
"""

from __future__ import annotations

import re

from kuralab.formats._header import find_header
from kuralab.formats._source import Source
from kuralab.formats.delimited import read_table
from kuralab.model import Measurement

FORMAT = "powersuite"
_HEADER = re.compile(r"(?i)^\W*Pt\.?\s*[\t,;]?\s*Freq(?:uency)?\s*\(Hz\).*Z\s*re\s*\(ohms?\)")


def recognises(source: Source) -> bool:
    """A header that begins with the point's number and the frequency."""
    return source.text is not None and any(_HEADER.match(line) for line in source.lines[:50])


def read(source: Source) -> tuple[Measurement, ...]:
    """Read a PowerSuite text export.

    Raises
    ------
    InputError
        The table has no rows, or a cell is no number.
    """
    header = find_header(source.lines[:50])
    if header is None:
        raise source.error(
            "the header of this PowerSuite export names no imaginary part",
            hint="Export it with the columns Frequency(Hz), Zre(ohms) and Zim(ohms).",
        )
    return read_table(source, header, format=FORMAT, vendor=True)
