"""An instrument that only writes files, in real time; and its patience, in virtual time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kuralab.clock import Clock, VirtualClock, WallClock
from kuralab.instruments import DriverError, Order, OrderedSample, Status
from kuralab.instruments.watch_folder import Patience, WatchFolder
from tests.instruments.bench import instrument

SHORT = Patience(settled=0.5, look_every=0.2, at_most=20.0)


def watcher(tmp_path: Path, clock: Clock, patience: Patience = SHORT) -> WatchFolder:
    watched = tmp_path / "instrument"
    watched.mkdir(exist_ok=True)
    return WatchFolder(
        instrument("eis", "watch_folder", "impedance_spectrum"),
        watched=watched,
        folder=tmp_path / "orders",
        clock=clock,
        pattern="*.mpt",
        patience=patience,
    )


def order(key: str = "r/eis/1", *samples: str) -> Order:
    return Order(key, "impedance_spectrum", {}, tuple(map(OrderedSample, samples or ("r/a",))))


def test_a_file_counts_when_it_has_stopped_growing(tmp_path: Path) -> None:
    clock = WallClock()
    driver = watcher(tmp_path, clock)
    folder = tmp_path / "instrument"
    (folder / "old.mpt").write_text("yesterday's")

    async def writes() -> None:
        (folder / "notes.txt").write_text("not a spectrum")
        for part in ("one\n", "two\n", "three\n"):
            with (folder / "new.mpt").open("a") as file:
                file.write(part)
            await asyncio.sleep(0.35)

    async def whole() -> float:
        await driver.start(order())
        assert await driver.status("r/eis/1") is Status.RUNNING
        begun = time.monotonic()
        await asyncio.gather(driver.wait("r/eis/1"), writes())
        return time.monotonic() - begun

    assert 1.1 < clock.run(whole()) < 5.0
    assert clock.run(driver.status("r/eis/1")) is Status.FINISHED
    (folder / "new.mpt").unlink()
    for _ in range(2):
        delivery = clock.run(driver.collect("r/eis/1"))
        assert delivery.files == {"r/a": ("new.mpt", b"one\ntwo\nthree\n")}


def test_a_file_that_is_written_again_is_new(tmp_path: Path) -> None:
    clock = WallClock()
    driver = watcher(tmp_path, clock)
    same = tmp_path / "instrument" / "same.mpt"
    same.write_text("before")
    clock.run(driver.start(order()))
    same.write_text("after it")
    clock.run(driver.wait("r/eis/1"))
    assert clock.run(driver.collect("r/eis/1")).files["r/a"] == ("same.mpt", b"after it")


def test_what_was_written_while_the_controller_was_dead_is_found(tmp_path: Path) -> None:
    clock = WallClock()
    clock.run(watcher(tmp_path, clock).start(order()))
    (tmp_path / "instrument" / "a.mpt").write_text("spectrum")
    after = watcher(tmp_path, clock)
    assert clock.run(after.status("r/eis/1")) is Status.RUNNING
    clock.run(after.start(order()))
    clock.run(after.wait("r/eis/1"))
    assert clock.run(after.collect("r/eis/1")).files["r/a"][1] == b"spectrum"


def test_patience_ends(tmp_path: Path) -> None:
    clock = VirtualClock(datetime(2026, 11, 1, tzinfo=UTC))
    driver = watcher(tmp_path, clock, Patience(settled=10.0, look_every=60.0, at_most=86400.0))
    clock.run(driver.start(order()))
    clock.run(driver.wait("r/eis/1"))
    assert clock.now() == datetime(2026, 11, 2, tzinfo=UTC)
    delivery = clock.run(driver.collect("r/eis/1"))
    assert (delivery.succeeded, delivery.message) == (False, "no new file has appeared")


def test_one_order_and_one_sample_at_a_time(tmp_path: Path) -> None:
    clock = WallClock()
    driver = watcher(tmp_path, clock)
    assert len(driver.check(order("k", "r/a", "r/b"))) == 1
    clock.run(driver.start(order()))
    with pytest.raises(DriverError, match="still waits for the file of order r/eis/1"):
        clock.run(driver.start(order("r/eis/2")))
    clock.run(driver.stop("r/eis/1"))
    assert clock.run(driver.status("r/eis/1")) is Status.FAILED
    clock.run(driver.start(order("r/eis/2")))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    clock = WallClock()
    driver = watcher(tmp_path, clock)
    (tmp_path / "instrument").rmdir()
    with pytest.raises(DriverError, match="is not there"):
        clock.run(driver.start(order()))
    assert clock.run(driver.status("r/eis/1")) is Status.NEVER_ARRIVED
