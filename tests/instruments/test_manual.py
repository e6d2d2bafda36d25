"""A person does the step: by files in real time, and by a function that asks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kuralab.clock import WallClock
from kuralab.instruments import DriverError, Order, OrderedSample, Status
from kuralab.instruments.manual import Answer, Manual, answer_from_text
from kuralab.units import Quantity
from tests.instruments.bench import instrument

HANDS = instrument("hands", "manual", "press_pellet")
ORDER = Order(
    key="r/press/1",
    operation="press_pellet",
    parameters={"pressure": Quantity(value=360, unit="MPa"), "diameter": Quantity(value=10, unit="mm")},
    samples=(OrderedSample("r/a", "54Li3PS4-46LiI", "powder"),),
)


def manual(folder: Path) -> tuple[WallClock, Manual]:
    clock = WallClock()
    return clock, Manual(HANDS, folder=folder, clock=clock, look_every=0.2)


def answer_file(folder: Path) -> Path:
    (request,) = folder.glob("*.request.json")
    return folder / request.name.replace("request.json", "answer.txt")


def test_a_person_answers_by_a_file(tmp_path: Path) -> None:
    """Real time: the request appears, the answer comes half a second later, after a bad first try."""
    clock, driver = manual(tmp_path)

    async def person() -> None:
        await asyncio.sleep(0.3)
        answer_file(tmp_path).write_text("done: yes\nr/a.thickness: 1.21\n")
        await asyncio.sleep(0.5)
        (problem,) = tmp_path.glob("*.problem.txt")
        assert "unit" in problem.read_text() or "1.21" in problem.read_text()
        answer_file(tmp_path).write_text("done: yes\nr/a.thickness: 1.21 mm +- 0.005 mm\n")

    async def whole() -> None:
        assert await driver.status(ORDER.key) is Status.NEVER_ARRIVED
        await driver.start(ORDER)
        await driver.start(ORDER)
        assert await driver.status(ORDER.key) is Status.RUNNING
        await asyncio.gather(driver.wait(ORDER.key), person())
        assert await driver.status(ORDER.key) is Status.FINISHED

    clock.run(whole())
    assert len(list(tmp_path.glob("*.request.json"))) == 1
    (text,) = [p for p in tmp_path.glob("*.txt") if "answer" not in p.name]
    assert "sample r/a: 54Li3PS4-46LiI, powder" in text.read_text()
    assert "pressure: 360 MPa" in text.read_text()
    delivery = clock.run(driver.collect(ORDER.key))
    assert delivery.succeeded
    assert delivery.values["r/a"]["thickness"] == Quantity.parse("1.21 mm +- 0.005 mm")
    assert not list(tmp_path.glob("*.problem.txt"))


def test_an_answer_given_while_the_controller_was_dead_is_found(tmp_path: Path) -> None:
    clock, driver = manual(tmp_path)
    clock.run(driver.start(ORDER))
    (tmp_path / "seen.txt").write_bytes(b"a photo")
    answer_file(tmp_path).write_text("done: yes\nr/a.file: seen.txt\n")
    clock, after = manual(tmp_path)
    clock.run(after.wait(ORDER.key))
    assert clock.run(after.collect(ORDER.key)).files == {"r/a": ("seen.txt", b"a photo")}


def test_a_function_may_ask(tmp_path: Path) -> None:
    clock = WallClock()
    thickness = Quantity.parse("1.21 mm +- 0.005 mm")
    asked: list[str] = []

    def ask(order: Order) -> Answer:
        asked.append(order.key)
        return Answer(done=True, message="went well", values={"r/a": {"thickness": thickness}})

    driver = Manual(HANDS, folder=tmp_path, clock=clock, ask=ask)
    clock.run(driver.start(ORDER))
    clock.run(driver.wait(ORDER.key))
    clock.run(driver.wait(ORDER.key))
    delivery = clock.run(driver.collect(ORDER.key))
    assert (delivery.message, delivery.values["r/a"]["thickness"]) == ("went well", thickness)
    assert asked == [ORDER.key]


def test_no_means_failed_and_a_stop_takes_the_request_back(tmp_path: Path) -> None:
    clock, driver = manual(tmp_path)
    clock.run(driver.start(ORDER))
    clock.run(driver.stop(ORDER.key))
    assert clock.run(driver.status(ORDER.key)) is Status.FAILED
    assert clock.run(driver.collect(ORDER.key)).message == "the request was withdrawn"


def test_a_file_outside_the_folder_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / "requests"
    clock, driver = manual(folder)
    clock.run(driver.start(ORDER))
    (tmp_path / "secret.txt").write_text("no")
    answer_file(folder).write_text("done: yes\nr/a.file: ../secret.txt\n")
    assert clock.run(driver.status(ORDER.key)) is Status.RUNNING
    with pytest.raises(DriverError, match="nobody has answered"):
        clock.run(driver.collect(ORDER.key))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("message: x", "missing"),
        ("done: perhaps", "yes or no"),
        ("done: yes\nhello", "none of"),
        ("done: yes\nthickness: 1 mm", "none of"),
    ],
)
def test_what_an_answer_must_say(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        answer_from_text(text)


def test_what_it_cannot_do_is_refused(tmp_path: Path) -> None:
    clock, driver = manual(tmp_path)
    with pytest.raises(DriverError, match="does not perform"):
        clock.run(driver.start(Order("k", "heat", {}, ())))
    with pytest.raises(DriverError, match="knows no order"):
        clock.run(driver.wait("k"))
