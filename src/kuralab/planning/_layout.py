"""Candidates as columns of numbers, variable by variable, and back to points."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.model.space import Categorical, Continuous, Integer, Point, Setting, Variable
from kuralab.planning._axes import Axis, ChoiceAxis, IntegerAxis, NumberAxis
from kuralab.planning._candidates import Candidates, Floats
from kuralab.planning._conditions import conditions, in_order
from kuralab.planning._linear import Linear
from kuralab.planning._mixture_axis import MixtureAxis

_DIGITS: Final = 9
_SAME: Final = 1e-9
_MOVING: Final = 0.7

Values = list[Floats]
"""For each variable (n, w) numbers of n candidates; NaN where it does not exist."""
Columns = dict[str, NDArray[Any]]


@final
class Layout:
    """The variables of a space as axes, and the order in which they depend on one another.

    Raises
    ------
    InputError
        A condition with an unknown name, or limits of a mixture that contradict.
    """

    def __init__(self, variables: Sequence[Variable], further: Mapping[str, Sequence[Linear]]) -> None:
        self.axes = [_axis(variable, further.get(variable.name, ())) for variable in variables]
        self.conditions = conditions(variables)
        self.order = in_order(self.conditions, [axis.name for axis in self.axes])
        self.names = tuple(name for axis in self.axes for name in axis.names)

    def values(self, points: Sequence[Point]) -> Values:
        """Values of points, which need not be within the limits; raises InputError for no setting."""
        values = [np.full((len(points), axis.width), np.nan) for axis in self.axes]
        for row, point in enumerate(points):
            for value, axis in zip(values, self.axes, strict=True):
                if axis.name in point:
                    value[row] = axis.read(point[axis.name])
        return values

    def features(self, values: Values) -> Floats:
        """(n, d) features; where a variable does not exist, its neutral ones."""
        parts = []
        for axis, value in zip(self.axes, values, strict=True):
            there = ~np.isnan(value[:, 0])
            part = np.repeat(axis.absent[None, :], len(value), axis=0)
            part[there] = axis.features(value[there])
            parts.append(part)
        return np.hstack(parts)

    def columns(self, values: Values, wanted: Collection[str]) -> tuple[Columns, Columns]:
        """What constraints see of the wanted names, and where each of these exists."""
        columns: Columns = {}
        exists: Columns = {}
        for axis, value in zip(self.axes, values, strict=True):
            there = ~np.isnan(value[:, 0])
            if not isinstance(axis, MixtureAxis) and axis.name not in wanted:
                continue
            for name, column in axis.columns(np.where(there[:, None], value, 0.0)).items():
                if name in wanted:
                    columns[name], exists[name] = column, there
        return columns, exists

    def split(self, rows: Floats) -> Values:
        """Values out of (n, w) rows, the inverse of ``numpy.hstack``."""
        ends = np.cumsum([axis.width for axis in self.axes])
        return np.split(rows, ends[:-1], axis=1)

    def candidates(self, values: Values) -> Candidates:
        """Values as candidates."""

        def point_of(row: int) -> Point:
            return {
                axis.name: axis.setting(value[row])
                for axis, value in zip(self.axes, values, strict=True)
                if not np.isnan(value[row, 0])
            }

        return Candidates(self.features(values), point_of)

    def drawn(self, count: int, generator: np.random.Generator) -> Values:
        """Every variable uniform on its scale, given those on which it depends."""
        values = [np.full((count, axis.width), np.nan) for axis in self.axes]
        for number in self.order:
            condition = self.conditions[number]
            there = (
                np.ones(count, bool) if condition is None else condition.holds(values[condition.parent])
            )
            values[number][there] = self.axes[number].draw(int(there.sum()), generator)
        return values

    def moved(self, base: Values, count: int, width: float, generator: np.random.Generator) -> Values:
        """Values around one candidate: every second row differs in one variable, the others in several.

        width: typical distance in features. A variable that comes to exist is drawn.
        """
        exists = np.array([not np.isnan(value[0]) for value in base])
        mobility = np.where(exists, [axis.mobility for axis in self.axes], 0.0)
        moves = generator.random((count, len(base))) < _MOVING * mobility
        single = np.arange(count) % 2 == 0
        one = generator.choice(len(base), size=count, p=mobility / mobility.sum())
        single |= ~moves.any(axis=1)
        moves[single] = False
        moves[single, one[single]] = True
        widths = width / np.sqrt(moves.sum(axis=1))
        values = [np.repeat(value[None, :], count, axis=0) for value in base]
        for number in self.order:
            axis, condition = self.axes[number], self.conditions[number]
            rows = np.flatnonzero(moves[:, number])
            if len(rows):
                values[number][rows] = axis.move(base[number], widths[rows], generator)
            if condition is not None:
                there = condition.holds(values[condition.parent])
                values[number][~there] = np.nan
                new = np.flatnonzero(there & np.isnan(values[number][:, 0]))
                values[number][new] = axis.draw(len(new), generator)
        return values

    def key(self, values: Values) -> str:
        """The first candidate as text: existing variables in their order, nine significant digits."""
        parts = []
        for axis, value in zip(self.axes, values, strict=True):
            if not np.isnan(value[0, 0]):
                parts.append(f"{json.dumps(axis.name)}={_text(axis.setting(value[0]))}")
        return ";".join(parts)


def others(values: Values, base: Values) -> Floats:
    """Rows of values without repetition and without the base, in their order."""
    rows, origin = np.hstack(values), np.hstack(base)
    if len(rows) == 0:
        return rows
    scale = np.maximum(np.abs(origin), 1e-3)
    filled = np.nan_to_num(np.round(rows / np.where(np.isnan(scale), 1.0, scale), _DIGITS), nan=-1e300)
    start = np.nan_to_num(np.round(origin / np.where(np.isnan(scale), 1.0, scale), _DIGITS), nan=-1e300)
    _, first = np.unique(filled, axis=0, return_index=True)
    first = np.sort(first)
    return rows[first[~np.isclose(filled[first], start, rtol=_SAME, atol=_SAME).all(axis=1)]]


def _axis(variable: Variable, further: Sequence[Linear]) -> Axis:
    match variable:
        case Continuous():
            return NumberAxis(variable)
        case Integer():
            return IntegerAxis(variable)
        case Categorical():
            return ChoiceAxis(variable)
    return MixtureAxis(variable, further)


def _text(setting: Setting) -> str:
    if isinstance(setting, Mapping):
        parts = (
            f"{json.dumps(name)}:{x + 0.0:.{_DIGITS}g}"
            for name, x in setting.items()
            if round(x, _DIGITS)
        )
        return "{" + ",".join(parts) + "}"
    return (
        json.dumps(setting, ensure_ascii=False)
        if isinstance(setting, str)
        else f"{setting + 0.0:.{_DIGITS}g}"
    )
