"""Cell voltages to transport numbers, with what speaks against them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from kuralab.analysis import Outcome
from kuralab.analysis.emf import EmfParameters, analyse_emf
from kuralab.errors import InputError
from kuralab.model import Kind, Measurement, Result
from kuralab.science.protonics import conduction
from tests.analysis.protonics import TRUTH, cell, measurement, thermogram

MIXED = ((0.21, 0.209), (0.21, 0.1), (0.1, 0.21))


def _analysed(*measurements: Measurement, **given: Any) -> Outcome:
    return analyse_emf(measurements, EmfParameters.model_validate(given))


def _proton(outcome: Outcome) -> list[Result]:
    return list(outcome.record.of("proton_transport_number"))


def test_transport_numbers_come_back() -> None:
    outcome = _analysed(cell(celsius=(400.0, 450.0), oxygen=MIXED))
    for found in _proton(outcome):
        kelvin = float(str(found.conditions["temperature"]).split()[0]) + 273.15
        truth = float(conduction(TRUTH, temperature=kelvin, water=0.0138, oxygen=0.18).t_proton)
        assert found.value == pytest.approx(truth, abs=3.0 * (found.uncertainty or 0.0) + 0.005)
    oxide = outcome.record.of("oxide_ion_transport_number")
    assert all(r.value is not None and r.uncertainty is not None for r in oxide)
    assert len(outcome.record.covariance) == 2
    assert _proton(outcome)[0].flags == ()
    assert outcome.record.models[0].adequate


def test_without_oxygen_gradients_oxide_ions_do_not_show() -> None:
    found = _analysed(cell(celsius=(500.0,))).record.of("oxide_ion_transport_number")[0]
    assert found.value is None
    assert found.flags == ("not_identifiable",)


def test_unknown_oxygen_is_flagged() -> None:
    outcome = _analysed(cell(celsius=(500.0,), oxygen=None))
    assert "model_inadequate" in _proton(outcome)[0].flags
    assert "Oxygen on both sides was taken as alike" in outcome.notes[0]
    told = _analysed(cell(celsius=(500.0,), oxygen=None), oxygen_one="0.21 atm", oxygen_two="0.21 atm")
    assert _proton(told)[0].flags == ()


def test_unequal_oxygen_that_cannot_be_told_apart() -> None:
    outcome = _analysed(cell(celsius=(500.0,), oxygen=((0.21, 0.05),), waters=(0.0313,)))
    found = _proton(outcome)[0]
    assert "model_inadequate" in found.flags
    assert "few_points" in found.flags
    assert "Oxygen pressures differ" in outcome.notes[0]


def test_polarised_electrodes_show_by_an_offset() -> None:
    outcome = _analysed(cell(celsius=(500.0,), oxygen=MIXED, offset=0.004))
    found = _proton(outcome)[0]
    assert "model_inadequate" in found.flags
    assert "offset of 3.8" in outcome.record.models[0].reason
    assert not outcome.record.models[0].adequate


def test_exchanged_leads_are_noticed() -> None:
    found = _proton(_analysed(cell(celsius=(500.0,), oxygen=MIXED, scale=-1.0)))[0]
    assert found.value is not None
    assert found.value < -0.9
    assert "outside_validity" in found.flags


def test_repeated_voltages_count_once() -> None:
    once = _proton(_analysed(cell(celsius=(500.0,))))[0]
    twice = _proton(_analysed(cell(celsius=(500.0,)), cell(celsius=(500.0,), seed=1)))[0]
    assert str(twice.conditions["gradients"]) == str(once.conditions["gradients"]) == "4"
    assert twice.input == (0, 1)


def test_options_stand_in_for_columns() -> None:
    bare = measurement(Kind.CELL_VOLTAGE, {"voltage": ("mV", [-50.1, -50.3])}, "bare.csv")
    outcome = _analysed(
        bare, temperature="600 degC", water_one="0 degC", water_two="25 degC", oxygen_one="0.21 atm",
        oxygen_two="0.21 atm",
    )  # fmt: skip
    expected = 0.0502 / (0.037621 * np.log(3.1699 / 0.6113))
    assert _proton(outcome)[0].value == pytest.approx(expected, rel=2e-3)
    for missing, field in (({}, "temperature"), ({"temperature": "600 degC"}, "water_one")):
        with pytest.raises(InputError) as raised:
            _analysed(bare, **missing)
        assert raised.value.field == field


def test_pressures_that_do_not_add_up() -> None:
    with pytest.raises(ValidationError, match=r"add up to 1\.1 atm"):
        EmfParameters.model_validate({"water_one": "0.1 atm", "oxygen_one": "1 atm"})
    with pytest.raises(InputError, match=r"more than the total pressure of 0\.1 atm"):
        _analysed(cell(), total="0.1 atm")
    bad = measurement(
        Kind.CELL_VOLTAGE,
        {"voltage": ("V", [0.1]), "temperature": ("degC", [600.0]), "water_one": ("atm", [0.0]),
         "water_two": ("atm", [0.02])},
        "bad.csv",
    )  # fmt: skip
    with pytest.raises(InputError, match="not above zero"):
        _analysed(bad)
    same = measurement(
        Kind.CELL_VOLTAGE,
        {"voltage": ("V", [0.1]), "temperature": ("degC", [600.0]), "water_one": ("atm", [0.02]),
         "water_two": ("atm", [0.02])},
        "same.csv",
    )  # fmt: skip
    with pytest.raises(InputError, match="alike"):
        _analysed(same)


def test_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="no voltages"):
        _analysed(thermogram())
