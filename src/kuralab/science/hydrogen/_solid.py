"""Where hydrogen freezes, and the volume of the solid at room temperature."""

from __future__ import annotations

from typing import Final

import numpy as np

from kuralab.errors import ScienceError

ISOTHERM: Final = 300.0
"""K, where the volume of the solid was measured."""

NEAR_ISOTHERM: Final = 10.0
"""K; so far from it thermal expansion changes the volume by about 0.1 %."""

_V0: Final = 25.433
_K0: Final = 0.162
_K0_PRIME: Final = 6.813
_ETA: Final = 1.5 * (_K0_PRIME - 1.0)
_HIGHEST: Final = 50.0


def melting_temperature(pressure: float) -> float:
    """Melting temperature of H2 in K at a pressure in GPa.

        T = 14.025 (1 + P/0.0286)^0.589 exp(-4.6e-3 P)

    Deuterium melts within 1 % of it between 1 and 2 GPa.

    Source
    ------
    F. Datchi, P. Loubeyre, R. LeToullec, Phys. Rev. B 61, 6535 (2000), DOI 10.1103/PhysRevB.61.6535
    (abstract; measured to 15 GPa).
    """
    return float(14.025 * (1.0 + pressure / 0.0286) ** 0.589 * np.exp(-4.6e-3 * pressure))


def melting_pressure(temperature: float) -> float:
    """Melting pressure of H2 in GPa at a temperature in K; infinite where that is above 50 GPa.

    Source
    ------
    As ``melting_temperature``, solved for P.

    Examples
    --------
    >>> round(melting_pressure(300.0), 2)
    5.38
    """
    if temperature <= melting_temperature(0.0):
        return 0.0
    if temperature >= melting_temperature(_HIGHEST):
        return float("inf")
    low, high = 0.0, _HIGHEST
    while high - low > 1e-12 * high:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if melting_temperature(middle) < temperature else (low, middle)
    return 0.5 * (low + high)


def solid_volume(pressure: float) -> float:
    """Molar volume of solid H2 at 300 K, cm3/mol, at a pressure in GPa.

        P = 3 K0 X^-2 (1 - X) exp[eta (1 - X)],  X = (V/V0)^(1/3),  eta = 3/2 (K0' - 1)

    V0 = 25.433 cm3/mol, K0 = 0.162 GPa, K0' = 6.813: P. Vinet's form.

    Raises
    ------
    ScienceError
        The pressure is not between 0 and 50 GPa.

    Source
    ------
    P. Loubeyre et al., Nature 383, 702 (1996), DOI 10.1038/383702a0 (X-ray diffraction of single
    crystals at 300 K to 109 GPa).

    Examples
    --------
    >>> round(solid_volume(10.0), 3)
    6.637
    """
    if not 0.0 <= pressure <= _HIGHEST:
        raise ScienceError("the equation of solid hydrogen is used between 0 and 50 GPa.")
    low, high = 0.2, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _vinet(middle) > pressure else (low, middle)
    return float(_V0 * (0.5 * (low + high)) ** 3)


def solid_work(*, start: float, end: float) -> float:
    """Integral of V dP of solid H2 at 300 K between two pressures in GPa, kJ/mol.

        integral of V dP = [P V + E],  E = 9 K0 V0/eta^2 {1 - [1 - eta (1 - X)] exp[eta (1 - X)]}

    E: compression energy, whose derivative -dE/dV is Vinet's pressure.

    Raises
    ------
    ScienceError
        A pressure is not between 0 and 50 GPa.

    Source
    ------
    As ``solid_volume``; the energy is the integral of its pressure.
    """

    def enthalpy(pressure: float) -> float:
        volume = solid_volume(pressure)
        y = _ETA * (1.0 - (volume / _V0) ** (1 / 3))
        return pressure * volume + 9.0 * _K0 * _V0 / _ETA**2 * float(1.0 - (1.0 - y) * np.exp(y))

    return enthalpy(end) - enthalpy(start)


def _vinet(x: float) -> float:
    return float(3.0 * _K0 * (1.0 - x) / x**2 * np.exp(_ETA * (1.0 - x)))
