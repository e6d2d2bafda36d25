"""Numbers as text files write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eEdD][-+]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eEdD][-+]?\d+)?|[-+]?\d+,(?:[eEdD][-+]?\d+)?")
_MISSING = frozenset({"", "nan", "n/a", "na", "-", "--", "---"})
_INFINITE = frozenset({"inf", "+inf", "-inf", "infinity", "-infinity"})


class NotANumberError(Exception):
    """A text that is no number: its index, and what to say about it."""

    def __init__(self, index: int, text: str, reason: str, hint: str) -> None:
        super().__init__(text)
        self.index, self.text, self.reason, self.hint = index, text, reason, hint


def is_number(text: str) -> bool:
    """Whether a cell holds a number, a decimal comma allowed."""
    return NUMBER.fullmatch(text.replace("−", "-").strip()) is not None


def numbers_from_texts(texts: Sequence[str]) -> NDArray[np.float64]:
    """The numbers of one column, shape (n,); an empty cell is NaN.

    Decimal points and decimal commas are read, but not both in one column: then a comma may
    separate thousands.

    Raises
    ------
    NotANumberError
        At the first cell that is no number.
    """
    try:
        return np.array([_plain(text) for text in texts], dtype=np.float64)
    except ValueError:
        pass
    commas = [i for i, text in enumerate(texts) if "," in text]
    if commas and any("." in text for text in texts):
        raise NotANumberError(
            commas[0],
            texts[commas[0]],
            "the column has decimal points and commas",
            "Export without separators of thousands.",
        )
    values = np.empty(len(texts))
    for i, text in enumerate(texts):
        values[i] = _one(i, text)
    return values


def _plain(text: str) -> float:
    """The fast way for ordinary cells."""
    # Python also reads 1_000, which no instrument means.
    if "_" in text:
        raise ValueError
    return float(text)


def _one(index: int, text: str) -> float:
    cell = text.strip().replace("−", "-").strip('"')
    if cell.lower() in _MISSING:
        return np.nan
    if cell.lower() in _INFINITE:
        return float(cell)
    if _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    if not NUMBER.fullmatch(cell) or "," in cell:
        raise NotANumberError(index, text, "expected a number", "Correct or delete this row.")
    return float(cell.lower().replace("d", "e"))
