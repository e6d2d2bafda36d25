"""A number with its standard uncertainty and its unit."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Annotated, Any, Self, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kuralab.errors import UnitError
from kuralab.units._registry import parse_unit, registry

_NUMBER = r"[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?"
_PLUS_MINUS = r"(?:\+-|\+/-|±)"
_QUANTITY = re.compile(
    rf"^\s*\(?\s*(?P<value>{_NUMBER})(?:\((?P<digits>\d+)\))?\s*(?P<unit>[^0-9+±)(][^+±]*?)??\s*"
    rf"(?:{_PLUS_MINUS}\s*(?P<std>{_NUMBER})\s*(?P<std_unit>[^)]*?))?\s*"
    rf"(?:\)\s*(?P<outer>.*?))?\s*$"
)

_DIMENSION_NAMES = {
    "m": "length",
    "m2": "area",
    "m3": "volume",
    "s": "time",
    "Hz": "frequency",
    "g": "mass",
    "K": "temperature",
    "K/s": "heating rate",
    "mol": "amount",
    "A": "current",
    "A/m2": "current density",
    "V": "voltage",
    "ohm": "resistance",
    "ohm m2": "area-specific resistance",
    "ohm m": "resistivity",
    "S": "conductance",
    "S/m": "conductivity",
    "C": "charge",
    "C/kg": "specific capacity",
    "F": "capacitance",
    "J": "energy",
    "J/mol": "molar energy",
    "J/kg": "specific energy",
    "W": "power",
    "N": "force",
    "Pa": "pressure",
    "T": "magnetic flux density",
    "V/K": "thermopower",
    "m/s": "velocity",
    "K/m": "temperature gradient",
    "rpm": "rotation speed",
    "mol/s": "molar flow",
    "mol%": "mole fraction",
    "wt%": "mass fraction",
    "at%": "atomic fraction",
    "vol%": "volume fraction",
    "%RH": "relative humidity",
    "C-rate": "C-rate",
    "": "pure number",
}


@cache
def _names_by_dimensionality() -> dict[Any, str]:
    return {parse_unit(unit).dimensionality: name for unit, name in _DIMENSION_NAMES.items()}


def dimension_of(unit: str) -> str:
    """What a unit measures, in words: ``dimension_of("mm")`` is ``"length"``.

    Raises
    ------
    UnitError
        The text is not a unit.
    """
    dimensionality = parse_unit(unit).dimensionality
    named = _names_by_dimensionality().get(dimensionality)
    return named if named is not None else str(dimensionality)


def convert(value: Any, *, unit: str, to: str) -> Any:
    """Numbers (a float or an array) in another unit of the same dimension.

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
    source, target = parse_unit(unit), parse_unit(to)
    if source.dimensionality != target.dimensionality:
        raise UnitError(
            f"{unit!r} is a {dimension_of(unit)}, but a {dimension_of(to)} is needed (such as {to!r})"
        )
    return registry().Quantity(value, source).to(target).magnitude


def _scale(unit: str, to: str) -> float:
    """Factor between two units for differences, so that degC needs no offset."""
    if parse_unit(unit).dimensionality != parse_unit(to).dimensionality:
        convert(0.0, unit=unit, to=to)
    steps = [convert(x, unit=unit, to=to) for x in (0.0, 1.0)]
    return float(steps[1] - steps[0])


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
        """Read ``"2.1 mm"``, ``"2.1 mm +- 0.05 mm"``, ``"(2.1 +- 0.05) mm"``, ``"2.1(5) mm"``
        or ``"2.1 mm +- 2 %"``; with ``unit`` also convert to it.

        Raises
        ------
        UnitError
            Not a number with a unit, an unknown unit, or another dimension than ``unit``.
        """
        found = _QUANTITY.match(text)
        if found is None:
            example = f" such as '2.1 {unit}'" if unit else " such as '2.1 mm' or '2.1 mm +- 0.05 mm'"
            raise UnitError(f"{text!r} is not a number with a unit{example}")
        parts = found.groupdict()
        written = (parts["outer"] or parts["unit"] or parts["std_unit"] or "").strip()
        if parts["std_unit"] == "%" and not (parts["unit"] or parts["outer"]):
            written = ""
        if not written and unit and dimension_of(unit) != "pure number":
            raise UnitError(f"{text!r} has no unit; write it, such as '{parts['value']} {unit}'")
        value = float(parts["value"].replace("−", "-"))
        quantity = cls.model_construct(
            value=value, uncertainty=_stated_uncertainty(parts, value, written), unit=written
        )
        parse_unit(written)
        if not math.isfinite(value):
            raise UnitError(f"{text!r} is out of range")
        return quantity.to(unit) if unit is not None else quantity

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit.

        Raises
        ------
        UnitError
            The dimensions differ.
        """
        if unit == self.unit:
            return self
        value = float(convert(self.value, unit=self.unit, to=unit))
        std = None if self.uncertainty is None else self.uncertainty * abs(_scale(self.unit, unit))
        return Quantity(value=_tidy(value), uncertainty=None if std is None else _tidy(std), unit=unit)

    def __repr__(self) -> str:
        return f"Quantity({self})"

    def __str__(self) -> str:
        std = "" if self.uncertainty is None else f" ± {self.uncertainty:g}"
        return f"{self.value:g}{std} {self.unit}".rstrip()


def _tidy(value: float) -> float:
    """Remove the last-digit noise of a unit conversion (0.21000000000000002)."""
    return float(f"{value:.14g}")


def _stated_uncertainty(parts: dict[str, str | None], value: float, unit: str) -> float | None:
    """Standard uncertainty in the unit of the value, from whichever way it was written."""
    if parts["digits"]:
        mantissa = re.split("[eE]", parts["value"] or "")[0]
        decimals = len(mantissa.partition(".")[2])
        exponent = re.search(r"[eE]([-+]?\d+)", parts["value"] or "")
        power = int(exponent.group(1)) if exponent else 0
        return float(int(parts["digits"])) * 10.0 ** (power - decimals)
    if parts["std"] is None:
        return None
    std = abs(float(parts["std"].replace("−", "-")))
    own = (parts["std_unit"] or "").strip()
    if own == "%" and unit != "%":
        return abs(value) * std / 100.0
    if own and own != unit:
        return std * abs(_scale(own, unit))
    return std
