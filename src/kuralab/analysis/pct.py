"""Hydrogen isotherms to plateaus, enthalpies and the pressure that forms the hydride."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._hydride_details import HydrideDetails, IsothermDetails, VantHoffLine
from kuralab.analysis._hydride_results import SAME_TEMPERATURE, HydrideResults, Settings, weights
from kuralab.analysis._hydrides import Branch, branches_from
from kuralab.analysis._parameters import InUnit, Parameters, listed_temperatures, positive_quantity
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Composition, Covariance, Measurement, Result
from kuralab.science.hydrogen import (
    Plateau,
    VantHoff,
    find_plateau,
    fit_vant_hoff,
    log_fugacity,
)
from kuralab.units import Quantity

Floats = NDArray[np.float64]

_PERCENT: Final = re.compile(
    r"\s*(\d{1,3}(?:\.\d*)?)\s*%?\s*(?:,|\.\.|\bto\b|-|–)\s*(\d{1,3}(?:\.\d*)?)\s*%?\s*"
)


@dataclass(frozen=True)
class PlateauRange:
    """Shares of the largest content of a branch between which its plateau is read.

    Examples
    --------
    >>> PlateauRange.parse("30 %, 70 %")
    PlateauRange(lowest=0.3, highest=0.7)
    """

    lowest: float = 0.3
    highest: float = 0.7

    @classmethod
    def parse(cls, given: Any) -> Any:
        """From text such as "30 %, 70 %"."""
        if not isinstance(given, str):
            return given
        found = _PERCENT.fullmatch(given)
        ends = (float(found[1]) / 100.0, float(found[2]) / 100.0) if found else (0.0, 0.0)
        if not 0.0 < ends[0] < ends[1] < 1.0:
            raise ValueError(f"{given!r} is no range between 0 and 100 %; write '30 %, 70 %'")
        return cls(lowest=ends[0], highest=ends[1])

    def __str__(self) -> str:
        return f"{100 * self.lowest:g} %, {100 * self.highest:g} %"


def _composition(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return Composition.parse(given)
    except InputError as error:
        raise ValueError(f"{error.message}. {error.hint}".strip()) from None


class PctParameters(Parameters):
    """Options of ``pct``."""

    composition: Annotated[Composition | None, BeforeValidator(_composition)] = Field(
        default=None,
        description='Formula of the metal of all samples, such as "LaNi5"; turns H/M and H/f.u. to wt%.',
    )
    metal_mass: Annotated[Quantity | None, positive_quantity("g")] = Field(
        default=None,
        description='Mass of the metal, such as "1.2 g", where the file has an amount of hydrogen.',
    )
    temperatures: Annotated[tuple[Quantity, ...] | None, BeforeValidator(listed_temperatures)] = Field(
        default=None,
        description="One temperature for each isotherm, or for each that has none, in order: "
        '"298 K, 323 K".',
    )
    plateau_range: Annotated[PlateauRange, BeforeValidator(PlateauRange.parse)] = Field(
        default=PlateauRange(),
        description="Where the plateau is read, in shares of the largest content of the branch.",
    )
    fugacity: Literal["yes", "no"] = Field(
        default="yes", description="Fugacity in the van 't Hoff line, or pressure as in older papers."
    )
    isotope: Literal["H2", "D2"] = Field(default="H2", description="The gas.")
    weighting: Literal["equal", "uncertainty"] = Field(
        default="equal",
        description="Weight of the plateaus in the van 't Hoff line: all alike, or by uncertainty.",
    )
    pressure_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=2.0, unit="%"),
        description="Relative standard uncertainty of a pressure, common to one isotherm; 2 % for a "
        "digitised figure.",
    )
    content_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=2.0, unit="%"),
        description="Relative standard uncertainty of the hydrogen content.",
    )
    temperature_uncertainty: Annotated[Quantity, BeforeValidator(InUnit("K"))] = Field(
        default=Quantity(value=0.87, unit="K"),
        description="Standard uncertainty of an offset common to all temperatures; "
        "0.87 K is a thermocouple of class 1 (IEC 60584-1, +-1.5 K).",
    )
    formation_temperature: Annotated[Quantity | None, positive_quantity("K")] = Field(
        default=None,
        description='Give the pressure that forms the hydride at this temperature, such as "800 degC".',
    )
    volume_change: Annotated[Quantity, BeforeValidator(InUnit("cm^3/mol"))] = Field(
        default=Quantity(value=3.5, uncertainty=0.9, unit="cm^3/mol"),
        description="Volume of the hydride minus that of the metal per mole of H2; the default is the "
        "2.9 cubic angstrom per atom of hydrogen that most metals show.",
    )


def analyse_pct(measurements: Sequence[Measurement], parameters: PctParameters) -> Outcome:
    """Plateaus, capacity, hysteresis, enthalpy and entropy, and the pressure that forms the hydride.

        ln(f/bar) = dH/RT - dS/R                    per mole of H2, in the direction of absorption
        mu(P, T) = dH - T dS + dV P                 solved for P at the formation temperature

    Samples are kept apart; each is named after what its file says, or after the file without its
    temperature and branch.

    Parameters
    ----------
    measurements : hydrogen isotherms; parameters : see ``PctParameters``

    Returns
    -------
    Outcome
        Flags: ``few_points`` below three points on a plateau or three temperatures on a line,
        ``not_identifiable`` where there is no plateau or fewer than two temperatures,
        ``model_inadequate`` where the line is curved (p < 0.01), ``outside_validity`` where
        desorption lies above absorption or hydrogen's equation does not hold, ``extrapolated``
        for a formation pressure outside the temperatures measured, ``censored_above`` where none up
        to 20 GPa is enough.

    Raises
    ------
    InputError
        A measurement is no isotherm, its temperature or a conversion of its content is missing, or
        no fugacity is known at its pressures.
    """
    branches = branches_from(
        measurements,
        temperatures=parameters.temperatures,
        composition=parameters.composition,
        metal_mass=parameters.metal_mass,
        isotope=parameters.isotope,
    )
    samples = list(dict.fromkeys(branch.sample for branch in branches))
    settings = _settings(parameters, named=len(samples) > 1)
    results: list[Result] = []
    covariance: list[Covariance] = []
    warnings = [f"{m.raw.name}: {text}" for m in measurements for text in m.warnings]
    notes: list[str] = []
    details: list[HydrideDetails] = []
    for sample in samples:
        own = [branch for branch in branches if branch.sample == sample]
        plateaus = [_plateau(branch, parameters, warnings) for branch in own]
        lines = tuple(
            _line(word, own, plateaus, parameters)
            for word in ("absorption", "desorption")
            if any(branch.isotherm.branch == word for branch in own)
        )
        found = HydrideResults(sample, own, plateaus, lines, settings, first=len(results))
        results += found.results()
        covariance += found.covariance
        warnings += found.warnings
        notes += found.notes
        notes += _notes_of_pressure(sample, own, plateaus, lines, parameters, named=len(samples) > 1)
        details.append(
            HydrideDetails(
                sample,
                tuple(
                    IsothermDetails(branch.isotherm, branch.content_unit, plateau)
                    for branch, plateau in zip(own, plateaus, strict=True)
                ),
                lines,
            )
        )
    return Outcome(
        record=AnalysisRecord(
            technique="pct",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            warnings=tuple(dict.fromkeys(warnings)),
        ),
        hydrides=tuple(details),
        notes=tuple(notes),
    )


def _settings(parameters: PctParameters, *, named: bool) -> Settings:
    wanted = parameters.formation_temperature
    return Settings(
        named=named,
        isotope=parameters.isotope,
        fugacity=parameters.fugacity == "yes",
        equal=parameters.weighting == "equal",
        range_text=str(parameters.plateau_range),
        content_std=0.01 * parameters.content_uncertainty.value,
        temperature_std=parameters.temperature_uncertainty.value,
        formation_temperature=None if wanted is None else wanted.value,
        volume_change=(parameters.volume_change.value, parameters.volume_change.uncertainty or 0.0),
    )


def _plateau(branch: Branch, parameters: PctParameters, warnings: list[str]) -> Plateau | None:
    """The plateau of an isotherm; None, with a warning, where the data have none."""
    temperature = branch.isotherm.temperature

    def fugacity_at(pressure: Floats) -> Floats:
        return log_fugacity(pressure, np.full(pressure.shape, temperature), parameters.isotope)

    try:
        found = find_plateau(
            branch.isotherm,
            log_fugacity=fugacity_at,
            lowest=parameters.plateau_range.lowest,
            highest=parameters.plateau_range.highest,
            reading_std=0.01 * parameters.pressure_uncertainty.value,
        )
    except ScienceError as error:
        warnings.append(f"{branch.name}: no plateau, {str(error).rstrip('.')}")
        return None
    if not found.exists:
        warnings.append(
            f"{branch.name}: no plateau, ln p changes by {found.rise:.2g} over the range; a dilute "
            f"solution would show {2.0 * np.log(found.highest / found.lowest):.2g}"
        )
        return None
    return found


def _line(
    word: str, branches: Sequence[Branch], plateaus: Sequence[Plateau | None], parameters: PctParameters
) -> VantHoffLine:
    """The plateaus of one branch and the line through them."""
    known = [
        (branch.isotherm.temperature, plateau)
        for branch, plateau in zip(branches, plateaus, strict=True)
        if plateau is not None and branch.isotherm.branch == word
    ]
    known.sort(key=lambda pair: pair[0])
    fugacity = parameters.fugacity == "yes"
    temperature = np.array([t for t, _ in known])
    values = np.array([p.log_fugacity if fugacity else p.log_pressure for _, p in known])
    std = np.array([p.log_fugacity_std if fugacity else p.log_pressure_std for _, p in known])
    fit: VantHoff | None = None
    if temperature.size > 1 and np.ptp(temperature) > SAME_TEMPERATURE:
        fit = fit_vant_hoff(
            temperature=temperature,
            log_fugacity=values,
            std=weights(std, equal=parameters.weighting == "equal"),
            temperature_std=parameters.temperature_uncertainty.value,
        )
    return VantHoffLine(word, temperature, values, std, fugacity, fit)


def _notes_of_pressure(
    sample: str,
    branches: Sequence[Branch],
    plateaus: Sequence[Plateau | None],
    lines: Sequence[VantHoffLine],
    parameters: PctParameters,
    *,
    named: bool,
) -> list[str]:
    """Where pressure instead of fugacity makes another enthalpy, what it would be."""
    other = parameters.model_copy(update={"fugacity": "no" if parameters.fugacity == "yes" else "yes"})
    notes = []
    for line in lines:
        if line.fit is None:
            continue
        fit = _line(line.branch, branches, plateaus, other).fit
        if fit is None or abs(fit.enthalpy - line.fit.enthalpy) < 0.25:
            continue
        used, instead = ("fugacity", "pressure") if line.fugacity else ("pressure", "fugacity")
        of = f"{sample}, " if named else ""
        notes.append(
            f"{of}{line.branch}: with {used} {line.fit.enthalpy:.1f}, with {instead} "
            f"{fit.enthalpy:.1f} kJ/mol of H2".replace(" -", " −")
            + ("" if line.fugacity else "; the plateau is too high for pressure")
            + "."
        )
    return notes
