"""CIF files as blocks of tags and loops; tags in one spelling, each with its line.

Old names (``_cell_length_a``) and dotted ones (``_cell.length_a``) are the same tag here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kuralab.errors import InputError
from kuralab.formats._numbers import NUMBER
from kuralab.formats._source import Source

_PLACE: Final = re.compile(r"string:(\d+)(?::\d+\(\d+\))?:?\s*(.*)", re.S)
_ESD: Final = re.compile(r"(.+?)\(\d*\.?\d*\)$")
_NOTHING: Final = ("?", ".", "")
_LONGEST_NUMBER: Final = 60


@dataclass(frozen=True)
class Loop:
    """One loop: a column of texts for each tag, and the line where it begins."""

    columns: dict[str, list[str]]
    line: int

    @property
    def n_rows(self) -> int:
        """Length of every column."""
        return len(next(iter(self.columns.values()), []))

    def texts(self, tag: str) -> list[str]:
        """A column; texts that say nothing where there is none."""
        return self.columns.get(tag, [""] * self.n_rows)


@dataclass(frozen=True)
class Block:
    """One data block."""

    name: str
    pairs: dict[str, tuple[str, int]]
    loops: tuple[Loop, ...]
    source: Source

    def text(self, *tags: str) -> str:
        """The value of the first of these tags that says something; empty where none does."""
        for tag in tags:
            text = self.pairs.get(tag, ("", 0))[0]
            if text not in _NOTHING:
                return text
        for tag in tags:
            loop = self.loop(tag)
            if loop is not None and loop.n_rows == 1 and loop.columns[tag][0] not in _NOTHING:
                return loop.columns[tag][0]
        return ""

    def line(self, *tags: str) -> int | None:
        """Where the first of these tags stands."""
        for tag in tags:
            if tag in self.pairs:
                return self.pairs[tag][1]
            loop = self.loop(tag)
            if loop is not None:
                return loop.line
        return None

    def has(self, tag: str) -> bool:
        """Whether the tag stands there, even without a value."""
        return self.line(tag) is not None

    def loop(self, *tags: str) -> Loop | None:
        """The first loop that has all of these tags."""
        return next((loop for loop in self.loops if all(tag in loop.columns for tag in tags)), None)

    def number(self, *tags: str) -> float | None:
        """The number of the first of these tags that says something, without its uncertainty.

        Raises
        ------
        InputError
            It is no number.
        """
        text = self.text(*tags)
        if not text:
            return None
        value = number_from_cif(text)
        if value is None:
            where = next(tag for tag in tags if self.has(tag))
            raise self.error(f"{text[:40]!r} is no number", tag=where, hint="Correct the value.")
        return value

    def error(self, message: str, *, tag: str = "", hint: str = "", what: str = "") -> InputError:
        """An error at a tag of this block; ``what``: the row of a loop that is meant."""
        field = ", ".join(part for part in (tag, what) if part) or f"data_{self.name}"
        line = self.line(tag) if tag else None
        return self.source.error(message, line=line, field=field, hint=hint)


def number_from_cif(text: str) -> float | None:
    """The number of a CIF value, "8.4774(3)" being 8.4774; None when it is none.

    Examples
    --------
    >>> number_from_cif("8.4774(3)"), number_from_cif("1/4"), number_from_cif("O1")
    (8.4774, None, None)
    """
    text = text.strip()
    if len(text) > _LONGEST_NUMBER:
        return None
    esd = _ESD.fullmatch(text)
    bare = esd[1] if esd else text
    if "," in bare or not NUMBER.fullmatch(bare):
        return None
    value = float(bare.lower().replace("d", "e"))
    return value if abs(value) < 1e30 else None


def says_nothing(text: str) -> bool:
    """Whether a value is left open."""
    return text in _NOTHING


def cif_blocks(source: Source) -> tuple[Block, ...]:
    """The data blocks of a file.

    Raises
    ------
    InputError
        It is no CIF.
    """
    from gemmi import cif

    if source.text is None:
        raise source.error("this is no text, so no CIF", hint="Give the structure as a CIF.")
    try:
        document = cif.read_string("\n".join(source.lines))
        return tuple(_block(source, block) for block in document)
    # gemmi raises these two, and UnicodeDecodeError (a ValueError) on bytes it cannot return.
    except (ValueError, RuntimeError) as error:
        found = _PLACE.match(str(error))
        reason = (found[2] if found else str(error)).strip() or "not understood"
        raise source.error(
            f"this is not a readable CIF ({reason[:120]})",
            line=int(found[1]) if found else None,
            hint="A CIF begins with data_NAME, and each tag has a value.",
        ) from None


def _block(source: Source, block: object) -> Block:
    pairs: dict[str, tuple[str, int]] = {}
    loops: list[Loop] = []
    for item in block:  # type: ignore[attr-defined]
        if item.pair is not None:
            tag, value = item.pair
            pairs.setdefault(_one_spelling(tag), (_plain(value), int(item.line_number)))
        elif item.loop is not None:
            loops.append(_loop(item.loop.tags, item.loop.values, int(item.line_number)))
    return Block(block.name, pairs, tuple(loops), source)  # type: ignore[attr-defined]


def _loop(tags: Sequence[str], values: Sequence[str], line: int) -> Loop:
    width = len(tags)
    columns: dict[str, list[str]] = {}
    for j, tag in enumerate(tags):
        columns.setdefault(_one_spelling(tag), [_plain(value) for value in values[j::width]])
    return Loop(columns, line)


def _one_spelling(tag: str) -> str:
    return tag.lower().replace(".", "_")


def _plain(value: str) -> str:
    from gemmi import cif

    return str(cif.as_string(value)).strip()
