"""Ridge regression with free columns, its strength chosen by generalised cross-validation."""

from __future__ import annotations

import math
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]


@final
class RidgeProblem:
    """Minimise |A x + B u - b|^2 + strength |L x|^2, with x smooth and u free.

    A (n, m): penalised columns; B (n, k): free columns; b (n,); L (m, m): invertible penalty.
    One singular value decomposition serves every strength.

    Source
    ------
    G. H. Golub, M. Heath, G. Wahba, Technometrics 21, 215 (1979),
    DOI 10.1080/00401706.1979.10489751; the factor on the degrees of freedom: Y.-J. Kim, C. Gu,
    J. R. Stat. Soc. B 66, 337 (2004), DOI 10.1046/j.1369-7412.2003.05316.x.
    """

    def __init__(self, penalised: Floats, free: Floats, target: Floats, penalty: Floats) -> None:
        self._penalised = penalised
        self._free = free
        self._target = target
        self._penalty = penalty
        orthogonal, _ = np.linalg.qr(free)
        self._k = free.shape[1]
        standard = np.linalg.solve(penalty.T, penalised.T).T
        standard = standard - orthogonal @ (orthogonal.T @ standard)
        rest = target - orthogonal @ (orthogonal.T @ target)
        left, self._singular, _ = np.linalg.svd(standard, full_matrices=False)
        self._projected = left.T @ rest
        self._outside = max(float(rest @ rest - self._projected @ self._projected), 0.0)

    def cross_validation(self, strength: float, *, caution: float = 1.0) -> float:
        """GCV score of one strength: predicted error of a point left out.

        ``caution`` above one counts each degree of freedom that often. Infinite where they are
        used up.
        """
        filtered = strength / (self._singular**2 + strength)
        residual = float(((filtered * self._projected) ** 2).sum()) + self._outside
        n = self._target.size
        freedom = n - caution * (self._k + self._singular.size - float(filtered.sum()))
        return n * residual / freedom**2 if freedom > 0 else math.inf

    def best_strength(self, *, caution: float = 1.0) -> float:
        """The strength of least GCV score, on a logarithmic grid of the singular values' range."""
        strengths = float(self._singular[0]) ** 2 * np.logspace(-18, 0, 73)
        scores = [self.cross_validation(float(s), caution=caution) for s in strengths]
        return float(strengths[int(np.argmin(scores))])

    def solve_non_negative(self, strength: float) -> tuple[Floats, Floats]:
        """x (m,) and u (k,), all of them non-negative."""
        m = self._penalised.shape[1]
        columns = np.hstack([self._free, self._penalised])
        scale = np.linalg.norm(columns, axis=0)
        rows = np.hstack([np.zeros((m, self._k)), np.sqrt(strength) * self._penalty])
        stacked = np.vstack([columns, rows]) / scale
        solution = nnls(stacked, np.concatenate([self._target, np.zeros(m)]), maxiter=30 * m)[0]
        solution = solution / scale
        return solution[self._k :], solution[: self._k]
