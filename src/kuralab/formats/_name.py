"""A temperature in a file's name or in a title."""

from __future__ import annotations

import re
from pathlib import PurePath

from kuralab.model import Kind
from kuralab.units import Quantity

_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9.,])(?P<sign>[-+−]|minus[\s_]?)?"
    r"(?P<value>\d{1,4}(?:[.,p]\d{1,3})?)"
    r"(?:[\s_]?(?P<sure>(?i:deg(?:rees?)?[\s_]?C|degrees?|deg|kelvin)|°\s?C|℃|°|oC)|\s?(?P<bare>[CK]))"
    r"(?![A-Za-z0-9°])"
)
# "25C" is a temperature; "2C" may be a charging rate.
_LOWEST_BARE_CELSIUS = 10.0
# "100K" is a temperature; "10K" is a resistor.
_LOWEST_BARE_KELVIN = 50.0
_HOTTEST = 3000.0


def temperature_from_text(text: str, *, kind: Kind = Kind.IMPEDANCE) -> Quantity | None:
    """The one temperature that a name or title states, in degC or K as written, else None.

    A hyphen directly after a letter or digit separates (``s04147-140deg`` is 140 degC), after
    anything else it is a sign (``_-25C`` is -25 degC). A bare ``C`` is taken for degC only in
    spectra, from 10 up or with a sign, because ``2C`` is also a charging rate; a bare ``K`` from 50 up.

    Examples
    --------
    >>> temperature_from_text("PEIS_LPSCl_-25C")
    Quantity(-25 degC)
    >>> temperature_from_text("gcpl_C-24_data_C09") is None
    True
    """
    found = {q for q in (_quantity(match, kind) for match in _IN_TEXT.finditer(text)) if q}
    if len(found) != 1:
        return None
    value, unit = found.pop()
    return Quantity(value=value, unit=unit)


def temperature_from_name(name: str, *, kind: Kind = Kind.IMPEDANCE) -> Quantity | None:
    """As ``temperature_from_text``, from a file name with its extension."""
    path = PurePath(name)
    stem = path.stem if re.fullmatch(r"\.[A-Za-z]\w{0,5}", path.suffix) else name
    return temperature_from_text(stem, kind=kind)


def _quantity(match: re.Match[str], kind: Kind) -> tuple[float, str] | None:
    value = float(re.sub("[,p]", ".", match["value"]))
    sign, sure, bare = match["sign"], match["sure"], match["bare"]
    if sign is not None and sign != "+":
        value = -value
    if bare == "K" or (sure or "").lower() == "kelvin":
        lowest = _LOWEST_BARE_KELVIN if bare else 0.0
        return (value, "K") if lowest < value <= _HOTTEST else None
    doubtful = kind is not Kind.IMPEDANCE or (abs(value) < _LOWEST_BARE_CELSIUS and not sign)
    if bare == "C" and doubtful:
        return None
    return (value, "degC") if -273.15 <= value <= _HOTTEST else None
