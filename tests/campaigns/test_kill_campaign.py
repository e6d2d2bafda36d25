"""``kill -9`` at any moment of a campaign: it goes on with the same decisions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kuralab.store import Catalogue, verify

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "campaigns" / "kill_campaign.py"


def _run(folder: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), str(fatal)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
    )


def _steps(folder: Path) -> list[tuple[object, ...]]:
    """When every step of every run was done, and by whom."""
    catalogue = Catalogue(folder)
    return sorted(
        (run.name, s.step, s.state, str(s.instrument), str(s.started), str(s.finished))
        for run in catalogue.runs()
        for s in catalogue.steps(run.run)
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    folder = tmp_path_factory.mktemp("undisturbed") / "lab"
    done = _run(folder, 0)
    assert done.returncode == 0, done.stderr
    commits, decisions = done.stdout.strip().split("\n")
    return folder, int(commits), decisions


def _kill_and_continue(folder: Path, undisturbed: tuple[Path, int, str], *fatal: int) -> None:
    for number in fatal:
        assert _run(folder, number).returncode == -signal.SIGKILL
    done = _run(folder, 0)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().split("\n")[1] == undisturbed[2]
    assert _steps(folder) == _steps(undisturbed[0])
    assert verify(folder).ok


def test_a_killed_campaign_decides_as_an_undisturbed_one(
    undisturbed: tuple[Path, int, str], tmp_path: Path
) -> None:
    """Killed twice in each life: early, and in the middle; every third commit in the slow test."""
    for fatal in (3, undisturbed[1] // 2):
        _kill_and_continue(tmp_path / str(fatal), undisturbed, fatal, 9)


@pytest.mark.slow
def test_killed_after_every_third_commit(undisturbed: tuple[Path, int, str], tmp_path: Path) -> None:
    for fatal in range(1, undisturbed[1] + 1, 3):
        _kill_and_continue(tmp_path / str(fatal), undisturbed, fatal)
