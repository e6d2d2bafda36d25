"""Axial divergence: a peak at low angle as a sum of peaks, displaced to lower 2theta.

A ray that leaves the plane by a height h (over the radius) is seen at 2phi with
cos 2phi = cos 2theta sqrt(1 + h^2); the heights between sample and slit are distributed as the
difference of two uniform numbers. Finger, Cox, Jephcoat, J. Appl. Cryst. 27 (1994) 892,
doi:10.1107/S0021889894004218 - here integrated over h^2, to which the displacement is proportional, by
Gauss's rule for just that distribution: few peaks, and always the right mean displacement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_COUNTS: Final = (1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32)
_UP_TO: Final = (0.08, 0.4, 0.7, 1.1, 1.5, 2.0, 3.0, 5.0, 7.0, 11.0)
"""Largest displacement over the width for which so many peaks give the shape to 0.001 of its height."""
_FINE: Final = 72
_STEP: Final = 1e-5


@final
@dataclass(frozen=True)
class Spread:
    """source (q,) index of the peak, offset (q,) deg, share (q,); derivatives: of the offset by 2theta
    (bent, (q,)), of offset and share by s_l and h_l (q, 2)."""

    source: Integers
    offset: Floats
    share: Floats
    bent: Floats
    offset_gradient: Floats
    share_gradient: Floats


def spread(two_theta: Floats, width: Floats, s_l: float, h_l: float, *, gradient: bool) -> Spread:
    """Peaks at 2theta (p,) deg of FWHM (p,) deg, spread by heights s_l and h_l over the radius."""
    total = s_l + h_l
    angle = np.radians(two_theta)
    reach = np.degrees(0.5 * total * total / np.maximum(np.abs(np.tan(angle)), 1e-3))
    counts = np.array(_COUNTS)[np.searchsorted(_UP_TO, reach / width)]
    parts = []
    for count in np.unique(counts):
        index = np.flatnonzero(counts == count)
        offset, share, bent = _heights(two_theta[index], s_l, h_l, int(count))
        slopes = np.zeros((*offset.shape, 2)), np.zeros((*offset.shape, 2))
        if gradient:
            for column, (ds, dh) in enumerate(((_STEP, 0.0), (0.0, _STEP))):
                moved = _heights(two_theta[index], s_l + ds, h_l + dh, int(count))
                slopes[0][..., column] = (moved[0] - offset) / _STEP
                slopes[1][..., column] = (moved[1] - share) / _STEP
        parts.append(
            (
                np.repeat(index, count),
                offset.ravel(),
                share.ravel(),
                bent.ravel(),
                slopes[0].reshape(-1, 2),
                slopes[1].reshape(-1, 2),
            )
        )
    return Spread(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))


def _heights(two_theta: Floats, s_l: float, h_l: float, count: int) -> tuple[Floats, Floats, Floats]:
    """(p, count) displacement in deg, share of each height, derivative of the displacement by 2theta."""
    square, share = _rule(min(s_l, h_l) / (s_l + h_l), count)
    angle = np.radians(two_theta)[:, None]
    stretch = np.sqrt(1.0 + square * (s_l + h_l) ** 2)
    seen = np.arccos(np.clip(np.cos(angle) * stretch, -1.0, 1.0))
    bent = np.sin(angle) * stretch / np.maximum(np.sin(seen), 1e-6) - 1.0
    return np.degrees(seen - angle), np.broadcast_to(share, seen.shape).copy(), bent


@lru_cache(maxsize=64)
def _rule(lesser: float, count: int) -> tuple[Floats, Floats]:
    """Nodes (count,) in h^2 over its largest value, and weights; ``lesser`` of the two heights over
    their sum.

    G. H. Golub, J. H. Welsch, Math. Comput. 23 (1969) 221, doi:10.1090/S0025-5718-69-99647-1.
    """
    diagonal, beside = _recurrence(lesser)
    matrix = (
        np.diag(diagonal[:count]) + np.diag(beside[: count - 1], 1) + np.diag(beside[: count - 1], -1)
    )
    nodes, vectors = np.linalg.eigh(matrix)
    return nodes, vectors[0] ** 2


@lru_cache(maxsize=16)
def _recurrence(lesser: float) -> tuple[Floats, Floats]:
    """Of the polynomials that are orthogonal over the distribution of h^2 (procedure of Stieltjes)."""
    nodes, weights = np.polynomial.legendre.leggauss(_FINE)
    nodes, weights = 0.5 * (nodes + 1.0), 0.5 * weights
    kink = 1.0 - 2.0 * lesser
    height = np.concatenate([kink * nodes, kink + (1.0 - kink) * nodes])
    falling = np.minimum(1.0, (1.0 - height) / max(2.0 * lesser, 1e-12))
    density = falling * np.concatenate([kink * weights, (1.0 - kink) * weights])
    square, most = height**2, max(_COUNTS)
    diagonal, beside = np.zeros(most), np.zeros(most)
    before, now = np.zeros_like(square), np.full_like(square, 1.0 / np.sqrt(density.sum()))
    for n in range(most):
        diagonal[n] = density @ (square * now**2)
        following = (square - diagonal[n]) * now - beside[n - 1] * before
        beside[n] = np.sqrt(density @ following**2)
        before, now = now, following / beside[n]
    return diagonal, beside
