"""Pareto fronts of several objectives, all maximised, and the volume that they dominate."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]

MARGIN: Final = 0.1
"""Of the front's range, by which the reference point lies below the front's worst values."""


def pareto_front(values: Floats) -> NDArray[np.intp]:
    """Rows that no other row dominates, in ascending order; every objective is maximised.

    A row dominates another one if it is nowhere below it and somewhere above it, so that equal
    rows are all kept.

    Parameters
    ----------
    values : (n, m) finite

    Raises
    ------
    ScienceError
        Not a table of finite numbers.

    Examples
    --------
    >>> pareto_front(np.array([[1.0, 3.0], [2.0, 2.0], [1.0, 2.0], [3.0, 1.0]]))
    array([0, 1, 3])
    """
    table = _table(values)
    # Later rows in this order cannot dominate earlier ones, so one pass over the kept rows is enough.
    order = np.lexsort(-table.T[::-1])
    kept: list[int] = []
    front = np.empty_like(table)
    for row in order:
        above = front[: len(kept)]
        beaten = (above >= table[row]).all(axis=1) & (above > table[row]).any(axis=1)
        if not beaten.any():
            front[len(kept)] = table[row]
            kept.append(int(row))
    return np.sort(np.array(kept, dtype=np.intp))


def reference_point(values: Floats) -> Floats:
    """(m,) a point below the front, from which volumes are measured when nobody names one.

        r_j = min_j - 0.1 (max_j - min_j)

    min_j, max_j: the worst and the best value of objective j on the Pareto front (nadir and ideal
    point). Where the front has no range in an objective, that of all values is taken, and where
    these are all equal, 1.

    Source
    ------
    Ishibuchi, Imada, Setoguchi, Nojima, Evol. Comput. 26, 411 (2018), doi 10.1162/evco_a_00226: a
    point slightly worse than the nadir keeps the front's ends worth having. The factor 0.1 is the
    usual one. Departure: what happens without a range.

    Examples
    --------
    >>> reference_point(np.array([[1.0, 30.0], [2.0, 10.0], [0.0, 0.0]]))
    array([0.9, 8. ])
    """
    table = _table(values)
    front = table[pareto_front(table)]
    nadir = front.min(axis=0)
    span = np.ptp(front, axis=0)
    span = np.where(span > 0, span, np.ptp(table, axis=0))
    reference: Floats = nadir - MARGIN * np.where(span > 0, span, 1.0)
    return reference


def hypervolume(values: Floats, reference: Floats) -> float:
    """Volume dominated by the rows and above the reference point; one to three objectives, exact.

    Rows that do not exceed the reference everywhere add nothing. A sweep for two objectives,
    O(n log n); slices along the third for three.

    Parameters
    ----------
    values : (n, m) finite, m = 1, 2 or 3; n may be 0
    reference : (m,)

    Raises
    ------
    ScienceError
        Shapes differ, or more than three objectives.

    Source
    ------
    Sweep and slicing as in Fonseca, Paquete, López-Ibáñez, IEEE CEC (2006) 1157.

    Examples
    --------
    >>> hypervolume(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]), np.zeros(2))
    6.0
    """
    front = above_reference(values, reference)
    if not len(front):
        return 0.0
    gains = front - reference
    if gains.shape[1] == 1:
        return float(gains.max())
    if gains.shape[1] == 2:
        return _area(gains)
    by_third = gains[np.argsort(-gains[:, 2], kind="stable")]
    ends = np.append(by_third[1:, 2], 0.0)
    thickness = by_third[:, 2] - ends
    return float(
        sum(_area(by_third[: i + 1, :2]) * depth for i, depth in enumerate(thickness) if depth > 0)
    )


def above_reference(values: Floats, reference: Floats) -> Floats:
    """(k, m) non-dominated rows strictly above the reference, once each.

    Raises
    ------
    ScienceError
        Shapes differ, numbers are not finite, or m is not 1, 2 or 3.
    """
    corner = np.asarray(reference, dtype=float)
    if corner.ndim != 1 or not 1 <= len(corner) <= 3 or not np.isfinite(corner).all():
        raise ScienceError(f"a reference point has one to three finite numbers, not {corner.tolist()}")
    table = _table(np.reshape(values, (-1, len(corner))) if np.size(values) == 0 else values)
    if table.shape[1] != len(corner):
        raise ScienceError(f"{table.shape[1]} objectives, but {len(corner)} in the reference point")
    above: Floats = table[(table > corner).all(axis=1)]
    if not len(above):
        return above
    front: Floats = np.unique(above[pareto_front(above)], axis=0)
    return front


def _area(gains: Floats) -> float:
    """Area between the origin and the staircase of positive rows (k, 2)."""
    ordered = gains[np.argsort(-gains[:, 0], kind="stable")]
    heights = np.maximum.accumulate(ordered[:, 1])
    steps = np.diff(heights, prepend=0.0)
    return float(ordered[:, 0] @ steps)


def _table(values: Floats) -> Floats:
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise ScienceError(f"objectives are a table of finite numbers, not of shape {table.shape}")
    return table
