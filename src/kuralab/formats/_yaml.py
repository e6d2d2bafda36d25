"""YAML that people write, read strictly; every key and value knows its line.

YAML 1.2 without what surprises: no anchors, aliases, tags, merges or tabs, no second document. A
plain ``1e-3`` is a number; ``no`` and ``1:30`` are text; only ``true`` and ``false`` are truth values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from kuralab.errors import InputError
from kuralab.formats._problems import Problems

LARGEST: Final = 256 * 1024
DEEPEST: Final = 20
LONGEST_TEXT: Final = 2000
_LONGEST_NUMBER: Final = 40
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_TRUTH: Final = {"true": True, "false": False}
_NOTHING: Final = ("", "~", "null")
_IN_QUOTES: Final = "Put a text that has ': ', '#' or one of { } [ ] , & * ! | > ' \" % @ ` in quotes."

Plain = str | int | float | bool | None


@dataclass(frozen=True)
class Scalar:
    """One value. ``text`` is what stands in the file; ``quoted`` says that it is meant as text."""

    value: Plain
    text: str
    line: int
    quoted: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Mapping:
    """Keys and values in their order; the lines are those of the keys."""

    entries: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Sequence | Mapping


def parse_yaml(text: str, problems: Problems) -> Node:
    """The document of a text; duplicate keys become problems, the first one counts.

    Raises
    ------
    InputError
        Not YAML, or more of it than people need; lists all problems found so far.
    """
    if len(text) > LARGEST:
        problems.add(f"{len(text):,} characters are too many for such a file (at most {LARGEST:,})")
        raise problems.error()
    _refuse_tabs(text, problems)
    try:
        return _Builder(problems).document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(
            f"not readable as YAML: {error.problem or error.context}",
            line=None if mark is None else mark.line + 1,
            hint=_IN_QUOTES,
        )
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.add("a character that does not belong in a text file", line=line, hint="Delete it.")
    raise problems.error()


def plain_value(text: str) -> Plain:
    """What an unquoted text means."""
    if text.lower() in _NOTHING:
        return None
    if text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if len(text) <= _LONGEST_NUMBER:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
            return number
    return text


def _refuse_tabs(text: str, problems: Problems) -> None:
    lines = [i for i, line in enumerate(text.split("\n"), start=1) if "\t" in line]
    if lines:
        more = f" (and in {len(lines) - 1} more lines)" if len(lines) > 1 else ""
        problems.add(
            f"there is a tab{more}", line=lines[0], hint="Indent with blanks, two for each level."
        )
        raise problems.error()


class _Builder:
    """From parser events to nodes, with a stack of its own, so that depth is ours to limit."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def document(self, events: Iterator[Any]) -> Node:
        found: Node | None = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                if found is not None:
                    raise self._refused("a second document", event, "Write one document in each file.")
                found = self._node(event, events, depth=0)
        return Scalar(None, "", 1) if found is None else found

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        line = event.start_mark.line + 1
        if depth > DEEPEST:
            raise self._refused(f"more than {DEEPEST} levels", event, "Nothing needs so many.")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            what = "an alias" if isinstance(event, yaml.AliasEvent) else "an anchor"
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise self._refused(
                f"{what} ({sign}{event.anchor}) is not accepted",
                event,
                "Write the content out, or put the text in quotes.",
            )
        if event.tag is not None:
            raise self._refused(f"a tag ({event.tag}) is not accepted", event, _IN_QUOTES)
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > LONGEST_TEXT:
                raise self._refused(f"a text of {len(event.value)} characters", event, "Shorten it.")
            quoted = event.style is not None
            value = event.value if quoted else plain_value(event.value)
            return Scalar(value, event.value, line, quoted)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._node(event, events, depth + 1))
            return Sequence(tuple(items), line)
        return self._mapping(line, events, depth)

    def _mapping(self, line: int, events: Iterator[Any], depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refused("a list or a mapping as a key", event, _IN_QUOTES)
            if key.text == "<<" and not key.quoted:
                raise self._refused("a merge (<<) is not accepted", event, "Write the content out.")
            value = self._node(next(events), events, depth + 1)
            if not key.text:
                raise self._refused("a key is empty", event, "Write a word before the colon.")
            if key.text in entries:
                self._problems.add(
                    f"appears twice; the first is in line {lines[key.text]}",
                    line=key.line,
                    field=key.text,
                    hint="Delete or rename one.",
                )
                continue
            entries[key.text] = value
            lines[key.text] = key.line
        return Mapping(entries, lines, line)

    def _refused(self, message: str, event: Any, hint: str) -> InputError:
        self._problems.add(message, line=event.start_mark.line + 1, hint=hint)
        return self._problems.error()
