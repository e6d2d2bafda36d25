"""Observations that only bound the truth, by expectation propagation.

An observation "below c" has the likelihood Phi((c - f) / s), s^2 its noise. It is replaced by the
normal observation that changes the posterior's first two moments as the bound does.
T. P. Minka, UAI 2001, 362; P. Groot, P. J. F. Lucas, PGM 2012 (censored regression); for two
classes the same as C. E. Rasmussen, C. K. I. Williams (2006), section 3.6.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve
from scipy.special import log_ndtr

from kuralab.planning._gaussian_process import factorised

Floats = NDArray[np.float64]

_ROUNDS: Final = 40
_DAMPING: Final = 0.7
_SETTLED: Final = 1e-4
_WEAKEST: Final = 1e-6


def moment_matched(
    prior: Floats, y: Floats, noise: Floats, side: NDArray[np.int_]
) -> tuple[Floats, Floats, float]:
    """Normal observations (n,) and variances (n,) in place of bounds, and how well foretold these are,
    as the sum of the log probabilities of each bound given all other observations.

    prior: (n, n) covariance of f at zero mean; y: (n,) values or bounds; noise: (n,) variances;
    side: (n,) 0 for a value, -1 where the truth is below y, +1 where it is above.

    Raises
    ------
    ScienceError
        The covariance cannot be factorised.
    """
    bounded = np.flatnonzero(side)
    foretold = 0.0
    precision = np.where(side == 0, 1.0 / noise, _WEAKEST)
    shift = np.where(side == 0, y / noise, 0.0)
    for _ in range(_ROUNDS):
        mean, variance = _posterior(prior, precision, shift)
        rest = 1.0 / variance[bounded] - precision[bounded]
        rest = np.maximum(rest, _WEAKEST)
        cavity = 1.0 / rest
        centre = cavity * (mean[bounded] / variance[bounded] - shift[bounded])
        wide = np.sqrt(cavity + noise[bounded])
        sign = side[bounded]
        z = sign * (centre - y[bounded]) / wide
        foretold = float(log_ndtr(z).sum())
        ratio = np.exp(-0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - log_ndtr(z))
        tilted = centre + sign * cavity * ratio / wide
        narrowed = cavity - cavity**2 * ratio * (z + ratio) / wide**2
        new = np.maximum(1.0 / narrowed - rest, _WEAKEST)
        moved = tilted / narrowed - centre * rest
        change = np.abs(new - precision[bounded]).max(initial=0.0) / (1.0 + new.max(initial=0.0))
        precision[bounded] += _DAMPING * (new - precision[bounded])
        shift[bounded] += _DAMPING * (moved - shift[bounded])
        if change < _SETTLED:
            break
    return shift / precision, 1.0 / precision, foretold


def _posterior(prior: Floats, precision: Floats, shift: Floats) -> tuple[Floats, Floats]:
    """Mean and variance (n,) of f under normal observations."""
    covariance = prior + np.diag(1.0 / precision)
    lower = factorised(covariance)
    gain = cho_solve((lower, True), prior, check_finite=False).T
    mean: Floats = gain @ (shift / precision)
    variance: Floats = np.maximum(prior.diagonal() - np.einsum("ij,ji->i", gain, prior), 1e-10)
    return mean, variance
