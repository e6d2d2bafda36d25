"""Numbers as a reader wants them: digits by the uncertainty, units in symbols."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from kuralab.units import Quantity
from kuralab.views._labels import Language, say

_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SYMBOLS: Final = {"ohm": "Ω", "degC": "°C", "angstrom": "Å", "deg": "°"}
_MICRO: Final = re.compile("u(?:[A-Z][A-Za-z]*|m|s|g|l|mol|bar|emu)")
_PLAIN_LOW, _PLAIN_HIGH = Decimal("0.01"), Decimal("1e6")
_WITHOUT_UNCERTAINTY: Final = 4
# A double's full range: 1e308 ± 1e-308 needs as many digits.
_WIDE: Final = Context(prec=700)


def format_value(
    value: float | None, uncertainty: float | None, unit: str, *, language: Language = "en"
) -> str:
    """A value with its standard uncertainty and unit, as a paper would print it.

    The uncertainty is rounded to two significant digits, the value to the same decimal place; a
    second digit that is a zero after the decimal point is left out. Without an uncertainty four
    digits are shown, and it is said that there is none.

    Examples
    --------
    >>> format_value(1498.2, 9.04, "ohm")
    '1498 ± 9 Ω'
    >>> format_value(1.936e-7, 2.6e-9, "S/cm")
    '(1.936 ± 0.026)×10⁻⁷ S/cm'
    >>> format_value(0.85691, 0.0041, "eV")
    '0.8569 ± 0.0041 eV'
    >>> format_value(44710.0, None, "ohm")
    '44710 Ω (no uncertainty)'
    >>> format_value(None, None, "ohm")
    'not identifiable'
    """
    symbol = unit_symbol(unit)
    if value is None or not math.isfinite(value) or (uncertainty and not math.isfinite(uncertainty)):
        return say("not_identifiable", language)
    exact = Decimal(repr(float(value)))
    if not uncertainty:
        number = _number(exact, _place(exact, _WITHOUT_UNCERTAINTY))
        if uncertainty is None:
            return _with_unit(number, symbol) + f" ({say('no_uncertainty', language)})"
        return _with_unit(f"{number} ± 0", symbol)
    std = Decimal(repr(abs(float(uncertainty))))
    return _with_unit(_number_and_std(exact, std), symbol)


def format_quantity(quantity: Quantity) -> str:
    """A condition, such as ``140 °C`` or ``2.10 ± 0.05 mm``; as short as it was given."""
    if quantity.uncertainty:
        return format_value(quantity.value, quantity.uncertainty, quantity.unit)
    return _with_unit(f"{quantity.value:.6g}".replace("-", "−"), unit_symbol(quantity.unit))


def unit_symbol(unit: str) -> str:
    """A unit as it is printed: ``ohm cm2`` becomes ``Ω cm²``.

    Examples
    --------
    >>> unit_symbol("kohm"), unit_symbol("degC"), unit_symbol("S K/cm"), unit_symbol("uA/cm2")
    ('kΩ', '°C', 'S K/cm', 'µA/cm²')
    """
    return re.sub(r"[A-Za-z]+|(?<=[A-Za-z])-?\d+", _symbol, unit.replace("^n", "ⁿ").replace("^", ""))


def _symbol(found: re.Match[str]) -> str:
    word = found.group()
    if word in _SYMBOLS:
        return _SYMBOLS[word]
    if word.lstrip("-").isdigit():
        return word.translate(_SUPERSCRIPT)
    if word.endswith("ohm") and len(word) == 4:
        return word[0].replace("u", "µ") + "Ω"
    return "µ" + word[1:] if _MICRO.fullmatch(word) else word


def _with_unit(number: str, symbol: str) -> str:
    return f"{number} {symbol}" if symbol else number


def _place(number: Decimal, digits: int) -> int:
    """Power of ten of the last of so many significant digits, after rounding to them."""
    if number == 0:
        return 0
    place = number.adjusted() - digits + 1
    rounded = _rounded(number, place)
    return rounded.adjusted() - digits + 1


def _rounded(number: Decimal, place: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(place), rounding=ROUND_HALF_EVEN, context=_WIDE)


def _plain(number: Decimal) -> str:
    return f"{number:f}".replace("-", "−")


def _is_plain(largest: Decimal) -> bool:
    return largest == 0 or _PLAIN_LOW <= largest < _PLAIN_HIGH


def _number(exact: Decimal, place: int) -> str:
    rounded = _rounded(exact, place)
    if _is_plain(abs(rounded)):
        text = _plain(rounded)
        return text.rstrip("0").rstrip(".") if "." in text else text
    power = rounded.adjusted()
    mantissa = _plain(rounded.scaleb(-power, _WIDE))
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}×{_power_of_ten(power)}"


def _number_and_std(exact: Decimal, std: Decimal) -> str:
    place = _place(std, 2)
    rounded_std = _rounded(std, place)
    # A value that its uncertainty exceeds by far keeps no digit of its own: show it as 0.
    largest = max(abs(_rounded(exact, place)), rounded_std)
    power = 0 if _is_plain(largest) else largest.adjusted()
    if place < power and rounded_std.as_tuple().digits[-1] == 0:
        place += 1
    value, std = (_rounded(x, place).scaleb(-power, _WIDE) for x in (exact, std))
    if value == 0:
        value = abs(value)
    text = f"{_plain(value)} ± {_plain(std)}"
    return text if power == 0 else f"({text})×{_power_of_ten(power)}"


def _power_of_ten(power: int) -> str:
    return "10" + str(power).translate(_SUPERSCRIPT)
