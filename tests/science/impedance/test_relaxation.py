"""Distribution of relaxation times: where the peaks are, and how much lies under them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuralab.science.impedance import impedance_from_circuit, relaxation_times

FREQUENCY = np.logspace(6, -1, 71)


def _noisy(z: np.typing.NDArray[np.complex128], seed: int) -> np.typing.NDArray[np.complex128]:
    rng = np.random.default_rng(seed)
    return z + 0.003 * np.abs(z) * (rng.standard_normal(z.size) + 1j * rng.standard_normal(z.size))


@given(seed=st.integers(0, 1000), ratio=st.floats(0.3, 3.0))
@settings(max_examples=12)
def test_two_arcs_are_two_peaks_with_their_resistances(seed: int, ratio: float) -> None:
    """Three decades apart, n = 0.9: time constants to a fifth of a decade, areas to 15 %."""
    parameters = {"R0": 10.0, "R1": 100.0, "CPE1.Q": 1e-5**0.9 / 100.0, "CPE1.n": 0.9}
    parameters |= {"R2": 100.0 * ratio, "CPE2.Q": 1e-2**0.9 / (100.0 * ratio), "CPE2.n": 0.9}
    z = impedance_from_circuit(
        frequency=FREQUENCY, circuit="R0-p(R1,CPE1)-p(R2,CPE2)", parameters=parameters
    )
    found = relaxation_times(frequency=FREQUENCY, impedance=_noisy(z, seed))
    largest = sorted(sorted(found.peaks, key=lambda p: -p.resistance)[:2], key=lambda p: p.time_constant)
    for peak, tau, resistance in zip(largest, (1e-5, 1e-2), (100.0, 100.0 * ratio), strict=True):
        assert abs(np.log10(peak.time_constant / tau)) < 0.2
        assert peak.resistance == pytest.approx(resistance, rel=0.15)


def test_the_area_is_the_polarisation_resistance() -> None:
    z = impedance_from_circuit(
        frequency=FREQUENCY,
        circuit="R0-p(R1,CPE1)",
        parameters={"R0": 10.0, "R1": 100.0, "CPE1.Q": 1e-4, "CPE1.n": 0.8},
    )
    found = relaxation_times(frequency=FREQUENCY, impedance=_noisy(z, 1))
    width = np.log(found.tau[1] / found.tau[0])
    assert (found.gamma >= 0).all()
    assert found.gamma.sum() * width == pytest.approx(100.0, rel=0.02)


def test_a_blocking_electrode_is_subtracted() -> None:
    """It is a thousand times the arc at 0.1 Hz; with it given, the arc is the only large peak."""
    parameters = {"R1": 100.0, "CPE1.Q": 1e-8, "CPE1.n": 0.9, "CPE2.Q": 1e-5, "CPE2.n": 0.9}
    z = impedance_from_circuit(frequency=FREQUENCY, circuit="p(R1,CPE1)-CPE2", parameters=parameters)
    electrode = impedance_from_circuit(
        frequency=FREQUENCY, circuit="CPE2", parameters={"CPE2.Q": 1e-5, "CPE2.n": 0.9}
    )
    found = relaxation_times(frequency=FREQUENCY, impedance=_noisy(z, 2), electrode=electrode)
    (largest,) = sorted(found.peaks, key=lambda p: -p.resistance)[:1]
    assert largest.resistance == pytest.approx(100.0, rel=0.1)
    assert abs(np.log10(largest.time_constant / (1e-6 ** (1 / 0.9)))) < 0.2
