"""Dates as instruments write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

# No instrument of these formats writes a zone: the clock on its wall is kept, and this is said.
NO_ZONE = "not in the file; the instrument's clock was taken as UTC"

_NUMERIC = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})[ ,T]+(\d{1,2}):(\d{2}):(\d{2})(\.\d{1,6})?(\s*[AP]M)?", re.I
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WORDY = re.compile(
    r"([A-Za-z]{3})[a-z]* (\d{1,2}), (\d{4})[ ,]+(\d{1,2}):(\d{2}):(\d{2})(\.\d{1,6})?(\s*[AP]M)?", re.I
)
_OLE_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
# 1990 and 2100: outside, the number is no date of an instrument.
_OLE_RANGE = (32874.0, 73051.0)


def when_from_text(text: str, *, month_first: bool | None) -> datetime | None:
    """A date with a time, as aware UTC; None when there is none or its order is not certain.

    ``month_first``: the order that the program writes, or None when it follows the computer's
    settings; then only a day above 12 is certain.
    """
    numeric = _NUMERIC.search(text)
    if numeric:
        first, second, year = (int(numeric[i]) for i in (1, 2, 3))
        if first > 12 >= second:
            month_first = False
        elif second > 12 >= first:
            month_first = True
        if month_first is None:
            return None
        month, day = (first, second) if month_first else (second, first)
        return _datetime(year, month, day, numeric.groups()[3:])
    wordy = _WORDY.search(text)
    if wordy and wordy[1].lower() in _MONTHS:
        month = _MONTHS.index(wordy[1].lower()) + 1
        return _datetime(int(wordy[3]), month, int(wordy[2]), wordy.groups()[3:])
    return None


def when_from_iso(text: str) -> datetime | None:
    """A date with a time and a zone in ISO 8601; None when it is none or has no zone."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def when_from_ole(days: float) -> datetime | None:
    """A date counted in days since 1899-12-30 (OLE automation), to the millisecond."""
    if not _OLE_RANGE[0] <= days <= _OLE_RANGE[1]:
        return None
    return _OLE_ZERO + timedelta(milliseconds=round(days * 86_400_000))


def _datetime(year: int, month: int, day: int, time: tuple[str | None, ...]) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in time[:3])
    half = (time[4] or "").strip().upper()
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    microsecond = round(float(time[3] or 0) * 1e6) % 1_000_000
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
    except ValueError:
        return None
