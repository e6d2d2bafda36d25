"""Constraints: they say what Python would say, and nothing else of Python gets in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.planning._expressions import Constraint
from kuralab.planning._linear import linear_limits

NAMES = ["time", "speed", "mix.A", "mix.B", "other.B", "heating rate"]
CHOICES = {"solvent": ("water", "ethanol", "none")}
# Without log and exp, whose last digit differs between libraries and decides a tie.
FUNCTIONS = {"min": min, "max": max, "abs": abs, "sqrt": math.sqrt}


def parse(text: str) -> Constraint:
    return Constraint.parse(text, NAMES, choices=CHOICES)


numbers = st.recursive(
    st.sampled_from(["time", "speed", "2", "0.5", "3e1"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda x: f"{x} ** 2"),
        inner.map(lambda x: f"-{x}"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        st.tuples(st.sampled_from(["abs", "sqrt"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
    ),
    max_leaves=6,
)
signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
comparisons = st.tuples(numbers, signs, numbers, signs, numbers).map(" ".join)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda x: f"not ({x})"),
    ),
    max_leaves=3,
)


@given(conditions, st.integers(-3, 3), st.integers(-3, 3))
def test_what_python_can_evaluate_is_evaluated_the_same(text: str, time: int, speed: int) -> None:
    values = {"time": float(time), "speed": float(speed)}
    try:
        expected = eval(text, {"__builtins__": {}}, {**FUNCTIONS, **values})
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return
    try:
        constraint = parse(text)
    except InputError:
        assert "time" not in text
        assert "speed" not in text
        return
    found = constraint.holds({name: np.array([value]) for name, value in values.items()})
    assert bool(found[0]) == expected


def test_many_candidates_at_once() -> None:
    limit = parse("10 < time * speed <= 3000 and A >= 0.25")
    columns = {
        "time": np.array([1.0, 10.0, 10.0, 30.0]),
        "speed": np.array([5.0, 300.0, 300.0, 101.0]),
        "mix.A": np.array([0.5, 0.25, 0.2, 0.5]),
    }
    assert limit.names == ("time", "speed", "mix.A")
    assert limit.holds(columns).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("solvent == 'water'", [True, False]),
        ('"water" != solvent', [False, True]),
        ("solvent in ('ethanol', 'none') and time > 0", [False, True]),
        ("solvent not in ('ethanol', 'none')", [True, False]),
        ("`heating rate` ≥ 5", [False, True]),
        ("1 / time > 0.2 or speed == 1", [True, True]),
        ("log(speed - 2) > -100", [False, True]),
        ("not log(speed - 2) > 100", [False, True]),
        ("-0.7 < log(0.5) < -0.69 and abs(exp(time) - 2.718281828) < 1e-8", [False, True]),
    ],
)
def test_choices_quoted_names_and_values_that_do_not_exist(text: str, expected: list[bool]) -> None:
    columns = {
        "solvent": np.array(["water", "ethanol"]),
        "heating rate": np.array([1.0, 5.0]),
        "time": np.array([0.0, 1.0]),
        "speed": np.array([1.0, 4.0]),
    }
    assert parse(text).holds(columns).tolist() == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tme > 3", "Did you mean time?"),
        ("B > 0.1", "Write mix.B or other.B"),
        ("time", "compares nothing"),
        ("time + speed", "compares nothing"),
        ("time = 3", "Write =="),
        ("time > 3 && speed > 1", "Write and, or, not"),
        ("time > 3 & speed > 1", "Write and, or, not"),
        ("time ^ 2 > 3", "Write **"),
        ("solvent == 'watr'", "Did you mean water?"),
        ("solvent > 3", "no order"),
        ("solvent == time", "no text"),
        ("time > 'a'", "no choice"),
        ("time + solvent > 1", "is a choice, not a number"),
        ("time.real > 3", "unknown name"),
        ("().__class__ > 1", "no meaning"),
        ("__import__('os') > 1", "unknown function"),
        ("time.__class__() > 1", "unknown function"),
        ("lambda: 1", "compares nothing"),
        ("[time for time in (1,)] > 1", "no meaning"),
        ("(time := 3) > 1", "no meaning"),
        ("f'{time}' == 'a'", "no choice"),
        ("True > time", "no number"),
        ("1 > 0", "names no variable"),
        ("time > (speed > 1)", "condition"),
        ("sqrt(1, 2) > time", "one value"),
        ("min(time) > 1", "two or more"),
        ("cos(time) > 1", "unknown function"),
        ("1e999 > time", "out of range"),
        ("9" * 450 + " > time", "out of range"),
        ("(" * 300 + "time", "cannot be read"),
        ("-" * 400 + "time > 1", "levels deep"),
        ("time > 1" + " " * 600 + "and speed > 1", "too long"),
        ("solvent == 'wat\\x65r'", "backslash"),
        ("", "cannot be read"),
        ("time > 1; speed > 1", "cannot be read"),
    ],
)
def test_what_is_no_constraint_says_why(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("*", r"\*").replace("?", r"\?")) as refused:
        parse(text)
    assert len(str(refused.value)) < 400


def test_a_linear_constraint_gives_its_coefficients_exactly() -> None:
    limits = linear_limits(parse("0.1 <= mix.A + 2 * mix.B - mix.A / 4 < 0.7"), ["mix.A", "mix.B"])
    assert limits is not None
    lower, upper = limits
    assert [float(a) for a in lower.coefficients] == [-0.75, -2.0]
    assert (float(lower.bound), lower.strict) == (-0.1, False)
    assert [float(a) for a in upper.coefficients] == [0.75, 2.0]
    assert (float(upper.bound), upper.strict) == (0.7, True)


@pytest.mark.parametrize(
    "text",
    [
        "mix.A * mix.B < 0.1",
        "mix.A < 0.1 or mix.B < 0.1",
        "mix.A != 0.1",
        "mix.A < time",
        "max(A, 0.1) < 1",
    ],
)
def test_what_is_not_linear_in_one_mixture_is_left_to_rejection(text: str) -> None:
    assert linear_limits(parse(text), ["mix.A", "mix.B"]) is None
