"""Typed access to what people wrote in YAML: each wrong field becomes a problem at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kuralab.errors import InputError, UnitError, did_you_mean
from kuralab.formats._problems import Problems
from kuralab.formats._source import load_source
from kuralab.formats._yaml import Mapping, Node, Scalar, Sequence, parse_yaml
from kuralab.units import Quantity

_Choice = TypeVar("_Choice", bound=StrEnum)
_YES_AND_NO = {"yes": True, "no": False, "true": True, "false": False}


def open_yaml(path: Path, problems: Problems, *, what: str) -> Fields:
    """The outermost mapping of a file; ``what`` it is, such as ``a protocol``.

    Raises
    ------
    InputError
        The file cannot be read, is no YAML or no mapping.
    """
    return fields_of(text_of(path), problems, what=what)


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, with plain line ends.

    Raises
    ------
    InputError
        It cannot be read, or is no such text.
    """
    source = load_source(path, if_empty="Write it, or check the name.")
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.content.count(b"\n", 0, error.start) + 1
        raise source.error("this is no text in UTF-8", line=line, hint="Save it as UTF-8.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fields_of(text: str, problems: Problems, *, what: str) -> Fields:
    """The outermost mapping of a text.

    Raises
    ------
    InputError
        It is no YAML or no mapping.
    """
    node = parse_yaml(text, problems)
    if not isinstance(node, Mapping):
        problems.add(f"this is not {what}", hint="It has lines of the form 'key: value'.")
        raise problems.error()
    return Fields(node, problems)


class Fields:
    """The entries of a mapping, each of which is asked for once; what nobody asked for is unknown.

    ``within`` stands before the names of fields in messages, as in ``ball_mill.speed``.
    """

    def __init__(self, node: Mapping, problems: Problems, within: str = "") -> None:
        self.node = node
        self.problems = problems
        self._within = within
        self._asked: list[str] = []

    def problem(self, key: str | None, message: str, *, hint: str = "") -> None:
        """Note a problem of one field, or of the whole mapping."""
        line = self.node.line if key is None else self.node.lines.get(key, self.node.line)
        self.problems.add(message, line=line, field=self.named(key), hint=hint)

    def named(self, key: str | None) -> str | None:
        """A field as it is called in messages."""
        return ".".join(part for part in (self._within, key) if part) or None

    def line(self, key: str) -> int:
        """The line of a field."""
        return self.node.lines.get(key, self.node.line)

    def take(self, key: str) -> Node | None:
        """A field's node; None where there is none, or nothing in it."""
        self._asked.append(key)
        node = self.node.entries.get(key)
        return None if isinstance(node, Scalar) and node.value is None and not node.quoted else node

    def has(self, key: str) -> bool:
        """Whether the field stands there, even if nothing is in it."""
        return key in self.node.entries

    def text(self, key: str, *, required: bool = False) -> str:
        """A text as it stands in the file; empty where there is none."""
        node = self._scalar(key, "a text", required=required)
        return "" if node is None else node.text.strip()

    def truth(self, key: str) -> bool:
        """Yes or no; no where nothing is said."""
        node = self._scalar(key, "yes or no")
        if node is None:
            return False
        if node.text.lower() not in _YES_AND_NO:
            self.problem(key, f"{node.text!r} is neither yes nor no", hint="Write yes or no.")
        return _YES_AND_NO.get(node.text.lower(), False)

    def whole_number(self, key: str, *, default: int | None = None) -> int:
        """A whole number, one or more; without default it must be there."""
        node = self._scalar(key, "a whole number", required=default is None)
        if node is None:
            return default or 1
        if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < 1:
            self.problem(key, f"{node.text!r} is no whole number above zero")
            return 1
        return node.value

    def quantity(self, key: str, *, unit: str, required: bool = False) -> Quantity | None:
        """A quantity of one dimension, not negative."""
        node = self._scalar(key, f"a quantity, such as '1 {unit}'", required=required)
        if node is None:
            return None
        try:
            quantity = Quantity.parse(node.text, unit=unit)
        except UnitError as error:
            self.problem(key, str(error))
            return None
        if quantity.value < 0:
            self.problem(key, f"{quantity} is negative")
        return quantity

    def choice(self, key: str, kind: type[_Choice], *, required: bool = False) -> _Choice | None:
        """One of a closed list of words."""
        text = self.text(key, required=required)
        if not text:
            return None
        if text not in tuple(kind):
            self.problem(key, f"{text!r} is no {key}", hint=near_miss(text, kind))
            return None
        return kind(text)

    def mapping(self, key: str, *, required: bool = False, within: str = "") -> Fields:
        """The fields of a nested mapping; none where there is none."""
        node = self.take(key)
        if node is None and required:
            self._missing(key)
        if node is not None and not isinstance(node, Mapping):
            self.problem(
                key, "this is no mapping", hint="Write lines of the form 'key: value' below it."
            )
        found = node if isinstance(node, Mapping) else Mapping({}, {}, 0)
        # What is missing in it is missed where its name stands, not at its first entry.
        return Fields(replace(found, line=self.line(key)), self.problems, within)

    def nested(self) -> Iterator[tuple[str, Fields]]:
        """All entries, each of which must be a mapping itself, by its name."""
        for key in self.node.entries:
            yield key, self.mapping(key, within=key)

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """The items of a list; a single value is a list of one."""
        node = self.take(key)
        if node is None:
            if required:
                self._missing(key)
            return ()
        return node.items if isinstance(node, Sequence) else (node,)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        found = []
        for node in self.items(key):
            if isinstance(node, Scalar) and node.text.strip():
                found.append(node.text.strip())
            else:
                self.problem(key, "each item must be a text", hint="Write [first, second].")
        return tuple(found)

    def finish(self, also: Iterable[str] = ()) -> None:
        """Note all fields that nobody asked for."""
        known = [*dict.fromkeys(self._asked), *also]
        for key in self.node.entries:
            if key not in self._asked:
                self.problem(key, "there is no such field here", hint=near_miss(key, known))

    def _scalar(self, key: str, what: str, *, required: bool = False) -> Scalar | None:
        node = self.take(key)
        if node is None:
            if required:
                self._missing(key)
            return None
        if not isinstance(node, Scalar):
            self.problem(key, f"this must be {what}")
            return None
        return node

    def _missing(self, key: str) -> None:
        if self.has(key):
            self.problem(key, "nothing is given")
        else:
            self.problem(None, f"{key!r} is missing")


def near_miss(key: str, known: Iterable[str]) -> str:
    """A hint for an unknown name."""
    names = list(dict.fromkeys(known))
    return f"{did_you_mean(key, names)}Known are {', '.join(names) or 'none'}."


def scalar_text(node: Node) -> str | None:
    """The text of a scalar, None for anything else."""
    return node.text.strip() if isinstance(node, Scalar) else None


def as_input_error(error: Exception) -> InputError:
    """Any of our errors as one that has a message and a hint."""
    return error if isinstance(error, InputError) else InputError(str(error))
