"""The plateau of an isotherm, where metal and hydride are in equilibrium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._isotherm import Isotherm

Floats = NDArray[np.float64]

STEEPEST: Final = 1.0
"""Largest d ln p / d ln c of a plateau: 0 where two phases meet, 2 in a dilute solution (Sieverts)."""

FEW_POINTS: Final = 3
_STEP: Final = 1e-3


@dataclass(frozen=True)
class Plateau:
    """ln(p/bar) and ln(f/bar) at the middle of the plateau, each with its standard uncertainty.

    lowest, highest: the range of content that was used, in the isotherm's unit; rise: ln p at its end
    minus ln p at its beginning; steepness: d ln p / d ln c there;
    n_points: measured points inside the range; exists: whether this is a plateau at all.
    """

    log_pressure: float
    log_pressure_std: float
    log_fugacity: float
    log_fugacity_std: float
    lowest: float
    highest: float
    rise: float
    steepness: float
    n_points: int
    exists: bool

    @property
    def pressure(self) -> float:
        """bar"""
        return float(np.exp(self.log_pressure))


def find_plateau(
    isotherm: Isotherm,
    *,
    log_fugacity: Callable[[Floats], Floats],
    lowest: float = 0.3,
    highest: float = 0.7,
    reading_std: float = 0.02,
) -> Plateau:
    """Plateau pressure as the mean of ln p between two shares of the largest content.

        ln p_pl = mean of ln p_i,   lowest <= c_i / c_max <= highest
        u^2 = s^2 / n  +  rise^2 / 12  +  u_reading^2

    s: standard deviation about the line of ln p against c through the n points inside. rise^2/12:
    along a sloping plateau the equilibrium pressure passes through all values between its ends, a
    rectangular distribution. u_reading: of the gauge or of a digitised axis, common to the points, so
    that it does not shrink with their number. With fewer than three points inside there is no s; the
    rise is then that of the straight pieces between them and their neighbours outside, and without
    any point inside these are read at the middle. ln f is treated alike; its reading uncertainty is
    larger by d ln f / d ln p.

    A plateau exists where |d ln p / d ln c| < 1, half of what a dilute solution shows (Sieverts: 2).

    Parameters
    ----------
    log_fugacity : ln(f/bar) (m,) of pressures (m,) in bar at the isotherm's temperature
    lowest, highest : shares of the largest content of this branch; reading_std : of ln p

    Returns
    -------
    Plateau

    Raises
    ------
    ScienceError
        The range is not between 0 and 1, or fewer than two points lie in or around it.

    Source
    ------
    Mean over the middle of the branch and slope as in T. B. Flanagan, W. A. Oates, Annu. Rev. Mater.
    Sci. 21, 269 (1991), DOI 10.1146/annurev.ms.21.080191.001413, and G. Sandrock, J. Alloys Compd.
    293-295, 877 (1999), DOI 10.1016/S0925-8388(99)00384-9. The uncertainty is ours (rectangular
    distribution: GUM, JCGM 100:2008, 4.3.7).
    """
    if not 0.0 < lowest < highest < 1.0:
        raise ScienceError("a plateau lies between two shares of the content above 0 and below 1.")
    c = isotherm.content
    low, high = lowest * float(c.max()), highest * float(c.max())
    # A point right at an end belongs to the range, whichever way its last digit was rounded.
    margin = 1e-9 * float(c.max())
    inside = (c >= low - margin) & (c <= high + margin)
    used = _with_neighbours(c, inside, low, high)
    if np.count_nonzero(used) < 2 or np.ptp(c[used]) == 0.0:
        raise ScienceError("fewer than two points lie on the plateau or beside it.")
    log_p = np.log(isotherm.pressure)
    log_f = np.asarray(log_fugacity(isotherm.pressure))
    if not np.isfinite(log_f).all():
        raise ScienceError("no fugacity is known at these pressures and this temperature.")
    level, std, rise = _level(c, log_p, inside, used, (low, high), reading_std)
    factor = _fugacity_factor(log_fugacity, float(np.exp(level)))
    level_f, std_f, _ = _level(c, log_f, inside, used, (low, high), reading_std * factor)
    steepness = rise / float(np.log(high / low))
    return Plateau(
        log_pressure=level,
        log_pressure_std=std,
        log_fugacity=level_f,
        log_fugacity_std=std_f,
        lowest=low,
        highest=high,
        rise=rise,
        steepness=steepness,
        n_points=int(np.count_nonzero(inside)),
        exists=abs(steepness) < STEEPEST,
    )


def _with_neighbours(c: Floats, inside: NDArray[np.bool_], low: float, high: float) -> NDArray[np.bool_]:
    """The points inside; where they are few, also the nearest one on either side."""
    used = inside.copy()
    if np.count_nonzero(inside) < FEW_POINTS:
        below, above = np.flatnonzero(c < low), np.flatnonzero(c > high)
        if below.size:
            used[below[-1]] = True
        if above.size:
            used[above[0]] = True
    return used


def _level(
    c: Floats,
    values: Floats,
    inside: NDArray[np.bool_],
    used: NDArray[np.bool_],
    ends: tuple[float, float],
    reading_std: float,
) -> tuple[float, float, float]:
    """Mean, standard uncertainty and rise of ln p or ln f over the range."""
    # A neighbour may stand on the steep flank, so it takes no part in mean, line and scatter.
    n_inside = int(np.count_nonzero(inside))
    low, high = ends
    middle = 0.5 * (low + high)
    if n_inside >= FEW_POINTS and np.ptp(c[inside]) > 0.0:
        slope, intercept = np.polyfit(c[inside] - middle, values[inside], 1)
        rest = values[inside] - intercept - slope * (c[inside] - middle)
        scatter = float(np.sqrt((rest**2).sum() / (n_inside - 2)))
        rise = float(slope) * (high - low)
    else:
        at = np.interp([low, high], c[used], values[used])
        rise, scatter = float(at[1] - at[0]), 0.0
    level = float(values[inside].mean()) if n_inside else float(np.interp(middle, c[used], values[used]))
    variance = scatter**2 / max(n_inside, 1) + rise**2 / 12.0 + reading_std**2
    return level, float(np.sqrt(variance)), rise


def _fugacity_factor(log_fugacity: Callable[[Floats], Floats], pressure: float) -> float:
    """d ln f / d ln p, which is p V / (R T)."""
    around = np.asarray(log_fugacity(pressure * np.exp(np.array([-_STEP, _STEP]))))
    return float((around[1] - around[0]) / (2.0 * _STEP))
