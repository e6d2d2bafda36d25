"""Commands about a lab: run, answer, pause, data, ledger, workflow."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet
import pytest

from kuralab.cli import main
from kuralab.formats import read_protocol
from kuralab.lab import Lab
from kuralab.store import Fact, verify
from kuralab.workflows.facilities import default_facility

PROTOCOL = """\
name: small
title: Two glasses
air_sensitive: yes
steps:
  - for each x in [0, 40]:
      - weigh: {composition: "{100-x}Li3PS4-{x}LiI", mass: 1 g}
        makes: pellet
      - ball_mill: {speed: 500 rpm, duration: 20 h, balls: ZrO2}
      - press_pellet: {pressure: 360 MPa, diameter: 10 mm}
      - for each T in [25 degC, 60 degC]:
          - impedance_spectrum: {temperature: "{T}"}
"""
COLD = "name: cold\nsteps:\n  - weigh: {composition: Li3PS4, mass: 1 g}\n    makes: powder\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A lab in which the protocol has run, and what the command said."""
    folder = tmp_path_factory.mktemp("cli")
    protocol = folder / "small.yaml"
    protocol.write_text(PROTOCOL, "utf-8")
    words = ["run", str(protocol), "--lab", str(folder / "lab"), "-o", str(folder / "report")]
    assert main(words) == 0
    return SimpleNamespace(
        folder=folder / "lab", protocol=protocol, report=folder / "report", words=words
    )


Kuralab = Callable[..., Any]


def test_the_same_command_shows_the_ended_run(lab: SimpleNamespace, kuralab: Kuralab) -> None:
    events = verify(lab.folder).events
    done = kuralab(*lab.words, "--json", "--truth")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["run"]["state"] == "finished"
    assert [sample["varied"] for sample in found["samples"]] == [0, 40]
    assert found["waiting"] == []
    assert found["files"][0] == str(lab.report / "report.html")
    for sample in found["samples"]:
        truth = found["truth"][sample["sample"]]["conductivity"]
        (sigma,) = (
            result
            for result in sample["analysis"]["results"]
            if result["quantity"] == "ionic_conductivity_25C"
        )
        assert sigma["value"] == pytest.approx(truth, rel=0.5)
    assert verify(lab.folder).events == events
    assert "small: 10 steps" in done.err


def test_the_truth_shows_only_when_asked_for(lab: SimpleNamespace) -> None:
    stored = json.loads((lab.report / "results.json").read_text("utf-8"))
    assert "truth" not in stored
    assert "true" not in (lab.report / "report.html").read_text("utf-8").lower().split("<section>")[1]


def test_every_problem_is_listed_before_anything_begins(tmp_path: Path, kuralab: Kuralab) -> None:
    protocol = tmp_path / "hard.yaml"
    text = PROTOCOL.replace("360 MPa", "3.6 GPa").replace("500 rpm", "5000 rpm")
    protocol.write_text(text, "utf-8")
    done = kuralab("run", protocol, "--lab", tmp_path / "lab")
    assert done.code == 1
    assert "hard.yaml:8: " in done.err
    assert "hard.yaml:9: " in done.err
    assert not (tmp_path / "lab").exists()
    listed = json.loads(kuralab("run", protocol, "--lab", tmp_path / "lab", "--json").out)
    assert len(listed["problems"]) == 2
    assert listed["error"] == listed["problems"][0]
    assert set(listed["error"]) == {"file", "line", "field", "message", "hint"}


@pytest.mark.parametrize(
    ("text", "message"),
    [("name: a\nname: b\n", "name"), ("name: [\n", "bad.yaml"), (PROTOCOL + "colour: red\n", "colour")],
)
def test_a_file_that_cannot_be_understood_is_code_2(
    tmp_path: Path, kuralab: Kuralab, text: str, message: str
) -> None:
    protocol = tmp_path / "bad.yaml"
    protocol.write_text(text, "utf-8")
    done = kuralab("run", protocol, "--lab", tmp_path / "lab")
    assert done.code == 2
    assert message in done.err
    assert not (tmp_path / "lab").exists()


def test_open_parameters_are_set_by_name(tmp_path: Path, kuralab: Kuralab) -> None:
    done = kuralab("run", tmp_path / "none.yaml", "--set", "duration")
    assert done.code == 2
    assert "'duration' sets nothing" in done.err


def test_a_run_is_paused_resumed_and_cancelled(tmp_path: Path, kuralab: Kuralab) -> None:
    protocol, folder = tmp_path / "cold.yaml", tmp_path / "lab"
    protocol.write_text(COLD, "utf-8")
    with Lab.open(folder, facility=default_facility()) as opened:
        run = opened.submit(read_protocol(protocol))
    assert kuralab("pause", run, "--lab", folder).out == f"run {run}: paused\n"
    held = kuralab("run", protocol, "--lab", folder)
    assert held.code == 1
    assert "paused" in held.out
    assert json.loads(kuralab("resume", run, "--lab", folder, "--json").out)["state"] == "running"
    assert kuralab("answer", run, "weigh", "repeat", "--reason", "x", "--lab", folder).code == 2
    assert kuralab("cancel", run, "--lab", folder).out == f"run {run}: cancelled\n"
    again = kuralab("cancel", run, "--lab", folder)
    assert again.code == 2
    assert "has ended" in again.err
    unknown = kuralab("pause", "nonsense", "--lab", folder)
    assert unknown.code == 2
    assert "nonsense" in unknown.err
    assert kuralab("pause", run, "--lab", tmp_path / "nowhere").code == 2
    assert not (tmp_path / "nowhere").exists()


def test_a_held_step_is_shown_and_answered(tmp_path: Path, kuralab: Kuralab) -> None:
    """After a crash nobody can tell whether the powder was weighed: a person says."""
    protocol, folder = tmp_path / "cold.yaml", tmp_path / "lab"
    protocol.write_text(COLD, "utf-8")
    with Lab.open(folder, facility=default_facility()) as opened:
        run = opened.submit(read_protocol(protocol))
        of = {"run": run, "step": "weigh", "instrument": "balance-1", "order": "k-1", "attempt": 1}
        facts = [
            *(Fact("step.state", run, {**of, "state": state}) for state in ("started", "unknown")),
            Fact("step.asked", run, {"run": run, "step": "weigh", "question": "Did it happen?"}),
        ]
        opened.clock.run(opened.ledger.append(*facts))
    held = kuralab("run", protocol, "--lab", folder)
    assert held.code == 1
    assert "Did it happen?" in held.out
    assert f"kuralab answer {run} 'weigh'" in held.out
    (waiting,) = json.loads(kuralab("run", protocol, "--lab", folder, "--json").out)["waiting"]
    assert waiting == {"run": run, "step": "weigh", "question": "Did it happen?"}
    said = kuralab(
        *(
            "answer",
            run,
            "weigh",
            "repeat",
            "--reason",
            "the balance is empty",
            "--lab",
            folder,
            "--json",
        )
    )
    assert said.code == 0, said.err
    assert json.loads(said.out)["waiting"] == []
    done = kuralab("run", protocol, "--lab", folder)
    assert done.code == 0, done.out
    shown = kuralab("data", "show", run, "--lab", folder, "--json")
    assert json.loads(shown.out)["state"] == "finished"
    assert (folder / "reports" / run / "report.html").is_file()


def test_search_finds_by_everything(lab: SimpleNamespace, kuralab: Kuralab) -> None:
    def found(*words: str) -> tuple[int, int]:
        done = kuralab("data", "search", "--lab", lab.folder, "--json", *words)
        content = json.loads(done.out)
        counts = len(content["results"]), len(content["measurements"])
        assert done.code == (0 if sum(counts) else 1)
        return counts

    everything, measured = found()
    assert measured == 4
    sigma = ("--quantity", "ionic_conductivity_25C")
    assert found(*sigma) == (2, 0)
    assert found(*sigma, "--low", "1 S/cm") == (0, 0)
    assert found(*sigma, "--low", "1e-9", "--high", "1e6 mS/cm") == (2, 0)
    assert found(*sigma, "--sample", "pellet x=40") == (1, 0)
    assert found("--technique", "impedance_spectrum") == (0, 4)
    assert found("--composition", "LiI")[1] == 2
    assert found("--until", "2026-01-05") == (0, 0)
    assert found("--since", "2026-01-05", "--until", "2026-02-01T00:00+09:00")[0] == everything
    text = kuralab("data", "search", "--lab", lab.folder, *sigma)
    assert "60Li3PS4-40LiI" in text.out
    assert "2 results, 0 measurements" in text.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--quantity", "ionic_conductivity"], "Did you mean"),
        (["--low", "1"], "a value needs its quantity"),
        (["--quantity", "ionic_conductivity_25C", "--low", "3 g"], "mass"),
        (["--since", "yesterday"], "is no time"),
        (["--sample", "pelet x=40"], "Did you mean 'pellet x=40'?"),
    ],
)
def test_a_search_that_makes_no_sense_says_why(
    lab: SimpleNamespace, kuralab: Kuralab, words: list[str], message: str
) -> None:
    done = kuralab("data", "search", "--lab", lab.folder, *words)
    assert done.code == 2
    assert message in done.err


def test_show_knows_every_kind_of_record(lab: SimpleNamespace, kuralab: Kuralab) -> None:
    found = json.loads(kuralab("data", "search", "--lab", lab.folder, "--json").out)
    result, measurement = found["results"][0], found["measurements"][0]
    for identity, kind in (
        (result["id"], "result"),
        (measurement["id"], "measurement"),
        (measurement["sample"], "sample"),
        (measurement["run"], "run"),
    ):
        shown = json.loads(kuralab("data", "show", identity, "--lab", lab.folder, "--json").out)
        assert shown["kind"] == kind
        assert f"{kind} {identity}" in kuralab("data", "show", identity, "--lab", lab.folder).out
    details = json.loads(kuralab("data", "show", measurement["id"], "--lab", lab.folder, "--json").out)
    assert Path(details["raw_file"]).is_file()
    assert "frequency" in {column["name"] for column in details["columns"]}
    assert kuralab("data", "show", "nothing", "--lab", lab.folder).code == 2


def test_export_writes_what_a_search_finds(
    lab: SimpleNamespace, kuralab: Kuralab, tmp_path: Path
) -> None:
    files = tmp_path / "a.csv", tmp_path / "a.parquet"
    done = kuralab(
        *("data", "export", "--csv", files[0], "--parquet", files[1], "--lab", lab.folder),
        *("--quantity", "ionic_conductivity_25C"),
    )
    assert done.code == 0
    with files[0].open(encoding="utf-8", newline="") as file:
        values = [float(row["value"]) for row in csv.DictReader(file)]
    assert pyarrow.parquet.read_table(files[1])["value"].to_pylist() == values
    assert len(values) == 2
    none = kuralab("data", "export", "--csv", tmp_path / "b.csv", "--lab", lab.folder, "--run", "none")
    assert none.code == 1
    assert not (tmp_path / "b.csv").exists()
    assert kuralab("data", "export", "--lab", lab.folder).code == 2


def test_the_ledger_is_verified_and_rebuilt(lab: SimpleNamespace, kuralab: Kuralab) -> None:
    done = kuralab("ledger", "verify", "--lab", lab.folder)
    assert done.code == 0
    events = verify(lab.folder).events
    assert f"{events} events" in done.out
    rebuilt = json.loads(kuralab("ledger", "rebuild", "--lab", lab.folder, "--json").out)
    assert rebuilt["events"] == events
    connection = sqlite3.connect(lab.folder / "ledger.sqlite")
    (actor,) = connection.execute("SELECT actor FROM events WHERE sequence = 7").fetchone()
    connection.execute("UPDATE events SET actor = 'nobody' WHERE sequence = 7")
    connection.commit()
    changed = kuralab("ledger", "verify", "--lab", lab.folder)
    report = json.loads(kuralab("ledger", "verify", "--lab", lab.folder, "--json").out)
    connection.execute("UPDATE events SET actor = ? WHERE sequence = 7", (actor,))
    connection.commit()
    connection.close()
    assert changed.code == 1
    assert "event 7" in changed.err
    assert (report["ok"], report["first_bad"]) == (False, 7)


def test_workflows_are_listed_and_shown(kuralab: Kuralab) -> None:
    assert "solid_electrolyte" in kuralab("workflow", "list").out
    listed = json.loads(kuralab("workflow", "list", "--json").out)["workflows"]
    assert listed[0]["row"] == "B1"
    shown = kuralab("workflow", "show", "solid_electrolyte")
    assert "planetary mill" in shown.out
    assert "132 steps: 12 weigh" in shown.out
    wrong = kuralab("workflow", "run", "solid_electrolite")
    assert wrong.code == 2
    assert "Did you mean solid_electrolyte?" in wrong.err
