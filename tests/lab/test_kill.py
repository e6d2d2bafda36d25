"""``kill -9`` at any moment: the same command continues, and nothing is done twice or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kuralab.store import Catalogue, verify
from tests.lab.dummy import performed

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "lab" / "kill_run.py"


def _run(folder: Path, samples: int, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), str(samples), str(fatal)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=300,
    )


def _results(folder: Path) -> list[tuple[object, ...]]:
    """What a run came to: every step with its times, every measurement with its bytes."""
    catalogue = Catalogue(folder)
    (run,) = catalogue.runs()
    steps = [(s.step, s.state, s.instrument, s.started, s.finished) for s in catalogue.steps(run.run)]
    data = [(m.id, m.sample, m.raw_sha256, m.time) for m in catalogue.measurements(run=run.run)]
    return [(run.state,), *sorted(steps), *sorted(data)]


def _assert_as_if_undisturbed(folder: Path, undisturbed: Path) -> None:
    actions = performed(folder / "twins")
    assert len(set(actions)) == len(actions), "an action was performed twice"
    assert sorted(actions) == sorted(performed(undisturbed / "twins"))
    assert _results(folder) == _results(undisturbed)
    assert verify(folder).ok


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("undisturbed")
    run = _run(folder, 3, 0)
    assert run.stdout.startswith("finished"), run.stderr
    return folder, int(run.stdout.split()[1])


def test_killed_after_some_commits(undisturbed: tuple[Path, int], tmp_path: Path) -> None:
    """Every eighth commit here; every single one in the slow test."""
    folder, commits = undisturbed
    for fatal in range(1, commits, 8):
        _kill_and_continue(tmp_path / str(fatal), fatal, folder)


@pytest.mark.slow
def test_killed_after_every_commit(undisturbed: tuple[Path, int], tmp_path: Path) -> None:
    folder, commits = undisturbed
    for fatal in range(1, commits + 1):
        _kill_and_continue(tmp_path / str(fatal), fatal, folder)


def _kill_and_continue(folder: Path, fatal: int, undisturbed: Path) -> None:
    assert _run(folder, 3, fatal).returncode == -signal.SIGKILL
    again = _run(folder, 3, 0)
    assert again.stdout.startswith("finished"), again.stderr
    _assert_as_if_undisturbed(folder, undisturbed)


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    """Fifty kills at random times of runs of twelve samples, five in each."""
    undisturbed = tmp_path / "undisturbed"
    assert _run(undisturbed, 12, 0).stdout.startswith("finished")
    rng = np.random.default_rng(50)
    for number in range(10):
        folder = tmp_path / str(number)
        # Five kills, then it may finish: on a slow machine a short life gets nowhere.
        for _ in range(5):
            process = subprocess.Popen(
                [sys.executable, str(SCRIPT), str(folder), "12", "0"],
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            time.sleep(rng.uniform(0.4, 1.4))
            process.kill()
            process.wait()
        assert _run(folder, 12, 0).stdout.startswith("finished")
        _assert_as_if_undisturbed(folder, undisturbed)
