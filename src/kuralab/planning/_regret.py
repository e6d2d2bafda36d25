"""How much better the best candidate may still be than the best one found, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._surrogate import Surrogate

Floats = NDArray[np.float64]

CONFIDENCE: Final = 0.95
_DRAWS: Final = 256
_RIVALS: Final = 400


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
    unit: str,
) -> Regret:
    """Quantile of max over the candidates of f - f(best), from joint draws of the posterior.

    x: (m, d) candidates that could still be tried, of which those with the highest upper bounds are
    drawn; best: which observation is reported as the best; sign: -1 where the objective is minimised;
    unit: of the objective's scale, for the text.
    J. T. Wilson, NeurIPS 2024 (arXiv 2402.16811), probabilistic regret bounds.
    """
    predicted = model.predict(x, basis)
    upper = (sign * predicted.means + 2.5 * np.sqrt(predicted.variances)).max(axis=0)
    rivals = np.argsort(-upper)[:_RIVALS]
    gaps = []
    share = -(-_DRAWS // len(model.members))
    for member in model.members:
        both = np.vstack([member.x[best : best + 1], x[rivals]])
        functions = np.vstack([member.basis[best : best + 1], basis[rivals]])
        mean, _ = member.predict(both, functions)
        covariance = member.covariance(both, functions)
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        draws = sign * (mean + generator.normal(size=(share, len(both))) @ root.T)
        gaps.append(np.maximum(draws[:, 1:].max(axis=1) - draws[:, 0], 0.0))
    bound = float(np.quantile(np.concatenate(gaps), CONFIDENCE)) * model.spread
    text = (
        f"with {CONFIDENCE:.0%} confidence no untried candidate beats the best by more than {bound:.3g}"
    )
    return Regret(bound=bound, confidence=CONFIDENCE, text=text)
