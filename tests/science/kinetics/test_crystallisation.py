"""A metastable and a stable phase compete: limits, the book's rates, Kissinger's line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.kinetics import (
    Competition,
    Crystallised,
    Transformation,
    critical_heating_rate,
    crystallise,
    heating_programme,
    kissinger_line,
    li3ps4_crystallisation,
    peak_temperature,
)

BOTH = li3ps4_crystallisation()
NEVER = Transformation(1.0, 100.0, 0.0, 523.15)


def heated(rate: float, *, celsius: float = 280.0, hold: float = 60.0) -> Crystallised:
    """Glass after heating at a rate in degC/min."""
    time, kelvin = heating_programme(
        start=298.15, target=celsius + 273.15, heating_rate=rate, hold=hold, cooling_rate=100.0
    )
    return crystallise(time=time, temperature=kelvin, competition=BOTH)


@pytest.mark.parametrize("exponent", [1.0, 2.5, 4.0])
def test_one_phase_at_one_temperature_is_avrami(exponent: float) -> None:
    one = Transformation(exponent, 200.0, 3e-3, 500.0)
    t = np.linspace(0.0, 300.0, 50)
    found = crystallise(
        time=t, temperature=np.full(50, 500.0), competition=Competition(NEVER, one, NEVER)
    )
    assert found.glass == pytest.approx(np.exp(-((3e-3 * 300.0) ** exponent)), rel=1e-12)
    assert found.beta == pytest.approx(1.0 - found.glass, rel=1e-12)
    assert found.alpha == 0.0


def test_the_critical_rate_lies_between_slow_and_the_books() -> None:
    rate = critical_heating_rate(start=298.15, target=553.15, competition=BOTH)
    assert 5.0 < rate < 400.0
    at_rate = heated(rate, hold=0.0)
    assert at_rate.alpha == pytest.approx(at_rate.beta, rel=0.05)


@pytest.mark.parametrize("celsius", [260.0, 280.0, 300.0])
def test_fast_heating_keeps_alpha_and_slow_heating_does_not(celsius: float) -> None:
    """Book: 400 degC/min or faster."""
    assert heated(400.0, celsius=celsius).alpha > 0.85
    assert heated(600.0, celsius=celsius).alpha > heated(400.0, celsius=celsius).alpha
    for muffle in (5.0, 20.0):
        assert heated(muffle, celsius=celsius).alpha < 0.02
        assert heated(muffle, celsius=celsius).beta > 0.95


def test_alpha_turns_to_beta_when_it_is_kept_hot() -> None:
    minute, hours = heated(400.0, celsius=300.0), heated(400.0, celsius=300.0, hold=6 * 3600.0)
    assert hours.alpha < 0.2 * minute.alpha


def test_below_its_crystallisation_the_glass_stays() -> None:
    assert heated(5.0, celsius=120.0, hold=3600.0).glass > 0.99


@given(st.floats(1.0, 600.0), st.floats(150.0, 350.0), st.floats(0.0, 3600.0))
@settings(max_examples=25)
def test_nothing_is_lost(rate: float, celsius: float, hold: float) -> None:
    found = heated(rate, celsius=celsius, hold=hold)
    assert found.glass + found.alpha + found.beta == pytest.approx(1.0, rel=1e-9)
    assert min(found.glass, found.alpha, found.beta) >= 0.0


def test_what_was_crystalline_before_stays_so() -> None:
    time, kelvin = heating_programme(
        start=298.15, target=320.0, heating_rate=10.0, hold=0.0, cooling_rate=10.0
    )
    before = Crystallised(glass=0.5, alpha=0.3, beta=0.2)
    found = crystallise(time=time, temperature=kelvin, competition=BOTH, before=before)
    assert found.alpha == pytest.approx(0.3, rel=1e-6)
    assert found.glass == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("phase", ["alpha", "beta"])
def test_kissinger_recovers_the_energy(phase: str) -> None:
    """Within 1 %: its approximation ignores a term of the order of (RT/E)^2."""
    transformation = getattr(BOTH, phase)
    rates = np.array([2.0, 5.0, 10.0, 20.0, 50.0])
    peaks = [peak_temperature(heating_rate=q, transformation=transformation, start=330.0) for q in rates]
    assert (np.diff(peaks) > 0).all()
    line = kissinger_line(heating_rate=rates, peak=peaks)
    assert line.slope == pytest.approx(transformation.activation_energy, rel=0.01)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ScienceError, match="rising"):
        crystallise(time=[0.0, 0.0], temperature=[300.0, 300.0], competition=BOTH)
    with pytest.raises(ScienceError, match="positive rates"):
        heating_programme(start=300.0, target=290.0, heating_rate=5.0, hold=0.0, cooling_rate=5.0)
    alone = replace(BOTH, alpha=replace(BOTH.alpha, reference_rate=0.0))
    with pytest.raises(ScienceError, match="every heating rate"):
        critical_heating_rate(start=298.15, target=553.15, competition=alone)
