"""Resonance fields over a sphere, laid onto a histogram of the field.

Axial sites: the electron spin is removed from the Hamiltonian to second order in A; what remains for
each electron level is a small, real, symmetric Hamiltonian of the nucleus, whose levels give fields and,
by the overlap of the two nuclear states, intensities, forbidden transitions included.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kuralab.science.numerics import compiled

Floats = NDArray[np.float64]

_SWEEPS = 12
_SMALL = 1e-13


@compiled
def _triangle(t: float) -> float:
    """Integral of a triangular bin of half width 1 from below up to t."""
    if t <= -1.0:
        return 0.0
    if t >= 1.0:
        return 1.0
    if t < 0.0:
        return 0.5 * (t + 1.0) * (t + 1.0)
    return 1.0 - 0.5 * (1.0 - t) * (1.0 - t)


@compiled
def _spread(row: Floats, low: float, high: float, weight: float) -> None:
    """Lay a weight evenly between two positions, in bins; what falls outside is left out."""
    if high < low:
        low, high = high, low
    n = len(row)
    if high <= 0.0 or low >= n - 1.0:
        return
    width = high - low
    if width < 1e-6:
        k = int(low)
        if low > 0.0 and k + 1 < n:
            row[k] += weight * (k + 1.0 - low)
            row[k + 1] += weight * (low - k)
        return
    first = max(int(np.floor(low)), 0)
    last = min(int(np.floor(high)) + 1, n - 1)
    factor = weight / width
    # Second integrals of the triangle would do in one pass; the first ones are as exact.
    for k in range(first, last + 1):
        a = low - k
        b = high - k
        row[k] += factor * (_ramp(b) - _ramp(a))


@compiled
def _ramp(t: float) -> float:
    """Integral from below of the triangular bin, so that differences give an even weight's share."""
    return _triangle(t)


@compiled
def _lay(
    rows: Floats, variances: Floats, low: float, high: float, weight: float, variance: float
) -> None:
    """Lay a weight into the two rows whose variances enclose a line's own."""
    levels = len(variances)
    if levels == 1:
        _spread(rows[0], low, high, weight)
        return
    k = 0
    while k < levels - 2 and variances[k + 1] < variance:
        k += 1
    share = (variance - variances[k]) / (variances[k + 1] - variances[k])
    share = min(max(share, 0.0), 1.0)
    if share < 1.0:
        _spread(rows[k], low, high, weight * (1.0 - share))
    if share > 0.0:
        _spread(rows[k + 1], low, high, weight * share)


@compiled
def _diagonalise(h: Floats, v: Floats) -> None:
    """Eigenvalues on the diagonal of h, eigenvectors in the columns of v, by Jacobi's rotations."""
    n = h.shape[0]
    for i in range(n):
        for j in range(n):
            v[i, j] = 1.0 if i == j else 0.0
    for _ in range(_SWEEPS):
        off = 0.0
        size = 0.0
        for i in range(n):
            size += h[i, i] * h[i, i]
            for j in range(i):
                off += h[i, j] * h[i, j]
        if off <= _SMALL * size:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(h[p, q]) < 1e-300:
                    continue
                ratio = (h[q, q] - h[p, p]) / (2.0 * h[p, q])
                t = 1.0 / (abs(ratio) + np.sqrt(ratio * ratio + 1.0))
                if ratio < 0.0:
                    t = -t
                c = 1.0 / np.sqrt(t * t + 1.0)
                s = t * c
                for k in range(n):
                    a = h[k, p]
                    b = h[k, q]
                    h[k, p] = c * a - s * b
                    h[k, q] = s * a + c * b
                for k in range(n):
                    a = h[p, k]
                    b = h[q, k]
                    h[p, k] = c * a - s * b
                    h[q, k] = s * a + c * b
                for k in range(n):
                    a = v[k, p]
                    b = v[k, q]
                    v[k, p] = c * a - s * b
                    v[k, q] = s * a + c * b
    # Falling order, so that a level keeps its place from one orientation to the next.
    for i in range(n - 1):
        best = i
        for j in range(i + 1, n):
            if h[j, j] > h[best, best]:
                best = j
        if best != i:
            h[i, i], h[best, best] = h[best, best], h[i, i]
            for k in range(n):
                v[k, i], v[k, best] = v[k, best], v[k, i]
