"""The ledger: durable in groups, all or nothing, one writer, and shut after a failure."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kuralab.clock import VirtualClock, WallClock, keyed_generator
from kuralab.errors import InputError
from kuralab.store import Catalogue, Event, Fact, Ledger, LedgerError, last_event_time, verify
from tests.clock.test_virtual import finish_times
from tests.store.facts import RUN, START, fact, step, story, write


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab directory that does not exist yet."""
    return tmp_path / "lab"


def test_events_are_read_as_they_were_appended(lab: Path) -> None:
    written = write(lab, story())
    with Ledger.open(lab, clock=WallClock(), writer=False) as ledger:
        assert list(ledger.events()) == written
        assert list(ledger.events(kind="run.state")) == [e for e in written if e.kind == "run.state"]
        assert list(ledger.events(stream="another run")) == []
        assert list(ledger.events(after=20)) == written[20:]
    assert [event.sequence for event in written] == list(range(1, 23))
    assert [event.previous for event in written[1:]] == [event.hash for event in written[:-1]]
    assert written[5].time == START + timedelta(minutes=3)
    assert written[0].schema == 1


def test_reading_goes_on_beyond_pages_and_blocks(lab: Path) -> None:
    """Pages have 1000 events, blocks of streams 4096; one stream skips a block."""
    streams = ["often" if n % 2 or 4096 <= n < 8192 else "seldom" for n in range(1, 9001)]
    write(lab, [[Fact("note", stream, {"n": n}) for n, stream in enumerate(streams, 1)]])
    with Ledger.open(lab, clock=WallClock(), writer=False) as ledger:
        assert [event.payload["n"] for event in ledger.events()] == list(range(1, 9001))
        for wanted in ("often", "seldom"):
            expected = [n for n, stream in enumerate(streams, 1) if stream == wanted]
            assert [event.sequence for event in ledger.events(stream=wanted)] == expected
        assert [event.sequence for event in ledger.events(stream="seldom", after=8995)] == [
            8996,
            8998,
            9000,
        ]
    assert verify(lab).ok


def test_a_ledger_goes_on_where_it_stopped(lab: Path) -> None:
    write(lab, story()[:4])
    assert last_event_time(lab) == START + timedelta(minutes=3)
    write(lab, story()[4:])
    assert verify(lab).events == 22


def test_hundred_appenders_share_their_syncs(lab: Path) -> None:
    """Nobody is left behind: with each appender in every transaction, 20 facts each need 20."""
    clock = VirtualClock(START)
    with Ledger.open(lab, clock=clock) as ledger:

        async def appender(name: int) -> None:
            for turn in range(20):
                await ledger.append(Fact("note", f"run {name}", {"turn": turn}))

        async def appenders() -> None:
            await asyncio.gather(*(appender(name) for name in range(100)))

        clock.run(appenders())
        assert ledger.commits == 20
    assert verify(lab).events == 2000


def test_facts_are_on_disk_when_append_returns(lab: Path) -> None:
    clock = WallClock()

    async def append() -> int:
        await ledger.append(step("mill", "started"), step("mill", "finished"))
        with sqlite3.connect(lab / "ledger.sqlite") as other:
            (count,) = other.execute("SELECT count(*) FROM events").fetchone()
        other.close()
        return int(count)

    with Ledger.open(lab, clock=clock) as ledger:
        assert clock.run(append()) == 2


def test_ten_thousand_operations_with_commits_in_flight(lab: Path) -> None:
    """Commits take real milliseconds and no virtual time."""
    durations = [
        int(value) for value in keyed_generator(3, "durations").integers(3600, 28801, size=10_000)
    ]
    clock = VirtualClock(START)

    async def operation(number: int, instruments: asyncio.Semaphore) -> None:
        async with instruments:
            await clock.sleep(durations[number])
            ended = {"run": RUN, "step": str(number), "state": "finished"}
            await ledger.append(Fact("step.state", RUN, ended))

    async def operations() -> None:
        instruments = asyncio.Semaphore(50)
        await asyncio.gather(*(operation(number, instruments) for number in range(len(durations))))

    with Ledger.open(lab, clock=clock) as ledger:
        clock.run(operations())
        assert ledger.commits > 5000
    ends = {step.step: step.finished for step in Catalogue(lab).steps(RUN)}
    expected = finish_times(durations, 50)
    assert {name: (end - START).total_seconds() for name, end in ends.items() if end} == {
        str(number): seconds for number, seconds in enumerate(expected)
    }


def test_two_runs_are_identical_to_the_last_hash(tmp_path: Path) -> None:
    def last(folder: Path) -> tuple[Event, int]:
        clock = VirtualClock(START)

        async def operation(number: int, instruments: asyncio.Semaphore) -> None:
            async with instruments:
                await ledger.append(step(str(number), "started"))
                await clock.sleep(number % 7)
                await clock.in_thread(sum, range(1000 * (number % 5)))
                await ledger.append(step(str(number), "finished"))

        async def operations() -> None:
            instruments = asyncio.Semaphore(8)
            await asyncio.gather(*(operation(number, instruments) for number in range(200)))

        with Ledger.open(folder, clock=clock) as ledger:
            clock.run(operations())
            return next(ledger.events(after=399)), ledger.commits

    assert last(tmp_path / "one") == last(tmp_path / "two")


def test_hooks_see_every_commit_before_it_is_acknowledged(lab: Path) -> None:
    clock = VirtualClock(START)
    seen: list[str] = []

    async def append() -> None:
        for number in range(3):
            await ledger.append(step("mill", "started", attempt=number))
            seen.append("acknowledged")

    with Ledger.open(lab, clock=clock) as ledger:
        ledger.on_commit.append(lambda count: seen.append(f"commit {count}"))
        clock.run(append())
    assert seen == [text for n in (1, 2, 3) for text in (f"commit {n}", "acknowledged")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (fact("step.state", state="started"), "no 'step'"),
        (fact("step.state", step="mill", state=3), "state is 3"),
        (fact("step.state", step="mill", state="started", attempt=2**63), "64 bits"),
        (fact("step.state", step="mill", state="ready", samples="pellet"), "list of texts"),
        (
            fact("sample.changed", sample="x", values={"thickness": {"value": 1, "unit": "parsnip"}}),
            "parsnip",
        ),
        (fact("note", value=float("nan")), "no JSON"),
        (fact("note", value={1, 2}), "no JSON"),
        (fact("note", value="\ud800"), "no JSON"),
    ],
)
def test_a_payload_that_does_not_fit_is_refused_alone(lab: Path, wrong: Fact, message: str) -> None:
    clock = VirtualClock(START)

    async def append() -> None:
        good = asyncio.create_task(ledger.append(step("mill", "ready")))
        with pytest.raises(InputError, match=message) as caught:
            await ledger.append(step("mill", "started"), wrong)
        assert caught.value.field == wrong.kind
        await good
        await ledger.append(step("mill", "claimed"))

    with Ledger.open(lab, clock=clock) as ledger:
        clock.run(append())
        assert [event.payload["state"] for event in ledger.events()] == ["ready", "claimed"]
    assert verify(lab).ok


def test_a_fact_whose_task_is_cancelled_is_kept(lab: Path) -> None:
    clock = VirtualClock(START)

    async def cancel() -> None:
        task = asyncio.create_task(ledger.append(step("mill", "started")))
        await asyncio.sleep(0)
        task.cancel()
        await ledger.append(step("mill", "finished"))
        assert task.cancelled()

    with Ledger.open(lab, clock=clock) as ledger:
        clock.run(cancel())
        assert [event.payload["state"] for event in ledger.events()] == ["started", "finished"]
    assert verify(lab).ok


def test_after_a_failed_write_nothing_is_kept_and_the_ledger_stays_shut(lab: Path) -> None:
    write(lab, [[step("mill", "ready")]])
    with sqlite3.connect(lab / "ledger.sqlite") as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON steps WHEN new.step = 'press' "
            "BEGIN SELECT RAISE(ABORT, 'no room left'); END"
        )
    other.close()
    clock = VirtualClock(START)

    async def append() -> list[object]:
        together = (ledger.append(step("mill", "started")), ledger.append(step("press", "ready")))
        answers = await asyncio.gather(*together, return_exceptions=True)
        with pytest.raises(LedgerError, match=r"takes no facts: .*no room left\. Open it again"):
            await ledger.append(step("mill", "started"))
        return list(answers)

    with Ledger.open(lab, clock=clock) as ledger:
        answers = clock.run(append())
    assert [type(answer) for answer in answers] == [LedgerError, LedgerError]
    assert "ledger.sqlite could not be written: no room left" in str(answers[0])
    assert verify(lab).events == 1
    write(lab, [[step("mill", "started")]])
    assert verify(lab).ok


def test_a_closed_ledger_and_a_reader_take_no_facts(lab: Path) -> None:
    write(lab, story())
    clock = VirtualClock(START)
    reader = Ledger.open(lab, clock=clock, writer=False)
    with pytest.raises(LedgerError, match="opened for reading"):
        clock.run(reader.append(step("mill", "ready")))
    with Ledger.open(lab, clock=clock) as ledger:
        pass
    with pytest.raises(LedgerError, match="it is closed"):
        clock.run(ledger.append(step("mill", "ready")))


def test_a_second_writer_is_told_who_holds_the_lab(lab: Path) -> None:
    write(lab, [])
    with (
        Ledger.open(lab, clock=WallClock()),
        pytest.raises(
            InputError, match=f"process {os.getpid()} is writing .* or name another directory"
        ),
    ):
        Ledger.open(lab, clock=WallClock())
    Ledger.open(lab, clock=WallClock()).close()


def test_a_newer_lab_is_refused_by_readers_and_writers(lab: Path) -> None:
    write(lab, story())
    (lab / "lab.json").write_text('{"schema": 2}')
    for refused in (
        lambda: Ledger.open(lab, clock=WallClock()),
        lambda: Ledger.open(lab, clock=WallClock(), writer=False),
        lambda: Catalogue(lab),
        lambda: verify(lab),
        lambda: last_event_time(lab),
    ):
        with pytest.raises(InputError, match=r"schema 2, newer than 1.* Update kuralab"):
            refused()


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "one"}', '{"schema": 0}', "{}"])
def test_a_lab_file_that_says_nothing_is_refused(lab: Path, text: str) -> None:
    write(lab, [])
    (lab / "lab.json").write_text(text)
    with pytest.raises(InputError, match=r"lab\.json: (not of the form|there is no lab schema)"):
        Ledger.open(lab, clock=WallClock())


def test_a_folder_of_other_things_is_left_alone(lab: Path) -> None:
    lab.mkdir()
    (lab / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"not empty \(it holds thesis\.tex\)"):
        Ledger.open(lab, clock=WallClock())
    with pytest.raises(InputError, match="this is a file"):
        Ledger.open(lab / "thesis.tex", clock=WallClock())
    with pytest.raises(InputError, match="no lab directory"):
        Ledger.open(lab, clock=WallClock(), writer=False)
    assert [path.name for path in lab.iterdir()] == ["thesis.tex"]
    assert last_event_time(lab) is None


def test_a_lab_that_lost_its_ledger_gets_no_empty_one(lab: Path) -> None:
    write(lab, story())
    for file in lab.glob("ledger.sqlite*"):
        file.unlink()
    with pytest.raises(InputError, match=r"ledger\.sqlite is missing"):
        Ledger.open(lab, clock=WallClock())


def test_a_file_that_is_no_database_is_refused(lab: Path) -> None:
    write(lab, [])
    (lab / "ledger.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        Ledger.open(lab, clock=WallClock())
    report = verify(lab)
    assert not report.ok
    assert "not a database" in report.reason


def test_a_cut_ledger_is_not_written_further(lab: Path) -> None:
    write(lab, story())
    with sqlite3.connect(lab / "ledger.sqlite") as other:
        other.execute("DELETE FROM events WHERE sequence > 20")
    other.close()
    with pytest.raises(InputError, match="kuralab ledger verify"):
        Ledger.open(lab, clock=WallClock())
