"""Thermograms, voltages and conductivities of one material to one set of parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._atmosphere import gas_pressure, water_pressure
from kuralab.analysis._details import Outcome
from kuralab.analysis._parameters import InUnit, listed_temperatures, positive_quantity
from kuralab.analysis._protonic_details import (
    HydrationDetails,
    JointDetails,
    ProtonicDetails,
    SharesDetails,
)
from kuralab.analysis._spectra import input_files, kelvin
from kuralab.analysis._thermograms import Uptake, uptake_of
from kuralab.analysis.emf import EmfParameters, cell_voltages
from kuralab.analysis.thermogravimetry import (
    ThermogravimetryParameters,
    hydration_of,
    oxide_of,
    settings_of,
)
from kuralab.errors import InputError, ScienceError
from kuralab.model import (
    AnalysisRecord,
    Covariance,
    FittedParameter,
    Flag,
    Kind,
    Measurement,
    ModelTried,
    Result,
)
from kuralab.science.protonics import (
    TYPICAL,
    CommonErrors,
    ConductivityData,
    JointFit,
    ProtonConductor,
    UptakeData,
    VoltageData,
    conduction,
    fit_with_common_errors,
)
from kuralab.units import Quantity

Floats = NDArray[np.float64]

_HYDRATION: Final = ("hydration_enthalpy", "hydration_entropy")
_OPEN: Final = 0.25
"""Standard uncertainty of a transport number above which the data do not tell it."""
_UNITS: Final = {
    "acceptor": ("1", 1.0),
    "hydration_enthalpy": ("kJ/mol", 1e-3),
    "hydration_entropy": ("J/K/mol", 1.0),
    "log_proton": ("ln(K S/cm)", 1.0),
    "proton_energy": ("kJ/mol", 1e-3),
    "log_oxide": ("ln(K S/cm)", 1.0),
    "oxide_energy": ("kJ/mol", 1e-3),
    "log_hole": ("ln(K S/cm)", 1.0),
    "hole_energy": ("kJ/mol", 1e-3),
}


class ProtonConductionParameters(ThermogravimetryParameters):
    """Options of ``proton_conduction``."""

    baseline: Measurement | None = Field(
        default=None,
        description="Run of the empty crucible, subtracted from every thermogram.",
        json_schema_extra={"file": "measurement"},
    )
    transport_at: Annotated[tuple[Quantity, ...], BeforeValidator(listed_temperatures)] = Field(
        default=(Quantity(value=600.0, unit="degC"), Quantity(value=700.0, unit="degC")),
        description="Temperatures at which transport numbers are stated.",
    )
    water: Annotated[Quantity, BeforeValidator(water_pressure)] = Field(
        default=Quantity(value=0.02, unit="atm"), description="Water at which they are stated."
    )
    oxygen: Annotated[Quantity, BeforeValidator(gas_pressure)] = Field(
        default=Quantity(value=1e-4, unit="atm"), description="Oxygen at which they are stated."
    )
    voltage_uncertainty: Annotated[Quantity, positive_quantity("mV")] = Field(
        default=Quantity(value=0.2, unit="mV"),
        description="Standard uncertainty of a voltage, where the file has none.",
    )
    conductivity_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=2.0, unit="%"),
        description="Relative standard uncertainty of a conductivity, where the file has none.",
    )
    geometry_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=3.0, unit="%"),
        description="Relative standard uncertainty common to all conductivities.",
    )
    temperature: Annotated[Quantity | None, BeforeValidator(InUnit("K"))] = Field(
        default=None, description="Temperature of a table of voltages that has none."
    )
    pressure_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=1.0, unit="%"),
        description="Relative standard uncertainty of each saturator's water, common to all it wets.",
    )
    temperature_uncertainty: Annotated[Quantity, positive_quantity("K")] = Field(
        default=Quantity(value=1.0, unit="K"),
        description="Standard uncertainty common to all temperatures of the balance, and of the cell.",
    )
    offset_uncertainty: Annotated[Quantity, positive_quantity("mV")] = Field(
        default=Quantity(value=0.2, unit="mV"),
        description="Standard uncertainty of the voltage without a gradient, common to all voltages.",
    )
    electrode_resistance: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=10.0, unit="%"),
        description="What the resistance of the cell's electrodes at 700 degC may be beside that of its "
        "ions; with a leak of electrons it takes its part of the voltage.",
    )
    formula_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=1.0, unit="%"),
        description="Relative standard uncertainty of a formula unit's mass, and so of all protons.",
    )


@dataclass(frozen=True)
class _Data:
    uptakes: tuple[Uptake, ...]
    uptake: UptakeData | None
    emf: VoltageData | None
    conductivity: ConductivityData | None
    warnings: tuple[str, ...]

    @property
    def kinds(self) -> list[str]:
        named = (
            ("uptake", self.uptake),
            ("voltage", self.emf),
            ("conductivity", self.conductivity),
        )
        return [name for name, data in named if data is not None]

    @property
    def temperature(self) -> Floats:
        data = (self.uptake, self.emf, self.conductivity)
        return np.concatenate([one.temperature for one in data if one is not None])


def analyse_proton_conduction(
    measurements: Sequence[Measurement], parameters: ProtonConductionParameters
) -> Outcome:
    """Hydration, and transport numbers at stated conditions, from all data of one material together.

    The defect model has hydration (enthalpy, entropy) and for protons, oxide ions and holes a prefactor
    and an activation energy. Without conductivities only ratios of conductivities count, so the
    protons' are held; without voltages and conductivities only hydration is fitted.

    Parameters
    ----------
    measurements : thermograms, cell voltages and conductivity tables, at least one of them; parameters :
        see ``ProtonConductionParameters``

    Returns
    -------
    Outcome
        Flags: ``model_inadequate`` where the data reject the model (p < 0.01); ``not_identifiable``
        where they do not determine a number; ``extrapolated`` for transport numbers outside the
        temperatures measured; ``outside_validity`` without a dry reference of thermogravimetry.

    Raises
    ------
    InputError
        No formula, a measurement of another kind, what the single techniques refuse, or too few points.
    """
    oxide = oxide_of(parameters.composition, parameters.acceptor)
    if oxide is None:
        raise InputError(
            "the acceptor content is not known",
            field="composition",
            hint='Give the formula: --composition "BaZr0.4Ce0.4Y0.1Yb0.1O2.9".',
        )
    data = _data(measurements, parameters)
    spread = None if parameters.acceptor is None else parameters.acceptor.uncertainty
    start = replace(TYPICAL, acceptor=oxide.acceptor)
    hold = _held(data, acceptor_known=not spread)
    try:
        fit = fit_with_common_errors(
            start,
            errors=CommonErrors(
                water=0.01 * parameters.pressure_uncertainty.value,
                temperature=parameters.temperature_uncertainty.value,
                voltage=parameters.offset_uncertainty.to("V").value,
                formula=0.01 * parameters.formula_uncertainty.value,
                electrodes=0.01 * parameters.electrode_resistance.value,
            ),
            uptake=data.uptake,
            emf=data.emf,
            conductivity=data.conductivity,
            hold=hold,
            priors={"acceptor": spread} if spread else None,
        )
    except ScienceError as error:
        raise InputError(str(error), hint="Add measurements at more temperatures and gases.") from None
    book = _Book(fit, data, parameters, len(input_files(measurements)))
    inputs = [*measurements, *([] if parameters.baseline is None else [parameters.baseline])]
    dry = all(uptake.details.dry for uptake in data.uptakes)
    results, covariance = book.results(dry=dry)
    return Outcome(
        record=AnalysisRecord(
            technique="proton_conduction",
            input=input_files(inputs),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            models=(book.model(),),
            warnings=data.warnings,
        ),
        protonics=ProtonicDetails(
            thermograms=tuple(u.details for u in data.uptakes),
            hydration=_hydration_by(fit, hydration_of(data.uptakes, oxide, parameters.acceptor)),
            shares=book.shares() if book.tells_transport else None,
            joint=JointDetails(dict(zip(data.kinds, fit.residuals, strict=True))),
        ),
        notes=tuple(_notes(fit, data)),
    )


def _hydration_by(fit: JointFit, alone: HydrationDetails | None) -> HydrationDetails | None:
    """The plateaus with the curve of the joint fit instead of their own."""
    if alone is None or alone.fit is None:
        return alone
    whole = np.zeros((4, 4))
    places = [
        (i, fit.names.index(name))
        for i, name in enumerate((*_HYDRATION, "acceptor"))
        if name in fit.names
    ]
    for i, one in places:
        for j, other in places:
            whole[i, j] = fit.covariance[one, other]
    curve = replace(
        alone.fit,
        enthalpy=fit.material.hydration_enthalpy,
        entropy=fit.material.hydration_entropy,
        covariance=whole[:2, :2],
        acceptor=fit.material.acceptor,
        acceptor_std=float(np.sqrt(whole[2, 2])),
        offset=fit.mass_offset,
        determined=not set(_HYDRATION) & set(fit.undetermined),
        whole=whole,
    )
    return replace(alone, fit=curve)


def _data(measurements: Sequence[Measurement], parameters: ProtonConductionParameters) -> _Data:
    groups: dict[Kind, list[Measurement]] = {}
    for measurement in measurements:
        groups.setdefault(measurement.kind, []).append(measurement)
        if measurement.kind not in (Kind.THERMOGRAM, Kind.CELL_VOLTAGE, Kind.CONDUCTIVITY):
            raise InputError(
                f"holds a {measurement.kind.value}, no thermogram, cell voltages or conductivities",
                file=measurement.raw.name,
                hint="Leave it out, or correct its header.",
            )
    oxide = oxide_of(parameters.composition, parameters.acceptor)
    uptakes = tuple(
        uptake_of(m, settings_of(parameters, oxide)) for m in groups.get(Kind.THERMOGRAM, ())
    )
    warnings = [text for uptake in uptakes for text in uptake.warnings]
    cells = groups.get(Kind.CELL_VOLTAGE, [])
    tables = groups.get(Kind.CONDUCTIVITY, [])
    for m in (*cells, *tables):
        warnings += [f"{m.raw.name}: {text}" for text in m.warnings]
    return _Data(
        uptakes,
        _uptake(uptakes),
        _voltages(cells, parameters) if cells else None,
        _conductivities(tables, parameters) if tables else None,
        tuple(warnings),
    )


def _uptake(uptakes: Sequence[Uptake]) -> UptakeData | None:
    points = [p for u in uptakes for p in u.details.plateaus if p.used and p.protons is not None]
    if not points:
        if uptakes:
            raise InputError(
                "no thermogram has a settled plateau in wet gas",
                file=uptakes[0].details.label,
                hint="Give the gas (--atmosphere), or leave the thermogram out.",
            )
        return None
    return UptakeData(
        temperature=np.array([p.plateau.temperature for p in points]),
        water=np.array([p.water or 0.0 for p in points]),
        protons=np.array([p.protons or 0.0 for p in points]),
        std=np.array([p.protons_std or 0.0 for p in points]),
        # Without a dry reference the zero of the protons is open.
        offset_std=max(u.offset_std if u.details.dry else 1.0 for u in uptakes),
    )


def _voltages(cells: Sequence[Measurement], parameters: ProtonConductionParameters) -> VoltageData:
    found = cell_voltages(
        cells,
        EmfParameters(
            temperature=parameters.temperature, voltage_uncertainty=parameters.voltage_uncertainty
        ),
    )
    if not found.oxygen_known:
        raise InputError(
            "the oxygen pressures of both sides are needed",
            file=cells[0].raw.name,
            hint="Add columns p(O2) I (atm) and p(O2) II (atm) with what was measured.",
        )
    return VoltageData(found.temperature, found.gases, found.voltage, found.std)


def _conductivities(
    tables: Sequence[Measurement], parameters: ProtonConductionParameters
) -> ConductivityData:
    parts = []
    for table in tables:
        names = {column.name for column in table.columns}
        missing = [n for n in ("water_pressure", "oxygen_pressure") if n not in names]
        if missing:
            raise InputError(
                f"the {missing[0].replace('_', ' ')} is not known",
                file=table.raw.name,
                hint="Add columns p(H2O) (atm) and p(O2) (atm).",
            )
        sigma = table.values("conductivity", unit="S/cm")
        relative = np.full(sigma.size, 0.01 * parameters.conductivity_uncertainty.value)
        if "conductivity_uncertainty" in names:
            written = table.values("conductivity_uncertainty", unit="S/cm") / sigma
            relative = np.where(np.nan_to_num(written) > 1e-6, written, relative)
        water = table.values("water_pressure", unit="atm")
        oxygen = table.values("oxygen_pressure", unit="atm")
        if not (np.nan_to_num(oxygen) > 0.0).all() or not np.isfinite(water).all():
            raise InputError(
                "a water or oxygen pressure is missing, or oxygen is not above zero",
                file=table.raw.name,
                hint="No gas is free of oxygen: write what was measured.",
            )
        parts.append((table.values("temperature", unit="K"), water, oxygen, np.log(sigma), relative))
    T, water, oxygen, log_sigma, std = (np.concatenate([p[i] for p in parts]) for i in range(5))
    geometry = 0.01 * parameters.geometry_uncertainty.value
    return ConductivityData(T, water, oxygen, log_sigma, std, common_std=geometry)


def _held(data: _Data, *, acceptor_known: bool) -> tuple[str, ...]:
    hold = ["acceptor"] if acceptor_known else []
    if data.emf is None and data.conductivity is None:
        return (*hold, *(n for n in ProtonConductor.names() if n not in (*_HYDRATION, "acceptor")))
    if data.conductivity is None:
        # Voltages know shares only: the protons' own conductivity sets the scale.
        hold += ["log_proton", "proton_energy"]
    return tuple(hold)


class _Book:
    """Makes the results of a joint fit."""

    def __init__(
        self, fit: JointFit, data: _Data, parameters: ProtonConductionParameters, files: int
    ) -> None:
        self._fit, self._data, self._parameters = fit, data, parameters
        self._files = tuple(range(files))
        self._kelvin = np.array([kelvin(T).value for T in parameters.transport_at])
        self.tells_transport = data.emf is not None or data.conductivity is not None

    def results(self, *, dry: bool) -> tuple[list[Result], list[Covariance]]:
        centre, covariance = self._fit.propagated(self._everything)
        common: list[Flag] = ["model_inadequate"] if self._fit.inadequate else []
        if not dry:
            common.append("outside_validity")
        results = [
            self._hydration(i, float(centre[i]), float(np.sqrt(covariance[i, i])), common)
            for i in range(2)
        ]
        for j, T in enumerate(self._kelvin if self.tells_transport else ()):
            for k, quantity in enumerate(("proton_transport_number", "oxide_ion_transport_number")):
                i = 2 + 2 * j + k
                std = float(np.sqrt(covariance[i, i]))
                results.append(self._number(quantity, float(T), float(centre[i]), std, common))
        pairs = [
            Covariance(results=(j, i), value=float(covariance[i, j]))
            for i in range(len(results))
            for j in range(i)
            if results[i].value is not None and results[j].value is not None
        ]
        return results, pairs

    def _everything(self, material: ProtonConductor) -> Floats:
        """Enthalpy (kJ/mol), entropy, then t_H and t_O at each temperature."""
        numbers = self._numbers_at(self._kelvin)(material)
        return np.concatenate(
            [[1e-3 * material.hydration_enthalpy, material.hydration_entropy], numbers[:, :2].ravel()]
        )

    def _numbers_at(self, temperature: Floats) -> Callable[[ProtonConductor], Floats]:
        def numbers(material: ProtonConductor) -> Floats:
            found = conduction(
                material,
                temperature=temperature,
                water=self._parameters.water.value,
                oxygen=self._parameters.oxygen.value,
            )
            return np.stack([found.t_proton, found.t_oxide_ion, found.t_hole], axis=-1)

        return numbers

    def _hydration(self, i: int, value: float, std: float, common: list[Flag]) -> Result:
        known = _HYDRATION[i] not in self._fit.undetermined
        flags: list[Flag] = list(common) if known else ["not_identifiable"]
        T = self._data.temperature - 273.15
        return Result(
            quantity=_HYDRATION[i],
            value=value if known else None,
            uncertainty=std if known else None,
            unit=("kJ/mol", "J/K/mol")[i],
            flags=tuple(flags),
            method=self._method(),
            conditions={
                "temperature_lowest": Quantity(value=round(float(T.min()), 1), unit="degC"),
                "temperature_highest": Quantity(value=round(float(T.max()), 1), unit="degC"),
            },
            input=self._files,
        )

    def _number(self, quantity: str, T: float, value: float, std: float, common: list[Flag]) -> Result:
        known = std < _OPEN
        flags: list[Flag] = list(common) if known else ["not_identifiable"]
        data = [one for one in (self._data.emf, self._data.conductivity) if one is not None]
        measured = np.concatenate([one.temperature for one in data])
        if known and not measured.min() - 5.0 <= T <= measured.max() + 5.0:
            flags.append("extrapolated")
        return Result(
            quantity=quantity,
            value=value if known else None,
            uncertainty=std if known else None,
            unit="",
            flags=tuple(flags),
            method=self._method(),
            conditions={
                "temperature": Quantity(value=round(T - 273.15, 1), unit="degC"),
                "water_pressure": self._parameters.water,
                "oxygen_pressure": self._parameters.oxygen,
            },
            input=self._files,
        )

    def _method(self) -> str:
        return f"defect model fitted to {', '.join(self._data.kinds)} together"

    def model(self) -> ModelTried:
        """The defect model with all that was fitted."""
        fit = self._fit
        parameters = []
        for name in fit.names:
            unit, factor = _UNITS[name]
            std = fit.std(name)
            parameters.append(
                FittedParameter(
                    name=name.replace("_", " "),
                    value=factor * float(getattr(fit.material, name)),
                    uncertainty=None if std is None or name in fit.undetermined else factor * std,
                    unit=unit,
                )
            )
        reason = f"reduced chi squared {fit.reduced:.2f} with {fit.free} degrees of freedom"
        return ModelTried(
            name="hydration, protons, oxide ions, holes",
            adequate=not fit.inadequate and fit.settled,
            reason=reason if fit.settled else f"{reason}; the search did not settle",
            input=self._files,
            parameters=tuple(parameters),
        )

    def shares(self) -> SharesDetails:
        """Transport numbers over the temperatures measured."""
        T = np.linspace(self._data.temperature.min(), self._data.temperature.max(), 60)
        function = self._numbers_at(T)
        centre, covariance = self._fit.propagated(lambda material: function(material).ravel())
        return SharesDetails(
            temperature=T,
            numbers=centre.reshape(-1, 3),
            std=np.sqrt(np.maximum(np.diag(covariance), 0.0)).reshape(-1, 3),
            conditions=f"p(H2O) {self._parameters.water.value:.3g} atm, "
            f"p(O2) {self._parameters.oxygen.value:.3g} atm",
        )


def _notes(fit: JointFit, data: _Data) -> list[str]:
    notes = []
    if fit.undetermined:
        named = ", ".join(name.replace("_", " ") for name in fit.undetermined)
        notes.append(
            f"The data do not determine: {named}. Each keeps the spread that proton conductors have, "
            "which is in the uncertainties of the transport numbers."
        )
    if data.conductivity is None and data.emf is not None:
        notes.append("Without conductivities only shares are known: the protons' own were held.")
    if data.emf is None and data.conductivity is not None:
        notes.append(
            "Without voltages, transport numbers rest on how the conductivity changes with the gas."
        )
    return notes
