"""One choice among all candidates: a quick look at all of them, a closer one at the short list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.model.campaign import Predicted
from kuralab.model.space import Point
from kuralab.planning._belief import Belief, in_words
from kuralab.planning._supply import Supply

Floats = NDArray[np.float64]

_RUNNERS_UP: Final = 3


@final
@dataclass(frozen=True)
class Choice:
    """The chosen point, what is expected of it, and those that came next with their scores, where the
    chosen one has 1."""

    point: Point
    predicted: dict[str, Predicted]
    chance: float | None
    rivals: tuple[tuple[Point, float], ...]


def best_choice(
    belief: Belief,
    supply: Supply,
    taken: Mapping[str, Floats],
    generator: np.random.Generator,
    *,
    acquisition: str,
    leaders: Sequence[Point],
    cost: Callable[[Sequence[Point]], Sequence[float]] | None,
) -> Choice | None:
    """The candidate with the highest score that is not taken; None where there is none.

    Costs, where given, are asked for the short list only.
    """
    quick = belief.first()
    listed = supply.promising(
        taken, generator, leaders, score=lambda c: quick.worth(c.features, acquisition)
    )
    if not len(listed):
        return None
    scores = belief.worth(listed.features, acquisition)
    if cost is not None:
        hours = np.asarray(cost([listed.point_of(i) for i in range(len(listed))]), dtype=float)
        scores = scores - np.log(np.maximum(hours, 1e-6))
    order = np.argsort(-scores, kind="stable")
    chosen = int(order[0])
    predicted = belief.predictions(listed.features[[chosen]])
    chance = belief.chance(listed.features[[chosen]], predicted)
    uncertain = belief.feasible is not None or len(belief.searched) < len(belief.objectives)
    rivals = tuple(
        (listed.point_of(int(i)), _beside(scores[i], scores[chosen], acquisition))
        for i in order[1 : 1 + _RUNNERS_UP]
    )
    return Choice(
        point=listed.point_of(chosen),
        predicted=in_words(belief, predicted, 0),
        chance=float(chance[0]) if uncertain else None,
        rivals=rivals,
    )


def _beside(score: float, best: float, acquisition: str) -> float:
    """A score where the chosen one has 1: a ratio of gains, or for bounds 1 minus the distance in sd."""
    if acquisition == "ucb":
        return float(1.0 - (best - score))
    return float(np.exp(score - best))
