"""A background below peaks of known places and widths."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_WINDOW: Final = 7.0
"""Half width of the clipping in FWHM."""
_BESIDE: Final = 3.0
"""FWHM from a peak at which a point counts as background."""
_AVERAGED: Final = 15.0
"""FWHM over which the noise about the background is averaged."""
_MOST_STEPS: Final = 120


def clipped_background(y: Floats, width: Floats, tops: Floats) -> Floats:
    """(n,) smooth background of a pattern y (n,).

    width (n,) FWHM of peaks there and tops (k,) places of peaks, in points. What stands out within seven
    widths is clipped; then the level is moved to the mean of what lies beside the peaks.

    Source
    ------
    Clipping: C. G. Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396,
    doi:10.1016/0168-583X(88)90063-8.
    """
    from scipy.ndimage import gaussian_filter1d, uniform_filter1d

    typical = float(np.median(width))
    smooth = gaussian_filter1d(y, max(0.4 * typical, 1.0), mode="nearest")
    lowest = float(smooth.min())
    # Square roots make the noise of counts alike everywhere.
    level = np.sqrt(smooth - lowest)
    reach = np.minimum(np.ceil(_WINDOW * width), len(y) // 3).astype(int)
    steps = np.unique(np.linspace(1, max(int(reach.max()), 1), _MOST_STEPS).astype(int))[::-1]
    points = np.arange(len(y))
    for step in steps:
        left, right = np.maximum(points - step, 0), np.minimum(points + step, len(y) - 1)
        # Near the ends both sides come as close as the nearer one.
        near = np.minimum(points - left, right - points)
        mean = 0.5 * (level[points - near] + level[points + near])
        level = np.where(step <= reach, np.minimum(level, mean), level)
    background = level**2 + lowest
    beside = np.ones(len(y), dtype=bool)
    for top in tops:
        half = _BESIDE * width[min(max(round(float(top)), 0), len(y) - 1)]
        beside[max(int(top - half), 0) : int(top + half) + 2] = False
    if beside.sum() < 0.05 * len(y):
        return np.asarray(background)
    window = max(int(_AVERAGED * typical) | 1, 3)
    known = uniform_filter1d(beside.astype(float), window, mode="nearest")
    rest = uniform_filter1d(np.where(beside, y - background, 0.0), window, mode="nearest")
    median = float(np.median((y - background)[beside]))
    # Where nothing lies beside peaks, the shift is that of the whole pattern.
    shift = (rest + 0.02 * median) / (known + 0.02)
    return np.asarray(background + gaussian_filter1d(shift, 0.5 * window, mode="nearest"))
