"""Arrhenius lines against published conductivities and against their own uncertainty."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.kinetics import BOLTZMANN_EV, arrhenius_conductivity, fit_arrhenius


@given(st.floats(0.05, 1.5), st.floats(-5, 25))
def test_exact_data_give_exact_answers(energy: float, log_prefactor: float) -> None:
    t = np.linspace(250.0, 500.0, 6)
    sigma = arrhenius_conductivity(temperature=t, activation_energy=energy, log_prefactor=log_prefactor)
    fit = fit_arrhenius(temperature=t, conductivity=sigma, std=0.01 * sigma)
    assert fit.activation_energy == pytest.approx(energy, rel=1e-9)
    assert fit.log_prefactor == pytest.approx(log_prefactor, abs=1e-8)
    np.testing.assert_allclose(fit.conductivity_at(t), sigma, rtol=1e-9)


def test_boltzmann_constant() -> None:
    assert pytest.approx(1.380649e-23 / 1.602176634e-19, rel=1e-12) == BOLTZMANN_EV


def test_leaving_the_temperature_out_lowers_the_energy_by_kt() -> None:
    """d ln(sigma) / d(1/T) is E_a - k_B T: the commonest difference between laboratories."""
    t = np.linspace(395.0, 405.0, 5)
    sigma = arrhenius_conductivity(temperature=t, activation_energy=0.5, log_prefactor=10.0)
    slope = -np.polyfit(1 / (BOLTZMANN_EV * t), np.log(sigma), 1)[0]
    assert 0.5 - slope == pytest.approx(BOLTZMANN_EV * 400.0, rel=1e-3)


def test_the_band_is_the_spread_of_repeated_lines() -> None:
    rng = np.random.default_rng(2)
    t = np.linspace(300.0, 400.0, 6)
    true = arrhenius_conductivity(temperature=t, activation_energy=0.4, log_prefactor=12.0)
    fits = [
        fit_arrhenius(
            temperature=t, conductivity=true * np.exp(0.03 * rng.standard_normal(6)), std=0.03 * true
        )
        for _ in range(800)
    ]
    at = np.array([250.0, 350.0])
    spread = np.log([fit.conductivity_at(at) for fit in fits]).std(axis=0)
    stated = np.mean([fit.relative_std_at(at) for fit in fits], axis=0)
    # The Birge ratio never shrinks an error, so the mean statement is a little wide.
    assert (spread < 1.05 * stated).all()
    assert (stated < 1.3 * spread).all()


def test_negative_conductivities_are_refused() -> None:
    with pytest.raises(ScienceError, match="positive"):
        fit_arrhenius(temperature=[300, 310], conductivity=[1e-4, -1e-4])
