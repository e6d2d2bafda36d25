"""Equation of state of fluid hydrogen from 100 to 1000 K, used from 0.5 to 20 GPa."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_R: Final = 83.1446
"""bar cm3/(mol K)"""

_B: Final = (
    20.285,
    -7.44171,
    7.318565,
    -3.463717,
    0.87372903,
    -0.12385414,
    9.8570583e-3,
    -4.1153723e-4,
    7.02499e-6,
)
_BAR_PER_GPA: Final = 1e4
_MOST_STEPS: Final = 50


def hemmes_volume(*, pressure: Floats, temperature: float) -> Floats:
    """Molar volume of fluid H2, cm3/mol, of the shape of the pressures.

        [p + a(p)/V^alpha(T)] [V - b(p)] = R T        p in bar, V in cm3/mol
        alpha(T) = 2.9315 - 1.531e-3 T + 4.154e-6 T^2          (300 K above 300 K)
        b(p) = sum of b_i (ln p)^i, i = 0..8
        a(p) = exp[19.599 - 0.8946 ln p - exp(-18.608 + 2.6013 ln p)]

    a, b, alpha: a van der Waals equation whose attraction, size and exponent depend on the state.
    Within 0.6 % of the reference equation of state from 100 to 500 K and 0.1 to 0.5 GPa; 3.4 % below it
    at 2 GPa, where measured volumes (Mills et al. 1977) are 2.5 % below it too.

    Parameters
    ----------
    pressure : (...) GPa, from 0.01 to 20; temperature : K

    Source
    ------
    H. Hemmes, A. Driessen, R. Griessen, J. Phys. C: Solid State Phys. 19, 3571 (1986), DOI
    10.1088/0022-3719/19/19/013: 100-1000 K, to 1 Mbar. How the coefficients were checked:
    docs/techniques/hydrogen.md. Departure: not used above 20 GPa, where b(p) as written here loses its
    meaning.
    """
    p = _BAR_PER_GPA * np.asarray(pressure, dtype=np.float64)
    log_p = np.log(p)
    b = np.polynomial.polynomial.polyval(log_p, _B)
    a = np.exp(19.599 - 0.8946 * log_p - np.exp(-18.608 + 2.6013 * log_p))
    t = min(temperature, 300.0)
    alpha = 2.9315 - 1.531e-3 * t + 4.154e-6 * t * t
    rt = _R * temperature
    # From the repulsive limit, which is too large; Newton's steps then fall to the root.
    volume = b + rt / p
    for _ in range(_MOST_STEPS):
        attraction = a / volume**alpha
        gap = (p + attraction) * (volume - b) - rt
        slope = p + attraction - alpha * attraction * (volume - b) / volume
        step = gap / slope
        volume = volume - step
        if np.abs(step / volume).max() < 1e-13:
            break
    return np.asarray(volume)
