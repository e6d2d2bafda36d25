"""Proton conductors with a known truth, for the benchmark of coverage: files as instruments write them.

Matched: data of the fitter's own defect model with errors as they are stated. As it is: the twins, whose
model is richer. Abused: the twins with electrodes that polarise ten times as much, and drying gas that
is not dry. Every seed is a laboratory of its own with one body; truths come from a prior.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis import Outcome
from kuralab.clock import keyed_generator
from kuralab.formats import read
from kuralab.instruments import Order, OrderedSample
from kuralab.instruments.twins import MODELS
from kuralab.instruments.twins._ceramic import TrueCeramic, ceramic_prior
from kuralab.instruments.twins._model import Happening
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.model import checked_value, operation_kind
from kuralab.model.facility import Instrument
from kuralab.science.protonics import (
    Body,
    Gas,
    ProtonConductor,
    conduction,
    conductor_with_copper,
    copper_at_equilibrium,
    mass_change_of,
    proton_content,
    voltage_of,
)
from kuralab.workflows._ceramic_analysis import Asked, ceramic_outcome

START: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
EMF: Final = {
    "temperature": "700 degC", "temperature_low": "500 degC", "temperature_step": "50 K",
    "water_low": "0.6 kPa", "water_high": "3 kPa", "oxygen": "10 Pa",
}  # fmt: skip
GASES: Final = {
    "temperature_high": "800 degC", "temperature_low": "400 degC", "temperature_step": "50 K",
    "water_low": "0.6 kPa", "water_high": "3 kPa", "oxygen_low": "10 Pa", "oxygen_high": "20 kPa",
}  # fmt: skip
BALANCE: Final = {
    "temperature_high": "900 degC", "temperature_low": "300 degC", "temperature_step": "50 K",
    "step_time": "1.5 h", "water": "2 kPa",
}  # fmt: skip
SAFE: Final = {
    "emf_rig": {"seal_rate": 0.0},
    "thermobalance": {"jump_rate": 0.0},
    "icp_ms": {"lost_rate": 0.0},
}
ATM: Final = 101325.0
VOLTAGE: Final = 0.2e-3
CONDUCTIVITY: Final = 0.02
GEOMETRY: Final = 0.03
MASS: Final = 0.005
"""mg"""
WATER: Final = 0.01
KELVIN: Final = 1.0
FORMULA: Final = 0.01
ELECTRODES: Final = 0.1
STEEPER: Final = 50e3
OFFSET: Final = 0.2e-3
"""V; all of them are what the analysis takes when nothing else is said."""


class Common(NamedTuple):
    """Errors of one laboratory: factors of the water at the balance and at both electrodes, temperature
    of the balance and of the rig in K, factor of the formula's mass, resistance of the electrodes beside
    that of the ions at 700 degC, voltage without a gradient in V."""

    balance_water: float
    water_one: float
    water_two: float
    balance: float
    rig: float
    formula: float
    electrodes: float
    offset: float


class Case(NamedTuple):
    """Files by operation as instruments write them, and the oxide's truth."""

    files: list[tuple[str, Mapping[str, Any], str, bytes]]
    truth: ProtonConductor


def matched(seed: int) -> Case:
    """Data of the defect model; each error is drawn as the analysis supposes it."""
    rng = keyed_generator(seed, "coverage", "matched ceramic")
    copper = float(rng.uniform(0.0, 0.025))
    base = conductor_with_copper(copper)
    truth = replace(
        base,
        acceptor=0.20 + 0.03 * float(rng.normal()),
        hydration_enthalpy=base.hydration_enthalpy + 8e3 * float(rng.normal()),
        hydration_entropy=base.hydration_entropy + 5.0 * float(rng.normal()),
        log_proton=base.log_proton + 0.3 * float(rng.normal()),
        proton_energy=base.proton_energy + 2e3 * float(rng.normal()),
        log_oxide=base.log_oxide + 0.3 * float(rng.normal()),
        log_hole=base.log_hole + 0.3 * float(rng.normal()),
    )
    draw = rng.normal(size=8)
    common = Common(
        *np.exp(WATER * draw[:3]).tolist(),
        *(KELVIN * draw[3:5]).tolist(),
        1.0 + FORMULA * float(draw[5]),
        ELECTRODES * float(draw[6]),
        OFFSET * float(draw[7]),
    )
    return Case(
        [
            ("hydration_thermogram", {}, "thermogram.csv", _thermogram(truth, common, rng)),
            ("emf_cell", {}, "emf.csv", _voltages(truth, common, rng)),
            ("conductivity_in_gases", {}, "gases.csv", _conductivities(truth, common, rng)),
        ],
        truth,
    )


def _thermogram(truth: ProtonConductor, common: Common, rng: np.random.Generator) -> bytes:
    """Plateaus that have settled at once, each off by the uncertainty of a mass."""
    water = 2000.0 / ATM
    levels = [(900.0, 0.0), *((float(t), water) for t in range(900, 299, -50))]
    dry_mass, time = 300.0, 0.0
    lines = ["time [s],temperature [degC],mass [mg],water pressure [atm]"]
    for celsius, pressure in levels:
        h = proton_content(
            celsius + 273.15 + common.balance,
            pressure * common.balance_water,
            acceptor=truth.acceptor,
            enthalpy=truth.hydration_enthalpy,
            entropy=truth.hydration_entropy,
        )
        gain = float(mass_change_of(h, dry_mass=DRY * common.formula))
        mass = dry_mass * (1.0 + gain) + MASS * float(rng.normal())
        for _ in range(60):
            lines.append(
                f"{time:.0f},{celsius:.2f},{mass + 2e-4 * float(rng.normal()):.4f},{pressure:.6g}"
            )
            time += 60.0
        time += 300.0
    return ("\n".join(lines) + "\n").encode()


DRY: Final = 302.455
"""g/mol of the formula that the analysis is told."""


def _voltages(truth: ProtonConductor, common: Common, rng: np.random.Generator) -> bytes:
    lines = [
        "temperature [degC],water I [atm],oxygen I [atm],water II [atm],oxygen II [atm],voltage [mV]"
    ]
    dry, oxygen = 600.0 / ATM, 10.0 / ATM
    for celsius in range(700, 499, -50):
        for wet in np.geomspace(dry, 3000.0 / ATM, 6)[1:]:
            volts = voltage_of(
                truth,
                temperature=celsius + 273.15 + common.rig,
                one=Gas(dry * common.water_one, oxygen),
                two=Gas(float(wet) * common.water_two, oxygen),
            )
            mean = conduction(
                truth,
                temperature=celsius + 273.15,
                water=float(np.sqrt(dry * wet)),
                oxygen=oxygen,
            )
            colder = np.exp(STEEPER / 8.314462618 * (1.0 / (celsius + 273.15) - 1.0 / 973.15))
            volts /= 1.0 + common.electrodes * float(colder * mean.t_hole)
            read_voltage = 1e3 * (volts + common.offset + VOLTAGE * float(rng.normal()))
            lines.append(f"{celsius},{dry:.6g},{oxygen:.6g},{wet:.6g},{oxygen:.6g},{read_voltage:.4f}")
    return ("\n".join(lines) + "\n").encode()


def _conductivities(truth: ProtonConductor, common: Common, rng: np.random.Generator) -> bytes:
    lines = ["temperature [degC],water pressure [atm],oxygen pressure [atm],conductivity [S/cm]"]
    geometry = np.exp(GEOMETRY * float(rng.normal()))
    for celsius in range(800, 399, -50):
        for oxygen in (10.0 / ATM, 2e4 / ATM):
            for water in (600.0 / ATM, 3000.0 / ATM):
                total = conduction(
                    truth,
                    temperature=celsius + 273.15 + common.rig,
                    water=water * common.water_two,
                    oxygen=oxygen,
                ).total
                sigma = float(total) * geometry * np.exp(CONDUCTIVITY * float(rng.normal()))
                lines.append(f"{celsius},{water:.6g},{oxygen:.6g},{sigma:.6g}")
    return ("\n".join(lines) + "\n").encode()


def as_it_is(seed: int) -> Case:
    """A dense body with a drawn amount of copper on the twins' balance, rig and in the service."""
    rng = keyed_generator(seed, "coverage", "ceramic")
    values = ceramic_prior()["batch"]
    copper = copper_at_equilibrium(float(rng.uniform(0.0, 0.04)))
    draw = rng.normal(size=4)
    ceramic = TrueCeramic(
        Body(copper=0.03, dissolved=copper, wear=0.004, unreacted=0.0, relative_density=0.95),
        barium=1.0 + values["barium_scatter"] * float(draw[0]),
        proton=values["proton_scatter"] * float(draw[1]),
        oxide=values["oxide_scatter"] * float(draw[2]),
        hole=values["hole_scatter"] * float(draw[3]),
        sintered=True,
    )
    sample = TrueSample(
        identity=f"body-{seed}",
        iodide=0.0,
        mass=4.0,
        form="pellet",
        factor=1.0,
        energy_shift=0.0,
        relative_density=0.95,
        ceramic=ceramic,
    )
    files = [
        _performed(seed, "icp_ms", "icp_ms", sample),
        _performed(seed, "thermobalance", "hydration_thermogram", sample, **BALANCE, crucible="empty"),
        _performed(seed, "thermobalance", "hydration_thermogram", sample, **BALANCE),
        _performed(seed, "emf_rig", "emf_cell", sample, **EMF),
        _performed(seed, "emf_rig", "conductivity_in_gases", sample, **GASES),
    ]
    return Case(files, ceramic.material)


def abused(seed: int) -> Case:
    """The same with bad electrodes and a drying gas with 1e-3 atm of water."""
    with changed("emf", polarisation=10.0), changed("thermobalance", rest_of_water=50.0):
        return as_it_is(seed)


@contextmanager
def changed(section: str, **factors: float) -> Any:
    """The twins' prior with some values multiplied."""
    values: dict[str, float] = ceramic_prior()[section]  # type: ignore[assignment]
    before = dict(values)
    values.update({name: before[name] * factor for name, factor in factors.items()})
    try:
        yield
    finally:
        values.update(before)


def _performed(
    seed: int, driver: str, operation: str, sample: TrueSample, **given: str
) -> tuple[str, Mapping[str, Any], str, bytes]:
    """What an instrument writes of a sample: operation, parameters, file name and bytes."""
    instrument = Instrument(
        name=f"{driver}-1",
        station="bench",
        driver=driver,
        capabilities=(),
        settings=dict(SAFE.get(driver, {})),
    )
    model = MODELS[driver](Settings(instrument))
    kind = operation_kind(operation)
    parameters = {name: checked_value(kind.parameter(name), text) for name, text in given.items()}
    order = Order(
        key="/".join([operation, *given.values()]),
        operation=operation,
        parameters=parameters,
        samples=(OrderedSample(identity=sample.identity),),
    )
    outcome = model.outcome(order, [sample], Happening(instrument.name, seed, START))
    assert not outcome.message, outcome.message
    return operation, parameters, *outcome.files[sample.identity]


def analysed(case: Case) -> Outcome:
    """As the analysis of a run does it."""
    asked = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (operation, parameters, name, content) in enumerate(case.files):
            path = Path(folder) / f"{number}_{name}"
            path.write_bytes(content)
            asked.append(Asked(read(path)[0], operation, parameters))
    return ceramic_outcome("proton_conduction", asked, {})


def truths(material: ProtonConductor) -> dict[str, NDArray[np.float64]]:
    """What the results should be, by quantity, in the order of the analysis."""
    at = conduction(material, temperature=[873.15, 973.15], water=0.02, oxygen=1e-4)
    return {
        "hydration_enthalpy": np.array([1e-3 * material.hydration_enthalpy]),
        "hydration_entropy": np.array([material.hydration_entropy]),
        "proton_transport_number": at.t_proton,
        "oxide_ion_transport_number": at.t_oxide_ion,
    }
