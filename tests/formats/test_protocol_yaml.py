"""Protocol files: what they say, what is wrong with them, and that nothing else can happen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.formats import read_protocol
from kuralab.model import Atmosphere, Protocol, ProtocolBuilder
from kuralab.units import Quantity

Read = Callable[..., Protocol]

START = """\
name: test
steps:
  - weigh: {composition: Li3PS4, mass: 1 g}
    makes: glass
"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a protocol from a text."""

    def from_text(text: str, parameters: Mapping[str, object] | None = None) -> Protocol:
        path = tmp_path / "protocol.yaml"
        path.write_text(text, "utf-8")
        return read_protocol(path, parameters=parameters)

    return from_text


def _keys(protocol: Protocol) -> list[str]:
    return [step.key for step in protocol.steps]


def test_a_file_and_python_say_the_same(checkout: Path) -> None:
    p = ProtocolBuilder(
        "li3ps4-lii", title="Conductivity of (100-x)Li3PS4-xLiI glass", air_sensitive=True
    )
    for x in range(0, 56, 5):
        with p.repeat(x=x):
            pellet = p.weigh(f"{100 - x}Li3PS4-{x}LiI", mass="300 mg", makes="pellet")
            p.ball_mill(pellet, speed="500 rpm", duration="20 h", balls="ZrO2")
            p.press_pellet(pellet, pressure="360 MPa", diameter="10 mm")
            for T in range(25, 96, 10):
                with p.repeat(T=f"{T} degC"):
                    p.impedance_spectrum(pellet, temperature=f"{T} degC")
    read = read_protocol(checkout / "examples" / "li3ps4-lii.yaml")
    without_lines = [step.model_copy(update={"line": None}) for step in read.steps]
    built = p.build()
    assert list(built.steps) == without_lines
    assert built.digest() == read.digest()
    assert Protocol.from_json(read.model_dump_json()) == read


def test_the_heating_example_follows_each_piece(checkout: Path) -> None:
    protocol = read_protocol(checkout / "examples" / "li3ps4-heating.yaml")
    split = protocol.step("split")
    assert split.samples == ("glass",)
    assert split.makes[0] == "piece rate=5"
    assert len(split.makes) == 7
    heat = protocol.step("heat rate=600")
    assert heat.samples == ("piece rate=600",)
    assert heat.parameters["heating_rate"] == Quantity(value=600.0, unit="degC/min")
    assert [link.step for link in heat.after] == ["split"]
    assert protocol.step("impedance_spectrum rate=5 T=25 degC").samples == ("piece rate=5",)


def test_steps_know_lines_and_values_have_registered_units(read: Read) -> None:
    protocol = read(START + "  - ball_mill: {speed: 500 rpm, duration: 90 min}\n")
    assert [step.line for step in protocol.steps] == [3, 5]
    assert protocol.step("ball_mill").parameters["duration"] == Quantity(value=1.5, unit="h")


def test_the_head(read: Read) -> None:
    protocol = read("title: A title\natmosphere: dry air\nair_sensitive: no\n" + START)
    assert (protocol.name, protocol.title) == ("test", "A title")
    assert protocol.atmosphere is Atmosphere.DRY_AIR
    assert not protocol.air_sensitive


def test_repeats_nest_and_names_are_found_again(read: Read) -> None:
    protocol = read(
        """
name: nested
steps:
  - for each x in [1, 2]:
      - weigh: {composition: Li3PS4, mass: "{x*2-1} g"}
        makes: pellet
  - for each T in 25..45 step 10 degC:
      - for each x in [1, 2]:
          - impedance_spectrum: {temperature: "{T}"}
            sample: pellet
"""
    )
    assert _keys(protocol) == [
        "weigh x=1",
        "weigh x=2",
        *(f"impedance_spectrum T={T} degC x={x}" for T in (25, 35, 45) for x in (1, 2)),
    ]
    last = protocol.steps[-1]
    assert last.samples == ("pellet x=2",)
    assert [link.step for link in last.after] == ["impedance_spectrum T=35 degC x=2"]
    assert protocol.step("weigh x=2").parameters["mass"] == Quantity(value=3.0, unit="g")


def test_order_by_hand_and_lags(read: Read) -> None:
    protocol = read(
        START
        + """\
  - hold: {duration: 1 h}
    step: ageing
    lag: {minimum: 10 min, maximum: 1 h}
  - weigh: {composition: LiI, mass: 1 g}
    makes: reference
    after: [ageing, {step: weigh, lag: {maximum: 1 d}}]
"""
    )
    (ageing,) = protocol.step("ageing").after
    assert (ageing.step, ageing.lag_minimum, ageing.lag_maximum) == (
        "weigh",
        Quantity(value=10.0, unit="min"),
        Quantity(value=60.0, unit="min"),
    )
    first, second = protocol.step("weigh 2").after
    assert (first.step, first.lag_maximum) == ("ageing", None)
    assert (second.step, second.lag_maximum) == ("weigh", Quantity(value=1440.0, unit="min"))


def test_split_and_merge_keep_who_came_from_whom(read: Read) -> None:
    protocol = read(
        START
        + """\
  - split:
    makes: piece for each n in 1..3 step 1
  - hold: {duration: 1 h}
    sample: piece n=2
  - merge:
    samples: every piece
    makes: all
  - hold: {duration: 1 h}
"""
    )
    assert protocol.step("merge").samples == ("piece n=1", "piece n=2", "piece n=3")
    assert {link.step for link in protocol.step("merge").after} == {"split", "hold"}
    assert protocol.step("hold 2").samples == ("all",)


OPEN = """\
name: template
values: {die: 10 mm}
steps:
  - for each x in [1, 2]:
      - weigh: {composition: open, mass: 1 g}
      - ball_mill: {speed: 500 rpm, duration: open 2..40 h}
      - press_pellet: {pressure: open, diameter: "{die}"}
      - hold: {duration: open}
"""


def test_a_template_is_filled(read: Read) -> None:
    template = read(OPEN)
    assert template.step("ball_mill x=1").open_parameters == ("duration",)
    assert str(template.step("ball_mill x=1").open_ranges["duration"]) == "2 h to 40 h"
    filled = read(
        OPEN,
        {
            "composition": "Li3PS4",
            "ball_mill.duration": "20 h",
            "hold x=2.duration": Quantity(value=30.0, unit="min"),
            "die": "8 mm",
        },
    )
    for x in (1, 2):
        assert filled.step(f"weigh x={x}").parameters["composition"] == "Li3PS4"
        assert filled.step(f"ball_mill x={x}").parameters["duration"] == Quantity(value=20.0, unit="h")
        assert filled.step(f"press_pellet x={x}").parameters["diameter"].value == 8.0
        assert filled.step(f"press_pellet x={x}").open_parameters == ("pressure",)
    assert filled.step("hold x=1").open_parameters == ("duration",)
    assert filled.step("hold x=2").parameters["duration"] == Quantity(value=0.5, unit="h")


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"duration": "20 h"}, "duration", "several steps leave this open"),
        ({"ball_mill.duration": "50 h"}, "ball_mill.duration", "outside 2 h to 40 h"),
        ({"ball_mill.duration": "50 g"}, "ball_mill.duration", "is a mass"),
        ({"ball_mill.duration": 20}, "ball_mill.duration", "has no unit"),
        ({"ball_mill.speed": "1 rpm"}, "ball_mill.speed", "no step leaves this open"),
        ({"nonsense": "1"}, "nonsense", "no step leaves this open"),
    ],
)
def test_what_cannot_be_filled(
    read: Read, parameters: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(OPEN, parameters)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("steps", "line", "field", "words"),
    [
        ("  - ball_mil: {}", 5, "ball_mil", "no such operation. Did you mean ball_mill?"),
        ("  - ball_mill: {speed: 1 rpm, duration: 1 h, sped: 1}", 5, "ball_mill.sped", "mean speed"),
        ("  - ball_mill: {speed: 1 rpm}", 5, "ball_mill", "'duration' is missing"),
        ("  - ball_mill: {speed: 1 rpm,\n      duration: }", 6, "ball_mill.duration", "nothing is no"),
        ("  - press_pellet: {pressure: 360, diameter: 1 mm}", 5, "press_pellet.pressure", "no unit"),
        ("  - press_pellet: {pressure: 360 g, diameter: 1 mm}", 5, "press_pellet.pressure", "a mass"),
        (
            "  - press_pellet: {pressure: -1 MPa, diameter: 1 mm}",
            5,
            "press_pellet.pressure",
            "above zero",
        ),
        ("  - hold: {duration: -1 h}", 5, "hold.duration", "below 0 s"),
        ("  - impedance_spectrum: {temperature: -300 degC}", 5, None, "below 0 K"),
        ("  - hold: {duration: 1 h}\n    sampel: glass", 6, "sampel", "Did you mean sample?"),
        ("  - hold: {duration: 1 h}\n    sample: glas", 6, "hold.sample", "makes a sample 'glas'"),
        ("  - hold: {duration: 1 h}\n    makes: other", 6, "hold.makes", "makes no new sample"),
        ("  - hold: {duration: 1 h}\n    samples: [glass, glass]", 6, "hold.sample", "named twice"),
        ("  - split:\n    makes: one", 6, "split.makes", "two samples or more"),
        ("  - split:\n    makes: [a, a]", 6, "split.makes", "a sample 'a' already"),
        ("  - split:\n    makes: [a/b, c]", 6, "split.makes", "is no name"),
        ("  - merge:\n    makes: one", 5, "merge.sample", "two samples or more"),
        (
            "  - split:\n    makes: [a, b]\n  - x_ray_diffraction: {duration: 1 h}\n    sample: glass",
            8,
            "x_ray_diffraction.sample",
            "used up by step 'split'",
        ),
        (
            "  - split:\n    makes: [a, b]\n  - hold: {duration: 1 h}",
            7,
            "hold",
            "not clear on which sample",
        ),
        ("  - weigh: {composition: LiI, mass: 1 g}\n    makes: glass", 6, "weigh.makes", "already"),
        ("  - weigh: {composition: LiX, mass: 1 g}", 5, "weigh.composition", "not an element"),
        ("  - hold: {duration: 1 h}\n    step: weigh", 6, "hold.step", "two steps are called 'weigh'"),
        ("  - hold: {duration: 1 h}\n    after: nothing", 5, "after", "no step 'nothing'"),
        ("  - hold: {duration: 1 h}\n    lag: {maximum: 3 mm}", 6, "hold.lag.maximum", "a length"),
        ("  - hold: {duration: 1 h}\n    lag: {most: 3 h}", 6, "hold.lag.most", "no such field"),
        ("  - hold: {duration: '{y}'}", 5, "hold.duration", "{y} has no value here"),
        ("  - hold: {duration: open 40..2 h}", 5, "hold.duration", "ends below its start"),
        ("  - hold:\n    sample: glass", 5, "hold", "'duration' is missing"),
        ("  - sample: glass", 5, None, "the operation is missing"),
        ("  - hold", 5, None, "this is no step"),
        ("  - hold: {duration: 1 h}\n    split:", 6, "split", "a second operation"),
        ("  - for each x in 0..50:\n      - hold: {duration: 1 h}", 5, None, "are no values"),
        ("  - for each x in 0..1e9 step 1:\n      - hold: {duration: 1 h}", 5, None, "'e9'"),
        ("  - for each x in 0..99999 step 1:\n      - hold: {duration: 1 h}", 5, None, "more than 1000"),
        ("  - for each x in [1, 1]:\n      - hold: {duration: 1 h}", 5, None, "appears twice"),
        ("  - for each x in [1]:", 5, "for each x in [1]", "no steps are repeated"),
        ("  - for each x:\n      - hold: {duration: 1 h}", 5, None, "'x' has no values"),
        ("  - for each x in [0]:\n      - hold: {duration: '{1/x} h'}", 6, "hold.duration", "by zero"),
        ("  - for each x in [a]:\n      - hold: {duration: '{2*x} h'}", 6, "hold.duration", "is 'a'"),
        (
            "  - for each x in [1]:\n      - hold: {duration: '{x;x} h'}",
            6,
            "hold.duration",
            "arithmetic",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    read: Read, steps: str, line: int, field: str | None, words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        read(START + steps + "\n")
    assert caught.value.line == line
    assert field is None or caught.value.field == field
    assert caught.value.file is not None
    assert caught.value.file.endswith("protocol.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps: []\nname: x\n", "no steps"),
        ("name: x\n", "'steps' is missing"),
        (START.replace("name: test", "nam: test"), "'name' is missing"),
        (START.replace("name: test", "nam: test"), "Did you mean name?"),
        ("air_sensitive: maybe\n" + START, "neither yes nor no"),
        ("air_sensitive: yes\natmosphere: air\n" + START, "cannot be kept in air"),
        ("atmosphere: neon\n" + START, "'neon' is no atmosphere"),
        ("just a text\n", "this is not a protocol"),
        ("", "the file is empty"),
    ],
)
def test_what_is_wrong_at_the_top(read: Read, text: str, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        read(text)


def test_a_cycle_names_its_steps(read: Read) -> None:
    with pytest.raises(InputError, match="wait for each other") as caught:
        read(
            START.replace("makes: glass", "makes: glass\n    after: second")
            + "  - hold: {duration: 1 h}\n    step: second\n"
        )
    assert "weigh after second after weigh" in caught.value.message
    assert caught.value.line == 3


def test_all_problems_are_listed_once_and_in_order(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(
            START
            + """\
  - for each x in 0..50 step 5:
      - ball_mill: {speed: 500, duration: "{x} g"}
      - press_pelet: {}
  - hold: {duration: 1 h}
    sample: nobody
"""
        )
    lines = str(caught.value).splitlines()
    assert [int(line.split(":")[1]) for line in lines] == [6, 6, 7, 9]


def test_repeats_cannot_explode(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuralab.formats._steps.MOST_STEPS", 500)
    nest = "".join(f"{'    ' * depth}  - for each v{depth} in 1..1000 step 1:\n" for depth in range(3))
    with pytest.raises(InputError, match="more than 500 steps"):
        read(f"{START}{nest}{'    ' * 3}  - hold: {{duration: 1 h}}\n    {'    ' * 3}sample: glass\n")


def test_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_bytes(START.encode() + "title: ガラス\n".encode("cp932"))
    with pytest.raises(InputError, match="UTF-8") as caught:
        read_protocol(path)
    assert caught.value.line == 5


WORDS = st.sampled_from(
    [
        "name: x", "steps:", "  - weigh: {composition: Li3PS4, mass: 1 g}", "    makes: a",
        "    makes: [a, b]", "  - split:", "  - merge:", "    samples: every a", "    sample: a",
        "  - for each x in 0..3 step 1:", "      - hold: {duration: '{x} h'}", "    after: hold",
        "    after: {step: weigh, lag: {minimum: 1 h}}", "    lag: {maximum: x}", "values: {x: [1, 2]}",
        "  - for each x:", "    makes: p for each x",
        "  - hold: {duration: open 1..2 h}", "    step: a=b",
        "air_sensitive: yes", "  - ball_mill: {speed: 1e3 rpm, duration: 1 h}", "- [", "? x", "  - 3",
    ]
)  # fmt: skip


def _protocol_or_error(path: Path) -> Protocol | InputError:
    try:
        return read_protocol(path)
    except InputError as error:
        return error


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=10), st.text(max_size=12))
def test_any_file_is_a_protocol_or_one_error(tmp_path: Path, lines: list[str], noise: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_text("\n".join(["name: x", "steps:", *lines, noise]), "utf-8", errors="replace")
    found = _protocol_or_error(path)
    if isinstance(found, InputError):
        assert found.file == str(path)
    else:
        assert Protocol.from_json(found.model_dump_json()) == found
