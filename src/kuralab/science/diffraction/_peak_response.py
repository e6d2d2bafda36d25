"""The answer of a pattern to a kernel of one width, and its maxima."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_REACH: Final = 5.0


def excess_noise(y: Floats, sigma: Floats) -> float:
    """Scatter from point to point over what the uncertainties say; 1 where it is less."""
    curvature = y[:-2] - 2.0 * y[1:-1] + y[2:]
    expected = np.sqrt(sigma[:-2] ** 2 + 4.0 * sigma[1:-1] ** 2 + sigma[2:] ** 2)
    return max(1.0, float(1.4826 * np.median(np.abs(curvature / expected))))


def kernel_response(y: Floats, sigma: Floats, scale: float) -> Floats:
    """(n,) negative smoothed second derivative over its standard uncertainty; scale in points."""
    from scipy.signal import fftconvolve

    reach = min(int(np.ceil(_REACH * scale)), len(y) - 1)
    t = np.arange(-reach, reach + 1) / scale
    kernel = (1.0 - t * t) * np.exp(-0.5 * t * t)
    # Constant and sloping backgrounds drop out exactly, also of a kernel that was cut off.
    kernel -= kernel.mean()
    # Odd reflection continues a slope beyond the ends.
    padded = np.concatenate([2.0 * y[0] - y[reach:0:-1], y, 2.0 * y[-1] - y[-2 : -reach - 2 : -1]])
    variance = np.concatenate([sigma[reach:0:-1], sigma, sigma[-2 : -reach - 2 : -1]]) ** 2
    found = fftconvolve(padded, kernel, mode="valid")
    power = fftconvolve(variance, kernel * kernel, mode="valid")
    floor = 1e-12 * float(variance.max())
    return np.asarray(found / np.sqrt(np.maximum(power, floor)))


def at_scale(response: Floats, scales: Floats, wanted: Floats) -> Floats:
    """(n,) response at a scale of its own at each point, between those that were computed."""
    place = np.clip(np.log(wanted / scales[0]) / np.log(np.sqrt(2.0)), 0.0, len(scales) - 1.001)
    low = place.astype(int)
    share, points = place - low, np.arange(response.shape[1])
    return np.asarray((1.0 - share) * response[low, points] + share * response[low + 1, points])


def peak_tops(narrow: Floats, wide: Floats, width: Floats, threshold: float) -> Floats:
    """(k,) places of peaks in points: those of the narrow kernel, and of the wide one where it adds."""
    tops = _maxima(narrow, width, threshold)
    others = _maxima(wide, width, threshold)
    if not len(tops):
        return others
    apart = np.abs(others[:, None] - tops[None, :]).min(axis=1)
    usual = np.interp(others, np.arange(len(width)), width)
    return np.sort(np.concatenate([tops, others[apart > 1.3 * usual]]))


def _maxima(response: Floats, width: Floats, threshold: float) -> Floats:
    """(k,) places of maxima in points, between them; of two that are too near the greater one stays."""
    inner = response[1:-1]
    rises = (inner >= response[:-2]) & (inner > response[2:]) & (inner > threshold)
    tops = np.flatnonzero(rises) + 1
    kept: list[int] = []
    for i in tops[np.argsort(response[tops])[::-1]]:
        if all(abs(i - other) > 0.5 * width[i] for other in kept):
            kept.append(int(i))
    kept.sort()
    found = []
    for i in kept:
        left, middle, right = response[i - 1 : i + 2]
        bend = left - 2.0 * middle + right
        found.append(i + (0.5 * (left - right) / bend if bend < 0.0 else 0.0))
    return np.array(found)
