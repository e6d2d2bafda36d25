"""Linear Kramers-Kronig test: passes what obeys it, marks what does not."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._spectra import drawn_spectra
from kuralab.errors import ScienceError
from kuralab.science.impedance import impedance_from_circuit, kramers_kronig

FREQUENCY = np.logspace(6, -1, 71)
PARAMETERS = {"R0": 20.0, "R1": 100.0, "CPE1.Q": 1e-6, "CPE1.n": 0.85, "CPE2.Q": 1e-4, "CPE2.n": 0.9}


def _blocking_cell() -> np.typing.NDArray[np.complex128]:
    return impedance_from_circuit(
        frequency=FREQUENCY, circuit="R0-p(R1,CPE1)-CPE2", parameters=PARAMETERS
    )


def test_a_blocking_cell_is_consistent() -> None:
    test = kramers_kronig(frequency=FREQUENCY, impedance=_blocking_cell())
    assert test.consistent
    assert (test.frequency_low, test.frequency_high) == (FREQUENCY.min(), FREQUENCY.max())


def test_the_rms_is_the_noise() -> None:
    """0.5 % of noise on either part is found again without being told: the mean of 40 spectra."""
    levels = [
        kramers_kronig(frequency=s.frequency, impedance=s.impedance).rms for s in drawn_spectra(40)
    ]
    assert np.mean(levels) == pytest.approx(0.005, rel=0.05)


def test_an_error_at_high_frequency_is_cut_off() -> None:
    """A phase that drifts away above 100 kHz, as stray capacitance of a cable makes it."""
    z = _blocking_cell() * np.where(FREQUENCY > 1e5, np.exp(0.4j * (FREQUENCY / 1e6)), 1.0)
    z = z * np.where(FREQUENCY > 3e5, 1.08, 1.0)
    test = kramers_kronig(frequency=FREQUENCY, impedance=z)
    assert not test.consistent
    assert 3e4 < test.frequency_high <= 4e5
    assert test.frequency_low == FREQUENCY.min()
    assert "keep 0.1 Hz to" in test.reason


def test_a_cell_that_changes_while_it_is_measured_fails() -> None:
    """Its resistance grows by half while the slow frequencies are measured: not steady."""
    resistance = np.where(FREQUENCY < 1e3, np.linspace(1.0, 1.5, 71), 1.0)
    z = np.array(
        [
            impedance_from_circuit(
                frequency=[f],
                circuit="R0-p(R1,CPE1)",
                parameters={"R0": 20.0, "R1": 100.0 * r, "CPE1.Q": 1e-4, "CPE1.n": 0.9},
            )[0]
            for f, r in zip(FREQUENCY, resistance, strict=True)
        ]
    )
    assert not kramers_kronig(frequency=FREQUENCY, impedance=z).consistent


def test_the_conjugate_is_not_causal() -> None:
    """The other sign of Im Z is the commonest mistake of a file; it must not pass."""
    z = impedance_from_circuit(
        frequency=FREQUENCY,
        circuit="R0-p(R1,CPE1)",
        parameters={"R0": 20.0, "R1": 100.0, "CPE1.Q": 1e-4, "CPE1.n": 0.9},
    )
    assert kramers_kronig(frequency=FREQUENCY, impedance=z).consistent
    assert not kramers_kronig(frequency=FREQUENCY, impedance=z.conj()).consistent


def test_five_points_are_too_few() -> None:
    with pytest.raises(ScienceError, match="at least 6"):
        kramers_kronig(frequency=[5, 4, 3, 2, 1], impedance=[1 - 1j] * 5)
