"""Means from physics: least squares on their basis returns the constants of the law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import InputError, ScienceError
from kuralab.planning._means import (
    ArrheniusMean,
    ConstantMean,
    Kelvin,
    LinearMean,
    UserMean,
    VanTHoffMean,
)


def fitted(mean, x: np.ndarray, y: np.ndarray) -> dict[str, float]:  # type: ignore[no-untyped-def]
    found, *_ = np.linalg.lstsq(mean.basis(x), y, rcond=None)
    return dict(zip(mean.coefficients, found, strict=True))


@given(activation=st.floats(0.05, 1.5), prefactor=st.floats(-5, 30))
def test_arrhenius_gives_the_activation_energy_in_ev(activation: float, prefactor: float) -> None:
    celsius = np.linspace(-25, 85, 7)
    log_sigma_t = prefactor - activation / (8.617333262e-5 * (celsius + 273.15))
    found = fitted(
        ArrheniusMean(Kelvin(1, zero=273.15)), np.column_stack([celsius, celsius]), log_sigma_t
    )
    assert found["E_a [eV]"] == pytest.approx(activation, rel=1e-8)
    assert found["ln A"] == pytest.approx(prefactor, rel=1e-8, abs=1e-8)


def test_fitting_sigma_without_t_lowers_the_energy_by_about_kt() -> None:
    kelvin = np.linspace(280.0, 320.0, 5)[:, None]
    log_sigma = 12.0 - 0.30 / (8.617333262e-5 * kelvin[:, 0]) - np.log(kelvin[:, 0])
    found = fitted(ArrheniusMean(Kelvin(0)), kelvin, log_sigma)
    assert found["E_a [eV]"] == pytest.approx(0.30 - 0.0259, abs=2e-4)


def test_vant_hoff_gives_enthalpy_and_entropy_of_lani5() -> None:
    """LaNi5: -30.8 kJ/mol and -108 J/(mol K) put the plateau at 298 K near 1.7 bar."""
    kelvin = np.array([[273.15], [298.15], [323.15], [353.15]])
    log_pressure = -30.8 / (8.314462618e-3 * kelvin[:, 0]) + 0.108 / 8.314462618e-3
    assert np.exp(log_pressure[1]) == pytest.approx(1.76, abs=0.05)
    found = fitted(VanTHoffMean(Kelvin(0)), kelvin, log_pressure)
    assert found["dH [kJ/mol]"] == pytest.approx(-30.8)
    assert found["-dS/R"] * 8.314462618 == pytest.approx(108.0)


def test_a_scaled_column_is_the_same_temperature() -> None:
    kelvin = np.array([[300.0], [350.0], [400.0]])
    scaled = (kelvin - 300.0) / 100.0
    same = ArrheniusMean(Kelvin(0, zero=300.0, span=100.0)).basis(scaled)
    assert same == pytest.approx(ArrheniusMean(Kelvin(0)).basis(kelvin))


def test_constant_linear_and_user_means() -> None:
    x = np.array([[0.0, 1.0], [0.5, 2.0], [1.0, 4.0]])
    assert ConstantMean().basis(x).tolist() == [[1.0]] * 3
    assert LinearMean((1, 0)).basis(x).tolist() == [[1.0, 1.0, 0.0], [1.0, 2.0, 0.5], [1.0, 4.0, 1.0]]
    assert LinearMean((1, 0)).coefficients == ("constant", "slope of column 1", "slope of column 0")
    found = fitted(UserMean(lambda x: x[:, 1] ** 2), x, 3.0 - 2.0 * x[:, 1] ** 2)
    assert found == pytest.approx({"offset": 3.0, "factor": -2.0})


def test_what_cannot_be_a_mean_is_refused() -> None:
    x = np.array([[25.0], [-10.0]])
    with pytest.raises(ScienceError, match="above 0 K; give the unit"):
        ArrheniusMean(Kelvin(0)).basis(x)
    with pytest.raises(ScienceError, match="column 1 of inputs that have 1"):
        LinearMean((1,)).basis(x)
    with pytest.raises(InputError, match=r"shape \(2, 1\) for 2 candidates"):
        UserMean(lambda x: x).basis(x)
    with pytest.raises(InputError, match=r"returned nan for inputs \[-10.0\]"):
        UserMean(lambda x: np.where(x[:, 0] > 0, 1.0, np.nan)).basis(x)
