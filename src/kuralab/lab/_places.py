"""Where samples can be after each step, and whether they can get from one to the next unharmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import final

from kuralab.lab._ability import Choice, Problem
from kuralab.lab._moves import Permitted, Route, route
from kuralab.model import Atmosphere, Facility, Protocol, Step


@final
class Routes:
    """Routes of one facility, each looked for once."""

    def __init__(self, facility: Facility, permitted: Permitted | None) -> None:
        self.facility = facility
        self.permitted = permitted
        self._known: dict[tuple[str, str, bool], Route | None] = {}

    def between(self, start: str, end: str, *, any_atmosphere: bool = False) -> Route | None:
        """The quickest route that the samples may take, or that anybody may."""
        key = (start, end, any_atmosphere)
        if key not in self._known:
            permitted = None if any_atmosphere else self.permitted
            self._known[key] = route(self.facility, start, end, permitted=permitted)
        return self._known[key]

    def shortest(self, starts: Iterable[str], ends: Iterable[str]) -> float:
        """Seconds of the quickest move from any of these to any of those; 0 if none is known."""
        targets = list(ends)
        found = [self.between(start, end) for start in starts for end in targets]
        return min((one.seconds for one in found if one is not None), default=0.0)


def follow_samples(
    steps: Sequence[Step], choices: Mapping[str, Sequence[Choice]], routes: Routes
) -> tuple[dict[str, frozenset[str]], list[Problem]]:
    """Stations at which each step can take place, and the moves that are not possible."""
    where: dict[str, frozenset[str]] = {}
    at: dict[str, frozenset[str]] = {}
    problems: list[Problem] = []
    for step in steps:
        stations = dict.fromkeys(choice.instrument.station for choice in choices[step.key])
        before = [where[sample] for sample in step.samples if sample in where]
        reached = frozenset(
            station
            for station in stations
            if all(any(routes.between(start, station) for start in starts) for starts in before)
        )
        if stations and not reached:
            problems.append(_move_problem(step, before, list(stations), routes))
        at[step.key] = reached or frozenset(stations)
        where.update(dict.fromkeys((*step.samples, *step.makes), at[step.key]))
    return at, problems


def _move_problem(
    step: Step, before: Sequence[frozenset[str]], stations: Sequence[str], routes: Routes
) -> Problem:
    blocked = next(
        starts for starts in before if not any(routes.between(s, stations[0]) for s in starts)
    )
    start, end = min(blocked), stations[0]
    harmful = routes.between(start, end, any_atmosphere=True)
    place = f"from {start} to {end}"
    if harmful is None or routes.permitted is None:
        message, hint = f"there is no way {place}", "Describe one under 'ways' in the facility."
    else:
        wanted = " or ".join(sorted(routes.permitted))
        met = _met(harmful, routes)
        message = f"every way {place} leads through {met}, but the samples must stay in {wanted}"
        hint = f"Describe a way through {wanted} in the facility, such as an antechamber."
    return Problem(line=step.line, step=step.key, field=None, message=message, hint=hint)


def _met(harmful: Route, routes: Routes) -> str:
    met: dict[Atmosphere, str] = {}
    for way in harmful.ways:
        met.setdefault(way.atmosphere, f"the way between {' and '.join(way.between)}")
    for name in harmful.stations[1:-1]:
        met.setdefault(routes.facility.station(name).atmosphere, f"station {name}")
    permitted = routes.permitted or frozenset()
    return ", ".join(f"{gas} ({whose})" for gas, whose in met.items() if gas not in permitted)


def room_problems(protocol: Protocol, facility: Facility, permitted: Permitted | None) -> list[Problem]:
    """Whether all samples that exist at once find a position in an atmosphere that they bear."""
    fitting = [s for s in facility.stations if permitted is None or s.atmosphere in permitted]
    positions = sum(station.positions for station in fitting)
    present = 0
    for step in protocol.steps:
        present += len(step.makes) - (len(step.samples) if step.makes else 0)
        if present > positions:
            where = "" if permitted is None else f" in {' or '.join(sorted(permitted))}"
            message = f"more samples than positions: the facility has {positions}{where}"
            hint = "Make fewer samples at once, or describe more positions."
            return [Problem(step.line, step.key, None, message, hint)]
    return []
