"""How many durable steps the lab carries out a second, against one commit per event in the same run.

    make peers
    .venv/bin/python benchmarks/lab.py [--folder DIR]

1. Ledger: 100 callers append the two events of a step (intent and end) and wait for the disk, against
   one caller who commits each event by itself. A step is two events.
2. Lab, real time: 100 runs of 50 steps in flight on 100 instruments that do nothing, with ledger,
   scheduler and executor; every step is claimed, started, finished and makes the next one ready.
3. Lab, virtual time: the same steps of one hour each on 50 instruments, simulated.
4. bluesky and jobflow from .venv-peers, which keep nothing durable.

The folder decides the disk; by default a temporary one beside this project.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from kuralab.clock import Clock, WallClock
from kuralab.instruments import Delivery, Order, Status
from kuralab.lab import Lab
from kuralab.model import (
    Atmosphere,
    Capability,
    Facility,
    Instrument,
    Link,
    Protocol,
    Station,
    Step,
)
from kuralab.store import Fact, Ledger
from kuralab.units import Quantity

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
CALLERS, STEPS = 100, 50
HOUR = Quantity(value=1.0, unit="h")


class Idle:
    """Does nothing, for as long as it is told."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds

    def estimate(self, order: Order) -> float:
        return self._seconds

    def check(self, order: Order) -> list[str]:
        return []

    async def start(self, order: Order) -> None:
        pass

    async def wait(self, key: str) -> None:
        if self._seconds:
            await self._clock.sleep(self._seconds)

    async def status(self, key: str) -> Status:
        return Status.FINISHED

    async def collect(self, key: str) -> Delivery:
        return Delivery(succeeded=True)

    async def stop(self, key: str) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        grouped, commits = ledger_rate(scratch / "grouped", callers=CALLERS, steps=100)
        single, _ = ledger_rate(scratch / "single", callers=1, steps=200)
        real = lab_rate(scratch / "real", instruments=100, seconds=0.0)
        virtual = lab_rate(scratch / "virtual", instruments=50, seconds=3600.0)
    rows = [
        ("ledger, 100 callers, group commit", grouped, f"{commits:.3f} commits per step"),
        ("ledger, one commit per event", single, "2 commits per step"),
        ("lab, real time, 100 runs in flight", real, "durable, whole stack"),
        ("lab, virtual time, 100 runs on 50 instruments", virtual, "durable, whole stack"),
    ]
    table = Table("what", "steps/s", "note")
    for what, rate, note in [*rows, *_peers()]:
        table.add_row(what, f"{rate:,.0f}", note)
    Console(width=110).print(table)
    bars = {
        f"ledger at least 20 times one commit per event: {grouped / single:.0f} times": grouped
        >= 20 * single,
        "ledger 20,000 durable steps/s (goal on a quiet disk)": grouped >= 20_000,
        "whole stack 10,000 simulated steps/s (goal)": virtual >= 10_000,
    }
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'MISSED'} {bar}")
    return 0


def ledger_rate(folder: Path, *, callers: int, steps: int) -> tuple[float, float]:
    """Durable steps (two events each) a second, and commits per step."""
    clock = WallClock()
    with Ledger.open(folder, clock=clock) as ledger:

        async def caller(number: int) -> None:
            run = f"run {number}"
            for step in range(steps):
                for state in ("started", "finished"):
                    payload = {"run": run, "step": f"step {step}", "state": state}
                    await ledger.append(Fact("step.state", run, payload))

        async def everybody() -> None:
            await asyncio.gather(*(caller(number) for number in range(callers)))

        began = perf_counter()
        clock.run(everybody())
        seconds = perf_counter() - began
        return callers * steps / seconds, ledger.commits / (callers * steps)


def lab_rate(folder: Path, *, instruments: int, seconds: float) -> float:
    """Steps a second of the whole stack; ``seconds`` of 0 is real time, else virtual."""
    facility = Facility(
        name="idle",
        stations=(Station(name="hall", atmosphere=Atmosphere.ARGON, positions=1),),
        instruments=tuple(
            Instrument(
                name=f"instrument {i}",
                station="hall",
                driver="no_op",
                capabilities=(Capability(operation="hold"),),
            )
            for i in range(instruments)
        ),
    )
    with Lab.open(
        folder,
        facility=facility,
        clock=None if seconds else WallClock(),
        drivers=lambda clock: {i.name: Idle(clock, seconds) for i in facility.instruments},
    ) as lab:
        runs = [lab.submit(_protocol(number)) for number in range(CALLERS)]
        began = perf_counter()
        lab.work(runs)
        return CALLERS * STEPS / (perf_counter() - began)


def _protocol(number: int) -> Protocol:
    steps = tuple(
        Step(
            key=f"hold {i}",
            operation="hold",
            parameters={"duration": HOUR},
            after=(Link(step=f"hold {i - 1}"),) if i else (),
        )
        for i in range(STEPS)
    )
    return Protocol(name=f"run {number}", steps=steps)


def _peers() -> list[tuple[str, float, str]]:
    if not PEER_PYTHON.exists():
        print("the peers are not installed: run `make peers` first", file=sys.stderr)
        return []
    command = [str(PEER_PYTHON), "-P", str(ROOT / "benchmarks" / "_lab_peers.py")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return [(a["peer"], a["count"] / a["seconds"], a["counted"]) for a in answers]


if __name__ == "__main__":
    sys.exit(main())
