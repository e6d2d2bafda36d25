"""``kuralab campaign`` on twins, and the page about campaigns, whose examples it runs."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kuralab.cli import main
from kuralab.cli.campaign import campaign_path
from kuralab.formats import read_campaign
from kuralab.store import verify
from kuralab.workflows.campaigns import point_from_text

BLOCK = re.compile(r"```(?P<kind>\w+) ?(?P<name>\S*)\n(?P<text>(?:.*\n)*?)```")
PROTOCOL = """\
name: glass
air_sensitive: yes
values: {milling_time: 20 h}
steps:
  - weigh: {composition: open, mass: 300 mg}
    makes: pellet
  - ball_mill: {speed: 500 rpm, duration: "{milling_time}", balls: ZrO2}
  - press_pellet: {pressure: 360 MPa, diameter: 10 mm}
  - impedance_spectrum: {temperature: 25 degC}
"""
CAMPAIGN = """\
name: milling
title: Milling time of a glass
protocol: glass.yaml
space:
  composition: {components: [Li3PS4, LiI], step: 5 %, limits: {LiI: 10..50 %}}
  milling_time: 2 h..40 h
objectives:
  - {quantity: ionic_conductivity_25C, direction: maximise, scale: log, goal: 5e-4 S/cm}
  - {quantity: process_time, direction: minimise, goal: 100 h}
budget: {experiments: 7}
parallel: 3
planner: {starts: 4}
reference: {experiments: 6, seeds: 1}
"""
Kuralab = Callable[..., Any]


def _written(folder: Path, text: str = CAMPAIGN) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "glass.yaml").write_text(PROTOCOL, "utf-8")
    (folder / "milling.yaml").write_text(text, "utf-8")
    return folder / "milling.yaml"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A campaign that was carried out."""
    folder = tmp_path_factory.mktemp("campaign")
    words = ["campaign", str(_written(folder)), "--lab", str(folder / "lab")]
    assert main(words) == 0
    events = verify(folder / "lab").events
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*words, "--json"]) == 0
    assert verify(folder / "lab").events == events
    return SimpleNamespace(lab=folder / "lab", words=words, found=json.loads(out.getvalue()))


def test_the_same_command_shows_the_ended_campaign(done: SimpleNamespace) -> None:
    found = done.found
    assert found["ended"] == {"why": "experiments", "text": "the budget of 7 experiments is used"}
    assert [e["suggestion"]["number"] for e in found["experiments"]] == list(range(1, 8))
    assert found["spent"]["experiments"] == 7
    assert Path(found["files"][0]).is_file()


def test_json_holds_reasons_and_the_speed_account(done: SimpleNamespace) -> None:
    found = done.found
    planned = [e for e in found["experiments"] if e["suggestion"]["reason"]["how"] == "planned"]
    assert planned
    for experiment in planned:
        reason = experiment["suggestion"]["reason"]
        assert reason["data"]
        assert reason["model"]
        predicted = reason["predicted"]["ionic_conductivity_25C"]
        assert predicted["low_95"] < predicted["low_68"] < predicted["median"] < predicted["high_68"]
    speed = found["speed"]
    assert speed["ratio"] == pytest.approx(speed["references"][0]["days"] / speed["ours"]["days"])
    assert [f["name"] for f in speed["factors"]] == ["experiments", "hours", "lanes", "run_time"]
    assert found["front"]


def test_the_headline_comes_before_the_factors(done: SimpleNamespace, kuralab: Kuralab) -> None:
    out = kuralab(*done.words).out
    order = [
        out.index(text)
        for text in (
            ": reference ",
            "experiments needed",
            "operating hours",
            "parallel lanes",
            "run time",
            "not independent",
        )
    ]
    assert order == sorted(order)
    assert re.search(r"reference [\d.]+ days, ours [\d.]+ days: [\d.]+ times", out)


def test_a_log_has_one_line_for_each_experiment(tmp_path: Path, kuralab: Kuralab) -> None:
    words = ["campaign", _written(tmp_path), "--lab", tmp_path / "lab", "--no-reference"]
    lines = [line for line in kuralab(*words).err.splitlines() if line.startswith("milling #")]
    assert len(lines) == 7
    assert all("S/cm" in line for line in lines)
    again = kuralab(*words)
    assert not [line for line in again.err.splitlines() if line.startswith("milling #")]


def test_another_seed_is_another_campaign(done: SimpleNamespace, kuralab: Kuralab) -> None:
    other = json.loads(kuralab(*done.words, "--seed", "9", "--no-reference", "--json").out)
    assert done.found["campaign"] != other["campaign"]
    assert other["speed"] is None


def test_a_persons_experiment_is_done_beyond_the_budget(tmp_path: Path, kuralab: Kuralab) -> None:
    words = ["campaign", _written(tmp_path), "--lab", tmp_path / "lab", "--no-reference", "--json"]
    assert kuralab(*words).code == 0
    candidate = "composition=65Li3PS4-35LiI, milling_time=30 h"
    added = json.loads(kuralab(*words, "--add", candidate, "--reason", "to be sure").out)
    last = added["experiments"][-1]
    assert (last["suggestion"]["reason"]["how"], last["state"]) == ("added", "measured")
    assert last["suggestion"]["point"]["composition"] == {"Li3PS4": 0.65, "LiI": 0.35}
    assert last["label"] == "65Li3PS4-35LiI, milling_time 30 h"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--add", "milling_time=20 h"], "--add: a reason is missing"),
        (["--reason", "because"], "--reason: there is nothing to give a reason for"),
        (
            ["--pin", "milling=20 h", "--reason", "x"],
            "unknown variable 'milling'. Did you mean milling_time?",
        ),
        (["--pin", "milling_time=20 g", "--reason", "x"], "'20 g' is a mass"),
        (["--add", "milling_time", "--reason", "x"], "sets nothing"),
        (["--add", "milling_time=50 h, composition=65Li3PS4-35LiI", "--reason", "x"], "milling_time"),
        (
            ["--add", "milling_time=20 h, composition=65Li3PS4-35LiBr", "--reason", "x"],
            "unknown composition 'LiBr'",
        ),
        (["--add", "milling_time=20 h", "--reason", "x"], "composition"),
        (
            ["--pin", "milling_time=20 h, composition=65Li3PS4-35LiI", "--reason", "x"],
            "no place will be free",
        ),
        (["--veto", "3", "--reason", "x"], "experiment 3 is measured"),
        (["--veto", "99", "--reason", "x"], "there is no experiment 99"),
    ],
)
def test_words_that_cannot_be_followed(
    done: SimpleNamespace, kuralab: Kuralab, words: list[str], says: str
) -> None:
    events = verify(done.lab).events
    shown = kuralab(*done.words, *words)
    assert shown.code == 2
    assert says in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert verify(done.lab).events == events


def test_an_edited_ledger_is_refused_in_one_line(tmp_path: Path, kuralab: Kuralab) -> None:
    words = ["campaign", _written(tmp_path), "--lab", tmp_path / "lab", "--no-reference"]
    assert kuralab(*words).code == 0
    file = tmp_path / "lab" / "ledger.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            'UPDATE events SET payload = replace(payload, \'"message":""\', \'"message":"fine"\') '
            "WHERE kind = 'campaign.told'"
        )
        before = list(connection.iterdump())
    shown = kuralab(*words, "--json")
    assert shown.code == 2
    assert "is not as it was written" in json.loads(shown.out)["error"]["message"]
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert list(connection.iterdump()) == before


def test_a_lab_that_can_make_no_candidate_refuses(tmp_path: Path, kuralab: Kuralab) -> None:
    path = _written(tmp_path)
    (tmp_path / "glass.yaml").write_text(PROTOCOL.replace("500 rpm", "5000 rpm"), "utf-8")
    shown = kuralab("campaign", path, "--lab", tmp_path / "lab")
    assert shown.code == 1
    assert "5000 rpm" in shown.err
    assert not (tmp_path / "lab").exists()


def test_a_file_that_is_wrong_makes_no_lab(tmp_path: Path, kuralab: Kuralab) -> None:
    path = _written(tmp_path, CAMPAIGN.replace("maximise", "up").replace("milling_time: 2", "tim: 2"))
    shown = kuralab("campaign", path, "--lab", tmp_path / "lab")
    assert shown.code == 2
    assert "milling.yaml:6: space.tim: glass.yaml does not use it" in shown.err
    assert not (tmp_path / "lab").exists()
    missing = kuralab("campaign", "obelisk", "--lab", tmp_path / "lab")
    assert missing.code == 2
    assert "there is no such file" in missing.err


def test_a_candidate_of_a_pool_is_named_by_any_columns() -> None:
    from kuralab.workflows.campaign_files import campaign_file

    obelix = read_campaign(campaign_file("obelix"))
    assert point_from_text(obelix, "entry=jqc") == {"entry": "jqc"}
    assert point_from_text(obelix, "composition=Li7BiO6") == {"entry": "jqc"}


def test_a_folder_does_not_hide_a_packaged_campaign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("obelix").mkdir()
    assert campaign_path(Path("obelix")).name == "obelix.yaml"
    assert campaign_path(Path("mine.yaml")) == Path("mine.yaml")


def test_the_page(
    checkout: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Files are read, commands print what is shown, Python gives what the command found."""
    monkeypatch.chdir(tmp_path)
    kinds = []
    for block in BLOCK.finditer((checkout / "docs" / "campaigns.md").read_text("utf-8")):
        kinds.append(block["kind"])
        if block["kind"] == "yaml":
            Path(block["name"]).write_text(block["text"], "utf-8")
        elif block["kind"] == "python":
            names: dict[str, Any] = {}
            exec(block["text"], names)
            assert names["best"].state == "measured"
        elif block["kind"] == "console":
            command, *shown = block["text"].splitlines()
            capsys.readouterr()
            assert main(shlex.split(command)[2:]) == 0
            printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
            assert set(shown) - {"…"} <= set(printed)
    assert kinds == ["yaml", "yaml", "console", "console", "python"]


@pytest.mark.slow
def test_the_command_survives_kill_9_on_twins(tmp_path: Path) -> None:
    """Kills at random moments; the campaign comes to the same experiments and the same account."""

    def start(folder: Path) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "kuralab", "campaign", str(path), "--lab", str(folder), "--json"]
        return subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | {"NO_COLOR": "1"}
        )

    def came_to(process: subprocess.Popen[bytes]) -> dict[str, Any]:
        out, _ = process.communicate(timeout=300)
        assert process.returncode == 0
        found: dict[str, Any] = json.loads(out)
        del found["files"]
        return found

    path = _written(tmp_path)
    expected = came_to(start(tmp_path / "undisturbed"))
    rng = np.random.default_rng(4)
    for number in range(2):
        folder = tmp_path / f"lab {number}"
        for _ in range(3):
            process = start(folder)
            time.sleep(rng.uniform(1.5, 5.0))
            process.kill()
            process.communicate()
        assert came_to(start(folder)) == expected
        assert verify(folder).ok
