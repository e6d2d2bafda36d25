"""A pressure-composition isotherm: one branch at one temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]

Branch = Literal["absorption", "desorption"]
Isotope = Literal["H2", "D2"]

HIGHEST_PRESSURE: Final = 2e5
"""bar (20 GPa), where the equation of hydrogen ends."""

LOWEST_TEMPERATURE: Final = 20.0
HIGHEST_TEMPERATURE: Final = 2000.0
"""K; outside, no isotherm of a hydride is measured, and a number is taken for a mistake."""


@dataclass(frozen=True)
class Isotherm:
    """content (n,) in any one unit, rising; pressure (n,) bar; temperature in K."""

    branch: Branch
    temperature: float
    content: Floats
    pressure: Floats


def isotherm_from_points(
    *, branch: Branch, temperature: float, content: ArrayLike, pressure: ArrayLike
) -> Isotherm:
    """Points of one branch, brought into the order of rising content.

    Parameters
    ----------
    temperature : K; content : (n,), any unit; pressure : (n,) bar

    Raises
    ------
    ScienceError
        Shapes differ or are empty, a pressure is not between 0 and 20 GPa, no content is positive, or
        the temperature is not between 20 and 2000 K.
    """
    c, p = np.asarray(content, dtype=np.float64), np.asarray(pressure, dtype=np.float64)
    if c.ndim != 1 or c.shape != p.shape or c.size == 0:
        raise ScienceError("content and pressure must be one-dimensional and of one length.")
    if not (np.isfinite(c).all() and np.isfinite(p).all() and (p > 0).all() and c.max() > 0):
        raise ScienceError("pressures must be positive, and some hydrogen must have been absorbed.")
    if p.max() > HIGHEST_PRESSURE:
        raise ScienceError(f"a pressure of {p.max():.3g} bar is beyond 20 GPa, where the equation ends.")
    if not LOWEST_TEMPERATURE <= temperature <= HIGHEST_TEMPERATURE:
        raise ScienceError(
            f"a temperature of {temperature:g} K is not between {LOWEST_TEMPERATURE:g} and "
            f"{HIGHEST_TEMPERATURE:g} K."
        )
    order = np.argsort(c, kind="stable")
    return Isotherm(branch, float(temperature), c[order], p[order])
