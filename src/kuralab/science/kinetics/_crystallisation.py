"""Crystallisation of a glass while it is heated: a metastable and a stable phase compete."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from kuralab.errors import ScienceError
from kuralab.science.numerics import LineFit, fit_line, parameters_from_file

Floats = NDArray[np.float64]

GAS_CONSTANT: Final = 8.31446261815324
"""J/(mol K), exact since 2019."""

_RAMP_STEP: Final = 0.1
_HOLD_STEPS: Final = 400


@dataclass(frozen=True)
class Transformation:
    """k(T) = k_ref exp(-E_a/R (1/T - 1/T_ref)) and the exponent n of X = 1 - exp(-(k t)^n).

    activation_energy in kJ/mol, reference_rate in 1/s at reference_temperature in K.
    """

    exponent: float
    activation_energy: float
    reference_rate: float
    reference_temperature: float

    def rate(self, temperature: ArrayLike) -> Floats:
        """(n,) 1/s at temperature (n,) K."""
        t = np.asarray(temperature, dtype=np.float64)
        step = 1.0 / t - 1.0 / self.reference_temperature
        return np.asarray(
            self.reference_rate * np.exp(-1e3 * self.activation_energy / GAS_CONSTANT * step)
        )


@dataclass(frozen=True)
class Competition:
    """alpha and beta grow from the glass; conversion turns alpha into beta."""

    alpha: Transformation
    beta: Transformation
    conversion: Transformation


@dataclass(frozen=True)
class Crystallised:
    """Fractions of the material, summing to one."""

    glass: float
    alpha: float
    beta: float


@cache
def li3ps4_crystallisation() -> Competition:
    """The values of ``li3ps4_crystallisation.yaml``, where each one has its source."""
    found = parameters_from_file(package="kuralab.science.kinetics", file="li3ps4_crystallisation.yaml")
    return Competition(**{name: Transformation(**values) for name, values in found.items()})


def heating_programme(
    *, start: float, target: float, heating_rate: float, hold: float, cooling_rate: float
) -> tuple[Floats, Floats]:
    """Time (n,) in s and temperature (n,) in K of: heat, hold, cool back to the start.

    Parameters
    ----------
    start, target : K; heating_rate, cooling_rate : K/min; hold : s
    """
    if not (target > start > 0 and heating_rate > 0 and cooling_rate > 0 and hold >= 0):
        raise ScienceError("a programme heats from start to target at positive rates.")
    points = int((target - start) / _RAMP_STEP) + 2
    up = np.linspace(start, target, points)
    rise = (up - start) / (heating_rate / 60.0)
    fall = (up - start) / (cooling_rate / 60.0)
    time = [rise]
    temperature = [up]
    if hold > 0:
        time.append(rise[-1] + hold * np.linspace(0.0, 1.0, _HOLD_STEPS + 1)[1:])
        temperature.append(np.full(_HOLD_STEPS, target))
    time.append(time[-1][-1] + fall[1:])
    temperature.append(up[::-1][1:])
    return np.concatenate(time), np.concatenate(temperature)


def crystallise(
    *,
    time: ArrayLike,
    temperature: ArrayLike,
    competition: Competition,
    before: Crystallised | None = None,
) -> Crystallised:
    """What a temperature programme makes of a glass.

        theta_i = integral k_i dt,   dX_i = u d(theta_i^n_i),   u = u_0 exp(-sum_i theta_i^n_i)
        d(alpha)/dt = dX_alpha/dt - k_c alpha

    u: glass, X_i: volume crystallised to phase i, k_c: rate at which alpha turns to beta. With one
    phase and one temperature this is X = 1 - exp(-(k t)^n).

    Parameters
    ----------
    time : (n,) s, rising; temperature : (n,) K; before : what was there (glass alone)

    Returns
    -------
    Crystallised

    Raises
    ------
    ScienceError
        Fewer than two points, or a time that falls or stands still.

    Source
    ------
    M. Avrami, J. Chem. Phys. 8, 212 (1940), DOI 10.1063/1.1750631; for varying temperature K.
    Nakamura et al., J. Appl. Polym. Sci. 16, 1077 (1972), DOI 10.1002/app.1972.070160503. Departure:
    two phases share the untransformed volume in proportion to the growth of their extended volumes;
    nuclei of an earlier heating are forgotten.
    """
    t = np.asarray(time, dtype=np.float64)
    kelvin = np.asarray(temperature, dtype=np.float64)
    if t.size < 2 or t.shape != kelvin.shape or not ((np.diff(t) >= 0).all() and t[-1] > t[0]):
        raise ScienceError("a programme needs rising times and one temperature for each.")
    before = before or Crystallised(glass=1.0, alpha=0.0, beta=0.0)
    extended_alpha = _extended(t, kelvin, competition.alpha)
    extended_beta = _extended(t, kelvin, competition.beta)
    glass = before.glass * np.exp(-(extended_alpha + extended_beta))
    grown_alpha, grown_beta = np.diff(extended_alpha), np.diff(extended_beta)
    both = grown_alpha + grown_beta
    share = np.divide(grown_alpha, both, out=np.zeros_like(both), where=both > 0)
    to_alpha = -np.diff(glass) * share
    # Alpha that forms at one time has from then on to the end to turn into beta.
    converted = _cumulated(t, competition.conversion.rate(kelvin))
    kept = np.exp(converted - converted[-1])
    alpha = before.alpha * kept[0] + float(to_alpha @ kept[1:])
    left = float(glass[-1])
    total = before.glass + before.alpha + before.beta
    return Crystallised(glass=left, alpha=float(alpha), beta=float(max(total - left - alpha, 0.0)))


def critical_heating_rate(
    *, start: float, target: float, competition: Competition, low: float = 1.0, high: float = 1e4
) -> float:
    """Heating rate in K/min at which half of what crystallised up to a temperature is alpha.

    Raises
    ------
    ScienceError
        One phase wins at every rate between low and high (K/min).
    """

    def excess(log_rate: float) -> float:
        t, kelvin = heating_programme(
            start=start, target=target, heating_rate=float(np.exp(log_rate)), hold=0.0, cooling_rate=1e4
        )
        found = crystallise(time=t, temperature=kelvin, competition=competition)
        return found.alpha - found.beta

    ends = float(np.log(low)), float(np.log(high))
    if excess(ends[0]) * excess(ends[1]) > 0:
        raise ScienceError(f"one phase wins at every heating rate from {low:g} to {high:g} K/min.")
    return float(np.exp(brentq(excess, *ends, xtol=1e-4)))


def peak_temperature(*, heating_rate: float, transformation: Transformation, start: float) -> float:
    """Temperature in K at which one phase crystallises fastest under constant heating.

    Parameters
    ----------
    heating_rate : K/min; start : K, well below the peak
    """
    kelvin = np.arange(start, start + 500.0, _RAMP_STEP)
    seconds = (kelvin - start) / (heating_rate / 60.0)
    crystals = 1.0 - np.exp(-_extended(seconds, kelvin, transformation))
    speed = np.gradient(crystals, seconds)
    top = int(np.argmax(speed))
    if not 0 < top < speed.size - 1:
        raise ScienceError(f"no crystallisation within 500 K above {start:g} K.")
    left, middle, right = speed[top - 1 : top + 2]
    shift = 0.5 * (left - right) / (left - 2.0 * middle + right)
    return float(kelvin[top] + shift * _RAMP_STEP)


def kissinger_line(*, heating_rate: ArrayLike, peak: ArrayLike) -> LineFit:
    """Activation energy from the shift of a peak with the heating rate.

        ln(q / T_p^2) = const - E_a / (R T_p)

    Parameters
    ----------
    heating_rate : (n,) K/min; peak : (n,) K

    Returns
    -------
    LineFit
        slope: E_a in kJ/mol.

    Source
    ------
    H. E. Kissinger, Anal. Chem. 29, 1702 (1957), DOI 10.1021/ac60131a045. For n other than 1 it is
    close, not exact: the condition of the peak then depends on n through E_a / (R T_p).
    """
    q = np.asarray(heating_rate, dtype=np.float64)
    kelvin = np.asarray(peak, dtype=np.float64)
    if not ((q > 0).all() and (kelvin > 0).all()):
        raise ScienceError("heating rates and peak temperatures (K) must be positive.")
    return fit_line(x=-1e3 / (GAS_CONSTANT * kelvin), y=np.log(q / kelvin**2), std=None)


def _cumulated(t: Floats, rate: Floats) -> Floats:
    """(n,) integral of a rate from the first time on, by trapezia."""
    return np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(t))])


def _extended(t: Floats, kelvin: Floats, transformation: Transformation) -> Floats:
    """(n,) volume that would have crystallised if crystals could overlap."""
    return np.asarray(_cumulated(t, transformation.rate(kelvin)) ** transformation.exponent)
