"""A number with its standard uncertainty and its unit."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Final, NamedTuple, Self, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kuralab.errors import UnitError
from kuralab.units._dimensions import dimension_of, with_article
from kuralab.units._registry import line_between, parse_unit, tidy

_LONGEST: Final = 200
_PLUS_MINUS: Final = re.compile(r"\+/?-|±")
_TEN_TO: Final = r"(?:\s*[×x*]\s*10\^?(?P<power>[-+−⁻]?[0-9⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"
_SHARED_UNIT: Final = re.compile(rf"\((?P<inner>[^()]*)\){_TEN_TO}\s*(?P<unit>.*)")
_NUMBER_AND_UNIT: Final = re.compile(
    r"(?P<mantissa>[-+−]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?P<exponent>[eE][-+−]?[0-9]+)?"
    rf"(?:\((?P<last_digits>[0-9]+)\))?{_TEN_TO}\s*(?P<unit>.*)"
)
_PLAIN: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
# A relative uncertainty of a percentage could mean points or a share of the value.
_PERCENTAGES: Final = (
    "mole fraction",
    "mass fraction",
    "atomic fraction",
    "volume fraction",
    "relative humidity",
)


def convert(value: Any, *, unit: str, to: str) -> Any:
    """Numbers (a float or an array of any shape) in another unit of the same dimension.

    Raises
    ------
    UnitError
        The dimensions differ; the message names both.

    Examples
    --------
    >>> convert(25.0, unit="degC", to="K")
    298.15
    """
    if unit == to:
        return value
    _require_same_dimension(unit, to, given=unit)
    scale, offset = line_between(unit, to)
    return value * scale + offset if offset else value * scale


def scale_between(unit: str, to: str) -> float:
    """Factor between two units for differences, so that degC to K is 1 and needs no offset.

    Raises
    ------
    UnitError
        The dimensions differ; the message names both.

    Examples
    --------
    >>> scale_between("degC", "K"), scale_between("cm", "mm")
    (1.0, 10.0)
    """
    _require_same_dimension(unit, to, given=unit)
    return line_between(unit, to)[0]


@final
class Quantity(BaseModel):
    """A value with its standard uncertainty (k = 1) and its unit.

    ``uncertainty`` is None where nobody stated one; that is not the same as zero.

    Examples
    --------
    >>> Quantity.parse("2.10 mm +- 0.05 mm").to("cm")
    Quantity(0.21 ± 0.005 cm)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Annotated[float, Field(allow_inf_nan=False)]
    uncertainty: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _unit_is_known(self) -> Self:
        try:
            parse_unit(self.unit)
        except UnitError as error:
            raise ValueError(str(error)) from None
        return self

    @classmethod
    def parse(cls, text: str, *, unit: str | None = None) -> Quantity:
        """Read a quantity as papers write it; with ``unit`` also convert to it.

        ``2.1 mm``, ``2.1 mm +- 0.05 mm``, ``(2.1 +- 0.05) mm``, ``2.1 ± 0.05 mm``, ``2.1(5) mm``;
        ``2.1 mm +- 2 %`` is relative, but ``50 % +- 2 %`` is 48 % to 52 %.

        Raises
        ------
        UnitError
            Not a number with a unit, an unknown unit, or another dimension than ``unit``.

        Examples
        --------
        >>> Quantity.parse("2.1(5) mm")
        Quantity(2.1 ± 0.5 mm)
        >>> Quantity.parse("2.1 g", unit="mm")
        Traceback (most recent call last):
        kuralab.errors.UnitError: '2.1 g' is a mass, but a length is needed (such as 'mm')
        """
        if len(text) > _LONGEST:
            raise UnitError(f"{text[:20] + '…'!r} is too long for a quantity ({len(text)} characters)")
        given = text.strip()
        value, std, written = _read(given, example=unit or "mm")
        if not written and unit:
            raise UnitError(f"{given!r} has no unit; write it, such as '{value:g} {unit}'")
        if unit is not None:
            _require_same_dimension(written, unit, given=given)
        quantity = cls(value=value, uncertainty=std, unit=written)
        return quantity if unit is None else quantity.to(unit)

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit.

        Raises
        ------
        UnitError
            The dimensions differ, or the number leaves the range of a float.
        """
        if unit == self.unit:
            return self
        _require_same_dimension(self.unit, unit, given=str(self))
        value = tidy(convert(self.value, unit=self.unit, to=unit))
        std = self.uncertainty
        if std is not None:
            std = tidy(std * scale_between(self.unit, unit))
        if not math.isfinite(value) or not math.isfinite(std or 0.0):
            raise UnitError(f"{self} is out of range in {unit!r}")
        return Quantity(value=value, uncertainty=std, unit=unit)

    def __repr__(self) -> str:
        return f"Quantity({self})"

    def __str__(self) -> str:
        std = "" if self.uncertainty is None else f" ± {self.uncertainty:.12g}"
        return f"{self.value:.12g}{std} {self.unit}".rstrip()


def _require_same_dimension(unit: str, to: str, *, given: str) -> None:
    if parse_unit(unit).dimensionality != parse_unit(to).dimensionality:
        is_a, needed = with_article(dimension_of(unit)), with_article(dimension_of(to))
        example = f" (such as {to!r})" if to else ""
        raise UnitError(f"{given!r} is {is_a}, but {needed} is needed{example}")


class _Number(NamedTuple):
    value: float
    last_digits: float | None
    unit: str


def _read(given: str, *, example: str) -> tuple[float, float | None, str]:
    """Value, standard uncertainty and unit of a text."""
    shared = _SHARED_UNIT.fullmatch(given)
    inner, power, outer = shared.group("inner", "power", "unit") if shared else (given, None, "")
    parts = _PLUS_MINUS.split(inner)
    numbers = [_number(part, power, given=given, example=example) for part in parts]
    value, last_digits, unit = numbers[0]
    units_inside = any(number.unit for number in numbers)
    if len(parts) > 2 or (outer and units_inside) or (len(parts) == 2 and last_digits is not None):
        raise _not_a_quantity(given, example)
    unit = outer or unit or numbers[-1].unit
    parse_unit(unit)
    std = last_digits if len(parts) == 1 else _stated_std(numbers[1], value, unit, given=given)
    if not math.isfinite(value) or not math.isfinite(std or 0.0):
        raise UnitError(f"{given!r} is out of range")
    return value, std, unit


def _number(part: str, shared_power: str | None, *, given: str, example: str) -> _Number:
    """One number; ``shared_power`` is a power of ten that stands behind a bracket."""
    found = _NUMBER_AND_UNIT.fullmatch(part.strip())
    if found is None:
        raise _not_a_quantity(given, example)
    powers = [p for p in (found["exponent"], found["power"], shared_power) if p is not None]
    if len(powers) > 1:
        raise _not_a_quantity(given, example)
    if re.match(r",[0-9]", found["unit"]):
        raise UnitError(f"{given!r}: write the decimal sign as a point")
    power = int(powers[0].lstrip("eE").translate(_PLAIN)) if powers else 0
    mantissa = found["mantissa"].translate(_PLAIN)
    last_digits = None
    if found["last_digits"] is not None:
        decimals = len(mantissa.partition(".")[2])
        last_digits = float(f"{found['last_digits']}e{power - decimals}")
    return _Number(float(f"{mantissa}e{power}"), last_digits, found["unit"])


def _stated_std(std: _Number, value: float, unit: str, *, given: str) -> float:
    """What stands after the plus-minus sign, in the unit of the value."""
    if std.value < 0 or std.last_digits is not None:
        raise UnitError(f"{given!r}: an uncertainty is one number, zero or more")
    own = parse_unit(std.unit or unit)
    if own == parse_unit(unit):
        return std.value
    if own == parse_unit("%"):
        if dimension_of(unit) in _PERCENTAGES or parse_unit(unit) == parse_unit("degC"):
            raise UnitError(f"{given!r}: write the uncertainty in {unit!r}, not in percent of the value")
        return abs(value) * std.value / 100.0
    _require_same_dimension(std.unit, unit, given=std.unit)
    return std.value * scale_between(std.unit, unit)


def _not_a_quantity(given: str, example: str) -> UnitError:
    return UnitError(f"{given!r} is not a number with a unit, such as '2.1 {example}'")
