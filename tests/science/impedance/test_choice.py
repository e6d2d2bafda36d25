"""Choice of a circuit by evidence."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.science.impedance import choose_circuit, impedance_from_circuit

FREQUENCY = np.logspace(6, -1, 50)
TRUTHS = {
    "R0-CPE1": {"R0": 50.0, "CPE1.Q": 1e-5, "CPE1.n": 0.9},
    "p(R1,CPE1)-CPE2": {
        "R1": 1e4, "CPE1.Q": 1e-10, "CPE1.n": 0.9, "CPE2.Q": 1e-6, "CPE2.n": 0.85,
    },
    "R0-p(R1,CPE1)": {"R0": 20.0, "R1": 300.0, "CPE1.Q": 1e-6, "CPE1.n": 0.85},
    "p(R1,CPE1)-p(R2,CPE2)-CPE3": {
        "R1": 1e4, "CPE1.Q": 1e-10, "CPE1.n": 0.9, "R2": 2e4, "CPE2.Q": 3e-9, "CPE2.n": 0.9,
        "CPE3.Q": 1e-6, "CPE3.n": 0.85,
    },
}  # fmt: skip


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("seed", range(3))
def test_the_true_circuit_is_chosen(truth: str, seed: int) -> None:
    z = impedance_from_circuit(frequency=FREQUENCY, circuit=truth, parameters=TRUTHS[truth])
    rng = np.random.default_rng(seed)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(50) + 1j * rng.standard_normal(50))
    choice = choose_circuit(spectra=[(FREQUENCY, z)], noise=[0.003])
    assert str(choice.best.circuit) == truth
    assert choice.best.adequate


def test_a_series_shares_one_circuit() -> None:
    """At one temperature the fast arc is lost in the noise; its neighbours tell of it."""
    spectra = []
    rng = np.random.default_rng(0)
    for scale in (1.0, 0.3, 0.1):
        parameters = dict(TRUTHS["p(R1,CPE1)-p(R2,CPE2)-CPE3"])
        parameters["R1"] *= scale
        parameters["R2"] *= scale**1.5
        z = impedance_from_circuit(
            frequency=FREQUENCY, circuit="p(R1,CPE1)-p(R2,CPE2)-CPE3", parameters=parameters
        )
        noise = rng.standard_normal(50) + 1j * rng.standard_normal(50)
        spectra.append((FREQUENCY, z + 0.003 * np.abs(z) * noise))
    choice = choose_circuit(spectra=spectra, noise=[0.003] * 3)
    assert str(choice.best.circuit) == "p(R1,CPE1)-p(R2,CPE2)-CPE3"
    assert len(choice.best.fits) == 3


def test_an_inductive_end_brings_an_inductor() -> None:
    truth = {"L0": 2e-6, "R0": 5.0, "R1": 30.0, "CPE1.Q": 1e-4, "CPE1.n": 0.9}
    z = impedance_from_circuit(frequency=FREQUENCY, circuit="L0-R0-p(R1,CPE1)", parameters=truth)
    choice = choose_circuit(spectra=[(FREQUENCY, z * (1 + 0j))], noise=[0.001])
    assert choice.best.fits[0].value("L0") == pytest.approx(2e-6, rel=1e-3)


def test_what_no_candidate_describes_is_not_adequate() -> None:
    """Negative differential resistance: none of the circuits bends back."""
    z = 100.0 / (1.0 + 1e-3j * FREQUENCY) - 60.0 / (1.0 + 1j * FREQUENCY) + 5.0
    choice = choose_circuit(spectra=[(FREQUENCY, z)], noise=[0.001])
    assert not choice.best.adequate
    assert "above 1 %" in choice.best.reason
