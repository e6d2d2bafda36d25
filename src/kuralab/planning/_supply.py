"""Where candidates come from: all of a pool, kept or streamed, or a sample of an infinite space."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.model.space import Point
from kuralab.planning._candidates import Candidates, CandidateSpace

Floats = NDArray[np.float64]

CHUNK: Final = 20_000
"""Candidates that are looked at together, and as many as are kept in memory."""
SHORT_LIST: Final = 400
_SAMPLED: Final = 2_000
_NEAR: Final = 80
_WIDTHS: Final = (0.02, 0.08, 0.2)


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
        taken: Collection[str],
        generator: np.random.Generator,
        leaders: Sequence[Point],
        *,
        score: Callable[[Candidates], Floats],
    ) -> Candidates:
        """The short list: candidates with the highest scores, best first, none of them taken."""
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
        rows: list[int] = []
        seen = set(taken)
        for row in map(int, np.argsort(-scores, kind="stable")):
            key = self._space.key(joined.point_of(row))
            if key not in seen:
                seen.add(key)
                rows.append(row)
            if len(rows) == SHORT_LIST:
                break
        return rows_of(joined, rows)

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
