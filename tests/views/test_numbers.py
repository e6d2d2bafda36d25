"""A printed value says no more digits than its uncertainty knows, and never another number."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.units import Quantity
from kuralab.views import format_quantity, format_value, unit_symbol

DIGITS = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30)
POSITIVE = st.floats(min_value=1e-25, max_value=1e25)


@pytest.mark.parametrize(
    ("value", "std", "unit", "text"),
    [
        (1498, 9, "ohm", "1498 ± 9 Ω"),
        (1.94e-7, 3e-9, "S/cm", "(1.94 ± 0.03)×10⁻⁷ S/cm"),
        (0.8569, 0.0041, "eV", "0.8569 ± 0.0041 eV"),
        (44712.0, 272.3, "ohm", "44710 ± 270 Ω"),
        (0.5869, 0.0163, "eV", "0.587 ± 0.016 eV"),
        (9.96, 0.0996, "V", "10.0 ± 0.1 V"),
        (-1.5, 0.2, "degC", "−1.5 ± 0.2 °C"),
        (0.47, 0.02, "", "0.47 ± 0.02"),
        (None, None, "ohm", "not identifiable"),
        (None, 3.0, "ohm", "not identifiable"),
        (float("nan"), 1.0, "ohm", "not identifiable"),
        (1.0, float("inf"), "ohm", "not identifiable"),
        (44710.4, None, "ohm", "44710 Ω (no uncertainty)"),
        (3.5e-4, None, "S/cm", "3.5×10⁻⁴ S/cm (no uncertainty)"),
        (9.9999e-3, None, "S", "0.01 S (no uncertainty)"),
        (2.0, 0.0, "mm", "2 ± 0 mm"),
        (0.0, 0.0, "A", "0 ± 0 A"),
        (1e-12, 1e-9, "A", "(0 ± 1)×10⁻⁹ A"),
        (-1e-12, 1e-9, "A", "(0 ± 1)×10⁻⁹ A"),
    ],
)
def test_printed_as_a_paper_would(value: float | None, std: float | None, unit: str, text: str) -> None:
    assert format_value(value, std, unit) == text


def test_japanese() -> None:
    assert format_value(None, None, "ohm", language="ja") == "決定不可"
    assert format_value(2.0, None, "V", language="ja") == "2 V (不確かさなし)"


def read_back(text: str) -> tuple[Decimal, Decimal, int]:
    """Value, uncertainty and decimals of a printed number."""
    found = re.fullmatch(r"(\()?([−\d.]+) ± ([\d.]+)(?:\)×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: V)", text)
    assert found, text
    assert bool(found[1]) == bool(found[4])
    power = int(found[4].translate(DIGITS)) if found[4] else 0
    value, std = (Decimal(found[i].translate(DIGITS)) for i in (2, 3))
    decimals = [len(found[i].partition(".")[2]) for i in (2, 3)]
    assert decimals[0] == decimals[1], text
    return value.scaleb(power), std.scaleb(power), decimals[0]


@given(value=FINITE, std=POSITIVE)
def test_reads_back_within_the_last_digit(value: float, std: float) -> None:
    printed, printed_std, _ = read_back(format_value(value, std, "V"))
    # Two digits: rounding moves by at most half of the second, 1/20 of the uncertainty; a zero
    # second digit that is left out moves the value by half of the first.
    exact, exact_std = Decimal(repr(value)), Decimal(repr(std))
    assert abs(printed_std - exact_std) <= exact_std / 20
    assert abs(printed - exact) <= exact_std * Decimal("0.53")


@given(value=FINITE, std=POSITIVE)
def test_the_uncertainty_has_one_or_two_significant_digits(value: float, std: float) -> None:
    text = format_value(value, std, "V")
    _, printed, _ = read_back(text)
    assert 1 <= len(str(printed.normalize().as_tuple().digits).strip("(),").split(", ")) <= 2
    assert "−0 ±" not in text


@given(
    value=st.floats(min_value=0.02, max_value=9e5),
    std=st.floats(min_value=1e-4, max_value=1e2),
)
def test_plain_text_is_a_quantity_again(value: float, std: float) -> None:
    again = Quantity.parse(format_value(value, std, "V"))
    assert again.uncertainty == pytest.approx(std, rel=0.05)
    assert again.value == pytest.approx(value, abs=0.53 * std)


@given(value=FINITE)
def test_without_uncertainty_four_digits(value: float) -> None:
    text = format_value(value, None, "")
    number = text.removesuffix(" (no uncertainty)")
    mantissa, _, power = number.partition("×10")
    printed = float(mantissa.translate(DIGITS)) * 10.0 ** int(power.translate(DIGITS) or 0)
    assert printed == pytest.approx(value, rel=5.1e-4)


def test_units_and_conditions() -> None:
    assert unit_symbol("ohm cm2") == "Ω cm²"
    assert unit_symbol("1/K") == "1/K"
    assert unit_symbol("umol") == "µmol"
    assert unit_symbol("um") == "µm"
    assert unit_symbol("MPa cm-1") == "MPa cm⁻¹"
    assert format_quantity(Quantity(value=140.0, unit="degC")) == "140 °C"
    assert format_quantity(Quantity(value=2.1, uncertainty=0.05, unit="mm")) == "2.10 ± 0.05 mm"
