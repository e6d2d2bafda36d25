"""Unit texts: what is allowed, what is refused, and that nothing is guessed."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import UnitError
from kuralab.units import convert, dimension_of
from kuralab.units._registry import parse_unit, registry, spellings


@pytest.mark.parametrize(
    ("unit", "dimension"),
    [
        ("%RH", "relative humidity"),
        ("% RH", "relative humidity"),
        ("mol%", "mole fraction"),
        ("wt%", "mass fraction"),
        ("mass%", "mass fraction"),
        ("at%", "atomic fraction"),
        ("vol%", "volume fraction"),
        ("C-rate", "C-rate"),
        ("C", "charge"),
        ("%", "pure number"),
        ("percent", "pure number"),
        ("ppm", "pure number"),
        ("", "pure number"),
        ("sccm", "molar flow"),
        ("eV/atom", "molar energy"),
        ("kJ/mol", "molar energy"),
        ("degC", "temperature"),
        ("deg C", "temperature"),
        ("°C", "temperature"),
        ("℃", "temperature"),
        ("K", "temperature"),
        ("degC/min", "heating rate"),
        ("mS/cm", "conductivity"),
        ("S cm^-1", "conductivity"),
        ("S·cm⁻¹", "conductivity"),
        ("S.cm-1", "conductivity"),
        ("S cm**-1", "conductivity"),
        ("1/(ohm cm)", "conductivity"),
        ("ohm^-1 cm^-1", "conductivity"),
        ("mAh/g", "specific capacity"),
        ("mAh g⁻¹", "specific capacity"),
        ("mA/cm2", "current density"),
        ("mA cm⁻²", "current density"),
        ("ohm cm2", "area-specific resistance"),
        ("Ω·cm²", "area-specific resistance"),
        ("ohm·cm", "resistivity"),
        ("angstrom", "length"),
        ("Å", "length"),
        ("\u212b", "length"),
        ("\u2126", "resistance"),
        ("µm", "length"),
        ("μm", "length"),
        ("um", "length"),
        ("kΩ", "resistance"),
        ("uV/K", "thermopower"),
        ("emu/cm3", "magnetic field strength or magnetisation"),
        ("emu/g", "specific magnetisation"),
        ("1/K", "temperature coefficient"),
        ("1 / K", "temperature coefficient"),
        ("W m-1 K-1", "thermal conductivity"),
        ("W/m/K", "thermal conductivity"),
        ("W per (m K)", "thermal conductivity"),
        ("mol/(m2 s)", "molar flux"),
        ("J/(mol K)", "molar heat capacity"),
        ("(J/mol)/K", "molar heat capacity"),
        ("m per s", "velocity"),
        ("Wh/kg", "specific energy"),
        ("(mm)2", "area"),
        ("F/cm2", "areal capacitance"),
    ],
)
def test_unit_texts_of_the_field(unit, dimension):
    assert dimension_of(unit) == dimension


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("J/mol K", "two ways"),
        ("furlong", "unknown unit 'furlong'"),
        ("mS/cmm", "unknown unit 'cmm' in 'mS/cmm'; did you mean"),
        ("ronnahenry", "unknown unit"),
        ("%rh", "not a unit"),
        ("mole-percent", "not a unit"),
        ("in", "unknown unit"),
        ("m/", "ends too early"),
        ("/m", "not a unit"),
        ("(m", "ends too early"),
        ("m)", "not a unit"),
        ("()", "not a unit"),
        ("m^", "not a unit"),
        ("m^0", "has no meaning"),
        ("m^(1.2.3)", "not an exponent"),
        ("m^(1/0)", "not an exponent"),
        ("m2s", "not a unit"),
        ("m^99", "too high"),
        ("((m^9)^9)^9", "too high"),
        ("m^1e9", "not a unit"),
        ("Tohm9 Tohm9", "out of range"),
        ("fF9 fF9", "out of range"),
        ("(" * 5000 + "m" + ")" * 5000, "too long"),
        ("m " * 10_000, "too long"),
        ("(" * 40 + "m", "ends too early"),
        ("2 mm", "not a unit"),
        ("m+s", "not a unit"),
        ("$", "not a unit"),
        ("__import__", "not a unit"),
    ],
)
def test_texts_that_are_no_unit(unit, says):
    with pytest.raises(UnitError) as refused:
        parse_unit(unit)
    assert says in str(refused.value)


def test_brackets_may_nest_as_deep_as_a_sane_text_allows():
    assert dimension_of("(" * 39 + "m" + ")" * 39) == "length"


def test_roots_of_units():
    assert convert(1.0, unit="ohm s^(-1/2)", to="ohm/s^0.5") == pytest.approx(1.0)
    assert convert(1.0, unit="mV Hz^-0.5", to="V/Hz^0.5") == pytest.approx(1e-3)


def test_no_spelling_stands_for_two_units():
    meanings = Counter(spelling for spelling, _ in set(spellings()))
    assert [spelling for spelling, count in meanings.items() if count > 1] == []


@pytest.mark.parametrize(("spelling", "name"), sorted(set(spellings())))
def test_every_allowed_spelling_is_defined_and_read_whole(spelling, name):
    assert parse_unit(spelling) == registry().parse_units(name)
    assert dimension_of(f"1/({spelling})")


@given(st.text(max_size=120))
def test_any_text_is_a_unit_or_a_unit_error(text):
    with suppress(UnitError):
        dimension_of(text)


SYMBOLS = st.sampled_from(["m", "s", "K", "mol", "ohm", "%RH", "C-rate", "bar", "degC", "at%"])
FACTORS = st.lists(st.tuples(SYMBOLS, st.sampled_from([-2, -1, 1, 0.5])), min_size=1, max_size=3)


@given(FACTORS)
def test_a_product_means_the_same_however_it_is_written(factors):
    blanks = " ".join(f"{symbol}^{power}" for symbol, power in factors)
    dots = "·".join(f"({symbol})({power})" for symbol, power in factors)
    inverse = "1/(" + " ".join(f"{symbol}{-power}" for symbol, power in factors) + ")"
    slashes = "1" + "".join(f"/({symbol}**{-power})" for symbol, power in factors)
    units = [parse_unit(text) for text in (blanks, dots, inverse, slashes)]
    assert all(unit.dimensionality == units[0].dimensionality for unit in units)
