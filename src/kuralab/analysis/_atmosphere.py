"""Gases as people write them: "N2, H2O 0.023 atm", "air, H2O 25 degC", "N2 97 %, H2O 3 %"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kuralab.errors import ScienceError, UnitError
from kuralab.science.protonics import GAS_MASSES, saturation_pressure
from kuralab.units import Quantity, dimension_of

_AIR: Final = {"N2": 0.7808, "O2": 0.2095, "Ar": 0.0097}
_PART: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)\s*(.*?)\s*")
_TOLERANCE: Final = 0.01
_WRITE: Final = "write such as 'N2, H2O 0.023 atm' or 'air, H2O 25 degC'"


def water_pressure(given: Any) -> Any:
    """A water pressure in atm from text: a pressure, or the temperature of a saturator."""
    return _pressure(given, water=True)


def gas_pressure(given: Any) -> Any:
    """A partial pressure in atm from text."""
    return _pressure(given, water=False)


def _pressure(given: Any, *, water: bool) -> Any:
    if not isinstance(given, str | Quantity):
        return given
    try:
        found = Quantity.parse(given) if isinstance(given, str) else given
        if water and dimension_of(found.unit) == "temperature":
            return Quantity(value=saturation_pressure(found.to("K").value), unit="atm")
        found = found.to("atm")
    except (UnitError, ScienceError) as error:
        raise ValueError(str(error)) from None
    if not 0.0 <= found.value < 1000.0:
        raise ValueError(f"{given} is no partial pressure of a furnace")
    return found


@dataclass(frozen=True)
class Atmosphere:
    """Partial pressures by gas in atm, and their sum.

    Examples
    --------
    >>> wet = Atmosphere.parse("N2, H2O 25 degC, O2 1e-4 atm")
    >>> round(wet.water, 4), wet.oxygen, round(wet.pressures["N2"], 4), wet.total
    (0.0313, 0.0001, 0.9686, 1.0)
    """

    pressures: Mapping[str, float]
    total: float
    text: str

    @property
    def water(self) -> float:
        """atm."""
        return self.pressures.get("H2O", 0.0)

    @property
    def oxygen(self) -> float | None:
        """atm; None where the atmosphere names no oxygen, which no gas is wholly free of."""
        return self.pressures.get("O2")

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, given: Any) -> Any:
        """From text: gases with commas between them, each with its pressure or share; one gas without
        takes the rest up to 1 atm, or up to ``total``. A ValueError names what does not add up."""
        if not isinstance(given, str):
            return given
        stated: dict[str, Quantity] = {}
        rest: list[str] = []
        for part in given.split(","):
            found = _PART.fullmatch(part)
            if found is None:
                raise ValueError(f"{part.strip()!r} is no gas; {_WRITE}")
            name, amount = _spelled(found[1]), found[2]
            if name in stated or name in rest:
                raise ValueError(f"{name} stands twice")
            if not amount:
                rest.append(name)
                continue
            try:
                stated[name] = Quantity.parse(amount)
            except UnitError as error:
                raise ValueError(str(error)) from None
        total = _atm("total", stated.pop("total"), 1.0) if "total" in stated else 1.0
        pressures = {name: _atm(name, amount, total) for name, amount in stated.items()}
        return cls(_completed(pressures, rest, total), total, given.strip())


def _spelled(name: str) -> str:
    known = {gas.lower(): gas for gas in (*GAS_MASSES, "air", "total")}
    found = known.get(name.lower())
    if found is None:
        raise ValueError(f"the gas {name!r} is not known; known are air, {', '.join(GAS_MASSES)}")
    return found


def _atm(name: str, amount: Quantity, total: float) -> float:
    try:
        dimension = dimension_of(amount.unit)
        if dimension == "temperature":
            if name != "H2O":
                raise ValueError(f"a temperature says how much water there is, not how much {name}")
            return saturation_pressure(amount.to("K").value)
        if dimension in ("pure number", "volume fraction", "mole fraction"):
            if name == "total" or amount.unit == "":
                raise ValueError(f"{name} needs a pressure such as 1 atm")
            unit = {"volume fraction": "vol%", "mole fraction": "mol%"}.get(dimension, "%")
            value = 0.01 * amount.to(unit).value * total
        else:
            value = amount.to("atm").value
    except (UnitError, ScienceError) as error:
        raise ValueError(str(error)) from None
    if not 0.0 <= value < 1000.0:
        raise ValueError(f"{name} {amount} is no partial pressure of a furnace")
    return value


def _completed(pressures: dict[str, float], rest: list[str], total: float) -> dict[str, float]:
    added = sum(pressures.values())
    if len(rest) > 1:
        raise ValueError(f"how much is {rest[0]}, and how much {rest[1]}? One gas may be left open")
    if not rest and abs(added - total) > _TOLERANCE * total:
        raise ValueError(
            f"the gas pressures add up to {added:.4g} atm, not {total:.4g} atm; name the carrier gas too"
        )
    if added > total * (1.0 + _TOLERANCE):
        raise ValueError(f"the gas pressures add up to {added:.4g} atm, more than {total:.4g} atm")
    found = dict(pressures)
    for name, share in [(rest[0], max(total - added, 0.0))] if rest else []:
        found[name] = share
    air = found.pop("air", None)
    if air is not None:
        for gas, part in _AIR.items():
            found[gas] = found.get(gas, 0.0) + part * air
    return found
