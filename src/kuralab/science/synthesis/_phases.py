"""What a sample of (100-x)Li3PS4-xLiI consists of: glass, crystals, left-over precursors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kuralab.errors import ScienceError
from kuralab.science.synthesis._air import MOLAR_MASS_LI3PS4
from kuralab.science.synthesis._parameters import GlassSystem

MOLAR_MASS_LII: Final = 133.845


@dataclass(frozen=True)
class Phases:
    """Phases of a sample.

    mass, volume: fractions by name (glass, alpha, beta, lithium_iodide, precursors), each summing
    to one; density in g/cm3 without pores; iodide_in_glass: mol% of LiI that the glass holds.
    """

    mass: Mapping[str, float]
    volume: Mapping[str, float]
    density: float
    iodide_in_glass: float


def phases_of_sample(
    *, iodide: float, precursors: float, alpha: float, beta: float, system: GlassSystem
) -> Phases:
    """Phases from the history of a sample.

    The glass holds LiI up to its solubility; the rest, and all LiI of the glass that crystallised,
    is there as crystals. Volumes add.

    Parameters
    ----------
    iodide : x, mol% of LiI in all; precursors : fraction of the material that never reacted;
    alpha, beta : fractions of the reacted Li3PS4 in either crystal form

    Raises
    ------
    ScienceError
        x outside 0-100, or fractions that are negative or exceed one.
    """
    if not 0 <= iodide < 100:
        raise ScienceError(f"x = {iodide:g} mol% of LiI is outside (100-x)Li3PS4-xLiI.")
    glass = 1.0 - alpha - beta
    if min(precursors, alpha, beta) < 0 or precursors > 1 or glass < -1e-9:
        raise ScienceError("fractions of phases must lie between 0 and 1.")
    glass = max(glass, 0.0)
    sulfide = 100.0 - iodide
    limit = system.glass.solubility / (100.0 - system.glass.solubility)
    dissolved = glass * min(iodide, sulfide * limit)
    reacted = 1.0 - precursors
    grams = {
        "glass": reacted * (glass * sulfide * MOLAR_MASS_LI3PS4 + dissolved * MOLAR_MASS_LII),
        "alpha": reacted * alpha * sulfide * MOLAR_MASS_LI3PS4,
        "beta": reacted * beta * sulfide * MOLAR_MASS_LI3PS4,
        "lithium_iodide": reacted * (iodide - dissolved) * MOLAR_MASS_LII,
        "precursors": precursors * (sulfide * MOLAR_MASS_LI3PS4 + iodide * MOLAR_MASS_LII),
    }
    dense = system.densities
    # The LiI of the unreacted mixture has its own volume beside that of Li2S and P2S5.
    cubic_centimetres = {
        "glass": reacted
        * (
            glass * sulfide * MOLAR_MASS_LI3PS4 / dense.glass
            + dissolved * MOLAR_MASS_LII / dense.lithium_iodide
        ),
        "alpha": grams["alpha"] / dense.alpha,
        "beta": grams["beta"] / dense.beta,
        "lithium_iodide": grams["lithium_iodide"] / dense.lithium_iodide,
        "precursors": precursors
        * (
            sulfide * MOLAR_MASS_LI3PS4 / dense.precursors
            + iodide * MOLAR_MASS_LII / dense.lithium_iodide
        ),
    }
    mass, volume = sum(grams.values()), sum(cubic_centimetres.values())
    in_glass = 100.0 * dissolved / (dissolved + glass * sulfide) if glass > 0 else 0.0
    return Phases(
        mass={name: amount / mass for name, amount in grams.items()},
        volume={name: amount / volume for name, amount in cubic_centimetres.items()},
        density=mass / volume,
        iodide_in_glass=in_glass,
    )
