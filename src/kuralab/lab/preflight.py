"""Preflight: everything that stands against a protocol in a facility, and how long it will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kuralab.instruments import Driver
from kuralab.lab._ability import Choice, Problem, choices_for, open_problems
from kuralab.lab._durations import seconds_of
from kuralab.lab._estimate import Play
from kuralab.lab._lags import lag_problems
from kuralab.lab._moves import permitted_atmospheres
from kuralab.lab._places import Routes, follow_samples, room_problems
from kuralab.model import Facility, Protocol, Step

__all__ = ["Preflight", "Problem", "check"]


@dataclass(frozen=True)
class Preflight:
    """What was found. Times are None where the problems leave nothing to estimate.

    duration: seconds from the first step to the end of the last while all instruments are open;
    instrument_hours: by instrument, moves to it included; finish_after: seconds from ``start``
    with opening hours, equal to duration where no start was given.
    """

    problems: tuple[Problem, ...]
    duration: float | None = None
    instrument_hours: Mapping[str, float] = field(default_factory=dict)
    finish_after: float | None = None

    @property
    def can_run(self) -> bool:
        """Whether nothing stands against it."""
        return not self.problems


def check(
    protocol: Protocol,
    facility: Facility,
    drivers: Mapping[str, Driver] | None = None,
    *,
    start: datetime | None = None,
) -> Preflight:
    """Check a protocol against a facility, all of it, and estimate its duration.

    drivers: by instrument name; they know durations better than the facility file. start: when the
    run would begin, for opening hours.
    """
    permitted = permitted_atmospheres(protocol)
    routes = Routes(facility, permitted)
    choices: dict[str, list[Choice]] = {}
    problems: list[Problem] = []
    for step in protocol.steps:
        choices[step.key], found = choices_for(step, facility, permitted)
        problems += [*open_problems(step), *found]
    ordered = _in_order(protocol)
    at, found = follow_samples(ordered, choices, routes)
    problems += found + room_problems(protocol, facility, permitted)
    seconds = _Seconds(choices, {} if problems or drivers is None else drivers)
    problems += lag_problems(ordered, seconds=seconds.shortest(protocol), at=at, routes=routes)
    if problems:
        return Preflight(_merged(problems))

    def estimate(begins: datetime | None) -> Play:
        return Play(
            ordered,
            facility,
            seconds=seconds.together,
            able={key: frozenset(c.instrument.name for c in found) for key, found in choices.items()},
            routes=routes,
            start=begins,
        )

    always_open = estimate(None).estimate()
    finish = always_open.seconds if start is None else estimate(start).estimate().seconds
    if finish is None:
        never = Problem(
            None, None, None, "some steps can never begin", "Look at the opening hours and the ways."
        )
        return Preflight((never,))
    return Preflight((), always_open.seconds, always_open.instrument_hours, finish)


class _Seconds:
    """How long steps take on the instruments that can take them; each is asked for once."""

    def __init__(self, choices: Mapping[str, Sequence[Choice]], drivers: Mapping[str, Driver]) -> None:
        self._choices = choices
        self._drivers = drivers
        self._known: dict[tuple[tuple[str, ...], str], float] = {}

    def together(self, steps: Sequence[Step], instrument: str) -> float:
        """Seconds of one order for these steps, which share their operation and parameters."""
        key = (tuple(step.key for step in steps), instrument)
        if key not in self._known:
            able = self._choices[steps[0].key]
            choice = next(choice for choice in able if choice.instrument.name == instrument)
            self._known[key] = seconds_of(steps, choice, self._drivers.get(instrument))
        return self._known[key]

    def shortest(self, protocol: Protocol) -> dict[str, float]:
        """The shortest time of each step that leaves nothing open."""
        return {
            step.key: min(self.together([step], choice.instrument.name) for choice in able)
            for step in protocol.steps
            if not step.open_parameters and (able := self._choices[step.key])
        }


def _in_order(protocol: Protocol) -> list[Step]:
    """Each step after those that it waits for, else as written."""
    steps = {step.key: step for step in protocol.steps}
    placed: dict[str, Step] = {}
    for first in protocol.steps:
        stack = [first]
        while stack:
            step = stack[-1]
            waiting = [link.step for link in step.after if link.step not in placed]
            if waiting:
                stack.extend(steps[key] for key in waiting)
            else:
                placed.setdefault(stack.pop().key, step)
    return list(placed.values())


def _merged(problems: list[Problem]) -> tuple[Problem, ...]:
    """The same problem of many steps on one line is one problem, which says how many."""
    groups: dict[tuple[int | None, str | None, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.line, problem.field, problem.message), []).append(problem)
    return tuple(
        first if not more else replace(first, message=f"{first.message} ({len(more) + 1} steps)")
        for first, *more in sorted(groups.values(), key=lambda group: group[0].line or 0)
    )
