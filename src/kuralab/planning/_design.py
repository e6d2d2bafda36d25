"""The experiments before there is a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._candidates import Candidates

Floats = NDArray[np.float64]


def default_starts(dimension: int) -> int:
    """How many experiments come before the first model: enough to see a slope, few enough to pay."""
    return max(3, min(dimension + 1, 5))


def spread_out(candidates: Candidates, taken: Floats, generator: np.random.Generator) -> int:
    """The row that is best placed beside those taken (k, d): far from them, but not in a corner.

    Distances to what is taken, minus half of the distance to the candidates' centre: pure maximin
    designs put every start on the border.
    """
    x = candidates.features
    if not len(taken):
        return int(generator.integers(len(x)))
    apart = np.sqrt(((x[:, None, :] - taken[None, :, :]) ** 2).sum(axis=2)).min(axis=1)
    outside = np.sqrt(((x - x.mean(axis=0)) ** 2).sum(axis=1))
    return int(np.argmax(apart - 0.5 * outside))
