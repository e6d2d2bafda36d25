"""The documented example against an object that plays its instrument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kuralab.clock import VirtualClock
from kuralab.formats import read
from kuralab.instruments import DriverError, Order, OrderedSample, Status
from kuralab.instruments.example_driver import SerialAnalyser
from kuralab.units import Quantity
from tests.instruments.bench import instrument

PS_100 = instrument("ps-100", "serial", "impedance_spectrum")
ORDER = Order(
    key="r/eis/1",
    operation="impedance_spectrum",
    parameters={"temperature": Quantity(value=298.15, unit="K")},
    samples=(OrderedSample("r/a"),),
)


class Played:
    """The instrument's end of the line."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.jobs: dict[str, tuple[datetime, str]] = {}
        self.heard: list[str] = []
        self.dead = False

    async def ask(self, line: str) -> str:
        if self.dead:
            raise TimeoutError("no answer within 5 s")
        self.heard.append(line)
        command, _, rest = line.partition(" ")
        job = rest.split(",")[0]
        if command == "JOB:START":
            if float(rest.split(",")[1]) > 150.0:
                return "ERR,too hot"
            self.jobs[job] = (self.clock.now() + timedelta(seconds=90), rest.split(",")[4])
            return "OK"
        if command == "JOB:STOP":
            self.jobs[job] = (datetime.max.replace(tzinfo=UTC), "")
            return "OK"
        if job not in self.jobs:
            return "NONE"
        ends, note = self.jobs[job]
        if ends.year == datetime.max.year:
            return "FAIL,stopped"
        if command == "JOB:NOTE?":
            return note
        if command == "JOB:DATA?":
            return ";".join(f"{10.0**k:g},{1e3 + k:g},{-(10.0 ** (6 - k)):g}" for k in range(6, -1, -1))
        return "DONE" if self.clock.now() >= ends else "RUN"


@pytest.fixture
def line() -> Played:
    return Played(VirtualClock(datetime(2026, 11, 1, tzinfo=UTC)))


def driver_on(line: Played) -> SerialAnalyser:
    return SerialAnalyser(PS_100, transport=line, clock=line.clock)


def test_a_spectrum_from_start_to_file(line: Played, tmp_path: Path) -> None:
    driver = driver_on(line)

    async def whole() -> None:
        assert await driver.status(ORDER.key) is Status.NEVER_ARRIVED
        await driver.start(ORDER)
        assert await driver.status(ORDER.key) is Status.RUNNING
        await driver.wait(ORDER.key)

    line.clock.run(whole())
    assert line.clock.now().minute == 1
    name, content = line.clock.run(driver.collect(ORDER.key)).files["r/a"]
    (tmp_path / name).write_bytes(content)
    (spectrum,) = read(tmp_path / name)
    assert spectrum.n_rows == 7
    assert any(",25,1e+06,1," in heard for heard in line.heard)


def test_a_new_process_asks_the_instrument(line: Played) -> None:
    line.clock.run(driver_on(line).start(ORDER))
    after = driver_on(line)
    line.clock.run(after.start(ORDER))
    assert sum(heard.startswith("JOB:START") for heard in line.heard) == 1
    line.clock.run(after.wait(ORDER.key))
    assert line.clock.run(after.status(ORDER.key)) is Status.FINISHED


def test_refusals_and_dead_lines_are_said(line: Played) -> None:
    driver = driver_on(line)
    hot = Order(
        "k", "impedance_spectrum", {"temperature": Quantity(value=200, unit="degC")}, ORDER.samples
    )
    with pytest.raises(DriverError, match="refused: too hot"):
        line.clock.run(driver.start(hot))
    assert len(driver.check(Order("k", "heat", {}, ()))) == 2
    line.dead = True
    with pytest.raises(DriverError, match="does not answer: no answer within 5 s"):
        line.clock.run(driver.status("k"))


def test_stopping_is_an_end_state(line: Played) -> None:
    driver = driver_on(line)
    line.clock.run(driver.start(ORDER))
    for _ in range(2):
        line.clock.run(driver.stop(ORDER.key))
    assert line.clock.run(driver.status(ORDER.key)) is Status.FAILED
    assert line.clock.run(driver.collect(ORDER.key)).message == "stopped"
