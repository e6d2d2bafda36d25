"""Isotherm measurements as arrays: temperature in K, content in one unit for each sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._hydride_details import ContentUnit
from kuralab.analysis._spectra import input_files, kelvin
from kuralab.errors import InputError, ScienceError
from kuralab.model import Composition, Kind, Measurement
from kuralab.science.hydrogen import (
    Isotherm,
    Isotope,
    hydrogen_mass_percent,
    isotherm_from_points,
)
from kuralab.units import Quantity

Floats = NDArray[np.float64]

_MOLAR_MASS: Final = {"H2": 2.016, "D2": 4.0282}
"""g/mol of the gas; hydrogen as in nature."""

_COLUMNS: Final[dict[str, ContentUnit]] = {
    "hydrogen_mass_fraction": "wt%",
    "hydrogen_per_metal": "H/M",
    "hydrogen_per_formula": "H/f.u.",
}
# What tells files of one sample apart: LaNi5_25C_abs and LaNi5_50C_des are both LaNi5.
_TEMPERATURE: Final = re.compile(
    r"(?i)(?:^|[\s_]|(?<=\D)-)-?\d{1,4}(?:[.p]\d+)?\s?(?:deg[\s_]?C|degrees?|°\s?C|℃|C|K)(?![A-Za-z0-9])"
)
_BRANCH: Final = re.compile(
    r"(?i)(?:^|[\s_-])(?:abs|des|ads|absorption|desorption|hydriding|dehydriding|pci|pct)(?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class Branch:
    """An isotherm with what is known about it; ``source`` is the index of its file among the inputs.

    ``largest_mass_percent`` is its largest content in wt% of the hydride, None where no composition
    is known.
    """

    measurement: Measurement
    source: int
    sample: str
    temperature: Quantity
    isotherm: Isotherm
    content_unit: ContentUnit
    largest_mass_percent: float | None

    @property
    def name(self) -> str:
        """For messages: the file, branch and temperature."""
        return f"{self.measurement.raw.name}: {self.isotherm.branch} at {self.isotherm.temperature:g} K"


def branches_from(
    measurements: Sequence[Measurement],
    *,
    temperatures: Sequence[Quantity] | None,
    composition: Composition | None,
    metal_mass: Quantity | None,
    isotope: Isotope,
) -> list[Branch]:
    """The isotherms of these measurements, in order.

    Raises
    ------
    InputError
        A measurement is no isotherm, its branch or temperature is not known, its points cannot be
        used, or its content needs a composition or the metal's mass.
    """
    for measurement in measurements:
        _refuse_other_kinds(measurement)
    order = [file.sha256 for file in input_files(measurements)]
    known = _temperature_of_each(measurements, temperatures)
    return [
        _branch(
            measurement,
            source=order.index(measurement.raw.sha256),
            temperature=temperature,
            composition=composition,
            metal_mass=metal_mass,
            isotope=isotope,
        )
        for measurement, temperature in zip(measurements, known, strict=True)
    ]


def sample_of(measurement: Measurement) -> str:
    """Which sample it is: what the file says, else its name without temperature and branch."""
    stated = measurement.metadata.get("sample", "").strip()
    if stated:
        return stated
    stem = PurePath(measurement.raw.name).stem
    bare = _BRANCH.sub("", _TEMPERATURE.sub("", stem)).strip(" _-")
    return bare or stem


def _refuse_other_kinds(measurement: Measurement) -> None:
    name, kind = measurement.raw.name, measurement.kind
    if kind is Kind.HYDRIDE_DATA:
        raise InputError(
            "holds published enthalpies, but pressure against hydrogen content is needed",
            file=name,
            hint="Look at it with `kuralab read`, and give the file of the isotherms here.",
        )
    if kind is not Kind.HYDROGEN_ISOTHERM:
        raise InputError(
            f"holds an {kind.value}, but a hydrogen isotherm is needed",
            file=name,
            hint="Its header has to name pressure and hydrogen content with their units.",
        )
    if measurement.metadata.get("branch") not in ("absorption", "desorption"):
        raise InputError(
            "does not say whether it is absorption or desorption",
            file=name,
            field="branch",
            hint="Add a column branch, or a line 'branch: absorption' above the table.",
        )


def _temperature_of_each(
    measurements: Sequence[Measurement], given: Sequence[Quantity] | None
) -> list[Quantity]:
    """In K; those given are for all isotherms, or for those without one, in order."""
    missing = [i for i, m in enumerate(measurements) if m.temperature is None]
    found = [m.temperature for m in measurements]
    if given is not None:
        places = list(range(len(found))) if len(given) == len(found) else missing
        if len(given) != len(places):
            raise InputError(
                f"{len(given)} temperatures for {len(found)} isotherms, {len(missing)} without one",
                field="temperatures",
                hint="Give one for each isotherm, or one for each that has none, in the order of "
                "`kuralab read`.",
            )
        for i, temperature in zip(places, given, strict=True):
            found[i] = temperature
    elif missing:
        raise InputError(
            "the temperature is neither in the table, nor above it, nor in the file name",
            file=measurements[missing[0]].raw.name,
            field="temperatures",
            hint='Give one for each isotherm without one: --temperatures "298 K, 323 K".',
        )
    return [kelvin(temperature) for temperature in found if temperature is not None]


def _branch(
    measurement: Measurement,
    *,
    source: int,
    temperature: Quantity,
    composition: Composition | None,
    metal_mass: Quantity | None,
    isotope: Isotope,
) -> Branch:
    name = measurement.raw.name
    content, unit = _content(measurement, composition, metal_mass, isotope)
    try:
        isotherm = isotherm_from_points(
            branch="absorption" if measurement.metadata["branch"] == "absorption" else "desorption",
            temperature=temperature.value,
            content=content,
            pressure=measurement.values("pressure", unit="bar"),
        )
    except ScienceError as error:
        raise InputError(str(error), file=name, hint="Correct the table or its units.") from None
    largest: float | None = float(isotherm.content[-1])
    if unit != "wt%":
        largest = None
        if composition is not None:
            atoms = sum(composition.elements.values()) if unit == "H/M" else 1.0
            percent = hydrogen_mass_percent(
                per_formula=atoms * isotherm.content[-1],
                molar_mass=composition.molar_mass.value,
                isotope=isotope,
            )
            largest = float(percent)
    return Branch(measurement, source, sample_of(measurement), temperature, isotherm, unit, largest)


def _content(
    measurement: Measurement,
    composition: Composition | None,
    metal_mass: Quantity | None,
    isotope: Isotope,
) -> tuple[Floats, ContentUnit]:
    """Content (n,) and its unit; an amount of hydrogen becomes wt% of the hydride."""
    names = {column.name for column in measurement.columns}
    for column, unit in _COLUMNS.items():
        if column in names:
            return measurement.values(column), unit
    if metal_mass is None:
        raise InputError(
            "gives an amount of hydrogen, so the mass of the metal is needed",
            file=measurement.raw.name,
            field="metal_mass",
            hint='Give --metal-mass "1.2 g".',
        )
    if "hydrogen_mass" in names:
        grams = measurement.values("hydrogen_mass", unit="g")
    else:
        grams = _MOLAR_MASS[isotope] * measurement.values("hydrogen_amount", unit="mol")
    # Below zero by the drift of an empty vessel, but never by the mass of the metal.
    if (grams <= -0.5 * metal_mass.value).any():
        raise InputError(
            "the hydrogen given off is heavier than the metal",
            file=measurement.raw.name,
            field="metal_mass",
            hint="Check the unit of the amount, and --metal-mass.",
        )
    return 100.0 * grams / (metal_mass.value + grams), "wt%"
