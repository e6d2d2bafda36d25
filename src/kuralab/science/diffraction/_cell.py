"""Metric of the unit cell: volume, interplanar spacings and how they change with the cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Cell

Floats = NDArray[np.float64]

CELL_NAMES: Final = ("a", "b", "c", "alpha", "beta", "gamma")
_STEP: Final = 1e-6


def metric(cell: Sequence[float]) -> Floats:
    """(3, 3) metric tensor G in angstrom^2 of a, b, c (angstrom), alpha, beta, gamma (deg)."""
    edges = np.asarray(cell[:3], dtype=float)
    ca, cb, cg = (math.cos(math.radians(angle)) for angle in cell[3:])
    cosines = np.array([[1.0, cg, cb], [cg, 1.0, ca], [cb, ca, 1.0]])
    return np.asarray(np.outer(edges, edges) * cosines)


def reciprocal_metric(cell: Sequence[float]) -> Floats:
    """(3, 3) inverse metric tensor G* in 1/angstrom^2.

    Raises
    ------
    ScienceError
        The three angles do not close to a cell.
    """
    tensor = metric(cell)
    if not np.linalg.det(tensor) > 0.0:
        raise ScienceError(f"angles {', '.join(f'{a:g}' for a in cell[3:])} deg make no unit cell")
    return np.asarray(np.linalg.inv(tensor))


def cell_volume(cell: Cell | Sequence[float]) -> float:
    """Volume of the unit cell in angstrom^3.

    Examples
    --------
    >>> round(cell_volume(Cell(a=4.50651, b=4.50651, c=8.69841, gamma=120.0)), 3)
    152.986
    """
    values = cell.as_tuple() if isinstance(cell, Cell) else cell
    return math.sqrt(max(float(np.linalg.det(metric(values))), 0.0))


def inverse_square_spacing(h: NDArray[np.int64], cell: Sequence[float]) -> Floats:
    """(n,) 1/d^2 in 1/angstrom^2 of reflections h (n, 3)."""
    return np.asarray(np.einsum("ni,ij,nj->n", h, reciprocal_metric(cell), h))


def spacing_gradient(h: NDArray[np.int64], cell: Sequence[float], directions: Floats) -> Floats:
    """(n, k) derivative of 1/d^2 along k directions (k, 6) of the six cell parameters."""
    start = np.asarray(cell, dtype=float)
    star = reciprocal_metric(cell)
    gradient = np.empty((len(h), len(directions)))
    for column, direction in enumerate(directions):
        # The metric is smooth, so that central differences of it are good to 1e-9.
        steps = _STEP * np.where(np.arange(6) < 3, start, 90.0) * direction
        scale = np.abs(steps).max() / np.abs(direction).max()
        steps = scale * direction
        change = -star @ (metric(start + steps) - metric(start - steps)) @ star / (2.0 * scale)
        gradient[:, column] = np.einsum("ni,ij,nj->n", h, change, h)
    return gradient


def free_cell(system: str, cell: Sequence[float]) -> dict[str, Floats]:
    """The independent cell parameters of a crystal system, each with its direction (6,).

    ``system`` as gemmi names it. A trigonal group in rhombohedral axes is known by its angles.
    """
    a, b, c, alpha, beta, gamma = np.eye(6)
    if system == "cubic":
        return {"a": a + b + c}
    if system in {"hexagonal", "tetragonal"}:
        return {"a": a + b, "c": c}
    if system == "trigonal":
        if abs(cell[5] - 120.0) < 1.0 and abs(cell[3] - 90.0) < 1.0:
            return {"a": a + b, "c": c}
        return {"a": a + b + c, "alpha": alpha + beta + gamma}
    edges = {"a": a, "b": b, "c": c}
    if system == "orthorhombic":
        return edges
    angles = {"alpha": alpha, "beta": beta, "gamma": gamma}
    if system == "monoclinic":
        # The unique axis is the one whose angle may differ from 90 degrees.
        oblique = max(angles, key=lambda name: abs(cell[CELL_NAMES.index(name)] - 90.0))
        if abs(cell[CELL_NAMES.index(oblique)] - 90.0) < 1e-6:
            oblique = "beta"
        return edges | {oblique: angles[oblique]}
    return edges | angles
