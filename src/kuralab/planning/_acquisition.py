"""How much each candidate is worth trying, from what is predicted of it. All for maximising."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._hypervolume import log_expected_hypervolume_improvement, log_standard_gain
from kuralab.planning._surrogate import Prediction

Floats = NDArray[np.float64]

CONFIDENCE: Final = 0.5
"""Standard deviations that ``upper_bound`` adds."""
EAGERNESS: Final = 2.0
"""Weight of the predicted mean, in standard deviations of the data, beside ln of expected improvement.

With few experiments expected improvement's taste for the unknown costs more than it finds. A
departure of ours, tuned and measured on the pools of ``benchmarks/planner.py``.
"""
_TINY: Final = 1e-300
ROOT_TWO_PI: Final = (2.0 * np.pi) ** 0.5


def upper_bound(predicted: Prediction, *, confidence: float = CONFIDENCE) -> Floats:
    """(m,) mean + confidence * sd, averaged over the members.

    N. Srinivas et al., ICML 2010 (arXiv 0912.3995), with a constant and small factor.
    """
    score: Floats = (predicted.means + confidence * np.sqrt(predicted.variances)).mean(axis=0)
    return score


def log_improvement(predicted: Prediction, best: Floats) -> Floats:
    """(m,) ln E[max(f - best, 0)], the expectation averaged over the members.

    best: (K,) of each member: the largest value told (expected improvement), or the largest
    noise-free value that it believes in (noisy expected improvement, plug-in form). S. Ament et
    al., NeurIPS 2023 (arXiv 2310.20708).
    """
    deviation = np.sqrt(predicted.variances)
    each = log_standard_gain((predicted.means - best[:, None]) / deviation) + np.log(deviation)
    return _log_mean(each)


def log_approach(predicted: Prediction, target: float, closest: Floats) -> Floats:
    """(m,) ln E[max(closest - |f - target|, 0)]: coming nearer to a target than ever before.

    With G(a) = E[max(a - f + target, 0)] it is G(c) - 2 G(0) + G(-c), c = closest (K,).
    """
    deviation = np.sqrt(predicted.variances)
    centre = predicted.means - target

    def gain(limit: Floats | float) -> Floats:
        value: Floats = deviation * np.exp(log_standard_gain((limit - centre) / deviation))
        return value

    c = closest[:, None]
    exact = gain(c) - 2.0 * gain(0.0) + gain(-c)
    # Where the three terms cancel, the density at the target times the area of the triangle c^2.
    z = centre / deviation
    thin = 2.0 * np.log(np.maximum(c, _TINY)) - 0.5 * z * z - np.log(deviation * ROOT_TWO_PI)
    sound = exact > 1e-9 * deviation
    each = np.where(sound, np.log(np.where(sound, exact, 1.0)), thin)
    return _log_mean(each)


def _log_mean(logarithms: Floats) -> Floats:
    """(m,) ln of the mean over the members (K, m), without underflow."""
    top = logarithms.max(axis=0)
    log_mean: Floats = top + np.log(np.exp(logarithms - top).mean(axis=0))
    return log_mean


def log_volume_gain(predicted: list[Prediction], front: Floats, reference: Floats) -> Floats:
    """(m,) ln of the expected hypervolume improvement, members matched in mean and variance."""
    moments = [each.moments() for each in predicted]
    mean = np.column_stack([mean for mean, _ in moments])
    deviation = np.column_stack([deviation for _, deviation in moments])
    return log_expected_hypervolume_improvement(mean, deviation, front, reference)


def uncertainty(predicted: Prediction) -> Floats:
    """(m,) standard deviation: exploring without an aim."""
    return predicted.moments()[1]
