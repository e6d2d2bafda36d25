"""Fluid hydrogen from vacuum to 20 GPa: the reference equation, joined to the one for high pressure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._helmholtz import GAS_CONSTANT, reference_residual
from kuralab.science.hydrogen._hemmes import hemmes_volume
from kuralab.science.hydrogen._isotherm import Isotope
from kuralab.science.hydrogen._mills import mills_volume
from kuralab.science.hydrogen._solid import melting_pressure

Floats = NDArray[np.float64]

JOIN_END: Final = {"H2": 1.0, "D2": 2.0}
"""GPa. From half of it to here the volume passes from one equation to the other. For hydrogen all
equations agree within 1 % in V at 0.5 GPa; deuterium has no other and keeps its own while it holds."""

LOWEST_HIGH_PRESSURE: Final = 100.0
"""K, where the equation for high pressure begins."""

_SHORT_OF_FREEZING: Final = 0.95
_BAR_PER_GPA: Final = 1e4
_ORDER: Final = 24
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_ORDER)

Volume = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Fluid:
    """Chemical potentials in kJ/mol relative to ideal gas at 1 bar, volumes in cm3/mol.

    All have the shape of the pressures; ``second`` ones use the second equation at high pressure.
    """

    chemical_potential: Floats
    second: Floats
    volume: Floats
    second_volume: Floats


def fluid_hydrogen(*, pressure: Floats, temperature: float, isotope: Isotope) -> Fluid:
    """Chemical potential and molar volume of the fluid, stable or not.

        mu(P) = RT ln(f_ref(P1)/bar) + integral from P1 to P of V dp,   V = (1 - w) V_ref + w V_high

    V_ref, f_ref: reference equation; V_high: equation for high pressure; w rises from 0 at P1 to 1 at
    P2 = 2 P1 as 10 s^3 - 15 s^4 + 6 s^5, s = ln(P/P1)/ln 2. V and its first two derivatives are
    therefore continuous, and dmu/dP = V everywhere. P2 is 1 GPa (deuterium: 2 GPa) or, where that is
    lower, 95 % of the melting pressure, beyond which the reference equation does not exist. Below 100 K
    there is the reference equation only.

    Deuterium takes the volume of hydrogen at high pressure.

    Parameters
    ----------
    pressure : (n,) GPa; temperature : K

    Returns
    -------
    Fluid

    Raises
    ------
    ScienceError
        The temperature is outside 14 (deuterium: 18.8) to 2000 K, or below 100 K and beyond freezing.

    Source
    ------
    The integral from an accurate equation to one for high pressure as in H. Hemmes et al. (1986), see
    ``hemmes_volume``. The smooth join is ours.
    """
    p = np.asarray(pressure, dtype=np.float64)
    join = _join(temperature, isotope)
    mu, volume = np.empty(p.shape), np.empty(p.shape)
    low = p <= join.start
    if low.any():
        found = reference_residual(pressure=p[low], temperature=temperature, isotope=isotope)
        ideal = np.log(_BAR_PER_GPA * p[low])
        mu[low] = GAS_CONSTANT * temperature * (ideal + found.log_coefficient)
        volume[low] = found.volume
    second, second_volume = mu.copy(), volume.copy()
    if (~low).any():
        mu[~low], volume[~low] = join.above(p[~low], join.first)
        second[~low], second_volume[~low] = join.above(p[~low], join.second)
    return Fluid(mu, second, volume, second_volume)


@dataclass(frozen=True)
class _Branch:
    """An equation at high pressure, and the chemical potential at the end of the join with it."""

    volume: Volume
    at_end: float


@dataclass(frozen=True)
class _Join:
    """start, end: of the join, GPa; at_start: chemical potential there, kJ/mol; temperature: K."""

    start: float
    end: float
    at_start: float
    temperature: float
    isotope: Isotope
    first: _Branch
    second: _Branch

    def above(self, p: Floats, branch: _Branch) -> tuple[Floats, Floats]:
        """Chemical potential and volume at (n,) pressures above the start."""
        mu, volume = np.empty(p.shape), np.empty(p.shape)
        high = p >= self.end
        if high.any():
            mu[high] = branch.at_end + _work(branch.volume, self.end, p[high])
            volume[high] = branch.volume(p[high])
        for i in np.flatnonzero(~high):
            mixed = _mixed(self.start, self.temperature, self.isotope, branch.volume)
            mu[i] = self.at_start + float(_work(mixed, self.start, p[i : i + 1])[0])
            volume[i] = float(mixed(p[i : i + 1])[0])
        return mu, volume


@lru_cache(maxsize=256)
def _join(temperature: float, isotope: Isotope) -> _Join:
    """What does not depend on the pressure."""

    def first(p: Floats) -> Floats:
        return hemmes_volume(pressure=p, temperature=temperature)

    def second(p: Floats) -> Floats:
        return mills_volume(pressure=p, temperature=temperature)

    if temperature < LOWEST_HIGH_PRESSURE:
        nothing = _Branch(first, np.nan)
        return _Join(np.inf, np.inf, np.nan, temperature, isotope, nothing, nothing)
    end = min(JOIN_END[isotope], _SHORT_OF_FREEZING * melting_pressure(temperature))
    start = 0.5 * end
    found = reference_residual(pressure=np.array([start]), temperature=temperature, isotope=isotope)
    log_fugacity = np.log(_BAR_PER_GPA * start) + float(found.log_coefficient[0])
    at_start = GAS_CONSTANT * temperature * log_fugacity
    branches = [
        _Branch(
            volume,
            at_start
            + float(_work(_mixed(start, temperature, isotope, volume), start, np.array([end]))[0]),
        )
        for volume in (first, second)
    ]
    return _Join(start, end, at_start, temperature, isotope, branches[0], branches[1])


def _mixed(start: float, temperature: float, isotope: Isotope, high: Volume) -> Volume:
    """Volume inside the join."""

    def volume(p: Floats) -> Floats:
        s = np.clip(np.log(p / start) / np.log(2.0), 0.0, 1.0)
        w = s**3 * (10.0 - 15.0 * s + 6.0 * s**2)
        flat = reference_residual(pressure=p.ravel(), temperature=temperature, isotope=isotope)
        return np.asarray((1.0 - w) * flat.volume.reshape(p.shape) + w * high(p))

    return volume


def _work(volume: Volume, start: float, end: Floats) -> Floats:
    """Integral of V dp from one pressure to each of (n,), kJ/mol, by Gauss's rule in ln p."""
    half = 0.5 * np.log(end / start)
    p = start * np.exp(half[:, None] * (1.0 + _NODES))
    return np.asarray(half * ((volume(p) * p) @ _WEIGHTS))


def require_pressure(pressure: Floats, *, highest: float) -> None:
    """
    Raises
    ------
    ScienceError
        A pressure is not above zero, or beyond the highest (GPa).
    """
    if not (np.isfinite(pressure).all() and (pressure > 0).all()):
        raise ScienceError("pressures must be numbers above zero.")
    if (pressure > highest).any():
        raise ScienceError(
            f"a pressure of {float(pressure.max()):.4g} GPa is beyond {highest:g} GPa, where the "
            "equation of hydrogen ends."
        )
