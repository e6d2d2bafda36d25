"""What a calculation for hydrogen found besides its results: the curves of its figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kuralab.science.hydrogen import Isotope

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HydrogenCurve:
    """Chemical potential along an isotherm, relative to ideal gas at 1 bar, and the states asked for.

    temperature: K; pressure (n,): GPa, rising; chemical_potential, std, ideal (n,): kJ/mol; known (n,):
    False where the value is an upper bound; freezing: GPa, None where it does not freeze in the range;
    asked_pressure, asked (m,): GPa and kJ/mol.
    """

    temperature: float
    pressure: Floats
    chemical_potential: Floats
    std: Floats
    ideal: Floats
    known: NDArray[np.bool_]
    freezing: float | None
    asked_pressure: Floats
    asked: Floats


@dataclass(frozen=True)
class HydrogenDetails:
    """Isotherms of one isotope, from cold to hot."""

    isotope: Isotope
    curves: tuple[HydrogenCurve, ...]
