"""Peaks of a powder pattern: where they stand, how high and wide they are, how sure each one is.

A peak is a maximum of the pattern's negative second derivative, smoothed over the width that peaks have
there, against its own standard uncertainty. A background of any smooth form drops out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.diffraction._peak_background import clipped_background
from kuralab.science.diffraction._peak_heights import SHARE, fitted_heights, is_wing
from kuralab.science.diffraction._peak_response import (
    at_scale,
    excess_noise,
    kernel_response,
    peak_tops,
)
from kuralab.science.diffraction._peak_widths import FWHM, WIDEST, own_widths, seen_widths, usual_widths

Floats = NDArray[np.float64]

THRESHOLD: Final = 5.0
"""Standard uncertainties; noise alone gives one such peak in some thousand patterns."""
_FEWEST: Final = 30
_NARROW: Final = 1.0
_WIDE: Final = 2.0
"""Scales, in standard deviations of a peak: to tell neighbours apart, and to see weak ones."""
_SMALLEST: Final = 0.8
_ROUNDS: Final = 5
_SAME: Final = 0.05
"""Relative change of the usual width that is not worth another round."""


@final
@dataclass(frozen=True)
class Peaks:
    """k peaks by rising position. position, width (FWHM) in the unit of x; height above the background
    (in the pattern's unit), area (height times x), each (k,) with standard uncertainties; significance
    (k,): response over its standard uncertainty; background (n,) of the whole pattern; noise: by what
    factor the scatter exceeds the stated uncertainties (1 or more; the others contain it)."""

    position: Floats
    position_std: Floats
    height: Floats
    height_std: Floats
    width: Floats
    area: Floats
    area_std: Floats
    significance: Floats
    background: Floats
    noise: float

    def __len__(self) -> int:
        return len(self.position)


def find_peaks(
    x: Floats, intensity: Floats, uncertainty: Floats, *, threshold: float = THRESHOLD
) -> Peaks:
    """Find the peaks of a pattern.

    x (n,) rising, 2theta in deg or time of flight in us; intensity and uncertainty (n,) in one unit.

    Raises
    ------
    ScienceError
        Different shapes, fewer than 30 points, x that does not rise, or an uncertainty that is not
        positive.

    Source
    ------
    Second derivatives: M. A. Mariscotti, Nucl. Instrum. Methods 50 (1967) 309,
    doi:10.1016/0029-554X(67)90058-4. Scales: P. Du, W. A. Kibbe, S. M. Lin, Bioinformatics 22 (2006)
    2059, doi:10.1093/bioinformatics/btl355.
    """
    x, y, sigma = (np.asarray(values, dtype=float) for values in (x, intensity, uncertainty))
    _check(x, y, sigma)
    noise = excess_noise(y, sigma)
    sigma = noise * sigma
    scales = _SMALLEST * np.sqrt(2.0) ** np.arange(
        int(2.0 * np.log2(max(len(x) / 30.0, 2.0) / _SMALLEST)) + 2
    )
    response = np.array([kernel_response(y, sigma, scale) for scale in scales])
    width = usual_widths(response, scales, threshold)
    if width is None:
        nothing = np.empty(0)
        background = clipped_background(y, np.full(len(x), len(x) / WIDEST), nothing)
        return _measured(x, y - background, sigma, nothing, np.full(len(x), 1.0), y, background, noise)
    for _ in range(_ROUNDS):
        narrow, wide = (at_scale(response, scales, share * width / FWHM) for share in (_NARROW, _WIDE))
        tops = peak_tops(narrow, wide, width, threshold)
        background = clipped_background(y, width, tops)
        narrower = seen_widths(y - background, sigma, tops, width)
        if narrower is None or abs(np.median(np.log(narrower / width))) < _SAME:
            break
        width = narrower
    best = np.maximum(narrow, wide)
    return _measured(x, y - background, sigma, tops, width, best, background, noise)


def _check(x: Floats, y: Floats, sigma: Floats) -> None:
    if x.ndim != 1 or x.shape != y.shape or x.shape != sigma.shape:
        raise ScienceError(f"columns of shapes {x.shape}, {y.shape}, {sigma.shape} make no pattern")
    if len(x) < _FEWEST:
        raise ScienceError(f"{len(x)} points are too few for a search of peaks ({_FEWEST})")
    if not np.all(np.isfinite(x)) or not np.all(np.isfinite(y)) or not np.all(np.diff(x) > 0.0):
        raise ScienceError("positions have to rise, and intensities have to be numbers")
    if not np.all(np.isfinite(sigma)) or not np.all(sigma > 0.0):
        raise ScienceError("every point needs a positive standard uncertainty")


def _measured(
    x: Floats,
    above: Floats,
    sigma: Floats,
    tops: Floats,
    width: Floats,
    response: Floats,
    background: Floats,
    noise: float,
) -> Peaks:
    """Heights of all peaks together by least squares, with the width that each one shows."""
    step = np.gradient(x)
    points = np.arange(len(x), dtype=float)
    wide = own_widths(above, tops, width)
    for _ in range(3):
        height, height_std = fitted_heights(above, sigma, tops, wide)
        kept = (height > 3.0 * height_std) & ~is_wing(tops, height, wide)
        if kept.all():
            break
        tops, wide = tops[kept], wide[kept]
    else:
        height, height_std = fitted_heights(above, sigma, tops, wide)
    local = np.interp(tops, points, step)
    fwhm = wide * local
    shape = 0.5 * (SHARE * np.pi + (1.0 - SHARE) * np.sqrt(np.pi / np.log(2.0)))
    significance = np.interp(tops, points, response)
    return Peaks(
        position=np.interp(tops, points, x),
        # Of a Gaussian's centre, to which the share of the kernel adds a little.
        position_std=fwhm / FWHM / np.maximum(significance, 1.0) * 1.5,
        height=height,
        height_std=height_std,
        width=fwhm,
        area=shape * height * fwhm,
        area_std=shape * height_std * fwhm,
        significance=significance,
        background=background,
        noise=noise,
    )
