"""The strict reader of YAML that people write."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.formats._problems import Problems
from kuralab.formats._yaml import Mapping, Node, Scalar, Sequence, parse_yaml


def _parse(text: str) -> Node:
    problems = Problems("file.yaml")
    node = parse_yaml(text, problems)
    problems.raise_if_any()
    return node


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("-2.5E+2", -250.0),
        (".5", 0.5),
        ("12", 12),
        ("007", 7),
        ("no", "no"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("2026-01-05", "2026-01-05"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 60, "9" * 60),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ('"no"', "no"),
        ("360 MPa", "360 MPa"),
    ],
)
def test_what_a_plain_text_means(text: str, value: object) -> None:
    found = _plain(_parse(f"key: {text}"))
    assert found == {"key": value}
    assert type(found["key"]) is type(value)  # type: ignore[index]


def test_every_key_and_value_knows_its_line() -> None:
    found = _parse("# a comment\nfirst: 1\nsecond:\n  - a\n  - {b: c,\n     d: e}\n")
    assert isinstance(found, Mapping)
    assert found.lines == {"first": 2, "second": 3}
    items = found.entries["second"]
    assert isinstance(items, Sequence)
    assert [item.line for item in items.items] == [4, 5]
    assert isinstance(items.items[1], Mapping)
    assert items.items[1].lines == {"b": 5, "d": 6}
    assert isinstance(items.items[0], Scalar)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "appears twice; the first is in line 1"),
        ("a:\n\tb: 1\n", 2, "a tab"),
        ("a: 1 # a\tcomment\n", 1, "a tab"),
        (BOMB, 1, "an anchor (&a)"),
        ("a: *b\n", 1, "an alias (*b)"),
        ("a:\n  <<: {b: 1}\n", 2, "a merge"),
        ("a: !!python/object:os.system x\n", 1, "a tag"),
        ("a: !thing x\n", 1, "a tag"),
        ("a: 1\n---\nb: 2\n", 3, "a second document"),
        ("? [a, b]\n: 1\n", 1, "a list or a mapping as a key"),
        ("a: 1\n'': 2\n", 2, "a key is empty"),
        ("a: b: c\n", 1, "not readable as YAML"),
        ("a: [1, 2\nb: 3\n", 2, "not readable as YAML"),
        ("a: 1\nb: \x07\n", 2, "a character that does not belong"),
        ("a: " + "[" * 30 + "]" * 30, 1, "more than 20 levels"),
        ("[" * 5000, 1, "more than 20 levels"),
        ("a: " + "x" * 3000, 1, "a text of 3000 characters"),
        ("#" * 300_000, None, "too many"),
    ],
)
def test_what_is_refused_says_where(text: str, line: int | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        _parse(text)
    assert words in caught.value.message
    assert caught.value.line == line
    assert caught.value.file == "file.yaml"


def test_all_duplicates_are_listed_at_once() -> None:
    with pytest.raises(InputError) as caught:
        _parse("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n")
    first, second = str(caught.value).splitlines()
    assert first.startswith("file.yaml:2: a: appears twice")
    assert second.startswith("file.yaml:5: c: appears twice")


@given(st.text(alphabet=st.sampled_from("ab:- \n{}[],#&*!|>'\"%@`?<.0123\t\r\x00\u2028é"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        _parse(text)
