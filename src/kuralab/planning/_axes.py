"""One variable of a space as columns of numbers: how it is drawn, counted, scaled, moved and read.

Values of n candidates are (n, w) floats: a number itself, the place of a choice among the choices, the
fractions of a mixture (w components). Features are (n, d), scaled so that the variable spans 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, did_you_mean
from kuralab.model.space import Categorical, Continuous, Integer, Setting

Floats = NDArray[np.float64]
_ROUNDING: Final = 1e-9
_FRACTION_POWER: Final = 0.7


def of_fraction(scaled: Floats) -> Floats:
    """Features of scaled fractions: the first percents of a component weigh more than the last ones.

    The power is between the fraction itself (1) and the metric in which binomial counts are alike
    (1/2, Hellinger); tuned on the pools of ``benchmarks/planner.py``.
    """
    features: Floats = np.maximum(scaled, 0.0) ** _FRACTION_POWER
    return features


class Axis(Protocol):
    """names: of the features; count: of different values, None if infinite; absent: (d,) the features
    where the variable does not exist; mobility: how readily it is changed when a candidate is varied."""

    name: str
    names: tuple[str, ...]
    count: int | None
    width: int
    absent: Floats
    mobility: float

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        """(count, w) values, independent and uniform."""

    def unrank(self, ranks: NDArray[Any]) -> Floats:
        """(n, w) the values of ranks 0 to count - 1."""

    def features(self, values: Floats) -> Floats:
        """(n, d) of (n, w) values."""

    def move(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        """(n, w) allowed values around one, at typical distances (n,) in features."""

    def columns(self, values: Floats) -> Mapping[str, NDArray[Any]]:
        """What a constraint sees: a name for each column."""

    def read(self, setting: Setting) -> Floats:
        """(w,) values of a setting, which need not be within the limits; raises InputError."""

    def problem(self, value: Floats) -> str | None:
        """Why a value is not allowed, or None."""

    def setting(self, value: Floats) -> Setting:
        """What a point holds."""


@final
class NumberAxis:
    """A real number, on a linear or logarithmic scale."""

    def __init__(self, variable: Continuous) -> None:
        self.name = variable.name
        self.names: tuple[str, ...] = (variable.name,)
        self.count: int | None = None
        self.width = 1
        self.absent = np.array([0.5])
        self.mobility = 1.0
        self._variable = variable
        self._log = variable.scale == "log"
        self._ends = tuple(math.log(x) if self._log else x for x in (variable.low, variable.high))

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        return self._from_scaled(generator.random((count, 1)))

    def unrank(self, ranks: NDArray[Any]) -> Floats:
        raise AssertionError("a real number has no ranks")

    def features(self, values: Floats) -> Floats:
        low, high = self._ends
        scaled: Floats = ((np.log(values) if self._log else values) - low) / (high - low)
        return scaled

    def move(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        moved = (
            self.features(value[None, :]) + (widths * generator.standard_normal(len(widths)))[:, None]
        )
        # What leaves the range is reflected, so that the ends are not preferred.
        moved = np.abs(np.mod(moved + 1.0, 2.0) - 1.0)
        return self._from_scaled(moved)

    def columns(self, values: Floats) -> Mapping[str, NDArray[Any]]:
        return {self.name: values[:, 0]}

    def read(self, setting: Setting) -> Floats:
        return np.array([number_of(self.name, setting)])

    def problem(self, value: Floats) -> str | None:
        low, high = self._variable.low, self._variable.high
        slack = _ROUNDING * max(abs(low), abs(high))
        if low - slack <= value[0] <= high + slack:
            return None
        return f"expected {low:g} to {high:g} {self._variable.unit}".strip() + f", got {value[0]:.9g}"

    def setting(self, value: Floats) -> Setting:
        return float(value[0])

    def _from_scaled(self, scaled: Floats) -> Floats:
        low, high = self._ends
        values = low + scaled * (high - low)
        return np.clip(np.exp(values) if self._log else values, self._variable.low, self._variable.high)


@final
class IntegerAxis:
    """A whole number."""

    def __init__(self, variable: Integer) -> None:
        self.name = variable.name
        self.names: tuple[str, ...] = (variable.name,)
        self.count: int | None = variable.high - variable.low + 1
        self.width = 1
        self.absent = np.array([0.5])
        self.mobility = 1.0
        self.variable = variable

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        ends = self.variable.low, self.variable.high
        values: Floats = generator.integers(*ends, size=(count, 1), endpoint=True).astype(np.float64)
        return values

    def unrank(self, ranks: NDArray[Any]) -> Floats:
        values: Floats = (self.variable.low + ranks).astype(np.float64)[:, None]
        return values

    def features(self, values: Floats) -> Floats:
        scaled: Floats = (values - self.variable.low) / (self.variable.high - self.variable.low)
        return scaled

    def move(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        low, high = self.variable.low, self.variable.high
        steps = np.maximum(
            1, np.rint(np.abs(generator.standard_normal(len(widths))) * widths * (high - low))
        )
        moved = value[0] + steps * generator.choice([-1, 1], size=len(widths))
        outside = (moved < low) | (moved > high)
        moved[outside] = 2 * value[0] - moved[outside]
        clipped: Floats = np.clip(moved, low, high)[:, None]
        return clipped

    def columns(self, values: Floats) -> Mapping[str, NDArray[Any]]:
        return {self.name: values[:, 0]}

    def read(self, setting: Setting) -> Floats:
        return np.array([number_of(self.name, setting)])

    def problem(self, value: Floats) -> str | None:
        low, high = self.variable.low, self.variable.high
        if low <= value[0] <= high and value[0] == round(value[0]):
            return None
        return f"expected a whole number from {low} to {high}, got {value[0]:.9g}"

    def setting(self, value: Floats) -> Setting:
        return round(float(value[0]))


@final
class ChoiceAxis:
    """One of several choices: its descriptors, each scaled to 0 to 1, or a column for each choice.

    Columns of choices hold 1/sqrt(2), so that any two choices are at distance 1, as the ends of a number
    are; of two choices one column of 0 and 1 is enough.

    Raises
    ------
    InputError
        A descriptor is not finite, or two choices have the same descriptors.
    """

    def __init__(self, variable: Categorical) -> None:
        self.name = variable.name
        self.count: int | None = len(variable.choices)
        self.width = 1
        self.mobility = 0.3
        self.variable = variable
        self.names, self._table = _described(variable) if variable.descriptors else _one_hot(variable)
        self.absent = self._table.mean(axis=0)

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        return generator.integers(0, len(self.variable.choices), size=(count, 1)).astype(np.float64)

    def unrank(self, ranks: NDArray[Any]) -> Floats:
        return ranks.astype(np.float64)[:, None]

    def features(self, values: Floats) -> Floats:
        found: Floats = self._table[values[:, 0].astype(np.int64)]
        return found

    def move(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        count = len(self.variable.choices)
        others: Floats = np.mod(value[0] + generator.integers(1, count, size=(len(widths), 1)), count)
        return others

    def columns(self, values: Floats) -> Mapping[str, NDArray[Any]]:
        return {self.name: np.array(self.variable.choices)[values[:, 0].astype(np.int64)]}

    def read(self, setting: Setting) -> Floats:
        choices = self.variable.choices
        if not isinstance(setting, str) or setting not in choices:
            near = did_you_mean(setting, choices) if isinstance(setting, str) else ""
            raise InputError(
                f"{setting!r} is no choice", field=self.name, hint=f"{near}Known: {', '.join(choices)}."
            )
        return np.array([float(choices.index(setting))])

    def problem(self, value: Floats) -> str | None:
        return None

    def setting(self, value: Floats) -> Setting:
        return self.variable.choices[int(value[0])]


def number_of(name: str, setting: object) -> float:
    """A finite number.

    Raises
    ------
    InputError
    """
    if isinstance(setting, bool) or not isinstance(setting, int | float) or not math.isfinite(setting):
        raise InputError(f"expected a number, got {str(setting)[:40]!r}", field=name)
    return float(setting)


def one_hot_names(name: str, choices: tuple[str, ...]) -> tuple[tuple[str, ...], Floats]:
    """Names (d,) and the table (choices, d) of features of a choice without descriptors."""
    if len(choices) == 2:
        return (f"{name}={choices[1]}",), np.array([[0.0], [1.0]])
    return tuple(f"{name}={choice}" for choice in choices), np.eye(len(choices)) / math.sqrt(2)


def _one_hot(variable: Categorical) -> tuple[tuple[str, ...], Floats]:
    return one_hot_names(variable.name, variable.choices)


def _described(variable: Categorical) -> tuple[tuple[str, ...], Floats]:
    columns = list(variable.descriptors[variable.choices[0]])
    table = np.array([[variable.descriptors[c][column] for column in columns] for c in variable.choices])
    if not np.isfinite(table).all():
        raise InputError("a descriptor is no finite number", field=variable.name)
    spans = np.ptp(table, axis=0)
    table = (table - table.min(axis=0)) / np.where(spans > 0, spans, 1.0)
    for i, choice in enumerate(variable.choices):
        for j, other in enumerate(variable.choices[:i]):
            if np.array_equal(table[i], table[j]):
                raise InputError(
                    f"{other!r} and {choice!r} have the same descriptors",
                    field=variable.name,
                    hint="Add a descriptor in which they differ.",
                )
    return tuple(f"{variable.name}.{column}" for column in columns), table
