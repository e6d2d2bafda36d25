"""Where shrinkage begins: the tangent of its steepest part meets the line of thermal expansion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]

_WINDOW: Final = 0.04
"""Share of the temperature range over which the steepest slope is taken."""
_BASELINE_ENDS: Final = (0.002, 0.004, 0.008)
"""The baseline is fitted up to where the length has left it by this part of the whole shrinkage, three
times: their spread is the uncertainty of the choice."""


@final
@dataclass(frozen=True)
class Onset:
    """temperature and std K. Lines a + b T for dL/L_0: baseline (thermal expansion) and tangent, each
    (a, b); steepest: temperature of the steepest shrinkage; expansion: slope of the baseline 1/K with
    its standard uncertainty; finished: whether the steepest part lies inside the range."""

    temperature: float
    std: float
    baseline: tuple[float, float]
    tangent: tuple[float, float]
    steepest: float
    expansion: float
    expansion_std: float
    finished: bool


def onset_by_tangents(temperature: Floats, length: Floats) -> Onset:
    """Onset of shrinkage on heating: temperature (n,) K rising, dL/L_0 (n,).

    Raises
    ------
    ScienceError
        Fewer than 20 points, a range below 100 K, or nothing that shrinks more than the scatter.
    """
    T, y = np.asarray(temperature, dtype=float), np.asarray(length, dtype=float)
    if T.size < 20 or np.ptp(T) < 100.0:
        raise ScienceError("an onset needs twenty points over 100 K of heating")
    grid = np.linspace(T.min(), T.max(), 400)
    order = np.argsort(T, kind="stable")
    smooth = _smoothed(T[order], y[order], grid)
    slope = np.gradient(smooth, grid)
    width = max(int(_WINDOW * grid.size), 5)
    mean_slope = np.convolve(slope, np.full(width, 1.0 / width), mode="same")
    steep = int(np.argmin(mean_slope[width // 2 : -(width // 2)])) + width // 2
    onsets = []
    for share in _BASELINE_ENDS:
        base, base_cov, noise = _baseline(grid, smooth, steep, share)
        drop = float(np.max(base[0] + base[1] * grid[steep:] - smooth[steep:]))
        if drop < max(6.0 * noise, 1e-4):
            raise ScienceError("nothing shrinks more than the scatter of the expansion")
        inside = slice(max(steep - width // 2, 0), min(steep + width // 2 + 1, grid.size))
        tangent, tangent_cov = _line(grid[inside], smooth[inside])
        onsets.append(_meeting(base, base_cov, tangent, tangent_cov))
    middle = onsets[1]
    spread = float(np.ptp([one[0] for one in onsets])) / np.sqrt(12.0)
    base, base_cov, _ = _baseline(grid, smooth, steep, _BASELINE_ENDS[1])
    tangent, _ = _line(grid[inside], smooth[inside])
    step = float(grid[1] - grid[0])
    return Onset(
        temperature=middle[0],
        std=float(np.sqrt(middle[1] ** 2 + spread**2 + step**2 / 12.0)),
        baseline=base,
        tangent=tangent,
        steepest=float(grid[steep]),
        expansion=base[1],
        expansion_std=float(np.sqrt(base_cov[1, 1])),
        finished=steep < grid.size - width,
    )


def _smoothed(T: Floats, y: Floats, grid: Floats) -> Floats:
    """Means of the points around each place of the grid."""
    edges = np.concatenate([[-np.inf], 0.5 * (grid[1:] + grid[:-1]), [np.inf]])
    which = np.digitize(T, edges) - 1
    count = np.bincount(which, minlength=grid.size)[: grid.size]
    total = np.bincount(which, weights=y, minlength=grid.size)[: grid.size]
    at = np.bincount(which, weights=T, minlength=grid.size)[: grid.size]
    known = count > 0
    return np.interp(grid, at[known] / count[known], total[known] / count[known])


def _line(x: Floats, y: Floats) -> tuple[tuple[float, float], Floats]:
    """Intercept and slope, and their covariance."""
    centre = float(x.mean())
    d = x - centre
    size = float(d @ d)
    slope = float(d @ y) / size
    mean = float(y.mean())
    rest = y - mean - slope * d
    variance = float(rest @ rest) / max(x.size - 2, 1)
    var_slope, var_mean = variance / size, variance / x.size
    covariance = np.array(
        [
            [var_mean + centre**2 * var_slope, -centre * var_slope],
            [-centre * var_slope, var_slope],
        ]
    )
    return (mean - slope * centre, slope), covariance


def _baseline(
    grid: Floats, smooth: Floats, steep: int, share: float
) -> tuple[tuple[float, float], Floats, float]:
    """The line of the part before shrinkage: it grows until the curve has left it."""
    total = float(smooth[:steep].max() - smooth[steep:].min())
    end = max(steep // 4, 8)
    start = min(end // 4, 10)
    for _ in range(12):
        line, covariance = _line(grid[start:end], smooth[start:end])
        rest = line[0] + line[1] * grid - smooth
        noise = float(np.std(rest[start:end]))
        limit = max(share * total, 3.0 * noise)
        left = np.flatnonzero(rest[end:steep] > limit)
        further = end + int(left[0]) if left.size else steep
        further = max(min(further, int(1.3 * end) + 2), 8)
        if further == end:
            break
        end = further
    return line, covariance, noise


def _meeting(
    base: tuple[float, float], base_cov: Floats, tangent: tuple[float, float], tangent_cov: Floats
) -> tuple[float, float]:
    """Where two lines meet, and its standard uncertainty."""
    apart = base[1] - tangent[1]
    if not apart > 0.0:
        raise ScienceError("the curve does not fall below its expansion")
    T = (tangent[0] - base[0]) / apart
    gradient = np.array([1.0, T]) / apart
    variance = gradient @ (base_cov + tangent_cov) @ gradient
    return T, float(np.sqrt(max(float(variance), 0.0)))
