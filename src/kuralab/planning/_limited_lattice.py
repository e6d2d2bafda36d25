"""Whole numbers with a given sum under linear limits, counted, numbered and drawn without rejection.

As ``_lattice``, but what remains to be chosen depends also on the partial sum of each limit, so the
states are kept in a graph: a state is (rest, level, partial sums), an edge chooses the next number. A
limit that any continuation keeps is forgotten and one that none keeps ends the state; what then
differs only in forgotten sums is one state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._lattice import LARGEST, Whole
from kuralab.planning._linear import Linear

Ints = NDArray[np.int64]

_MOST_EDGES: Final = 4_000_000
_LARGEST_SUM: Final = 2**58
_KEPT: Final = -(2**62)
"""The partial sum of a limit that can no longer be broken."""


class TooManyStatesError(Exception):
    """The limits need more states than are worth counting."""


@dataclass(frozen=True)
class _Layer:
    """The choices for one component: edges in the order of states, then of numbers."""

    start: Ints
    number: Ints
    child: Ints


@final
class LimitedLattice:
    """All k with sum_i k_i = total, low_i <= k_i <= high_i, at most ``most`` above zero, that keep
    sum_i a_ji k_i <= b_j for every limit j (given for the fractions k / total).

    Raises
    ------
    TooManyStatesError
        The limits' sums take too many values.
    """

    def __init__(
        self,
        low: Sequence[int],
        high: Sequence[int],
        total: int,
        limits: Sequence[Linear],
        most: int | None = None,
    ) -> None:
        self._total = total
        self._most = len(low) if most is None else most
        coefficients, self._bounds = whole_limits(limits, total)
        # The components that matter most come first: limits are decided, and states join, earlier.
        scale = np.maximum(np.abs(coefficients).max(axis=1, keepdims=True), 1)
        self._order = np.argsort(-np.abs(coefficients / scale).max(axis=0), kind="stable")
        self._low = np.array(low)[self._order]
        self._high = np.minimum(high, total)[self._order]
        self._coefficients = coefficients[:, self._order]
        self._layers: list[_Layer] = []
        self._expand()
        self.dtype: type = (
            np.int64 if comb(total + len(low), len(low)) < LARGEST // _MOST_EDGES else object
        )
        self._running = self._count_back()
        self.count = int(self._running[0][-1]) if len(self._running[0]) else 0

    def unrank(self, ranks: Whole) -> Ints:
        """(n, m) the vectors of n ranks."""
        rank: Whole = np.array(ranks, dtype=self.dtype)
        state = np.zeros(len(rank), dtype=np.int64)
        found = np.zeros((len(rank), len(self._order)), dtype=np.int64)
        for component, layer, running in zip(self._order, self._layers, self._running, strict=True):
            before = np.concatenate([np.zeros(1, dtype=self.dtype), running])
            target = before[layer.start[state]] + rank
            edge = np.searchsorted(running, target, side="right")
            rank = target - before[edge]
            found[:, component] = layer.number[edge]
            state = layer.child[edge]
        return found

    def _expand(self) -> None:
        """From the first component on, all states that may still keep every limit."""
        rest = np.array([self._total])
        level = np.array([self._most])
        sums = np.zeros((1, len(self._bounds)), dtype=np.int64)
        edges = 0
        for i in range(len(self._low)):
            low_rest, high_rest = int(self._low[i + 1 :].sum()), int(self._high[i + 1 :].sum())
            least = np.maximum(self._low[i], rest - high_rest)
            greatest = np.where(level > 0, np.minimum(self._high[i], rest - low_rest), 0)
            width = np.maximum(greatest - least + 1, 0)
            edges += int(width.sum())
            if edges > _MOST_EDGES:
                raise TooManyStatesError
            parent = np.repeat(np.arange(len(rest)), width)
            number = np.arange(len(parent)) - np.repeat(np.cumsum(width) - width, width) + least[parent]
            rest = rest[parent] - number
            level = level[parent] - (number > 0)
            free = sums[parent] == _KEPT
            sums = np.where(free, _KEPT, sums[parent] + number[:, None] * self._coefficients[:, i])
            possible, sums = self._decided(i + 1, rest, sums)
            parent, number = parent[possible], number[possible]
            rest, level, sums = rest[possible], level[possible], sums[possible]
            # A level that the remaining components cannot use up is as good as any higher one.
            level = np.minimum(level, len(self._low) - i - 1)
            first, child = _distinct(rest, level, sums)
            start = np.searchsorted(parent, np.arange(len(width)))
            self._layers.append(_Layer(start, number, child))
            rest, level, sums = rest[first], level[first], sums[first]

    def _decided(self, i: int, rest: Ints, sums: Ints) -> tuple[NDArray[np.bool_], Ints]:
        """Which states may keep all limits, and the sums without those that are kept for certain."""
        possible = np.ones(len(rest), dtype=bool)
        sums = sums.copy()
        low, high = self._low[i:], self._high[i:]
        spare = np.clip(rest - low.sum(), 0, max(int((high - low).sum()), 0))
        for j, bound in enumerate(self._bounds):
            slopes = self._coefficients[j, i:]
            order = np.argsort(slopes)
            steps = np.repeat(slopes[order], (high - low)[order])
            cheapest = np.concatenate([[0], np.cumsum(steps)])
            dearest = np.concatenate([[0], np.cumsum(steps[::-1])])
            undecided = sums[:, j] != _KEPT
            base = sums[:, j] + int(slopes @ low)
            possible &= ~undecided | (base + cheapest[spare] <= bound)
            sums[undecided & (base + dearest[spare] <= bound), j] = _KEPT
        return possible, sums

    def _count_back(self) -> list[Whole]:
        """For each layer the running sums, over its edges, of the ways to go on."""
        running: list[Whole] = []
        ways: Whole = np.ones(1, dtype=np.int64).astype(self.dtype)
        for layer in reversed(self._layers):
            along = ways[layer.child]
            running.append(np.cumsum(along))
            before = np.concatenate([np.zeros(1, dtype=self.dtype), running[-1]])
            ends = np.append(layer.start[1:], len(along))
            ways = before[ends] - before[layer.start]
        return running[::-1]


def whole_limits(limits: Sequence[Linear], total: int) -> tuple[Ints, list[int]]:
    """Coefficients (j, m) and bounds in whole numbers: sum_i a_ji k_i <= b_j.

    What all components share is taken out of the coefficients, since their sum is known.

    Raises
    ------
    TooManyStatesError
        The coefficients have no common denominator of a usable size.
    """
    rows, bounds = [], []
    for limit in limits:
        common = max(limit.coefficients, key=limit.coefficients.count)
        shifted = [value - common for value in limit.coefficients]
        bound = (limit.bound - common) * total
        factor = lcm(*(value.denominator for value in shifted))
        scaled = bound * factor
        floor = scaled.numerator // scaled.denominator
        rows.append([int(value * factor) for value in shifted])
        bounds.append(floor - 1 if limit.strict and Fraction(floor) == scaled else floor)
        if max(map(abs, [*rows[-1], bounds[-1]])) * max(total, 1) > _LARGEST_SUM:
            raise TooManyStatesError
    return np.array(rows, dtype=np.int64).reshape(len(rows), -1), bounds


def _distinct(rest: Ints, level: Ints, sums: Ints) -> tuple[Ints, Ints]:
    """The rows that differ, by their first places, and for every row the number of its like."""
    columns: list[Any] = [level, *sums.T]
    key = rest
    for column in columns:
        values, codes = np.unique(column, return_inverse=True)
        if len(values) == 1:
            continue
        _, key = np.unique(key, return_inverse=True)
        key = key * len(values) + codes
    _, first, child = np.unique(key, return_index=True, return_inverse=True)
    return first, child
