"""Chemical potential, fugacity, volume and phase of hydrogen at one pressure and temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._fluid import LOWEST_HIGH_PRESSURE, fluid_hydrogen, require_pressure
from kuralab.science.hydrogen._helmholtz import (
    GAS_CONSTANT,
    HIGHEST_PRESSURE,
    MOLAR_MASS,
    STATED_TEMPERATURE,
)
from kuralab.science.hydrogen._isotherm import Isotope
from kuralab.science.hydrogen._solid import (
    ISOTHERM,
    NEAR_ISOTHERM,
    melting_pressure,
    solid_volume,
    solid_work,
)

Floats = NDArray[np.float64]
Phase = Literal["fluid", "solid"]

HIGHEST: Final = 20.0
"""GPa; above it nothing is answered."""

FLOOR_FROM: Final = 1.0
FLOOR: Final = 0.02
"""Above 1 GPa the volume is uncertain by at least 2 %, however close two equations are."""

_NON_IDEALITY: Final = 0.01
_DENSITY: Final = 0.002
_DEUTERIUM: Final = 0.01
_SOLID: Final = 0.05
_BAR_PER_GPA: Final = 1e4


@dataclass(frozen=True)
class HydrogenState:
    """Hydrogen at one pressure and temperature, per mole of molecules; each std is k = 1.

    chemical_potential: kJ/mol relative to ideal gas at 1 bar and the same temperature; log10_fugacity: of
    f/bar; molar_volume: cm3/mol; density: kg/m3; extrapolated: beyond the range of an equation that was used;
    outside_validity: the value is an upper bound only; reasons: why, one clause each.
    """

    chemical_potential: float
    chemical_potential_std: float
    log10_fugacity: float
    log10_fugacity_std: float
    molar_volume: float
    molar_volume_std: float
    density: float
    density_std: float
    phase: Phase
    extrapolated: bool
    outside_validity: bool
    reasons: tuple[str, ...]


def hydrogen_state(*, pressure: float, temperature: float, isotope: Isotope = "H2") -> HydrogenState:
    """State of hydrogen up to 20 GPa, with its uncertainty and what limits it.

        mu(P, T) = RT ln(f/1 bar) = RT ln(P/1 bar) + integral from 0 to P of (V - RT/p) dp

    Fluid: ``fluid_hydrogen``. Solid near 300 K: mu at freezing plus the integral of the solid's V dP; the
    volume jumps there. Solid elsewhere: the fluid's values, an upper bound for mu and about 5 % too large
    in V (``outside_validity``).

    Standard uncertainty of mu, in quadrature: 1 % of its non-ideal part and 0.2 % of PV - RT, both at P or 1 GPa,
    whichever is less (the reference equation); the distance to the same integral with a second equation;
    2 % of the integral of V dp from 1 GPa; 1 % of it for deuterium's use of hydrogen's volume; 5 % of the
    integral from freezing where the solid is treated as fluid. The volume likewise.

    Parameters
    ----------
    pressure : GPa, above 0 and up to 20; temperature : K, up to 2000

    Returns
    -------
    HydrogenState

    Raises
    ------
    ScienceError
        Pressure or temperature is outside these limits, or the state is solid below 100 K.

    Source
    ------
    H. Hemmes, A. Driessen, R. Griessen, J. Phys. C 19, 3571 (1986), with the reference equation below 0.5 GPa, see
    ``fluid_hydrogen``; solid: P. Loubeyre et al., Nature 383, 702 (1996). The uncertainty is ours: the
    coefficients of equations differ by less than their authors' data do.

    Examples
    --------
    >>> found = hydrogen_state(pressure=5.0, temperature=1000.0)
    >>> round(found.chemical_potential, 1), found.phase
    (142.0, 'fluid')
    """
    p = np.array([pressure, min(pressure, FLOOR_FROM)])
    require_pressure(p, highest=HIGHEST)
    freezing = melting_pressure(temperature)
    solid = pressure > freezing
    if solid and temperature < LOWEST_HIGH_PRESSURE:
        raise ScienceError(
            f"{isotope} is solid at {pressure:g} GPa and {temperature:g} K, and no equation here covers the "
            "solid below 100 K."
        )
    if solid:
        p = np.append(p, freezing)
    fluid = fluid_hydrogen(pressure=p, temperature=temperature, isotope=isotope)
    mu, volume = float(fluid.chemical_potential[0]), float(fluid.volume[0])
    near_isotherm = abs(temperature - ISOTHERM) <= NEAR_ISOTHERM
    solid_part = mu - float(fluid.chemical_potential[2]) if solid else 0.0
    if solid and near_isotherm:
        mu += solid_work(start=freezing, end=pressure) - solid_part
        volume = solid_volume(pressure)
    std, volume_std = _uncertainty(
        p=p, temperature=temperature, isotope=isotope, mu=fluid.chemical_potential, volume=fluid.volume
    )
    share = 1.0
    spread = abs(float(fluid.second[0] - fluid.chemical_potential[0]))
    volume_spread = abs(float(fluid.second_volume[0] - fluid.volume[0]))
    if solid and near_isotherm:
        # The solid has an equation of its own; what the fluid's leave open ends at freezing.
        spread = abs(float(fluid.second[2] - fluid.chemical_potential[2]))
        volume_spread, share = 0.0, 0.0
    elif not solid:
        share = 0.0
    std = float(np.sqrt(std**2 + spread**2 + (share * _SOLID * solid_part) ** 2))
    volume_std = float(np.sqrt(volume_std**2 + volume_spread**2 + (share * _SOLID * volume) ** 2))
    rt_ln10 = GAS_CONSTANT * temperature * float(np.log(10.0))
    density = 1e3 * MOLAR_MASS[isotope] / volume
    beyond, bound = _limits(pressure, temperature, isotope, solid and not near_isotherm)
    return HydrogenState(
        chemical_potential=mu,
        chemical_potential_std=std,
        log10_fugacity=mu / rt_ln10,
        log10_fugacity_std=std / rt_ln10,
        molar_volume=volume,
        molar_volume_std=volume_std,
        density=density,
        density_std=density * volume_std / volume,
        phase="solid" if solid else "fluid",
        extrapolated=bool(beyond),
        outside_validity=bool(bound),
        reasons=(*beyond, *bound),
    )


def log_fugacity(pressure_bar: ArrayLike, temperature: ArrayLike, isotope: Isotope = "H2") -> Floats:
    """Natural logarithm of f/bar of the fluid, of the shape that pressures and temperatures have together.

        ln(f/bar) = mu(P, T) / (R T)

    Parameters
    ----------
    pressure_bar : (...) bar, above 0 and up to 200,000; temperature : (...) K

    Returns
    -------
    (...) array

    Raises
    ------
    ScienceError
        As ``hydrogen_state``; the solid is taken as fluid.

    Source
    ------
    ``fluid_hydrogen``.

    Examples
    --------
    >>> [round(float(x), 3) for x in log_fugacity([1.0, 100.0, 1000.0], 300.0)]
    [0.001, 4.665, 7.536]
    """
    pressures, temperatures = np.broadcast_arrays(
        np.asarray(pressure_bar, dtype=np.float64) / _BAR_PER_GPA,
        np.asarray(temperature, dtype=np.float64),
    )
    require_pressure(pressures, highest=HIGHEST)
    if not np.isfinite(temperatures).all():
        raise ScienceError("temperatures must be numbers.")
    found = np.empty(pressures.shape)
    for kelvin in map(float, np.unique(temperatures)):
        here = temperatures == kelvin
        fluid = fluid_hydrogen(pressure=pressures[here], temperature=kelvin, isotope=isotope)
        found[here] = fluid.chemical_potential / (GAS_CONSTANT * kelvin)
    return found


def _uncertainty(
    *, p: Floats, temperature: float, isotope: Isotope, mu: Floats, volume: Floats
) -> tuple[float, float]:
    """Of mu and V without the spread; entry 0 is the state, entry 1 the state or 1 GPa."""
    rt = GAS_CONSTANT * temperature
    excess = float(mu[1]) - rt * float(np.log(_BAR_PER_GPA * p[1]))
    work = float(p[1] * volume[1]) - rt
    above = float(mu[0] - mu[1])
    floor = float(np.hypot(FLOOR, _DEUTERIUM)) if isotope == "D2" else FLOOR
    std = np.sqrt((_NON_IDEALITY * excess) ** 2 + (_DENSITY * work) ** 2 + (floor * above) ** 2)
    v = float(volume[0])
    if p[0] > FLOOR_FROM:
        return float(std), floor * v
    non_ideal = v - rt / float(p[0])
    return float(std), float(np.hypot(_NON_IDEALITY * non_ideal, 0.5 * _DENSITY * v))


def _limits(
    pressure: float, temperature: float, isotope: Isotope, bound: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons for which the state is extrapolated, and for which it is a bound only."""
    beyond = []
    if temperature > STATED_TEMPERATURE[isotope]:
        beyond.append(f"the equations of {isotope} end at {STATED_TEMPERATURE[isotope]:g} K")
    if isotope == "D2" and pressure > HIGHEST_PRESSURE:
        beyond.append("above 2 GPa deuterium is given the volume of hydrogen")
    if not bound:
        return tuple(beyond), ()
    return tuple(beyond), (
        f"{isotope} is solid there, but the solid is known near 300 K only: the fluid's value is an upper bound",
    )
