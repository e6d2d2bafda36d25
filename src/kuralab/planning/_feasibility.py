"""Whether an experiment will succeed, learnt from those that failed."""

from __future__ import annotations

from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from kuralab.planning._bounds import moment_matched
from kuralab.planning._gaussian_process import GaussianProcess, Hyperparameters

Floats = NDArray[np.float64]

_LENGTH: Final = 0.3
"""Of the inputs' range, times the root of their number: failures speak for their neighbourhood."""
_LABEL_NOISE: Final = 0.5
"""Variance of the latent score at which success and failure mix: any experiment may fail by chance."""
_PRIOR_SHARE: Final = 0.95
"""Share of experiments that succeed where nothing is known."""


@final
class Feasibility:
    """Probability that an experiment succeeds, from a probit Gaussian process on what happened.

    x: (n, d) features of all that was tried; succeeded: (n,) truth values.

    Raises
    ------
    ScienceError
        The covariance of the experiments cannot be factorised.
    """

    def __init__(self, x: Floats, succeeded: NDArray[np.bool_]) -> None:
        d = x.shape[1]
        given = Hyperparameters(
            length_scales=np.full(d, _LENGTH * np.sqrt(d)),
            signal=1.0,
            noise=_LABEL_NOISE,
            mean=np.array([0.5]),
        )
        basis = np.ones((len(x), 1))
        # The probit of the prior share, at the prior's own width.
        self._level = 1.645 * float(np.sqrt(1.5 + _LABEL_NOISE))
        flat = GaussianProcess(x, np.zeros(len(x)), given=given, noise=np.ones(len(x)), basis=basis)
        prior = flat.prior_covariance(x, basis, x, basis)
        threshold = np.full(len(x), -self._level)
        noise = np.full(len(x), _LABEL_NOISE)
        values, variances = moment_matched(prior, threshold, noise, np.where(succeeded, 1, -1))
        self._process = GaussianProcess(x, values, given=given, noise=variances, basis=basis)

    def probability(self, x: Floats) -> Floats:
        """(m,) for features (m, d)."""
        mean, variance = self._process.predict(x, np.ones((len(x), 1)))
        share: Floats = ndtr((mean + self._level) / np.sqrt(variance + _LABEL_NOISE))
        return share
