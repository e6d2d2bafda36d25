"""The input columns of a pool, and the features they become.

A numeric column is scaled to 0 to 1 over the pool, a text column becomes one column for each text, and a
column of formulas the stoichiometry-weighted properties of its elements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.planning._axes import of_fraction, one_hot_names
from kuralab.planning.elements import FEATURE_NAMES, feature_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_TEXTS: Final = 100
_MISSING: Final = "Give a value, or leave the row out."


class Column(Protocol):
    """One input: codes are one number for each row, the same for the same value."""

    name: str
    names: tuple[str, ...]
    numeric: bool
    codes: NDArray[Any]

    def features(self, rows: Ints | slice) -> Floats:
        """(n, d) features of some rows."""

    def of_code(self, codes: NDArray[Any]) -> Floats:
        """(n, d) features of codes."""

    def value(self, row: int) -> float | str:
        """What the table holds."""

    def code(self, value: object) -> float:
        """The code of a value; raises InputError for one that the column cannot have."""


@final
class NumericColumn:
    """Numbers, scaled to 0 to 1; a column that is the same everywhere has no features."""

    def __init__(self, name: str, values: NDArray[Any]) -> None:
        self.name = name
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            found = "is missing" if np.isnan(values[bad[0]]) else "is infinite"
            raise InputError(f"the input of row {bad[0] + 1} {found}", field=name, hint=_MISSING)
        self.numeric = True
        self.codes: NDArray[Any] = values if values.dtype.kind == "f" else values.astype(np.float64)
        self._low = float(values.min())
        self._span = float(values.max()) - self._low
        if not math.isfinite(self._span):
            raise InputError("the inputs are too large", field=name, hint="Give smaller numbers.")
        self.names: tuple[str, ...] = (name,) if self._span > 0 else ()
        self._fraction = False

    def make_fraction(self) -> None:
        """The numbers are fractions of a mixture, whose features are scaled as such."""
        self._fraction = True

    def features(self, rows: Ints | slice) -> Floats:
        return self.of_code(self.codes[rows])

    def of_code(self, codes: NDArray[Any]) -> Floats:
        if not self.names:
            return np.empty((len(codes), 0))
        scaled: Floats = (codes.astype(np.float64)[:, None] - self._low) / self._span
        return of_fraction(scaled) if self._fraction else scaled

    def value(self, row: int) -> float | str:
        return float(self.codes[row])

    def code(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InputError(f"expected a number, got {str(value)[:40]!r}", field=self.name)
        return float(self.codes.dtype.type(value))


@final
class TextColumn:
    """Texts by their places in a table of features, without its columns that are the same for all."""

    def __init__(
        self, name: str, texts: Sequence[str], codes: Ints, table: Floats, names: tuple[str, ...]
    ) -> None:
        self.name = name
        self.numeric = False
        self.codes: NDArray[Any] = codes
        self._texts = texts
        self._places = {text: place for place, text in enumerate(texts)}
        spans = np.ptp(table, axis=0)
        self._table = table[:, spans > 0]
        self.names = tuple(n for n, span in zip(names, spans, strict=True) if span > 0)

    def features(self, rows: Ints | slice) -> Floats:
        return self.of_code(self.codes[rows])

    def of_code(self, codes: NDArray[Any]) -> Floats:
        found: Floats = self._table[codes.astype(np.int64)]
        return found

    def value(self, row: int) -> float | str:
        return self._texts[int(self.codes[row])]

    def code(self, value: object) -> float:
        if not isinstance(value, str) or value not in self._places:
            raise InputError(f"the pool has no {str(value)[:40]!r}", field=self.name)
        return float(self._places[value])


@dataclass(frozen=True)
class _Texts:
    distinct: list[str]
    codes: Ints


def text_column(name: str, values: Sequence[Any] | NDArray[Any], *, formulas: bool) -> TextColumn:
    """A column of texts or formulas.

    Raises
    ------
    InputError
        An empty cell, too many different texts, or what is no formula.
    """
    found = _coded(name, values)
    if formulas:
        rows = []
        for number, text in enumerate(found.distinct):
            try:
                rows.append(feature_matrix([text])[0])
            except InputError as error:
                row = int((found.codes == number).argmax()) + 1
                raise InputError(f"row {row}: {error.message}", field=name, hint=error.hint) from None
        table = np.stack(rows)
        spans = np.ptp(table, axis=0)
        # What differs only by rounding is the same.
        same = spans <= 1e-9 * np.maximum(np.abs(table).max(axis=0), 1e-300)
        table = np.where(same, 0.0, (table - table.min(axis=0)) / np.where(same, 1.0, spans))
        return TextColumn(
            name, found.distinct, found.codes, table, tuple(f"{name}.{f}" for f in FEATURE_NAMES)
        )
    if len(found.distinct) > _MOST_TEXTS:
        raise InputError(
            f"{len(found.distinct)} different texts are too many for an input",
            field=name,
            hint="Read them as formulas, take them as the label, or give numbers instead.",
        )
    if len(found.distinct) == 1:
        return TextColumn(name, found.distinct, found.codes, np.zeros((1, 1)), (name,))
    names, table = one_hot_names(name, tuple(found.distinct))
    return TextColumn(name, found.distinct, found.codes, table, names)


def column(name: str, values: Sequence[Any] | NDArray[Any], *, formulas: bool = False) -> Column:
    """A column of the kind that its values are: numeric where most of them are numbers.

    Raises
    ------
    InputError
        A cell that is missing, infinite, or no number among numbers.
    """
    if formulas:
        return text_column(name, values, formulas=True)
    if isinstance(values, np.ndarray):
        return NumericColumn(name, values)
    numbers = [_number(value) for value in values]
    known = sum(number is not None for number in numbers)
    if 2 * known < len(numbers) or known == 0:
        return text_column(name, values, formulas=False)
    for row, (number, value) in enumerate(zip(numbers, values, strict=True), start=1):
        if number is None:
            shown = f"is {value!r}, no number" if str(value or "").strip() else "is missing"
            raise InputError(f"the input of row {row} {shown}", field=name, hint=_MISSING)
    return NumericColumn(name, np.array(numbers, dtype=np.float64))


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _coded(name: str, values: Sequence[Any] | NDArray[Any]) -> _Texts:
    places: dict[str, int] = {}
    codes = np.empty(len(values), dtype=np.int64)
    for row, value in enumerate(values):
        text = "" if value is None else str(value).strip()
        if not text:
            raise InputError(f"the input of row {row + 1} is missing", field=name, hint=_MISSING)
        codes[row] = places.setdefault(text, len(places))
    return _Texts(list(places), codes)
