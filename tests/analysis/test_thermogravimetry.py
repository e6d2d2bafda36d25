"""Thermograms to protons and hydration: made ones with a known truth, and real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

import kuralab
from kuralab.analysis import Outcome
from kuralab.analysis.thermogravimetry import ThermogravimetryParameters, analyse_thermogravimetry
from kuralab.errors import InputError
from kuralab.model import Kind, Measurement, Result
from kuralab.science.protonics import mass_change_of, proton_content
from tests.analysis.protonics import FORMULA, WATER, blank, cell, measurement, thermogram


def _analysed(measurement: Measurement, **given: Any) -> Outcome:
    given = {"composition": FORMULA} | given
    return analyse_thermogravimetry([measurement], ThermogravimetryParameters.model_validate(given))


def _one(outcome: Outcome, quantity: str) -> Result:
    (found,) = outcome.record.of(quantity)
    return found


def _value(result: Result) -> float:
    assert result.value is not None
    return result.value


def test_protons_and_hydration_come_back() -> None:
    outcome = _analysed(thermogram())
    enthalpy, entropy = _one(outcome, "hydration_enthalpy"), _one(outcome, "hydration_entropy")
    assert enthalpy.uncertainty is not None
    assert abs(_value(enthalpy) + 93.0) < 3.0 * enthalpy.uncertainty < 5.0
    assert abs(_value(entropy) + 103.0) < 3.0 * (entropy.uncertainty or 0.0)
    assert enthalpy.flags == ()
    (entry,) = outcome.record.covariance
    first, second = (outcome.record.results[i] for i in entry.results)
    assert (first, second) == (enthalpy, entropy)
    correlation = entry.value / (enthalpy.uncertainty * (entropy.uncertainty or 0.0))
    assert 0.9 < correlation < 1.0
    protons = outcome.record.of("proton_concentration")
    assert len(protons) == 5
    assert _value(protons[-1]) == pytest.approx(0.1317, abs=0.004)


def test_coverage_over_many_seeds() -> None:
    """The enthalpy's deviation over its uncertainty, with 2 ug of noise and 5 ug of repeatability."""
    z = []
    for seed in range(25):
        rng = np.random.default_rng(1000 + seed)
        made = thermogram(seed=seed)
        # Each plateau off by the repeatability, the dry one too.
        steps = 0.005 * np.repeat(rng.standard_normal(60), made.n_rows // 60 + 1)[: made.n_rows]
        masses = next(c for c in made.columns if c.name == "mass")
        moved = masses.model_copy(update={"values": masses.values + steps})
        made = made.model_copy(
            update={"columns": tuple(moved if c.name == "mass" else c for c in made.columns)}
        )
        found = _one(_analysed(made), "hydration_enthalpy")
        z.append((_value(found) + 93.0) / (found.uncertainty or np.nan))
    assert np.abs(np.mean(z)) < 0.7
    assert (np.abs(z) < 2.0).mean() > 0.85


def test_a_blank_takes_buoyancy_away() -> None:
    heavy = thermogram(buoyancy=1200.0)
    with_blank = _analysed(heavy, baseline=blank(1200.0))
    without = _analysed(heavy)
    assert _value(_one(with_blank, "hydration_enthalpy")) == pytest.approx(-93.0, abs=2.5)
    assert abs(_value(_one(without, "hydration_enthalpy")) + 93.0) > 3.0
    assert [file.file for file in with_blank.record.input] == ["wet.csv", "blank.csv"]
    assert with_blank.record.parameters["baseline"] == "blank.csv"
    by_volume = _analysed(heavy, buoyancy_volume="1200 mm3", atmosphere="N2")
    assert _value(_one(by_volume, "hydration_enthalpy")) == pytest.approx(-93.0, abs=2.5)


def test_a_blank_of_another_programme_is_refused() -> None:
    with pytest.raises(InputError, match="another temperature programme") as raised:
        _analysed(thermogram(), baseline=blank(10.0, slower=1.2))
    assert raised.value.field == "baseline"
    with pytest.raises(InputError, match="no thermogram"):
        _analysed(thermogram(), baseline=cell())


def test_without_a_dry_reference_all_is_flagged() -> None:
    outcome = _analysed(thermogram(with_water=False), atmosphere="N2, H2O 0.0232 atm")
    assert all("outside_validity" in r.flags for r in outcome.record.results)
    assert any("No dry reference" in note for note in outcome.notes)


@pytest.mark.parametrize("reference", ["1000 degC", "130 min", "250.0 mg"])
def test_the_dry_reference_can_be_stated(reference: str) -> None:
    outcome = _analysed(
        thermogram(with_water=False), atmosphere="N2, H2O 0.0232 atm", dry_reference=reference
    )
    protons = outcome.record.of("proton_concentration")
    assert _value(protons[-1]) == pytest.approx(0.1317, abs=0.005)
    assert all("outside_validity" not in r.flags for r in protons)


def test_a_dry_reference_that_the_run_does_not_have() -> None:
    for reference, message in (
        ("1400 degC", "never at 1400"),
        ("900 min", "no points"),
        ("9 mg", "fit"),
    ):
        with pytest.raises(InputError, match=message):
            _analysed(thermogram(), dry_reference=reference)


def test_too_many_protons_are_doubted() -> None:
    outcome = _analysed(thermogram(extra=0.1))
    assert any("more protons than vacancies" in note for note in outcome.notes)
    assert "outside_validity" in _one(outcome, "hydration_enthalpy").flags


def test_few_temperatures() -> None:
    two = _one(_analysed(thermogram(steps=(800.0, 600.0))), "hydration_enthalpy")
    assert two.flags == ("few_points",)
    assert two.value == pytest.approx(-93.0, abs=6.0)
    one = _one(_analysed(thermogram(steps=(600.0,))), "hydration_enthalpy")
    assert one.value is None
    assert "not_identifiable" in one.flags


def test_temperatures_along_a_ramp() -> None:
    """Wet from 1000 degC downwards by 2 K/min."""
    minutes = np.arange(0.0, 300.0)
    T = 1273.15 - 2.0 * minutes
    h = proton_content(T, WATER, acceptor=0.2, enthalpy=-93.0e3, entropy=-103.0)
    mass = 250.0 * (1.0 + mass_change_of(h, dry_mass=302.455))
    columns = {"time": ("min", minutes), "temperature": ("K", T), "mass": ("mg", mass)}
    outcome = _analysed(
        measurement(Kind.THERMOGRAM, columns, "ramp.csv"),
        temperatures="850 degC, 650 degC",
        dry_reference="250 mg",
        atmosphere="N2, H2O 0.0232 atm",
    )
    expected = proton_content([1123.15, 923.15], WATER, acceptor=0.2, enthalpy=-93.0e3, entropy=-103.0)
    found = [_value(r) for r in outcome.record.of("proton_concentration")]
    assert found == pytest.approx(expected.tolist(), abs=1e-4)


def test_water_by_a_saturator_and_sums_of_gases() -> None:
    wet = _analysed(
        thermogram(with_water=False), atmosphere="N2, H2O 20 degC", dry_reference="1000 degC"
    )
    condition = wet.record.of("proton_concentration")[0].conditions["water_pressure"]
    assert str(condition) == "0.0231 atm"
    for wrong, message in (
        ("N2 0.9 atm, H2O 0.02 atm", "add up to 0.92 atm"),
        ("N2 99 %, H2O 3 %", "more than 1 atm|add up to 1.02"),
        ("H2O 0.02 atm", "name the carrier gas"),
        ("N2, Ar, H2O 0.02 atm", "how much"),
        ("N2, H2O 0.02", "unit|pressure"),
        ("N2, Xy 0.1 atm", "not known"),
        ("N2, H2O 150 degC", "liquid water"),
    ):
        with pytest.raises(ValidationError, match=message):
            ThermogravimetryParameters.model_validate({"atmosphere": wrong})


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("BaZrO3", "no acceptors"),
        ("BaZr0.9Y0.1O2.5", "oxygen of"),
        ("LiCoO2", "charge of Li"),
    ],
)
def test_formulas_that_take_up_no_water(formula: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        _analysed(thermogram(), composition=formula)


def test_a_real_run_and_its_blank(shared_data: Path) -> None:
    folder = shared_data / "tga"
    run = folder / "Douglas_Fir_STA_10K_250730_R13.ngb-ss3"
    outcome = kuralab.analyze(
        "thermogravimetry",
        run,
        baseline=folder / "Douglas_Fir_STA_Baseline_10K_250730_R13.ngb-bs3",
    )
    last = outcome.record.of("mass_change")[-1]
    # (-3.060 - 0.303) mg of 4.026 mg at the end of the run.
    assert last.value == pytest.approx(-83.5, abs=0.2)
    assert "outside_validity" in last.flags
    with pytest.raises(InputError, match="another temperature programme"):
        kuralab.analyze(
            "thermogravimetry",
            folder / "netzsch_example_file.txt",
            baseline=folder / "Douglas_Fir_STA_Baseline_10K_250730_R13.ngb-bs3",
        )


def test_a_real_text_export(shared_data: Path) -> None:
    outcome = kuralab.analyze("thermogravimetry", shared_data / "tga" / "netzsch_example_file.txt")
    found = _one(outcome, "mass_change")
    assert found.value == pytest.approx(19.43 - 99.86, abs=0.1)
    assert found.flags == ("outside_validity",)
