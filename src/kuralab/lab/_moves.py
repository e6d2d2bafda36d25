"""Which atmospheres samples may meet, and the quickest way between two stations through them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from kuralab.model import Atmosphere, Facility, Protocol, Way

Permitted = frozenset[Atmosphere]


@dataclass(frozen=True)
class Route:
    """From one station to another: the stations in between and at both ends, and the ways.

    ``atmospheres`` are those of the ways, then those of the stations passed in between.
    """

    stations: tuple[str, ...]
    ways: tuple[Way, ...]
    seconds: float
    atmospheres: tuple[Atmosphere, ...]


def permitted_atmospheres(protocol: Protocol) -> Permitted | None:
    """What the samples of a protocol may meet; None if it does not matter.

    Argon and vacuum can stand for each other, and both for dry air. Air-sensitive samples may meet
    dry air only where the protocol says so, since it still brings oxygen and traces of water.
    """
    inert = frozenset({Atmosphere.ARGON, Atmosphere.VACUUM})
    asked = protocol.atmosphere
    if asked is None:
        return inert if protocol.air_sensitive else None
    if asked is Atmosphere.DRY_AIR:
        return inert | {asked}
    if asked is Atmosphere.AIR:
        return frozenset({Atmosphere.AIR, Atmosphere.DRY_AIR})
    return inert


def route(
    facility: Facility, start: str, end: str, *, permitted: Permitted | None = None
) -> Route | None:
    """The quickest way between two stations, None if there is none.

    permitted: atmospheres that ways and the stations passed may have; those of the two ends are
    not looked at, since a sample stays there anyway.

    Source
    ------
    E. W. Dijkstra, Numerische Mathematik 1, 269 (1959), DOI 10.1007/BF01386390. Departures: a heap.
    """
    atmosphere = {station.name: station.atmosphere for station in facility.stations}
    leaving: dict[str, list[tuple[str, Way]]] = {}
    for way in facility.ways:
        if permitted is None or way.atmosphere in permitted:
            first, second = way.between
            leaving.setdefault(first, []).append((second, way))
            leaving.setdefault(second, []).append((first, way))
    # The counter decides between equals, so that ways are never compared.
    queue: list[tuple[float, int, str]] = [(0.0, 0, start)]
    reached: dict[str, tuple[str, Way] | None] = {}
    via: dict[str, tuple[float, str, Way]] = {}
    pushed = 0
    while queue:
        seconds, _, station = heapq.heappop(queue)
        if station in reached:
            continue
        reached[station] = via[station][1:] if station in via else None
        if station == end:
            return _traced(end, seconds, reached, atmosphere)
        if station != start and permitted is not None and atmosphere[station] not in permitted:
            continue
        for other, way in leaving.get(station, ()):
            total = seconds + way.duration.to("s").value
            if other not in reached and (other not in via or total < via[other][0]):
                via[other] = (total, station, way)
                pushed += 1
                heapq.heappush(queue, (total, pushed, other))
    return None


def _traced(
    end: str,
    seconds: float,
    reached: dict[str, tuple[str, Way] | None],
    atmosphere: dict[str, Atmosphere],
) -> Route:
    stations, ways = [end], []
    while (step := reached[stations[-1]]) is not None:
        stations.append(step[0])
        ways.append(step[1])
    stations.reverse()
    ways.reverse()
    passed = [way.atmosphere for way in ways] + [atmosphere[name] for name in stations[1:-1]]
    return Route(tuple(stations), tuple(ways), seconds, tuple(passed))
