"""Direct-current polarisation at constant voltage: steady current and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.numerics import fit_line

Floats = NDArray[np.float64]
Estimate = tuple[float, float]
"""A value and its standard uncertainty."""

FEWEST_POINTS: Final = 8
TAIL: Final = 0.2
# A current counts as steady when it changes by less than this share over the last fifth.
STEADY_DRIFT: Final = 0.02
INITIAL_POINTS: Final = 3


@dataclass(frozen=True)
class Polarisation:
    """Current against time at a constant voltage, with its two ends.

    time (n,) s from the start of the voltage step; current (n,) A; voltage V; initial_current and
    steady_current in A, each with its standard uncertainty; drift: relative change of the current
    over the last fifth of the time; steady: the drift is below 2 %, or lost in the scatter.
    """

    time: Floats
    current: Floats
    voltage: float
    initial_current: float
    initial_current_std: float
    steady_current: float
    steady_current_std: float
    drift: float
    steady: bool


def read_polarisation(*, time: ArrayLike, current: ArrayLike, voltage: float) -> Polarisation:
    """Initial and steady current of a polarisation experiment.

    The steady current is the mean over the last fifth of the time; its uncertainty combines the
    scatter with half of the remaining drift. The initial current is extrapolated to t = 0 against
    the square root of time through the first points (Cottrell), its uncertainty is that of the
    line plus the distance to the first point over sqrt(3).

    Parameters
    ----------
    time : (n,) s, rising, at least eight points; current : (n,) A; voltage : V, not zero

    Raises
    ------
    ScienceError
        Shapes differ, time does not rise, the voltage is zero, or too few points.

    Source
    ------
    P. G. Bruce, J. Evans, C. A. Vincent, Solid State Ionics 28-30, 918 (1988),
    DOI 10.1016/0167-2738(88)90304-9.

    Examples
    --------
    >>> t = np.linspace(0.0, 3600.0, 100)
    >>> run = read_polarisation(time=t, current=1e-9 + 9e-9 * np.exp(-t / 200), voltage=0.5)
    >>> run.steady, float(f"{run.steady_current:.3g}")
    (True, 1e-09)
    """
    t, i = np.asarray(time, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if t.ndim != 1 or t.shape != i.shape:
        raise ScienceError("time and current must be one-dimensional and of one length.")
    if t.size < FEWEST_POINTS:
        raise ScienceError(f"{t.size} points are too few; measure at least {FEWEST_POINTS}.")
    if not (np.isfinite(t).all() and np.isfinite(i).all() and (np.diff(t) > 0).all()):
        raise ScienceError("time must rise from row to row, and every number must be finite.")
    if voltage == 0.0 or not np.isfinite(voltage):
        raise ScienceError("the polarisation voltage must not be zero.")
    last = t >= t[-1] - TAIL * (t[-1] - t[0])
    if last.sum() < 3:
        last = np.arange(t.size) >= t.size - 3
    steady = float(i[last].mean())
    line = fit_line(x=t[last], y=i[last])
    change = line.slope * float(np.ptp(t[last]))
    scatter = float(line.residuals.std(ddof=2)) if last.sum() > 2 else 0.0
    change_std = float(np.sqrt(line.covariance[1, 1])) * float(np.ptp(t[last]))
    drift = change / steady if steady != 0.0 else float("inf")
    initial, initial_std = _initial_current(t, i)
    return Polarisation(
        time=t - t[0],
        current=i,
        voltage=voltage,
        initial_current=initial,
        initial_current_std=initial_std,
        steady_current=steady,
        steady_current_std=float(np.hypot(scatter / np.sqrt(last.sum()), change / 2.0)),
        drift=drift,
        steady=bool(abs(drift) < STEADY_DRIFT or abs(change) < 2.0 * change_std),
    )


def _initial_current(t: Floats, i: Floats) -> Estimate:
    root = np.sqrt(t[:INITIAL_POINTS] - t[0])
    line = fit_line(x=root, y=i[:INITIAL_POINTS])
    distance = abs(line.intercept - float(i[0])) / np.sqrt(3.0)
    return line.intercept, float(np.hypot(np.sqrt(line.covariance[0, 0]), distance))


def electronic_conductivity(
    *, current: Estimate, voltage: Estimate, cell_constant: Estimate
) -> Estimate:
    """Electronic conductivity from the steady current between ion-blocking electrodes.

        sigma_e = (I / V) (L / A)

    Parameters
    ----------
    current : (A, std); voltage : (V, std); cell_constant : L / A, (1/cm, std)

    Returns
    -------
    (S/cm, std); currents and voltages of opposite sign give a negative value, which is no
    conductivity: check the sign convention of the file.

    Raises
    ------
    ScienceError
        Zero voltage, or a cell constant that is not positive.

    Source
    ------
    C. Wagner, Z. Elektrochem. 60, 4 (1956); M. H. Hebb, J. Chem. Phys. 20, 185 (1952),
    DOI 10.1063/1.1700165. It is an average over the activities between the two electrodes.

    Examples
    --------
    >>> value, std = electronic_conductivity(
    ...     current=(1e-9, 0.0), voltage=(0.5, 0.0), cell_constant=(0.1, 0.01)
    ... )
    >>> f"{value:.1e} +- {std:.1e}"
    '2.0e-10 +- 2.0e-11'
    """
    if voltage[0] == 0.0 or cell_constant[0] <= 0.0:
        raise ScienceError("the voltage must not be zero, and thickness and area must be positive.")
    value = current[0] / voltage[0] * cell_constant[0]
    slopes = (cell_constant[0] / voltage[0], value / voltage[0], value / cell_constant[0])
    parts = [
        slope * std
        for slope, std in zip(slopes, (current[1], voltage[1], cell_constant[1]), strict=True)
    ]
    return value, float(np.sqrt(sum(part * part for part in parts)))


def bruce_vincent(
    *,
    voltage: Estimate,
    initial_current: Estimate,
    steady_current: Estimate,
    initial_resistance: Estimate,
    steady_resistance: Estimate,
) -> Estimate:
    """Cation transport number from polarisation between reversible electrodes.

        t+ = I_ss (dV - I_0 R_0) / (I_0 (dV - I_ss R_ss))

    dV: voltage; I_0, I_ss: initial and steady current; R_0, R_ss: resistance of the interfaces
    before and after, from impedance.

    Parameters
    ----------
    voltage : (V, std); currents : (A, std); resistances : (ohm, std)

    Returns
    -------
    (t+, std); the five inputs count as independent

    Raises
    ------
    ScienceError
        A denominator is zero or negative: the interfaces would take the whole voltage.

    Source
    ------
    J. Evans, C. A. Vincent, P. G. Bruce, Polymer 28, 2324 (1987),
    DOI 10.1016/0032-3861(87)90394-6. Valid for small voltages (about 10 mV) and dilute salts.

    Examples
    --------
    >>> t, _ = bruce_vincent(
    ...     voltage=(0.01, 0.0), initial_current=(1e-5, 0.0), steady_current=(5e-6, 0.0),
    ...     initial_resistance=(100.0, 0.0), steady_resistance=(120.0, 0.0),
    ... )
    >>> round(t, 4)
    0.4787
    """
    inputs = np.array([voltage, initial_current, steady_current, initial_resistance, steady_resistance])
    v, i0, iss, r0, rss = inputs[:, 0]
    top, bottom = v - i0 * r0, v - iss * rss
    if i0 == 0.0 or top * np.sign(v) <= 0.0 or bottom * np.sign(v) <= 0.0:
        raise ScienceError(
            "the interface resistances would take the whole voltage "
            f"(dV - I_0 R_0 = {top:.3g} V, dV - I_ss R_ss = {bottom:.3g} V); check both."
        )
    t = iss * top / (i0 * bottom)
    slopes = np.array(
        [
            t / top - t / bottom,
            -t * r0 / top - t / i0,
            t / iss + t * rss / bottom,
            -t * i0 / top,
            t * iss / bottom,
        ]
    )
    return float(t), float(np.sqrt(((slopes * inputs[:, 1]) ** 2).sum()))
