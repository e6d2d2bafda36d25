"""Ideal-gas hydrogen at 1 bar, from which absolute chemical potentials count."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._helmholtz import GAS_CONSTANT, HIGHEST_TEMPERATURE, reference_ideal
from kuralab.science.hydrogen._isotherm import Isotope

Floats = NDArray[np.float64]

REFERENCE: Final = 298.15
"""K"""

LOWEST: Final = 200.0
"""K. Below, the ratio of ortho- to parahydrogen decides, which a sample's history sets."""

_BAR_PER_GPA: Final = 1e4
_ENTROPY: Final = {"H2": 0.130680, "D2": 0.144960}
"""kJ/(K mol) at 298.15 K and 1 bar."""


def ideal_chemical_potential(*, pressure: ArrayLike, temperature: float) -> Floats:
    """RT ln(P/1 bar), what a gas without interaction has, in kJ/mol, of the shape of the pressures.

    Parameters
    ----------
    pressure : (...) GPa, positive; temperature : K

    Source
    ------
    Ideal gas.
    """
    return np.asarray(GAS_CONSTANT * temperature * np.log(_BAR_PER_GPA * np.asarray(pressure)))


@lru_cache(maxsize=256)
def ideal_gibbs_energy(*, temperature: float, isotope: Isotope = "H2") -> float:
    """Gibbs energy of ideal H2 or D2 at 1 bar against the enthalpy at 298.15 K, kJ/mol.

        mu0(T) = [h(T) - h(298.15 K)] - T [S0 + s(T) - s(298.15 K)]

    h, s: ideal-gas part of the reference equation; S0: tabulated entropy at 298.15 K and 1 bar. The sum
    of mu0 and ``HydrogenState.chemical_potential`` is the absolute chemical potential on the scale
    where the element at 298.15 K and 1 bar has zero enthalpy.

    Parameters
    ----------
    temperature : K, from 200 to 2000

    Raises
    ------
    ScienceError
        The temperature is outside this range.

    Source
    ------
    S0: M. W. Chase, NIST-JANAF Thermochemical Tables, 4th ed. (1998); heat capacities: Leachman et al.
    (2009) and Richardson et al. (2014), see ``reference_residual``. Within 3 J/mol of the polynomials of
    B. J. McBride, M. J. Zehe, S. Gordon, NASA/TP-2002-211556 (2002) from 200 to 1000 K.

    Examples
    --------
    >>> round(ideal_gibbs_energy(temperature=1000.0), 2)
    -145.54
    """
    if not LOWEST <= temperature <= HIGHEST_TEMPERATURE:
        raise ScienceError(
            f"a temperature of {temperature:g} K is not between {LOWEST:g} and "
            f"{HIGHEST_TEMPERATURE:g} K, where the Gibbs energy of the gas is given."
        )
    enthalpy, entropy = reference_ideal(temperature=temperature, isotope=isotope)
    enthalpy0, entropy0 = reference_ideal(temperature=REFERENCE, isotope=isotope)
    rise = GAS_CONSTANT * (enthalpy * temperature - enthalpy0 * REFERENCE)
    total = _ENTROPY[isotope] + GAS_CONSTANT * (entropy - entropy0)
    return rise - temperature * total
