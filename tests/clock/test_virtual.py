"""Virtual time: as long as it should be, never past a working thread, and the same every time."""

from __future__ import annotations

import asyncio
import heapq
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kuralab.clock import ClockError, VirtualClock, WallClock, keyed_generator

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
DAY = 86400.0


def test_time_passes_as_asked_and_goes_on_in_the_next_run() -> None:
    clock = VirtualClock(START.astimezone(timezone(timedelta(hours=9))))
    clock.run(clock.sleep(1.5))
    clock.run(clock.sleep(30 * DAY))
    assert clock.now() == START + timedelta(days=30, seconds=1.5)
    assert clock.now().tzinfo is UTC


def test_timers_of_asyncio_obey_the_clock() -> None:
    clock = VirtualClock(START)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(clock.sleep(DAY), timeout=3600)

    clock.run(give_up())
    assert clock.now() == START + timedelta(hours=1)


def test_a_day_does_not_pass_while_a_thread_works() -> None:
    clock = VirtualClock(START)
    seen: list[tuple[str, timedelta]] = []

    async def timer() -> None:
        await clock.sleep(DAY)
        seen.append(("timer", clock.now() - START))

    async def work() -> None:
        answer = await clock.in_thread(lambda: time.sleep(0.05) or "thread")
        seen.append((answer, clock.now() - START))

    async def both() -> None:
        await asyncio.gather(timer(), work(), asyncio.to_thread(time.sleep, 0.01))

    clock.run(both())
    assert seen == [("thread", timedelta(0)), ("timer", timedelta(days=1))]


def test_other_coroutines_go_on_while_a_thread_works() -> None:
    clock = VirtualClock(START)
    go = threading.Event()

    async def release() -> None:
        await asyncio.sleep(0)
        go.set()

    async def both() -> bool:
        freed, _ = await asyncio.gather(clock.in_thread(go.wait, 5.0), release())
        return freed

    assert clock.run(both())


def test_the_speed_of_threads_changes_nothing() -> None:
    def trace(seed: int) -> list[str]:
        clock = VirtualClock(START)
        delays = keyed_generator(seed, "delays").uniform(0, 0.004, size=60)
        seen: list[str] = []

        async def task(name: int) -> None:
            for turn in range(3):
                await clock.in_thread(time.sleep, delays[3 * name + turn])
                seen.append(f"{name}.{turn} at {clock.now():%H:%M:%S}")
                for _ in range(name % 4):
                    await asyncio.sleep(0)
                seen.append(f"{name}.{turn} went on")
                await clock.sleep(name % 3)

        async def tasks() -> None:
            await asyncio.gather(*(task(name) for name in range(20)))

        clock.run(tasks())
        return seen

    assert trace(1) == trace(2)


def test_what_a_thread_raises_is_raised() -> None:
    clock = VirtualClock(START)
    with pytest.raises(ZeroDivisionError):
        clock.run(clock.in_thread(lambda: 1 // 0))


def test_an_answer_that_nobody_waits_for_any_more_is_dropped() -> None:
    clock = VirtualClock(START)

    async def cancel() -> None:
        task = asyncio.create_task(clock.in_thread(time.sleep, 0.01))
        await asyncio.sleep(0)
        task.cancel()
        await clock.sleep(60)

    clock.run(cancel())
    assert clock.now() == START + timedelta(minutes=1)


def test_a_deadlock_is_said_and_does_not_hang() -> None:
    clock = VirtualClock(START)

    async def wait_for_nothing() -> None:
        await clock.sleep(60)
        await asyncio.Event().wait()

    with pytest.raises(ClockError, match="no timer is set and no thread works"):
        clock.run(wait_for_nothing())
    assert clock.now() == START + timedelta(minutes=1)


def test_short_steps_pass_far_from_the_start() -> None:
    clock = VirtualClock(START)

    async def steps() -> None:
        await clock.sleep(20 * 365 * DAY)
        for _ in range(100):
            await clock.sleep(0.001)

    clock.run(steps())
    # A float of twenty years resolves 0.12 us.
    off = clock.now() - START - timedelta(days=20 * 365, seconds=0.1)
    assert abs(off) < timedelta(microseconds=20)


def test_another_loop_is_refused_since_real_time_would_pass() -> None:
    with pytest.raises(ClockError, match=r"clock\.run"):
        asyncio.run(VirtualClock(START).sleep(DAY))
    with pytest.raises(ClockError, match=r"clock\.run"):
        VirtualClock(START).run(VirtualClock(START).in_thread(time.sleep, 1))


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        VirtualClock(datetime(2026, 11, 1))


def finish_times(durations: list[int], instruments: int) -> list[int]:
    """Each operation starts, in order, on the instrument that is free first."""
    free = [0] * instruments
    ends = []
    for duration in durations:
        ends.append(heapq.heappop(free) + duration)
        heapq.heappush(free, ends[-1])
    return ends


def test_ten_thousand_operations_take_the_right_time() -> None:
    durations = [
        int(value) for value in keyed_generator(3, "durations").integers(3600, 28801, size=10_000)
    ]
    clock = VirtualClock(START)
    ends: dict[int, float] = {}

    async def operation(number: int, instruments: asyncio.Semaphore) -> None:
        async with instruments:
            await clock.sleep(durations[number])
            ends[number] = (clock.now() - START).total_seconds()

    async def all_operations() -> None:
        instruments = asyncio.Semaphore(50)
        await asyncio.gather(*(operation(number, instruments) for number in range(len(durations))))

    clock.run(all_operations())
    assert [ends[number] for number in range(len(durations))] == finish_times(durations, 50)


def test_the_wall_clock_is_the_system_s() -> None:
    clock = WallClock()
    before = time.time()

    async def wait() -> str:
        await clock.sleep(0.02)
        return await clock.in_thread(str.upper, "done")

    assert clock.run(wait()) == "DONE"
    assert before + 0.02 <= clock.now().timestamp() <= time.time()
