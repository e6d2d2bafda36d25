"""How much better the best candidate may still be than the best one found, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._gaussian_process import factorised
from kuralab.planning._surrogate import Surrogate

Floats = NDArray[np.float64]

CONFIDENCE: Final = 0.95
LEAST_STRETCH: Final = 1.25
"""Least factor on the spread of the draws: the smallest, among 1, 1.25 and 1.5, at which at most one run
in ten stopped wrongly on the tuning pools of ``benchmarks/stopping.py``, down to 2 % of their range."""
_DRAWS: Final = 128
_RIVALS: Final = 400
_JITTER: Final = 1e-8
"""Share of the prior variance that keeps the covariance of close candidates positive."""


@final
@dataclass(frozen=True)
class Regret:
    """bound: what the regret is below with the stated confidence, on the objective's scale."""

    bound: float
    confidence: float
    text: str


def regret(
    model: Surrogate,
    x: Floats,
    basis: Floats,
    best: int,
    generator: np.random.Generator,
    *,
    sign: float,
    stretch: float,
    unit: str,
) -> Regret:
    """Quantile of max over the candidates of f - f(best), from joint draws of the posterior.

    x: (m, d) candidates that could still be tried, of which those with the highest upper bounds are
    drawn; best: which observation is reported as the best; sign: -1 where the objective is minimised;
    stretch: of the 95 % intervals, from the campaign's own hits and misses; unit: of the objective's
    scale, for the text.
    J. T. Wilson, NeurIPS 2024 (arXiv 2402.16811), probabilistic regret bounds. Departures: a campaign
    looks after every experiment and stops at the first bound that is small enough, which picks the
    moments at which the model is too sure. So the draws are stretched as far as the intervals are, and
    the bound is the largest that any set of hyperparameters gives, not that of their mixture.
    """
    predicted = model.predict(x, basis)
    upper = (sign * predicted.means + 2.5 * np.sqrt(predicted.variances)).max(axis=0)
    rivals = np.argsort(-upper)[:_RIVALS]
    factor = max(stretch, LEAST_STRETCH)
    bounds = []
    for member in model.members:
        both = np.vstack([member.x[best : best + 1], x[rivals]])
        functions = np.vstack([member.basis[best : best + 1], basis[rivals]])
        mean, _ = member.predict(both, functions)
        covariance = member.covariance(both, functions)
        covariance[np.diag_indices_from(covariance)] += _JITTER * member.given.signal
        noise = generator.normal(size=(_DRAWS, len(both))) @ factorised(covariance).T
        draws = sign * mean + factor * noise
        gaps = np.maximum(draws[:, 1:].max(axis=1) - draws[:, 0], 0.0)
        bounds.append(float(np.quantile(gaps, CONFIDENCE)))
    bound = max(bounds) * model.spread
    text = (
        f"with {CONFIDENCE:.0%} confidence no untried candidate beats the best by more than "
        f"{bound:.3g} {unit}"
    ).rstrip()
    return Regret(bound=bound, confidence=CONFIDENCE, text=text)
