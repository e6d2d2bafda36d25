"""The pressure at which a hydride forms, up to 20 GPa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._isotherm import Isotope
from kuralab.science.hydrogen._vant_hoff import GAS_CONSTANT, VantHoff

if TYPE_CHECKING:
    from kuralab.science.hydrogen._state import HydrogenState

HIGHEST_FORMATION_PRESSURE: Final = 20.0
"""GPa; above it the equation of hydrogen is not supported."""

HEAT_CAPACITY_STD: Final = 14.4
"""J/(K mol of H2), standard uncertainty of the heat capacity of formation, which is taken as zero.

Two absorbed atoms have between 0 (vibrations frozen) and 6R = 50 J/(K mol); the gas has 29. The
difference lies between -29 and +21: 50 / sqrt(12)."""

_GRID: Final = 60
_BAR_PER_GPA: Final = 1e4


@dataclass(frozen=True)
class Formation:
    """pressure and std in GPa, both None where no pressure up to 20 GPa is enough.

    gibbs_energy: dH - T dS at that temperature, kJ/mol of H2, with its standard uncertainty;
    volume_work: dV P at the pressure found, kJ/mol; excess: where there is no pressure, what is
    missing at the best one, kJ/mol. extrapolated, outside_validity, reasons: of hydrogen's equation.
    """

    pressure: float | None
    std: float | None
    gibbs_energy: float
    gibbs_energy_std: float
    volume_work: float
    excess: float | None
    extrapolated: bool
    outside_validity: bool
    reasons: tuple[str, ...]


def formation_pressure(
    *,
    vant_hoff: VantHoff,
    temperature: float,
    volume_change: tuple[float, float],
    mean_temperature: float,
    isotope: Isotope = "H2",
) -> Formation:
    """The lowest pressure at which metal and hydrogen form the hydride.

        mu(P, T) = dH - T dS + dV P

    mu: chemical potential of hydrogen per mole of H2 relative to ideal gas at 1 bar; dH, dS: of
    formation per mole of H2, extrapolated with constant values; dV: volume of the hydride minus that
    of the metal per mole of H2, taken as independent of pressure. It pushes the pressure up:
    4.3 cm3/mol (LaNi5) are 4.3 kJ/mol at 1 GPa. Uncertainty: of dH and dS with their covariance, of a
    heat capacity of formation (``HEAT_CAPACITY_STD``) since the mean temperature of the plateaus, of
    dV, and of mu.

        u(G)^2 = u(dH - T dS)^2 + [u(dCp) (T - T0 - T ln(T/T0))]^2 + [u(dV) P]^2 + u(mu)^2

    u(P) is half of the distance between the pressures at G - u(G) and G + u(G); u(G) divided by the
    slope V - dV where the upper one lies above 20 GPa.

    Parameters
    ----------
    temperature : K; volume_change : dV and its standard uncertainty, cm3/mol of H2
    mean_temperature : T0 in K, of the plateaus that dH and dS come from

    Returns
    -------
    Formation

    Raises
    ------
    ScienceError
        A temperature is not positive, or hydrogen's state is not known there.

    Source
    ------
    Equilibrium with volume work: Y. Fukai, The Metal-Hydrogen System, 2nd ed. (2005); for
    constant dV. Departure: the compressibility of metal and hydride is left to u(dV).
    """
    if not (temperature > 0 and mean_temperature > 0):
        raise ScienceError("temperatures (K) must be positive.")
    # The equation pulls in CoolProp, which the plateaus below a few bar could do without.
    from kuralab.science.hydrogen._state import hydrogen_state

    def state(pressure: float) -> HydrogenState:
        return hydrogen_state(pressure=pressure, temperature=temperature, isotope=isotope)

    gibbs, line_std = vant_hoff.gibbs_energy_at(temperature)
    log_ratio = float(np.log(temperature / mean_temperature))
    lever = 1e-3 * (temperature - mean_temperature - temperature * log_ratio)
    gibbs_std = float(np.hypot(line_std, HEAT_CAPACITY_STD * lever))
    volume, volume_std = volume_change

    def std_at(pressure: float) -> float:
        return float(
            np.sqrt(
                gibbs_std**2 + (volume_std * pressure) ** 2 + state(pressure).chemical_potential_std ** 2
            )
        )

    def excess(pressure: float, shift: float) -> float:
        """Of the driving force over what the hydride needs, kJ/mol; positive where it forms."""
        return state(pressure).chemical_potential - gibbs - volume * pressure - shift

    found = _crossing(excess, gibbs, temperature, shift=0.0)
    if found is None:
        best = _best(excess, gibbs, temperature)
        end = state(HIGHEST_FORMATION_PRESSURE)
        return Formation(
            pressure=None,
            std=None,
            gibbs_energy=gibbs,
            gibbs_energy_std=gibbs_std,
            volume_work=volume * HIGHEST_FORMATION_PRESSURE,
            excess=-best,
            extrapolated=end.extrapolated,
            outside_validity=end.outside_validity,
            reasons=end.reasons,
        )
    there = state(found)
    std = std_at(found)
    low = _crossing(excess, gibbs, temperature, shift=-std)
    high = _crossing(excess, gibbs, temperature, shift=std)
    if low is not None and high is not None:
        pressure_std = 0.5 * (high - low)
    else:
        # kJ/mol divided by cm3/mol is GPa.
        pressure_std = std / max(there.molar_volume - volume, 0.1)
    return Formation(
        pressure=found,
        std=pressure_std,
        gibbs_energy=gibbs,
        gibbs_energy_std=gibbs_std,
        volume_work=volume * found,
        excess=None,
        extrapolated=there.extrapolated,
        outside_validity=there.outside_validity,
        reasons=there.reasons,
    )


def _grid(gibbs: float, temperature: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Pressures in GPa, from well below that of an ideal gas to the highest."""
    log_ratio = np.clip(1e3 * gibbs / (GAS_CONSTANT * temperature), -40.0, 40.0)
    ideal = float(np.exp(log_ratio)) / _BAR_PER_GPA
    return np.geomspace(min(0.01 * ideal, 1e-4), HIGHEST_FORMATION_PRESSURE, _GRID)


def _crossing(
    excess: Callable[[float, float], float], gibbs: float, temperature: float, *, shift: float
) -> float | None:
    """The lowest pressure where the excess turns positive."""
    from scipy.optimize import brentq

    pressures = _grid(gibbs + min(shift, 0.0), temperature)
    before = float(pressures[0])
    for pressure in map(float, pressures):
        if excess(pressure, shift) >= 0:
            if pressure == before:
                return pressure
            ends = float(np.log(before)), float(np.log(pressure))
            return float(np.exp(brentq(lambda x: excess(float(np.exp(x)), shift), *ends, xtol=1e-7)))
        before = pressure
    return None


def _best(excess: Callable[[float, float], float], gibbs: float, temperature: float) -> float:
    """The largest excess anywhere, negative."""
    return max(excess(float(pressure), 0.0) for pressure in _grid(gibbs, temperature))
