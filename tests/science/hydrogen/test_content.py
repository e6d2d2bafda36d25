"""Hydrogen content in its three units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.hydrogen import hydrogen_mass_percent, hydrogen_per_formula, hydrogen_per_metal

LANI5 = 432.4


def test_lani5() -> None:
    """From 1.4 to 2.1 mass% is from 6.1 to 9.2 atoms per formula unit, about 1 to 1.5 per metal atom."""
    atoms = hydrogen_per_formula(mass_percent=[1.4, 2.1], molar_mass=LANI5)
    assert atoms == pytest.approx([6.1, 9.2], abs=0.05)
    assert hydrogen_per_metal(per_formula=atoms, metal_atoms=6) == pytest.approx([1.02, 1.53], abs=0.01)


@given(percent=st.floats(0.0, 60.0), mass=st.floats(5.0, 1000.0), isotope=st.sampled_from(["H2", "D2"]))
def test_there_and_back(percent: float, mass: float, isotope: str) -> None:
    atoms = hydrogen_per_formula(mass_percent=percent, molar_mass=mass, isotope=isotope)
    back = hydrogen_mass_percent(per_formula=atoms, molar_mass=mass, isotope=isotope)
    assert float(back) == pytest.approx(percent, abs=1e-9)


def test_deuterium_is_twice_as_heavy() -> None:
    light, heavy = (
        float(hydrogen_mass_percent(per_formula=6.0, molar_mass=LANI5, isotope=isotope))
        for isotope in ("H2", "D2")
    )
    assert heavy / light == pytest.approx(1.97, abs=0.01)


@pytest.mark.parametrize(
    "call",
    [
        lambda: hydrogen_per_formula(mass_percent=100.0, molar_mass=LANI5),
        lambda: hydrogen_per_formula(mass_percent=-0.1, molar_mass=LANI5),
        lambda: hydrogen_per_formula(mass_percent=np.nan, molar_mass=LANI5),
        lambda: hydrogen_mass_percent(per_formula=6.0, molar_mass=0.0),
        lambda: hydrogen_mass_percent(per_formula=[-1.0], molar_mass=LANI5),
        lambda: hydrogen_per_metal(per_formula=6.0, metal_atoms=-6.0),
    ],
)
def test_impossible_contents_are_refused(call) -> None:
    with pytest.raises(ScienceError):
        call()
