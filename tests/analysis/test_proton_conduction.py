"""All data of one material together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kuralab.analysis import Outcome
from kuralab.analysis.proton_conduction import (
    ProtonConductionParameters,
    analyse_proton_conduction,
)
from kuralab.errors import InputError
from kuralab.model import Kind, Measurement, Result
from kuralab.science.protonics import conduction
from tests.analysis.protonics import FORMULA, TRUTH, cell, conductivities, measurement, thermogram

MIXED = ((0.21, 0.209), (0.21, 0.01))


def _analysed(*measurements: Measurement, **given: Any) -> Outcome:
    given = {"composition": FORMULA, "transport_at": "600 degC"} | given
    return analyse_proton_conduction(measurements, ProtonConductionParameters.model_validate(given))


def _within(found: Result, truth: float, sigmas: float = 3.0) -> bool:
    assert found.value is not None
    assert found.uncertainty is not None
    return abs(found.value - truth) < sigmas * found.uncertainty


def test_one_set_of_parameters_for_all() -> None:
    outcome = _analysed(thermogram(), cell(oxygen=MIXED), conductivities())
    record = outcome.record
    assert _within(record.of("hydration_enthalpy")[0], -93.0)
    assert _within(record.of("hydration_entropy")[0], -103.0)
    truth = conduction(TRUTH, temperature=873.15, water=0.02, oxygen=1e-4)
    assert _within(record.of("proton_transport_number")[0], float(truth.t_proton))
    assert _within(record.of("oxide_ion_transport_number")[0], float(truth.t_oxide_ion))
    assert all(r.flags == () for r in record.results)
    # Enthalpy, entropy and two numbers: every pair has its covariance.
    assert len(record.covariance) == 6
    assert record.models[0].adequate
    details = outcome.protonics
    assert details is not None
    assert details.shares is not None
    assert details.shares.numbers.sum(axis=1) == pytest.approx(np.ones(60))


@pytest.mark.parametrize("kinds", ["thermogram", "voltages", "conductivities"])
def test_each_kind_alone(kinds: str) -> None:
    made = {
        "thermogram": thermogram(),
        "voltages": cell(oxygen=MIXED),
        "conductivities": conductivities(),
    }[kinds]
    outcome = _analysed(made)
    numbers = outcome.record.of("proton_transport_number")
    if kinds == "thermogram":
        assert not numbers
        assert _within(outcome.record.of("hydration_enthalpy")[0], -93.0)
    else:
        truth = float(conduction(TRUTH, temperature=873.15, water=0.02, oxygen=1e-4).t_proton)
        assert numbers[0].value is None or _within(numbers[0], truth, 3.5)


def test_outside_the_temperatures_measured_is_extrapolated() -> None:
    outcome = _analysed(thermogram(), cell(oxygen=MIXED), conductivities(), transport_at="850 degC")
    assert "extrapolated" in outcome.record.of("proton_transport_number")[0].flags


def test_polarised_electrodes_contradict_the_rest() -> None:
    outcome = _analysed(thermogram(), cell(oxygen=MIXED, scale=0.85), conductivities())
    assert not outcome.record.models[0].adequate
    assert all("model_inadequate" in r.flags for r in outcome.record.results if r.value is not None)


def test_what_is_missing_is_asked_for() -> None:
    with pytest.raises(InputError, match="acceptor content"):
        _analysed(thermogram(), composition=None)
    with pytest.raises(InputError, match="oxygen pressures of both sides"):
        _analysed(thermogram(), cell(oxygen=None))
    bare = measurement(
        Kind.CONDUCTIVITY, {"temperature": ("degC", [600.0]), "conductivity": ("S/cm", [0.01])}, "s.csv"
    )
    with pytest.raises(InputError, match="water pressure is not known"):
        _analysed(bare)
    with pytest.raises(InputError, match="no thermogram, cell"):
        _analysed(measurement(Kind.COMPOSITION, {"amount": ("mol", [1.0])}, "c.csv"))
    with pytest.raises(InputError, match="cannot determine"):
        _analysed(cell(celsius=(600.0,), waters=(0.0313,)))
