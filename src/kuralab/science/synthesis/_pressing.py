"""Cold pressing: density against pressure, and what a pellet then measures."""

from __future__ import annotations

import math

from kuralab.errors import ScienceError
from kuralab.science.synthesis._parameters import Heckel


def relative_density(*, pressure: float, heckel: Heckel) -> float:
    """Share of a pellet that is solid.

        ln(1 / (1 - D)) = K P + A

    D: relative density, P: uniaxial pressure, K and A: constants of the powder. The spring-back
    when the pressure is released is part of the constants.

    Parameters
    ----------
    pressure : MPa, not negative; heckel : K in 1/MPa and A

    Source
    ------
    R. W. Heckel, Trans. Metall. Soc. AIME 221, 671 (1961).

    Examples
    --------
    >>> powder = Heckel(heckel_constant=4.18e-3, heckel_intercept=0.7985)
    >>> round(relative_density(pressure=360.0, heckel=powder), 3)
    0.9
    """
    if not pressure >= 0:
        raise ScienceError(f"a pressure of {pressure:g} MPa is negative.")
    return 1.0 - math.exp(-(heckel.heckel_constant * pressure + heckel.heckel_intercept))


def pellet_thickness(*, mass: float, density: float, relative_density: float, diameter: float) -> float:
    """Thickness of a round pellet.

        L = 4 m / (pi d^2 rho D)

    m: mass, d: diameter, rho: theoretical density, D: relative density

    Parameters
    ----------
    mass : g; density : g/cm3; relative_density : 0 to 1; diameter : mm

    Returns
    -------
    float, mm
    """
    if not (mass > 0 and density > 0 and diameter > 0 and 0 < relative_density <= 1):
        raise ScienceError("mass, density, diameter and relative density must be positive.")
    area = math.pi * (diameter / 10.0) ** 2 / 4.0
    return 10.0 * mass / (area * density * relative_density)
