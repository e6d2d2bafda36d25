"""Other planners as subprocesses of .venv-peers, one thread each, within a time limit."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from benchmarks._planner_runs import Progress, Protocol, Trace, shuffled
from benchmarks._pools import PoolTable

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
NAMES = ("botorch", "baybe", "physbo", "optuna")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass
class Answers:
    """version: empty where the peer is not installed; note: why there are fewer answers than jobs."""

    version: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""


def asked(script: str, name: str, jobs: Iterable[dict[str, Any]], *, minutes: float) -> Answers:
    """A peer's answers to jobs, one after the other; the one that the limit interrupts is dropped."""
    if not PEER_PYTHON.exists():
        return Answers(note="there is no .venv-peers; run `make peers`")
    found = Answers()
    deadline = monotonic() + 60 * minutes
    with subprocess.Popen(
        [str(PEER_PYTHON), "-P", str(ROOT / "benchmarks" / script), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ONE_THREAD},
    ) as process:
        complaints = _Drain(process.stderr)
        limit = threading.Timer(60 * minutes, process.kill)
        limit.daemon = True
        limit.start()
        try:
            first = process.stdout.readline()
            if not first:
                return Answers(note=complaints.last() or "it did not start")
            found.version = json.loads(first)["version"]
            for job in jobs:
                if (answer := _answer(process, job)) is None:
                    late = monotonic() >= deadline
                    found.note = f"stopped at {minutes:g} minutes" if late else complaints.last()
                    break
                found.answers.append(answer)
        finally:
            limit.cancel()
            process.kill()
    return found


def peer_runs(
    name: str, pool: PoolTable, seeds: range, protocol: Protocol, *, minutes: float
) -> tuple[Answers, list[Trace]]:
    """As many seeds as the minutes allow.

    A peer always begins with the seed's random starts, also where kuralab designs its own.
    """
    progress = Progress(len(seeds))

    def jobs() -> Iterable[dict[str, Any]]:
        for seed in seeds:
            yield {
                "inputs": pool.scaled.tolist(),
                "gains": pool.gains.tolist(),
                "starts": shuffled(pool, seed)[: protocol.starts].tolist(),
                "budget": protocol.experiments(pool),
                "last": np.flatnonzero(pool.best).tolist(),
                "seed": seed,
            }
            progress.step(f"{name}, {pool.name}, seed {seed}")

    found = asked("_planner_peer.py", name, jobs(), minutes=minutes)
    traces = [
        Trace(name, a["seed"], tuple(a["order"]), tuple(a["cpu_seconds"]), failures=a["failures"])
        for a in found.answers
    ]
    return found, traces


def _answer(process: subprocess.Popen[str], job: dict[str, Any]) -> dict[str, Any] | None:
    try:
        process.stdin.write(json.dumps(job) + "\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    except BrokenPipeError:
        return None
    line = process.stdout.readline()  # type: ignore[union-attr]
    return json.loads(line) if line.endswith("\n") else None


class _Drain:
    """Reads what a process says on stderr, so that it never waits, and keeps the last lines."""

    def __init__(self, stream: Any) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: Any) -> None:
        for line in stream:
            self._lines = [*self._lines[-4:], line.strip()]

    def last(self) -> str:
        """The last line, once the process has ended or said nothing for a second."""
        self._thread.join(1.0)
        return next((line for line in reversed(self._lines) if line), "")
