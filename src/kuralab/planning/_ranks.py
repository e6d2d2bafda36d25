"""Numbering the candidates of a finite space, conditions included: from a rank to its values.

The variables form trees, in which a variable hangs below the one on which it depends. The number of ways
to fill a tree is the sum over its top's values of the product over the trees below that exist there.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.planning._axes import Axis, Floats
from kuralab.planning._conditions import Condition
from kuralab.planning._lattice import LARGEST, Whole

_MOST_VALUES: Final = 1_000_000


@final
class Ranks:
    """count: of all candidates, each combination of existing variables once; constraints not counted.

    Raises
    ------
    InputError
        A condition depends on a whole number with too many values.
    """

    def __init__(self, axes: Sequence[Axis], found: Sequence[Condition | None]) -> None:
        self._axes = axes
        self._below: list[list[tuple[int, Condition]]] = [[] for _ in axes]
        for number, condition in enumerate(found):
            if condition is not None:
                self._below[condition.parent].append((number, condition))
        self._tops = [number for number, condition in enumerate(found) if condition is None]
        self._running: dict[int, list[int]] = {}
        self._totals = [0] * len(axes)
        for top in self._tops:
            self._count(top)
        self.count = prod(self._totals[top] for top in self._tops)
        self.dtype: type = np.int64 if self.count <= LARGEST else object

    def unrank(self, ranks: Whole) -> list[Floats]:
        """For each variable the (n, w) values of n ranks; NaN where it does not exist."""
        values = [np.full((len(ranks), axis.width), np.nan) for axis in self._axes]
        rest: Whole = np.array(ranks, dtype=self.dtype)
        for top in self._tops:
            # A count above 64 bits appears only where ranks are Python's integers.
            self._fill(values, top, np.arange(len(rest)), rest % self._totals[top])
            rest = rest // self._totals[top]
        return values

    def _fill(self, values: list[Floats], number: int, rows: NDArray[np.int64], rank: Whole) -> None:
        axis = self._axes[number]
        if number not in self._running:
            values[number][rows] = axis.unrank(rank)
            return
        running: Whole = np.array(self._running[number], dtype=self.dtype)
        place = np.searchsorted(running, rank, side="right") - 1
        rest = rank - running[place]
        values[number][rows] = axis.unrank(place)
        for child, condition in self._below[number]:
            there = condition.holds(values[number][rows])
            if there.any():
                self._fill(values, child, rows[there], rest[there] % self._totals[child])
                rest[there] = rest[there] // self._totals[child]

    def _count(self, number: int) -> None:
        axis = self._axes[number]
        assert axis.count is not None
        self._totals[number] = axis.count
        if not self._below[number]:
            return
        if axis.count > _MOST_VALUES:
            raise InputError(
                f"{axis.count} values are too many for others to depend on",
                field=axis.name,
                hint="Write a constraint, or give it fewer values.",
            )
        options: Any = axis.unrank(np.arange(axis.count))
        ways = np.ones(axis.count, dtype=object)
        for child, condition in self._below[number]:
            self._count(child)
            ways[condition.holds(options)] *= self._totals[child]
        self._running[number] = [0, *np.cumsum(ways)[:-1]]
        self._totals[number] = int(ways.sum())
