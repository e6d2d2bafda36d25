"""Search and export: what the lab did and found, by everything that one may ask for."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyarrow import parquet

from kuralab.errors import InputError
from kuralab.store import Catalogue, export_csv, export_parquet
from kuralab.units import Quantity
from tests.store.facts import PELLET, POWDER, RUN, START, conductivity, fact, step, story, write


def minute(number: float) -> datetime:
    """A time in the story."""
    return START + timedelta(minutes=number)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lab with the story of the tests."""
    folder = tmp_path_factory.mktemp("lab")
    write(folder, story())
    return folder


@pytest.fixture(scope="module")
def catalogue(lab: Path) -> Catalogue:
    """Its catalogue."""
    return Catalogue(lab)


def test_runs(catalogue: Catalogue) -> None:
    (run,) = catalogue.runs()
    assert run == catalogue.run(RUN)
    assert (run.name, run.seed, run.state, run.message) == (
        "one pellet",
        7,
        "cancelled",
        "by the operator",
    )
    assert (run.created, run.finished) == (minute(0), minute(11))
    with pytest.raises(InputError, match="no run 'nowhere'"):
        catalogue.run("nowhere")


def test_a_step_s_row_gathers_what_its_facts_said(catalogue: Catalogue) -> None:
    mill, press = catalogue.steps(RUN)
    assert (mill.step, mill.state, mill.message) == ("mill", "finished", "粉末 ready")
    assert (mill.operation, mill.instrument, mill.attempt) == ("ball_mill", "mill-1", 1)
    assert mill.order == f"{RUN}/mill/1"
    assert (mill.ready, mill.started, mill.finished) == (minute(2), minute(4), minute(5))
    assert (press.samples, press.state, press.finished) == ((PELLET,), "cancelled", minute(11))
    assert catalogue.steps("nowhere") == []


def test_a_step_tried_again_has_not_ended(tmp_path: Path) -> None:
    states = ["ready", "started", "unknown", "ready", "started"]
    write(tmp_path, [[step("mill", state, attempt=n // 3 + 1)] for n, state in enumerate(states)][:4])
    (mill,) = Catalogue(tmp_path).steps(RUN)
    assert (mill.ready, mill.started, mill.finished, mill.attempt) == (minute(3), None, None, 2)
    write(tmp_path, [[step("mill", "started")]])
    (mill,) = Catalogue(tmp_path).steps(RUN)
    assert (mill.state, mill.started, mill.finished, mill.attempt) == ("started", minute(0), None, 2)


def test_a_question_stands_until_it_is_answered_or_void(tmp_path: Path) -> None:
    asked = fact("step.asked", step="press", question="Did it close?")
    answered = fact("step.answered", step="press", answer="happened", actor="Sato", reason="seen")

    def question() -> str | None:
        return Catalogue(tmp_path).steps(RUN)[0].question

    for facts, standing in (
        ([step("press", "started")], None),
        ([asked, step("press", "unknown")], "Did it close?"),
        ([answered], None),
        ([step("press", "unknown"), asked], "Did it close?"),
        ([step("press", "cancelled")], None),
    ):
        write(tmp_path, [facts])
        assert question() == standing


def test_samples_have_place_parents_and_latest_values(catalogue: Catalogue) -> None:
    pellet, powder = sorted(catalogue.samples(RUN), key=lambda sample: sample.name)
    assert (powder.sample, powder.composition, powder.state) == (POWDER, "54Li3PS4-46LiI", "consumed")
    assert (powder.station, powder.atmosphere, powder.made_by) == ("press room", "dry air", "mill")
    assert (pellet.parents, pellet.state, pellet.created) == ((POWDER,), "present", minute(6))
    # The later value had no uncertainty: the earlier one's must not stay behind.
    assert pellet.values == {"thickness": Quantity(value=2.0, unit="mm")}
    assert catalogue.samples("another run") == []
    assert len(catalogue.samples()) == 2


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 1),
        ({"run": RUN, "sample": PELLET, "technique": "impedance"}, 1),
        ({"sample": POWDER}, 0),
        ({"since": minute(9), "until": minute(9)}, 1),
        ({"since": minute(9).astimezone(), "until": minute(10)}, 1),
        ({"since": minute(9.01)}, 0),
        ({"until": minute(8.99)}, 0),
    ],
)
def test_measurements_are_found(catalogue: Catalogue, wanted: dict[str, object], count: int) -> None:
    found = catalogue.measurements(**wanted)  # type: ignore[arg-type]
    assert [row.temperature for row in found] == [
        Quantity(value=25.0, uncertainty=0.5, unit="degC") for _ in range(count)
    ]


def test_a_time_without_a_zone_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match="needs a zone"):
        catalogue.measurements(since=datetime(2026, 11, 1))


@pytest.mark.parametrize(
    ("wanted", "identities"),
    [
        ({}, ["01", "02"]),
        ({"quantity": "ionic_conductivity_total", "low": 2e-3}, ["02"]),
        ({"quantity": "ionic_conductivity_total", "high": 2e-3}, ["01"]),
        ({"low": 1.9e-3, "high": 4.1e-3}, ["01", "02"]),
        ({"composition": "54Li3PS4-46LiI"}, ["01", "02"]),
        ({"composition": "LiI"}, ["01", "02"]),
        ({"composition": "LII"}, []),
        ({"composition": "%"}, []),
        ({"technique": "impedance", "sample": PELLET, "run": RUN}, ["01", "02"]),
        ({"technique": "arrhenius"}, []),
    ],
)
def test_results_are_found_whatever_their_unit(
    catalogue: Catalogue, wanted: dict[str, object], identities: list[str]
) -> None:
    """One result is in mS/cm, the other in S/cm; limits are in the registered unit, S/cm."""
    assert [row.id for row in catalogue.results(**wanted)] == identities  # type: ignore[arg-type]


def test_a_result_s_row_has_all_that_it_came_from(catalogue: Catalogue) -> None:
    row = catalogue.results(low=4e-3)[0]
    assert (row.value, row.uncertainty, row.unit) == (4.1e-3, 4.1e-3 / 20, "S/cm")
    assert (row.flags, row.method, row.inputs) == (("synthetic",), "p(R,CPE)-CPE", ("00000000000000aa",))
    assert row.conditions == {"temperature": Quantity(value=55.0, unit="degC"), "pressing": "cold"}
    assert row.time == minute(10)


def test_a_result_found_again_replaces_and_other_conditions_stand_beside(tmp_path: Path) -> None:
    first, again = conductivity("01", 1.0, unit="mS/cm"), conductivity("01", 1.2, unit="mS/cm")
    write(tmp_path, [[first], [again, conductivity("01", 3.0, unit="mS/cm", celsius=55.0)]])
    assert sorted(row.value or 0.0 for row in Catalogue(tmp_path).results()) == [1.2, 3.0]


def test_the_history_of_a_sample_is_all_that_names_it(catalogue: Catalogue) -> None:
    kinds = [event.kind for event in catalogue.sample_history(RUN, PELLET)]
    assert kinds == [
        "step.state",
        "sample.created",
        "sample.changed",
        "sample.changed",
        "measurement.stored",
        "result.stored",
        "result.stored",
    ]
    assert [event.kind for event in catalogue.sample_history(RUN, POWDER)] == [
        "sample.created",
        "sample.moved",
        "sample.changed",
        "sample.created",
    ]


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_as_csv(catalogue: Catalogue, tmp_path: Path) -> None:
    export_csv(catalogue.measurements(), tmp_path / "measurements.csv")
    (line,) = _lines(tmp_path / "measurements.csv")
    assert (line["temperature"], line["temperature_uncertainty"], line["temperature_unit"]) == (
        "25.0",
        "0.5",
        "degC",
    )
    assert line["time"] == "2026-11-01T09:09:00.000000+00:00"
    export_csv(catalogue.steps(RUN), tmp_path / "steps.csv")
    mill, press = _lines(tmp_path / "steps.csv")
    assert mill["message"] == "粉末 ready"
    assert (press["ready"], press["samples"]) == ("", f'["{PELLET}"]')
    export_csv([], tmp_path / "none.csv")
    assert (tmp_path / "none.csv").read_bytes() == b""


def test_rows_as_parquet(catalogue: Catalogue, tmp_path: Path) -> None:
    export_parquet(catalogue.results(), tmp_path / "results.parquet")
    table = parquet.read_table(tmp_path / "results.parquet")
    assert table.column("value").to_pylist() == [1.9, 4.1e-3]
    assert table.column("unit").to_pylist() == ["mS/cm", "S/cm"]
    assert table.column("time").to_pylist() == [minute(10).astimezone(UTC)] * 2
    export_parquet(catalogue.samples(), tmp_path / "samples.parquet")
    assert parquet.read_table(tmp_path / "samples.parquet").num_rows == 2


def test_the_store_is_light_until_it_is_used() -> None:
    """sqlalchemy comes with a ledger, pyarrow with a table."""
    script = (
        "import sys, kuralab.store; print([m for m in ('sqlalchemy', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
