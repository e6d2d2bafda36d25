"""Whether the lags between steps can be kept, however the steps are scheduled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kuralab.lab._ability import Problem
from kuralab.lab._places import Routes
from kuralab.model import Link, Step


def lag_problems(
    ordered: Sequence[Step],
    *,
    seconds: Mapping[str, float],
    at: Mapping[str, frozenset[str]],
    routes: Routes,
) -> list[Problem]:
    """Lags that contradict themselves, or that no schedule can keep.

    ordered: each step after those that it waits for; seconds: the shortest time that each takes,
    if known; at: the stations at which each can take place.
    """
    number = {step.key: i for i, step in enumerate(ordered)}
    found = []
    for step in ordered:
        for link in step.after:
            if link.lag_maximum is None:
                continue
            if link.lag_minimum is not None and link.lag_minimum.to("s").value > _limit(link):
                message = (
                    f"after {link.step!r} at least {link.lag_minimum} and at most {link.lag_maximum} "
                    "contradict each other"
                )
                found.append(_problem(step, message, "Swap them."))
                continue
            between = ordered[number[link.step] : number[step.key] + 1]
            shortest = _shortest(between, seconds, at, routes)
            if shortest > _limit(link) + 1e-6:
                message = (
                    f"at most {link.lag_maximum} after {link.step!r} cannot be kept: moves and steps in "
                    f"between take {shortest / 60:.3g} min at least"
                )
                found.append(_problem(step, message, "Allow more time, or choose nearer places."))
    return found


def _limit(link: Link) -> float:
    return float("inf") if link.lag_maximum is None else link.lag_maximum.to("s").value


def _shortest(
    between: Sequence[Step],
    seconds: Mapping[str, float],
    at: Mapping[str, frozenset[str]],
    routes: Routes,
) -> float:
    """Seconds from the end of the first of these steps to the earliest start of the last one."""
    first = between[0]
    steps = {first.key: first}
    ends = {first.key: 0.0}
    starts = {first.key: 0.0}
    for step in between[1:]:
        waits = [
            ends[link.step] + max(_minimum(link), _move(steps[link.step], step, at, routes))
            for link in step.after
            if link.step in ends
        ]
        if waits:
            starts[step.key] = max(waits)
            ends[step.key] = starts[step.key] + seconds.get(step.key, 0.0)
            steps[step.key] = step
    return starts[between[-1].key]


def _minimum(link: Link) -> float:
    return 0.0 if link.lag_minimum is None else link.lag_minimum.to("s").value


def _move(before: Step, step: Step, at: Mapping[str, frozenset[str]], routes: Routes) -> float:
    """The quickest move between two steps that share a sample."""
    if not {*before.samples, *before.makes} & set(step.samples):
        return 0.0
    return routes.shortest(at[before.key], at[step.key])


def _problem(step: Step, message: str, hint: str) -> Problem:
    return Problem(line=step.line, step=step.key, field="lag", message=message, hint=hint)
