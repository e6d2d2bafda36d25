"""Enthalpy and entropy: exact lines, covariance, coverage, the thermometer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.hydrogen import VantHoff, fit_vant_hoff, hysteresis

R = 8.31446261815324
T = np.array([248.0, 262.0, 273.0, 298.0, 323.0])


def _log_f(enthalpy: float, entropy: float, temperature: np.ndarray = T) -> np.ndarray:
    return (1e3 * enthalpy / temperature - entropy) / R


@given(st.floats(-150, 40), st.floats(-180, -40))
def test_exact_points_give_back_their_line(enthalpy: float, entropy: float) -> None:
    found = fit_vant_hoff(temperature=T, log_fugacity=_log_f(enthalpy, entropy))
    assert found.enthalpy == pytest.approx(enthalpy, abs=1e-8)
    assert found.entropy == pytest.approx(entropy, abs=1e-8)
    at, _ = found.gibbs_energy_at(298.0)
    assert at == pytest.approx(enthalpy - 0.298 * entropy, abs=1e-8)
    assert found.log_fugacity_at(T) == pytest.approx(_log_f(enthalpy, entropy), abs=1e-9)


def test_covariance_is_that_of_repeated_lines() -> None:
    rng = np.random.default_rng(1)
    std = np.array([0.05, 0.03, 0.08, 0.04, 0.06])
    fits = [
        fit_vant_hoff(temperature=T, log_fugacity=_log_f(-31.0, -111.0) + std * rng.standard_normal(5))
        for _ in range(4000)
    ]
    scatter = np.cov([[f.enthalpy, f.entropy] for f in fits], rowvar=False)
    line = fit_vant_hoff(temperature=T, log_fugacity=_log_f(-31.0, -111.0), std=np.full(5, 0.054))
    # Enthalpy and entropy go together: a steeper line starts higher.
    assert line.covariance[0, 1] > 0.9 * line.enthalpy_std * line.entropy_std
    assert line.covariance == pytest.approx(scatter, rel=0.15)


def test_stated_uncertainty_covers_the_truth() -> None:
    """68 % within one standard uncertainty, or more, as the Birge ratio only widens."""
    rng = np.random.default_rng(2)
    std = np.full(5, 0.05)
    inside = 0
    for _ in range(1000):
        log_f = _log_f(-31.0, -111.0) + std * rng.standard_normal(5)
        found = fit_vant_hoff(temperature=T, log_fugacity=log_f, std=std)
        inside += abs(found.enthalpy + 31.0) <= found.enthalpy_std
    assert 0.66 < inside / 1000 < 0.85


def test_points_that_scatter_more_than_they_claim_widen_the_line() -> None:
    noise = np.array([0.1, -0.1, 0.1, -0.1, 0.1])
    claimed = fit_vant_hoff(temperature=T, log_fugacity=_log_f(-31, -111) + noise, std=np.full(5, 0.01))
    modest = fit_vant_hoff(temperature=T, log_fugacity=_log_f(-31, -111) + noise, std=np.full(5, 0.2))
    assert claimed.reduced_chi_square is not None
    assert claimed.reduced_chi_square > 10
    assert claimed.enthalpy_std > 0.5 * modest.enthalpy_std


def test_the_thermometer_enters_once_for_all() -> None:
    exact = _log_f(-31.0, -111.0)
    alone = fit_vant_hoff(temperature=T, log_fugacity=exact, std=np.full(5, 0.01))
    offset = fit_vant_hoff(temperature=T, log_fugacity=exact, std=np.full(5, 0.01), temperature_std=0.87)
    added = np.sqrt(offset.enthalpy_std**2 - alone.enthalpy_std**2)
    # dH goes with T^2, so its relative change is twice that of T.
    assert added == pytest.approx(31.0 * 2 * 0.87 / T.mean(), rel=0.05)
    assert offset.line_covariance == pytest.approx(alone.covariance)


def test_two_temperatures_rest_on_what_is_stated() -> None:
    found = fit_vant_hoff(temperature=T[:2], log_fugacity=_log_f(-31, -111, T[:2]), std=[0.05, 0.05])
    apart = 1 / T[0] - 1 / T[1]
    assert found.enthalpy_std == pytest.approx(1e-3 * R * 0.05 * np.sqrt(2) / apart, rel=1e-6)
    assert found.curvature_p_value is None


def test_std_of_the_line_is_least_in_the_middle() -> None:
    found: VantHoff = fit_vant_hoff(temperature=T, log_fugacity=_log_f(-31, -111), std=np.full(5, 0.05))
    spread = found.std_at([200.0, 279.0, 400.0])
    assert spread[1] < spread[0]
    assert spread[1] < spread[2]
    assert spread[1] == pytest.approx(0.05 / np.sqrt(5), rel=0.02)


def test_hysteresis_adds_in_quadrature() -> None:
    value, std = hysteresis(absorption=(1.0, 0.03), desorption=(0.75, 0.04))
    assert (value, std) == pytest.approx((0.25, 0.05))


@pytest.mark.parametrize("temperature", [[300.0, 300.0], [0.0, 300.0], [300.0]])
def test_no_line_through_one_temperature(temperature: list[float]) -> None:
    with pytest.raises(ScienceError):
        fit_vant_hoff(temperature=temperature, log_fugacity=[0.0] * len(temperature))
