"""The short list: the best candidates, none that is taken, none twice."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.model.space import Point
from kuralab.planning import Candidates, Pool
from kuralab.planning._supply import SHORT_LIST, Supply


def _first(candidates: Candidates) -> np.ndarray:
    return candidates.features[:, 0]


@pytest.mark.parametrize("size", [30, 2_000, 45_000])
def test_a_pools_best_are_listed_in_order_without_those_taken(size: int) -> None:
    table = np.random.default_rng(0).permutation(size).astype(float)[:, None]
    pool = Pool.from_arrays(["a"], table)
    points = [{"a": float(size - 1 - i)} for i in (0, 1, 5, 20)]
    taken = {pool.key(p): pool.encode([p])[0] for p in points}
    listed = Supply(pool).promising(taken, np.random.default_rng(1), [], score=_first)
    found = [size - 1 - int(listed.point_of(i)["a"]) for i in range(len(listed))]
    wanted = [i for i in range(size) if i not in (0, 1, 5, 20)]
    assert found == wanted[:SHORT_LIST]


class _Coarse:
    """An endless space that is drawn from with many repetitions: a on a grid, colour unseen by it."""

    names = ("a",)
    finite = False

    def _of(self, count: int, generator: np.random.Generator) -> Candidates:
        a, colour = generator.integers(0, 40, count), generator.integers(0, 2, count)
        points = [
            {"a": int(i), "colour": "red" if c else "blue"} for i, c in zip(a, colour, strict=True)
        ]
        return Candidates(a[:, None] / 40.0, points.__getitem__)

    def sample(self, count: int, generator: np.random.Generator) -> Candidates:
        return self._of(count, generator)

    def near(
        self, point: Point, count: int, generator: np.random.Generator, *, width: float
    ) -> Candidates:
        return self._of(count, generator)

    def key(self, point: Point) -> str:
        return f"{point['a']} {point['colour']}"


def test_different_candidates_with_equal_features_are_both_listed_once() -> None:
    taken = {"39 red": np.array([39 / 40.0]), "38 blue": np.array([38 / 40.0])}
    space = _Coarse()
    leaders = [{"a": 1, "colour": "red"}]
    listed = Supply(space).promising(taken, np.random.default_rng(1), leaders, score=_first)
    keys = [space.key(listed.point_of(i)) for i in range(len(listed))]
    assert len(keys) == len(set(keys)) > 60
    assert not set(keys) & set(taken)
    assert {"39 blue", "38 red"} == set(keys[:2])
