"""Candidates as numbers, and what a planner needs of a space."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kuralab.model.space import Point

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidates:
    """n candidates as model inputs; their points are made only for those that are asked for.

    features: (n, d), every column scaled so that the space spans 0 to 1; point_of: from a row's
    number to its point.
    """

    features: Floats
    point_of: Callable[[int], Point]

    def __len__(self) -> int:
        return len(self.features)


class CandidateSpace(Protocol):
    """What a planner asks of a space or a pool.

    names: of the feature columns; finite: whether ``chunks`` ends with every candidate seen once.
    """

    names: tuple[str, ...]
    finite: bool

    def chunks(self, size: int) -> Iterator[Candidates]:
        """Every candidate of a finite space, ``size`` at a time, never all in memory."""

    def sample(self, count: int, generator: np.random.Generator) -> Candidates:
        """Candidates drawn uniformly; of a finite space without repetition, at most all."""

    def near(
        self, point: Point, count: int, generator: np.random.Generator, *, width: float
    ) -> Candidates:
        """Allowed candidates around one, ``width`` is the typical distance in features."""

    def encode(self, points: Sequence[Point]) -> Floats:
        """(n, d) features of points."""

    def key(self, point: Point) -> str:
        """The same text for the same candidate, whatever wrote it."""

    def check(self, point: Point) -> None:
        """Raises InputError where a point is not of this space."""
