"""Routes through a facility."""

from __future__ import annotations

import pytest

from kuralab.lab._moves import Route, permitted_atmospheres, route
from kuralab.model import Atmosphere, Facility, ProtocolBuilder, Station
from tests.lab.facilities import small_facility, way

ARGON, AIR, VACUUM, DRY_AIR = Atmosphere.ARGON, Atmosphere.AIR, Atmosphere.VACUUM, Atmosphere.DRY_AIR
INERT = frozenset({ARGON, VACUUM})


def _facility() -> Facility:
    """a - b - d is short but in air; a - c - d is long and inert; e stands alone."""
    stations = tuple(
        Station(name=name, atmosphere=AIR if name == "b" else ARGON, positions=1) for name in "abcde"
    )
    ways = (
        way("a", "b", ARGON, 1),
        way("d", "b", ARGON, 1),
        way("a", "c", VACUUM, 10),
        way("c", "d", ARGON, 10),
        way("a", "d", AIR, 30),
    )
    return small_facility(*ways, stations=stations, instruments=(), resources=())


def test_the_quickest_route() -> None:
    found = route(_facility(), "a", "d")
    assert found is not None
    assert found.stations == ("a", "b", "d")
    assert found.seconds == 120.0
    assert found.atmospheres == (ARGON, ARGON, AIR)


def test_the_quickest_route_that_is_permitted() -> None:
    found = route(_facility(), "a", "d", permitted=INERT)
    assert found is not None
    assert found.stations == ("a", "c", "d")
    assert found.seconds == 1200.0
    assert set(found.atmospheres) <= INERT


def test_ends_are_not_looked_at() -> None:
    found = route(_facility(), "b", "a", permitted=INERT)
    assert found is not None
    assert found.stations == ("b", "a")


def test_staying_is_no_move() -> None:
    assert route(_facility(), "e", "e") == Route(("e",), (), 0.0, ())


@pytest.mark.parametrize(("start", "end"), [("a", "e"), ("e", "a")])
def test_no_route(start: str, end: str) -> None:
    assert route(_facility(), start, end) is None


@pytest.mark.parametrize(
    ("air_sensitive", "asked", "permitted"),
    [
        (False, None, None),
        (True, None, INERT),
        (False, ARGON, INERT),
        (False, VACUUM, INERT),
        (True, DRY_AIR, INERT | {DRY_AIR}),
        (False, AIR, frozenset({AIR, DRY_AIR})),
    ],
)
def test_what_samples_may_meet(
    air_sensitive: bool, asked: Atmosphere | None, permitted: frozenset[Atmosphere] | None
) -> None:
    p = ProtocolBuilder("test", air_sensitive=air_sensitive, atmosphere=asked)
    p.weigh("LiI", mass="1 g")
    assert permitted_atmospheres(p.build()) == permitted
