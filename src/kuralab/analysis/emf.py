"""Voltages of a cell between gases of different humidity to transport numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from kuralab import __version__
from kuralab.analysis._atmosphere import gas_pressure, water_pressure
from kuralab.analysis._details import Outcome
from kuralab.analysis._parameters import InUnit, Parameters, positive_quantity
from kuralab.analysis._protonic_details import EmfDetails, ProtonicDetails
from kuralab.analysis._spectra import input_files, kelvin
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Covariance, Flag, Kind, Measurement, ModelTried, Result
from kuralab.science.protonics import Gas, TransportNumbers, nernst_slope, transport_numbers
from kuralab.units import Quantity

Floats = NDArray[np.float64]

_SIGMAS: Final = 3.0
_FEW: Final = 3
_SAME: Final = 4.0
"""K; voltages this near to one another are at one temperature."""
_LEAST: Final = 1e-9
"""V; no voltmeter states less."""
_UNEQUAL: Final = 0.02
"""Share of the voltage at t_H = 1 above which oxygen that is not told apart is no mere correction."""


class EmfParameters(Parameters):
    """Options of ``emf``."""

    temperature: Annotated[Quantity | None, BeforeValidator(InUnit("K"))] = Field(
        default=None,
        description="Temperature of the cell, where the file has none.",
        examples=["700 degC"],
    )
    water_one: Annotated[Quantity | None, BeforeValidator(water_pressure)] = Field(
        default=None,
        description='Water at electrode I, where the file has none: "0.0061 atm", or the temperature of '
        "a saturator.",
    )
    water_two: Annotated[Quantity | None, BeforeValidator(water_pressure)] = Field(
        default=None, description="Water at electrode II, likewise."
    )
    oxygen_one: Annotated[Quantity | None, BeforeValidator(gas_pressure)] = Field(
        default=None, description='Oxygen at electrode I, as measured: "1e-4 atm".'
    )
    oxygen_two: Annotated[Quantity | None, BeforeValidator(gas_pressure)] = Field(
        default=None, description="Oxygen at electrode II, likewise."
    )
    total: Annotated[Quantity, positive_quantity("atm")] = Field(
        default=Quantity(value=1.0, unit="atm"), description="Total pressure of both gases."
    )
    voltage_uncertainty: Annotated[Quantity, positive_quantity("mV")] = Field(
        default=Quantity(value=0.2, unit="mV"),
        description="Standard uncertainty of a voltage, where the file has none.",
    )
    pressure_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=1.0, unit="%"),
        description="Relative standard uncertainty of each water pressure, common to all voltages.",
    )

    @model_validator(mode="after")
    def _sides_add_up(self) -> EmfParameters:
        for side, water, oxygen in (
            ("I", self.water_one, self.oxygen_one),
            ("II", self.water_two, self.oxygen_two),
        ):
            added = sum(p.value for p in (water, oxygen) if p is not None)
            if added > 1.001 * self.total.value:
                raise ValueError(
                    f"water and oxygen of electrode {side} add up to {added:.4g} atm, more than the "
                    f"total pressure of {self.total.value:g} atm"
                )
        return self


@dataclass(frozen=True)
class CellVoltages:
    """Voltages (n,) V of electrode II against I with standard uncertainties (n,) V at temperature
    (n,) K between gases (n,); whether both sides' oxygen is known; source (n,): index of the file."""

    temperature: Floats
    gases: tuple[tuple[Gas, Gas], ...]
    voltage: Floats
    std: Floats
    oxygen_known: bool
    source: NDArray[np.int64]


def analyse_emf(measurements: Sequence[Measurement], parameters: EmfParameters) -> Outcome:
    """Transport numbers at each temperature, as means over the gradients.

        E = RT/4F (t_O + t_H) ln(pO2_II/pO2_I) - RT/2F t_H ln(pH2O_II/pH2O_I)

    E: electrode II against I; with protons the wet side is negative.

    Parameters
    ----------
    measurements : cell voltages; parameters : see ``EmfParameters``

    Returns
    -------
    Outcome
        Flags: ``model_inadequate`` where the electrodes have an offset, the voltage is curved in the
        driving term (three standard uncertainties), oxygen pressures are not known, or they differ and
        their part cannot be told; ``few_points`` below three gradients; ``not_identifiable`` for t_O
        without different oxygen pressures; ``outside_validity`` outside [0, 1].

    Raises
    ------
    InputError
        A measurement has no cell voltages, a temperature or a water pressure is not known or not above
        zero, partial pressures exceed the total, or the waters of both sides are alike.
    """
    cells = cell_voltages(measurements, parameters)
    results: list[Result] = []
    covariance: list[Covariance] = []
    models: list[ModelTried] = []
    notes: list[str] = []
    details: list[EmfDetails] = []
    for rows in _groups(cells.temperature):
        T = float(cells.temperature[rows].mean())
        try:
            found = _fitted(cells, rows, T, parameters)
        except ScienceError as error:
            raise InputError(str(error), hint="Check the water pressures of both sides.") from None
        details.append(found)
        judged = _judged(found, cells.oxygen_known)
        first = len(results)
        results += _results(found, judged, tuple(sorted({int(i) for i in cells.source[rows]})))
        if found.fit.t_oxide_ion is not None:
            value = float(found.fit.covariance[0, 1])
            covariance.append(Covariance(results=(first, first + 1), value=value))
        models.append(judged.model)
        notes += [note for note in judged.notes if note not in notes]
    return Outcome(
        record=AnalysisRecord(
            technique="emf",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            models=tuple(models),
            warnings=tuple(f"{m.raw.name}: {text}" for m in measurements for text in m.warnings),
        ),
        protonics=ProtonicDetails(emf=tuple(details)),
        notes=tuple(notes),
    )


def cell_voltages(measurements: Sequence[Measurement], parameters: EmfParameters) -> CellVoltages:
    """The voltages of all files; options stand in for columns that a file lacks.

    Raises
    ------
    InputError
        As ``analyse_emf``.
    """
    order = [file.sha256 for file in input_files(measurements)]
    parts = [_cell(m, parameters) for m in measurements]
    known = all(part[3] for part in parts)
    source = np.concatenate(
        [
            np.full(len(part[0]), order.index(m.raw.sha256))
            for part, m in zip(parts, measurements, strict=True)
        ]
    )
    return CellVoltages(
        temperature=np.concatenate([part[0] for part in parts]),
        gases=tuple(pair for part in parts for pair in part[1]),
        voltage=np.concatenate([part[2][0] for part in parts]),
        std=np.concatenate([part[2][1] for part in parts]),
        oxygen_known=known,
        source=source,
    )


def _cell(
    measurement: Measurement, parameters: EmfParameters
) -> tuple[Floats, list[tuple[Gas, Gas]], tuple[Floats, Floats], bool]:
    name = measurement.raw.name
    if measurement.kind is not Kind.CELL_VOLTAGE:
        raise InputError(
            f"holds a {measurement.kind.value}, no voltages of a cell between gases",
            file=name,
            hint="The header has to name a voltage and the water pressures of both sides, or an EMF.",
        )
    names = {column.name for column in measurement.columns}
    n = measurement.n_rows
    if "temperature" in names:
        T = measurement.values("temperature", unit="K")
    else:
        stated = measurement.temperature or parameters.temperature
        if stated is None:
            raise InputError(
                "the temperature is not known",
                file=name,
                field="temperature",
                hint='Give it: --temperature "700 degC".',
            )
        T = np.full(n, kelvin(stated).value)
    gases: dict[str, Floats] = {}
    for one in ("water_one", "water_two", "oxygen_one", "oxygen_two"):
        option: Quantity | None = getattr(parameters, one)
        if one in names:
            gases[one] = measurement.values(one, unit="atm")
        elif option is not None:
            gases[one] = np.full(n, option.value)
        elif one.startswith("water"):
            side = "I" if one.endswith("one") else "II"
            raise InputError(
                f"the water pressure of electrode {side} is not known",
                file=name,
                field=one,
                hint="Give it as a column or an option; gas that is called dry has some water too.",
            )
    known = {"oxygen_one", "oxygen_two"} <= gases.keys()
    for one, values in gases.items():
        wrong = np.flatnonzero(~(np.nan_to_num(values) > 0.0))
        if wrong.size:
            raise InputError(
                f"row {wrong[0] + 1}: {one.replace('_', ' ')} is missing or not above zero",
                file=name,
                field=one,
                hint="No gas is free of water and oxygen: write what was measured.",
            )
    for side in ("one", "two"):
        added = gases[f"water_{side}"] + (gases[f"oxygen_{side}"] if known else 0.0)
        wrong = np.flatnonzero(added > 1.02 * parameters.total.value)
        if wrong.size:
            raise InputError(
                f"row {wrong[0] + 1}: water and oxygen of electrode {'I' if side == 'one' else 'II'} "
                f"add up to {added[wrong[0]]:.4g} atm, more than the total pressure of "
                f"{parameters.total.value:g} atm",
                file=name,
                field="total",
                hint="Correct the pressures, or give the total pressure: --total.",
            )
    oxygen = {side: gases[f"oxygen_{side}"] if known else np.ones(n) for side in ("one", "two")}
    pairs = [
        (
            Gas(float(gases["water_one"][i]), float(oxygen["one"][i])),
            Gas(float(gases["water_two"][i]), float(oxygen["two"][i])),
        )
        for i in range(n)
    ]
    own = parameters.voltage_uncertainty.to("V").value
    std = np.full(n, own)
    if "voltage_uncertainty" in names:
        written = measurement.values("voltage_uncertainty", unit="V")
        std = np.where(np.nan_to_num(written) > _LEAST, written, own)
    return T, pairs, (measurement.values("voltage", unit="V"), std), known


def _groups(temperature: Floats) -> list[NDArray[np.int64]]:
    """Rows at one temperature, from low to high."""
    order = np.argsort(temperature, kind="stable")
    breaks = np.flatnonzero(np.diff(temperature[order]) > _SAME) + 1
    return list(np.split(order, breaks))


def _fitted(
    cells: CellVoltages, rows: NDArray[np.int64], T: float, parameters: EmfParameters
) -> EmfDetails:
    """Voltages between the same gases count once, with their mean."""
    gases, voltage, std = _gathered(cells, rows)
    fit = transport_numbers(voltage, std, gases, temperature=T)
    slope = nernst_slope(T)
    water = np.log([two.water / one.water for one, two in gases])
    oxygen = np.log([two.oxygen / one.oxygen for one, two in gases])
    # Both water pressures are off by their own relative uncertainty, alike in all gradients.
    widest = float(np.abs(water).max())
    pressures = np.sqrt(2.0) * 0.01 * parameters.pressure_uncertainty.value / widest
    return EmfDetails(
        temperature=T,
        log_ratio=water,
        ideal=0.5 * slope * oxygen - slope * water,
        voltage=voltage,
        std=std,
        fitted=voltage - fit.residuals,
        fit=fit,
        t_proton_std=float(np.hypot(np.sqrt(fit.covariance[0, 0]), fit.t_proton * pressures)),
    )


def _gathered(
    cells: CellVoltages, rows: NDArray[np.int64]
) -> tuple[list[tuple[Gas, Gas]], Floats, Floats]:
    keys: dict[tuple[float, ...], list[int]] = {}
    for i in rows:
        one, two = cells.gases[i]
        key = tuple(float(f"{p:.3g}") for p in (one.water, one.oxygen, two.water, two.oxygen))
        keys.setdefault(key, []).append(int(i))
    gases, voltage, std = [], [], []
    for members in keys.values():
        E = cells.voltage[members]
        own = float(cells.std[members].mean())
        scatter = float(E.std(ddof=1) / np.sqrt(E.size)) if E.size > 1 else 0.0
        gases.append(cells.gases[members[0]])
        voltage.append(float(E.mean()))
        std.append(max(own, scatter))
    return gases, np.array(voltage), np.array(std)


@dataclass(frozen=True)
class _Judged:
    flags: tuple[Flag, ...]
    model: ModelTried
    notes: tuple[str, ...]


def _judged(found: EmfDetails, oxygen_known: bool) -> _Judged:
    """What speaks against constant transport numbers and ideal electrodes."""
    fit = found.fit
    wrong, notes = [], []
    offset, std = fit.offset, fit.offset_std
    if offset is not None and std is not None and abs(offset) > _SIGMAS * std:
        wrong.append(f"offset of {1e3 * offset:.2f} mV ± {1e3 * std:.2f} mV at no gradient")
        notes.append(
            "An offset at no gradient: thermo-voltage, or polarised electrodes, which with electronic "
            "leakage also make t_H too small. Compare with larger electrodes."
        )
    if fit.curvature is not None and abs(fit.curvature) > _SIGMAS:
        wrong.append(f"curved in the driving term ({abs(fit.curvature):.1f} standard uncertainties)")
        notes.append(
            "The voltage is no straight line in the driving term: transport numbers change along the "
            "gradient. proton_conduction fits them with a defect model."
        )
    if not oxygen_known:
        wrong.append("oxygen pressures are not known and were taken as alike")
        notes.append(
            "Oxygen on both sides was taken as alike. Water dilutes it, and in nitrogen a leak decides "
            "it: measure it on both sides and give --oxygen-one and --oxygen-two."
        )
    slope = nernst_slope(found.temperature)
    unequal = np.abs(found.ideal + slope * found.log_ratio)
    apart = bool((unequal > _UNEQUAL * np.abs(found.ideal)).any())
    if oxygen_known and fit.t_oxide_ion is None and apart:
        wrong.append("oxygen pressures differ, and t_O cannot be told from t_H")
        notes.append(
            "Oxygen pressures differ, but not independently of water, so t_O was taken as 0 there."
        )
    flags: list[Flag] = ["model_inadequate"] if wrong else []
    if found.voltage.size < _FEW:
        flags.append("few_points")
    model = ModelTried(
        name=f"constant transport numbers, {found.temperature - 273.15:.0f} degC",
        adequate=not wrong,
        reason="; ".join(wrong) or _why_not(fit),
    )
    return _Judged(tuple(flags), model, tuple(notes))


def _why_not(fit: TransportNumbers) -> str:
    if fit.free <= 0:
        return "nothing to test it with: as many unknowns as gradients"
    return f"no offset, no curvature; reduced chi squared {fit.chi_squared / fit.free:.2g}"


def _results(found: EmfDetails, judged: _Judged, inputs: tuple[int, ...]) -> list[Result]:
    fit = found.fit
    conditions: dict[str, Quantity | str] = {
        "temperature": Quantity(value=round(found.temperature - 273.15, 1), unit="degC"),
        "gradients": str(found.voltage.size),
    }
    if fit.offset is not None:
        conditions["electrode_offset"] = Quantity(
            value=float(f"{1e3 * fit.offset:.3g}"),
            uncertainty=float(f"{1e3 * (fit.offset_std or 0.0):.2g}"),
            unit="mV",
        )
    std = found.t_proton_std
    method = "weighted least squares of the voltage between electrodes, E_II - E_I"
    if fit.offset is not None:
        method += ", offset of the electrodes fitted"
    results = [
        Result(
            quantity="proton_transport_number",
            value=fit.t_proton,
            uncertainty=std,
            unit="",
            flags=_outside(judged.flags, fit.t_proton, std),
            method=method,
            conditions=conditions,
            input=inputs,
        )
    ]
    other = fit.t_oxide_ion
    other_std = None if other is None else float(np.sqrt(fit.covariance[1, 1]))
    results.append(
        Result(
            quantity="oxide_ion_transport_number",
            value=other,
            uncertainty=other_std,
            unit="",
            flags=("not_identifiable",)
            if other is None or other_std is None
            else _outside(judged.flags, other, other_std),
            method=method,
            conditions=conditions,
            input=inputs,
        )
    )
    return results


def _outside(flags: tuple[Flag, ...], value: float, std: float) -> tuple[Flag, ...]:
    inside = -_SIGMAS * std <= value <= 1.0 + _SIGMAS * std
    return flags if inside else (*flags, "outside_validity")
