"""How wide peaks are: usually, along the pattern, and each for itself; all in points."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FWHM: Final = 2.0 * np.sqrt(2.0 * np.log(2.0))
_BEST: Final = np.sqrt(5.0)
"""Scale of the kernel over the standard deviation of the Gaussian peak that it answers to most."""
_STRONGEST: Final = 60
WIDEST: Final = 60.0
"""Of such a share of the pattern's points a peak may be wide before any others tell the usual width."""
_FEW: Final = 6


def usual_widths(response: Floats, scales: Floats, threshold: float) -> Floats | None:
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
            if FWHM * own / _BEST > len(best) / WIDEST:
                continue
        if 0 < i < len(best) - 1:
            places.append(int(i))
            widths.append(FWHM * own / _BEST)
    if not places:
        return None
    return _smooth_widths(np.array(places, dtype=float), np.array(widths), len(best))


def seen_widths(above: Floats, sigma: Floats, tops: Floats, width: Floats) -> Floats | None:
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


def own_widths(above: Floats, tops: Floats, width: Floats) -> Floats:
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
