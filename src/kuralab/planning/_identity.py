"""Which row of a pool a point means: by its label, or else by its inputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, did_you_mean
from kuralab.model.space import Point
from kuralab.planning._columns import Column

Ints = NDArray[np.int64]

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_SHIFT: Final = np.uint64(29)
_COMPARED: Final = 1000


@final
class Identity:
    """Rows that are candidates.

    rows: (n,) for each candidate the number of its first row; members: (rows of the table,) for each
    row the number of its candidate.

    Raises
    ------
    InputError
        A label is missing or there twice; the same inputs are there twice, unless ``merge``.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        label: str | None,
        labels: Sequence[str] | None,
        merge: bool,
    ) -> None:
        self._columns = columns
        self._label = label
        self._labels = labels
        self.rows, self.members = self._distinct(merge)
        self._places = self._of_labels()
        self._hashes: NDArray[np.uint64] | None = None

    @property
    def labelled(self) -> bool:
        return self._labels is not None

    def row(self, point: Point) -> int:
        """The first row of the candidate that a point means.

        Raises
        ------
        InputError
            The pool has no such row.
        """
        if self._places is not None:
            wanted = point.get(self._label or "")
            if not isinstance(wanted, str) or wanted not in self._places:
                known = list(self._places)[:_COMPARED]
                near = did_you_mean(wanted, known) if isinstance(wanted, str) else ""
                raise self._unknown(f"the pool has no {str(wanted)[:40]!r}", self._label, near)
            return int(self.rows[self.members[self._places[wanted]]])
        codes = [
            np.array([column.code(given(point, column.name))], dtype=column.codes.dtype)
            for column in self._columns
        ]
        if self._hashes is None:
            self._hashes = _row_hashes([column.codes[self.rows] for column in self._columns])
        for place in np.flatnonzero(self._hashes == _row_hashes(codes)[0]):
            row = int(self.rows[place])
            if all(c.codes[row] == code[0] for c, code in zip(self._columns, codes, strict=True)):
                return row
        raise self._unknown("the pool has no such row", None, "")

    def point(self, row: int) -> Point:
        """The label, or else the inputs, of a row."""
        if self._label is not None and self._labels is not None:
            return {self._label: self._labels[row]}
        return {column.name: column.value(row) for column in self._columns}

    def key(self, row: int) -> str:
        """The point of a row as text."""
        if self._labels is not None:
            return self._labels[row]
        return json.dumps([column.value(row) for column in self._columns], ensure_ascii=False)

    def _distinct(self, merge: bool) -> tuple[Ints, Ints]:
        """First row of every candidate, in the order of the table, and the candidate of every row."""
        codes = [column.codes for column in self._columns]
        _, first, like = np.unique(_row_hashes(codes), return_index=True, return_inverse=True)
        if any((column != column[first[like]]).any() for column in codes):
            # Different rows with one hash: rows are sorted after all.
            _, first, like = np.unique(
                np.column_stack(codes), axis=0, return_index=True, return_inverse=True
            )
        order = np.argsort(first, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        rows, members = first[order], place[like]
        if len(rows) < len(members) and not merge:
            again = int(np.flatnonzero(rows[members] != np.arange(len(members)))[0])
            earlier = int(rows[members[again]])
            raise InputError(
                f"{self._named(earlier)} and {self._named(again)} have the same inputs",
                field="pool",
                hint="Leave one out, add an input in which they differ, or merge them (merge=True).",
            )
        return rows, members

    def _named(self, row: int) -> str:
        return f"row {row + 1}" + (f" ({self._labels[row]})" if self._labels is not None else "")

    def _of_labels(self) -> dict[str, int] | None:
        if self._labels is None:
            return None
        places: dict[str, int] = {}
        for row, text in enumerate(self._labels):
            if not text:
                raise InputError(f"row {row + 1} has no label", field=self._label)
            if text in places:
                raise InputError(
                    f"rows {places[text] + 1} and {row + 1} are both called {text!r}",
                    field=self._label,
                    hint="Give every row a label of its own.",
                )
            places[text] = row
        return places

    def _unknown(self, message: str, field: str | None, near: str) -> InputError:
        return InputError(message, field=field, hint=f"{near}It has {len(self.rows)} candidates.")


def given(point: Point, name: str) -> object:
    """A point's value of an input.

    Raises
    ------
    InputError
        It has none.
    """
    if name not in point:
        raise InputError("it has no value", field=name, hint="Give every input one.")
    return point[name]


def _row_hashes(columns: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """(n,) 64 bits for each row of columns of numbers; rows with the same numbers have the same."""
    found = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        # Adding zero turns -0 into 0, which is the same number.
        bits = (column.astype(np.float64) + 0.0).view(np.uint64)
        found = (found ^ bits) * _MULTIPLIER
        found ^= found >> _SHIFT
    return found
