"""Shrinkage with and without a liquid; density, length and the onset by tangents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.protonics import (
    density_of_shrinkage,
    length_change,
    onset_by_tangents,
    relative_density,
    shrinkage_of_density,
    sintering_kinetics,
    sintering_rate,
)

HOURS_10 = [0.0, 36000.0]


def _after(celsius: float, addition: float) -> float:
    kelvin = celsius + 273.15
    return float(relative_density(HOURS_10, [kelvin] * 2, green=0.55, addition=addition)[-1])


def test_copper_does_nothing_at_900_and_densifies_from_1000() -> None:
    assert _after(900.0, 0.03) == pytest.approx(_after(900.0, 0.0), abs=1e-9)
    assert _after(900.0, 0.03) < 0.56
    assert _after(1000.0, 0.03) > 0.8
    assert _after(1000.0, 0.0) < 0.56


def test_published_densities() -> None:
    """Without an aid 68 % at 1400 degC, with one more than 95 % (doi:10.1007/s41779-019-00347-1)."""
    assert _after(1400.0, 0.0) == pytest.approx(0.68, abs=0.01)
    assert _after(1400.0, 0.03) > 0.95
    assert _after(1600.0, 0.0) == pytest.approx(0.93, abs=0.01)


def test_more_copper_wets_more_but_not_without_end() -> None:
    rates = [float(sintering_rate(1323.15, addition=x)) for x in (0.0, 0.01, 0.03, 0.1)]
    assert rates == sorted(rates)
    assert rates[3] / rates[2] < 1.5


def test_a_programme_may_be_cut_anywhere() -> None:
    time, T = np.array([0.0, 6000.0, 12000.0]), np.array([1200.0, 1400.0, 1350.0])
    whole = relative_density(time, T, green=0.55, addition=0.02)
    first = relative_density(time[:2], T[:2], green=0.55, addition=0.02)
    rest = relative_density(time[1:], T[1:], green=float(first[-1]), addition=0.02)
    assert float(rest[-1]) == pytest.approx(float(whole[-1]), rel=1e-9)
    fine = np.linspace(0.0, 12000.0, 2001)
    exact = relative_density(fine, np.interp(fine, time, T), green=0.55, addition=0.02)
    assert float(exact[-1]) == pytest.approx(float(whole[-1]), abs=2e-3)


@given(st.floats(0.3, 0.7), st.floats(-0.05, 0.3))
def test_density_and_shrinkage_are_inverse(green: float, shrinkage: float) -> None:
    density = density_of_shrinkage(shrinkage, green=green)
    assert float(shrinkage_of_density(density, green=green)) == pytest.approx(shrinkage, abs=1e-12)


@pytest.mark.parametrize(
    ("addition", "lowest", "highest"), [(0.0, 1400.0, 1500.0), (0.03, 1000.0, 1090.0)]
)
def test_the_onset_lies_where_shrinkage_begins(addition: float, lowest: float, highest: float) -> None:
    time = np.linspace(0.0, 60 * 1575.0 / 5.0, 3000)
    T = 298.15 + 5.0 * time / 60.0
    rng = np.random.default_rng(1)
    y = length_change(time, T, green=0.55, addition=addition) + 3e-5 * rng.standard_normal(T.size)
    onset = onset_by_tangents(T, y)
    assert lowest < onset.temperature - 273.15 < highest
    assert onset.temperature < onset.steepest
    assert onset.expansion == pytest.approx(sintering_kinetics().expansion, rel=0.02)
    assert 0.0 < onset.std < 10.0


def test_two_straight_lines_meet_where_they_do() -> None:
    T = np.linspace(300.0, 1500.0, 1201)
    y = 1e-5 * (T - 300.0) - 4e-4 * np.clip(T - 1100.0, 0.0, None)
    onset = onset_by_tangents(T, y)
    assert onset.temperature == pytest.approx(1100.0, abs=3.0)


def test_nothing_that_shrinks_has_no_onset() -> None:
    T = np.linspace(300.0, 1500.0, 500)
    rng = np.random.default_rng(2)
    with pytest.raises(ScienceError, match="shrink"):
        onset_by_tangents(T, 1e-5 * (T - 300.0) + 2e-5 * rng.standard_normal(T.size))
    with pytest.raises(ScienceError, match="twenty"):
        onset_by_tangents(T[:5], T[:5])


def test_impossible_bodies_are_refused() -> None:
    with pytest.raises(ScienceError, match="green"):
        relative_density(HOURS_10, [1300.0, 1300.0], green=1.2)
    with pytest.raises(ScienceError, match="decrease"):
        relative_density([10.0, 0.0], [1300.0, 1300.0], green=0.5)
    with pytest.raises(ScienceError, match="no length"):
        density_of_shrinkage(1.0, green=0.5)
