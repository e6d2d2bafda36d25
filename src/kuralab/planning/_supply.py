"""Where candidates come from: all of a pool, kept or streamed, or a sample of an infinite space."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from kuralab.model.space import Point
from kuralab.planning._candidates import Candidates, CandidateSpace

Floats = NDArray[np.float64]

CHUNK: Final = 20_000
"""Candidates that are looked at together, and as many as are kept in memory."""
SHORT_LIST: Final = 400
_SAMPLED: Final = 2_000
_NEAR: Final = 80
_WIDTHS: Final = (0.02, 0.08, 0.2)
_ALIKE: Final = 1e-6
"""Distance in features below which two candidates may be the same."""


@final
class Supply:
    """Candidates of one space; those of a small finite one are made once."""

    def __init__(self, space: CandidateSpace) -> None:
        self._space = space
        self._kept: Candidates | None = None

    def sample(self, count: int, taken: Collection[str], generator: np.random.Generator) -> Candidates:
        """About ``count`` candidates at random, none of them taken; empty where none is left."""
        wanted = count + len(taken)
        drawn = self._space.sample(wanted, generator)
        rows = [i for i in range(len(drawn)) if self._space.key(drawn.point_of(i)) not in taken]
        return rows_of(drawn, rows[:count])

    def promising(
        self,
        taken: Mapping[str, Floats],
        generator: np.random.Generator,
        leaders: Sequence[Point],
        *,
        score: Callable[[Candidates], Floats],
    ) -> Candidates:
        """The short list: candidates with the highest scores, best first, none of them taken.

        taken: features (d,) by key.
        """
        best: list[tuple[Candidates, Floats]] = []
        length = SHORT_LIST + len(taken)
        for candidates in self._chunks(generator, leaders):
            scores = score(candidates)
            if len(scores) <= length:
                best.append((candidates, scores))
                continue
            top = np.argpartition(-scores, length)[:length]
            best.append((rows_of(candidates, top), scores[top]))
        if not best:
            return Candidates(np.empty((0, len(self._space.names))), _nowhere)
        joined, scores = joined_of([c for c, _ in best]), np.concatenate([s for _, s in best])
        order = np.argsort(-scores, kind="stable")
        return rows_of(joined, self._new(joined, order, taken))

    def _new(
        self, candidates: Candidates, order: NDArray[np.intp], taken: Mapping[str, Floats]
    ) -> list[int]:
        """The first rows in this order that are neither taken nor the same as one before.

        Making points and their keys is slow, and only candidates with equal features can be the same.
        """
        x = candidates.features[order]
        alike = np.zeros(len(order), dtype=bool)
        if taken:
            alike = cdist(x, np.array(list(taken.values()))).min(axis=1) < _ALIKE
        if not self._space.finite:
            alike |= _is_near_another(x)
        seen = set(taken)
        rows: list[int] = []
        for row, doubtful in zip(order.tolist(), alike.tolist(), strict=True):
            if doubtful:
                key = self._space.key(candidates.point_of(row))
                if key in seen:
                    continue
                seen.add(key)
            rows.append(row)
            if len(rows) == SHORT_LIST:
                break
        return rows

    def _chunks(self, generator: np.random.Generator, leaders: Sequence[Point]) -> Iterator[Candidates]:
        if not self._space.finite:
            yield self._space.sample(_SAMPLED, generator)
            for leader in leaders:
                for width in _WIDTHS:
                    yield self._space.near(leader, _NEAR, generator, width=width)
            return
        if self._kept is not None:
            yield self._kept
            return
        chunks = self._space.chunks(CHUNK)
        first = next(chunks, None)
        if first is None:
            return
        second = next(chunks, None)
        if second is None:
            self._kept = first
            yield first
            return
        yield first
        yield second
        yield from chunks


def _is_near_another(x: Floats) -> NDArray[np.bool_]:
    """(n,) which rows have another one closer than two of different candidates are."""
    near = np.zeros(len(x), dtype=bool)
    pairs = cKDTree(x).query_pairs(_ALIKE, output_type="ndarray")
    near[pairs.ravel()] = True
    return near


def rows_of(candidates: Candidates, rows: Sequence[int] | NDArray[np.intp]) -> Candidates:
    """Some of the candidates, in this order."""
    chosen = np.asarray(rows, dtype=np.intp)
    return Candidates(candidates.features[chosen], lambda i: candidates.point_of(int(chosen[i])))


def joined_of(parts: Sequence[Candidates]) -> Candidates:
    """All of them, one after the other."""
    ends = np.cumsum([len(part) for part in parts])

    def point_of(row: int) -> Point:
        part = int(np.searchsorted(ends, row, side="right"))
        return parts[part].point_of(row - (int(ends[part - 1]) if part else 0))

    return Candidates(np.vstack([part.features for part in parts]), point_of)


def _nowhere(row: int) -> Point:
    raise IndexError(row)
