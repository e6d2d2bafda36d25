"""Reference equations of hydrogen and deuterium, inside their range only."""

from __future__ import annotations

import threading
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._isotherm import Isotope

Floats = NDArray[np.float64]

GAS_CONSTANT: Final = 8.31446261815324e-3
"""kJ/(mol K), exact since 2019."""

MOLAR_MASS: Final = {"H2": 2.01588, "D2": 4.02820}
"""g/mol, of the reference equations."""

HIGHEST_PRESSURE: Final = 2.0
"""GPa, where both equations end. The library answers beyond it, without an error."""

LOWEST_TEMPERATURE: Final = {"H2": 13.957, "D2": 18.724}
STATED_TEMPERATURE: Final = {"H2": 1000.0, "D2": 600.0}
"""K, triple points and the ends of the equations as their authors state them."""

HIGHEST_TEMPERATURE: Final = 2000.0
"""K. Up to here the equations are smooth; between the stated end and this one they are extrapolated."""

_IDEAL: Final = 1e-10
"""GPa; gas below it is ideal within 1e-7 from 20 K, and the library's solver loses its way."""

_FLUID: Final = {"H2": "Hydrogen", "D2": "Deuterium"}
_local = threading.local()


class Residual(NamedTuple):
    """log_coefficient: ln(f/p), volume: cm3/mol, each of the shape of the pressures."""

    log_coefficient: Floats
    volume: Floats


def reference_residual(*, pressure: Floats, temperature: float, isotope: Isotope) -> Residual:
    """Fugacity coefficient and molar volume by the reference equation of the Helmholtz energy.

        ln(f/p) = alpha_r + Z - 1 - ln Z,   Z = 1 + delta d(alpha_r)/d(delta) = p V / (R T)

    alpha_r: residual Helmholtz energy over RT, delta: reduced density. Normal hydrogen and normal
    deuterium. The program library that evaluates the equations does not refuse states outside their
    range, so this function does, in pressure and in temperature.

    Parameters
    ----------
    pressure : (n,) GPa, positive, at most 2 GPa; temperature : K

    Raises
    ------
    ScienceError
        A pressure or the temperature is outside the range, or the state is solid.

    Source
    ------
    J. W. Leachman, R. T. Jacobsen, S. G. Penoncello, E. W. Lemmon, J. Phys. Chem. Ref. Data 38, 721
    (2009), DOI 10.1063/1.3160306 (hydrogen: 14-1000 K, to 2000 MPa); I. A. Richardson, J. W. Leachman,
    E. W. Lemmon, J. Phys. Chem. Ref. Data 43, 013103 (2014), DOI 10.1063/1.4864752 (deuterium: to 600
    K, 2000 MPa); evaluated by CoolProp (I. H. Bell et al., Ind. Eng. Chem. Res. 53, 2498 (2014), DOI
    10.1021/ie4033999).
    """
    if not LOWEST_TEMPERATURE[isotope] <= temperature <= HIGHEST_TEMPERATURE:
        raise ScienceError(
            f"a temperature of {temperature:g} K is not between {LOWEST_TEMPERATURE[isotope]:g} and "
            f"{HIGHEST_TEMPERATURE:g} K, where fluid {isotope} is known."
        )
    if not (
        np.isfinite(pressure).all() and (pressure > 0).all() and (pressure <= HIGHEST_PRESSURE).all()
    ):
        raise ScienceError(
            f"the reference equation of {isotope} holds for pressures above zero and up to 2 GPa."
        )
    from CoolProp.CoolProp import PT_INPUTS

    state = _state_of(isotope)
    log_coefficient, volume = np.empty(pressure.shape), np.empty(pressure.shape)
    for i, p in enumerate(map(float, pressure)):
        if p < _IDEAL:
            log_coefficient[i], volume[i] = 0.0, GAS_CONSTANT * temperature / p
            continue
        try:
            state.update(PT_INPUTS, 1e9 * p, temperature)
        except ValueError as error:
            raise ScienceError(
                f"there is no fluid {isotope} at {p:g} GPa and {temperature:g} K: it freezes there."
            ) from error
        z = 1.0 + state.delta() * state.dalphar_dDelta()
        log_coefficient[i] = state.alphar() + z - 1.0 - np.log(z)
        volume[i] = 1e6 / state.rhomolar()
    return Residual(log_coefficient, volume)


def reference_ideal(*, temperature: float, isotope: Isotope) -> tuple[float, float]:
    """Enthalpy over RT and entropy over R of the ideal gas at 1 bar, against the equation's own zeros.

        h/(RT) = 1 + tau d(alpha_0)/d(tau),   s/R = tau d(alpha_0)/d(tau) - alpha_0

    alpha_0: ideal-gas part of the Helmholtz energy over RT, tau: inverse reduced temperature.

    Parameters
    ----------
    temperature : K

    Source
    ------
    As ``reference_residual``.
    """
    from CoolProp.CoolProp import DmolarT_INPUTS

    state = _state_of(isotope)
    # 1 bar of ideal gas in mol/m3.
    state.update(DmolarT_INPUTS, 1e2 / (GAS_CONSTANT * temperature), temperature)
    slope = state.tau() * state.dalpha0_dTau()
    return 1.0 + slope, slope - state.alpha0()


def _state_of(isotope: Isotope) -> Any:
    """The library's object, which holds one state: one for each thread."""
    # Loading it takes longer than all the rest of a command.
    from CoolProp.CoolProp import AbstractState

    states = _local.__dict__.setdefault("states", {})
    if isotope not in states:
        states[isotope] = AbstractState("HEOS", _FLUID[isotope])
    return states[isotope]
