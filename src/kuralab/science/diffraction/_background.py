"""A first idea of a pattern's background and of the width of its peaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

Floats = NDArray[np.float64]


def rough_background(intensity: Floats) -> Floats:
    """(n,) running minimum of the smoothed pattern, itself smoothed: below peaks, above the noise."""
    n = len(intensity)
    window = max(n // 25, 9)
    smooth = uniform_filter1d(intensity, 5, mode="nearest")
    return np.asarray(
        uniform_filter1d(minimum_filter1d(smooth, window, mode="nearest"), window, mode="nearest")
    )


def rough_width(x: Floats, intensity: Floats) -> float:
    """Median FWHM of the highest peaks, in the unit of x (n,)."""
    above = intensity - rough_background(intensity)
    left, step = above.copy(), np.median(np.diff(x))
    widths = []
    for _ in range(7):
        top = int(np.argmax(left))
        height = left[top]
        if height <= 0.0:
            break
        first = last = top
        while first > 0 and above[first] > 0.5 * height:
            first -= 1
        while last < len(x) - 1 and above[last] > 0.5 * height:
            last += 1
        widths.append(float(x[last] - x[first]))
        reach = 2 * (last - first) + 1
        left[max(first - reach, 0) : last + reach] = 0.0
    return max(float(np.median(widths)) if widths else 0.0, 2.0 * float(step))
