"""Sulfides in moist air: how much is hydrolysed, and the hydrogen sulfide that it gives."""

from __future__ import annotations

import math
from typing import Final

from kuralab.errors import ScienceError
from kuralab.science.synthesis._parameters import Hydrolysis

MOLAR_MASS_LI3PS4: Final = 180.034
MOLAR_VOLUME_OF_GAS: Final = 24465.0
"""cm3/mol of an ideal gas at 25 degC and 101.325 kPa."""


def intact_fraction(*, duration: float, water: float, hydrolysis: Hydrolysis, pellet: bool) -> float:
    """What air leaves of the sulfide that was intact before.

        f / f_0 = exp(-k p t)

    k: rate of hydrolysis, p: pressure of water vapour, t: time in the air. A pellet shows less
    surface than its powder, and reacts more slowly by a factor.

    Parameters
    ----------
    duration : s; water : Pa; hydrolysis : rate in 1/(s Pa); pellet : pressed, or a powder

    Source
    ------
    T. A. Yersak et al., Front. Energy Res. 10, 882508 (2022), DOI 10.3389/fenrg.2022.882508, for the
    rate at one humidity. Departure: proportional to the vapour pressure, first order in what is
    left; in truth a shell slows the reaction.
    """
    if not (duration >= 0 and water >= 0):
        raise ScienceError("time in air and vapour pressure cannot be negative.")
    surface = hydrolysis.pellet_factor if pellet else 1.0
    return math.exp(-hydrolysis.hydrolysis_rate * surface * water * duration)


def hydrogen_sulfide_volume(*, mass: float, hydrolysed: float) -> float:
    """Hydrogen sulfide from hydrolysed Li3PS4, in cm3 at 25 degC.

        Li3PS4 + 4 H2O -> Li3PO4 + 4 H2S,   V = 4 f m V_m / M

    Parameters
    ----------
    mass : g of Li3PS4; hydrolysed : fraction f, 0 to 1

    Examples
    --------
    >>> round(hydrogen_sulfide_volume(mass=1.0, hydrolysed=1.0))
    544
    """
    return 4.0 * hydrolysed * mass * MOLAR_VOLUME_OF_GAS / MOLAR_MASS_LI3PS4


def conductivity_with_shell(*, core: float, shell: float, hydrolysed: float) -> float:
    """Conductivity of grains that each have a shell of hydrolysed material.

        s = s_s + (1 - f) / (1 / (s_c - s_s) + f / (3 s_s))

    s_c, s_s: conductivities of core and shell in S/cm, f: volume fraction of the shell. A thin
    shell that conducts badly is enough: every way through the solid crosses it.

    Source
    ------
    Z. Hashin, S. Shtrikman, J. Appl. Phys. 33, 3125 (1962), DOI 10.1063/1.1728579: the coated
    spheres that attain their lower bound.

    Examples
    --------
    >>> conductivity_with_shell(core=1e-3, shell=6e-8, hydrolysed=0.0)
    0.001
    """
    if core <= shell:
        return core
    return shell + (1.0 - hydrolysed) / (1.0 / (core - shell) + hydrolysed / (3.0 * shell))
