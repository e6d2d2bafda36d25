"""One parameter set from thermogravimetry, EMF and conductivity: what was put in comes out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.protonics import (
    PRIORS,
    TYPICAL,
    ConductivityData,
    Gas,
    JointFit,
    ProtonConductor,
    UptakeData,
    VoltageData,
    conduction,
    fit_jointly,
    proton_content,
    voltages_of,
)

TRUTH = ProtonConductor(
    acceptor=0.2,
    hydration_enthalpy=-93.0e3,
    hydration_entropy=-103.0,
    log_proton=13.3,
    proton_energy=47e3,
    log_oxide=14.9,
    oxide_energy=78e3,
    log_hole=16.5,
    hole_energy=98e3,
)
GRADIENTS = (
    (0.006, 0.030, 0.21, 0.205),
    (0.006, 0.015, 0.21, 0.207),
    (0.006, 0.030, 0.01, 0.205),
    (0.010, 0.030, 0.21, 0.010),
    (0.006, 0.012, 0.21, 0.208),
)


def _uptake(rng: np.random.Generator) -> UptakeData:
    T, water = np.array([673.0, 773.0, 873.0, 973.0, 1073.0]), np.full(5, 0.0232)
    h = proton_content(T, water, acceptor=0.2, enthalpy=-93.0e3, entropy=-103.0)
    h = h + 0.002 * rng.standard_normal() + 0.001 * rng.standard_normal(5)
    return UptakeData(T, water, h, np.full(5, 0.001), offset_std=0.002)


def _voltages(rng: np.random.Generator, truth: ProtonConductor = TRUTH) -> VoltageData:
    T = np.repeat([773.0, 873.0, 973.0], len(GRADIENTS))
    gases = tuple((Gas(w1, o1), Gas(w2, o2)) for w1, w2, o1, o2 in GRADIENTS) * 3
    std = np.full(T.size, 2e-4)
    E = voltages_of(truth, temperature=T, gases=gases)
    return VoltageData(T, gases, E + std * rng.standard_normal(T.size), std)


def _conductivities(rng: np.random.Generator) -> ConductivityData:
    T = np.repeat([673.0, 773.0, 873.0, 973.0], 4)
    water, oxygen = np.tile([0.0232, 0.0232, 0.006, 0.006], 4), np.tile([0.21, 1e-4, 0.21, 1e-4], 4)
    total = np.log(conduction(TRUTH, temperature=T, water=water, oxygen=oxygen).total)
    total = total + 0.03 * rng.standard_normal() + 0.02 * rng.standard_normal(T.size)
    return ConductivityData(T, water, oxygen, total, np.full(T.size, 0.02), common_std=0.03)


def _fitted(seed: int) -> JointFit:
    rng = np.random.default_rng(seed)
    return fit_jointly(
        TYPICAL, uptake=_uptake(rng), emf=_voltages(rng), conductivity=_conductivities(rng)
    )


def _t_proton(material: ProtonConductor) -> np.ndarray:
    return conduction(material, temperature=np.array([873.0]), water=0.02, oxygen=1e-4).t_proton


def _deviations(seeds: range) -> np.ndarray:
    found = []
    for seed in seeds:
        fit = _fitted(seed)
        assert fit.settled
        z = [
            (getattr(fit.material, name) - getattr(TRUTH, name)) / (fit.std(name) or np.nan)
            for name in fit.names
        ]
        value, covariance = fit.propagated(_t_proton)
        z.append(float(value[0] - _t_proton(TRUTH)[0]) / float(np.sqrt(covariance[0, 0])))
        found.append(z)
    return np.array(found)


def test_40_seeds_cover_the_truth() -> None:
    z = _deviations(range(40))
    assert (np.abs(z) < 2.0).mean(axis=0).min() > 0.82
    assert (np.abs(z) < 2.0).mean() > 0.92


@pytest.mark.slow
def test_300_seeds_cover_the_truth() -> None:
    z = _deviations(range(300))
    assert (np.abs(z) < 2.0).mean(axis=0).min() > 0.9
    assert (np.abs(z) < 2.0).mean() == pytest.approx(0.955, abs=0.025)
    assert np.abs(z.mean(axis=0)).max() < 0.25


def test_together_is_better_than_alone() -> None:
    rng = np.random.default_rng(1)
    uptake = _uptake(rng)
    mobilities = tuple(n for n in ProtonConductor.names() if not n.startswith("hydration"))
    alone = fit_jointly(TYPICAL, uptake=uptake, hold=mobilities)
    rng = np.random.default_rng(1)
    together = fit_jointly(
        TYPICAL, uptake=_uptake(rng), emf=_voltages(rng), conductivity=_conductivities(rng)
    )
    one, other = alone.std("hydration_enthalpy"), together.std("hydration_enthalpy")
    assert one is not None
    assert other is not None
    assert other < one


def test_what_the_data_leave_open_is_said() -> None:
    """Without oxygen no holes show: their parameters keep the spread that they had before."""
    rng = np.random.default_rng(3)
    T = np.repeat([673.0, 773.0, 873.0], 2)
    water, oxygen = np.tile([0.0232, 0.006], 3), np.full(6, 1e-20)
    total = np.log(conduction(TRUTH, temperature=T, water=water, oxygen=oxygen).total)
    data = ConductivityData(T, water, oxygen, total, np.full(6, 0.02))
    fit = fit_jointly(TYPICAL, uptake=_uptake(rng), conductivity=data)
    assert {"log_hole", "hole_energy"} <= set(fit.undetermined)
    assert fit.std("log_hole") == pytest.approx(PRIORS["log_hole"], rel=0.6)
    assert "hydration_enthalpy" not in fit.undetermined


def test_a_mechanism_that_the_model_lacks_is_noticed() -> None:
    """Electrodes that take a tenth of the voltage: no such material exists."""
    rng = np.random.default_rng(5)
    emf = _voltages(rng)
    polarised = replace(emf, voltage=0.9 * emf.voltage)
    fit = fit_jointly(TYPICAL, uptake=_uptake(rng), emf=polarised, conductivity=_conductivities(rng))
    assert fit.inadequate
    good = _fitted(5)
    assert not good.inadequate


def test_an_acceptor_content_with_an_uncertainty_is_fitted() -> None:
    rng = np.random.default_rng(7)
    start = replace(TYPICAL, acceptor=0.21)
    fit = fit_jointly(
        start,
        uptake=_uptake(rng),
        emf=_voltages(rng),
        conductivity=_conductivities(rng),
        hold=(),
        priors={"acceptor": 0.01},
    )
    std = fit.std("acceptor")
    assert std is not None
    assert std < 0.01
    assert abs(fit.material.acceptor - 0.2) < 3.0 * std


def test_too_few_points_are_refused() -> None:
    with pytest.raises(ScienceError, match="cannot determine"):
        fit_jointly(TYPICAL, uptake=_uptake(np.random.default_rng(0)))
