"""Thermograms to mass changes, protons per formula unit, enthalpy and entropy of hydration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._atmosphere import Atmosphere
from kuralab.analysis._details import Outcome
from kuralab.analysis._parameters import Parameters, listed_temperatures, positive_quantity
from kuralab.analysis._perovskite import DryOxide, composition_of, dry_oxide
from kuralab.analysis._protonic_details import HydrationDetails, PlateauDetails, ProtonicDetails
from kuralab.analysis._spectra import input_files, kelvin
from kuralab.analysis._thermograms import ThermogramSettings, Uptake, dry_reference_from, uptake_of
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Composition, Covariance, Flag, Measurement, Result
from kuralab.science.protonics import HydrationFit, fit_hydration
from kuralab.units import Quantity

_FEW: Final = 3
_SIGMAS: Final = 3.0


class ThermogravimetryParameters(Parameters):
    """Options of ``thermogravimetry``."""

    baseline: Measurement | None = Field(
        default=None,
        description="Run of the empty crucible with the same programme and gases, subtracted.",
        json_schema_extra={"file": "measurement"},
    )
    composition: Annotated[Composition | None, BeforeValidator(composition_of)] = Field(
        default=None,
        description='Formula of the dry oxide, such as "BaZr0.9Y0.1O2.95"; protons need it.',
    )
    dry_reference: Annotated[Quantity | None, BeforeValidator(dry_reference_from)] = Field(
        default=None,
        description='Where the sample is dry: a temperature ("1000 degC"), a time since the start '
        '("90 min") or the dry mass ("100.2 mg"). Without it, the hottest plateau whose gas the file '
        "calls free of water.",
    )
    atmosphere: Annotated[Atmosphere | None, BeforeValidator(Atmosphere.parse)] = Field(
        default=None,
        description='Gas of the run where the file has no water pressure, such as "N2, H2O 0.023 atm" '
        'or "air, H2O 25 degC" (saturator).',
    )
    sample_mass: Annotated[Quantity | None, positive_quantity("mg")] = Field(
        default=None, description="Mass at the start, where the file does not say it."
    )
    acceptor: Annotated[Quantity | None, positive_quantity("")] = Field(
        default=None,
        description='Acceptors per formula unit, such as "0.2 +- 0.01"; without it, of the formula.',
    )
    temperatures: Annotated[tuple[Quantity, ...] | None, BeforeValidator(listed_temperatures)] = Field(
        default=None,
        description="Read the mass where a slow ramp passes these temperatures, not on plateaus.",
        examples=["400 degC, 500 degC"],
    )
    shortest_plateau: Annotated[Quantity, positive_quantity("min")] = Field(
        default=Quantity(value=15.0, unit="min"),
        description="Isothermal stretches of at least this length are plateaus.",
    )
    mass_uncertainty: Annotated[Quantity, positive_quantity("ug")] = Field(
        default=Quantity(value=5.0, unit="ug"),
        description="Standard uncertainty of a mass after subtraction of the blank: how well one run "
        "repeats another.",
    )
    buoyancy_volume: Annotated[Quantity | None, positive_quantity("mm^3")] = Field(
        default=None,
        description="Volume of sample and crucible (with --baseline: of the sample) for the correction "
        "of buoyancy by the ideal gas.",
    )

    def stated(self) -> dict[str, str]:
        """What was set; the baseline by its name."""
        said = super().stated()
        return said | ({} if self.baseline is None else {"baseline": self.baseline.raw.name})


def analyse_thermogravimetry(
    measurements: Sequence[Measurement], parameters: ThermogravimetryParameters
) -> Outcome:
    """Mass change and protons on each plateau, enthalpy and entropy of hydration from several.

        h = 2 (dm/m) M_dry / M_H2O
        4 h^2 = K p (S - h)(6 - S - h),    K = exp(-dH/RT + dS/R), p in atm

    Parameters
    ----------
    measurements : one thermogram; parameters : see ``ThermogravimetryParameters``

    Returns
    -------
    Outcome
        Flags: ``outside_validity`` without a dry reference, on a plateau that has not settled, and where
        protons exceed the acceptors by three standard uncertainties; ``few_points`` below three
        temperatures; ``not_identifiable`` without two settled plateaus in wet gas; ``model_inadequate``
        where the closed form leaves more than the uncertainties (p < 0.01).

    Raises
    ------
    InputError
        No thermogram or several, a sample mass that is not known, a baseline of another programme, a dry
        reference that the run does not have, a formula that is no acceptor-doped perovskite.
    """
    if len(measurements) != 1:
        raise InputError(
            f"one thermogram is analysed at a time, {len(measurements)} were given",
            hint="Use proton_conduction for several.",
        )
    oxide = oxide_of(parameters.composition, parameters.acceptor)
    found = uptake_of(measurements[0], settings_of(parameters, oxide))
    hydration = hydration_of([found], oxide, parameters.acceptor)
    results, covariance = _results(found, hydration, oxide)
    inputs = [*measurements, *([] if parameters.baseline is None else [parameters.baseline])]
    return Outcome(
        record=AnalysisRecord(
            technique="thermogravimetry",
            input=input_files(inputs),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            warnings=found.warnings,
        ),
        protonics=ProtonicDetails(thermograms=(found.details,), hydration=hydration),
        notes=tuple(_notes(found, hydration, oxide, parameters)),
    )


def oxide_of(composition: Composition | None, acceptor: Quantity | None) -> DryOxide | None:
    """The dry oxide of the formula, with the acceptor content that was stated."""
    if composition is None:
        return None
    return dry_oxide(composition, acceptor=None if acceptor is None else acceptor.value)


def settings_of(parameters: ThermogravimetryParameters, oxide: DryOxide | None) -> ThermogramSettings:
    """Parameters as plain numbers."""
    volume = parameters.buoyancy_volume
    mass = parameters.sample_mass
    return ThermogramSettings(
        baseline=parameters.baseline,
        oxide=oxide,
        dry_reference=parameters.dry_reference,
        atmosphere=parameters.atmosphere,
        sample_mass=None if mass is None else mass.value,
        mass_std=1e-3 * parameters.mass_uncertainty.value,
        volume=None if volume is None else volume.value,
        at=tuple(kelvin(T).value for T in parameters.temperatures or ()),
        shortest=60.0 * parameters.shortest_plateau.value,
    )


def hydration_of(
    uptakes: Sequence[Uptake], oxide: DryOxide | None, acceptor: Quantity | None
) -> HydrationDetails | None:
    """Protons on the settled plateaus in wet gas, and the closed form fitted to them; None without a
    formula or without such plateaus. Without a dry reference the offset is left open."""
    if oxide is None:
        return None
    used = [p for u in uptakes for p in u.details.plateaus if p.used and p.protons is not None]
    if not used:
        return None
    dry = all(u.details.dry for u in uptakes)
    offset = max(u.offset_std for u in uptakes) if dry else oxide.acceptor
    T = np.array([p.plateau.temperature for p in used])
    water = np.array([p.water or 0.0 for p in used])
    protons = np.array([p.protons or 0.0 for p in used])
    std = np.array([p.protons_std or 0.0 for p in used])
    fit: HydrationFit | None
    try:
        fit = fit_hydration(
            T,
            water,
            protons,
            std,
            acceptor=oxide.acceptor,
            acceptor_std=(acceptor.uncertainty or 0.0) if acceptor is not None else 0.0,
            offset_std=offset,
        )
    except ScienceError:
        fit = None
    return HydrationDetails(T, water, protons, std, offset, oxide.acceptor, fit)


def _results(
    found: Uptake, hydration: HydrationDetails | None, oxide: DryOxide | None
) -> tuple[list[Result], list[Covariance]]:
    results: list[Result] = []
    for p in found.details.plateaus:
        results.append(_mass_change(p, found))
    if not results:
        results.append(_total(found))
    for p in found.details.plateaus:
        if oxide is not None and p.role != "dry":
            results.append(_protons(p, found, oxide))
    covariance = []
    if oxide is not None:
        first = len(results)
        results += hydration_results(hydration, dry=found.details.dry, doubtful=_doubtful(found, oxide))
        fit = None if hydration is None else hydration.fit
        if fit is not None and fit.determined:
            value = 1e-3 * float(fit.covariance[0, 1])
            covariance.append(Covariance(results=(first, first + 1), value=value))
    return results, covariance


def _conditions(p: PlateauDetails) -> dict[str, Quantity | str]:
    conditions: dict[str, Quantity | str] = {
        "temperature": Quantity(value=round(p.plateau.temperature - 273.15, 1), unit="degC")
    }
    if p.water is not None:
        conditions["water_pressure"] = Quantity(value=float(f"{p.water:.3g}"), unit="atm")
    if p.role == "dry":
        conditions["gas"] = "dry"
    return conditions


def _flags(p: PlateauDetails, found: Uptake) -> list[Flag]:
    return [] if found.details.dry and p.plateau.settled else ["outside_validity"]


def _mass_change(p: PlateauDetails, found: Uptake) -> Result:
    return Result(
        quantity="mass_change",
        value=p.change,
        uncertainty=float(np.hypot(p.change_std, found.change_offset_std)),
        unit="wt%",
        flags=tuple(_flags(p, found)),
        method="mean of the last third of an isothermal plateau; reference: " + found.details.reference,
        conditions=_conditions(p),
        input=(0,),
    )


def _total(found: Uptake) -> Result:
    T = found.details.temperature - 273.15
    return Result(
        quantity="mass_change",
        value=found.total,
        uncertainty=found.total_std,
        unit="wt%",
        flags=() if found.details.dry else ("outside_validity",),
        method="from the first five points to the last five; reference: " + found.details.reference,
        conditions={
            "temperature_lowest": Quantity(value=round(float(T[0]), 1), unit="degC"),
            "temperature_highest": Quantity(value=round(float(T[-1]), 1), unit="degC"),
        },
        input=(0,),
    )


def _protons(p: PlateauDetails, found: Uptake, oxide: DryOxide) -> Result:
    assert p.protons is not None
    assert p.protons_std is not None
    std = float(np.hypot(p.protons_std, found.offset_std))
    flags = _flags(p, found)
    if not -_SIGMAS * std <= p.protons <= oxide.acceptor + _SIGMAS * std and not flags:
        flags.append("outside_validity")
    return Result(
        quantity="proton_concentration",
        value=p.protons,
        uncertainty=std,
        unit="",
        flags=tuple(flags),
        method=f"h = 2 (dm/m) M / M(H2O), M = {oxide.mass:.3f} g/mol of the dry oxide",
        conditions=_conditions(p),
        input=(0,),
    )


def _doubtful(found: Uptake, oxide: DryOxide) -> bool:
    """Whether a plateau that was fitted has more protons than acceptors."""
    return any(
        p.used
        and p.protons is not None
        and p.protons > oxide.acceptor + _SIGMAS * np.hypot(p.protons_std or 0.0, found.offset_std)
        for p in found.details.plateaus
    )


def hydration_results(
    hydration: HydrationDetails | None, *, dry: bool, doubtful: bool
) -> tuple[Result, Result]:
    """Enthalpy and entropy of hydration."""
    fit = None if hydration is None else hydration.fit
    flags: list[Flag] = []
    conditions: dict[str, Quantity | str] = {}
    if hydration is not None:
        T = np.round(hydration.temperature - 273.15, 1)
        conditions["temperature_lowest"] = Quantity(value=float(T.min()), unit="degC")
        conditions["temperature_highest"] = Quantity(value=float(T.max()), unit="degC")
        if np.unique(np.round(T / 5.0)).size < _FEW:
            flags.append("few_points")
    if fit is None or not fit.determined:
        flags.append("not_identifiable")
    else:
        if fit.inadequate:
            flags.append("model_inadequate")
        if doubtful or not dry:
            flags.append("outside_validity")
    known = fit if fit is not None and fit.determined else None
    method = (
        "closed form of H2O + v + O = 2 OH fitted to all plateaus, p in atm; dry reference and "
        "acceptors held by their uncertainties"
    )

    def result(quantity: str, value: float | None, std: float | None, unit: str) -> Result:
        return Result(
            quantity=quantity,
            value=value,
            uncertainty=std,
            unit=unit,
            flags=tuple(flags),
            method=method,
            conditions=conditions,
            input=(0,),
        )

    if known is None:
        return (
            result("hydration_enthalpy", None, None, "kJ/mol"),
            result("hydration_entropy", None, None, "J/K/mol"),
        )
    enthalpy_std, entropy_std = (float(x) for x in np.sqrt(np.diag(known.covariance)))
    return (
        result("hydration_enthalpy", 1e-3 * known.enthalpy, 1e-3 * enthalpy_std, "kJ/mol"),
        result("hydration_entropy", known.entropy, entropy_std, "J/K/mol"),
    )


def _notes(
    found: Uptake,
    hydration: HydrationDetails | None,
    oxide: DryOxide | None,
    parameters: ThermogravimetryParameters,
) -> list[str]:
    notes = []
    if not found.details.dry:
        notes.append(
            "No dry reference: changes count from the start of the run. Give --dry-reference, such as a "
            "plateau above 900 degC in dry gas."
        )
    if oxide is None:
        notes.append("Protons per formula unit need --composition.")
    elif hydration is None and any(p.role == "unknown" for p in found.details.plateaus):
        notes.append("Enthalpy and entropy need the water pressure: give --atmosphere.")
    if oxide is not None and _doubtful(found, oxide):
        notes.append(
            "There are more protons than vacancies can take: water on surfaces, carbonate, or a dry "
            "reference that was not dry."
        )
    oxygen = None if parameters.atmosphere is None else parameters.atmosphere.oxygen
    hot = hydration is not None and float(hydration.temperature.max()) > 773.15
    if hot and oxygen is not None and oxygen > 1e-3:
        notes.append(
            "Above 500 degC in oxygen, holes take vacancies too; the fit leaves them out "
            "(Yamazaki et al., Chem. Mater. 20 (2008) 6352)."
        )
    if parameters.baseline is None and parameters.buoyancy_volume is None:
        notes.append(
            "No baseline was subtracted: buoyancy alone makes 100 mm³ appear 0.08 mg heavier at 800 °C."
        )
    return notes
