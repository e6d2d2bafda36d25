"""``kill -9`` of the command itself, on the real twins: as if nothing had happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kuralab.store import Catalogue, verify

PROTOCOL = """\
name: three glasses
air_sensitive: yes
steps:
  - for each x in [0, 25, 50]:
      - weigh: {composition: "{100-x}Li3PS4-{x}LiI", mass: 300 mg}
        makes: pellet
      - ball_mill: {speed: 500 rpm, duration: 20 h, balls: ZrO2}
      - press_pellet: {pressure: 360 MPa, diameter: 10 mm}
      - for each T in [25 degC, 60 degC, 95 degC]:
          - impedance_spectrum: {temperature: "{T}"}
"""


def _start(folder: Path, protocol: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kuralab", "run", str(protocol), "--lab", str(folder), "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"NO_COLOR": "1"}
    )


def _actions(folder: Path) -> Counter[str]:
    """How often each order was begun, by the twins' own logs."""
    return Counter(
        entry["key"]
        for path in (folder / "twins").glob("*.jsonl")
        for entry in map(json.loads, path.read_text("utf-8").splitlines())
        if "started" in entry
    )


def _came_to(folder: Path) -> list[object]:
    catalogue = Catalogue(folder)
    (run,) = catalogue.runs()
    return [
        run.state,
        [(s.step, s.state, s.instrument, s.started, s.finished) for s in catalogue.steps(run.run)],
        sorted((m.id, m.raw_sha256) for m in catalogue.measurements(run=run.run)),
        sorted(
            (r.id, r.quantity, str(r.conditions), r.value, r.uncertainty) for r in catalogue.results()
        ),
    ]


@pytest.mark.slow
def test_the_command_survives_kill_9_on_twins(tmp_path: Path) -> None:
    """Twelve kills at random moments, several in one run; the finished runs equal an undisturbed one."""
    protocol = tmp_path / "three.yaml"
    protocol.write_text(PROTOCOL, "utf-8")
    undisturbed = tmp_path / "undisturbed"
    assert _start(undisturbed, protocol).wait(120) == 0
    expected, actions = _came_to(undisturbed), _actions(undisturbed)
    assert actions
    assert set(actions.values()) == {1}
    rng = np.random.default_rng(12)
    for number in range(4):
        folder = tmp_path / f"lab {number}"
        # Three kills, then it may finish: the last stage alone can take longer than a short life.
        for _ in range(3):
            process = _start(folder, protocol)
            time.sleep(rng.uniform(0.8, 3.5))
            process.kill()
            process.wait()
        assert _start(folder, protocol).wait(120) == 0
        assert _came_to(folder) == expected
        assert _actions(folder) == actions
        assert verify(folder).ok
