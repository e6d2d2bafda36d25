"""Heights of peaks of known places and widths, fitted together."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_REACH: Final = 5.0
SHARE: Final = 0.5
"""Lorentzian share of the profile from which heights and areas are taken."""
_SIDE: Final = 0.02
"""Height over that of a neighbour below which it is taken as part of its wing."""


def is_wing(tops: Floats, height: Floats, wide: Floats) -> NDArray[np.bool_]:
    """Whether each peak (k,) is a small thing on the flank of a great one."""
    near = np.abs(tops[:, None] - tops[None, :]) < 2.0 * wide[None, :]
    return np.asarray((near & (height[:, None] < _SIDE * height[None, :])).any(axis=1))


def profile(t: Floats) -> Floats:
    """Pseudo-Voigt of unit height; t: distance from the centre over the FWHM."""
    square = t * t
    return np.asarray(SHARE / (1.0 + 4.0 * square) + (1.0 - SHARE) * np.exp(-4.0 * np.log(2.0) * square))


def fitted_heights(above: Floats, sigma: Floats, tops: Floats, wide: Floats) -> tuple[Floats, Floats]:
    """(k,) heights and standard uncertainties of peaks fitted together."""
    from scipy.sparse import csr_matrix

    rows, columns, values = [], [], []
    for k, (top, fwhm) in enumerate(zip(tops, wide, strict=True)):
        first = max(int(top - _REACH * fwhm), 0)
        last = min(int(top + _REACH * fwhm) + 2, len(above))
        at = np.arange(first, last)
        rows.append(at)
        columns.append(np.full(len(at), k))
        values.append(profile((at - top) / fwhm) / sigma[first:last])
    if not rows:
        return np.empty(0), np.empty(0)
    design = csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(above), len(tops)),
    )
    normal = (design.T @ design).toarray()
    inverse = np.linalg.pinv(normal, hermitian=True)
    height = inverse @ (design.T @ (above / sigma))
    return np.asarray(height), np.sqrt(np.maximum(np.diag(inverse), 0.0))
