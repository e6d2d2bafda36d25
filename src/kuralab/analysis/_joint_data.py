"""Thermograms, voltages and conductivities of one material, as a joint fit takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from kuralab.analysis._atmosphere import gas_pressure, water_pressure
from kuralab.analysis._parameters import InUnit, listed_temperatures, positive_quantity
from kuralab.analysis._thermograms import Uptake, uptake_of
from kuralab.analysis.emf import EmfParameters, cell_voltages
from kuralab.analysis.thermogravimetry import ThermogravimetryParameters, oxide_of, settings_of
from kuralab.errors import InputError
from kuralab.model import Kind, Measurement
from kuralab.science.protonics import ConductivityData, UptakeData, VoltageData
from kuralab.units import Quantity

Floats = NDArray[np.float64]


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
class JointData:
    """What there is of each kind; None where there is none."""

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


def joint_data(measurements: Sequence[Measurement], parameters: ProtonConductionParameters) -> JointData:
    """Everything that was measured of one material.

    Raises
    ------
    InputError
        A measurement of another kind, or what the single techniques refuse.
    """
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
    return JointData(
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
