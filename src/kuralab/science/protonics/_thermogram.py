"""Mass against time: the blank subtracted on one programme, isothermal plateaus, their masses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]

_MEDIAN_APART, _MOST_APART = 3.0, 15.0
"""K between two runs of one programme: in the middle, and at 99 % of the points."""
_LEVEL: Final = 0.2 / 60.0
"""K/s; less is isothermal."""


def subtract_baseline(
    time: Floats,
    temperature: Floats,
    mass: Floats,
    *,
    base_time: Floats,
    base_temperature: Floats,
    base_mass: Floats,
) -> Floats:
    """Mass change (n,) minus that of a blank at the same time of the same programme.

    time (n,), (m,) s from the start of each run, temperature (n,), (m,) K, mass (n,), (m,) change in mg.

    Raises
    ------
    ScienceError
        The blank is shorter, or its temperature is another at the same time (more than 3 K in the
        median, or 15 K at 1 % of the points): it was another programme.
    """
    elapsed, base_elapsed = time - time[0], base_time - base_time[0]
    if base_elapsed[-1] < 0.98 * elapsed[-1]:
        raise ScienceError(
            f"the baseline ends after {base_elapsed[-1] / 60.0:.1f} min, "
            f"the measurement after {elapsed[-1] / 60.0:.1f} min"
        )
    there = np.interp(elapsed, base_elapsed, base_temperature)
    apart = np.abs(temperature - there)
    if float(np.median(apart)) > _MEDIAN_APART or float(np.quantile(apart, 0.99)) > _MOST_APART:
        worst = int(np.argmax(apart))
        raise ScienceError(
            f"the baseline is of another temperature programme: after {elapsed[worst] / 60.0:.1f} min "
            f"it is at {there[worst] - 273.15:.1f} degC, the measurement at "
            f"{temperature[worst] - 273.15:.1f} degC"
        )
    return np.asarray(mass - np.interp(elapsed, base_elapsed, base_mass))


@final
@dataclass(frozen=True)
class Plateau:
    """Rows first..last (last not included) at one temperature (K). mass and mass_std in mg from the
    last third; drift in mg along that third. settled: the drift, with what an exponential approach has
    still to come, is below a tenth of what changed on the plateau, below twice the resolution, or not
    significant. start and end in s; water in atm, None where it is not known."""

    first: int
    last: int
    temperature: float
    mass: float
    mass_std: float
    drift: float
    settled: bool
    start: float
    end: float
    water: float | None


def find_plateaus(
    time: Floats,
    temperature: Floats,
    mass: Floats,
    *,
    water: Floats | None = None,
    shortest: float = 900.0,
    resolution: float = 0.0,
) -> tuple[Plateau, ...]:
    """Isothermal stretches of at least ``shortest`` s: temperature (n,) K changes by less than
    0.2 K/min. Where water (n,) atm is given, a change of gas begins another plateau; resolution: mg
    below which a change means nothing.

    Raises
    ------
    ScienceError
        Fewer than ten points, or a time that does not increase.
    """
    if time.size < 10 or not (np.diff(time) > 0.0).all():
        raise ScienceError("a thermogram needs ten points whose time increases")
    width = 0.25 * shortest
    before = np.interp(time - 0.5 * width, time, temperature)
    after = np.interp(time + 0.5 * width, time, temperature)
    span = np.minimum(time + 0.5 * width, time[-1]) - np.maximum(time - 0.5 * width, time[0])
    level = np.abs(after - before) < _LEVEL * span
    same = np.ones(time.size, dtype=bool)
    if water is not None:
        known = np.nan_to_num(water)
        same[1:] = np.abs(np.diff(known)) <= 0.02 * np.maximum(known[1:], known[:-1]) + 1e-7
    found, first = [], None
    for i in range(time.size + 1):
        inside = i < time.size and bool(level[i])
        if first is not None and (not inside or not same[min(i, time.size - 1)]):
            if time[i - 1] - time[first] >= shortest and i - first >= 8:
                found.append(_plateau(time, temperature, mass, water, first, i, resolution))
            first = None
        if inside and first is None:
            first = i
    return tuple(found)


def _plateau(
    time: Floats,
    temperature: Floats,
    mass: Floats,
    water: Floats | None,
    first: int,
    last: int,
    resolution: float,
) -> Plateau:
    start = int(np.searchsorted(time, time[last - 1] - (time[last - 1] - time[first]) / 3.0))
    start = max(min(start, last - 5), first)
    t, m = time[start:last], mass[start:last]
    mean, std = _mean(m)
    slope, slope_std = _slope(t, m)
    drift = slope * float(t[-1] - t[0])
    change = float(np.ptp(mass[first:last]))
    away = abs(drift)
    certain = abs(slope) > 3.0 * slope_std
    if certain:
        away += _still_to_come(time[first:last], mass[first:last], drift)
    settled = away < max(0.1 * change, 2.0 * resolution) or not certain
    return Plateau(
        first=first,
        last=last,
        temperature=float(temperature[start:last].mean()),
        mass=mean,
        mass_std=float(np.hypot(std, away / np.sqrt(12.0))),
        drift=drift,
        settled=settled,
        start=float(time[first]),
        end=float(time[last - 1]),
        water=_known_mean(None if water is None else water[start:last]),
    )


def _known_mean(values: Floats | None) -> float | None:
    known = np.array([]) if values is None else values[np.isfinite(values)]
    return float(known.mean()) if known.size else None


def _still_to_come(time: Floats, mass: Floats, drift: float) -> float:
    """What an exponential approach would still change after the end, from the drifts of the second and
    the last third; as much as all so far where the drift does not slow down."""
    third = (time[-1] - time[0]) / 3.0
    middle = (time >= time[0] + third) & (time <= time[-1] - third)
    if middle.sum() < 3:
        return 0.0
    earlier = _slope(time[middle], mass[middle])[0] * third
    ratio = drift / earlier if earlier != 0.0 else 1.0
    if not 0.0 <= ratio < 1.0:
        return float(np.ptp(mass)) if ratio >= 1.0 else 0.0
    return abs(drift) * ratio / (1.0 - ratio)


def _mean(values: Floats) -> tuple[float, float]:
    """Mean and its standard uncertainty with neighbours' correlation taken into account."""
    mean, n = float(values.mean()), values.size
    rest = values - mean
    total = float(rest @ rest)
    if total == 0.0:
        return mean, 0.0
    lag = min(max(float(rest[1:] @ rest[:-1]) / total, 0.0), 0.98)
    return mean, float(np.sqrt(total / max(n - 1, 1) / max(n * (1.0 - lag) / (1.0 + lag), 1.0)))


def _slope(time: Floats, values: Floats) -> tuple[float, float]:
    centred = time - time.mean()
    size = float(centred @ centred)
    slope = float(centred @ values) / size
    rest = values - values.mean() - slope * centred
    _, spread = _mean(rest)
    return slope, spread * np.sqrt(time.size / size) if size > 0.0 else float("inf")


def mass_at(
    time: Floats,
    temperature: Floats,
    mass: Floats,
    wanted: Sequence[float],
    *,
    water: Floats | None = None,
    within: float = 3.0,
) -> tuple[Plateau, ...]:
    """Masses where a slow ramp passes temperatures (K) for the last time, from points within 3 K.

    Raises
    ------
    ScienceError
        A temperature that the run does not reach.
    """
    found = []
    for T in wanted:
        near = np.flatnonzero(np.abs(temperature - T) <= within)
        if near.size < 3:
            raise ScienceError(f"the measurement does not pass {T - 273.15:.4g} degC slowly enough")
        breaks = np.flatnonzero(np.diff(near) > 1)
        stretch = near[breaks[-1] + 1 :] if breaks.size else near
        first, last = int(stretch[0]), int(stretch[-1]) + 1
        away, there = temperature[first:last] - T, mass[first:last]
        slope = 0.0 if np.ptp(away) == 0.0 else float(np.polyfit(away, there, 1)[0])
        level = float((there - slope * away).mean())
        _, std = _mean(there - level - slope * away)
        found.append(
            Plateau(
                first=first,
                last=last,
                temperature=T,
                mass=level,
                mass_std=std,
                drift=0.0,
                settled=True,
                start=float(time[first]),
                end=float(time[last - 1]),
                water=_known_mean(None if water is None else water[first:last]),
            )
        )
    return tuple(found)
