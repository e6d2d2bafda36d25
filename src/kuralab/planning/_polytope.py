"""Compositions between limits as a convex body: its vertices, its volume, uniform points of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOLERANCE: Final = 1e-9
"""Of a limit that is called kept, in fractions."""
_MOST_VERTICES: Final = 2500
_MOST_CORNERS: Final = {7: 80}
_MOST_DIMENSIONS: Final = 7


class TooManyVerticesError(Exception):
    """The body has more corners than are worth cutting into simplices."""


class EmptyError(Exception):
    """Nothing keeps all limits; the argument is the number of the first limit that leaves nothing."""


@final
@dataclass(frozen=True)
class Halfspaces:
    """sum_i x_i = 1 and normals x <= bounds, row by row."""

    normals: Floats
    bounds: Floats

    def keeps(self, points: Floats, *, tolerance: float = TOLERANCE) -> NDArray[np.bool_]:
        """(n,) which of (n, m) points with the right sum keep every limit."""
        sizes = np.maximum(np.abs(self.normals).max(axis=1, initial=0.0), 1.0)
        return np.asarray(
            (points @ self.normals.T <= self.bounds + tolerance * sizes).all(axis=1), dtype=bool
        )


def halfspaces(low: Floats, high: Floats, normals: Floats, bounds: Floats) -> Halfspaces:
    """Least and greatest fractions, then further limits, as one set of rows."""
    unit = np.eye(len(low))
    return Halfspaces(np.vstack([-unit, unit, normals]), np.concatenate([-low, high, bounds]))


def vertices(limits: Halfspaces) -> Floats:
    """(v, m) points whose convex hull is the body; its corners are among them.

    The simplex above the least fractions is cut by one limit after another; a cut keeps the corners
    inside and adds where it meets an edge. Edges are found by the limits that both ends touch, of
    which there must be at least m - 2. Where more limits meet in a corner than needed, that also finds
    pairs that are no edges: their points lie in the body and do no harm.

    Raises
    ------
    EmptyError
        Nothing keeps all limits.
    TooManyVerticesError
    """
    m = limits.normals.shape[1]
    low = -limits.bounds[:m]
    spare = 1.0 - low.sum()
    if spare < -TOLERANCE:
        raise EmptyError(0)
    found = low + max(spare, 0.0) * np.eye(m)
    for number in range(m, len(limits.bounds)):
        normal, bound = limits.normals[number], limits.bounds[number]
        distance = (found @ normal - bound) / max(np.abs(normal).max(), 1e-300)
        inside, outside = distance < -TOLERANCE / 100, distance > TOLERANCE / 100
        if not outside.any():
            continue
        if outside.all():
            raise EmptyError(number)
        touches = np.abs(found @ limits.normals[:number].T - limits.bounds[:number]) < TOLERANCE / 10
        shared = touches[inside].astype(float) @ touches[outside].astype(float).T
        one, other = np.nonzero(shared >= m - 2)
        a, b = found[inside][one], found[outside][other]
        part = (distance[inside][one] / (distance[inside][one] - distance[outside][other]))[:, None]
        found = _without_repeats(np.vstack([found[~outside], a + part * (b - a)]))
        if len(found) > _MOST_VERTICES:
            raise TooManyVerticesError
    return _without_repeats(found)


def _without_repeats(points: Floats) -> Floats:
    _, first = np.unique(np.round(points / (TOLERANCE / 10)).astype(np.int64), axis=0, return_index=True)
    return points[np.sort(first)]


@final
class Polytope:
    """The convex hull of vertices, of any dimension, cut into simplices.

    dimension: of the smallest flat that holds it, along ``axes`` (dimension, m); volume: within that
    flat (of a single point 1).

    Raises
    ------
    TooManyVerticesError
        Cutting it would take too long.
    """

    def __init__(self, corners: Floats) -> None:
        centre = corners.mean(axis=0)
        _, sizes, axes = np.linalg.svd(corners - centre, full_matrices=False)
        self.dimension = int((sizes > 10 * TOLERANCE).sum())
        most = _MOST_CORNERS.get(
            self.dimension, _MOST_VERTICES if self.dimension < _MOST_DIMENSIONS else 0
        )
        if len(corners) > max(most, self.dimension + 1):
            raise TooManyVerticesError
        self.axes = axes[: self.dimension]
        # All directions get the same width, which Delaunay's predicates need in a narrow window.
        widths = sizes[: self.dimension] / np.sqrt(len(corners))
        flat = (corners - centre) @ self.axes.T / widths
        cells = _simplices(flat, self.dimension)
        edges = flat[cells[:, 1:]] - flat[cells[:, :1]]
        sizes_of_cells = np.abs(np.linalg.det(edges)) if self.dimension else np.ones(1)
        self.volume = float(sizes_of_cells.sum() * np.prod(widths) / factorial(self.dimension))
        self._cells = corners[cells]
        self._chances = np.cumsum(sizes_of_cells) / sizes_of_cells.sum()

    def sample(self, count: int, generator: np.random.Generator) -> Floats:
        """(count, m) uniform points: a simplex by its volume, then flat Dirichlet weights."""
        cells = np.searchsorted(self._chances, generator.random(count), side="right")
        weights = generator.standard_exponential((count, self.dimension + 1))
        weights /= weights.sum(axis=1, keepdims=True)
        points: Floats = np.einsum(
            "nv,nvm->nm", weights, self._cells[np.minimum(cells, len(self._cells) - 1)]
        )
        return points


def _simplices(points: Floats, dimension: int) -> NDArray[np.int64]:
    """(c, dimension + 1) numbers of the points that are the corners of each simplex."""
    if len(points) == dimension + 1:
        return np.arange(dimension + 1)[None, :]
    if dimension == 0:
        return np.zeros((1, 1), dtype=np.int64)
    if dimension == 1:
        return np.array([[points[:, 0].argmin(), points[:, 0].argmax()]])
    from scipy.spatial import Delaunay

    return np.asarray(Delaunay(points).simplices, dtype=np.int64)


@final
class BoundingSimplex:
    """The smaller of two simplices around the box: above all least, or below all greatest fractions.

    Uniform in it: low + (1 - sum low) w, or high - (sum high - 1) w, where w is flat Dirichlet.
    """

    def __init__(self, low: Floats, high: Floats) -> None:
        above, below = 1.0 - low.sum(), high.sum() - 1.0
        self.dimension = len(low) - 1
        self._corner, self._size = (low, above) if above <= below else (high, -below)
        self.volume = float(
            abs(self._size) ** self.dimension * np.sqrt(len(low)) / factorial(self.dimension)
        )

    def sample(self, count: int, generator: np.random.Generator) -> Floats:
        """(count, m) uniform points, of which those outside the limits are to be refused."""
        weights = generator.standard_exponential((count, self.dimension + 1))
        points: Floats = self._corner + self._size * weights / weights.sum(axis=1, keepdims=True)
        return points


def widest(limits: Halfspaces) -> tuple[Floats, Floats]:
    """Least and greatest value of every fraction in the body, by linear programming.

    Raises
    ------
    EmptyError
        Nothing keeps all limits.
    """
    from scipy.optimize import linprog

    m = limits.normals.shape[1]
    ends: Sequence[Floats] = (np.empty(m), np.empty(m))
    for i in range(m):
        for end, sign in zip(ends, (1.0, -1.0), strict=True):
            goal = np.zeros(m)
            goal[i] = sign
            done = linprog(
                goal, limits.normals, limits.bounds, np.ones((1, m)), [1.0], bounds=(None, None)
            )
            if not done.success or done.fun is None:
                raise EmptyError(len(limits.bounds) - 1)
            end[i] = sign * float(done.fun)
    return ends[0], ends[1]
