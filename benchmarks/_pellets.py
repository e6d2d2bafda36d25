"""Pellets with a known truth, for the benchmark of coverage: files as an instrument writes them.

Matched: the fitter's own circuit with errors as they are stated. As it is: the twins. Every seed is
a laboratory of its own with one pellet at eight temperatures; truths come from a prior.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis import Outcome
from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.clock import keyed_generator
from kuralab.formats import read
from kuralab.instruments import Order, OrderedSample
from kuralab.instruments.twins import MODELS
from kuralab.instruments.twins._model import Happening
from kuralab.instruments.twins._mpt import SpectrumFile, spectrum_file
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.model.facility import Instrument
from kuralab.science.impedance import impedance_from_circuit
from kuralab.science.kinetics import BOLTZMANN_EV, arrhenius_conductivity
from kuralab.units import Quantity

CIRCUIT: Final = "p(R1,CPE1)-p(R2,CPE2)-CPE3"
CELSIUS: Final = range(25, 105, 10)
KELVIN: Final = np.array(CELSIUS) + 273.15
STATED_OFFSET: Final = 0.87
NOISE: Final = 0.003
START: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Case(NamedTuple):
    """Files as an instrument writes them, the dimensions as they were read, and the truth:
    conductivity (8,) S/cm at the temperatures that were asked for, slope of ln(sigma T) in eV."""

    files: list[tuple[str, bytes]]
    dimensions: Mapping[str, Quantity]
    conductivity: NDArray[np.float64]
    activation_energy: float


def matched(seed: int) -> Case:
    """A pellet that is the fitter's circuit, and whose two arcs share one activation energy."""
    rng = keyed_generator(seed, "coverage", "matched")

    def log_uniform(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    energy, share = float(rng.uniform(0.25, 0.5)), float(rng.uniform(0.15, 0.6))
    room = log_uniform(1e-6, 1e-5)
    prefactor = float(np.log(room * 298.15) + energy / (BOLTZMANN_EV * 298.15))
    true = {"thickness": float(rng.uniform(1.0, 2.5)), "diameter": float(rng.uniform(8.0, 12.0))}
    stated = {"thickness": 0.02, "diameter": 0.05}
    dimensions = {
        name: Quantity(value=value + stated[name] * rng.normal(), uncertainty=stated[name], unit="mm")
        for name, value in true.items()
    }
    cell = true["thickness"] / 10.0 / (np.pi * (true["diameter"] / 10.0) ** 2 / 4.0)
    n1, n2 = float(rng.uniform(0.85, 0.97)), float(rng.uniform(0.75, 0.92))
    r1, r2 = ((1.0 - share) * cell / room, share * cell / room)
    fixed = {
        "CPE1.Q": (log_uniform(1e-12, 3e-12) / cell) ** n1 * r1 ** (n1 - 1.0),
        "CPE1.n": n1,
        "CPE2.Q": (log_uniform(1e-10, 1e-9) / cell) ** n2 * r2 ** (n2 - 1.0),
        "CPE2.n": n2,
        "CPE3.Q": log_uniform(1e-6, 1e-5),
        "CPE3.n": float(rng.uniform(0.85, 0.95)),
    }
    offset = STATED_OFFSET * float(rng.normal())
    frequency = np.geomspace(7e6, 1.0, 69)
    files = []
    for celsius in CELSIUS:
        (sigma,) = arrhenius_conductivity(
            temperature=[celsius + 273.15 + offset], activation_energy=energy, log_prefactor=prefactor
        )
        arcs = {"R1": (1.0 - share) * cell / sigma, "R2": share * cell / sigma}
        z = impedance_from_circuit(frequency=frequency, circuit=CIRCUIT, parameters=arcs | fixed)
        noise = rng.standard_normal(z.size) + 1j * rng.standard_normal(z.size)
        content = spectrum_file(
            SpectrumFile(
                frequency=frequency,
                impedance=z + NOISE * np.abs(z) * noise,
                temperature=float(celsius),
                started=START,
                channel=1,
                sample=f"matched-{seed}",
                point_time=3.0 / frequency,
                digits=5,
            )
        )
        files.append((f"matched_{celsius}degC.mpt", content))
    truth = arrhenius_conductivity(temperature=KELVIN, activation_energy=energy, log_prefactor=prefactor)
    return Case(files, dimensions, truth, energy)


def as_it_is(seed: int, **analyser: float) -> Case:
    """A glass of drawn composition from the twins' glove box, mill, press and analyser."""
    x = int(keyed_generator(seed, "coverage", "x").integers(0, 56))
    composition = f"{100 - x}Li3PS4-{x}LiI" if x else "Li3PS4"
    sample, _, _ = _performed(seed, "glove_box", "weigh", None, composition=composition, mass="300 mg")
    sample, _, _ = _performed(seed, "ball_mill", "ball_mill", sample, speed="500 rpm", duration="20 h")
    pellet, dimensions, _ = _performed(
        seed, "press", "press_pellet", sample, pressure="360 MPa", diameter="10 mm"
    )
    files = [
        _performed(
            seed,
            "impedance_analyser",
            "impedance_spectrum",
            pellet,
            settings=analyser,
            temperature=f"{celsius} degC",
        )[2]
        for celsius in CELSIUS
    ]
    truth = np.array([pellet.conductivity(t) for t in KELVIN])
    # The total is no straight line here: what a perfect laboratory would call its slope.
    slope = np.polyfit(-1.0 / (BOLTZMANN_EV * KELVIN), np.log(truth * KELVIN), 1)[0]
    dimensions = {name: dimensions[name] for name in ("thickness", "diameter")}
    return Case(files, dimensions, truth, float(slope))


def abused(seed: int) -> Case:
    """The same twins with an analyser that loses three contacts of ten."""
    return as_it_is(seed, contact_loss_rate=0.3)


def _performed(
    seed: int,
    driver: str,
    operation: str,
    sample: TrueSample | None,
    *,
    settings: Mapping[str, float] | None = None,
    **parameters: str,
) -> tuple[TrueSample, Mapping[str, Quantity], tuple[str, bytes]]:
    """The sample after an order, what was read of it, and the file."""
    instrument = Instrument(
        name=driver, station="box", driver=driver, capabilities=(), settings=dict(settings or {})
    )
    order = Order(
        key="/".join([operation, *parameters.values()]),
        operation=operation,
        parameters=parameters,
        samples=() if sample is None else (OrderedSample(identity=sample.identity),),
        makes=("pellet",) if sample is None else (),
    )
    outcome = MODELS[driver](Settings(instrument)).outcome(
        order,
        () if sample is None else (sample,),
        Happening(instrument=driver, seed=seed, started=START),
    )
    after = outcome.samples.get("pellet") or sample
    assert after is not None
    return after, outcome.values.get("pellet", {}), outcome.files.get("pellet", ("", b""))


def analysed(case: Case, **options: Any) -> Outcome:
    """The analysis that a run's samples get."""
    with tempfile.TemporaryDirectory() as folder:
        measurements = []
        for name, content in case.files:
            path = Path(folder, name)
            path.write_bytes(content)
            measurements += read(path)
    return analyse_arrhenius(measurements, ArrheniusParameters(**case.dimensions, **options))
