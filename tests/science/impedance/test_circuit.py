"""Circuits: the notation, the elements' limits, and the analytic derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.impedance import (
    derivatives_from_circuit,
    impedance_from_circuit,
    parse_circuit,
)

CIRCUITS = (
    "R0-p(R1,CPE1)-CPE2",
    "L0-R0-p(R1,C1)-W1",
    "p(R1-Wo1,CPE1)-R0",
    "R0-p(C1,R1-p(R2-Ws1,CPE2))",
)


def _values(circuit: str, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    ranges = {"ohm": (1, 1e4), "F": (1e-9, 1e-4), "H": (1e-8, 1e-5), "S s^n": (1e-9, 1e-4)}
    ranges |= {"1": (0.5, 1.0), "s": (1e-4, 1.0), "ohm s^-1/2": (1, 1e3)}
    parsed = parse_circuit(circuit)
    return {
        name: float(np.exp(rng.uniform(*np.log(ranges[unit]))))
        for name, unit in zip(parsed.parameter_names, parsed.parameter_units, strict=True)
    }


@pytest.mark.parametrize("circuit", CIRCUITS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
def test_derivatives_agree_with_differences(circuit: str, seed: int) -> None:
    """A central difference of relative step 1e-5 is right to about 1e-8 of the derivative."""
    frequency = np.logspace(-1, 6, 15)
    values = _values(circuit, seed)
    z, slopes = derivatives_from_circuit(frequency=frequency, circuit=circuit, parameters=values)
    for column, name in enumerate(values):
        step = 1e-5 * values[name]
        up, down = (
            impedance_from_circuit(
                frequency=frequency, circuit=circuit, parameters=values | {name: values[name] + s}
            )
            for s in (step, -step)
        )
        numeric = (up - down) / (2 * step)
        assert np.abs(slopes[:, column] - numeric).max() * values[name] < 1e-6 * np.abs(z).max(), name


def test_elements_by_hand() -> None:
    """Each element against its formula, written out here once more."""
    f = np.array([0.3, 7.0, 2e4])
    w = 2j * np.pi * f
    root = np.sqrt(w * 0.02)
    expected = {
        ("R1", "R1"): np.full(3, 5.0 + 0j),
        ("C1", "C1"): 1 / (w * 5.0),
        ("L1", "L1"): w * 5.0,
        ("W1", "W1"): 5.0 * (1 - 1j) / np.sqrt(2 * np.pi * f),
    }
    for (circuit, name), z in expected.items():
        got = impedance_from_circuit(frequency=f, circuit=circuit, parameters={name: 5.0})
        np.testing.assert_allclose(got, z, rtol=1e-13)
    cpe = impedance_from_circuit(frequency=f, circuit="CPE1", parameters={"CPE1.Q": 3e-6, "CPE1.n": 0.8})
    np.testing.assert_allclose(cpe, 1 / (3e-6 * w**0.8), rtol=1e-12)
    for symbol, form in (("Wo", 1 / (root * np.tanh(root))), ("Ws", np.tanh(root) / root)):
        got = impedance_from_circuit(
            frequency=f, circuit=f"{symbol}1", parameters={f"{symbol}1.R": 5.0, f"{symbol}1.tau": 0.02}
        )
        np.testing.assert_allclose(got, 5.0 * form, rtol=1e-10)


def test_capacitive_is_negative() -> None:
    z = impedance_from_circuit(frequency=[1e3], circuit="p(R1,C1)", parameters={"R1": 100.0, "C1": 1e-6})
    assert z[0].imag < 0


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_expression_round_trip(circuit: str) -> None:
    assert str(parse_circuit(f" {circuit.replace('-', ' - ')} ")) == circuit


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("R0-CEP1", "Did you mean CPE?"),
        ("R0-R0", "R0 appears twice"),
        ("p(R1)", "at least two branches"),
        ("R0-", "expected an element"),
        ("R0)", "expected '-' or the end"),
        ("", "expected an element"),
        ("p(R1,C1", "expected ',' or ')'"),
        ("__import__('os')", "expected an element"),
        ("p(" * 60 + "R1,C1" + ")" * 60, "nested levels"),
        ("R1-" * 2000 + "R2", "characters"),
    ],
)
def test_malformed_circuits_say_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(
        ScienceError, match=says.replace("(", r"\(").replace(")", r"\)").replace("?", r"\?")
    ):
        parse_circuit(text)


@given(st.text(alphabet="RCLPWEps01(),- ", max_size=40))
def test_any_text_is_a_circuit_or_one_clear_error(text: str) -> None:
    try:
        circuit = parse_circuit(text)
    except ScienceError:
        return
    assert parse_circuit(str(circuit)) == circuit


def test_parameters_must_be_complete_and_positive() -> None:
    with pytest.raises(ScienceError, match=r"missing: CPE1.n; unknown: R7; not positive: R1 = -1"):
        impedance_from_circuit(
            frequency=[1.0], circuit="p(R1,CPE1)", parameters={"R1": -1.0, "CPE1.Q": 1.0, "R7": 2.0}
        )
