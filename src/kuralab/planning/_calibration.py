"""How far the model's intervals are stretched so that they hold what they say.

Intervals at chosen candidates are too narrow: hyperparameters from few data are too sure, and what looks
best is chosen. The stretch starts at 1 + 5/n (68 %) and 1 + 12/n (95 %) for n measurements, found
on the tuning pools of ``benchmarks/planner.py``, and follows the campaign's own hits and misses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from kuralab.model.campaign import Objective, Predicted
from kuralab.planning._history import Asked, on_scale, side_of

_FEW: Final = (5.0, 12.0)
_STEP: Final = (0.15, 0.3)
_MISSES: Final = (0.32, 0.05)
_LEAST_RATIO: Final = 0.55
"""The 95 % interval is at least this share of its usual 1.97 times the 68 % one."""


@final
@dataclass(frozen=True)
class Stretch:
    """Factors on the distance from the median to the ends of the 68 % and the 95 % interval."""

    one: float
    two: float


def stretch_of(objective: Objective, told: Sequence[Asked]) -> Stretch:
    """From the predictions that this campaign made before measuring, in the order of telling.

    Each miss widens and each hit narrows by a fixed step, weighted so that the stated share of misses
    leaves it as it is: I. Gibbs, E. Candes, NeurIPS 2021 (arXiv 2106.00170), on the logarithm.
    """
    logs = [0.0, 0.0]
    for asked in told:
        seen = asked.observed[objective.quantity]
        expected = asked.suggestion.reason.predicted.get(objective.quantity)
        if expected is None or seen.value is None or side_of(seen):
            continue
        for level, (low, high) in enumerate(_intervals(objective, expected)):
            missed = not low <= on_scale(objective, seen.value) <= high
            logs[level] += _STEP[level] * (missed - _MISSES[level])
    few = [1.0 + share / max(len(told), 1) for share in _FEW]
    one = few[0] * math.exp(logs[0])
    return Stretch(one, max(few[1] * math.exp(logs[1]), _LEAST_RATIO * one))


def _intervals(
    objective: Objective, expected: Predicted
) -> tuple[tuple[float, float], tuple[float, float]]:
    def end(value: float) -> float:
        if objective.scale == "log" and value <= 0:
            return -math.inf
        return on_scale(objective, value)

    return (
        (end(expected.low_68), end(expected.high_68)),
        (end(expected.low_95), end(expected.high_95)),
    )
