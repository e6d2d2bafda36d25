"""Candidates that are rows of a table: what has been made, bought or computed, and nothing between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import InputError, unknown_name
from kuralab.model.space import Point
from kuralab.planning._candidates import Candidates, Floats
from kuralab.planning._columns import Column, NumericColumn, column
from kuralab.planning._identity import Identity, given

_SUM: Final = 0.02
_CHUNK: Final = 100_000


@final
class Pool:
    """Rows of a table as candidates.

    A point holds the label, where there is one, or else the inputs. Features are made chunk by chunk,
    so that a pool takes little more memory than its inputs; an input that is the same in all rows has
    none.

    rows: (n,) for each candidate the number of its first row; members: (rows of the table,) for each
    row the number of its candidate.

    Raises
    ------
    InputError
        No rows or inputs, an input that is missing or infinite, a label twice, the same inputs twice
        (unless ``merge``), or fractions of a mixture that do not have one sum.

    Examples
    --------
    >>> pool = Pool.from_arrays(["x", "y"], [[0, 5], [1, 6], [4, 7]], labels=["a", "b", "c"])
    >>> len(pool), pool.names, pool.encode([{"label": "b"}])
    (3, ('x', 'y'), array([[0.25, 0.5 ]]))
    """

    finite = True

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        label: str | None = None,
        labels: Sequence[str] | None = None,
        mixture: bool = False,
        merge: bool = False,
    ) -> None:
        if not columns:
            raise InputError("a pool needs at least one input", field="inputs")
        self._columns = columns
        self.names = tuple(name for column in columns for name in column.names)
        if not self.names:
            raise InputError("all rows have the same inputs", field="inputs", hint="Name others.")
        if mixture:
            self._check_sums()
            for one in columns:
                if isinstance(one, NumericColumn):
                    one.make_fraction()
        self._identity = Identity(columns, label=label, labels=labels, merge=merge)
        self.rows, self.members = self._identity.rows, self._identity.members

    @classmethod
    def from_rows(
        cls,
        rows: Sequence[Mapping[str, Any]],
        inputs: Sequence[str],
        *,
        label: str | None = None,
        formulas: Sequence[str] = (),
        mixture: bool = False,
        merge: bool = False,
    ) -> Self:
        """A pool of rows as a CSV reader gives them; formulas: the inputs that are formulas.

        mixture: the numeric inputs are fractions, or percent, of one whole; merge: rows with the same
        inputs are one candidate.
        """
        if not rows:
            raise InputError("the pool has no rows", field="pool")
        _check_names([*inputs, *([label] if label else [])], list(rows[0]))
        _check_formulas(formulas, inputs)
        columns = [
            column(name, [row.get(name) for row in rows], formulas=name in formulas) for name in inputs
        ]
        labels = None if label is None else [_cell(row.get(label)) for row in rows]
        return cls(columns, label=label, labels=labels, mixture=mixture, merge=merge)

    @classmethod
    def from_arrays(
        cls,
        names: Sequence[str],
        matrix: ArrayLike,
        labels: Sequence[str] | None = None,
        *,
        mixture: bool = False,
        merge: bool = False,
    ) -> Self:
        """A pool of an (n, d) matrix of numbers; points hold ``label`` where labels are given."""
        values = np.asarray(matrix)
        if values.dtype.kind not in "fiu":
            raise InputError("the inputs are not all numbers", field="inputs", hint="Use from_rows.")
        if values.ndim != 2 or values.shape[1] != len(names):
            raise InputError(
                f"{len(names)} names do not fit inputs of shape {values.shape}", field="inputs"
            )
        if not len(values):
            raise InputError("the pool has no rows", field="pool")
        columns: list[Column] = [NumericColumn(name, values[:, i]) for i, name in enumerate(names)]
        if labels is not None and len(labels) != len(values):
            raise InputError(f"{len(labels)} labels do not fit {len(values)} rows", field="labels")
        return cls(
            columns,
            label=None if labels is None else "label",
            labels=labels,
            mixture=mixture,
            merge=merge,
        )

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        inputs: Sequence[str],
        *,
        label: str | None = None,
        formulas: Sequence[str] = (),
        mixture: bool = False,
        merge: bool = False,
    ) -> Self:
        """A pool of a CSV file with a header; only the named columns are read."""
        from kuralab.planning._csv import read_columns

        _check_formulas(formulas, inputs)
        wanted = [*inputs, *([label] if label else [])]
        try:
            table = read_columns(Path(path), wanted, texts=[*formulas, *([label] if label else [])])
            columns = []
            labels = None if label is None else [_cell(text) for text in table.pop(label)]
            for name in inputs:
                columns.append(column(name, table.pop(name), formulas=name in formulas))
            return cls(columns, label=label, labels=labels, mixture=mixture, merge=merge)
        except InputError as error:
            raise error.located(file=str(path)) from None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.rows)

    def chunks(self, size: int) -> Iterator[Candidates]:
        """Every candidate in the order of the table, ``size`` at a time."""
        for start in range(0, len(self), size):
            yield self._candidates(self.rows[start : start + size])

    def sample(self, count: int, generator: np.random.Generator) -> Candidates:
        """Different candidates, drawn uniformly; at most all."""
        return self._candidates(generator.choice(self.rows, min(count, len(self)), replace=False))

    def near(
        self, point: Point, count: int, generator: np.random.Generator, *, width: float
    ) -> Candidates:
        """Other candidates around one; those within about ``width`` are preferred.

        Each has a key, -(distance / width)^2 / 2 plus a Gumbel number; the ``count`` greatest are taken,
        which draws without repetition with chances that fall off as a normal density.
        """
        centre = self._identity.row(point)
        origin = self._features(np.array([centre]))[0]
        keys = np.empty(len(self))
        for start in range(0, len(self), _CHUNK):
            rows = self.rows[start : start + _CHUNK]
            distance = ((self._features(rows) - origin) ** 2).sum(axis=1) / width**2
            keys[start : start + _CHUNK] = -distance / 2 + generator.gumbel(size=len(rows))
        keys[self.members[centre]] = -np.inf
        count = min(count, len(self) - 1)
        chosen = np.argpartition(-keys, count)[:count] if count else np.empty(0, dtype=np.int64)
        return self._candidates(self.rows[chosen[np.argsort(-keys[chosen])]])

    def encode(self, points: Sequence[Point]) -> Floats:
        """(n, d) features of points; without labels also of inputs that the pool does not hold."""
        if self._identity.labelled:
            rows = [self._identity.row(point) for point in points]
            return self._features(np.array(rows, dtype=np.int64))
        codes = [np.array([c.code(given(p, c.name)) for p in points]) for c in self._columns]
        parts = [column.of_code(code) for column, code in zip(self._columns, codes, strict=True)]
        return np.hstack(parts) if points else np.empty((0, len(self.names)))

    def key(self, point: Point) -> str:
        """The label, or else the inputs, of the candidate's first row."""
        return self._identity.key(self._identity.row(point))

    def check(self, point: Point) -> None:
        """Whether a point is of this pool; raises InputError where it is not."""
        self._identity.row(point)

    def _features(self, rows: NDArray[np.int64]) -> Floats:
        parts = [column.features(rows) for column in self._columns]
        return np.hstack(parts)

    def _candidates(self, rows: NDArray[np.int64]) -> Candidates:
        def point_of(number: int) -> Point:
            return self._identity.point(int(rows[number]))

        return Candidates(self._features(rows), point_of)

    def _check_sums(self) -> None:
        numeric = [c.codes for c in self._columns if c.numeric]
        total = np.zeros(len(self._columns[0].codes))
        for codes in numeric:
            total += codes
        whole = float(np.median(total))
        off = np.flatnonzero(np.abs(total - whole) > _SUM * abs(whole))
        if len(off) or whole <= 0:
            row = int(off[0]) if len(off) else 0
            raise InputError(
                f"the fractions do not have one sum: most sum to {whole:.6g}, "
                f"those of row {row + 1} to {total[row]:.6g}",
                field="inputs",
                hint="Name all components as inputs, or do not call them a mixture.",
            )


def _cell(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _check_names(wanted: Sequence[str], known: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            raise unknown_name(name, known, what="column")
        if list(wanted).count(name) > 1:
            raise InputError(f"column {name!r} is named twice", field="inputs")


def _check_formulas(formulas: Sequence[str], inputs: Sequence[str]) -> None:
    for name in formulas:
        if name not in inputs:
            raise unknown_name(name, inputs, what="input")
