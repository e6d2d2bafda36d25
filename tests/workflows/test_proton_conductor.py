"""The search for a dense proton conductor: its second stage, what it states and must not know."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kuralab.campaigns import Templates
from kuralab.clock import WallClock, keyed_generator
from kuralab.formats import candidate_space
from kuralab.instruments.twins import hidden_truth
from kuralab.lab.preflight import check
from kuralab.model import Facility, Result
from kuralab.store import Catalogue, Ledger
from kuralab.workflows import proton_conductor as row
from kuralab.workflows._proton_report import SampleBody, bodies_of, copper_figure
from kuralab.workflows.campaigns import evaluate_run
from kuralab.workflows.facilities import facility_named
from kuralab.workflows.runs import CarriedOut, carry_out

BODIES = (row.Body(0.0, 1650.0), row.Body(3.0, 900.0, tight=False), row.Body(3.0, 1250.0))
RATES = {
    "sinter_furnace": {"crack_rate": 0.0},
    "calciner": {"spill_rate": 0.0},
    "thermobalance": {"jump_rate": 0.0},
    "emf_rig": {"seal_rate": 0.0},
    "esr_spectrometer": {"detuned_rate": 0.0},
    "icp_ms": {"lost_rate": 0.0},
}


def facility(**changed: dict[str, float]) -> Facility:
    """The packaged one, on which nothing fails unless it is told to."""
    place = facility_named("proton_conductor")
    settings = {**RATES, **changed}
    instruments = tuple(
        i.model_copy(update={"settings": {**i.settings, **settings.get(i.driver, {})}})
        for i in place.instruments
    )
    return place.model_copy(update={"instruments": instruments})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ceramics")


@pytest.fixture(scope="module")
def second_stage(folder: Path) -> CarriedOut:
    return carry_out(row.protocol(BODIES), facility=facility(), lab_folder=folder, seed=3)


@pytest.fixture(scope="module")
def bodies(second_stage: CarriedOut) -> dict[str, SampleBody]:
    return {body.label: body for body in bodies_of([second_stage])}


def value(result: Result | None) -> float:
    assert result is not None
    assert result.value is not None
    assert "synthetic" in result.flags
    return result.value


def test_the_facility_can_do_both_stages() -> None:
    definition = row.definition(0)
    space, templates = candidate_space(definition), Templates(definition)
    found = space.sample(4, keyed_generator(0, "test"))
    for i in range(len(found)):
        assert check(templates.protocol(found.point_of(i), 0), row.facility()).problems == ()
    assert check(row.protocol(), row.facility()).problems == ()


def test_the_bodies_show_the_mechanism(second_stage: CarriedOut, bodies: dict[str, SampleBody]) -> None:
    assert second_stage.summary.state.value == "finished"
    bare, cold, hot = (bodies[body.label] for body in BODIES)
    densities = [value(b.result("dilatometry", "relative_density")) for b in (bare, cold, hot)]
    assert densities[0] > 92.0
    assert densities[1] < 56.0, "at 900 degC nothing densifies"
    assert densities[2] > 93.0
    barium = [
        value(b.result("composition", "site_stoichiometry", element_symbol="Ba"))
        for b in (bare, cold, hot)
    ]
    assert barium[0] == pytest.approx(1.0, abs=0.04)
    assert barium[1:] == pytest.approx([0.81, 0.81], abs=0.04), "book, ICP-MS"
    protons = [value(b.at("thermogravimetry", "proton_concentration", 500.0)) for b in (bare, hot)]
    assert 0.75 < protons[1] / protons[0] < 0.95, "slightly less uptake"
    numbers = [value(b.at("emf", "proton_transport_number", 700.0)) for b in (bare, hot)]
    assert numbers[1] < numbers[0] - 0.06
    assert "esr" not in bare.outcomes
    for body in (cold, hot):
        assert value(body.result("esr", "g_parallel")) == pytest.approx(2.245, abs=0.01)
        assert value(body.result("esr", "hyperfine_parallel")) == pytest.approx(540.0, abs=20.0)


def test_the_joint_fit_finds_what_the_twin_hides(
    second_stage: CarriedOut, bodies: dict[str, SampleBody], folder: Path
) -> None:
    hot = bodies["3 mol%, 1250 °C"]
    sample = next(f.sample.sample for f in second_stage.overview.findings if "T=1250" in f.sample.name)
    material = hidden_truth(folder / "twins")["samples"][sample]["material"]
    for quantity, key, factor in (
        ("hydration_enthalpy", "hydration_enthalpy", 1e-3),
        ("hydration_entropy", "hydration_entropy", 1.0),
    ):
        found = hot.result("proton_conduction", quantity)
        assert found is not None
        assert found.value is not None
        assert found.uncertainty is not None
        assert abs(found.value - factor * material[key]) < 4.0 * found.uncertainty


def test_with_copper_shrinkage_begins_hundreds_of_degrees_lower(bodies: dict[str, SampleBody]) -> None:
    aided = value(bodies["3 mol%, 1250 °C"].result("dilatometry", "onset_temperature"))
    bare = value(bodies["0 mol%, 1650 °C"].result("dilatometry", "onset_temperature"))
    assert 1000.0 < aided < 1150.0
    assert bare > aided + 300.0


def test_everything_is_stored_and_no_truth_is(second_stage: CarriedOut, folder: Path) -> None:
    stored = Catalogue(folder).results(run=second_stage.summary.run)
    assert {r.technique for r in stored} == {
        *("dilatometry", "composition", "thermogravimetry", "emf", "esr", "proton_conduction")
    }
    again = evaluate_run(folder, second_stage.summary.run, synthetic=True)
    assert again.facts == (), "the same analysis stores nothing twice"
    with Ledger.open(folder, clock=WallClock(), writer=False) as ledger:
        said = " ".join(json.dumps(event.payload) for event in ledger.events())
    for hidden in ("octahedral", "dissolved", "unreacted", "log_hole", "expelled", "wear"):
        assert hidden not in said


def test_a_parcel_leaves_within_its_hours_and_takes_five_days(second_stage: CarriedOut) -> None:
    for step in (s for s in second_stage.overview.steps if s.operation == "icp_ms"):
        assert step.started is not None
        assert step.finished is not None
        assert (step.finished - step.started).total_seconds() > 5 * 86400.0
        assert step.started.astimezone().utctimetuple().tm_wday < 5


def test_a_body_that_cracks_is_a_recorded_failure(tmp_path: Path) -> None:
    found = carry_out(
        row.protocol((row.Body(3.0, 1250.0),)),
        facility=facility(sinter_furnace={"crack_rate": 1.0}),
        lab_folder=tmp_path,
        seed=2,
    )
    steps = {step.operation: step for step in found.overview.steps}
    if steps["sinter"].state == "finished":  # at most half of them crack
        found = carry_out(
            row.protocol((row.Body(3.0, 1250.0),)),
            facility=facility(sinter_furnace={"crack_rate": 1.0}),
            lab_folder=tmp_path / "again",
            seed=5,
        )
        steps = {step.operation: step for step in found.overview.steps}
    assert found.summary.state.value == "failed"
    assert "cracked on heating" in (steps["sinter"].message or "")
    assert steps["emf_cell"].state == "cancelled", "nothing is measured of a lost body"
    assert bodies_of([found]) == ()


def test_a_porous_body_fails_at_the_cell_and_keeps_its_density(tmp_path: Path) -> None:
    found = carry_out(
        row.protocol((row.Body(0.0, 1300.0),)), facility=facility(), lab_folder=tmp_path, seed=2
    )
    assert found.summary.state.value == "failed"
    (body,) = bodies_of([found])
    assert value(body.result("dilatometry", "relative_density")) < 60.0
    assert "emf" not in body.outcomes
    messages = [s.message for s in found.overview.steps if s.state == "failed"]
    assert messages == ["the body is not gas-tight: no voltage was stable"]


def test_the_figure_holds_what_was_found(bodies: dict[str, SampleBody]) -> None:
    figure = copper_figure(list(bodies.values())).figure
    panels = figure.axes
    assert len(panels) == 4
    shown = np.concatenate([line.get_xdata() for line in panels[2].lines])
    assert set(np.round(shown.astype(float), 2)) == {0.0, 3.0}, "the porous body has no voltage"


@pytest.mark.slow
def test_the_whole_search_tells_its_story(tmp_path: Path) -> None:
    found = row.run_workflow(tmp_path / "lab", seed=0)
    assert found.candidate is not None
    assert found.confirmed is not None
    density = found.candidate.observed["relative_density"].value
    assert density is not None
    assert density > 92.0
    story = " ".join(found.story())
    assert "the same in both" in story
    assert "synthetic" in story
    paths = found.write_report(tmp_path / "report", language="ja")
    names = {path.name for path in paths}
    assert {"report.html", "map.svg", "copper.svg"} <= names
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "プロトン輸率" in page
    again = row.run_workflow(tmp_path / "lab", seed=0)
    assert again.candidate is not None
    assert again.candidate.run == found.candidate.run, "the same command shows the same search"
