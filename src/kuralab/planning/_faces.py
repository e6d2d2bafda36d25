"""Compositions of few components: the faces of the simplex on which they lie, each a convex body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.planning._polytope import (
    BoundingSimplex,
    EmptyError,
    Floats,
    Halfspaces,
    Polytope,
    TooManyVerticesError,
    halfspaces,
    vertices,
)

_MOST_FACES: Final = 20_000


@final
@dataclass(frozen=True)
class Box:
    """Least and greatest fraction of each component, and linear limits: normals x <= bounds."""

    low: Floats
    high: Floats
    normals: Floats
    bounds: Floats

    def on(self, present: NDArray[np.int64]) -> Box:
        """The same limits for some of the components, the others being zero."""
        return Box(self.low[present], self.high[present], self.normals[:, present], self.bounds)

    @property
    def halfspaces(self) -> Halfspaces:
        return halfspaces(self.low, self.high, self.normals, self.bounds)


@final
@dataclass(frozen=True)
class Face:
    """What lies between the limits where only some components are present."""

    present: NDArray[np.int64]
    body: Polytope | BoundingSimplex


def faces(box: Box, sizes: tuple[int, ...]) -> list[Face]:
    """Every face that has so many components and is not empty.

    Faces with the same limits have the same body, which is cut once.

    Raises
    ------
    InputError
        There are too many faces.
    """
    bodies: dict[bytes, Polytope | BoundingSimplex | None] = {}
    found = []
    for present in supports(box, sizes):
        part = box.on(present)
        key = b"".join(values.tobytes() for values in (part.low, part.high, part.normals))
        if key not in bodies:
            bodies[key] = body_of(part)
        if (body := bodies[key]) is not None:
            found.append(Face(present, body))
    return found


def supports(box: Box, sizes: tuple[int, ...]) -> Iterator[NDArray[np.int64]]:
    """Which components may be present: every choice of so many that leaves out none that must be there.

    Raises
    ------
    InputError
        There are too many.
    """
    m = len(box.low)
    if sum(comb(m, size) for size in sizes) > _MOST_FACES:
        raise InputError(
            f"{m} components of which up to {max(sizes)} are present make too many combinations",
            hint="Allow fewer components, or give a step.",
        )
    needed = set(np.flatnonzero(box.low > 0).tolist())
    for size in sizes:
        for chosen in combinations(range(len(box.low)), size):
            if needed <= set(chosen):
                yield np.array(chosen)


def body_of(box: Box) -> Polytope | BoundingSimplex | None:
    """What lies between the limits; None where nothing does."""
    try:
        return Polytope(vertices(box.halfspaces))
    except EmptyError:
        return None
    except TooManyVerticesError:
        return BoundingSimplex(box.low, box.high)


@final
class Union:
    """Uniform points over several faces: a face by its share of the volume, then a point of its body.

    parts: of faces with different numbers of components, volumes are compared in lattice cells, whose
    side is 1 / parts.
    """

    def __init__(self, members: list[Face], components: int, parts: int = 1) -> None:
        self.members = members
        self._components = components
        # On n components a volume is sqrt(n) times what it is in n - 1 of the coordinates.
        volumes = np.array(
            [
                face.body.volume / np.sqrt(len(face.present)) * float(parts) ** face.body.dimension
                for face in members
            ]
        )
        self._chances = np.cumsum(volumes) / volumes.sum()
        self.exact = all(isinstance(face.body, Polytope) for face in members)

    def draw(self, count: int, generator: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
        """(count, m) points and the number of the face of each; where a body is only bounded from
        outside, those beyond the limits are to be refused by the caller."""
        chosen = np.searchsorted(self._chances, generator.random(count), side="right")
        chosen = np.minimum(chosen, len(self.members) - 1)
        points = np.zeros((count, self._components))
        for number in np.unique(chosen):
            rows = np.flatnonzero(chosen == number)
            face = self.members[number]
            points[rows[:, None], face.present] = face.body.sample(len(rows), generator)
        return points, chosen
