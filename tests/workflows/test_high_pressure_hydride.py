"""The search for a hydride: its second stage on twins, what it states, what it must not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kuralab.campaigns import Templates
from kuralab.clock import WallClock, keyed_generator
from kuralab.formats import candidate_space
from kuralab.lab.preflight import check
from kuralab.model import Facility, Result
from kuralab.store import Catalogue, Ledger
from kuralab.workflows import high_pressure_hydride as row
from kuralab.workflows._run_analysis import x_rays_alone
from kuralab.workflows.campaigns import evaluate_run
from kuralab.workflows.facilities import facility_named
from kuralab.workflows.runs import CarriedOut, carry_out

SEED = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hydrides")


@pytest.fixture(scope="module")
def second_stage(folder: Path) -> CarriedOut:
    """La2Ni3 at 6 GPa and 800 degC, with X-rays and neutrons, and isotherms of LaNi5."""
    return carry_out(row.protocol(), facility=row.facility(), lab_folder=folder, seed=SEED)


def results(run: CarriedOut, technique: str) -> list[Result]:
    return [
        result
        for finding in run.overview.findings
        if finding.outcome is not None and finding.outcome.record.technique == technique
        for result in finding.outcome.record.results
    ]


def one(found: list[Result], quantity: str, **conditions: str) -> Result:
    (result,) = [
        r
        for r in found
        if r.quantity == quantity and all(r.conditions.get(k) == v for k, v in conditions.items())
    ]
    return result


def test_the_second_stage_gives_the_cell_of_the_new_hydride(second_stage: CarriedOut) -> None:
    assert second_stage.summary.state.value == "finished"
    assert row.shows_the_hydride(second_stage)
    found = results(second_stage, "diffraction")
    for quantity, published in (("lattice_a", 4.50651), ("lattice_c", 8.69841)):
        result = one(found, quantity, phase="LaNi2D3.08")
        assert result.value == pytest.approx(published, rel=6e-4)
        assert "synthetic" in result.flags
    x = one(found, "atom_coordinate", phase="LaNi2D3.08", site="D1")
    assert x.value == pytest.approx(0.313, abs=0.01)


def test_x_rays_alone_do_not_place_deuterium(second_stage: CarriedOut, folder: Path) -> None:
    alone = x_rays_alone(folder, second_stage.summary.run)
    assert alone is not None
    x = one(list(alone.record.results), "atom_coordinate", phase="LaNi2D3.08", site="D1")
    assert x.value is None
    assert "not_identifiable" in x.flags


def test_isotherms_of_lani5_give_its_enthalpy(second_stage: CarriedOut) -> None:
    """-31.1 kJ/mol H2, and the book's capacity of 1.4 mass%."""
    found = results(second_stage, "pct")
    enthalpy = one(found, "enthalpy_absorption")
    assert enthalpy.value is not None
    assert enthalpy.uncertainty is not None
    assert abs(enthalpy.value + 31.1) < 3.0 * enthalpy.uncertainty
    assert one(found, "hydrogen_capacity").value == pytest.approx(1.4, abs=0.1)


def test_everything_is_stored_and_no_truth_is(second_stage: CarriedOut, folder: Path) -> None:
    stored = Catalogue(folder).results(run=second_stage.summary.run)
    assert {r.technique for r in stored} == {"phase_check", "diffraction", "pct"}
    again = evaluate_run(folder, second_stage.summary.run, synthetic=True)
    assert again.facts == (), "the same analysis stores nothing twice"
    with Ledger.open(folder, clock=WallClock(), writer=False) as ledger:
        said = " ".join(json.dumps(event.payload) for event in ledger.events())
    for hidden in ("microstrain", "foreign", "MgO", "LaNi2H3", "lanthanum"):
        assert hidden not in said


def test_beam_time_is_booked_within_its_shifts(second_stage: CarriedOut) -> None:
    (step,) = [s for s in second_stage.overview.steps if s.operation == "neutron_pattern"]
    assert step.started is not None
    assert step.finished is not None
    days = (step.finished - step.started).total_seconds() / 86400.0
    assert days > 21.0, "the queue"
    assert (step.started.astimezone().utctimetuple().tm_wday) in (0, 1, 2, 3)


def test_a_blow_out_is_a_recorded_failure(tmp_path: Path) -> None:
    found = carry_out(
        row.protocol(pressure="9 GPa"), facility=_bursting(), lab_folder=tmp_path, seed=SEED
    )
    assert found.summary.state.value == "failed"
    steps = {step.step: step for step in found.overview.steps}
    assert "blow-out at" in (steps["high_pressure_synthesis"].message or "")
    assert steps["neutron_pattern"].state == "cancelled", "no beam time for a lost sample"
    assert not row.shows_the_hydride(found)
    assert results(found, "pct"), "what did not need the press is measured all the same"


def _bursting() -> Facility:
    place = facility_named("high_pressure_hydride")
    instruments = tuple(
        i.model_copy(update={"settings": {"blow_out_rate": 1.0}})
        if i.driver == "multi_anvil_press"
        else i
        for i in place.instruments
    )
    return place.model_copy(update={"instruments": instruments})


def test_candidates_of_the_search_can_be_made_here() -> None:
    definition, place = row.definition(0), row.facility()
    points = candidate_space(definition).sample(6, keyed_generator(0, "test"))
    templates = Templates(definition)
    for i in range(len(points)):
        assert check(templates.protocol(points.point_of(i), 0), place).can_run
    asked = str(definition.protocol)
    assert "LaNi2" not in asked, "what is searched for is in no list that it is compared with"
    assert "structures: la_ni_d\n" in asked


@pytest.mark.slow
def test_the_search_ends_with_a_report(tmp_path: Path) -> None:
    """A minute or two: thirty syntheses, and neutrons for the best."""
    found = row.run_workflow(tmp_path / "lab", seed=0)
    assert found.confirmed is not None
    names = {path.name for path in found.write_report(tmp_path / "report")}
    assert {"report.html", "map.svg", "hydrogen.svg", "convergence.svg"} <= names
    text = " ".join(found.story())
    assert "Refined with X-rays and neutrons together" in text
    assert "X-rays alone do not place it" in text
