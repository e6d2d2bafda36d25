"""A small laboratory of dummies: instruments that keep their own log of what they really did."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from kuralab.clock import Clock, keyed_generator
from kuralab.instruments import Delivery, Driver, DriverError, Order, Status
from kuralab.model import Atmosphere, Capability, Facility, Instrument, Link, Protocol, Station, Step
from kuralab.units import Quantity

MINUTES = {
    "weigh": 10.0,
    "ball_mill": 240.0,
    "press_pellet": 15.0,
    "impedance_spectrum": 30.0,
    "hold": 60.0,
}


def quantity(text: str) -> Quantity:
    return Quantity.parse(text)


class Dummy:
    """Takes its time, writes down what it does, delivers a spectrum where one is asked for.

    The log is on disk before ``start`` returns, as a real instrument goes on when its controller
    dies. ``trouble`` names what goes wrong: see the methods.
    """

    def __init__(self, name: str, *, clock: Clock, folder: Path, trouble: str = "") -> None:
        self._clock = clock
        self._path = folder / f"{name}.jsonl"
        self._trouble = trouble
        folder.mkdir(parents=True, exist_ok=True)
        self._orders: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                entry = json.loads(line)
                self._orders[entry["key"]] = entry

    def estimate(self, order: Order) -> float:
        return 60.0 * MINUTES.get(order.operation, 5.0)

    def check(self, order: Order) -> list[str]:
        return []

    async def start(self, order: Order) -> None:
        if self._trouble == "refuses":
            raise DriverError("the door is open")
        if self._trouble == "raises":
            raise ZeroDivisionError("division by zero")
        if order.key in self._orders:
            return
        entry = {
            "key": order.key,
            "operation": order.operation,
            "samples": [sample.identity for sample in order.samples],
            "ends": self._clock.now().timestamp() + self.estimate(order),
        }
        await self._clock.in_thread(self._write, entry)
        self._orders[order.key] = entry

    def _write(self, entry: dict[str, Any]) -> None:
        with self._path.open("a") as log:
            log.write(json.dumps(entry) + "\n")
            log.flush()
            os.fsync(log.fileno())

    async def wait(self, key: str) -> None:
        if self._trouble == "hangs":
            await self._clock.sleep(1e9)
        if self._trouble == "dies":
            await self._clock.sleep(60.0)
            raise ConnectionError("the line is dead")
        await self._clock.sleep(max(0.0, self._orders[key]["ends"] - self._clock.now().timestamp()))

    async def status(self, key: str) -> Status:
        if self._trouble in ("hangs", "dies", "forgets"):
            return Status.CANNOT_TELL
        if key not in self._orders:
            return Status.NEVER_ARRIVED
        ended = self._clock.now().timestamp() >= self._orders[key]["ends"] - 1e-6
        return Status.FINISHED if ended else Status.RUNNING

    async def collect(self, key: str) -> Delivery:
        if self._trouble == "garbage":
            return "nonsense"  # type: ignore[return-value]
        entry = self._orders[key]
        if self._trouble == "fails":
            return Delivery(succeeded=False, message="the jar broke")
        files, values = {}, {}
        for sample in entry["samples"]:
            if entry["operation"] == "impedance_spectrum":
                content = b"\x00" * 9 if self._trouble == "noise" else spectrum_file(sample)
                files[sample] = (f"{key}.csv", content)
            if entry["operation"] == "press_pellet":
                values[sample] = {
                    "thickness": quantity("1 mm +- 0.01 mm"),
                    "diameter": quantity("10 mm"),
                }
        return Delivery(succeeded=True, files=files, values=values)

    async def stop(self, key: str) -> None:
        if self._trouble == "hangs":
            raise ConnectionError("no answer")


def spectrum_file(sample: str) -> bytes:
    """A spectrum that depends on the sample alone."""
    rng = keyed_generator(7, sample)
    f = np.logspace(6, 0, 25)
    z = 100.0 * rng.uniform(1, 2) / (1 + 1j * f * 1e-4) + 1.0 / (2j * np.pi * f * 1e-6)
    rows = "\n".join(f"{a:.6g},{b.real:.6g},{b.imag:.6g}" for a, b in zip(f, z, strict=True))
    return f"frequency / Hz,Re Z / ohm,Im Z / ohm\n{rows}\n".encode()


def facility(**changes: Any) -> Facility:
    """One argon box with a mill of two jars, a press, an analyser of two channels."""

    def instrument(name: str, operation: str, **more: Any) -> Instrument:
        return Instrument(
            name=name,
            station="box",
            driver="no_op",
            capabilities=(Capability(operation=operation),),
            **more,
        )

    return Facility(
        name="dummies",
        stations=(Station(name="box", atmosphere=Atmosphere.ARGON, positions=200),),
        instruments=(
            instrument("balance", "weigh"),
            instrument("mill", "ball_mill", capacity=2),
            instrument("press", "press_pellet"),
            instrument("analyser", "impedance_spectrum", capacity=2, batch=True),
        ),
    ).model_copy(update=changes)


def protocol(samples: int = 3, *, name: str = "three samples") -> Protocol:
    """Weigh, mill, press, and measure at two temperatures."""
    steps: list[Step] = []
    for i in range(samples):
        powder = f"sample {i}"

        def step(
            operation: str,
            parameters: Mapping[str, Any],
            *,
            make: bool = False,
            after: str = "",
            tag: str = "",
        ) -> str:
            key = f"{operation} {i}{tag}"  # noqa: B023
            steps.append(
                Step(
                    key=key,
                    operation=operation,
                    parameters=dict(parameters),
                    samples=() if make else (powder,),  # noqa: B023
                    makes=(powder,) if make else (),  # noqa: B023
                    after=(Link(step=after),) if after else (),
                )
            )
            return key

        last = step("weigh", {"composition": "Li3PS4", "mass": quantity("1 g")}, make=True)
        last = step("ball_mill", {"speed": quantity("500 rpm"), "duration": quantity("4 h")}, after=last)
        last = step(
            "press_pellet", {"pressure": quantity("360 MPa"), "diameter": quantity("10 mm")}, after=last
        )
        for t in (25, 60):
            last = step(
                "impedance_spectrum", {"temperature": quantity(f"{t} degC")}, after=last, tag=f" {t}"
            )
    return Protocol(name=name, steps=tuple(steps))


def dummies(folder: Path, clock: Clock, trouble: Mapping[str, str] | None = None) -> dict[str, Driver]:
    """Drivers of the facility; ``trouble`` by instrument."""
    return {
        i.name: Dummy(i.name, clock=clock, folder=folder, trouble=(trouble or {}).get(i.name, ""))
        for i in facility().instruments
    }


def performed(folder: Path) -> list[tuple[str, str]]:
    """What the instruments really did: (instrument, order key) of every started action."""
    return [
        (path.stem, json.loads(line)["key"])
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]


def hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600.0
