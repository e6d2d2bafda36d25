"""Plateaus of made isotherms: level, rise, uncertainty, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.hydrogen import Isotherm, Plateau, find_plateau, isotherm_from_points


def _ideal(pressure: np.ndarray) -> np.ndarray:
    return np.log(pressure)


def _isotherm(content: np.ndarray, log_p: np.ndarray) -> Isotherm:
    return isotherm_from_points(
        branch="absorption", temperature=300.0, content=content, pressure=np.exp(log_p)
    )


def _found(content: np.ndarray, log_p: np.ndarray, **given: float) -> Plateau:
    return find_plateau(_isotherm(content, log_p), log_fugacity=_ideal, **given)


def _sloping(n: int, slope: float, level: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """ln p = level at the middle of a plateau from 0 to 1, and steep beside it."""
    c = np.linspace(0.0, 1.0, n)
    return c, level + slope * (c - 0.5) + 4.0 * np.clip(c - 0.9, 0, None) - 40.0 * np.clip(
        0.1 - c, 0, None
    )


def test_a_flat_plateau_is_its_pressure() -> None:
    found = _found(*_sloping(41, 0.0))
    assert found.exists
    assert found.pressure == pytest.approx(np.e)
    assert found.log_pressure_std == pytest.approx(0.02)
    assert (found.lowest, found.highest) == pytest.approx((0.3, 0.7))


def test_a_slope_widens_the_uncertainty_by_its_rectangle() -> None:
    found = _found(*_sloping(41, 1.0), reading_std=1e-9)
    assert found.rise == pytest.approx(0.4)
    assert found.log_pressure_std == pytest.approx(0.4 / np.sqrt(12.0))
    assert found.log_pressure == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(3))
def test_scatter_enters_by_the_root_of_n(seed: int) -> None:
    c, log_p = _sloping(401, 0.0)
    noise = np.random.default_rng(seed).normal(scale=0.1, size=c.size)
    found = _found(c, log_p + noise, reading_std=1e-9)
    assert abs(found.log_pressure - 1.0) < 4 * 0.1 / np.sqrt(160)
    flat = np.sqrt(found.log_pressure_std**2 - found.rise**2 / 12)
    assert flat == pytest.approx(0.1 / np.sqrt(160), rel=0.25)


def test_few_points_follow_the_curve_between_neighbours() -> None:
    c = np.array([0.05, 0.2, 0.5, 0.9, 1.0])
    log_p = np.array([-3.0, 0.9, 1.0, 1.2, 3.0])
    found = _found(c, log_p)
    assert found.n_points == 1
    assert found.log_pressure == pytest.approx(1.0)
    ends = np.interp([0.3, 0.7], c, log_p)
    assert found.rise == pytest.approx(ends[1] - ends[0])


def test_no_point_inside_is_read_between() -> None:
    found = _found(np.array([0.2, 0.8, 1.0]), np.array([1.0, 1.2, 3.0]))
    assert found.n_points == 0
    assert found.log_pressure == pytest.approx(1.1)


@pytest.mark.parametrize(("power", "exists"), [(2.0, False), (1.2, False), (0.8, True), (0.1, True)])
def test_a_dilute_solution_is_no_plateau(power: float, exists: bool) -> None:
    """Sieverts: p goes with the square of the content."""
    c = np.linspace(0.02, 1.0, 30)
    found = _found(c, power * np.log(c))
    assert found.exists is exists
    assert found.steepness == pytest.approx(power, rel=0.05)


def test_fugacity_has_the_larger_uncertainty_of_a_stiff_gas() -> None:
    c, log_p = _sloping(41, 0.0)
    found = find_plateau(_isotherm(c, log_p), log_fugacity=lambda p: np.log(p) + 0.1 * p)
    # d ln f / d ln p = 1 + 0.1 p, p = e
    assert found.log_fugacity_std == pytest.approx(0.02 * (1 + 0.1 * np.e), rel=1e-5)
    assert found.log_fugacity == pytest.approx(1.0 + 0.1 * np.e)


def test_order_of_the_points_does_not_matter() -> None:
    c, log_p = _sloping(41, 0.3)
    order = np.random.default_rng(0).permutation(c.size)
    assert _found(c[order], log_p[order]) == _found(c, log_p)


@pytest.mark.parametrize(
    ("content", "pressure", "temperature", "says"),
    [
        ([0.0, 1.0], [1.0, 3e5], 300.0, "beyond 20 GPa"),
        ([0.0, 1.0], [1.0, 0.0], 300.0, "must be positive"),
        ([0.0, -1.0], [1.0, 1.0], 300.0, "absorbed"),
        ([0.0, 1.0], [1.0, 1.0], 5.0, "not between"),
        ([0.0, 1.0], [1.0], 300.0, "one length"),
    ],
)
def test_what_is_no_isotherm_is_refused(
    content: list[float], pressure: list[float], temperature: float, says: str
) -> None:
    with pytest.raises(ScienceError, match=says):
        isotherm_from_points(
            branch="absorption", temperature=temperature, content=content, pressure=pressure
        )


def test_one_point_is_no_plateau() -> None:
    with pytest.raises(ScienceError, match="fewer than two points"):
        _found(np.array([1.0]), np.array([0.0]))


@pytest.mark.parametrize("ends", [(0.7, 0.3), (0.0, 0.5), (0.3, 1.0)])
def test_a_range_lies_inside_the_branch(ends: tuple[float, float]) -> None:
    with pytest.raises(ScienceError, match="between two shares"):
        _found(*_sloping(41, 0.0), lowest=ends[0], highest=ends[1])
