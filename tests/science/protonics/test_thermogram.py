"""Baselines of the same programme, plateaus and what they say of equilibrium."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.protonics import buoyancy_gain, find_plateaus, mass_at, subtract_baseline

MINUTE = 60.0


def _stairs(noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """An hour at 1000, 800 and 600 degC with ramps of 10 K/min; time in s, temperature in K."""
    time = np.arange(0.0, 240.0, 1.0) * MINUTE
    corners = np.array([0.0, 60.0, 80.0, 140.0, 160.0, 240.0]) * MINUTE
    T = np.interp(time, corners, np.array([1000.0, 1000.0, 800.0, 800.0, 600.0, 600.0]) + 273.15)
    return time, T + noise * np.random.default_rng(0).standard_normal(time.size)


def test_a_blank_on_the_same_programme_is_subtracted() -> None:
    time, T = _stairs(0.3)
    blank = 1e-5 * time
    found = subtract_baseline(
        time, T, 0.5 + blank, base_time=time[::2], base_temperature=T[::2], base_mass=blank[::2]
    )
    assert found[:-1] == pytest.approx(np.full(time.size - 1, 0.5), abs=1e-9)


def test_a_blank_on_another_programme_is_refused() -> None:
    time, T = _stairs()
    slower = np.interp(time, 1.15 * time, T)
    with pytest.raises(ScienceError, match=r"another temperature programme: after .* min it is at"):
        subtract_baseline(time, T, time, base_time=time, base_temperature=slower, base_mass=time)
    with pytest.raises(ScienceError, match=r"ends after 100\.0 min"):
        subtract_baseline(
            time, T, time, base_time=time[:101], base_temperature=T[:101], base_mass=time[:101]
        )


def test_plateaus_of_the_programme() -> None:
    time, T = _stairs(0.2)
    found = find_plateaus(time, T, np.zeros(time.size))
    assert [round(p.temperature - 273.15, -1) for p in found] == [1000.0, 800.0, 600.0]
    assert all(p.settled for p in found)


def test_a_change_of_gas_begins_a_plateau() -> None:
    time = np.arange(0.0, 120.0) * MINUTE
    T, water = np.full(time.size, 873.15), np.where(time < 60 * MINUTE, 0.0, 0.02)
    mass = np.where(water > 0.0, 0.5 * (1.0 - np.exp(-(time - 3600.0) / 300.0)), 0.0)
    first, second = find_plateaus(time, T, mass, water=water)
    assert (first.water, second.water) == (0.0, pytest.approx(0.02))
    assert second.mass == pytest.approx(0.5, abs=1e-3)


def test_an_approach_that_has_not_ended_is_seen() -> None:
    """An hour with a time constant of an hour: the mass still lacks a third."""
    time = np.arange(0.0, 61.0) * MINUTE
    T = np.full(time.size, 673.15)
    rng = np.random.default_rng(1)
    slow = 0.5 * (1.0 - np.exp(-time / 3600.0)) + 1e-4 * rng.standard_normal(time.size)
    (plateau,) = find_plateaus(time, T, slow, resolution=0.005)
    assert not plateau.settled
    assert plateau.mass + 3.0 * plateau.mass_std > 0.4
    quick = 0.5 * (1.0 - np.exp(-time / 400.0)) + 1e-4 * rng.standard_normal(time.size)
    (plateau,) = find_plateaus(time, T, quick, resolution=0.005)
    assert plateau.settled
    assert plateau.mass == pytest.approx(0.5, abs=5e-3)


def test_masses_along_a_slow_ramp() -> None:
    time = np.arange(0.0, 400.0) * MINUTE
    T = 1273.15 - 2.0 * time / MINUTE
    mass = 0.001 * (1273.15 - T)
    found = mass_at(time, T, mass, [1073.15, 873.15])
    assert [p.mass for p in found] == pytest.approx([0.2, 0.4], abs=1e-9)
    with pytest.raises(ScienceError, match="does not pass"):
        mass_at(time, T, mass, [300.0])


def test_buoyancy_by_hand() -> None:
    """Nitrogen at 25 and 1000 degC: 1.1449 and 0.2681 kg/m3; 50 mm3 seem to gain 0.0438 mg."""
    gain = buoyancy_gain([298.15, 1273.15], {"N2": 1.0}, volume=50.0)
    assert gain == pytest.approx([0.0, 50.0 * (1.1449 - 0.2681) * 1e-3], abs=2e-5)


def test_time_has_to_increase() -> None:
    time, T = _stairs()
    with pytest.raises(ScienceError, match="time increases"):
        find_plateaus(time[::-1], T, np.zeros(time.size))
