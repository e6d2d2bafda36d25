"""Whether measuring a candidate once more says more about the best than trying a new one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._surrogate import Surrogate

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_NODE_WEIGHTS: Final = _WEIGHTS / _WEIGHTS.sum()
_WORTHWHILE: Final = 0.005
"""Least gain of a repetition, in standard deviations of the data: a learned noise is never zero."""


def worth_repeating(
    model: Surrogate, x: Floats, basis: Floats, row: int, *, sign: float, idle: NDArray[np.bool_]
) -> int | None:
    """The observation that is better repeated than row ``row`` of (m, d) is tried, or None.

    Both are weighed by the knowledge gradient among what has been measured and the new candidate:
    E[max_j (mean_j + s_j Z)] - max_j mean_j, with s_j the change of j's mean by one more
    measurement per standard normal Z. P. Frazier, W. Powell, S. Dayanik, INFORMS J. Comput. 21, 599
    (2009), doi 10.1287/ijoc.1080.0314. Without noise a repetition changes nothing and is never chosen.

    sign: -1 where the objective is minimised; idle: (n,) observations that may be repeated.
    """
    member = model.members[0]
    n = len(member.y)
    all_x = np.vstack([member.x, x[[row]]])
    functions = np.vstack([member.basis, basis[[row]]])
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
