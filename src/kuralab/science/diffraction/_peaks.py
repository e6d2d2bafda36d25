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

Floats = NDArray[np.float64]

THRESHOLD: Final = 5.0
"""Standard uncertainties; noise alone gives one such peak in some thousand patterns."""
_FEWEST: Final = 30
_FWHM: Final = 2.0 * np.sqrt(2.0 * np.log(2.0))
_BEST: Final = np.sqrt(5.0)
"""Scale of the kernel over the standard deviation of the Gaussian peak that it answers to most."""
_NARROW: Final = 1.0
_WIDE: Final = 2.0
"""Scales, in standard deviations of a peak: to tell neighbours apart, and to see weak ones."""
_SMALLEST: Final = 0.8
_REACH: Final = 5.0
_SHARE: Final = 0.5
"""Lorentzian share of the profile from which heights and areas are taken."""
_STRONGEST: Final = 60
_WIDEST: Final = 60.0
"""Of such a share of the pattern's points a peak may be wide before any others tell the usual width."""
_FEW: Final = 6
_ROUNDS: Final = 5
_SAME: Final = 0.05
"""Relative change of the usual width that is not worth another round."""
_SIDE: Final = 0.02
"""Height over that of a neighbour below which it is taken as part of its wing."""


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
    noise = _excess_noise(y, sigma)
    sigma = noise * sigma
    scales = _SMALLEST * np.sqrt(2.0) ** np.arange(
        int(2.0 * np.log2(max(len(x) / 30.0, 2.0) / _SMALLEST)) + 2
    )
    response = np.array([_response(y, sigma, scale) for scale in scales])
    width = _usual_widths(response, scales, threshold)
    if width is None:
        nothing = np.empty(0)
        background = clipped_background(y, np.full(len(x), len(x) / _WIDEST), nothing)
        return _measured(x, y - background, sigma, nothing, np.full(len(x), 1.0), y, background, noise)
    for _ in range(_ROUNDS):
        narrow, wide = (_at_scale(response, scales, share * width / _FWHM) for share in (_NARROW, _WIDE))
        tops = _tops(narrow, wide, width, threshold)
        background = clipped_background(y, width, tops)
        narrower = _seen_widths(y - background, sigma, tops, width)
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


def _excess_noise(y: Floats, sigma: Floats) -> float:
    """Scatter from point to point over what the uncertainties say; 1 where it is less."""
    curvature = y[:-2] - 2.0 * y[1:-1] + y[2:]
    expected = np.sqrt(sigma[:-2] ** 2 + 4.0 * sigma[1:-1] ** 2 + sigma[2:] ** 2)
    return max(1.0, float(1.4826 * np.median(np.abs(curvature / expected))))


def _response(y: Floats, sigma: Floats, scale: float) -> Floats:
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


def _usual_widths(response: Floats, scales: Floats, threshold: float) -> Floats | None:
    """(n,) FWHM of peaks in points as it changes over the pattern; None without any peak."""
    best = response.max(axis=0)
    which = response.argmax(axis=0)
    order = np.argsort(best)[::-1]
    free = np.ones(len(best), dtype=bool)
    places: list[int] = []
    widths: list[float] = []
    for i in order:
        if best[i] < threshold or len(places) >= _STRONGEST:
            break
        if not free[i]:
            continue
        scale = scales[which[i]]
        reach = int(np.ceil(2.5 * scale))
        free[max(i - reach, 0) : i + reach + 1] = False
        if which[i] < len(scales) - 1:
            own = _refined(response[:, i], scales, int(which[i]))
        else:
            # A hump, or a peak so high that its wings count more than its top.
            clear = np.flatnonzero(response[:, i] > 2.0 * threshold)
            own = float(scales[clear[0]]) if len(clear) else np.inf
            if _FWHM * own / _BEST > len(best) / _WIDEST:
                continue
        if 0 < i < len(best) - 1:
            places.append(int(i))
            widths.append(_FWHM * own / _BEST)
    if not places:
        return None
    return _smooth_widths(np.array(places, dtype=float), np.array(widths), len(best))


def _seen_widths(above: Floats, sigma: Floats, tops: Floats, width: Floats) -> Floats | None:
    """(n,) FWHM in points again, from the steeper flanks of the peaks that were found.

    Overlap and tails make the first idea too wide; the flank without a neighbour shows better.
    """
    places, widths = [], []
    clear = 10.0 * sigma
    for top in tops:
        reach = 0.5 * width[round(float(top))]
        first, last = max(int(top - reach), 0), int(top + reach) + 2
        centre = first + int(np.argmax(above[first:last]))
        if above[centre] < clear[centre]:
            continue
        sides = [side for sign in (-1, 1) if (side := _half_width(above, centre, sign)) is not None]
        if sides:
            places.append(float(centre))
            widths.append(2.0 * min(sides))
    if not places:
        return None
    return _smooth_widths(np.array(places), np.array(widths), len(above))


def _half_width(above: Floats, centre: int, sign: int) -> float | None:
    """Points from a peak's top to where it falls to half, towards one side."""
    half, i = 0.5 * float(above[centre]), centre
    while 0 < i < len(above) - 1 and above[i] > half:
        i += sign
    upper, lower = float(above[i - sign]), float(above[i])
    if i == centre or not lower <= half < upper:
        return None
    # Linear between the last two points.
    return abs(i - centre) - (half - lower) / (upper - lower)


def _smooth_widths(places: Floats, widths: Floats, n: int) -> Floats:
    """(n,) a line through the logarithms of widths (k,) at places (k,), or their median."""
    values = np.log(np.maximum(widths, 1.5))
    if len(places) >= _FEW:
        return np.asarray(np.maximum(np.exp(_robust_line(places, values, n)), 1.5))
    return np.full(n, float(np.exp(np.median(values))))


def _refined(responses: Floats, scales: Floats, top: int) -> float:
    """The scale of the greatest response, between those that were tried."""
    if not 0 < top < len(scales) - 1:
        return float(scales[top])
    left, middle, right = responses[top - 1 : top + 2]
    bend = left - 2.0 * middle + right
    step = 0.5 * (left - right) / bend if bend < 0.0 else 0.0
    return float(scales[top] * np.sqrt(2.0) ** np.clip(step, -0.5, 0.5))


def _robust_line(at: Floats, values: Floats, n: int) -> Floats:
    """(n,) line of median slope (P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379) at all n points."""
    i, j = np.triu_indices(len(at), k=1)
    apart = np.abs(at[i] - at[j]) > 0.1 * n
    if not apart.any():
        return np.full(n, np.median(values))
    slope = float(np.median((values[i] - values[j])[apart] / (at[i] - at[j])[apart]))
    # Widths change by less than this over any pattern.
    slope = float(np.clip(slope, -3.0 / n, 3.0 / n))
    return np.asarray(slope * np.arange(n) + np.median(values - slope * at))


def _at_scale(response: Floats, scales: Floats, wanted: Floats) -> Floats:
    """(n,) response at a scale of its own at each point, between those that were computed."""
    place = np.clip(np.log(wanted / scales[0]) / np.log(np.sqrt(2.0)), 0.0, len(scales) - 1.001)
    low = place.astype(int)
    share, points = place - low, np.arange(response.shape[1])
    return np.asarray((1.0 - share) * response[low, points] + share * response[low + 1, points])


def _tops(narrow: Floats, wide: Floats, width: Floats, threshold: float) -> Floats:
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
    wide = _own_widths(above, tops, width)
    for _ in range(3):
        height, height_std = _heights(above, sigma, tops, wide)
        kept = (height > 3.0 * height_std) & ~_is_wing(tops, height, wide)
        if kept.all():
            break
        tops, wide = tops[kept], wide[kept]
    else:
        height, height_std = _heights(above, sigma, tops, wide)
    local = np.interp(tops, points, step)
    fwhm = wide * local
    shape = 0.5 * (_SHARE * np.pi + (1.0 - _SHARE) * np.sqrt(np.pi / np.log(2.0)))
    significance = np.interp(tops, points, response)
    return Peaks(
        position=np.interp(tops, points, x),
        # Of a Gaussian's centre, to which the share of the kernel adds a little.
        position_std=fwhm / _FWHM / np.maximum(significance, 1.0) * 1.5,
        height=height,
        height_std=height_std,
        width=fwhm,
        area=shape * height * fwhm,
        area_std=shape * height_std * fwhm,
        significance=significance,
        background=background,
        noise=noise,
    )


def _own_widths(above: Floats, tops: Floats, width: Floats) -> Floats:
    """(k,) FWHM in points where a flank falls to half before the next peak begins, or the usual one."""
    usual = np.interp(tops, np.arange(len(width)), width)
    found = usual.copy()
    for k, top in enumerate(tops):
        centre = min(max(round(float(top)), 1), len(above) - 2)
        sides = []
        for sign, limit in (
            (-1, tops[k - 1] if k else -np.inf),
            (1, tops[k + 1] if k + 1 < len(tops) else np.inf),
        ):
            side = _half_width(above, centre, sign)
            if side is not None and abs(limit - top) > 1.6 * side:
                sides.append(side)
        if sides:
            own = 2.0 * float(np.mean(sides))
            found[k] = float(np.clip(own, 0.6 * usual[k], 2.0 * usual[k]))
    return np.maximum(found, 1.0)


def _is_wing(tops: Floats, height: Floats, wide: Floats) -> NDArray[np.bool_]:
    """Whether each peak (k,) is a small thing on the flank of a great one."""
    near = np.abs(tops[:, None] - tops[None, :]) < 2.0 * wide[None, :]
    return np.asarray((near & (height[:, None] < _SIDE * height[None, :])).any(axis=1))


def profile(t: Floats) -> Floats:
    """Pseudo-Voigt of unit height; t: distance from the centre over the FWHM."""
    square = t * t
    return np.asarray(
        _SHARE / (1.0 + 4.0 * square) + (1.0 - _SHARE) * np.exp(-4.0 * np.log(2.0) * square)
    )


def _heights(above: Floats, sigma: Floats, tops: Floats, wide: Floats) -> tuple[Floats, Floats]:
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
