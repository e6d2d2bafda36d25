"""A table as found in a file: labels, numbers, and the line of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.formats._labels import Label
from kuralab.formats._numbers import NotANumberError, numbers_from_texts

if TYPE_CHECKING:
    from kuralab.formats._source import Source

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Field:
    """A column as found: its label and its numbers, before units and signs are settled."""

    label: Label
    values: Floats


@dataclass(frozen=True)
class Table:
    """Fields of equal length; ``places[i]`` is where row i stands, counted as ``place`` says."""

    fields: tuple[Field, ...]
    places: NDArray[np.int64]
    place: str = "line"


def column_numbers(source: Source, texts: Sequence[str], places: Sequence[int], *, field: str) -> Floats:
    """The numbers (n,) of one column; places: the line of each; field: the column's name in errors.

    Raises
    ------
    InputError
        A cell is no number.
    """
    try:
        return numbers_from_texts(texts)
    except NotANumberError as problem:
        raise source.error(
            f"{problem.reason}: {problem.text[:40]!r}",
            line=places[problem.index],
            field=field[:60],
            hint=problem.hint,
        ) from None


def table_from_rows(
    source: Source, labels: Sequence[Label], rows: Sequence[Sequence[str]], places: Sequence[int]
) -> Table:
    """Rows of texts as a table; a column without a known meaning is left out if it holds text.

    Raises
    ------
    InputError
        A row has another number of cells than the header, or text where a number belongs.
    """
    width = len(labels)
    for row, place in zip(rows, places, strict=True):
        if len(row) != width and (len(row) < width or any(row[width:])):
            names = ", ".join(label.text for label in labels)
            raise source.error(
                f"this row has {len(row)} cells, but {width} columns were announced ({names[:200]})",
                line=place,
                hint="Delete the row, or export again with a decimal point and tabs.",
            )
    fields = []
    for j, label in enumerate(labels):
        if not label.text:
            continue
        try:
            values = column_numbers(source, [row[j] for row in rows], places, field=label.text)
        except InputError:
            if label.meaning is None:
                continue
            raise
        fields.append(Field(label, values))
    return Table(tuple(fields), np.asarray(places, dtype=np.int64))
