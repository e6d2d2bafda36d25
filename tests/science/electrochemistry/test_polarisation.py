"""Direct-current polarisation."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.electrochemistry import (
    bruce_vincent,
    electronic_conductivity,
    read_polarisation,
)


def test_steady_current_under_noise_is_covered_by_its_uncertainty() -> None:
    rng = np.random.default_rng(0)
    t = np.linspace(0, 7200, 400)
    hits = 0
    for _ in range(300):
        current = 2e-9 + 2e-8 * np.exp(-t / 300) + 5e-11 * rng.standard_normal(400)
        run = read_polarisation(time=t, current=current, voltage=0.3)
        hits += abs(run.steady_current - 2e-9) < 1.96 * run.steady_current_std
    assert 0.90 < hits / 300 <= 1.0


def test_a_current_that_still_falls_is_not_steady() -> None:
    t = np.linspace(0, 600, 100)
    run = read_polarisation(time=t, current=1e-9 + 1e-8 * np.exp(-t / 400), voltage=0.3)
    assert not run.steady
    assert run.drift < -0.02


def test_initial_current_is_extrapolated_to_the_step() -> None:
    """A Cottrell-like fall: the first point, taken after 1 s, lies below the initial current."""
    t = np.linspace(0, 900, 901)
    run = read_polarisation(time=t + 5.0, current=1e-5 - 2e-7 * np.sqrt(t) * (t < 400), voltage=0.01)
    assert run.initial_current == pytest.approx(1e-5, rel=1e-3)
    assert run.time[0] == 0.0


def test_electronic_conductivity_of_a_pellet() -> None:
    """1 nA at 0.5 V through 1 mm and 0.5 cm2: 4e-10 S/cm; relative errors add in squares."""
    value, std = electronic_conductivity(
        current=(1e-9, 3e-11), voltage=(0.5, 0.0), cell_constant=(0.2, 0.008)
    )
    assert value == pytest.approx(4e-10)
    assert std / value == pytest.approx(0.05)


def test_bruce_vincent_without_interfaces_is_the_current_ratio() -> None:
    t, std = bruce_vincent(
        voltage=(0.01, 0),
        initial_current=(1e-5, 1e-7),
        steady_current=(4e-6, 0),
        initial_resistance=(0, 0),
        steady_resistance=(0, 0),
    )
    assert t == pytest.approx(0.4)
    assert std == pytest.approx(0.004)


def test_bruce_vincent_uncertainty_agrees_with_repetition() -> None:
    rng = np.random.default_rng(1)
    inputs = {
        "voltage": (0.010, 1e-4),
        "initial_current": (1e-5, 2e-7),
        "steady_current": (4e-6, 5e-8),
        "initial_resistance": (300.0, 10.0),
        "steady_resistance": (350.0, 10.0),
    }
    t, std = bruce_vincent(**inputs)
    drawn = [
        bruce_vincent(**{k: (v + s * rng.standard_normal(), 0.0) for k, (v, s) in inputs.items()})[0]
        for _ in range(4000)
    ]
    assert np.std(drawn) == pytest.approx(std, rel=0.05)
    assert np.mean(drawn) == pytest.approx(t, rel=0.01)


def test_interfaces_that_take_all_voltage_are_refused() -> None:
    with pytest.raises(ScienceError, match="whole voltage"):
        bruce_vincent(
            voltage=(0.01, 0),
            initial_current=(1e-5, 0),
            steady_current=(4e-6, 0),
            initial_resistance=(1500, 0),
            steady_resistance=(10, 0),
        )


@pytest.mark.parametrize(("time", "says"), [([0, 1, 1, 2, 3, 4, 5, 6], "rise"), ([0, 1, 2], "too few")])
def test_bad_series_are_refused(time: list[float], says: str) -> None:
    with pytest.raises(ScienceError, match=says):
        read_polarisation(time=time, current=np.ones(len(time)), voltage=0.1)
