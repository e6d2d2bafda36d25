"""Protocols in Python."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kuralab.errors import InputError
from kuralab.model import Each, Link, Open, Protocol, ProtocolBuilder, Step
from kuralab.model.protocol import cycle_among
from kuralab.units import Quantity


def _milled() -> tuple[ProtocolBuilder, str]:
    p = ProtocolBuilder("glass", air_sensitive=True)
    powder = p.weigh("54Li3PS4-46LiI", mass="1 g", makes="glass")
    p.ball_mill(powder, speed="500 rpm", duration="20 h")
    return p, powder


def test_a_few_readable_calls() -> None:
    p, powder = _milled()
    pellet = p.press_pellet(powder, diameter="10 mm", pressure="360 MPa")
    p.impedance_spectrum(pellet, temperature="25 degC")
    protocol = p.build()
    assert [step.key for step in protocol.steps] == [
        "weigh", "ball_mill", "press_pellet", "impedance_spectrum",
    ]  # fmt: skip
    assert protocol.steps[0].makes == ("glass",) == protocol.steps[3].samples
    assert [[link.step for link in step.after] for step in protocol.steps] == [
        [], ["weigh"], ["ball_mill"], ["press_pellet"],
    ]  # fmt: skip


def test_the_sample_in_hand_need_not_be_named() -> None:
    p, _ = _milled()
    p.press_pellet(diameter="10 mm", pressure="360 MPa")
    assert p.build().step("press_pellet").samples == ("glass",)


def test_steps_of_one_kind_are_numbered() -> None:
    p, powder = _milled()
    for _ in range(3):
        p.hold(powder, duration="1 h")
    p.hold(powder, duration="1 h", step="rest")
    assert [step.key for step in p.build().steps][2:] == ["hold", "hold 2", "hold 3", "rest"]
    assert p.build().step("hold 3").label == "hold 3"


def test_split_gives_the_names_of_the_pieces() -> None:
    p, powder = _milled()
    pieces = p.split(powder, makes=Each("piece", "rate", [5, 600]))
    assert pieces == ("piece rate=5", "piece rate=600")
    with p.repeat(rate=600):
        assert p.hold("piece", duration="1 h") == "piece rate=600"
    assert p.merge(*pieces, makes="all") == "all"
    assert p.build().step("hold rate=600").label == "hold"


def test_order_by_hand() -> None:
    p, powder = _milled()
    p.hold(powder, duration="1 h", lag_maximum="30 min")
    p.weigh("LiI", mass="1 g", makes="other", after=Link(step="hold"))
    p.weigh("LiI", mass="1 g", makes="third", after=["hold", "ball_mill"])
    protocol = p.build()
    assert protocol.step("hold").after[0].lag_maximum == Quantity(value=30.0, unit="min")
    assert [link.step for link in protocol.step("weigh 3").after] == ["hold", "ball_mill"]


def test_open_parameters_have_ranges() -> None:
    p, powder = _milled()
    p.hold(powder, duration=Open("2 h", "40 h"))
    p.hold(powder, duration=Open())
    template = p.build()
    assert template.step("hold").open_parameters == ("duration",)
    filled = template.filled({"hold.duration": "3 h", "hold 2.duration": "1 min"})
    assert filled.step("hold").parameters["duration"] == Quantity(value=3.0, unit="h")
    assert not filled.step("hold").open_ranges
    with pytest.raises(InputError, match="no range"):
        p.weigh("LiI", mass="1 g", composition=Open("a", "b"), makes="second")


def test_mistakes_are_said_at_the_call() -> None:
    p, powder = _milled()
    with pytest.raises(InputError, match="has no unit") as caught:
        p.press_pellet(powder, diameter=10, pressure="360 MPa")
    assert caught.value.field == "diameter"
    with pytest.raises(AttributeError, match="is no operation"):
        p.press_pelet(powder)
    with pytest.raises(InputError, match="makes a sample 'nobody'"):
        p.hold("nobody", duration="1 h")
    assert "press_pellet" in dir(p)


def test_nothing_to_build() -> None:
    with pytest.raises(InputError, match="no steps"):
        ProtocolBuilder("empty").build()


def test_a_protocol_is_always_a_graph_without_cycles() -> None:
    first = Step(key="a", operation="hold", after=(Link(step="c"),))
    second = Step(key="b", operation="hold", after=(Link(step="a"),))
    third = Step(key="c", operation="hold", after=(Link(step="b"),))
    end = Step(key="d", operation="hold", after=(Link(step="c"),))
    assert cycle_among([first, second, third, end]) in (
        ("a", "c", "b", "a"), ("b", "a", "c", "b"), ("c", "b", "a", "c"),
    )  # fmt: skip
    for steps in ((first, second, third), (end,), (second, second)):
        with pytest.raises(ValidationError):
            Protocol(name="x", steps=steps)


def test_titles_and_lines_do_not_change_the_digest() -> None:
    p, _ = _milled()
    protocol = p.build()
    moved = protocol.model_copy(
        update={
            "title": "Other",
            "steps": tuple(s.model_copy(update={"line": 7}) for s in protocol.steps),
        }
    )
    assert moved.digest() == protocol.digest()
