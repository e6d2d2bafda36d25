"""Chemical potential, fugacity, volume and phase of hydrogen at one pressure and temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

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

HIGHEST_HYDROGEN_PRESSURE: Final = 20.0
"""GPa; above it nothing is answered."""

FLOOR_FROM: Final = 1.0
FLOOR: Final = 0.02
"""Above 1 GPa the volume is uncertain by at least 2 %, however close two equations are."""

NON_IDEALITY: Final = 0.01
NON_IDEALITY_HOT: Final = 0.03
COOL: Final = 450.0
HOT: Final = 1000.0
"""The reference equation is uncertain by 1 % of what is not ideal up to 450 K, by 3 % at 1000 K."""

_DENSITY: Final = 1e-3
_DENSE: Final = 0.01
"""0.1 % in density from 10 MPa, in proportion to the pressure below."""

_DEUTERIUM: Final = 0.01
_SOLID: Final = 0.05
_BAR_PER_GPA: Final = 1e4


@dataclass(frozen=True)
class HydrogenState:
    """Hydrogen at one pressure and temperature, per mole of molecules; each std is k = 1.

    chemical_potential: kJ/mol relative to ideal gas at 1 bar and the same temperature; log10_fugacity:
    of f/bar; molar_volume: cm3/mol; density: kg/m3; extrapolated: beyond the range of an equation that
    was used; outside_validity: the value is an upper bound only; reasons: why, one clause each.
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

    Fluid: ``fluid_hydrogen``. Solid near 300 K: mu at freezing plus the integral of the solid's V dP;
    the volume jumps there. Solid elsewhere: the fluid's values, an upper bound for mu and about 5 % too
    large in V (``outside_validity``).

    Standard uncertainty of mu, in quadrature: 1 % of its non-ideal part and of PV - RT, both at P or 1
    GPa, whichever is less, rising to 3 % from 450 to 1000 K (the reference equation); the distance to
    the same integral with a second equation; 2 % of the integral of V dp from 1 GPa; 1 % of it for
    deuterium's use of hydrogen's volume; 5 % of the integral from freezing where the solid is treated
    as fluid. The volume likewise.

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
    H. Hemmes, A. Driessen, R. Griessen, J. Phys. C 19, 3571 (1986), with the reference equation below
    0.5 GPa, see ``fluid_hydrogen``; solid: P. Loubeyre et al., Nature 383, 702 (1996). The uncertainty
    is ours. Leachman et al. (2009) state densities to 0.04 % (k = 2) from 250 to 450 K up to 0.3 GPa
    and to 1 % up to 1000 K; equations differ by less than one may trust them, hence the floor of 2 %.

    Examples
    --------
    >>> found = hydrogen_state(pressure=5.0, temperature=1000.0)
    >>> round(found.chemical_potential, 1), found.phase
    (142.0, 'fluid')
    """
    require_pressure(np.array([pressure]), highest=HIGHEST_HYDROGEN_PRESSURE)
    freezing = melting_pressure(temperature)
    solid = pressure > freezing
    if solid and temperature < LOWEST_HIGH_PRESSURE:
        raise ScienceError(
            f"{isotope} is solid at {pressure:g} GPa and {temperature:g} K, and no equation here covers "
            "the solid below 100 K."
        )
    bound = False
    if not solid:
        found = _fluid(pressure, temperature, isotope)
    elif abs(temperature - ISOTHERM) <= NEAR_ISOTHERM:
        found = _solid(pressure, freezing, _fluid(freezing, temperature, isotope))
    else:
        bound = True
        found = _upper_bound(
            _fluid(pressure, temperature, isotope), _fluid(freezing, temperature, isotope)
        )
    rt_ln10 = GAS_CONSTANT * temperature * float(np.log(10.0))
    density = 1e3 * MOLAR_MASS[isotope] / found.volume
    beyond, at_most = _limits(pressure, temperature, isotope, bound)
    return HydrogenState(
        chemical_potential=found.mu,
        chemical_potential_std=found.mu_std,
        log10_fugacity=found.mu / rt_ln10,
        log10_fugacity_std=found.mu_std / rt_ln10,
        molar_volume=found.volume,
        molar_volume_std=found.volume_std,
        density=density,
        density_std=density * found.volume_std / found.volume,
        phase="solid" if solid else "fluid",
        extrapolated=bool(beyond),
        outside_validity=bound,
        reasons=(*beyond, *at_most),
    )


def log_fugacity(pressure_bar: ArrayLike, temperature: ArrayLike, isotope: Isotope = "H2") -> Floats:
    """Natural logarithm of f/bar of the fluid, of the shape of pressures and temperatures together.

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
    [0.001, 4.664, 7.536]
    """
    pressures, temperatures = np.broadcast_arrays(
        np.asarray(pressure_bar, dtype=np.float64) / _BAR_PER_GPA,
        np.asarray(temperature, dtype=np.float64),
    )
    require_pressure(pressures, highest=HIGHEST_HYDROGEN_PRESSURE)
    if not np.isfinite(temperatures).all():
        raise ScienceError("temperatures must be numbers.")
    found = np.empty(pressures.shape)
    for kelvin in map(float, np.unique(temperatures)):
        here = temperatures == kelvin
        fluid = fluid_hydrogen(pressure=pressures[here], temperature=kelvin, isotope=isotope)
        found[here] = fluid.chemical_potential / (GAS_CONSTANT * kelvin)
    return found


class _Values(NamedTuple):
    """kJ/mol and cm3/mol, with standard uncertainties."""

    mu: float
    mu_std: float
    volume: float
    volume_std: float


def _fluid(pressure: float, temperature: float, isotope: Isotope) -> _Values:
    """The fluid, stable or not."""
    p = np.array([pressure, min(pressure, FLOOR_FROM)])
    found = fluid_hydrogen(pressure=p, temperature=temperature, isotope=isotope)
    mu, volume = found.chemical_potential, found.volume
    rt = GAS_CONSTANT * temperature
    share = float(np.interp(temperature, (COOL, HOT), (NON_IDEALITY, NON_IDEALITY_HOT)))
    # Attraction and repulsion cancel in one of the two at some pressure, never in both.
    non_ideal = np.array([mu[1] - rt * np.log(_BAR_PER_GPA * p[1]), p[1] * volume[1] - rt])
    floor = float(np.hypot(FLOOR, _DEUTERIUM)) if isotope == "D2" else FLOOR
    parts = [*(share * non_ideal), floor * (mu[0] - mu[1]), found.second[0] - mu[0]]
    if pressure > FLOOR_FROM:
        volume_parts = [floor * volume[0]]
    else:
        density = _DENSITY * min(1.0, pressure / _DENSE)
        volume_parts = [share * (volume[0] - rt / pressure), density * volume[0]]
    volume_parts.append(found.second_volume[0] - volume[0])
    return _Values(
        mu=float(mu[0]),
        mu_std=float(np.linalg.norm(parts)),
        volume=float(volume[0]),
        volume_std=float(np.linalg.norm(volume_parts)),
    )


def _solid(pressure: float, freezing: float, fluid: _Values) -> _Values:
    """The solid near 300 K; ``fluid`` is the one at freezing, with the same chemical potential."""
    work, volume = solid_work(start=freezing, end=pressure), solid_volume(pressure)
    return _Values(fluid.mu + work, fluid.mu_std + FLOOR * work, volume, FLOOR * volume)


def _upper_bound(fluid: _Values, freezing: _Values) -> _Values:
    """The fluid's values in place of a solid's that is not known."""
    return fluid._replace(
        mu_std=float(np.hypot(fluid.mu_std, _SOLID * (fluid.mu - freezing.mu))),
        volume_std=float(np.hypot(fluid.volume_std, _SOLID * fluid.volume)),
    )


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
        f"{isotope} is solid there, and the solid is known near 300 K only: the value is a bound",
    )
