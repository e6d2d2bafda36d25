"""Gases of a furnace: water over a saturator, density, and what a sample weighs less in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._hydration import GAS

Floats = NDArray[np.float64]

ATMOSPHERE: Final = 101325.0
"""Pa."""
GAS_MASSES: Final = {
    "N2": 28.0134, "O2": 31.9988, "Ar": 39.948, "He": 4.0026, "H2": 2.01588, "H2O": 18.01528,
    "CO2": 44.0095, "D2O": 20.0276,
}  # fmt: skip
"""g/mol."""

_CRITICAL: Final = (647.096, 22.064e6)
_WAGNER: Final = (
    (1.0, -7.85951783),
    (1.5, 1.84408259),
    (3.0, -11.7866497),
    (3.5, 22.6807411),
    (4.0, -15.9618719),
    (7.5, 1.80122502),
)


def saturation_pressure(temperature: float) -> float:
    """Water vapour in atm over liquid water at a temperature in K, as a saturator makes it.

    Raises
    ------
    ScienceError
        Outside 0 to 100 degC: ice, or a saturator that boils.

    Source
    ------
    W. Wagner, A. Pruss, J. Phys. Chem. Ref. Data 22 (1993) 783, doi:10.1063/1.555926, eq. 1.

    Examples
    --------
    >>> round(saturation_pressure(298.15), 4), round(saturation_pressure(290.15), 4)
    (0.0313, 0.0191)
    """
    if not 273.1 <= temperature <= 373.15:
        raise ScienceError(f"a saturator holds liquid water, from 0 to 100 degC, not {temperature:g} K")
    critical_temperature, critical_pressure = _CRITICAL
    tau = 1.0 - temperature / critical_temperature
    total = sum(factor * tau**power for power, factor in _WAGNER)
    pressure = critical_pressure * np.exp(critical_temperature / temperature * total)
    return float(pressure / ATMOSPHERE)


def gas_density(temperature: ArrayLike, pressures: Mapping[str, float]) -> Floats:
    """Density (n,) in g/cm^3 of an ideal mixture at temperature (n,) K; pressures by gas in atm.

    Raises
    ------
    ScienceError
        A gas whose molar mass is not known here.
    """
    unknown = [gas for gas in pressures if gas not in GAS_MASSES]
    if unknown:
        raise ScienceError(f"the gas {unknown[0]!r} is not known; known are {', '.join(GAS_MASSES)}")
    mass = sum(pressure * GAS_MASSES[gas] for gas, pressure in pressures.items())
    T = np.asarray(temperature, dtype=float)
    return np.asarray(1e-6 * mass * ATMOSPHERE / (GAS * T))


def buoyancy_gain(temperature: ArrayLike, pressures: Mapping[str, float], *, volume: float) -> Floats:
    """Apparent gain of mass (n,) in mg since the first point: hot gas carries less than cold gas.

        dm = V [rho(T_0) - rho(T)]

    temperature (n,) K, volume in mm^3 of all that hangs on the balance in the furnace (with a blank
    run subtracted: of the sample alone). Expansion of the body (below 4 %) is left out.

    Examples
    --------
    100 mm^3 from 25 to 800 degC in nitrogen:

    >>> gain = buoyancy_gain([298.15, 1073.15], {"N2": 1.0}, volume=100.0)
    >>> round(float(gain[1]), 3)
    0.083
    """
    density = gas_density(temperature, pressures)
    # g/cm^3 times mm^3 is mg.
    return np.asarray(volume * (density[0] - density))
