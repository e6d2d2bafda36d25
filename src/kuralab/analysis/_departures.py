"""Do the points of an Arrhenius line agree with it? Outliers, scatter, curvature.

A departure counts when it is significant *and* matters. Spectra give points of 0.1 %, while the
thermocouple leaves 3 % to a conductivity and 0.5 % to an activation energy: significance alone
would flag bends and errors of a thousandth that change no stated number.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kuralab.analysis._details import ArrheniusLine
from kuralab.science.kinetics import BOLTZMANN_EV, ArrheniusFit, fit_arrhenius

Floats = NDArray[np.float64]

ROOM_TEMPERATURE: Final = 298.15
SIGNIFICANT: Final = 0.01
MOST_OUTLIERS: Final = 3
# What remains of a line without its suspects must still be able to contradict itself.
LEAST_FREEDOM: Final = 2
# Long series are searched for fewer outliers at once: the subsets grow with their power.
MOST_SUBSETS: Final = 5000
# Points that lie on a line within rounding scatter no less than this.
ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Departures:
    """How the points of a line depart from it, as far as it matters.

    outliers: which points; deviation (n,): relative, of every point from the line through those
    that are no outliers; scatter: root mean square of theirs; scattered: their uncertainties do not
    explain it, and it rules the uncertainty of E_a; bend: eV by which the slope at one end of the
    range differs from the line's, and room_bend: relative difference of parabola and line at
    25 degC; both 0 where chance explains the curvature.
    """

    outliers: tuple[int, ...]
    deviation: Floats
    scatter: float
    scattered: bool
    bend: float
    room_bend: float


def departures_from_line(line: ArrheniusLine, *, claimed: Floats, weighted: bool) -> Departures:
    """How the points of a line depart from it.

    Outliers: the one, two or three points whose removal improves the line most, by an F test
    corrected for the number of subsets (p < 0.01), and off the line through the others by
    more than the standard uncertainty that is stated for them. Scatter: of the other points, by
    chi-square (p < 0.01), if more than half of the variance of E_a comes from it. Curvature: a
    parabola in place of the line (p < 0.01).

    Parameters
    ----------
    claimed : (n,) relative standard uncertainty stated for each conductivity, with what is common
        to all of them; weighted : whether the line weights its points by their uncertainties

    Source
    ------
    J. F. Gentleman, M. B. Wilk, Biometrics 31, 387 (1975): the subset of k points that is the most
    likely to be outlying. Departure: the smallest corrected p-value decides k.
    """
    inverse = -1.0 / (BOLTZMANN_EV * line.temperature)
    log_sigma_t = np.log(line.conductivity * line.temperature)
    relative = line.std / line.conductivity
    weight = 1.0 / relative if weighted else np.ones(inverse.size)
    suspects = _suspects(inverse, log_sigma_t, weight)
    clean = _without(line, suspects, weighted)
    far = np.abs(_deviation(line, clean)) > claimed
    outliers = tuple(i for i in suspects if far[i])
    if outliers != suspects:
        clean = _without(line, outliers, weighted)
    deviation = _deviation(line, clean)
    kept = np.delete(np.arange(inverse.size), outliers)
    bend, room_bend = _bends(inverse[kept], log_sigma_t[kept], weight[kept], clean)
    return Departures(
        outliers=outliers,
        deviation=deviation,
        scatter=float(np.sqrt((deviation[kept] ** 2).mean())),
        scattered=_is_scattered(line, clean, clean.residuals / relative[kept]),
        bend=bend,
        room_bend=room_bend,
    )


def _suspects(x: Floats, y: Floats, weight: Floats) -> tuple[int, ...]:
    """The points that fit the line through the others worse than chance explains."""
    best: tuple[float, tuple[int, ...]] = (SIGNIFICANT, ())
    design = np.column_stack([np.ones(x.size), x - x.mean()]) * weight[:, None]
    projector = np.eye(x.size) - design @ np.linalg.pinv(design)
    residuals = projector @ (weight * y)
    total = float(residuals @ residuals)
    floor = (ROUNDING * float(np.abs(weight * y).max())) ** 2
    for count in range(1, MOST_OUTLIERS + 1):
        freedom = x.size - 2 - count
        if freedom < LEAST_FREEDOM or comb(x.size, count) > MOST_SUBSETS:
            break
        for subset in map(list, combinations(range(x.size), count)):
            if not _can_be_judged(x, subset):
                continue
            inner = projector[np.ix_(subset, subset)]
            explained = float(residuals[subset] @ np.linalg.pinv(inner) @ residuals[subset])
            left = max(total - explained, floor) / freedom
            p = comb(x.size, count) * float(stats.f.sf(explained / count / left, count, freedom))
            best = min(best, (p, tuple(subset)))
    return best[1]


def _can_be_judged(x: Floats, subset: list[int]) -> bool:
    """Whether the other points, at three temperatures or more, say where these should lie.

    Several points that are all those beyond some temperature may be another slope as well.
    """
    inside, outside = x[subset], np.delete(x, subset)
    if np.unique(outside).size < 3:
        return False
    return len(subset) == 1 or bool(inside.min() < outside.max() and inside.max() > outside.min())


def _without(line: ArrheniusLine, points: tuple[int, ...], weighted: bool) -> ArrheniusFit:
    """The line through the other points."""
    if not points:
        return line.fit
    std = np.delete(line.std, points) if weighted else None
    return fit_arrhenius(
        temperature=np.delete(line.temperature, points),
        conductivity=np.delete(line.conductivity, points),
        std=std,
    )


def _deviation(line: ArrheniusLine, fit: ArrheniusFit) -> Floats:
    return line.conductivity / fit.conductivity_at(line.temperature) - 1.0


def _is_scattered(line: ArrheniusLine, clean: ArrheniusFit, errors: Floats) -> bool:
    """``errors``: residuals over the uncertainty of each point for itself."""
    freedom = errors.size - 2
    if freedom < 1:
        return False
    ratio = float(errors @ errors) / freedom
    shift = line.shifted.activation_energy - line.fit.activation_energy
    own = clean.activation_energy_std**2
    unexplained = own * max(0.0, 1.0 - 1.0 / max(ratio, 1.0))
    significant = float(stats.chi2.sf(ratio * freedom, freedom)) < SIGNIFICANT
    return significant and unexplained > 0.5 * (own + shift**2)


def _bends(x: Floats, y: Floats, weight: Floats, clean: ArrheniusFit) -> tuple[float, float]:
    """Effects of the curvature on the slope at the ends (eV) and on the value at 25 degC."""
    p = clean.curvature_p_value
    if p is None or p >= SIGNIFICANT:
        return 0.0, 0.0
    middle = float(x.mean())
    parabola = np.polyfit(x - middle, y, 2, w=weight)
    slope = np.polyval(np.polyder(parabola), np.array([x.min(), x.max()]) - middle)
    room = -1.0 / (BOLTZMANN_EV * ROOM_TEMPERATURE)
    line = clean.log_prefactor + clean.activation_energy * room
    return (
        float(np.abs(slope - clean.activation_energy).max()),
        float(np.abs(np.polyval(parabola, room - middle) - line)),
    )
