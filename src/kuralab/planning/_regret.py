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
ROUGHNESS: Final = 0.7
"""Factor on the length scales. Of 1, 0.7 and 0.5 the mildest at which at most one stop in ten was false
on the tuning cases of ``benchmarks/stopping.py``, with 2 % and 5 % of the range as what is allowed."""
_DRAWS: Final = 128
_RIVALS: Final = 200
UPPER: Final = 2.5
"""Standard deviations in the upper bound by which rivals are chosen."""
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
    moments at which the model is too sure. So the function may be rougher than it looks (length scales
    shrunk as by F. Berkenkamp, A. P. Schoellig, A. Krause, J. Mach. Learn. Res. 20 (50), 1 (2019), here
    by a constant), the draws are stretched as far as the intervals are, and the bound is the largest
    that any set of hyperparameters gives, not that of their mixture.
    """
    bounds = []
    for member in (one.rougher(ROUGHNESS) for one in model.members):
        means, variances = member.predict(x, basis)
        rivals = np.argsort(-(sign * means + UPPER * np.sqrt(variances)), kind="stable")[:_RIVALS]
        both = np.vstack([member.x[best : best + 1], x[rivals]])
        functions = np.vstack([member.basis[best : best + 1], basis[rivals]])
        mean, _ = member.predict(both, functions)
        covariance = member.covariance(both, functions)
        covariance[np.diag_indices_from(covariance)] += _JITTER * member.given.signal
        noise = generator.normal(size=(_DRAWS, len(both))) @ factorised(covariance).T
        draws = sign * mean + stretch * noise
        gaps = np.maximum(draws[:, 1:].max(axis=1) - draws[:, 0], 0.0)
        bounds.append(float(np.quantile(gaps, CONFIDENCE)))
    bound = max(bounds) * model.spread
    text = (
        f"with {CONFIDENCE:.0%} confidence no untried candidate beats the best by more than "
        f"{bound:.3g} {unit}"
    ).rstrip()
    return Regret(bound=bound, confidence=CONFIDENCE, text=text)
