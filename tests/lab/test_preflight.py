"""Preflight: every problem at once, with line, limit and remedy; and the time it will take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kuralab.formats import read_protocol
from kuralab.instruments import Order
from kuralab.instruments.twins import twin_drivers
from kuralab.lab import Lab
from kuralab.lab.preflight import Preflight, Problem, check
from kuralab.model import (
    Atmosphere,
    Facility,
    Instrument,
    Link,
    Protocol,
    ProtocolBuilder,
    Shift,
    Station,
)
from kuralab.workflows.facilities import default_facility
from tests.lab.facilities import capability, milled, minutes, small_facility, way

ARGON, AIR, DRY_AIR = Atmosphere.ARGON, Atmosphere.AIR, Atmosphere.DRY_AIR


def _only(found: Preflight) -> Problem:
    (problem,) = found.problems
    assert problem.refusal
    assert not found.can_run
    assert found.duration is None
    return problem


# -- what an instrument can do ------------------------------------------------------------------


def test_no_instrument() -> None:
    p, powder = milled()
    p.x_ray_diffraction(powder, duration="1 h")
    problem = _only(check(p.build(), small_facility()))
    assert problem.step == "x_ray_diffraction"
    assert "no instrument here performs this" in problem.message
    assert "ball_mill" in problem.hint


def test_out_of_every_range_names_the_nearest_limit() -> None:
    p, powder = milled()
    p.press_pellet(powder, pressure="3.6 GPa", diameter="10 mm")
    problem = _only(check(p.build(), small_facility()))
    assert (problem.step, problem.field) == ("press_pellet", "pressure")
    assert "3600 MPa is above" in problem.message
    assert "1000 MPa (press)" in problem.message
    assert problem.hint.startswith("Give at most 1000 MPa")


def test_below_every_range() -> None:
    p, powder = milled()
    p.press_pellet(powder, pressure="1 MPa", diameter="10 mm")
    problem = _only(check(p.build(), small_facility()))
    assert "below" in problem.message
    assert problem.hint.startswith("Give at least 10 MPa")


def test_two_instruments_that_each_lack_something() -> None:
    p, powder = milled()
    p.heat(powder, temperature="600 degC", heating_rate="10 degC/min", duration="1 h")
    problem = _only(check(p.build(), small_facility()))
    assert "furnace cannot do temperature" in problem.message
    assert "hot furnace cannot do heating_rate" in problem.message


def test_the_limit_of_an_instrument_is_within() -> None:
    p, powder = milled()
    p.heat(powder, temperature="500 degC", heating_rate="20 degC/min", duration="1 h")
    assert check(p.build(), small_facility()).can_run


def test_too_many_samples_at_once() -> None:
    p = ProtocolBuilder("many")
    names = [p.weigh("LiI", mass="1 g", makes=f"s{i}") for i in range(3)]
    p.ball_mill(*names, speed="500 rpm", duration="1 h")
    assert "room for 2 (mill)" in _only(check(p.build(), small_facility())).message


def test_more_samples_than_positions() -> None:
    p = ProtocolBuilder("many", air_sensitive=True)
    for i in range(11):
        p.weigh("LiI", mass="1 g", makes=f"s{i}")
    problem = _only(check(p.build(), small_facility()))
    assert problem.step == "weigh 11"
    assert "the facility has 10 in argon or vacuum" in problem.message


def test_one_line_that_is_repeated_is_one_problem() -> None:
    p = ProtocolBuilder("many")
    for x in range(3):
        with p.repeat(x=x):
            p.weigh("LiI", mass="1 g")
            p.press_pellet(pressure="2 GPa", diameter="10 mm")
    problem = _only(check(p.build(), small_facility()))
    assert problem.step == "press_pellet x=0"
    assert problem.message.endswith("(3 steps)")


def test_what_is_open_must_be_chosen() -> None:
    p, _ = milled()
    protocol = p.build()
    opened = protocol.steps[1].model_copy(update={"parameters": {}, "open_parameters": ("duration",)})
    template = protocol.model_copy(update={"steps": (protocol.steps[0], opened)})
    problem = _only(check(template, small_facility()))
    assert (problem.step, problem.field) == ("ball_mill", "duration")
    assert "--set 'ball_mill.duration=" in problem.hint


# -- air ------------------------------------------------------------------------------------------


def test_a_step_and_a_move_in_air() -> None:
    p, powder = milled(air_sensitive=True)
    p.impedance_spectrum(powder, temperature="25 degC")
    step, move = check(p.build(), small_facility()).problems
    assert "on analyser the samples would be in air (station hall)" in step.message
    assert "every way from bay to hall leads through air (the way between box and hall)" in move.message


def test_only_the_way_is_in_air() -> None:
    stations = tuple(
        station.model_copy(update={"atmosphere": ARGON}) for station in small_facility().stations
    )
    p, powder = milled(air_sensitive=True)
    p.impedance_spectrum(powder, temperature="25 degC")
    facility = small_facility(stations=stations)
    assert "leads through air" in _only(check(p.build(), facility)).message
    with_lock = small_facility(*facility.ways, way("box", "hall", ARGON, 60), stations=stations)
    assert check(p.build(), with_lock).can_run


def test_a_station_on_the_way_is_in_air() -> None:
    stations = (
        *small_facility().stations[:2],
        Station(name="hall", atmosphere=ARGON, positions=1),
        Station(name="corridor", atmosphere=AIR, positions=1),
    )
    ways = (
        way("box", "bay", ARGON, 5),
        way("box", "corridor", ARGON, 1),
        way("corridor", "hall", ARGON, 1),
    )
    p, powder = milled(air_sensitive=True)
    p.impedance_spectrum(powder, temperature="25 degC")
    problem = _only(check(p.build(), small_facility(*ways, stations=stations)))
    assert "air (station corridor)" in problem.message


def test_the_gas_of_a_furnace() -> None:
    p, powder = milled(air_sensitive=True)
    p.heat(powder, temperature="100 degC", heating_rate="5 degC/min", duration="1 h", gas="air")
    problem = _only(check(p.build(), small_facility()))
    assert (problem.step, problem.field) == ("heat", "gas")
    assert "in air, but must stay in argon or vacuum" in problem.message


@pytest.mark.parametrize(
    ("asked", "gas", "fine"),
    [
        (DRY_AIR, "dry air", True),
        (ARGON, "dry air", False),
        (ARGON, "vacuum", True),
        (None, "air", True),
    ],
)
def test_the_atmosphere_that_is_asked_for(asked: Atmosphere | None, gas: str, fine: bool) -> None:
    p, powder = milled(atmosphere=asked)
    p.heat(powder, temperature="100 degC", heating_rate="5 degC/min", duration="1 h", gas=gas)
    assert check(p.build(), small_facility()).can_run is fine


def test_no_way_at_all() -> None:
    p, powder = milled()
    p.impedance_spectrum(powder, temperature="25 degC")
    problem = _only(check(p.build(), small_facility(way("box", "bay", ARGON, 5))))
    assert problem.message == "there is no way from bay to hall"


# -- lags -----------------------------------------------------------------------------------------


def _hot_transfer(**lags: str) -> Protocol:
    p, powder = milled()
    p.press_pellet(powder, pressure="100 MPa", diameter="10 mm", **lags)
    return p.build()


def test_lags_that_contradict_each_other() -> None:
    problem = _only(check(_hot_transfer(lag_minimum="2 h", lag_maximum="1 h"), small_facility()))
    assert (problem.step, problem.field) == ("press_pellet", "lag")
    assert "contradict" in problem.message


def test_a_move_that_takes_longer_than_the_lag() -> None:
    problem = _only(check(_hot_transfer(lag_maximum="4 min"), small_facility()))
    assert "at most 4 min after 'ball_mill' cannot be kept" in problem.message
    assert "take 5 min at least" in problem.message
    assert check(_hot_transfer(lag_maximum="5 min"), small_facility()).can_run


def test_steps_in_between_count() -> None:
    def protocol(limit: float) -> Protocol:
        p, powder = milled()
        p.press_pellet(powder, pressure="100 MPa", diameter="10 mm")
        p.impedance_spectrum(
            powder, temperature="25 degC", after=Link(step="ball_mill", lag_maximum=minutes(limit))
        )
        return p.build()

    # 5 min to the press, 10 min there, 5 min to the hall.
    assert "take 20 min at least" in _only(check(protocol(19), small_facility())).message
    assert check(protocol(20), small_facility()).can_run


# -- time -----------------------------------------------------------------------------------------


def _hours(found: Preflight) -> float:
    assert found.problems == ()
    assert found.duration is not None
    return found.duration / 3600


def test_time_of_one_sample_by_hand() -> None:
    p, powder = milled()
    p.heat(powder, temperature="325 degC", heating_rate="10 degC/min", duration="1 h")
    found = check(p.build(), small_facility())
    # weigh 10 min, move 5, mill 60; heat 30 (300 K at 10 K/min) and hold 60.
    assert _hours(found) == pytest.approx(165 / 60)
    assert found.instrument_hours == pytest.approx({"balance": 1 / 6, "mill": 65 / 60, "furnace": 1.5})
    assert found.finish_after == found.duration


def test_a_batch_shares_its_time_and_waits_until_it_is_full() -> None:
    p = ProtocolBuilder("batches")
    for x in range(4):
        with p.repeat(x=x):
            p.weigh("LiI", mass="1 g")
            p.ball_mill(speed="500 rpm", duration="10 h")
    # One arm weighs one after the other: the second is ready at 20 min, the mill then takes two.
    found = check(p.build(), small_facility())
    assert _hours(found) == pytest.approx((20 + 2 * (600 + 5)) / 60)
    assert found.instrument_hours["mill"] == pytest.approx(2 * 605 / 60)


def test_different_programmes_do_not_share_a_batch() -> None:
    p = ProtocolBuilder("programmes")
    for hours in (10, 20):
        with p.repeat(t=hours):
            p.weigh("LiI", mass="1 g")
            p.ball_mill(speed="500 rpm", duration=f"{hours} h")
    found = check(p.build(), small_facility())
    assert found.instrument_hours["mill"] == pytest.approx(30 + 10 / 60)


def test_channels_work_side_by_side() -> None:
    p = ProtocolBuilder("side by side")
    for x in range(6):
        with p.repeat(x=x):
            p.weigh("LiI", mass="1 g")
    facility = small_facility()
    two_hands = (facility.instruments[0].model_copy(update={"also": ()}), *facility.instruments[1:])
    assert _hours(check(p.build(), facility)) == pytest.approx(1.0)
    assert _hours(check(p.build(), small_facility(instruments=two_hands))) == pytest.approx(1 / 3)


def test_the_shortest_lag_is_waited_for() -> None:
    p, powder = milled()
    p.press_pellet(powder, pressure="100 MPa", diameter="10 mm", lag_minimum="1 d")
    # weigh 10, move 5, mill 60, wait a day, move 5, press 10.
    assert _hours(check(p.build(), small_facility())) == pytest.approx(24 + 90 / 60)


def test_opening_hours_delay_the_finish() -> None:
    facility = small_facility()
    shift = Shift(days=(0, 1, 2, 3, 4), opens=9.0, closes=17.0)
    instruments = (
        facility.instruments[0].model_copy(update={"shifts": (shift,)}),
        *facility.instruments[1:],
    )
    p, _ = milled()
    saturday = datetime(2026, 1, 3, 9, 0, tzinfo=UTC)
    found = check(p.build(), small_facility(instruments=instruments), start=saturday)
    assert _hours(found) == pytest.approx(75 / 60)
    assert found.finish_after == pytest.approx((48 + 75 / 60) * 3600)


def test_what_never_opens_is_a_problem() -> None:
    facility = small_facility()
    never = Shift(days=(), opens=9.0, closes=17.0)
    instruments = (
        facility.instruments[0].model_copy(update={"shifts": (never,)}),
        *facility.instruments[1:],
    )
    p, _ = milled()
    found = check(
        p.build(), small_facility(instruments=instruments), start=datetime(2026, 1, 5, tzinfo=UTC)
    )
    assert "can never begin" in _only(found).message


def test_drivers_know_better() -> None:
    class Slow:
        def estimate(self, order: Order) -> float:
            assert order.samples[0].identity == "powder"
            return 7200.0

    p, _ = milled()
    found = check(p.build(), small_facility(), {"mill": Slow()})  # type: ignore[dict-item]
    assert _hours(found) == pytest.approx((10 + 5 + 120) / 60)


def test_drivers_are_asked_about_whole_batches() -> None:
    class OneByOne:
        def estimate(self, order: Order) -> float:
            return 3600.0 * len(order.samples)

    p = ProtocolBuilder("batch")
    for x in range(2):
        with p.repeat(x=x):
            p.weigh("LiI", mass="1 g")
            p.ball_mill(speed="500 rpm", duration="10 h")
    found = check(p.build(), small_facility(), {"mill": OneByOne()})  # type: ignore[dict-item]
    # The first is ready at 10 min; waiting 10 min for the second is within a quarter of an hour.
    assert _hours(found) == pytest.approx((20 + 5 + 120) / 60)


def test_a_run_takes_as_long_as_was_estimated(tmp_path: Path) -> None:
    p = ProtocolBuilder("three", air_sensitive=True)
    for x in (0, 20, 40):
        with p.repeat(x=x):
            p.weigh(f"{100 - x}Li3PS4-{x}LiI", mass="1 g")
            p.ball_mill(speed="500 rpm", duration="5 h")
            p.press_pellet(pressure="360 MPa", diameter="10 mm")
            p.x_ray_diffraction(duration="10 min")
    facility = default_facility()
    with Lab.open(tmp_path / "lab", facility=facility) as lab:
        run = lab.run(p.build())
        drivers = twin_drivers(facility, folder=tmp_path / "other", clock=lab.clock, seed=0)
    found = check(p.build(), facility, drivers)
    assert run.ended is not None
    assert _hours(found) == pytest.approx((run.ended - run.created).total_seconds() / 3600, rel=0.02)


def test_a_step_written_before_what_it_waits_for() -> None:
    p = ProtocolBuilder("order")
    p.weigh("LiI", mass="1 g", makes="a", after="weigh 2")
    p.weigh("LiI", mass="1 g", makes="b")
    assert _hours(check(p.build(), small_facility())) == pytest.approx(20 / 60)


# -- the examples ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "days"), [("li3ps4-lii", (1.7, 2.2)), ("li3ps4-heating", (0.85, 1.5))])
def test_the_examples_can_be_run(checkout: Path, name: str, days: Sequence[float]) -> None:
    protocol = read_protocol(checkout / "examples" / f"{name}.yaml")
    found = check(protocol, default_facility())
    assert days[0] < _hours(found) / 24 < days[1]


def test_a_hundred_samples_are_checked_in_a_moment() -> None:
    p = ProtocolBuilder("many")
    for x in range(100):
        with p.repeat(x=x):
            powder = p.weigh("LiI", mass="1 g")
            for T in range(20):
                p.impedance_spectrum(powder, temperature=f"{T} degC", lag_maximum="30 d")
    facility = _roomy(default_facility())
    assert check(p.build(), facility).can_run


def _roomy(facility: Facility) -> Facility:
    stations = tuple(s.model_copy(update={"positions": 200}) for s in facility.stations)
    return facility.model_copy(update={"stations": stations})


def test_an_instrument_with_two_capabilities_for_one_operation() -> None:
    both = Instrument(
        name="both",
        station="bay",
        driver="d",
        capabilities=(
            capability("heat", temperature="..500 degC", heating_rate="..20 degC/min"),
            capability("heat", temperature="..900 degC", heating_rate="..5 degC/min", overhead=60),
        ),
    )
    facility = small_facility()
    one = small_facility(instruments=(*facility.instruments[:3], both))
    p, powder = milled()
    p.heat(powder, temperature="600 degC", heating_rate="5 degC/min", duration="1 h")
    assert _hours(check(p.build(), one)) == pytest.approx((75 + 115 + 60 + 60) / 60)
