"""Whether an experiment will succeed, learnt from those that failed."""

from __future__ import annotations

from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from kuralab.planning._bounds import moment_matched
from kuralab.planning._gaussian_process import GaussianProcess, Hyperparameters

Floats = NDArray[np.float64]

_LENGTHS: Final = (0.1, 0.25, 0.6)
"""Of the inputs' range, times the root of their number: how far around it a failure speaks."""
_CHANCE: Final = (0.05, 0.7)
"""Variance of the latent score at which success and failure mix: how much of failing is chance."""
_LEVEL: Final = 2.0
"""Latent score of an untried place above the threshold: about 92 % succeed where nothing is known."""
_WIDTH: Final = 1.5


@final
class Feasibility:
    """Probability that an experiment succeeds, from a probit Gaussian process on what happened.

    x: (n, d) features of all that was tried; succeeded: (n,) truth values. Reach and chance are those
    that foretell each outcome best from all others.

    Raises
    ------
    ScienceError
        The covariance of the experiments cannot be factorised.
    """

    def __init__(self, x: Floats, succeeded: NDArray[np.bool_]) -> None:
        found = [
            self._fitted(x, succeeded, length * np.sqrt(x.shape[1]), chance)
            for length in _LENGTHS
            for chance in _CHANCE
        ]
        _, self._process, self._chance = max(found, key=lambda one: one[0])

    @staticmethod
    def _fitted(
        x: Floats, succeeded: NDArray[np.bool_], length: float, chance: float
    ) -> tuple[float, GaussianProcess, float]:
        n, d = x.shape
        given = Hyperparameters(
            length_scales=np.full(d, length), signal=1.0, noise=chance, mean=np.array([_WIDTH - 1.0])
        )
        basis = np.ones((n, 1))
        flat = GaussianProcess(x, np.zeros(n), given=given, noise=np.ones(n), basis=basis)
        prior = flat.prior_covariance(x, basis, x, basis)
        side = np.where(succeeded, 1, -1)
        values, variances, foretold = moment_matched(
            prior, np.full(n, -_LEVEL), np.full(n, chance), side
        )
        return foretold, GaussianProcess(x, values, given=given, noise=variances, basis=basis), chance

    def probability(self, x: Floats) -> Floats:
        """(m,) for features (m, d)."""
        mean, variance = self._process.predict(x, np.ones((len(x), 1)))
        share: Floats = ndtr((mean + _LEVEL) / np.sqrt(variance + self._chance))
        return share
