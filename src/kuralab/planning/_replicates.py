"""Whether measuring a candidate once more says more about the best than trying a new one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.model.campaign import Objective
from kuralab.planning._belief import Belief
from kuralab.planning._history import Asked, side_of, sign_of, variance_on_scale
from kuralab.planning._surrogate import Surrogate

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_NODE_WEIGHTS: Final = _WEIGHTS / _WEIGHTS.sum()
_WORTHWHILE: Final = 0.005
"""Least gain of a repetition, in standard deviations of the data: a learned noise is never zero."""


def measured_once_more(
    belief: Belief, told: Sequence[Asked], pending: Collection[str], candidate: Floats
) -> Asked | None:
    """What had better be measured again than a new candidate (1, d), where noise hides which is best.

    pending: identities of what is being measured. None with several objectives or a target, where
    no single best is looked for, and where experiments fail, since one more may fail too.
    """
    if len(belief.objectives) > 1 or belief.feasible is not None:
        return None
    (objective,) = belief.searched
    if objective.target is not None:
        return None
    model, mean = belief.models[objective.quantity], belief.means[objective.quantity]
    # Behind what was told, the model has what is expected of pending experiments.
    idle = np.zeros(len(model.members[0].y), dtype=bool)
    idle[: len(told)] = [_is_noisy(objective, asked) and asked.key not in pending for asked in told]
    row = _worth_repeating(model, candidate, mean.basis(candidate), sign=sign_of(objective), idle=idle)
    return None if row is None else told[row]


def _is_noisy(objective: Objective, asked: Asked) -> bool:
    """A noise that was merely learnt may be the model's own error, which a repetition shares."""
    seen = asked.observed[objective.quantity]
    return side_of(seen) == 0 and variance_on_scale(objective, seen) > 0


def _worth_repeating(
    model: Surrogate, x: Floats, basis: Floats, *, sign: float, idle: NDArray[np.bool_]
) -> int | None:
    """The observation that is better repeated than the candidate x (1, d) is tried, or None.

    Both are weighed by the knowledge gradient among what has been measured and the new candidate:
    E[max_j (mean_j + s_j Z)] - max_j mean_j, with s_j the change of j's mean by one more
    measurement per standard normal Z. P. Frazier, W. Powell, S. Dayanik, INFORMS J. Comput. 21, 599
    (2009), doi 10.1287/ijoc.1080.0314. Without noise a repetition changes nothing and is never chosen.

    sign: -1 where the objective is minimised; idle: (n,) observations that may be repeated.
    """
    member = model.members[0]
    n = len(member.y)
    all_x = np.vstack([member.x, x])
    functions = np.vstack([member.basis, basis])
    mean, _ = member.predict(all_x, functions)
    mean = sign * mean
    covariance = member.covariance(all_x, functions)
    noise = np.append(member.noise, member.given.noise)
    change = covariance / np.sqrt(np.maximum(covariance.diagonal() + noise, 1e-18))
    outcomes = mean[:, None, None] + change[:, :, None] * _NODES
    gain = (outcomes.max(axis=0) @ _NODE_WEIGHTS) - mean.max()
    repeated = np.where(idle, gain[:n], -np.inf)
    best = int(np.argmax(repeated))
    return best if repeated[best] > max(float(gain[n]), _WORTHWHILE) else None
