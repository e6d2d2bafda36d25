"""From a protocol to stored results, on twins in virtual time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kuralab.clock import VirtualClock
from kuralab.formats import read_protocol
from kuralab.lab import Lab
from kuralab.model import Protocol, ProtocolBuilder
from kuralab.store import Catalogue, Fact, Ledger, Tables, verify
from kuralab.views import sample_lines
from kuralab.workflows import WORKFLOWS, solid_electrolyte, workflow_named
from kuralab.workflows._run_analysis import analyse_run
from kuralab.workflows.facilities import default_facility
from kuralab.workflows.runs import CarriedOut, carry_out, overview_of, request_of


def small_protocol() -> Protocol:
    """Two compositions, split once, two temperatures."""
    p = ProtocolBuilder("small", title="Two glasses", air_sensitive=True)
    for x in (0, 40):
        with p.repeat(x=x):
            p.weigh(f"{100 - x}Li3PS4-{x}LiI" if x else "Li3PS4", mass="1 g", makes="powder")
            p.ball_mill(speed="500 rpm", duration="20 h", balls="ZrO2")
            pellet, _ = p.split(makes=("pellet", "rest"))
            p.press_pellet(pellet, pressure="360 MPa", diameter="10 mm")
            for temperature in ("25 degC", "60 degC"):
                with p.repeat(T=temperature):
                    p.impedance_spectrum(pellet, temperature=temperature)
    return p.build()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def carried_out(folder: Path) -> CarriedOut:
    return carry_out(small_protocol(), facility=default_facility(), lab_folder=folder, seed=4)


def test_results_of_every_sample_are_in_the_store(carried_out: CarriedOut, folder: Path) -> None:
    rows = Catalogue(folder).results(quantity="ionic_conductivity_25C")
    assert {row.composition for row in rows} == {"Li3PS4", "60Li3PS4-40LiI"}
    for row in rows:
        assert row.value is not None
        assert 1e-5 < row.value < 1e-2
        assert row.uncertainty is not None
        assert "synthetic" in row.flags, "a twin measured it"
        assert row.technique == "arrhenius"
        measured = {m.id for m in Catalogue(folder).measurements(sample=row.sample)}
        assert set(row.inputs) == measured
        assert len(row.inputs) == 2
    assert verify(folder).ok


def test_the_same_request_stores_nothing_twice(carried_out: CarriedOut, folder: Path) -> None:
    events = verify(folder).events
    again = carry_out(small_protocol(), facility=default_facility(), lab_folder=folder, seed=4)
    assert again.summary.run == carried_out.summary.run
    assert verify(folder).events == events
    for one, other in zip(again.overview.findings, carried_out.overview.findings, strict=True):
        assert one.outcome is not None
        assert other.outcome is not None
        assert one.outcome.record == other.outcome.record


def test_the_overview_tells_the_whole_story(carried_out: CarriedOut) -> None:
    overview = carried_out.overview
    assert overview.variation is not None
    assert sorted(overview.variation.values.values()) == [0.0, 40.0]
    assert overview.run.state == "finished"
    assert [finding.sample.composition for finding in overview.drawn] == ["Li3PS4", "60Li3PS4-40LiI"]
    assert len(overview.measurements) == 4


def test_the_genealogy_goes_back_to_the_weighing(carried_out: CarriedOut) -> None:
    lineage = carried_out.overview.lineage
    assert lineage is not None
    assert [sample.name for sample in lineage.samples] == ["powder x=40", "pellet x=40"]
    done = [(act.operation, act.count) for act in lineage.acts if not act.moved]
    assert done == [
        ("weigh", 1),
        ("ball_mill", 1),
        ("split", 1),
        ("press_pellet", 1),
        ("impedance_spectrum", 2),
    ]
    assert [act.started for act in lineage.acts] == sorted(act.started for act in lineage.acts)
    weighed, *_, measured = (act for act in lineage.acts if not act.moved)
    assert (weighed.instrument, weighed.station) == ("balance-1", "glove box")
    assert weighed.details.startswith("60Li₃PS₄-40LiI, 1 g")
    assert measured.details == "25 °C – 60 °C"
    (pressed,) = (act for act in lineage.acts if act.operation == "press_pellet")
    assert "mm" in pressed.details.partition("→")[2], "the thickness that was found"
    assert {s.atmosphere for known in lineage.surroundings.values() for s in known} == {"argon"}


def test_a_request_can_be_read_back(carried_out: CarriedOut, folder: Path) -> None:
    protocol, facility = request_of(folder, carried_out.summary.run)
    assert protocol.digest() == small_protocol().digest()
    assert facility == default_facility()


def test_a_held_or_paused_run_is_analysed_but_not_stored(tmp_path: Path) -> None:
    """Results of a sample are final only when all of its steps have ended."""
    with Lab.open(tmp_path, facility=default_facility()) as lab:
        run = lab.submit(small_protocol())
        lab.pause(run)
        assert lab.summary(run).state.value == "paused"
    found = carry_out(small_protocol(), facility=default_facility(), lab_folder=tmp_path)
    assert found.summary.state.value == "paused"
    assert found.overview.findings == ()
    assert Catalogue(tmp_path).results() == []


def test_an_analysis_that_fails_is_a_result_that_says_why(
    carried_out: CarriedOut, folder: Path, tmp_path: Path
) -> None:
    """One spectrum of three points beside a good one: the others' results do not suffer."""
    source = Catalogue(folder)
    clock = VirtualClock(carried_out.overview.run.created)
    facts = [
        Fact(event.kind, event.stream, dict(event.payload))
        for event in Ledger.open(folder, clock=clock, writer=False).events()
        if event.kind != "result.stored"
    ]
    tables = Tables(tmp_path)
    spoilt = carried_out.overview.drawn[0].sample.sample
    with Ledger.open(tmp_path, clock=clock) as ledger:
        clock.run(ledger.append(*facts))
        for row in source.measurements():
            measurement = Tables(folder).read(row.id)
            if row.sample == spoilt:
                columns = tuple(
                    column.model_copy(update={"values": np.asarray(column.values[:3])})
                    for column in measurement.columns
                )
                measurement = measurement.model_copy(update={"columns": columns})
            tables.write(row.id, measurement)
        run = carried_out.summary.run
        analysis = analyse_run(tmp_path, run, synthetic=True)
        clock.run(ledger.append(*analysis.facts))
        assert analyse_run(tmp_path, run, synthetic=True).facts == ()
    bad, good = analysis.findings
    assert bad.outcome is None
    assert "3 points are too few" in bad.message
    assert good.outcome is not None
    (failed,) = Catalogue(tmp_path).results(sample=spoilt)
    assert failed.value is None
    assert failed.flags == ("not_identifiable",)
    assert "3 points are too few" in failed.method
    overview = overview_of(tmp_path, run, analysis.findings)
    assert len(overview.drawn) == 1


def test_the_packaged_protocol_is_the_example(checkout: Path) -> None:
    example = read_protocol(checkout / "examples" / "li3ps4-lii.yaml")
    assert solid_electrolyte.protocol().digest() == example.digest()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_workflow_says_what_it_does(name: str) -> None:
    workflow = workflow_named(name)
    heading, _, text = workflow.description().partition("\n\n")
    assert f"({workflow.row})" in heading
    assert len(text.split()) > 40
    english, japanese = workflow.introduction().split("\n\n")
    assert "\n" not in english
    assert any(ord(character) > 0x3000 for character in japanese)
    assert callable(workflow.load().run_workflow)
    assert workflow.load().protocol().steps


@pytest.mark.slow
def test_the_page_shows_what_the_workflow_finds(checkout: Path, tmp_path: Path) -> None:
    """Half a minute: all twelve compositions."""
    page = (checkout / "docs" / "workflows" / "solid_electrolyte.md").read_text("utf-8")
    found = solid_electrolyte.run_workflow(tmp_path)
    for line in sample_lines(found.overview):
        assert line.conductivity in page, "run the workflow again and copy its table"
        assert line.energy in page, "run the workflow again and copy its table"
