"""La-Ni-H at high pressure: a synthetic model, which has to keep its own rules and the book's story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.synthesis import (
    compounds_after_synthesis,
    fraction_grown,
    grand_potential,
    la_ni_h,
    la_ni_h_growth,
    recovered_mass_fractions,
    stable_compounds,
)

HOUR = 60.0
POTENTIAL = {(2, 800): 112.0, (6, 800): 158.5, (6, 500): 140.0, (4, 800): 137.0}
"""kJ/mol H2 at GPa and degC: near those of science.hydrogen, which this field does not import."""


def made(
    pressure: float, celsius: float, *, lanthanum: float = 0.4, minutes: float = HOUR
) -> dict[str, float]:
    moles = compounds_after_synthesis(
        lanthanum=lanthanum,
        pressure=pressure,
        temperature=celsius + 273.15,
        duration=minutes,
        hydrogen_potential=POTENTIAL[int(pressure), int(celsius)],
        compounds=la_ni_h(),
        growth=la_ni_h_growth(),
    )
    return recovered_mass_fractions(moles, compounds=la_ni_h(), isotope="D")


def test_the_new_hydride_forms_where_the_book_says() -> None:
    """La2Ni3 at 800 degC and 6 GPa."""
    assert made(6, 800)["LaNi2H3"] > 0.7
    assert made(6, 800, lanthanum=1 / 3)["LaNi2H3"] > 0.9
    assert "LaNi2H3" not in made(2, 800)
    assert "LaNi2H3" not in made(6, 500)
    assert made(4, 800)["LaNiH"] > 0.1, "another new phase, at less pressure and with more La"


def test_a_short_or_cold_hold_leaves_the_known_phases() -> None:
    assert made(6, 800, minutes=3.0)["LaNi2H3"] < 0.2
    assert set(made(6, 800, minutes=0.0)) == {"LaNi5", "LaH3"}
    growth = la_ni_h_growth()
    assert fraction_grown(duration=HOUR, temperature=873.15, growth=growth) < 0.1


def test_without_hydrogen_there_is_no_hydride() -> None:
    found = stable_compounds(
        lanthanum=0.4, pressure=6.0, temperature=1073.15, hydrogen_potential=None, among=la_ni_h()
    )
    assert all(not name.endswith(("H", "H2", "H3", "H5", "H6")) for name in found)


@settings(deadline=None, max_examples=60)
@given(
    lanthanum=st.floats(0.0, 1.0),
    pressure=st.floats(0.0, 10.0),
    temperature=st.floats(300.0, 1500.0),
    potential=st.floats(-20.0, 250.0),
)
def test_metals_are_kept_and_nothing_is_more_stable(
    lanthanum: float, pressure: float, temperature: float, potential: float
) -> None:
    at = {"pressure": pressure, "temperature": temperature, "hydrogen_potential": potential}
    compounds = {c.name: c for c in la_ni_h()}
    found = stable_compounds(lanthanum=lanthanum, among=compounds.values(), **at)
    la = sum(compounds[name].lanthanum * amount for name, amount in found.items())
    ni = sum(compounds[name].nickel * amount for name, amount in found.items())
    assert la == pytest.approx(lanthanum, abs=1e-9)
    assert ni == pytest.approx(1.0 - lanthanum, abs=1e-9)

    def energy(names: dict[str, float]) -> float:
        return sum(
            amount * compounds[name].metals * grand_potential(compounds[name], **at)
            for name, amount in names.items()
        )

    for pair in (("Ni", "La"), ("LaNi5", "LaH3"), ("NiH", "LaH2")):
        left, right = compounds[pair[0]], compounds[pair[1]]
        if left.share <= lanthanum <= right.share:
            part = (lanthanum - left.share) / (right.share - left.share)
            other = {left.name: (1.0 - part) / left.metals, right.name: part / right.metals}
            assert energy(found) <= energy(other) + 1e-9


@settings(deadline=None, max_examples=30)
@given(first=st.floats(0.0, 200.0), second=st.floats(0.0, 200.0), celsius=st.floats(400.0, 1200.0))
def test_growth_only_goes_on(first: float, second: float, celsius: float) -> None:
    growth = la_ni_h_growth()
    early = fraction_grown(duration=first, temperature=celsius + 273.15, growth=growth)
    late = fraction_grown(duration=first + second, temperature=celsius + 273.15, growth=growth)
    assert 0.0 <= early <= late <= 1.0


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ScienceError, match="outside 0 to 1"):
        stable_compounds(
            lanthanum=1.2, pressure=1.0, temperature=300.0, hydrogen_potential=None, among=la_ni_h()
        )
    with pytest.raises(ScienceError, match="cannot be negative"):
        fraction_grown(duration=-1.0, temperature=300.0, growth=la_ni_h_growth())
    with pytest.raises(ScienceError, match="no compounds enclose"):
        stable_compounds(
            lanthanum=0.3, pressure=1.0, temperature=300.0, hydrogen_potential=None, among=()
        )
