"""Water in a perovskite: H2O + v + O = 2 OH, solved in closed form.

Per formula unit ABO3 with acceptor content S: protons h, oxygen vacancies (S - h) / 2, oxide ions
(6 - S - h) / 2, so that 4 h^2 = K p (S - h)(6 - S - h) with p in atm.
K. D. Kreuer, Annu. Rev. Mater. Res. 33 (2003) 333, doi:10.1146/annurev.matsci.33.022802.091825.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]

GAS: Final = 8.314462618
FARADAY: Final = 96485.33212
WATER: Final = 18.01528
"""g/mol."""
_SATURATED: Final = 1e14
"""K p / 4 beyond which h is S to the last digit."""


def hydration_constant(
    temperature: ArrayLike, *, enthalpy: float | Floats, entropy: float | Floats
) -> Floats:
    """K = exp(-dH/RT + dS/R) for p in atm; temperature (n,) K, enthalpy J/mol, entropy J/mol/K."""
    T = np.asarray(temperature, dtype=float)
    return np.asarray(np.exp(np.minimum(-enthalpy / (GAS * T) + entropy / GAS, 500.0)))


def proton_content(
    temperature: ArrayLike,
    water: ArrayLike,
    *,
    acceptor: float,
    enthalpy: float,
    entropy: float,
) -> Floats:
    """(n,) protons per formula unit at temperature (n,) K and water pressure (n,) atm.

    enthalpy J/mol, entropy J/mol/K of hydration; acceptor S per formula unit. Without water 0, at
    infinite K p it is S.

    Raises
    ------
    ScienceError
        A temperature that is not positive, a negative pressure, or S outside (0, 2).

    Examples
    --------
    BaZr0.9Y0.1O3 at 500 degC in 0.02 atm water:

    >>> round(float(proton_content(773.15, 0.02, acceptor=0.1, enthalpy=-79500.0, entropy=-88.9)), 5)
    0.06922
    """
    T, p = np.asarray(temperature, dtype=float), np.asarray(water, dtype=float)
    if not (T > 0.0).all():
        raise ScienceError("temperatures have to be above 0 K")
    if (p < 0.0).any():
        raise ScienceError("a water pressure cannot be negative")
    if not 0.0 < acceptor < 2.0:
        raise ScienceError(f"{acceptor:g} acceptors per formula unit leave no perovskite")
    return content_of(hydration_constant(T, enthalpy=enthalpy, entropy=entropy) * p, acceptor)


def content_of(strength: ArrayLike, acceptor: float | Floats) -> Floats:
    """(n,) protons per formula unit of K p (n,); smooth also at K p = 4, where the usual root is 0/0."""
    k = np.minimum(0.25 * np.asarray(strength, dtype=float), _SATURATED)
    S = acceptor
    # (1 - k) h^2 + 6 k h - k S (6 - S) = 0, by the root that keeps its digits.
    a, b, c = 1.0 - k, 6.0 * k, k * S * (6.0 - S)
    root = np.sqrt(np.maximum(b * b + 4.0 * a * c, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        h = 2.0 * c / (b + root)
    return np.where(k > 0.0, h, 0.0)


def mass_change_of(protons: ArrayLike, *, dry_mass: float) -> Floats:
    """(n,) relative mass gain of h (n,) protons per formula unit; dry_mass in g/mol.

    Examples
    --------
    BaZr0.4Ce0.4Y0.1Yb0.1O2.9, fully hydrated:

    >>> round(100.0 * float(mass_change_of(0.2, dry_mass=302.455)), 4)
    0.5956
    """
    return np.asarray(protons, dtype=float) * 0.5 * WATER / dry_mass


def protons_of(mass_change: ArrayLike, *, dry_mass: float) -> Floats:
    """(n,) protons per formula unit of a relative gain (n,) over the dry oxide, dry_mass in g/mol."""
    return 2.0 * np.asarray(mass_change, dtype=float) * dry_mass / WATER
