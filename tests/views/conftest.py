"""Outcomes to draw: two synthetic spectra with real fits, their Arrhenius lines, a polarisation."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from kuralab.analysis import Arc, ArrheniusLine, Outcome, SpectrumDetails
from kuralab.model import AnalysisRecord, InputFile, ModelTried, Result
from kuralab.science.electrochemistry import read_polarisation
from kuralab.science.impedance import (
    arcs_of,
    fit_circuit,
    impedance_from_circuit,
    kramers_kronig,
    relaxation_times,
)
from kuralab.science.kinetics import arrhenius_conductivity, fit_arrhenius
from kuralab.units import Quantity

CIRCUIT = "p(R1,CPE1)-p(R2,CPE2)-CPE3"


def spectrum(
    *, scale: float, temperature: Quantity | None, label: str = "a.txt", ratio: float = 1.0
) -> SpectrumDetails:
    """Two arcs and a blocking electrode, 0.2 % noise, the slowest four points unused."""
    f = np.logspace(6, -1, 43)
    parameters = {
        "R1": 1e3 * scale,
        "CPE1.Q": 2e-9,
        "CPE1.n": 0.95,
        "R2": 1e3 * scale * ratio,
        "CPE2.Q": 2e-7 / ratio,
        "CPE2.n": 0.9,
        "CPE3.Q": 1e-2,
        "CPE3.n": 0.8,
    }
    noise = np.random.default_rng(7).normal(scale=2e-3, size=(2, f.size))
    z = impedance_from_circuit(frequency=f, circuit=CIRCUIT, parameters=parameters)
    z = z * (1.0 + noise[0] + 1j * noise[1])
    unused_f, unused_z, f, z = f[-4:], z[-4:], f[:-4], z[:-4]
    fit = fit_circuit(frequency=f, impedance=z, circuit=CIRCUIT)
    electrode = impedance_from_circuit(
        frequency=f,
        circuit="CPE3",
        parameters={"CPE3.Q": fit.value("CPE3.Q"), "CPE3.n": fit.value("CPE3.n")},
    )
    arcs = tuple(
        Arc(**vars(arc), role=role)
        for role, arc in zip(("bulk", "grain_boundary"), arcs_of(fit), strict=True)
    )
    return SpectrumDetails(
        label=label,
        temperature=temperature,
        frequency=f,
        impedance=z,
        unused_frequency=unused_f,
        unused_impedance=unused_z,
        kramers_kronig=kramers_kronig(frequency=f, impedance=z),
        fit=fit,
        relaxation=relaxation_times(frequency=f, impedance=z, electrode=electrode),
        arcs=arcs,
    )


@pytest.fixture(scope="session")
def single() -> SpectrumDetails:
    return spectrum(scale=1.0, temperature=None)


@pytest.fixture(scope="session")
def series() -> tuple[SpectrumDetails, ...]:
    """Given hot, cold, warm: 60, 20 and 40 °C, a factor of ten in resistance."""
    return tuple(
        spectrum(scale=scale, temperature=Quantity(value=t, unit="degC"), label=f"s{t}.txt")
        for scale, t in ((0.3, 60.0), (3.0, 20.0), (1.0, 40.0))
    )


@pytest.fixture(scope="session")
def lines() -> tuple[ArrheniusLine, ...]:
    kelvin = np.array([293.15, 313.15, 333.15, 353.15])
    found = []
    for part, energy in (("total", 0.40), ("bulk", 0.30), ("grain_boundary", 0.45)):
        sigma = arrhenius_conductivity(temperature=kelvin, activation_energy=energy, log_prefactor=9.0)
        sigma = sigma * np.array([1.02, 0.99, 1.01, 1.0])
        fit = fit_arrhenius(temperature=kelvin, conductivity=sigma, std=0.02 * sigma)
        found.append(
            ArrheniusLine(
                part=part,
                temperature=kelvin,
                conductivity=sigma,
                std=0.02 * sigma,
                unit="S/cm",
                fit=fit,
                shifted=fit,
                activation_energy_std=0.0041,
            )
        )
    return tuple(found)


def record(technique: str, *, file: str = "a.txt") -> AnalysisRecord:
    temperature = Quantity(value=40.0, unit="degC")
    return AnalysisRecord(
        technique=technique,
        input=(InputFile(file=file, sha256="0123456789abcdef" * 4),),
        parameters={"circuit": "auto"},
        software="kuralab 0.1.0",
        results=(
            Result(
                quantity="resistance_total",
                value=1498.2,
                uncertainty=9.04,
                unit="ohm",
                method="complex least squares",
                conditions={"temperature": temperature, "atmosphere": "argon"},
                input=(0,),
            ),
            Result(
                quantity="resistance_bulk",
                value=None,
                uncertainty=None,
                unit="ohm",
                flags=("not_identifiable", "model_inadequate"),
                method="complex least squares",
                conditions={"temperature": temperature},
                input=(0,),
            ),
            Result(
                quantity="ionic_conductivity_total",
                value=1.936e-7,
                uncertainty=None,
                unit="S/cm",
                flags=("censored_below",),
                method="complex least squares",
                input=(0,),
            ),
        ),
        models=(ModelTried(name=CIRCUIT, adequate=False, reason="residual 2 %", input=(0,)),),
        warnings=("no pellet geometry in the file",),
    )


@pytest.fixture(scope="session")
def impedance_outcome(single: SpectrumDetails) -> Outcome:
    return Outcome(record=record("impedance"), spectra=(single,), notes=("A note.",))


@pytest.fixture(scope="session")
def arrhenius_outcome(series: tuple[SpectrumDetails, ...], lines: tuple[ArrheniusLine, ...]) -> Outcome:
    return Outcome(record=record("arrhenius"), spectra=series, lines=lines)


@pytest.fixture(scope="session")
def polarisation_outcome() -> Outcome:
    t = np.linspace(0.0, 7200.0, 200)
    run = read_polarisation(time=t, current=1e-9 + 9e-8 * np.exp(-t / 300.0), voltage=0.5)
    return Outcome(record=record("polarisation"), polarisation=run)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The builders, for tests that need another spectrum or record."""
    return SimpleNamespace(spectrum=spectrum, record=record)
