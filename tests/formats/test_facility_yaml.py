"""Facility files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.formats import read_facility
from kuralab.model import Atmosphere, Facility
from kuralab.units import Quantity
from kuralab.workflows.facilities import default_facility

Read = Callable[[str], Facility]

TEXT = """\
name: small
kind: real
time_zone: Asia/Tokyo
stations:
  glove box: {atmosphere: argon, positions: 10}
  bench: {atmosphere: air, positions: 4}
resources:
  operator: 2
instruments:
  balance:
    station: glove box
    driver: manual
    also: [operator]
    shifts: [monday-friday 9:00-18:30, saturday 9:00-12:00]
    performs:
      weigh: {mass: 1 mg..10 g, overhead: 15 min}
  press:
    station: bench
    driver: press
    capacity: 2
    batch: yes
    settings: {die: "12 inch", area: 0.8 cm2, retries: 3, port: COM3}
    performs:
      press_pellet: {pressure: 10..360 MPa, diameter: 1 cm..}
      heat: {gas: [argon, vacuum], heating_rate: ..10 degC/min}
ways:
  - {between: [glove box, bench], atmosphere: air, duration: 5 min}
"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a facility from a text."""

    def from_text(text: str) -> Facility:
        path = tmp_path / "facility.yaml"
        path.write_text(text, "utf-8")
        return read_facility(path)

    return from_text


def test_everything_is_read(read: Read) -> None:
    facility = read(TEXT)
    assert (facility.name, facility.kind, facility.time_zone) == ("small", "real", "Asia/Tokyo")
    assert facility.station("bench").atmosphere is Atmosphere.AIR
    assert facility.station("bench").positions == 4
    balance, press = facility.instruments
    assert balance.also == ("operator",)
    assert balance.line == 10
    assert [(shift.days, shift.opens, shift.closes) for shift in balance.shifts] == [
        ((0, 1, 2, 3, 4), 9.0, 18.5),
        ((5,), 9.0, 12.0),
    ]
    assert balance.capabilities[0].overhead == Quantity(value=15.0, unit="min")
    assert str(balance.capabilities[0].ranges["mass"]) == "0.001 g to 10 g"
    assert (press.capacity, press.batch) == (2, True)
    assert press.settings == {
        "die": "12 inch",
        "area": Quantity(value=0.8, unit="cm2"),
        "retries": 3,
        "port": "COM3",
    }
    pressing, heating = press.capabilities
    assert str(pressing.ranges["diameter"]) == "at least 10 mm"
    assert heating.choices == {"gas": ("argon", "vacuum")}
    assert facility.ways[0].duration == Quantity(value=5.0, unit="min")
    assert Facility.from_json(facility.model_dump_json()) == facility


def test_the_example_is_what_comes_with_kuralab(checkout: Path) -> None:
    example = checkout / "examples" / "facility.yaml"
    assert read_facility(example) == default_facility()


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        (
            "  press:\n    station: bench",
            "  balance:\n    station: bench",
            17,
            "balance",
            "appears twice",
        ),
        ("station: bench", "station: benc", 18, "press.station", "Did you mean bench?"),
        (
            "press_pellet:",
            "press_pelet:",
            24,
            "press_pelet",
            "is no operation. Did you mean press_pellet?",
        ),
        ("pressure: 10..360 MPa", "pressure: 360", 24, "press.press_pellet.pressure", "is no range"),
        ("pressure: 10..360 MPa", "pressure: ..360", 24, "press.press_pellet.pressure", "no unit"),
        ("pressure: 10..360 MPa", "pressure: ..360 g", 24, "press.press_pellet.pressure", "a mass"),
        ("pressure: 10..360 MPa", "pressure: 9..3 MPa", 24, "press.press_pellet.pressure", "below"),
        ("pressure: 10", "presure: 10", 24, "press.press_pellet.presure", "Did you mean pressure?"),
        ("gas: [argon, vacuum]", "gas: neon", 25, "press.heat.gas", "'neon' is unknown"),
        ("capacity: 2", "capacity: 0", 20, "press.capacity", "no whole number above zero"),
        ("capacity: 2", "capacity: some", 20, "press.capacity", "no whole number above zero"),
        ("batch: yes", "batch: perhaps", 21, "press.batch", "neither yes nor no"),
        ("driver: press", "drive: press", 17, "press", "'driver' is missing"),
        ("also: [operator]", "also: [robot]", 10, "balance", "there is no resource 'robot'"),
        ("operator: 2", "balance: 2", 10, "balance", "an instrument and a resource"),
        ("monday-friday", "monday-fryday", 14, "balance.shifts", "is no shift"),
        ("9:00-18:30", "19:00-18:30", 14, "balance.shifts", "ends before it begins"),
        ("area: 0.8 cm2", "area: 0.8 cmm2", 22, "press.settings.area", "quotes if it is a text"),
        ("positions: 4", "positions: 4.5", 6, "bench.positions", "no whole number"),
        ("atmosphere: air, pos", "atmosphere: neon, pos", 6, "bench.atmosphere", "is no atmosphere"),
        ("atmosphere: air, pos", "pos", 6, "bench", "'atmosphere' is missing"),
        ("overhead: 15 min", "overhead: 15", 16, "balance.weigh.overhead", "has no unit"),
        ("overhead: 15 min", "overhead: -15 min", 16, "balance.weigh.overhead", "is negative"),
        ("[glove box, bench]", "[glove box, attic]", 27, "way.between", "no station 'attic'"),
        ("[glove box, bench]", "[bench]", 27, "way.between", "two ends"),
        ("duration: 5 min", "duration: 5 mm", 27, "way.duration", "a length"),
        ("kind: real", "kind: unreal", 2, "kind", "no kind of facility"),
        ("Asia/Tokyo", "Tokyo", 3, "time_zone", "no time zone"),
        ("resources:", "resource:", 7, "resource", "Did you mean resources?"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    read: Read, old: str, new: str, line: int, field: str, words: str
) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        read(TEXT.replace(old, new, 1))
    found = {
        re.match(r".*facility.yaml:(\d+): ([^:]+): ", text).groups()  # type: ignore[union-attr]
        for text in str(caught.value).splitlines()
    }
    assert (str(line), field) in found


TOKENS = st.sampled_from(
    ["", "[", "{", "}", ": ", "- ", "\n", "\n  ", "..", "0", "1e999", "-", "~", "'", "#", "&a ", "*a",
     "yes", "é"]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(TEXT)), st.integers(0, 12), TOKENS)
def test_a_damaged_file_is_a_facility_or_one_error(
    tmp_path: Path, start: int, length: int, token: str
) -> None:
    path = tmp_path / "facility.yaml"
    path.write_text(TEXT[:start] + token + TEXT[start + length :], "utf-8")
    found = _facility_or_error(path)
    if isinstance(found, InputError):
        assert found.file == str(path)
    else:
        assert Facility.from_json(found.model_dump_json()) == found


def _facility_or_error(path: Path) -> Facility | InputError:
    try:
        return read_facility(path)
    except InputError as error:
        return error
