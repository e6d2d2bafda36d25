"""What a unit measures, in words."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from kuralab.units._registry import parse_unit

# One unit stands for each dimension; the first name of a dimension wins.
_NAMES: Final = {
    "": "pure number",
    "m": "length",
    "m2": "area",
    "m3": "volume",
    "1/m": "wave number",
    "1/m3": "number density",
    "s": "time",
    "Hz": "frequency",
    "rad": "angle",
    "rad/s": "rotation speed",
    "m/s": "velocity",
    "m2/s": "diffusion coefficient",
    "m3/s": "volume flow",
    "g": "mass",
    "g/m2": "areal mass",
    "g/m3": "density",
    "m3/g": "specific volume",
    "m2/g": "specific surface area",
    "N": "force",
    "Pa": "pressure",
    "Pa s": "viscosity",
    "J": "energy",
    "J/kg": "specific energy",
    "J/m2": "surface energy",
    "J/mol": "molar energy",
    "W": "power",
    "W/kg": "specific power",
    "K": "temperature",
    "1/K": "temperature coefficient",
    "K/s": "heating rate",
    "K/m": "temperature gradient",
    "J/K": "heat capacity",
    "J/(kg K)": "specific heat capacity",
    "J/(mol K)": "molar heat capacity",
    "W/(m K)": "thermal conductivity",
    "A": "current",
    "A/m2": "current density",
    "A/kg": "specific current",
    "A/m": "magnetic field strength or magnetisation",
    "C": "charge",
    "C/kg": "specific capacity",
    "C/m2": "areal capacity",
    "C/m3": "volumetric capacity",
    "V": "voltage",
    "V/s": "scan rate",
    "V/m": "electric field",
    "V/K": "thermopower",
    "ohm": "resistance",
    "ohm m": "resistivity",
    "ohm m2": "area-specific resistance",
    "S": "conductance",
    "S/m": "conductivity",
    "F": "capacitance",
    "F/m2": "areal capacitance",
    "H": "inductance",
    "T": "magnetic flux density",
    "Wb": "magnetic flux",
    "emu": "magnetic moment",
    "emu/g": "specific magnetisation",
    "uB/f.u.": "magnetic moment per formula unit",
    "mol": "amount",
    "mol/m3": "concentration",
    "mol/g": "specific uptake",
    "mol/s": "molar flow",
    "mol/(m2 s)": "molar flux",
    "g/mol": "molar mass",
    "m3/mol": "molar volume",
    "mol%": "mole fraction",
    "wt%": "mass fraction",
    "at%": "atomic fraction",
    "vol%": "volume fraction",
    "%RH": "relative humidity",
    "C-rate": "C-rate",
}


@cache
def _names_by_dimensionality() -> dict[Any, str]:
    return {parse_unit(unit).dimensionality: name for unit, name in _NAMES.items()}


def dimension_of(unit: str) -> str:
    """What a unit measures, in words; without a word of its own, as a product of base dimensions.

    Raises
    ------
    UnitError
        The text is not a unit.

    Examples
    --------
    >>> dimension_of("mm")
    'length'
    >>> dimension_of("kg2/mm")
    'mass^2 / length'
    """
    dimensionality = parse_unit(unit).dimensionality
    named = _names_by_dimensionality().get(dimensionality)
    return named if named is not None else _product_in_words(dimensionality)


def with_article(dimension: str) -> str:
    """``a mass``, ``an area``."""
    return f"{'an' if dimension[0] in 'aeiou' else 'a'} {dimension}"


def _product_in_words(dimensionality: Any) -> str:
    above: list[str] = []
    below: list[str] = []
    for base, exponent in sorted(dimensionality.items()):
        power = abs(float(exponent))
        word = base.strip("[]").replace("_", " ")
        (above if exponent > 0 else below).append(word if power == 1 else f"{word}^{power:g}")
    return " / ".join([" ".join(above) or "1", *below])
