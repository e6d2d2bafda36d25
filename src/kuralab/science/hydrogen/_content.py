"""Hydrogen content of a hydride: mass percent, atoms per formula unit, atoms per metal atom."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.hydrogen._isotherm import Isotope

Floats = NDArray[np.float64]

_ATOM: Final = {"H2": 1.008, "D2": 2.01410}
"""g/mol of atoms."""


def hydrogen_per_formula(
    *, mass_percent: ArrayLike, molar_mass: float, isotope: Isotope = "H2"
) -> Floats:
    """Hydrogen atoms per formula unit of the metal, of the shape of the mass percent.

        x = w M / [m (100 - w)]

    w: mass percent of hydrogen in the hydride, M: molar mass of the metal, m: that of a hydrogen atom.

    Parameters
    ----------
    mass_percent : (...) from 0 to below 100; molar_mass : g/mol of the metal's formula unit

    Raises
    ------
    ScienceError
        The molar mass is not positive, or a content is out of range.

    Source
    ------
    Definition; atomic masses of IUPAC (2021).

    Examples
    --------
    >>> [round(float(x), 1) for x in hydrogen_per_formula(mass_percent=[1.4, 2.1], molar_mass=432.4)]
    [6.1, 9.2]
    """
    w = np.asarray(mass_percent, dtype=np.float64)
    _require(molar_mass, w)
    if (w >= 100.0).any():
        raise ScienceError("a hydride holds less than 100 mass% of hydrogen.")
    return np.asarray(w * molar_mass / (_ATOM[isotope] * (100.0 - w)))


def hydrogen_mass_percent(
    *, per_formula: ArrayLike, molar_mass: float, isotope: Isotope = "H2"
) -> Floats:
    """Mass percent of hydrogen in the hydride, of the shape of the atoms per formula unit.

        w = 100 m x / (M + m x)

    Parameters
    ----------
    per_formula : (...) hydrogen atoms per formula unit; molar_mass : g/mol of the metal's formula unit

    Raises
    ------
    ScienceError
        The molar mass is not positive, or a content is negative.

    Source
    ------
    Definition, as ``hydrogen_per_formula``.

    Examples
    --------
    >>> round(float(hydrogen_mass_percent(per_formula=6.0, molar_mass=432.4)), 2)
    1.38
    """
    x = np.asarray(per_formula, dtype=np.float64)
    _require(molar_mass, x)
    mass = _ATOM[isotope] * x
    return np.asarray(100.0 * mass / (molar_mass + mass))


def hydrogen_per_metal(*, per_formula: ArrayLike, metal_atoms: float) -> Floats:
    """Hydrogen atoms per metal atom, H/M, of the shape of the atoms per formula unit.

    Parameters
    ----------
    per_formula : (...) hydrogen atoms per formula unit; metal_atoms : in that formula unit (LaNi5: 6)

    Raises
    ------
    ScienceError
        The number of metal atoms is not positive, or a content is negative.

    Source
    ------
    Definition.
    """
    x = np.asarray(per_formula, dtype=np.float64)
    _require(metal_atoms, x)
    return np.asarray(x / metal_atoms)


def _require(size: float, content: Floats) -> None:
    if not (np.isfinite(size) and size > 0):
        raise ScienceError("a formula unit needs a positive molar mass and number of metal atoms.")
    if not (np.isfinite(content).all() and (content >= 0).all()):
        raise ScienceError("a hydrogen content is zero or more.")
