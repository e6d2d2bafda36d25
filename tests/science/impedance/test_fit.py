"""The fit: no starting values, right values and right uncertainties."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._spectra import CIRCUIT, NOISE, drawn_spectra
from kuralab import formats
from kuralab.errors import ScienceError
from kuralab.science.impedance import arcs_of, fit_circuit, impedance_from_circuit


def test_two_hundred_synthetic_spectra() -> None:
    """science.md's set: R1 and R2 within 10 %, residual below 0.6 %; honest uncertainties.

    The full set of 2,000 is a benchmark; at 200 the coverage of 0.95 has a spread of 0.015.
    """
    right, covered, total = 0, np.zeros(2), 200
    for spectrum in drawn_spectra(total):
        fit = fit_circuit(frequency=spectrum.frequency, impedance=spectrum.impedance, circuit=CIRCUIT)
        errors = np.array([fit.value(name) / spectrum.truth[name] - 1.0 for name in ("R1", "R2")])
        right += bool((np.abs(errors) < 0.1).all() and fit.rms < 1.2 * NOISE)
        stds = np.array([fit.std_of(name) / spectrum.truth[name] for name in ("R1", "R2")])
        covered += np.abs(errors) < 1.96 * stds
    assert right >= 0.985 * total
    assert (covered / total > 0.90).all()
    assert (covered / total < 0.99).all()


@given(r0=st.floats(1, 100), r1=st.floats(100, 1e4), ratio=st.floats(0.2, 5.0), n=st.floats(0.7, 0.98))
@settings(max_examples=25)
def test_without_noise_the_truth_comes_back(r0: float, r1: float, ratio: float, n: float) -> None:
    """Two arcs three decades apart, any resistances: exact to rounding."""
    truth = {"R0": r0, "R1": r1, "CPE1.Q": 1e-6**n / r1, "CPE1.n": n}
    truth |= {"R2": ratio * r1, "CPE2.Q": 1e-3**n / (ratio * r1), "CPE2.n": n}
    truth |= {"CPE3.Q": 2e-5, "CPE3.n": 0.9}
    f = np.logspace(7, -1, 57)
    z = impedance_from_circuit(frequency=f, circuit=CIRCUIT, parameters=truth)
    fit = fit_circuit(frequency=f, impedance=z, circuit=CIRCUIT)
    for name, value in truth.items():
        assert fit.value(name) == pytest.approx(value, rel=1e-4), name


@pytest.mark.parametrize(
    ("circuit", "truth"),
    [
        (
            "R0-p(R1-Wo1,CPE1)",
            {"R0": 12, "R1": 80, "Wo1.R": 40, "Wo1.tau": 2.0, "CPE1.Q": 2e-5, "CPE1.n": 0.85},
        ),
        ("R0-p(R1-W1,C1)", {"R0": 5, "R1": 50, "W1": 20, "C1": 1e-6}),
        ("L0-R0-p(R1,C1)", {"L0": 1e-6, "R0": 3, "R1": 20, "C1": 1e-4}),
        ("p(R1,C1)-Ws1", {"R1": 100, "C1": 1e-8, "Ws1.R": 300, "Ws1.tau": 0.5}),
        ("p(C1,R1-p(R2,C2))", {"C1": 1e-9, "R1": 100, "R2": 1000, "C2": 1e-5}),
    ],
)
def test_other_circuits_need_no_start_either(circuit: str, truth: dict[str, float]) -> None:
    f = np.logspace(6, -2, 65)
    z = impedance_from_circuit(frequency=f, circuit=circuit, parameters=truth)
    rng = np.random.default_rng(1)
    noisy = z + 0.002 * np.abs(z) * (rng.standard_normal(65) + 1j * rng.standard_normal(65))
    fit = fit_circuit(frequency=f, impedance=noisy, circuit=circuit)
    assert fit.converged
    for name, value in truth.items():
        assert abs(fit.value(name) - value) < 5 * fit.std_of(name) + 1e-9 * value, name


def test_order_of_points_does_not_matter() -> None:
    (spectrum,) = drawn_spectra(1)
    shuffled = np.random.default_rng(0).permutation(spectrum.frequency.size)
    a = fit_circuit(frequency=spectrum.frequency, impedance=spectrum.impedance, circuit=CIRCUIT)
    b = fit_circuit(
        frequency=spectrum.frequency[shuffled],
        impedance=spectrum.impedance[shuffled],
        circuit=CIRCUIT,
    )
    np.testing.assert_allclose(a.values, b.values, rtol=1e-5)


def test_arcs_come_fastest_first() -> None:
    """Written in either order, the same arcs get the same names."""
    truth = {"R1": 500.0, "CPE1.Q": 1e-5, "CPE1.n": 0.9, "R2": 100.0, "CPE2.Q": 1e-9, "CPE2.n": 0.9}
    f = np.logspace(7, 0, 50)
    z = impedance_from_circuit(frequency=f, circuit="p(R1,CPE1)-p(R2,CPE2)", parameters=truth)
    fit = fit_circuit(frequency=f, impedance=z, circuit="p(R1,CPE1)-p(R2,CPE2)")
    assert fit.value("R1") == pytest.approx(100.0, rel=1e-5)
    assert [arc.resistor for arc in arcs_of(fit)] == ["R1", "R2"]
    assert arcs_of(fit)[0].time_constant == pytest.approx((100.0 * 1e-9) ** (1 / 0.9), rel=1e-4)


def test_published_fit_of_lagp(reference: Callable[[str], dict[str, Any]], shared_data: Path) -> None:
    """Same data, same model: only the report's four digits may differ, in value and in error."""
    published = reference("impedance/lagp_example2b")
    (measured,) = formats.read(shared_data / "electrochemistry/eis" / published["data"].split(",")[0])
    f = measured.values("frequency")
    kept = f >= published["lowest_frequency"]
    z = measured.values("impedance_real") + 1j * measured.values("impedance_imaginary")
    fit = fit_circuit(frequency=f[kept], impedance=z[kept], circuit=published["circuit"])
    assert kept.sum() == 44
    for name, expected in published["parameters"].items():
        assert fit.value(name) == pytest.approx(expected["value"], rel=5e-4), name
        assert fit.std_of(name) == pytest.approx(expected["std"], rel=5e-3), name


def test_covariance_agrees_with_repetition() -> None:
    """The stated covariance of two overlapping arcs is that of 300 repeated measurements."""
    truth = {"R1": 1000.0, "CPE1.Q": 1e-9, "CPE1.n": 0.9, "R2": 800.0, "CPE2.Q": 2e-8, "CPE2.n": 0.9}
    truth |= {"CPE3.Q": 1e-5, "CPE3.n": 0.9}
    circuit = "p(R1,CPE1)-p(R2,CPE2)-CPE3"
    f = np.logspace(7, 0, 50)
    z = impedance_from_circuit(frequency=f, circuit=circuit, parameters=truth)
    rng = np.random.default_rng(3)
    fits = [
        fit_circuit(
            frequency=f,
            impedance=z + 0.002 * np.abs(z) * (rng.standard_normal(50) + 1j * rng.standard_normal(50)),
            circuit=circuit,
        )
        for _ in range(300)
    ]
    spread = np.cov([[fit.value("R1"), fit.value("R2")] for fit in fits], rowvar=False)
    where = [fits[0].circuit.index["R1"], fits[0].circuit.index["R2"]]
    stated = np.mean([fit.covariance[np.ix_(where, where)] for fit in fits], axis=0)
    np.testing.assert_allclose(stated, spread, rtol=0.25)
    sums = np.array([fit.sum_of("R1", "R2") for fit in fits])
    assert sums[:, 1].mean() == pytest.approx(sums[:, 0].std(ddof=1), rel=0.15)


def test_an_arc_beyond_the_frequency_range_is_not_identifiable() -> None:
    """Its apex lies at 16 GHz; the spectrum ends at 1 MHz."""
    truth = {"R1": 1e3, "C1": 1e-14, "R2": 5e3, "C2": 1e-8, "C3": 1e-5}
    f = np.logspace(6, 0, 43)
    z = impedance_from_circuit(frequency=f, circuit="p(R1,C1)-p(R2,C2)-C3", parameters=truth)
    rng = np.random.default_rng(5)
    z = z + 0.005 * np.abs(z) * (rng.standard_normal(43) + 1j * rng.standard_normal(43))
    first, second = arcs_of(fit_circuit(frequency=f, impedance=z, circuit="p(R1,C1)-p(R2,C2)-C3"))
    assert not first.identifiable
    assert second.identifiable


def test_too_few_points_are_refused() -> None:
    with pytest.raises(ScienceError, match="4 points cannot determine the 9 parameters"):
        fit_circuit(frequency=[1e3, 1e2, 10, 1], impedance=[1 - 1j] * 4, circuit=CIRCUIT)


@pytest.mark.parametrize("bad", [0.0, -5.0, np.nan])
def test_impossible_frequencies_are_refused(bad: float) -> None:
    with pytest.raises(ScienceError, match="must be positive"):
        fit_circuit(frequency=[1e3, 1e2, bad], impedance=[1 - 1j] * 3, circuit="R0")
