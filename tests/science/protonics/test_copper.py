"""The mechanism of the book, as the model of the twins has it: numbers that it was made to give."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics import (
    Body,
    Gas,
    barium_left,
    conduction,
    conductor_with_copper,
    copper_at_equilibrium,
    fired_body,
    green_density,
    liquid_amount,
    milled_body,
    nernst_slope,
    voltage_of,
)

CELSIUS = 273.15
FINE = Body(copper=0.03, unreacted=0.0, grain=0.35)


def held(temperature: float, hours: float = 10.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heated at 5 K/min to a temperature in degC and held."""
    up = (temperature - 25.0) / 5.0 * 60.0
    time = np.arange(0.0, up + 3600.0 * hours, 60.0)
    return time, np.minimum(25.0 + 5.0 * time / 60.0, temperature) + CELSIUS


def density(copper: float, temperature: float) -> float:
    time, T = held(temperature)
    body = Body(copper=copper, unreacted=0.0, grain=0.35)
    return fired_body(body, time=time, temperature=T).body.relative_density


def test_barium_as_in_the_chemical_analysis_of_the_book() -> None:
    """ICP-MS: Ba 1.00 without CuO; Ba 0.81 and Cu 0.02 with 3 mol%."""
    copper = copper_at_equilibrium(0.03)
    assert copper == pytest.approx(0.02, abs=1e-12)
    assert barium_left(copper) == pytest.approx(0.81, abs=1e-12)
    assert barium_left(copper_at_equilibrium(0.0)) == 1.0


def test_no_liquid_at_900_and_densification_from_1000_degrees() -> None:
    assert liquid_amount(0.03, 900.0 + CELSIUS) < 1e-6
    assert liquid_amount(0.03, 1040.0 + CELSIUS) > 0.028
    assert density(0.03, 900.0) == pytest.approx(0.53, abs=0.005)
    assert density(0.03, 1000.0) > 0.56
    assert density(0.03, 1200.0) > 0.92


def test_without_aid_only_beyond_1600_degrees() -> None:
    assert density(0.0, 1300.0) < 0.55
    assert density(0.0, 1500.0) < 0.78
    assert density(0.0, 1680.0) > 0.94


def test_copper_dissolves_where_nothing_densifies() -> None:
    time, T = held(900.0)
    body = fired_body(FINE, time=time, temperature=T).body
    assert body.dissolved == pytest.approx(0.02, rel=0.01)


def test_hot_bodies_with_much_copper_bloat() -> None:
    """So that there is a best temperature."""
    found = [density(0.03, T) for T in (1150.0, 1250.0, 1350.0, 1500.0)]
    assert found[1] > found[0]
    assert found[1] > found[2] > found[3]


def test_the_course_of_a_firing_ends_in_its_body() -> None:
    time, T = held(1200.0)
    firing = fired_body(Body(copper=0.02), time=time, temperature=T)
    assert firing.relative_density.shape == firing.unreacted.shape == time.shape
    assert firing.relative_density[-1] == firing.body.relative_density
    assert firing.unreacted[0] == 1.0
    assert firing.unreacted[-1] == firing.body.unreacted < 1e-6
    powder = fired_body(Body(copper=0.02), time=time, temperature=T, pressed=False)
    assert powder.body.relative_density == 0.53


def test_copper_lowers_uptake_a_little_and_the_proton_transport_number() -> None:
    bare, aided = conductor_with_copper(0.0), conductor_with_copper(0.02)
    gas = {"temperature": [773.15, 973.15], "water": 0.02, "oxygen": 1e-4}
    without, with_copper = conduction(bare, **gas), conduction(aided, **gas)
    assert 0.75 < with_copper.protons[0] / without.protons[0] < 0.95
    assert with_copper.t_proton[1] < without.t_proton[1] - 0.08
    assert with_copper.t_hole[1] > 2.0 * without.t_hole[1]
    assert with_copper.t_oxide_ion[1] > without.t_oxide_ion[1]
    ideal = nernst_slope(973.15) * np.log(5.0)
    cell = {"temperature": 973.15, "one": Gas(0.006, 1e-4), "two": Gas(0.03, 1e-4)}
    shares = [-voltage_of(material, **cell) / ideal for material in (bare, aided)]
    assert 0.8 < shares[0] < 0.88
    assert 0.66 < shares[1] < 0.75


def test_milling_makes_finer_and_leaves_zirconium() -> None:
    coarse = Body(copper=0.0)
    fine = milled_body(coarse, duration=24.0, speed=300.0)
    finer = milled_body(fine, duration=24.0, speed=300.0)
    assert coarse.grain > fine.grain > finer.grain > 0.29
    assert finer.wear == pytest.approx(2.0 * fine.wear)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: copper_at_equilibrium(-0.01),
        lambda: green_density(0.0),
        lambda: fired_body(FINE, time=np.array([0.0, 0.0]), temperature=np.full(2, 1000.0)),
        lambda: fired_body(FINE, time=np.arange(3.0), temperature=np.full(2, 1000.0)),
    ],
)
def test_what_has_no_meaning_is_refused(wrong: object) -> None:
    with pytest.raises(ScienceError):
        wrong()  # type: ignore[operator]
