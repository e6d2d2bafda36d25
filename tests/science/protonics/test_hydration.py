"""Protons in a perovskite: published numbers, limits, and fits that find what was put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.protonics import (
    fit_hydration,
    gas_density,
    hydration_constant,
    mass_change_of,
    proton_content,
    protons_of,
    saturation_pressure,
)
from kuralab.science.protonics._hydration import content_of

T = np.array([573.15, 673.15, 773.15, 873.15, 973.15])
WATER = np.full(5, 0.0232)
TRUTH = {"enthalpy": -93.3e3, "entropy": -103.2}


@pytest.mark.parametrize("number", [0, 1])
def test_published_materials(reference: Callable[[str], dict[str, Any]], number: int) -> None:
    material = reference("protonics/hydration")["materials"][number]
    for celsius, expected in material["protons"].items():
        found = proton_content(
            celsius + 273.15,
            0.02,
            acceptor=material["acceptor"],
            enthalpy=1e3 * material["enthalpy"],
            entropy=material["entropy"],
        )
        assert float(found) == pytest.approx(expected, abs=6e-6)


def test_full_hydration(reference: Callable[[str], dict[str, Any]]) -> None:
    known = reference("protonics/hydration")["full_hydration"]
    gain = 100.0 * float(mass_change_of(0.2, dry_mass=known["dry_mass"]))
    assert gain == pytest.approx(known["mass_percent"], abs=5e-5)
    assert float(protons_of(0.01 * gain, dry_mass=known["dry_mass"])) == pytest.approx(0.2)


def test_limits() -> None:
    """Dry: none, and as the square root of K p at first; saturated: S."""
    assert float(content_of(0.0, 0.2)) == 0.0
    small = content_of(np.array([1e-10, 4e-10]), 0.2)
    assert small[1] / small[0] == pytest.approx(2.0, rel=1e-4)
    assert float(content_of(1e300, 0.2)) == pytest.approx(0.2, rel=1e-12)
    assert float(content_of(np.inf, 0.2)) == pytest.approx(0.2, rel=1e-12)
    # Cold and wet: K alone would overflow.
    assert float(proton_content(10.0, 1.0, acceptor=0.2, **TRUTH)) == pytest.approx(0.2)


def test_smooth_where_the_usual_root_is_zero_over_zero() -> None:
    strength = 4.0 * (1.0 + np.array([-1e-3, -1e-9, -1e-13, 0.0, 1e-13, 1e-9, 1e-3]))
    h = content_of(strength, 0.2)
    assert np.isfinite(h).all()
    assert (np.diff(h) >= 0.0).all()
    assert h[3] == pytest.approx(0.2 * 5.8 / 6.0, rel=1e-12)


@given(st.floats(-8.0, 12.0), st.floats(0.01, 1.5))
def test_the_equilibrium_holds(log_strength: float, acceptor: float) -> None:
    strength = 10.0**log_strength
    h = float(content_of(strength, acceptor))
    assert 0.0 < h <= acceptor
    right = strength * (acceptor - h) * (6.0 - acceptor - h)
    assert 4.0 * h * h == pytest.approx(right, rel=1e-6, abs=strength * 1e-13)


def test_bad_conditions_are_refused() -> None:
    for bad in ({"temperature": 0.0}, {"water": -0.1}, {"acceptor": 0.0}):
        conditions = {"temperature": 873.15, "water": 0.02, "acceptor": 0.2} | bad
        with pytest.raises(ScienceError):
            proton_content(
                conditions["temperature"], conditions["water"], acceptor=conditions["acceptor"], **TRUTH
            )
    with pytest.raises(ScienceError, match="two temperatures"):
        fit_hydration([873.0, 874.0], [0.02, 0.02], [0.1, 0.1], [1e-3, 1e-3], acceptor=0.2)


def test_a_fit_covers_the_truth() -> None:
    """200 seeds with noise, a common offset of the dry reference and an uncertain acceptor content."""
    deviations = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        acceptor = 0.2 + 0.01 * rng.standard_normal()
        h = proton_content(T, WATER, acceptor=acceptor, **TRUTH)
        h = h + 0.002 * rng.standard_normal() + 0.001 * rng.standard_normal(5)
        fit = fit_hydration(
            T, WATER, h, np.full(5, 0.001), acceptor=0.2, acceptor_std=0.01, offset_std=0.002
        )
        std = np.sqrt(np.diag(fit.covariance))
        deviations.append(
            ((fit.enthalpy - TRUTH["enthalpy"]) / std[0], (fit.entropy - TRUTH["entropy"]) / std[1])
        )
    z = np.array(deviations)
    assert (np.abs(z) < 2.0).mean(axis=0) == pytest.approx(0.955, abs=0.04)
    assert np.abs(z.mean(axis=0)).max() < 0.25


def test_an_offset_that_nobody_mentions_makes_the_fit_inadequate() -> None:
    h = proton_content(T, WATER, acceptor=0.2, **TRUTH) + 0.03
    fit = fit_hydration(T, WATER, h, np.full(5, 0.0005), acceptor=0.2)
    assert fit.inadequate
    open_offset = fit_hydration(T, WATER, h, np.full(5, 0.0005), acceptor=0.2, offset_std=0.1)
    assert not open_offset.inadequate
    assert open_offset.offset == pytest.approx(0.03, abs=0.002)
    assert open_offset.enthalpy == pytest.approx(TRUTH["enthalpy"], rel=0.02)


def test_saturation_tells_no_enthalpy() -> None:
    """Where all vacancies are filled, nothing changes with temperature."""
    cold = np.array([373.15, 423.15, 473.15])
    h = proton_content(cold, 0.03, acceptor=0.2, **TRUTH)
    fit = fit_hydration(cold, np.full(3, 0.03), h, np.full(3, 0.002), acceptor=0.2, offset_std=0.002)
    assert not fit.determined


def test_vapour_pressure_of_water(reference: Callable[[str], dict[str, Any]]) -> None:
    for celsius, kilopascal in reference("protonics/hydration")["vapour_pressure"].items():
        assert saturation_pressure(celsius + 273.15) == pytest.approx(kilopascal / 101.325, rel=2e-4)
    with pytest.raises(ScienceError, match="liquid water"):
        saturation_pressure(260.0)


def test_density_of_gases() -> None:
    """Molar volume of an ideal gas at 0 degC and 1 atm: 22,414 cm3."""
    density = gas_density(273.15, {"N2": 0.5, "O2": 0.5})
    assert float(density) == pytest.approx(0.5 * (28.0134 + 31.9988) / 22413.97, rel=1e-5)
    with pytest.raises(ScienceError, match="XY"):
        gas_density(300.0, {"XY": 1.0})


def test_the_constant_is_one_where_enthalpy_and_entropy_balance() -> None:
    assert float(hydration_constant(1000.0, enthalpy=-80e3, entropy=-80.0)) == pytest.approx(1.0)
