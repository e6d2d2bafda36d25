"""Voltages between gases: sign, published numbers, and transport numbers that come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.protonics import (
    TYPICAL,
    Gas,
    conduction,
    integrated,
    nernst_slope,
    transport_numbers,
    voltage,
    voltage_of,
    voltages_of,
)

DRY = 0.0061
WATERS = (0.0031, 0.0122, 0.0191, 0.0313)


def _gases(oxygen: tuple[tuple[float, float], ...] = ((0.21, 0.21),)) -> list[tuple[Gas, Gas]]:
    return [(Gas(DRY, one), Gas(water, two)) for water in WATERS for one, two in oxygen]


def test_slopes_and_a_voltage(reference: Callable[[str], dict[str, Any]]) -> None:
    known = reference("protonics/hydration")
    for kelvin, millivolt in known["nernst_slope"].items():
        assert 1e3 * nernst_slope(kelvin) == pytest.approx(millivolt, abs=5e-4)
    case = known["voltage"]
    E = voltage(
        temperature=case["temperature"],
        one=Gas(case["dry"], 0.21),
        two=Gas(case["wet"], 0.21),
        t_proton=1.0,
        t_oxide_ion=0.0,
    )
    assert abs(1e3 * E) == pytest.approx(case["millivolt"], abs=5e-3)
    # Electrode II is the wet one: with protons it is the negative one.
    assert E < 0.0


def test_oxide_ions_and_exchanged_electrodes() -> None:
    one, two = Gas(0.02, 1e-3), Gas(0.02, 0.21)
    E = voltage(temperature=1073.15, one=one, two=two, t_proton=0.0, t_oxide_ion=1.0)
    # More oxygen makes the positive electrode, by RT/4F ln(p/p).
    expected = 0.5 * nernst_slope(1073.15) * np.log(210.0)
    assert expected == pytest.approx(E, rel=1e-12)
    for t_proton, t_oxide_ion in ((0.7, 0.2), (1.0, 0.0)):
        there = voltage(temperature=900.0, one=one, two=two, t_proton=t_proton, t_oxide_ion=t_oxide_ion)
        back = voltage(temperature=900.0, one=two, two=one, t_proton=t_proton, t_oxide_ion=t_oxide_ion)
        assert there == pytest.approx(-back)


def test_the_local_form_with_constant_numbers_is_the_whole_form() -> None:
    one, two = Gas(0.006, 0.2), Gas(0.03, 0.05)
    whole = voltage(temperature=873.15, one=one, two=two, t_proton=0.8, t_oxide_ion=0.1)

    def constant(water: Any, oxygen: Any) -> tuple[Any, Any]:
        return np.full(water.shape, 0.8), np.full(oxygen.shape, 0.1)

    assert integrated(constant, temperature=873.15, one=one, two=two) == pytest.approx(whole, rel=1e-12)


def test_many_voltages_at_once_are_those_one_by_one() -> None:
    gases = _gases(((0.21, 0.2), (1e-4, 1e-2)))
    T = np.linspace(773.0, 973.0, len(gases))
    together = voltages_of(TYPICAL, temperature=T, gases=gases)

    def numbers(kelvin: float) -> Callable[[Any, Any], tuple[Any, Any]]:
        def local(water: Any, oxygen: Any) -> tuple[Any, Any]:
            found = conduction(TYPICAL, temperature=kelvin, water=water, oxygen=oxygen)
            return found.t_proton, found.t_oxide_ion

        return local

    for kelvin, (one, two), E in zip(T, gases, together, strict=True):
        assert voltage_of(TYPICAL, temperature=kelvin, one=one, two=two) == pytest.approx(E, abs=1e-15)
        local = integrated(numbers(kelvin), temperature=kelvin, one=one, two=two)
        assert local == pytest.approx(E, rel=1e-9)


def test_transport_numbers_come_back_with_both_pressures() -> None:
    gases = _gases(((0.21, 0.208), (0.21, 1e-2), (1e-2, 0.21)))
    E = [voltage(temperature=973.15, one=a, two=b, t_proton=0.7, t_oxide_ion=0.2) for a, b in gases]
    found = transport_numbers(E, [1e-4] * len(E), gases, temperature=973.15)
    assert found.t_proton == pytest.approx(0.7, abs=1e-9)
    assert found.t_oxide_ion == pytest.approx(0.2, abs=1e-9)
    assert found.offset == pytest.approx(0.0, abs=1e-9)
    assert found.curvature == pytest.approx(0.0, abs=1e-3)


def test_dilution_of_oxygen_is_no_error_of_the_proton_number() -> None:
    """Air over a saturator: the first term is kept, so t_H comes out right."""
    gases = [(Gas(DRY, 0.21 * (1 - DRY)), Gas(w, 0.21 * (1 - w))) for w in WATERS]
    E = [voltage(temperature=873.15, one=a, two=b, t_proton=1.0, t_oxide_ion=0.0) for a, b in gases]
    assert transport_numbers(E, [1e-4] * 4, gases, temperature=873.15).t_proton == pytest.approx(1.0)
    ignored = [(Gas(a.water, 0.2), Gas(b.water, 0.2)) for a, b in gases]
    wrong = transport_numbers(E, [1e-4] * 4, ignored, temperature=873.15)
    assert 0.003 < wrong.t_proton - 1.0 < 0.02


def test_an_offset_and_a_curve_are_seen() -> None:
    gases = _gases()
    E = np.array(
        [voltage(temperature=873.15, one=a, two=b, t_proton=0.9, t_oxide_ion=0.0) for a, b in gases]
    )
    std = np.full(4, 2e-4)
    shifted = transport_numbers(E + 0.003, std, gases, temperature=873.15)
    assert shifted.offset == pytest.approx(0.003)
    assert shifted.offset_std is not None
    assert shifted.offset_std < 5e-4
    assert shifted.t_proton == pytest.approx(0.9)
    bent = transport_numbers(
        E * (1.0 - 0.15 * np.log(np.array(WATERS) / DRY)), std, gases, temperature=873.15
    )
    assert bent.curvature is not None
    assert abs(bent.curvature) > 3.0


def test_one_gradient_tells_one_number() -> None:
    found = transport_numbers([-0.05], [2e-4], [(Gas(DRY, 0.2), Gas(0.0313, 0.2))], temperature=873.15)
    assert found.t_oxide_ion is None
    assert found.offset is None
    assert found.curvature is None
    assert found.t_proton == pytest.approx(0.05 / 0.06152, rel=1e-3)


def test_uncertainty_covers_the_truth() -> None:
    gases = _gases(((0.21, 0.209), (0.21, 0.02)))
    truth = np.array([0.85, 0.1])
    E = np.array(
        [voltage(temperature=873.15, one=a, two=b, t_proton=0.85, t_oxide_ion=0.1) for a, b in gases]
    )
    z = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        noisy = E + 3e-4 * rng.standard_normal(E.size)
        found = transport_numbers(noisy, np.full(E.size, 3e-4), gases, temperature=873.15)
        assert found.t_oxide_ion is not None
        values = np.array([found.t_proton, found.t_oxide_ion])
        z.append((values - truth) / np.sqrt(np.diag(found.covariance)))
    assert (np.abs(z) < 2.0).mean(axis=0) == pytest.approx(0.955, abs=0.035)


def test_bad_pressures_are_refused() -> None:
    with pytest.raises(ScienceError, match="above zero"):
        voltage(temperature=873.15, one=Gas(0.0, 0.2), two=Gas(0.02, 0.2), t_proton=1.0, t_oxide_ion=0.0)
    with pytest.raises(ScienceError, match="alike"):
        transport_numbers([0.0], [1e-4], [(Gas(0.02, 0.2), Gas(0.02, 0.1))], temperature=873.15)
    with pytest.raises(ScienceError, match="uncertainty"):
        transport_numbers([0.0], [0.0], [(Gas(0.02, 0.2), Gas(0.01, 0.2))], temperature=873.15)
