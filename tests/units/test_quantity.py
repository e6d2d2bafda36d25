"""Quantities: the forms that papers use, conversions, and refusals in words."""

import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kuralab.errors import UnitError
from kuralab.units import Quantity, convert, dimension_of, scale_between

finite = st.floats(min_value=-1e30, max_value=1e30, allow_nan=False)
positive = st.floats(min_value=1e-30, max_value=1e30)

# Units of one dimension each: any two of a row convert into each other.
ROWS = [
    ("mm", "cm", "m", "um", "angstrom", "km"),
    ("S/cm", "mS/cm", "S/m", "S cm^-1", "1/(ohm cm)"),
    ("ohm cm2", "ohm m2", "kohm·cm2"),
    ("J", "eV", "kJ", "Wh", "cal"),
    ("eV/atom", "kJ/mol", "J/mol", "kcal/mol"),
    ("degC/min", "K/s", "K/min"),
    ("mAh/g", "Ah/kg", "C/g"),
    ("Pa", "MPa", "bar", "atm", "Torr"),
    ("%", "ppm", ""),
    ("K", "degC", "mK"),
    ("Hz", "kHz", "MHz", "1/s"),
    ("deg", "rad", "mrad"),
    ("rpm", "rad/s", "rev/min"),
]
FAMILIAR = "0123456789.eE+-±()^*/ ·%°µΩÅmsgKCJVmol⁻²x×"
NOT_PERCENT = "not in percent of the value"
PAIRS = [(a, b) for row in ROWS for a in row for b in row]


@pytest.mark.parametrize(
    ("text", "value", "std", "unit"),
    [
        ("2.1 mm", 2.1, None, "mm"),
        ("2.1mm", 2.1, None, "mm"),
        ("-2.1e-3 V", -2.1e-3, None, "V"),
        ("−5 mV", -5, None, "mV"),
        (".5 mm", 0.5, None, "mm"),
        ("0.7", 0.7, None, ""),
        ("2.1 mm +- 0.05 mm", 2.1, 0.05, "mm"),
        ("2.1 mm +/- 50 um", 2.1, 0.05, "mm"),
        ("(2.1 +- 0.05) mm", 2.1, 0.05, "mm"),
        ("2.1 ± 0.05 mm", 2.1, 0.05, "mm"),
        ("2.1±0.05 mm", 2.1, 0.05, "mm"),
        ("2.1 mm +- 2 %", 2.1, 0.042, "mm"),
        ("2.1(5) mm", 2.1, 0.5, "mm"),
        ("4.50651(13) angstrom", 4.50651, 0.00013, "angstrom"),
        ("1.20e-3(3) S/cm", 1.2e-3, 3e-5, "S/cm"),
        ("1.20(3)×10^-3 S/cm", 1.2e-3, 3e-5, "S/cm"),
        ("(1.936 ± 0.026)×10⁻⁷ S/cm", 1.936e-7, 2.6e-9, "S/cm"),
        ("1.2 x 10-4 S/cm", 1.2e-4, None, "S/cm"),
        ("25 degC +- 1 K", 25, 1, "degC"),
        ("25 ± 1 degC", 25, 1, "degC"),
        ("50 % +- 2 %", 50, 2, "%"),
        ("3.1 +- 0.7 %", 3.1, 0.7, "%"),
        ("5 ppm +- 2 %", 5, 0.1, "ppm"),
        ("2.1 mm +- 0 mm", 2.1, 0, "mm"),
        ("2 1/K", 2, None, "1/K"),
    ],
)
def test_forms_that_papers_use(text, value, std, unit):
    quantity = Quantity.parse(text)
    assert quantity.value == pytest.approx(value, rel=1e-14)
    assert quantity.uncertainty == (None if std is None else pytest.approx(std, rel=1e-12))
    assert quantity.unit == unit


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("25 degC", "K", 298.15),
        ("298.15 K", "degC", 25.0),
        ("400 degC/min", "K/s", 400 / 60),
        ("-5 degC/min", "K/min", -5.0),
        ("7.7 degC/mm", "K/m", 7700.0),
        ("1 eV/atom", "kJ/mol", 96.48533212),  # e N_A of the 2019 SI
        ("1672 mAh/g", "C/g", 1672 * 3.6),
        ("100 sccm", "mmol/min", 4.46150334),  # p V / (R T) at 0 degC and 101325 Pa
        ("1300 emu/cm3", "A/m", 1.3e6),
        ("1 Oe", "A/m", 1000 / (4 * np.pi)),
        ("2 mS/cm", "S/cm", 2e-3),
        ("1 uB/f.u.", "emu/mol", 5584.9),  # Bohr magneton times Avogadro, 4 digits
        ("0.5 %", "%", 0.5),
        ("50 %", "", 0.5),
    ],
)
def test_conversion_to_a_wanted_unit(text, unit, value):
    rel = 1e-5 if "uB" in text else 1e-9
    assert Quantity.parse(text, unit=unit).value == pytest.approx(value, rel=rel)


def test_conversions_show_no_last_digit_noise():
    assert Quantity.parse("2.1 mm", unit="cm").value == 0.21
    assert Quantity.parse("25 degC", unit="K").value == 298.15


def test_the_zero_point_of_celsius_never_enters_an_uncertainty():
    kelvin = Quantity.parse("25 degC +- 1 degC", unit="K")
    assert (kelvin.value, kelvin.uncertainty) == (298.15, 1.0)
    assert scale_between("degC", "K") == 1.0
    assert scale_between("degC", "mK") == 1000.0


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("2.1 g", "mm", "'2.1 g' is a mass, but a length is needed (such as 'mm')"),
        ("2.1 cm2", "mm", "'2.1 cm2' is an area, but a length is needed (such as 'mm')"),
        ("50 %RH", "%", "'50 %RH' is a relative humidity, but a pure number is needed (such as '%')"),
        ("3 mol%", "wt%", "'3 mol%' is a mole fraction, but a mass fraction is needed (such as 'wt%')"),
        ("0.5 C", "C-rate", "'0.5 C' is a charge, but a C-rate is needed (such as 'C-rate')"),
        ("0.5 C-rate", "C", "'0.5 C-rate' is a C-rate, but a charge is needed (such as 'C')"),
        ("500 rpm", "Hz", "'500 rpm' is a rotation speed, but a frequency is needed (such as 'Hz')"),
        ("2.1 mm", "", "'2.1 mm' is a length, but a pure number is needed"),
        ("2.1", "mm", "'2.1' has no unit; write it, such as '2.1 mm'"),
        ("0.5", "%", "'0.5' has no unit; write it, such as '0.5 %'"),
        ("thick", "mm", "'thick' is not a number with a unit, such as '2.1 mm'"),
        ("", "mm", "'' is not a number with a unit, such as '2.1 mm'"),
        ("2,1 mm", "mm", "'2,1 mm': write the decimal sign as a point"),
        ("nan mm", "mm", "'nan mm' is not a number with a unit, such as '2.1 mm'"),
        ("1e400 mm", "mm", "'1e400 mm' is out of range"),
        ("0e400(5) mm", "mm", "'0e400(5) mm' is out of range"),
        ("5 mm +- 1 g", "mm", "'g' is a mass, but a length is needed (such as 'mm')"),
        ("5 mm +- -1 mm", "mm", "'5 mm +- -1 mm': an uncertainty is one number, zero or more"),
        ("5 wt% +- 2 %", "wt%", "'5 wt% +- 2 %': write the uncertainty in 'wt%', " + NOT_PERCENT),
        ("25 degC +- 2 %", "K", "'25 degC +- 2 %': write the uncertainty in 'degC', " + NOT_PERCENT),
    ],
)
def test_a_refusal_says_what_was_given_and_what_is_needed(text, unit, message):
    with pytest.raises(UnitError) as refused:
        Quantity.parse(text, unit=unit)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "1 +- 2 +- 3 mm",
        "(1 +- 2 mm) mm",
        "1(2) +- 3 mm",
        "1.20(3)e-3 mm",
        "(1e3 +- 2)×10^2 mm",
        "((1)) mm",
        "1 mm)",
    ],
)
def test_malformed_uncertainties_are_refused(text):
    with pytest.raises(UnitError):
        Quantity.parse(text)


@given(st.text(max_size=300))
def test_any_text_is_a_quantity_or_a_unit_error(text):
    with suppress(UnitError):
        assert isinstance(Quantity.parse(text), Quantity)


@given(st.text(alphabet=FAMILIAR, max_size=60), st.sampled_from(PAIRS))
def test_any_text_of_familiar_characters_is_a_quantity_or_a_unit_error(text, pair):
    with suppress(UnitError):
        Quantity.parse("2" + text, unit=pair[0])


# Nearer to zero a float has fewer digits, so that no conversion can keep them.
full_precision = finite.filter(lambda value: value == 0 or abs(value) > 1e-280)


@given(full_precision, st.sampled_from(PAIRS))
def test_there_and_back_is_the_same_value(value, pair):
    unit, to = pair
    back = convert(convert(value, unit=unit, to=to), unit=to, to=unit)
    # Through an offset, rounding is relative to 273.15, not to the value.
    assert back == pytest.approx(value, rel=1e-12, abs=1e-9 if "degC" in pair else 0)


@given(finite, st.none() | positive, st.sampled_from(PAIRS))
def test_an_uncertainty_is_converted_by_scale_alone(value, std, pair):
    unit, to = pair
    there = Quantity(value=value, uncertainty=std, unit=unit).to(to)
    back = there.to(unit)
    assert (back.uncertainty is None) == (std is None)
    if std is not None:
        assert back.uncertainty == pytest.approx(std, rel=1e-12)
        assert there.uncertainty == pytest.approx(std * scale_between(unit, to), rel=1e-12)


@given(finite, st.none() | positive, st.sampled_from([unit for row in ROWS for unit in row]))
def test_json_round_trip(value, std, unit):
    quantity = Quantity(value=value, uncertainty=std, unit=unit)
    assert Quantity.model_validate_json(quantity.model_dump_json()) == quantity


@given(
    st.floats(min_value=-1e6, max_value=1e6).map(lambda x: float(f"{x:.9g}")),
    st.none() | st.floats(min_value=0, max_value=1e6).map(lambda x: float(f"{x:.9g}")),
    st.sampled_from(["mm", "%", "degC", "S/cm", ""]),
)
def test_what_is_shown_can_be_read_again(value, std, unit):
    quantity = Quantity(value=value, uncertainty=std, unit=unit)
    assert Quantity.parse(str(quantity)) == quantity


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_no_quantity_holds_nan_or_infinity(bad):
    with pytest.raises(ValidationError):
        Quantity(value=bad, unit="mm")
    with pytest.raises(ValidationError):
        Quantity(value=1.0, uncertainty=bad, unit="mm")


def test_a_quantity_refuses_unknown_units_unknown_fields_negative_uncertainty_and_change():
    for wrong in ({"unit": "furlong"}, {"uncertainty": -1.0}, {"units": "mm"}):
        with pytest.raises(ValidationError):
            Quantity(value=1.0, **wrong)
    with pytest.raises(ValidationError):
        Quantity(value=1.0, unit="mm").value = 2.0


def test_a_conversion_out_of_range_is_a_unit_error():
    with pytest.raises(UnitError, match="out of range"):
        Quantity(value=1e308, unit="km").to("angstrom")


def test_arrays_are_converted_whole_and_keep_missing_values():
    column = np.array([[1.0, np.nan], [3.0, 4.0]])
    column.flags.writeable = False
    np.testing.assert_allclose(convert(column, unit="mm", to="um"), column * 1000, rtol=1e-15)
    np.testing.assert_allclose(convert(column, unit="degC", to="K"), column + 273.15, rtol=1e-15)
    np.testing.assert_allclose(convert(np.array([1, 2]), unit="m", to="mm"), [1000.0, 2000.0])
    assert convert(column, unit="mm", to="mm") is column


def test_a_conversion_between_dimensions_names_both():
    with pytest.raises(UnitError, match="'g' is a mass, but a length is needed"):
        convert(1.0, unit="g", to="mm")
    with pytest.raises(UnitError, match="'g' is a mass, but a length is needed"):
        scale_between("g", "mm")


def test_dimensions_without_a_word_are_spelled_out():
    assert dimension_of("kg2/mm") == "mass^2 / length"
    assert dimension_of("1/kg") == "1 / mass"


def test_importing_units_does_not_import_pint():
    code = "import sys, kuralab.units; sys.exit(bool({'pint', 'yaml', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
