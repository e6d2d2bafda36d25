"""A pellet as it is rather than as it is fitted: arcs with a spread of time constants.

Forward model only. It is richer than the circuits that are fitted, on purpose: a fit that is tested
on its own model says nothing about its errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

# 1/(1 + j w tau) is analytic within pi/2 of the real axis of ln(tau), so trapezia of this step are
# exact to 1e-16; the Gaussian needs six widths to either side.
_STEP: Final = 0.25
_REACH: Final = 6.0


@dataclass(frozen=True)
class DistributedArc:
    """resistance in ohm, capacitance in F, width: standard deviation of ln(tau); 0 is an RC."""

    resistance: float
    capacitance: float
    width: float


@dataclass(frozen=True)
class PelletCell:
    """A pellet between two metal faces, with its leads.

    bulk, boundary: arcs of the pellet; blocking_q in S s^n and blocking_n: its faces; inductance in
    H and contact in ohm: the leads; touching: share of the face that the metal touches; gap in F:
    the capacitance of the rest.
    """

    bulk: DistributedArc
    boundary: DistributedArc
    blocking_q: float
    blocking_n: float
    inductance: float = 0.0
    contact: float = 0.0
    touching: float = 1.0
    gap: float = 1e-9


def distributed_arc(*, frequency: ArrayLike, arc: DistributedArc) -> Complexes:
    """Impedance of an arc whose time constants are spread.

        Z = R integral g(ln tau) / (1 + j w tau) d(ln tau)
        g = exp(-(ln tau - ln R C)^2 / (2 s^2)) / (s sqrt(2 pi))

    s: width. No circuit with CPEs is the same: it falls off faster on both sides.

    Parameters
    ----------
    frequency : (n,) Hz

    Returns
    -------
    (n,) ohm

    Source
    ------
    W. A. Yager, Physics 7, 434 (1936), DOI 10.1063/1.1745355: the normal distribution of ln(tau).
    """
    omega = 2.0 * np.pi * np.asarray(frequency, dtype=np.float64)
    middle = math.log(arc.resistance * arc.capacitance)
    if arc.width <= 0:
        return np.asarray(arc.resistance / (1.0 + 1j * omega * math.exp(middle)))
    step = min(_STEP, arc.width / 2.0)
    half = math.ceil(_REACH * arc.width / step)
    offset = step * np.arange(-half, half + 1)
    weight = np.exp(-0.5 * (offset / arc.width) ** 2)
    weight *= arc.resistance / weight.sum()
    return np.asarray((1.0 / (1.0 + 1j * omega[:, None] * np.exp(middle + offset))) @ weight)


def pellet_impedance(*, frequency: ArrayLike, cell: PelletCell) -> Complexes:
    """Impedance of a pellet between blocking faces.

        Z = j w L + R_c + (Z_bulk + Z_boundary + Z_constriction) + 1 / (a Q (j w)^n)
        Z_constriction = (1/a - 1) (R_bulk + R_boundary), parallel to the gap's capacitance

    a: share of the face that touches. Where it does not, current gathers into the spots that do,
    except at frequencies at which the gap conducts as a capacitor.

    Parameters
    ----------
    frequency : (n,) Hz

    Returns
    -------
    (n,) ohm, capacitive negative

    Raises
    ------
    ScienceError
        A frequency that is not positive, or a touching share outside 0-1.

    Source
    ------
    J. Fleig, J. Maier, Solid State Ionics 85, 17 (1996), DOI 10.1016/0167-2738(96)00036-4, for the
    constriction arc of an imperfect contact. Departure: the constriction resistance is the pellet's
    own resistance divided by the touching share, with one width of 0.5.
    """
    f = np.asarray(frequency, dtype=np.float64)
    if not (f > 0).all():
        raise ScienceError("frequencies must be positive.")
    if not 0 < cell.touching <= 1:
        raise ScienceError(f"a touching share of {cell.touching:g} is outside 0 to 1.")
    omega = 2.0 * np.pi * f
    pellet = distributed_arc(frequency=f, arc=cell.bulk) + distributed_arc(
        frequency=f, arc=cell.boundary
    )
    if cell.touching < 1:
        narrowed = (1.0 / cell.touching - 1.0) * (cell.bulk.resistance + cell.boundary.resistance)
        pellet += distributed_arc(frequency=f, arc=DistributedArc(narrowed, cell.gap, 0.5))
    faces = 1.0 / (cell.touching * cell.blocking_q * (1j * omega) ** cell.blocking_n)
    return np.asarray(1j * omega * cell.inductance + cell.contact + pellet + faces)
