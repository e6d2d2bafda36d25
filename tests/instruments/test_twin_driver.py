"""What every twin owes to the lab: it acts once, goes on alone, and remembers after a crash."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kuralab.clock import WallClock
from kuralab.errors import InputError
from kuralab.instruments import DriverError, Order, OrderedSample, Status
from kuralab.instruments.twins import hidden_truth, twin_drivers
from kuralab.model.facility import Capability, Range
from kuralab.units import Quantity
from tests.instruments.bench import START, Bench, instrument, small_facility

MakeBench = Callable[..., Bench]

STARTS_AND_DIES = """
import os, pathlib, sys
from kuralab.clock import WallClock
from kuralab.instruments import Order, OrderedSample
from kuralab.instruments.twins import twin_drivers
from kuralab.units import Quantity
from tests.instruments.bench import small_facility

clock = WallClock()
drivers = twin_drivers(small_facility(), folder=pathlib.Path(sys.argv[1]), clock=clock, seed=1)
short = {"duration": Quantity(value=1.5, unit="s")}
clock.run(drivers["any-1"].start(Order("k", "hold", short, (OrderedSample("r/a"),))))
os.kill(os.getpid(), 9)
"""


def lines_of(bench: Bench, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (bench.folder / f"{name}.jsonl").read_text().splitlines()]


def started(bench: Bench, name: str) -> list[str]:
    return [line["key"] for line in lines_of(bench, name) if "started" in line]


async def pause(bench: Bench, hours: float) -> None:
    await bench.clock.sleep(3600.0 * hours)


def test_asking_twice_acts_once(bench: MakeBench) -> None:
    lab = bench()
    lab.weigh("r/a", "Li3PS4")
    lab.weigh("r/a", "Li3PS4")
    assert started(lab, "box-1") == ["weigh/r/a/Li3PS4/0.2 g"]


def test_time_passes_on_the_clock(bench: MakeBench) -> None:
    lab = bench()
    lab.weigh("r/a", "Li3PS4")
    before = lab.clock.now()
    lab.perform("mill-1", "ball_mill", "r/a", speed="500 rpm", duration="20 h")
    assert lab.clock.now() - before == timedelta(hours=30)


def test_an_order_goes_on_while_nobody_listens(bench: MakeBench) -> None:
    """A process starts a milling and dies; the next one finds it running, and nothing is repeated."""
    lab, quiet = bench(), bench()
    for one in (lab, quiet):
        one.weigh("r/a", "54Li3PS4-46LiI")
    order = lab.order("ball_mill", "r/a", speed="500 rpm", duration="20 h")

    async def begin() -> None:
        await lab.drivers["mill-1"].start(order)
        await pause(lab, 1.0)

    lab.clock.run(begin())
    after = bench(again=lab)
    mill = after.drivers["mill-1"]

    async def take_up() -> None:
        assert await mill.status(order.key) is Status.RUNNING
        with pytest.raises(DriverError, match="at it until"):
            await mill.collect(order.key)
        await mill.start(order)
        await mill.wait(order.key)
        assert await mill.status(order.key) is Status.FINISHED

    after.clock.run(take_up())
    quiet.perform("mill-1", "ball_mill", "r/a", speed="500 rpm", duration="20 h")
    assert after.clock.now() == quiet.clock.now()
    assert started(after, "mill-1") == [order.key]
    assert hidden_truth(after.folder) == hidden_truth(quiet.folder)


def test_what_ended_meanwhile_has_ended_at_its_time(bench: MakeBench) -> None:
    lab = bench()
    lab.weigh("r/a", "Li3PS4")
    order = lab.order("ball_mill", "r/a", speed="500 rpm", duration="20 h")
    lab.clock.run(lab.drivers["mill-1"].start(order))
    ends = lab.clock.now() + timedelta(hours=30)
    lab.clock.run(pause(lab, 100.0))
    after = bench(again=lab)
    assert after.clock.run(after.drivers["mill-1"].status(order.key)) is Status.FINISHED
    assert lines_of(after, "mill-1")[-1]["ended"] == ends.isoformat()


def test_a_death_between_world_and_log_changes_nothing_twice(bench: MakeBench) -> None:
    lab = bench()
    delivered = lab.pellet("r/a", "54Li3PS4-46LiI")
    key = started(lab, "press-1")[0]
    truth = hidden_truth(lab.folder)
    log = lab.folder / "press-1.jsonl"
    log.write_text(log.read_text().splitlines(keepends=True)[0])
    after = bench(again=lab)
    assert after.clock.run(after.drivers["press-1"].status(key)) is Status.FINISHED
    assert after.clock.run(after.drivers["press-1"].collect(key)) == delivered
    assert hidden_truth(after.folder) == truth


def test_a_torn_last_line_is_cut_off(bench: MakeBench) -> None:
    lab = bench()
    lab.weigh("r/a", "Li3PS4")
    log = lab.folder / "box-1.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"key": "weigh/r/b", "op')
    after = bench(again=lab)
    assert log.read_bytes() == whole
    assert after.clock.run(after.drivers["box-1"].status("weigh/r/b")) is Status.NEVER_ARRIVED


def test_a_log_that_was_changed_by_hand_is_refused(bench: MakeBench) -> None:
    lab = bench()
    lab.weigh("r/a", "Li3PS4")
    log = lab.folder / "box-1.jsonl"
    log.write_bytes(b"nonsense\n" + log.read_bytes())
    with pytest.raises(InputError, match=r"box-1\.jsonl:1: .* no JSON"):
        bench(again=lab)


def test_a_killed_process_leaves_its_instrument_running(tmp_path: Path) -> None:
    """kill -9 in real time: the order was accepted, the process is gone, the result is collected."""
    killed = subprocess.run(
        [sys.executable, "-c", STARTS_AND_DIES, tmp_path], cwd=Path(__file__).parents[2], check=False
    )
    assert killed.returncode == -9
    clock = WallClock()
    twin = twin_drivers(small_facility(), folder=tmp_path, clock=clock, seed=1)["any-1"]

    async def take_up() -> list[Status]:
        seen = [await twin.status("k")]
        await twin.wait("k")
        return [*seen, await twin.status("k")]

    assert clock.run(take_up()) == [Status.RUNNING, Status.FINISHED]
    assert (tmp_path / "any-1.jsonl").read_text().count('"started"') == 1


def test_a_stop_ends_an_order_and_wakes_who_waits(bench: MakeBench) -> None:
    lab, whole = bench(), bench()
    for one in (lab, whole):
        one.weigh("r/a", "Li3PS4")
    whole.perform("mill-1", "ball_mill", "r/a", speed="500 rpm", duration="20 h")
    mill = lab.drivers["mill-1"]
    order = lab.order("ball_mill", "r/a", speed="500 rpm", duration="20 h")

    async def stopped() -> None:
        await mill.start(order)
        waiting = asyncio.ensure_future(mill.wait(order.key))
        await pause(lab, 3.0)
        await mill.stop(order.key)
        await waiting
        await mill.stop(order.key)

    lab.clock.run(stopped())
    delivery = lab.clock.run(mill.collect(order.key))
    assert (delivery.succeeded, delivery.message) == (False, "it was stopped")
    assert lab.clock.now() - START < timedelta(hours=4)
    left = [hidden_truth(one.folder)["samples"]["r/a"]["precursors"] for one in (lab, whole)]
    assert 1.0 > left[0] > left[1]


def test_a_breakdown_comes_at_the_stated_rate_and_is_repeated_by_the_seed(bench: MakeBench) -> None:
    often = instrument("box-1", "glove_box", "hold", "weigh", settings={"failure_rate": 0.3}, capacity=4)
    lab, same = bench(often), bench(often)
    for one in (lab, same):
        for i in range(100):
            one.perform("box-1", "weigh", makes=(f"r/{i}",), composition="Li3PS4", mass="1 g")
    failed = [line["key"] for line in lines_of(lab, "box-1") if line.get("message")]
    assert 15 <= len(failed) <= 45
    assert lines_of(lab, "box-1") == lines_of(same, "box-1")
    sample = failed[0].split("/")[2]
    with pytest.raises(DriverError, match="never made"):
        lab.perform("mill-1", "ball_mill", f"r/{sample}", speed="500 rpm", duration="1 h")


def test_an_instrument_is_full_when_it_is_full(bench: MakeBench) -> None:
    lab = bench()
    for i in range(5):
        lab.weigh(f"r/{i}", "Li3PS4")
    hot = {"temperature": "280 degC", "heating_rate": "5 degC/min", "duration": "1 min"}
    muffle, press = lab.drivers["muffle-1"], lab.drivers["press-1"]

    async def crowd() -> None:
        await muffle.start(lab.order("heat", "r/0", "r/1", **hot))
        await muffle.start(lab.order("heat", "r/2", **hot))
        with pytest.raises(DriverError, match="another programme"):
            await muffle.start(lab.order("heat", "r/3", **{**hot, "temperature": "250 degC"}))
        await press.start(lab.order("press_pellet", "r/3", pressure="360 MPa", diameter="10 mm"))
        with pytest.raises(DriverError, match="occupied"):
            await press.start(lab.order("press_pellet", "r/4", pressure="360 MPa", diameter="10 mm"))

    lab.clock.run(crowd())
    too_many = lab.order("heat", *(f"r/{i}" for i in range(9)), **hot)
    assert muffle.check(too_many) == ["muffle-1 takes 8 samples at once, not 9"]


def test_the_facilitys_ranges_and_overheads_hold(bench: MakeBench) -> None:
    careful = instrument("mill-1", "ball_mill", "ball_mill").model_copy(
        update={
            "capabilities": (
                Capability(
                    operation="ball_mill",
                    ranges={"speed": Range(high=Quantity(value=600, unit="rpm"))},
                    overhead=Quantity(value=15, unit="min"),
                ),
            )
        }
    )
    mill = bench(careful).drivers["mill-1"]
    lab = bench()
    fast = lab.order("ball_mill", "r/a", speed="700 rpm", duration="2 h")
    assert mill.check(fast) == ["speed 700 rpm is above 600 rpm, the limit of mill-1"]
    assert mill.estimate(fast) == 2 * 3600 * 1.5 + 15 * 60
    assert mill.check(lab.order("heat", "r/a")) == ["mill-1 does not perform heat"]
    assert mill.check(lab.order("ball_mill", "r/a", speed="500 rpm")) == ["ball_mill needs duration"]


def test_an_instrument_that_forgets_cannot_tell(bench: MakeBench) -> None:
    forgets = instrument("any-1", "no_op", "ball_mill", settings={"recall": "none"})
    lab = bench(forgets)
    order = lab.order("ball_mill", "r/a", speed="500 rpm", duration="2 h")
    lab.clock.run(lab.drivers["any-1"].start(order))
    after = bench(forgets, again=lab)
    twin = after.drivers["any-1"]
    assert after.clock.run(twin.status(order.key)) is Status.CANNOT_TELL
    after.clock.run(twin.start(order))
    assert after.clock.run(twin.status(order.key)) is Status.RUNNING
    assert len(started(after, "any-1")) == 2


def test_a_full_disk_is_a_refusal(bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = bench()

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_space)
        with pytest.raises(DriverError, match=r"cannot write its log.*No space"):
            lab.weigh("r/a", "Li3PS4")
    assert (lab.folder / "box-1.jsonl").read_bytes() == b""
    lab.weigh("r/a", "Li3PS4")
    assert len(started(lab, "box-1")) == 1


def test_many_orders_share_a_disk_sync(bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = bench()
    syncs: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (syncs.append(fd), real(fd))[1])
    orders = [
        Order(f"k{i}", "hold", {"duration": Quantity(value=1, unit="h")}, (OrderedSample(f"r/{i}"),))
        for i in range(200)
    ]

    async def all_at_once() -> None:
        await asyncio.gather(*(lab.drivers["any-1"].start(order) for order in orders))

    lab.clock.run(all_at_once())
    assert len(started(lab, "any-1")) == 200
    assert len(syncs) < 10


def test_unknown_drivers_and_settings_are_named(tmp_path: Path) -> None:
    def twins_of(one: object) -> None:
        twin_drivers(small_facility(one), folder=tmp_path, clock=WallClock(), seed=1)  # type: ignore[arg-type]

    with pytest.raises(InputError, match="Did you mean rapid_furnace"):
        twins_of(instrument("f", "rapid_furnance", "heat"))
    with pytest.raises(InputError, match=r"f\.settings\.cooling: no setting"):
        twins_of(instrument("f", "furnace", "heat", settings={"cooling": 5}))
    with pytest.raises(InputError, match="no unit"):
        twins_of(instrument("f", "furnace", "heat", settings={"cooling_rate": "5"}))
