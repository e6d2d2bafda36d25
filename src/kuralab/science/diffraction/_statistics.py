"""How good a refinement is, and how well it knows its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction._background import rough_width
from kuralab.science.diffraction._le_bail import few_enough, intensity_gradient, observed_shares
from kuralab.science.diffraction._model import Model

Floats = NDArray[np.float64]

_TOO_CLOSE: Final = 1e-10
_AXIAL_FORM: Final = 0.1
"""Relative; real slits and samples do not cut off as sharply as the model's."""


@final
@dataclass(frozen=True)
class Agreement:
    """R factors of one pattern, in percent, and the goodness of fit S = R_wp / R_exp.

    ``r_wp_peaks`` leaves the background out of the observed intensity; durbin_watson is near 2 where
    neighbouring residuals are independent. ``r_bragg`` is by phase, None in Le Bail's method.
    """

    r_wp: float
    r_p: float
    r_exp: float
    r_wp_peaks: float
    goodness_of_fit: float
    durbin_watson: float
    r_bragg: dict[str, float | None]


def agreement(model: Model, number: int, values: Floats, *, refined: int) -> Agreement:
    """R factors as in B. H. Toby, Powder Diffr. 21 (2006) 67, doi:10.1154/1.2179804."""
    pattern = model.histograms[number].pattern
    y, background, _ = model.calculate(number, values)
    rest = (pattern.intensity - y) / pattern.uncertainty
    observed = pattern.intensity / pattern.uncertainty
    peaks = (pattern.intensity - background) / pattern.uncertainty
    free = max(len(y) - refined, 1)
    whole = float(observed @ observed)
    chi = float(rest @ rest)
    r_bragg: dict[str, float | None] = {}
    shares = observed_shares(model, number, values)
    for phase, (total, weight) in zip(model.phases, shares, strict=True):
        sums = float(total.sum())
        r_bragg[phase.name] = (
            100.0 * float(np.abs(total - weight).sum()) / sums
            if phase.atoms is not None and sums > 0.0
            else None
        )
    return Agreement(
        r_wp=100.0 * np.sqrt(chi / whole),
        r_p=100.0 * float(np.abs(pattern.intensity - y).sum() / np.abs(pattern.intensity).sum()),
        r_exp=100.0 * np.sqrt(free / whole),
        r_wp_peaks=100.0 * np.sqrt(chi / max(float(peaks @ peaks), 1e-300)),
        goodness_of_fit=float(np.sqrt(chi / free)),
        durbin_watson=float((np.diff(rest) ** 2).sum() / max(chi, 1e-300)),
        r_bragg=r_bragg,
    )


def parameter_covariance(model: Model, values: Floats, active: Sequence[str]) -> Floats:
    """(k, k) covariance of the active parameters, serial correlation of the residuals included.

    The larger of two estimates stands in each direction of the standard deviations: least squares times
    the goodness of fit (not below 1), and the sandwich with Bartlett's weights over a few peak widths,
    which holds when neighbouring residuals go together: W. K. Newey, K. D. West, Econometrica 55 (1987)
    703, doi:10.2307/1913610. Le Bail's intensities count as parameters. The form of axial divergence is
    a model: its size is taken as uncertain by a tenth, and all that goes with it.
    """
    rest, gradient = model.residuals(values, active)
    intensities = intensity_gradient(model, values) if few_enough(model) else None
    whole = gradient if intensities is None else np.hstack([gradient, intensities])
    k = gradient.shape[1]
    scale = np.sqrt(np.maximum((whole**2).sum(axis=0), 1e-300))
    unit = whole / scale
    inverse = np.linalg.pinv(unit.T @ unit, rcond=_TOO_CLOSE, hermitian=True)
    free = max(len(rest) - whole.shape[1], 1)
    plain = inverse[:k, :k] * max(float(rest @ rest) / free, 1.0)
    meat = np.zeros((whole.shape[1], whole.shape[1]))
    begin = 0
    for histogram in model.histograms:
        pattern = histogram.pattern
        end = begin + len(pattern.x)
        scores = unit[begin:end] * rest[begin:end, None]
        lags = int(
            np.ceil(3.0 * rough_width(pattern.x, pattern.intensity) / np.median(np.diff(pattern.x)))
        )
        meat += _bartlett(scores, min(lags, len(scores) // 10))
        begin = end
    robust = (inverse @ meat @ inverse)[:k, :k]
    widened = np.sqrt(np.maximum(np.diag(robust) / np.maximum(np.diag(plain), 1e-300), 1.0))
    found = plain * np.outer(widened, widened) / np.outer(scale[:k], scale[:k])
    for place, name in enumerate(active):
        if name.endswith("axial.s_l"):
            along = found[:, place] / max(float(found[place, place]), 1e-300)
            shift = _AXIAL_FORM * float(values[model.index(name)])
            found = found + shift**2 * np.outer(along, along)
    return np.asarray(found)


def _bartlett(scores: Floats, lags: int) -> Floats:
    """(k, k) sum of products of scores up to a number of lags, with weights that fall to zero."""
    # A triangular window is two moving averages, one after the other: smooth once, then square.
    if lags < 1:
        return np.asarray(scores.T @ scores)
    padded = np.concatenate(
        [np.zeros((lags, scores.shape[1])), scores, np.zeros((lags, scores.shape[1]))]
    )
    sums = np.cumsum(padded, axis=0)
    moving = np.vstack([sums[lags : lags + 1], sums[lags + 1 :] - sums[: -lags - 1]])
    return np.asarray(moving.T @ moving) / (lags + 1)
