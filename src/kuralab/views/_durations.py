"""Lengths of time as a laboratory notebook has them."""

from __future__ import annotations


def clock_text(seconds: float) -> str:
    """A time since the beginning.

    Examples
    --------
    >>> clock_text(0), clock_text(80_100), clock_text(275_400)
    ('0:00', '22:15', '3 d 4:30')
    """
    days, minutes = divmod(round(seconds / 60.0), 1440)
    clock = f"{minutes // 60}:{minutes % 60:02d}"
    return f"{days} d {clock}" if days else clock


def duration_text(seconds: float) -> str:
    """How long something took.

    Examples
    --------
    >>> duration_text(2_100), duration_text(109_200), duration_text(12)
    ('35 min', '1 d 6 h 20 min', '12 s')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    days, minutes = divmod(round(seconds / 60.0), 1440)
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
