"""A small lab's facts, for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kuralab.clock import VirtualClock
from kuralab.store import Event, Fact, Ledger

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
RUN = "0a1b2c3d4e5f"
PELLET = f"{RUN}/pellet"
POWDER = f"{RUN}/powder"


def fact(kind: str, **payload: Any) -> Fact:
    """A fact of the test's run; payload keys that are Python words end in an underscore."""
    return Fact(kind, RUN, {"run": RUN, **payload})


def step(key: str, state: str, **more: Any) -> Fact:
    """A step's new state."""
    return fact("step.state", step=key, state=state, **more)


def millimetres(value: float) -> dict[str, Any]:
    """A length as JSON."""
    return {"value": value, "uncertainty": 0.01, "unit": "mm"}


def conductivity(identity: str, value: float, *, unit: str, celsius: float = 25.0) -> Fact:
    """A stored result."""
    return fact(
        "result.stored",
        sample=PELLET,
        id=identity,
        composition="54Li3PS4-46LiI",
        technique="impedance",
        result={
            "quantity": "ionic_conductivity_total",
            "value": value,
            "uncertainty": value / 20,
            "unit": unit,
            "flags": ["synthetic"],
            "method": "p(R,CPE)-CPE",
            "conditions": {"temperature": {"value": celsius, "unit": "degC"}, "pressing": "cold"},
        },
        inputs=["00000000000000aa"],
        software="kuralab 0.1.0",
    )


def story() -> list[list[Fact]]:
    """A run from its first to its last fact; the facts of one list are appended together."""
    raw = {"name": "pellet.mpt", "sha256": "ab" * 32, "size": 12}
    return [
        [fact("run.created", name="one pellet", protocol={"steps": []}, facility={}, seed=7)],
        [fact("run.state", state="running"), step("mill", "waiting", operation="ball_mill")],
        [step("mill", "ready"), step("press", "waiting", operation="press_pellet", samples=[PELLET])],
        [step("mill", "claimed", instrument="mill-1", order=f"{RUN}/mill/1", attempt=1)],
        [step("mill", "started")],
        [
            step("mill", "finished", message="粉末 ready"),
            fact(
                "sample.created",
                sample=POWDER,
                name="powder",
                composition="54Li3PS4-46LiI",
                form="powder",
                parents=[],
                made_by="mill",
                station="glove box",
                atmosphere="argon",
            ),
        ],
        [
            fact(
                "sample.moved",
                sample=POWDER,
                station="press room",
                atmosphere="dry air",
                through="argon",
            ),
            fact("sample.changed", sample=POWDER, state="consumed"),
            fact(
                "sample.created",
                sample=PELLET,
                name="pellet",
                form="pellet",
                parents=[POWDER],
                made_by="press",
            ),
            fact("sample.changed", sample=PELLET, values={"thickness": millimetres(2.1)}),
        ],
        [step("press", "started", attempt=1), step("press", "unknown", message="no answer")],
        [fact("step.asked", step="press", question="Did the press close?")],
        [
            fact("sample.changed", sample=PELLET, values={"thickness": {"value": 2.0, "unit": "mm"}}),
            fact(
                "measurement.stored",
                step="spectrum",
                sample=PELLET,
                id="00000000000000aa",
                technique="impedance",
                instrument="analyser-1",
                format="biologic_mpt",
                raw=raw,
                settings={},
                temperature={"value": 25.0, "uncertainty": 0.5, "unit": "degC"},
                rows=60,
                columns=[{"name": "frequency", "unit": "Hz"}],
            ),
        ],
        [conductivity("01", 1.9, unit="mS/cm"), conductivity("02", 4.1e-3, unit="S/cm", celsius=55.0)],
        [step("press", "cancelled"), fact("run.state", state="cancelled", message="by the operator")],
    ]


def write(folder: Path, groups: Iterable[Iterable[Fact]], *, pause: float = 60.0) -> list[Event]:
    """Append groups of facts to a lab, a minute apart, on a virtual clock."""
    clock = VirtualClock(START)
    written: list[Event] = []

    async def tell() -> None:
        for facts in groups:
            written.extend(await ledger.append(*facts))
            await clock.sleep(pause)

    with Ledger.open(folder, clock=clock) as ledger:
        clock.run(tell())
    return written
