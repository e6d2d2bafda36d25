"""Materials of a library: made by a robot, real conductivities behind the spectra."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.formats import read
from kuralab.instruments import DriverError
from kuralab.instruments.twins import hidden_truth
from kuralab.instruments.twins._library import library
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._world import WORLD_FILE
from kuralab.model import Result
from kuralab.model.facility import Instrument
from kuralab.units import Quantity
from tests.instruments.bench import Bench, instrument

MakeBench = Callable[..., Bench]
FAST = {"library": "obelix", "failed_syntheses": 0.0}
INPUT = Quantity(value=1e11, unit="ohm")


def robot(**settings: object) -> Instrument:
    return instrument("robot-1", "synthesis_robot", "synthesise", capacity=8, settings=FAST | settings)


def analyser(**settings: object) -> Instrument:
    return instrument(
        "eis-1",
        "impedance_analyser",
        "impedance_spectrum",
        capacity=4,
        settings={"input_resistance": INPUT, "contact_loss_rate": 0.0} | settings,
    )


def make(lab: Bench, sample: str, entry: str) -> None:
    composition = str(library("obelix")[entry].composition)
    lab.perform(
        "robot-1", "synthesise", makes=(sample,), entry=entry, composition=composition, mass="0.3 g"
    )


def conductivity(lab: Bench, entry: str, folder: Path) -> tuple[float, float, Result]:
    """Truth of the material, truth of the pellet, and what the analysis of its spectrum says."""
    sample = f"run/{entry}"
    make(lab, sample, entry)
    pellet = lab.press(sample).values[sample]
    delivery = lab.perform(
        "eis-1", "impedance_spectrum", sample, temperature="25 degC", frequency_low="100 mHz"
    )
    name, content = delivery.files[sample]
    path = folder / name
    path.write_bytes(content)
    parameters = {key: pellet[key] for key in ("thickness", "diameter")}
    outcome = analyse_impedance(read(path), ImpedanceParameters.model_validate(parameters))
    (found,) = outcome.record.of("ionic_conductivity_25C")
    truth = hidden_truth(lab.folder)["samples"][sample]
    return library("obelix")[entry].material.conductivity, truth["conductivity"], found


def test_the_library_is_the_published_one() -> None:
    entries = library("obelix")
    sigma = np.array([entry.material.conductivity for entry in entries.values()])
    assert len(entries) == 599
    assert (sigma >= 0.0125).sum() == 6
    assert entries["ro9"].material.conductivity == 9.6e-12
    assert entries["47i"].material.conductivity == pytest.approx(1e-11), "published as < 1e-10"
    assert all(0.9 < entry.material.density < 8.0 for entry in entries.values())
    assert all(0.05 <= entry.material.activation_energy < 1.3 for entry in entries.values())


def check_recovery(lab: Bench, entries: list[str], folder: Path) -> None:
    """Bounds where the resistance is above 1 Gohm, else the truth within what is stated."""
    errors, scores = [], []
    for entry in entries:
        meant, true, found = conductivity(lab, entry, folder)
        assert abs(np.log(true / meant)) < 0.35, "a pellet scatters by 8 %"
        assert found.value is not None
        if "censored_below" in found.flags:
            assert true < 1.01 * found.value
            assert found.uncertainty is None
        else:
            assert found.uncertainty is not None
            errors.append(found.value / true - 1.0)
            scores.append((found.value - true) / found.uncertainty)
    # One chamber's thermocouple is off for all of them, which a slope of 0.4 eV stands for.
    assert np.abs(np.mean(errors)) < 2.5 * 0.043
    assert np.mean(np.abs(scores) < 1.96) > 0.95
    assert np.std(errors) < 0.02


def test_analysed_conductivities_are_the_real_ones(bench: MakeBench, tmp_path: Path) -> None:
    lab = bench(robot(), analyser())
    by_truth = sorted(library("obelix").items(), key=lambda item: item[1].material.conductivity)
    check_recovery(lab, [entry for entry, _ in by_truth[4::20]], tmp_path)


@pytest.mark.slow
def test_all_analysed_conductivities_are_the_real_ones(bench: MakeBench, tmp_path: Path) -> None:
    lab = bench(robot(), analyser())
    check_recovery(lab, list(library("obelix")), tmp_path)


def test_an_analyser_without_a_limit_measures_itself(bench: MakeBench, tmp_path: Path) -> None:
    """Behind 100 Gohm every insulator looks alike; only the limit in the file tells."""
    lab = bench(robot(), analyser())
    _, true, found = conductivity(lab, "7cr", tmp_path)
    assert true < 1e-17
    assert found.flags == ("censored_below",)
    text = next(tmp_path.glob("*.mpt")).read_text("latin-1")
    assert "Resistance limit : 1e+09 ohm" in text


def test_an_unknown_entry_or_another_formula_is_refused(bench: MakeBench) -> None:
    lab = bench(robot())
    driver = lab.drivers["robot-1"]
    given = {"mass": "0.3 g", "composition": "Li7BiO6"}
    assert not driver.check(lab.order("synthesise", makes=("r/a",), entry="jqc", **given))
    (unknown,) = driver.check(lab.order("synthesise", makes=("r/a",), entry="jqd", **given))
    assert "no entry of obelix" in unknown
    (other,) = driver.check(lab.order("synthesise", makes=("r/a",), entry="oi6", **given))
    assert other == "entry oi6 of obelix is Li7SbO6, not Li7BiO6"


def test_some_syntheses_fail_and_make_nothing(bench: MakeBench) -> None:
    lab = bench(robot(failed_syntheses=0.3))
    failed = 0
    for i in range(60):
        delivery = lab.perform(
            "robot-1", "synthesise", makes=(f"r/{i}",), entry="jqc", composition="Li7BiO6", mass="1 g"
        )
        if not delivery.succeeded:
            failed += 1
            assert delivery.message == "the synthesis of Li7BiO6 failed: other phases formed"
            with pytest.raises(DriverError, match="never made"):
                lab.press(f"r/{i}")
    assert 8 <= failed <= 30


def test_what_no_library_tells_is_not_done(bench: MakeBench) -> None:
    lab = bench(robot())
    make(lab, "r/a", "jqc")
    with pytest.raises(DriverError, match="what ball_mill does to r/a, entry jqc"):
        lab.perform("mill-1", "ball_mill", "r/a", speed="500 rpm", duration="20 h")
    lab.perform("box-1", "hold", "r/a", duration="1 h")


def test_a_world_written_before_there_were_libraries_is_read(bench: MakeBench) -> None:
    lab = bench()
    lab.pellet("r/a", "54Li3PS4-46LiI")
    world = lab.folder / WORLD_FILE
    before = hidden_truth(lab.folder)
    lines = [json.loads(line) for line in world.read_text("utf-8").splitlines()]
    for line in lines:
        for state in line["samples"].values():
            del state["material"]
    world.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert hidden_truth(lab.folder) == before
    again = bench(again=lab)
    again.perform("eis-1", "impedance_spectrum", "r/a", temperature="25 degC")


def test_a_material_survives_being_written(bench: MakeBench) -> None:
    lab = bench(robot())
    make(lab, "r/a", "jqc")
    state = hidden_truth(lab.folder)["samples"]["r/a"]
    assert TrueSample.from_json(json.loads(json.dumps(state))).material == (
        library("obelix")["jqc"].material
    )
