"""Parameters of operations: what they may be, and in which unit they are kept."""

from __future__ import annotations

import pytest

from kuralab.errors import InputError
from kuralab.model import (
    Capability,
    ParameterKind,
    Range,
    checked_value,
    operation_kind,
    operation_kinds,
)
from kuralab.units import Quantity


def _kind(operation: str, parameter: str) -> ParameterKind:
    return operation_kind(operation).parameter(parameter)


def test_every_operation_is_complete() -> None:
    for kind in operation_kinds().values():
        assert kind.en
        assert kind.ja
        assert kind.time is None or kind.parameter(kind.time).unit
        for parameter in kind.parameters:
            assert bool(parameter.unit) is (parameter.type == "quantity")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("0.36 GPa", Quantity(value=360.0, unit="MPa")),
        (Quantity(value=0.36, unit="GPa"), Quantity(value=360.0, unit="MPa")),
    ],
)
def test_a_quantity_is_kept_in_the_registered_unit(given: object, value: Quantity) -> None:
    assert checked_value(_kind("press_pellet", "pressure"), given) == value


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("54Li3PS4-46LiI", "54Li3PS4-46LiI"),
        ("100Li3PS4-0LiI", "Li3PS4"),
        ("0Li3PS4 - 100LiI", "LiI"),
        ("0Li2S-75Li3PS4-25LiI", "75Li3PS4-25LiI"),
        ("0.5Li3PS4-0.5LiI", "0.5Li3PS4-0.5LiI"),
        ("100Li3PS4", "100Li3PS4"),
    ],
)
def test_a_part_with_share_zero_is_left_out_of_a_composition(given: str, kept: str) -> None:
    assert checked_value(_kind("weigh", "composition"), given) == kept


@pytest.mark.parametrize(
    ("operation", "parameter", "given", "words"),
    [
        ("weigh", "mass", 1, "1 has no unit"),
        ("weigh", "mass", None, "nothing is no quantity"),
        ("weigh", "mass", True, "no quantity"),
        ("weigh", "mass", "0 g", "not above zero"),
        ("weigh", "composition", 3, "is no text"),
        ("heat", "gas", "neon", "'neon' is no gas"),
        ("heat", "temperature", "-274 degC", "below 0 K"),
        ("hold", "duration", "-1 s", "below 0 s"),
    ],
)
def test_what_a_value_cannot_be(operation: str, parameter: str, given: object, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        checked_value(_kind(operation, parameter), given)
    assert caught.value.field in (parameter, given)


def test_zero_is_a_time_and_a_temperature() -> None:
    assert checked_value(_kind("hold", "duration"), "0 h") == Quantity(value=0.0, unit="h")
    assert checked_value(_kind("heat", "temperature"), "0 degC") == Quantity(value=0.0, unit="degC")


def test_a_capability_says_which_limits_are_broken() -> None:
    capability = Capability(
        operation="heat",
        ranges={"temperature": Range.parse("25..500 degC", unit="degC")},
        choices={"gas": ("argon",)},
    )
    within = {"temperature": Quantity(value=773.15, unit="K"), "gas": "argon"}
    assert capability.broken_limits(within) == {}
    assert capability.broken_limits(
        {"temperature": Quantity(value=501.0, unit="degC"), "gas": "air"}
    ) == {
        "temperature": Quantity(value=500.0, unit="degC"),
        "gas": ("argon",),
    }
