"""Errors that are common to a series are fitted and widen; they do not pass for a wrong model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.protonics import (
    CommonErrors,
    ConductivityData,
    Gas,
    UptakeData,
    VoltageData,
    conduction,
    conductor_with_copper,
    fit_jointly,
    fit_with_common_errors,
    proton_content,
    voltage_of,
)

TRUE = conductor_with_copper(0.01)
NONE = CommonErrors(water=0.0, temperature=0.0, voltage=0.0, formula=0.0, electrodes=0.0)
Data = dict[str, UptakeData | VoltageData | ConductivityData]


def data(*, wet: float = 1.0, rig: float = 0.0, offset: float = 0.0) -> Data:
    """Exact but for a saturator that is off by a factor, a thermometer (K) and an offset (V)."""
    hot = np.arange(573.15, 1174.0, 50.0)
    protons = proton_content(
        hot,
        0.02,
        acceptor=TRUE.acceptor,
        enthalpy=TRUE.hydration_enthalpy,
        entropy=TRUE.hydration_entropy,
    )
    stated = [
        (T, Gas(0.006, 1e-4), Gas(float(p), 1e-4))
        for T in (773.15, 873.15, 973.15)
        for p in (0.01, 0.02, 0.03)
    ]
    volts = [
        voltage_of(TRUE, temperature=T + rig, one=one, two=Gas(wet * two.water, two.oxygen)) + offset
        for T, one, two in stated
    ]
    T, water, oxygen = (
        part.ravel() for part in np.meshgrid(np.arange(673.15, 1074.0, 50.0), [0.006, 0.03], [1e-4, 0.2])
    )
    total = conduction(TRUE, temperature=T + rig, water=wet * water, oxygen=oxygen).total
    return {
        "uptake": UptakeData(
            hot, np.full(hot.size, 0.02), protons, np.full(hot.size, 7e-4), offset_std=6e-4
        ),
        "emf": VoltageData(
            np.array([row[0] for row in stated]),
            tuple((one, two) for _, one, two in stated),
            np.array(volts),
            np.full(len(volts), 1e-4),
        ),
        "conductivity": ConductivityData(
            T, water, oxygen, np.log(total), np.full(T.size, 0.01), common_std=0.03
        ),
    }


def numbers(material: object) -> np.ndarray:
    found = conduction(material, temperature=973.15, water=0.02, oxygen=1e-4)  # type: ignore[arg-type]
    return np.array([float(found.t_proton)])


def test_without_common_errors_it_is_the_joint_fit() -> None:
    plain = fit_jointly(TRUE, **data())  # type: ignore[arg-type]
    found = fit_with_common_errors(TRUE, errors=NONE, **data())  # type: ignore[arg-type]
    assert found.material == plain.material
    assert np.array_equal(found.covariance, plain.covariance)


def test_exact_data_give_the_truth_with_a_wider_uncertainty() -> None:
    plain = fit_jointly(TRUE, **data())  # type: ignore[arg-type]
    found = fit_with_common_errors(TRUE, errors=CommonErrors(), **data())  # type: ignore[arg-type]
    for name in found.names:
        assert getattr(found.material, name) == pytest.approx(getattr(TRUE, name), rel=1e-4)
        std, before = found.std(name), plain.std(name)
        assert std is not None
        assert before is not None
        assert std >= before
    of_found = found.propagated(numbers)[1][0, 0]
    assert of_found > 4.0 * plain.propagated(numbers)[1][0, 0]


@pytest.mark.parametrize(
    "wrong", [{"wet": 1.02}, {"wet": 0.98}, {"rig": 2.0}, {"rig": -2.0}, {"offset": 4e-4}]
)
def test_an_error_of_two_standard_uncertainties_is_seen_through(wrong: dict[str, float]) -> None:
    """The plain fit is many of its own uncertainties off, or rejects its model; this one is not."""
    start = replace(TRUE, log_hole=TRUE.log_hole + 0.5, proton_energy=TRUE.proton_energy + 2e3)
    found = fit_with_common_errors(start, errors=CommonErrors(), **data(**wrong))  # type: ignore[arg-type]
    plain = fit_jointly(start, **data(**wrong))  # type: ignore[arg-type]
    true = numbers(TRUE)[0]
    value, covariance = found.propagated(numbers)
    assert abs(value[0] - true) < 2.0 * np.sqrt(covariance[0, 0])
    assert not found.inadequate
    assert found.chi_squared < plain.chi_squared


def test_a_negative_uncertainty_is_refused() -> None:
    with pytest.raises(ScienceError, match="negative"):
        CommonErrors(water=-0.01)
