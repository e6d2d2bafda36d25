"""New runs while others work: each end is told once, in order; what it brings is taken up at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kuralab.errors import InputError
from kuralab.lab import Lab, RunSummary
from kuralab.store import Catalogue, Event, Fact, verify
from tests.lab.dummy import dummies, facility, hours, protocol, quantity


def _open(folder: Path, **trouble: str) -> Lab:
    return Lab.open(
        folder,
        facility=facility(),
        drivers=lambda clock: dummies(folder / "twins", clock, trouble),
    )


def test_each_end_brings_one_more_run(tmp_path: Path) -> None:
    told: list[RunSummary] = []
    with _open(tmp_path) as lab:

        async def follow(summary: RunSummary) -> list[str]:
            told.append(summary)
            if len(told) > 4:
                return []
            events = await lab.hand_in(protocol(1, name=f"follower {len(told)}"))
            return [events[0].stream]

        first = [lab.submit(protocol(1, name=f"first {i}")) for i in range(2)]
        summaries = lab.work(first, follow=follow)
        ends = [
            e.stream for e in lab.ledger.events(kind="run.state") if e.payload["state"] == "finished"
        ]
    assert [s.run for s in told] == ends
    assert [s.name for s in summaries] == ["first 0", "first 1", *(f"follower {i}" for i in range(1, 5))]
    assert {s.state for s in summaries} == {"finished"}
    assert verify(tmp_path).ok


def test_no_time_passes_between_an_end_and_what_follows(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:

        async def follow(summary: RunSummary) -> list[str]:
            if summary.name != "first":
                return []
            await lab.clock.in_thread(sum, range(1000))
            return [(await lab.hand_in(protocol(1, name="second")))[0].stream]

        first, second = lab.work([lab.submit(protocol(1, name="first"))], follow=follow)
    assert first.ended == second.created
    assert hours(second.created, second.ended) == pytest.approx(5 + 25 / 60)


def test_a_run_that_follows_shares_the_instruments_with_those_that_go_on(tmp_path: Path) -> None:
    """The balance is free by then: what was handed in is weighed at once, while the others mill."""
    with _open(tmp_path) as lab:

        async def follow(summary: RunSummary) -> list[str]:
            if summary.name != "short":
                return []
            return [(await lab.hand_in(protocol(1, name="late")))[0].stream]

        runs = [lab.submit(protocol(1, name="short")), lab.submit(protocol(6, name="long"))]
        found = {s.name: s for s in lab.work(runs, follow=follow)}
    assert found["late"].created == found["short"].ended
    weighing = Catalogue(tmp_path).steps(found["late"].run)[0]
    assert weighing.started == found["late"].created < found["long"].ended


def test_a_failed_run_is_told_too(tmp_path: Path) -> None:
    told: list[str] = []
    with _open(tmp_path, press="fails") as lab:

        async def follow(summary: RunSummary) -> list[str]:
            told.append(summary.state.value)
            return []

        lab.work([lab.submit(protocol(2))], follow=follow)
    assert told == ["failed"]


def test_an_error_in_what_follows_ends_the_work(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:

        async def follow(summary: RunSummary) -> list[str]:
            raise InputError("no more")

        with pytest.raises(InputError, match="no more"):
            lab.work([lab.submit(protocol(1))], follow=follow)
    assert [run.state for run in Catalogue(tmp_path).runs()] == ["finished"]


def test_what_is_said_of_a_run_is_recorded_with_it_or_not_at_all(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:

        def note(run: str) -> list[Fact]:
            return [Fact("note", "notes", {"of": run})]

        def hand_in(also: object = note) -> list[Event]:
            return lab.clock.run(lab.hand_in(protocol(1), also=also))  # type: ignore[arg-type]

        commits = lab.ledger.commits
        first, second = hand_in(), hand_in()
        assert lab.ledger.commits == commits + 2
        assert first[0].stream != second[0].stream
        assert [e.payload["of"] for e in lab.ledger.events(stream="notes")] == [
            first[0].stream,
            second[0].stream,
        ]
        with pytest.raises(InputError):
            hand_in(lambda run: [Fact("run.state", run, {"run": 3})])
    assert len(Catalogue(tmp_path).runs()) == 2


def test_the_samples_of_ended_runs_take_no_room(tmp_path: Path) -> None:
    """A box for three samples, and eight runs one after the other."""
    box = facility().stations[0].model_copy(update={"positions": 3})
    with Lab.open(
        tmp_path,
        facility=facility(stations=(box,)),
        drivers=lambda clock: dummies(tmp_path / "twins", clock, {}),
    ) as lab:

        async def follow(summary: RunSummary) -> list[str]:
            number = int(summary.name) + 1
            if number == 8:
                return []
            return [(await lab.hand_in(protocol(1, name=str(number))))[0].stream]

        summaries = lab.work([lab.submit(protocol(1, name="0"))], follow=follow)
    assert [s.state for s in summaries] == ["finished"] * 8


def test_a_stuck_run_is_followed_too(tmp_path: Path) -> None:
    """A step that no instrument performs fails once nothing else goes on, and that end is told."""
    hot = protocol(1, name="hot")
    heat = hot.steps[1].model_copy(
        update={
            "operation": "heat",
            "parameters": {
                "temperature": quantity("300 degC"),
                "heating_rate": quantity("5 degC/min"),
                "duration": quantity("10 min"),
            },
        }
    )
    hot = hot.model_copy(update={"steps": (hot.steps[0], heat, *hot.steps[2:])})
    with _open(tmp_path) as lab:

        async def follow(summary: RunSummary) -> list[str]:
            if not summary.name.startswith("hot"):
                return []
            return [(await lab.hand_in(protocol(1, name=f"after {summary.name}")))[0].stream]

        runs = [lab.submit(hot), lab.submit(hot.model_copy(update={"name": "hot 2"}))]
        summaries = lab.work(runs, follow=follow)
    assert [s.state.value for s in summaries] == ["failed", "failed", "finished", "finished"]
