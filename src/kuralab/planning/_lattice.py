"""Whole numbers with a given sum, between limits: counted, numbered and drawn without rejection.

A composition with a step is such a vector k: k_i = x_i / step, sum_i k_i = 1 / step. Every one has a
rank from 0 to count - 1, in the order of k_1, then k_2, and so on (where k = 0 comes first). Drawing
a rank uniformly draws a composition exactly uniformly; going through the ranks lists them all.

The counts are exact: 64-bit integers where they suffice, Python's otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[Any]
"""Whole numbers: of type int64, or Python's as objects."""

LARGEST: Final = 2**62
"""Above it counts are Python's integers."""


def draw_ranks(count: int, size: int, generator: np.random.Generator) -> Whole:
    """(size,) whole numbers uniform from 0 to count - 1, each drawn independently."""
    if count <= LARGEST:
        return generator.integers(0, count, size=size)
    length = (count.bit_length() + 7) // 8
    excess = 8 * length - count.bit_length()
    found: list[int] = []
    while len(found) < size:
        number = int.from_bytes(generator.bytes(length), "big") >> excess
        if number < count:
            found.append(number)
    return np.array(found, dtype=object)


@final
class Lattice:
    """All k with sum_i k_i = total, low_i <= k_i <= high_i, and at most ``most`` of them above zero.

    By dynamic programming from the last component to the first, where C_i(u, r) counts the ways in
    which the components from i on sum to r with at most u above zero:

        C_i(u, r) = [low_i = 0] C_{i+1}(u, r) + sum_{k = max(low_i, 1)}^{high_i} C_{i+1}(u - 1, r - k)

    The sums over k are differences of running sums P, in which a rank finds its k by bisection.
    """

    def __init__(
        self, low: Sequence[int], high: Sequence[int], total: int, most: int | None = None
    ) -> None:
        self.low = np.array(low)
        self.high = np.minimum(high, total)
        self.total = total
        # Without a limit there is one level, which a component above zero does not use up.
        self._levels = len(low) if most is None or most >= len(low) else most
        self._used = 0 if self._levels == len(low) else 1
        self.dtype: type = np.int64 if math.comb(total + len(low), len(low)) < LARGEST else object
        self._running = self._tables()
        self.count = int(self._count_at(0, self._levels)[total])

    def _tables(self) -> list[dict[int, Whole]]:
        """For each component and level the running sums P_i(u, r) = sum_{t <= r} C_i(u, t)."""
        levels = range(self._levels + 1) if self._used else (self._levels,)
        ones: Whole = np.ones(self.total + 1, dtype=np.int64).astype(self.dtype)
        tables = [dict.fromkeys(levels, ones)]
        for low, high in zip(self.low[::-1], self.high[::-1], strict=True):
            tables.append(
                {u: np.cumsum(self._counts(tables[-1], u, int(low), int(high))) for u in levels}
            )
        return tables[::-1]

    def _counts(self, rest: dict[int, Whole], u: int, low: int, high: int) -> Whole:
        found = np.diff(rest[u], prepend=rest[u][:1] * 0) if low == 0 else np.zeros_like(rest[u])
        running = rest.get(u - self._used)
        least = max(low, 1)
        if running is not None and high >= least:
            padded = np.concatenate([running[:1] * 0, running])
            sums = np.arange(least, self.total + 1)
            within = padded[sums - least + 1] - padded[np.maximum(sums - high, 0)]
            found[least:] = found[least:] + within
        return found

    def _count_at(self, component: int, level: int) -> Whole:
        running = self._running[component][level]
        return np.diff(running, prepend=running[:1] * 0)

    def unrank(self, ranks: Whole) -> NDArray[np.int64]:
        """(n, m) the vectors of n ranks."""
        rank: Whole = np.array(ranks, dtype=self.dtype)
        rest = np.full(len(rank), self.total)
        level = np.full(len(rank), self._levels)
        found = np.zeros((len(rank), len(self.low)), dtype=np.int64)
        for i, low in enumerate(self.low):
            for u in np.unique(level):
                rows = np.flatnonzero(level == u)
                if low == 0:
                    absent = self._count_at(i + 1, int(u))[rest[rows]]
                    rank_here = rank[rows]
                    present = rank_here >= absent
                    rows = rows[present]
                    rank[rows] = (rank_here - absent)[present]
                if len(rows) == 0:
                    continue
                running = self._running[i + 1][int(u) - self._used]
                target = running[rest[rows] - max(int(low), 1)] - rank[rows]
                # P at the new rest, less one, is the last that stays below the target.
                new_rest = np.searchsorted(running, target, side="left")
                rank[rows] = running[new_rest] - target
                found[rows, i] = rest[rows] - new_rest
                rest[rows] = new_rest
                level[rows] = u - self._used
        return found
