"""Runs on dummies: order, time, batches, failures, questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kuralab.errors import InputError
from kuralab.lab import Lab, RunSummary
from kuralab.model import Link, Protocol, Shift
from kuralab.store import Catalogue, verify
from tests.lab.dummy import dummies, facility, hours, performed, protocol, quantity


def _open(folder: Path, trouble: Mapping[str, str] | None = None, **changes: object) -> Lab:
    return Lab.open(
        folder,
        facility=facility(**changes),
        drivers=lambda clock: dummies(folder / "twins", clock, trouble),
    )


def _ran(folder: Path, wanted: Protocol, trouble: Mapping[str, str] | None = None) -> RunSummary:
    with _open(folder, trouble) as lab:
        return lab.run(wanted)


def test_three_samples_take_the_time_that_the_instruments_need(tmp_path: Path) -> None:
    """By hand: the balance takes 10 min each, the mill has two jars of 4 h, the press 15 min.

    The second milling ends 4 h 20 min after the start, the third starts at 4 h 10 min and ends at
    8 h 10 min, is pressed by 8 h 25 min and measured twice half an hour: 9 h 25 min.
    """
    summary = _ran(tmp_path, protocol())
    assert summary.state == "finished"
    assert hours(summary.created, summary.ended) == pytest.approx(9 + 25 / 60)
    assert summary.steps == {"finished": 15}
    assert verify(tmp_path).ok


def test_everything_that_was_measured_is_in_the_catalogue(tmp_path: Path) -> None:
    summary = _ran(tmp_path, protocol())
    catalogue = Catalogue(tmp_path)
    rows = catalogue.measurements(run=summary.run)
    assert len(rows) == 6
    assert {row.rows for row in rows} == {25}
    assert {row.technique for row in rows} == {"impedance_spectrum"}
    samples = {row.name: row for row in catalogue.samples(run=summary.run)}
    assert samples["sample 1"].form == "pellet"
    assert samples["sample 1"].composition == "Li3PS4"
    assert samples["sample 1"].station == "box"


def test_a_batch_shares_one_order(tmp_path: Path) -> None:
    """Two channels: four samples are measured in two orders per temperature."""
    _ran(tmp_path, protocol(4))
    assert len([key for name, key in performed(tmp_path / "twins") if name == "analyser"]) == 4


def test_a_finished_run_is_shown_and_not_repeated(tmp_path: Path) -> None:
    first = _ran(tmp_path, protocol())
    actions = performed(tmp_path / "twins")
    assert _ran(tmp_path, protocol()) == first
    assert performed(tmp_path / "twins") == actions
    with _open(tmp_path) as lab:
        again = lab.run(protocol(), new=True)
    assert again.run != first.run
    assert len(performed(tmp_path / "twins")) == 2 * len(actions)


def test_two_runs_with_one_seed_are_identical(tmp_path: Path) -> None:
    def steps(folder: Path) -> list[tuple[object, ...]]:
        run = _ran(folder, protocol(5)).run
        return [(s.step, s.instrument, s.started, s.finished) for s in Catalogue(folder).steps(run)]

    assert steps(tmp_path / "a") == steps(tmp_path / "b")


def test_many_runs_share_the_instruments(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:
        summaries = lab.run_all([protocol(2, name=f"run {i}") for i in range(6)])
    assert {s.state for s in summaries} == {"finished"}
    assert len({key for _, key in performed(tmp_path / "twins")}) == len(performed(tmp_path / "twins"))


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("refuses", "press refused: the door is open"),
        ("raises", "broke at the start: ZeroDivisionError"),
        ("fails", "the jar broke"),
        ("garbage", "not a Delivery"),
    ],
)
def test_a_failure_is_a_recorded_result(tmp_path: Path, trouble: str, says: str) -> None:
    """The press fails: what needs it is cancelled with the reason, the run ends as failed."""
    summary = _ran(tmp_path, protocol(), {"press": trouble})
    assert summary.state == "failed"
    assert summary.steps == {"finished": 6, "failed": 3, "cancelled": 6}
    steps = {s.step: s for s in Catalogue(tmp_path).steps(summary.run)}
    assert says in steps["press_pellet 0"].message
    assert "it needs press_pellet 0" in steps["impedance_spectrum 0 25"].message
    assert verify(tmp_path).ok


def test_a_dead_analyser_is_not_tried_for_ever(tmp_path: Path) -> None:
    """A spectrum may be repeated; after a few times with no answer a person is asked."""
    summary = _ran(tmp_path, protocol(1), {"analyser": "dies"})
    assert summary.waiting
    assert all("impedance_spectrum" in waiting.step for waiting in summary.waiting)
    attempts = [s.attempt for s in Catalogue(tmp_path).steps(summary.run) if s.state == "unknown"]
    # One attempt, and three repetitions.
    assert set(attempts) == {4}
    assert verify(tmp_path).ok


def test_a_file_that_nobody_can_read_is_kept(tmp_path: Path) -> None:
    summary = _ran(tmp_path, protocol(1), {"analyser": "noise"})
    assert summary.state == "failed"
    (row,) = Catalogue(tmp_path).measurements(run=summary.run)
    assert row.format == "unread"
    assert next((tmp_path / "raw").rglob(row.raw_sha256)).read_bytes() == b"\x00" * 9


@pytest.mark.parametrize("trouble", ["hangs", "dies"])
def test_an_instrument_that_is_lost_in_a_consuming_step_asks(tmp_path: Path, trouble: str) -> None:
    """Nobody knows whether the press pressed: the step is held, and a person's word goes on."""
    with _open(tmp_path, {"press": trouble}) as lab:
        summary = lab.run(protocol(1))
        assert summary.state == "running"
        assert [q.step for q in summary.waiting] == ["press_pellet 0"]
        with pytest.raises(InputError, match="waits for no answer"):
            lab.answer(summary.run, "weigh 0", "happened", actor="Sato", reason="seen")
        lab.answer(summary.run, "press_pellet 0", "happened", actor="Sato", reason="the pellet is there")
    with _open(tmp_path) as lab:
        after = lab.run(protocol(1))
    assert after.state == "finished"
    presses = [key for name, key in performed(tmp_path / "twins") if name == "press"]
    assert len(presses) == 1


def test_a_lost_measurement_is_repeated(tmp_path: Path) -> None:
    """A spectrum harms nothing: when the analyser forgets it, it is taken again."""

    with Lab.open(
        tmp_path,
        facility=facility(),
        drivers=lambda clock: _forgets_once(dummies(tmp_path / "twins", clock)),
    ) as lab:
        summary = lab.run(protocol(1))
    assert summary.state == "finished"
    steps = {s.step: s for s in Catalogue(tmp_path).steps(summary.run)}
    assert steps["impedance_spectrum 0 25"].attempt == 2


def _forgets_once(drivers):  # type: ignore[no-untyped-def]
    from kuralab.instruments import Status

    analyser = drivers["analyser"]
    told = analyser.status
    forgotten: list[str] = []

    async def status(key: str) -> Status:
        if not forgotten or key in forgotten:
            forgotten.append(key)
            return Status.CANNOT_TELL
        return await told(key)

    analyser.status = status
    return drivers


def test_pause_and_resume(tmp_path: Path) -> None:
    """Paused from within, as an operator would: nothing new starts, what runs ends."""
    with _open(tmp_path) as lab:
        run = lab.submit(protocol())
        lab.pause(run)
        assert lab.run(protocol()).state == "paused"
        assert performed(tmp_path / "twins") == []
        lab.resume(run)
        assert lab.run(protocol()).state == "finished"


def test_cancel(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:
        run = lab.submit(protocol())
        lab.cancel(run, reason="wrong composition")
        summary = lab.run(protocol())
        assert summary.state == "cancelled"
        assert summary.steps == {"cancelled": 15}
        with pytest.raises(InputError, match="has ended"):
            lab.cancel(run)


def test_lags_are_kept(tmp_path: Path) -> None:
    """At least two hours between pressing and measuring; a longest lag that cannot be kept fails."""
    base = protocol(1)
    steps = list(base.steps)
    steps[3] = steps[3].model_copy(
        update={"after": (Link(step="press_pellet 0", lag_minimum=quantity("2 h")),)}
    )
    slow = base.model_copy(update={"steps": tuple(steps)})
    summary = _ran(tmp_path / "a", slow)
    found = {s.step: s for s in Catalogue(tmp_path / "a").steps(summary.run)}
    assert hours(found["press_pellet 0"].finished, found["impedance_spectrum 0 25"].started) == 2.0
    many = protocol(6)
    hurried = many.model_copy(
        update={
            "steps": tuple(
                s.model_copy(
                    update={"after": (Link(step=s.after[0].step, lag_maximum=quantity("5 min")),)}
                )
                if s.operation == "ball_mill"
                else s
                for s in many.steps
            )
        }
    )
    late = _ran(tmp_path / "b", hurried)
    assert late.state == "failed"
    assert late.steps["finished"] > 0


def test_shifts_hold_work_until_morning(tmp_path: Path) -> None:
    """The press works from 9 to 17; a milling that ends at night is pressed next morning."""
    open_hours = tuple(
        i.model_copy(update={"shifts": (Shift(days=(0, 1, 2, 3, 4), opens=9, closes=10),)})
        if i.name == "press"
        else i
        for i in facility().instruments
    )
    with _open(tmp_path, instruments=open_hours) as lab:
        summary = lab.run(protocol(1))
    found = {s.step: s for s in Catalogue(tmp_path).steps(summary.run)}
    assert found["press_pellet 0"].started.hour == 9
    assert hours(found["ball_mill 0"].finished, found["press_pellet 0"].started) > 12


def test_what_no_instrument_can_do_fails_with_the_reason(tmp_path: Path) -> None:
    without = tuple(i for i in facility().instruments if i.name != "press")
    with _open(tmp_path, instruments=without) as lab:
        summary = lab.run(protocol(1))
    found = {s.step: s for s in Catalogue(tmp_path).steps(summary.run)}
    assert summary.state == "failed"
    assert "no instrument here performs press_pellet" in found["press_pellet 0"].message


def test_one_writer(tmp_path: Path) -> None:
    with _open(tmp_path), pytest.raises(InputError):
        _open(tmp_path)


def test_genealogy_and_identity(tmp_path: Path) -> None:
    summary = _ran(tmp_path, protocol(1))
    (sample,) = Catalogue(tmp_path).samples(run=summary.run)
    assert sample.sample == f"{summary.run}/sample 0"
    kinds = [event.kind for event in Catalogue(tmp_path).sample_history(summary.run, sample.sample)]
    assert kinds.count("sample.created") == 1
    assert kinds.count("measurement.stored") == 2


def test_while_a_person_is_asked_nothing_else_fails(tmp_path: Path) -> None:
    """The press is lost with the first pellet in it: the other two wait for it, they do not fail."""
    with _open(tmp_path, {"press": "dies"}) as lab:
        summary = lab.run(protocol(3))
    assert len(summary.waiting) == 1
    assert summary.steps.get("failed", 0) == 0
    assert summary.steps["ready"] == 2
    with _open(tmp_path) as lab:
        lab.answer(summary.run, summary.waiting[0].step, "failed", actor="Sato", reason="broken")
        after = lab.run(protocol(3))
    assert after.state == "failed"
    assert after.steps == {"finished": 12, "failed": 1, "cancelled": 2}
