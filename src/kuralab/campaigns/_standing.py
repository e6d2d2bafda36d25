"""How a campaign stands: its best experiments, its front, how well it predicted.

Everything is on the gain scale of an objective, larger is better::

    g = +y to maximise, -y to minimise, -|y - target| for a target; y = log10(value) on a log scale
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.campaigns._judge import ABOVE, BELOW
from kuralab.campaigns._record import CampaignState
from kuralab.model.campaign import Experiment, Objective, Observed
from kuralab.planning import hypervolume, pareto_front, reference_point

HYPERVOLUME: Final = "hypervolume"
_DAY: Final = 86400.0


@dataclass(frozen=True)
class BestSoFar:
    """The best so far after each experiment that ended, and when: days since the campaign began."""

    quantity: str
    days: tuple[float, ...]
    best: tuple[float | None, ...]


@dataclass(frozen=True)
class Calibration:
    """Of ``count`` predictions made before measurement, how many intervals held what was measured."""

    quantity: str
    within_68: int
    within_95: int
    count: int


def gain(objective: Objective, value: float) -> float:
    """A value on the scale where larger is better."""
    log = objective.scale == "log"
    y = math.log10(value) if log else value
    if objective.direction == "target":
        assert objective.target is not None
        return -abs(y - (math.log10(objective.target) if log else objective.target))
    return -y if objective.direction == "minimise" else y


def searched(state: CampaignState) -> tuple[Objective, ...]:
    """The objectives that are improved, without those that only bound."""
    found = tuple(o for o in state.definition.objectives if o.direction != "constraint")
    return found or state.definition.objectives


def best_experiments(state: CampaignState) -> list[Experiment]:
    """Best first; of several objectives the front, ordered by the first one. Limits come last."""
    objectives = searched(state)
    allowed = [e for e in state.measured if _within(state, e)]
    first = objectives[0]
    if len(objectives) > 1:
        chosen = set(_front(objectives, allowed))
        allowed = [e for i, e in enumerate(allowed) if i in chosen]
    return sorted(
        allowed, key=lambda e: (_is_bound(first, e), -gain(first, _value(e, first)), e.suggestion.number)
    )


def front_of(state: CampaignState) -> list[Experiment]:
    """Experiments that no other one beats in every objective; none for a single objective."""
    return best_experiments(state) if len(searched(state)) > 1 else []


def reference_of(state: CampaignState) -> dict[str, float]:
    """By quantity, the corner from which a hypervolume is counted: the goals, and where there is none a
    point below the front; nothing for a single objective."""
    objectives = searched(state)
    gains = _gains(objectives, [e for e in state.measured if _within(state, e)])
    if len(objectives) < 2 or not len(gains):
        return {}
    below = zip(objectives, reference_point(gains), strict=True)
    goals = {o.quantity: o.goal for o in objectives if o.goal is not None and o.target is None}
    return {o.quantity: _value_at(o, float(g)) for o, g in below} | goals


def best_so_far(state: CampaignState, *, corner: dict[str, float] | None = None) -> list[BestSoFar]:
    """For each objective, and of several the hypervolume above a corner, in the order of ending."""
    objectives = searched(state)
    ended = [state.experiments[number] for number in state.told]
    days = tuple(_days(state.created, e.ended) for e in ended)
    found = []
    for objective in objectives:
        best: list[float | None] = []
        for experiment in ended:
            best.append(_better(objective, best[-1] if best else None, _counted(state, experiment)))
        found.append(BestSoFar(objective.quantity, days, tuple(best)))
    if corner and 2 <= len(objectives) <= 3:
        limits = np.array([gain(o, corner[o.quantity]) for o in objectives])
        counted = [_counted(state, e) for e in ended]
        volumes: list[float | None] = []
        for last in range(1, len(ended) + 1):
            gains = _gains(objectives, [e for e in counted[:last] if e is not None])
            volumes.append(hypervolume(gains, limits) if len(gains) else None)
        found.append(BestSoFar(HYPERVOLUME, days, tuple(volumes)))
    return found


def calibration(state: CampaignState) -> list[Calibration]:
    """How often what was measured lay within what had been predicted; limits do not count."""
    found = []
    for objective in state.definition.objectives:
        within_68 = within_95 = count = 0
        for experiment in state.measured:
            predicted = experiment.suggestion.reason.predicted.get(objective.quantity)
            observed = experiment.observed[objective.quantity]
            if predicted is None or observed.value is None or _is_limit(observed):
                continue
            count += 1
            within_68 += predicted.low_68 <= observed.value <= predicted.high_68
            within_95 += predicted.low_95 <= observed.value <= predicted.high_95
        if count:
            found.append(Calibration(objective.quantity, within_68, within_95, count))
    return found


def _within(state: CampaignState, experiment: Experiment) -> bool:
    """Whether every constraint among the objectives holds."""
    for objective in state.definition.objectives:
        if objective.direction == "constraint":
            value = _value(experiment, objective)
            if objective.low is not None and value < objective.low:
                return False
            if objective.high is not None and value > objective.high:
                return False
    return True


def _counted(state: CampaignState, experiment: Experiment) -> Experiment | None:
    return experiment if experiment.state == "measured" and _within(state, experiment) else None


def _better(objective: Objective, best: float | None, experiment: Experiment | None) -> float | None:
    if experiment is None or _is_bound(objective, experiment):
        return best
    value = _value(experiment, objective)
    return value if best is None or gain(objective, value) > gain(objective, best) else best


def _is_limit(observed: Observed) -> bool:
    return BELOW in observed.flags or ABOVE in observed.flags


def _is_bound(objective: Objective, experiment: Experiment) -> bool:
    """Whether the truth may be worse than the value: a limit on the wrong side."""
    flags = experiment.observed[objective.quantity].flags
    if objective.direction == "target":
        return BELOW in flags or ABOVE in flags
    return (ABOVE if objective.direction == "minimise" else BELOW) in flags


def _value(experiment: Experiment, objective: Objective) -> float:
    value = experiment.observed[objective.quantity].value
    assert value is not None
    return value


def _gains(objectives: Sequence[Objective], experiments: Sequence[Experiment]) -> NDArray[np.float64]:
    rows = [[gain(o, _value(e, o)) for o in objectives] for e in experiments]
    return np.array(rows, dtype=float).reshape(len(rows), len(objectives))


def _front(objectives: Sequence[Objective], experiments: Sequence[Experiment]) -> list[int]:
    return [int(i) for i in pareto_front(_gains(objectives, experiments))] if experiments else []


def _value_at(objective: Objective, g: float) -> float:
    log = objective.scale == "log"
    if objective.direction == "target":
        assert objective.target is not None
        return objective.target * 10.0**g if log else objective.target + g
    y = -g if objective.direction == "minimise" else g
    return 10.0**y if log else y


def _days(began: datetime, ended: datetime | None) -> float:
    return 0.0 if ended is None else (ended - began).total_seconds() / _DAY
