"""(100-x)Li3PS4-xLiI from powder to pellet, against the book's values and against limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.numerics import parameter_records
from kuralab.science.synthesis import (
    conductivity_with_shell,
    crystalline_fraction_left,
    effective_conductivity,
    glass_activation_energy,
    glass_conductivity,
    hydrogen_sulfide_volume,
    intact_fraction,
    li3ps4_lii,
    pellet_conductivity,
    pellet_thickness,
    phases_of_sample,
    relative_density,
)

SYSTEM = li3ps4_lii()
fractions = st.floats(0.0, 1.0)


def usual_pellet(
    iodide: float, *, duration: float = 20.0, hydrolysed: float = 0.0, temperature: float = 298.15
) -> float:
    """S/cm of a pellet that was milled at 500 rpm and pressed at 360 MPa."""
    left = crystalline_fraction_left(duration=duration, speed=500.0, milling=SYSTEM.milling)
    return pellet_conductivity(
        phases=phases_of_sample(iodide=iodide, precursors=left, alpha=0.0, beta=0.0, system=SYSTEM),
        relative_density=relative_density(pressure=360.0, heckel=SYSTEM.pressing),
        hydrolysed=hydrolysed,
        temperature=temperature,
        system=SYSTEM,
    )


def test_the_maximum_is_the_books() -> None:
    """54Li3PS4-46LiI: 1.8e-3 and 2.0e-3 S/cm at 25 degC; Li3PS4: 1.1e-4 to 4e-4."""
    x = np.arange(0.0, 80.0, 0.5)
    sigma = np.array([usual_pellet(float(share)) for share in x])
    assert x[sigma.argmax()] == pytest.approx(46.0, abs=3.0)
    assert 1.8e-3 <= sigma.max() <= 2.0e-3
    assert 1.1e-4 <= sigma[0] <= 4e-4


def test_beyond_its_solubility_iodide_is_left_over() -> None:
    below, above = (
        phases_of_sample(iodide=x, precursors=0.0, alpha=0.0, beta=0.0, system=SYSTEM)
        for x in (45.0, 70.0)
    )
    assert below.mass["lithium_iodide"] == 0.0
    assert above.mass["lithium_iodide"] > 0.1
    assert above.iodide_in_glass == pytest.approx(SYSTEM.glass.solubility)


def test_an_unmilled_powder_conducts_badly_and_milling_only_helps() -> None:
    sigma = [usual_pellet(46.0, duration=hours) for hours in (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)]
    assert sigma[0] < 1e-7
    assert (np.diff(sigma) > 0).all()


def test_milling_follows_the_cube_of_the_speed() -> None:
    slow, fast = (
        crystalline_fraction_left(duration=hours, speed=speed, milling=SYSTEM.milling)
        for hours, speed in ((8.0, 250.0), (1.0, 500.0))
    )
    assert slow == pytest.approx(fast, rel=1e-12)


def test_two_millings_are_one_long_one() -> None:
    once, twice = (
        crystalline_fraction_left(duration=h, speed=400.0, milling=SYSTEM.milling) for h in (5.0, 10.0)
    )
    assert once**2 == pytest.approx(twice, rel=1e-12)


@given(st.floats(0.0, 900.0), st.floats(1.0, 100.0))
def test_more_pressure_is_denser(pressure: float, more: float) -> None:
    low, high = (
        relative_density(pressure=p, heckel=SYSTEM.pressing) for p in (pressure, pressure + more)
    )
    assert 0.5 < low < high < 1.0


def test_a_pellet_holds_its_mass() -> None:
    thickness = pellet_thickness(mass=0.2, density=2.0, relative_density=0.9, diameter=10.0)
    assert np.pi * 0.25 * thickness / 10.0 * 2.0 * 0.9 == pytest.approx(0.2, rel=1e-12)


def test_the_dry_room_of_the_source_is_met() -> None:
    """Yersak 2022: half an hour at -40 degC gives 0.1 cm3/g of H2S and halves the conductivity."""
    intact = intact_fraction(
        duration=1800.0, water=SYSTEM.air.water_in_dry_air, hydrolysis=SYSTEM.air, pellet=False
    )
    assert hydrogen_sulfide_volume(mass=1.0, hydrolysed=1.0 - intact) == pytest.approx(0.1, rel=0.02)
    left = conductivity_with_shell(
        core=1e-3, shell=SYSTEM.air.shell_conductivity, hydrolysed=1.0 - intact
    )
    assert left == pytest.approx(0.5e-3, rel=0.05)


def test_an_hour_in_air_destroys_the_sulfide() -> None:
    intact = intact_fraction(
        duration=3600.0, water=SYSTEM.air.water_in_air, hydrolysis=SYSTEM.air, pellet=False
    )
    assert usual_pellet(46.0, hydrolysed=1.0 - intact) < usual_pellet(46.0) / 100.0


def test_the_energy_is_the_slope_of_the_glass() -> None:
    t = np.array([290.0, 310.0])
    sigma = [glass_conductivity(iodide=20.0, temperature=float(one), glass=SYSTEM.glass) for one in t]
    slope = np.diff(np.log(sigma * t)) / np.diff(-1.0 / (8.617333262145179e-5 * t))
    energy = glass_activation_energy(iodide=20.0, glass=SYSTEM.glass)
    assert slope[0] == pytest.approx(energy, rel=1e-9)
    assert energy < glass_activation_energy(iodide=0.0, glass=SYSTEM.glass)


def test_an_energy_shift_leaves_room_temperature_alone() -> None:
    same, hotter = (
        glass_conductivity(iodide=0.0, temperature=t, glass=SYSTEM.glass, energy_shift=0.02)
        / glass_conductivity(iodide=0.0, temperature=t, glass=SYSTEM.glass)
        for t in (298.15, 350.0)
    )
    assert same == pytest.approx(1.0, rel=1e-12)
    assert hotter > 1.05


@pytest.mark.parametrize("pores", [0.0, 0.05, 0.2, 0.5])
def test_pores_cost_three_halves_of_their_volume(pores: float) -> None:
    """Bruggeman with insulating spheres: s / s_0 = 1 - 3/2 p exactly, down to p = 2/3."""
    s = effective_conductivity(
        volume={"solid": 1.0 - pores, "pores": pores}, conductivity={"solid": 2e-3, "pores": 0.0}
    )
    assert s == pytest.approx(2e-3 * (1.0 - 1.5 * pores), rel=1e-9)


def test_a_third_must_conduct() -> None:
    below, above = (
        effective_conductivity(volume={"a": v, "b": 1.0 - v}, conductivity={"a": 1.0, "b": 0.0})
        for v in (0.32, 0.35)
    )
    assert below < 1e-9 < above


@given(st.floats(0.0, 99.0), fractions, fractions, fractions)
def test_fractions_sum_to_one(iodide: float, precursors: float, alpha: float, share: float) -> None:
    found = phases_of_sample(
        iodide=iodide, precursors=precursors, alpha=alpha, beta=(1.0 - alpha) * share, system=SYSTEM
    )
    assert sum(found.mass.values()) == pytest.approx(1.0, rel=1e-9)
    assert sum(found.volume.values()) == pytest.approx(1.0, rel=1e-9)
    assert min(found.mass.values()) >= 0.0
    assert 1.8 < found.density < 4.1


def test_what_lies_outside_is_refused() -> None:
    with pytest.raises(ScienceError, match="mol%"):
        phases_of_sample(iodide=100.0, precursors=0.0, alpha=0.0, beta=0.0, system=SYSTEM)
    with pytest.raises(ScienceError, match="negative"):
        crystalline_fraction_left(duration=-1.0, speed=500.0, milling=SYSTEM.milling)
    with pytest.raises(ScienceError, match="negative"):
        relative_density(pressure=-1.0, heckel=SYSTEM.pressing)


@pytest.mark.parametrize(
    ("package", "file"),
    [
        ("kuralab.science.synthesis", "li3ps4_lii.yaml"),
        ("kuralab.science.kinetics", "li3ps4_crystallisation.yaml"),
        ("kuralab.instruments.twins", "prior.yaml"),
    ],
)
def test_every_number_has_a_source(package: str, file: str) -> None:
    for section in parameter_records(package=package, file=file).values():
        for entry in section.values():
            assert entry["source"].strip()
