"""Axial divergence: a peak at low angle as a sum of peaks, displaced to lower 2theta.

A ray that leaves the plane by a height h (over the radius) is seen at 2phi with
cos 2phi = cos 2theta sqrt(1 + h^2); the heights between sample and slit are distributed as the
difference of two uniform numbers. Finger, Cox, Jephcoat, J. Appl. Cryst. 27 (1994) 892,
doi:10.1107/S0021889894004218 - here integrated over h, in which the integrand is smooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NEGLIGIBLE: Final = 0.02
"""Of the width: a displacement that no pattern shows."""
_COUNTS: Final = (1, 3, 4, 6, 8, 12, 16, 32)
_STEP: Final = 1e-5


@final
@dataclass(frozen=True)
class Spread:
    """source (q,) index of the peak, offset (q,) deg, share (q,), and both by s_l and h_l (q, 2)."""

    source: Integers
    offset: Floats
    share: Floats
    offset_gradient: Floats
    share_gradient: Floats


def spread(two_theta: Floats, width: Floats, s_l: float, h_l: float, *, gradient: bool) -> Spread:
    """Peaks at 2theta (p,) deg of FWHM (p,) deg, spread by heights s_l and h_l over the radius."""
    total = s_l + h_l
    angle = np.radians(two_theta)
    reach = np.degrees(0.5 * total * total / np.maximum(np.abs(np.tan(angle)), 1e-3))
    wanted = np.where(reach < _NEGLIGIBLE * width, 1.0, 2.0 + 1.6 * reach / width)
    counts = np.array(_COUNTS)[np.minimum(np.searchsorted(_COUNTS, wanted), len(_COUNTS) - 1)]
    parts = []
    for count in np.unique(counts):
        index = np.flatnonzero(counts == count)
        offset, share = _heights(two_theta[index], s_l, h_l, int(count))
        slopes = np.zeros((*offset.shape, 2)), np.zeros((*offset.shape, 2))
        if gradient and count > 1:
            for column, (ds, dh) in enumerate(((_STEP, 0.0), (0.0, _STEP))):
                moved = _heights(two_theta[index], s_l + ds, h_l + dh, int(count))
                slopes[0][..., column] = (moved[0] - offset) / _STEP
                slopes[1][..., column] = (moved[1] - share) / _STEP
        parts.append(
            (
                np.repeat(index, count),
                offset.ravel(),
                share.ravel(),
                slopes[0].reshape(-1, 2),
                slopes[1].reshape(-1, 2),
            )
        )
    return Spread(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))


def _heights(two_theta: Floats, s_l: float, h_l: float, count: int) -> tuple[Floats, Floats]:
    """(p, count) displacement in deg and share of each height."""
    if count == 1:
        return np.zeros((len(two_theta), 1)), np.ones((len(two_theta), 1))
    nodes, weights = _legendre(count)
    height = nodes * (s_l + h_l)
    density = weights * np.minimum(2.0 * min(s_l, h_l), s_l + h_l - height)
    cosine = np.cos(np.radians(two_theta))[:, None] * np.sqrt(1.0 + height * height)
    seen = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    share = density / density.sum()
    return seen - two_theta[:, None], np.broadcast_to(share, seen.shape).copy()


@lru_cache(maxsize=8)
def _legendre(count: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return 0.5 * (nodes + 1.0), 0.5 * weights
