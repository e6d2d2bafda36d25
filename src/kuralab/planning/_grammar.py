"""The grammar of constraints: which of Python's expressions are one, with names made full.

comparison = sum { ("<" | "<=" | ">" | ">=" | "==" | "!=") sum }
           | name ("==" | "!=") text | name ["not"] "in" (texts)
condition  = comparison joined by and, or, not and brackets
sum        = numbers, names, + - * / **, and min, max, abs, sqrt, log, exp of sums
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, final

import numpy as np

from kuralab.errors import InputError, did_you_mean

MAPS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "exp": np.exp,
}
FOLDS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"min": np.minimum, "max": np.maximum}
ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
ORDER: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_LONGEST: Final = 500
_DEEPEST: Final = 40
_LARGEST: Final = 1e100
_QUOTED: Final = re.compile(r"`([^`]*)`")
_TEXTS: Final = re.compile(r"""("[^"]*"|'[^']*')""")
_SIGNS: Final = str.maketrans(
    {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "·": "*", "−": "-", "–": "-", "÷": "/"}
)
_HOW: Final = (
    "Write a comparison such as 'time * speed <= 3000', with + - * / **, min, max, abs, sqrt, log, exp, "
    "and, or, not."
)


@final
class Reader:
    """Checks a tree against the grammar and puts full names in place of written ones."""

    def __init__(
        self, text: str, names: Collection[str], choices: Mapping[str, Collection[str]]
    ) -> None:
        self._text = text.strip()
        self._choices = choices
        self._known = [*names, *choices]
        self._full = {name: name for name in self._known}
        for name in self._known:
            # Python's parser normalises words, such as the micro sign.
            self._full.setdefault(unicodedata.normalize("NFKC", name), name)
        self._quoted: dict[str, str] = {}
        self._used: dict[str, None] = {}
        last_parts = [name.partition(".")[2] for name in names]
        for name, last in zip(names, last_parts, strict=True):
            if last and last_parts.count(last) == 1:
                self._full.setdefault(last, name)

    def read(self) -> tuple[ast.expr, tuple[str, ...]]:
        """The checked tree, in which every name is the full one, and the names it uses."""
        if len(self._text) > _LONGEST:
            raise self._refusal(
                f"{len(self._text)} characters are too long for a constraint", "Split it."
            )
        tree = self._condition(self._parsed(), 0)
        if not self._used:
            raise self._refusal("it names no variable", _HOW)
        return tree, tuple(self._used)

    def _parsed(self) -> ast.expr:
        parts = _TEXTS.split(self._text)
        # Every second part is a text in quotes, which stays as it is.
        parts[::2] = [_QUOTED.sub(self._quote, part.translate(_SIGNS)) for part in parts[::2]]
        plain = "".join(parts)
        if "\\" in plain:
            raise self._refusal("a backslash has no meaning here", _HOW)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(plain, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self._refusal("it cannot be read", self._slip(plain) or _HOW) from None

    @staticmethod
    def _slip(plain: str) -> str:
        if re.search(r"(?<![<>=!])=(?!=)", plain):
            return "Write == for equal."
        if re.search(r"&&|\|\||!(?!=)", plain):
            return "Write and, or, not."
        return ""

    def _quote(self, found: re.Match[str]) -> str:
        word = f"quoted_{len(self._quoted)}_"
        self._quoted[word] = found[1]
        return word

    def _condition(self, node: ast.expr, depth: int) -> ast.expr:
        self._check_depth(depth)
        match node:
            case ast.BoolOp(op=op, values=values):
                return ast.BoolOp(op, [self._condition(value, depth + 1) for value in values])
            case ast.UnaryOp(op=ast.Not() as op, operand=operand):
                return ast.UnaryOp(op, self._condition(operand, depth + 1))
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._compare(left, ops, comparators, depth)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                raise self._refusal("& and | have no meaning here", "Write and, or, not.")
        raise self._refusal("it compares nothing", _HOW)

    def _compare(
        self, left: ast.expr, ops: list[ast.cmpop], comparators: list[ast.expr], depth: int
    ) -> ast.expr:
        sides = [left, *comparators]
        category = next((name for side in sides if (name := self._category(side))), None)
        if category or any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides):
            return self._choice(sides, ops, category)
        for op in ops:
            if type(op) not in ORDER:
                raise self._refusal("numbers are compared by <, <=, >, >=, == or !=", _HOW)
        checked = [self._number(side, depth + 1) for side in sides]
        return ast.Compare(checked[0], ops, checked[1:])

    def _category(self, node: ast.expr) -> str | None:
        name = self._written(node)
        found = self._full.get(name or "")
        return found if found in self._choices else None

    def _choice(self, sides: list[ast.expr], ops: list[ast.cmpop], category: str | None) -> ast.expr:
        """A comparison of one category with one choice or with several."""
        how = 'Write such as \'solvent == "water"\' or \'solvent in ("water", "ethanol")\'.'
        if category is None:
            raise self._refusal("a text is compared with what is no choice", how)
        if len(sides) != 2:
            raise self._refusal("choices are not compared in chains", how)
        (op,) = ops
        one, other = sides if self._category(sides[0]) else reversed(sides)
        if isinstance(op, ast.In | ast.NotIn) and one is sides[0]:
            if not isinstance(other, ast.Tuple | ast.List | ast.Set) or not other.elts:
                raise self._refusal(f"{category} is compared with no list of choices", how)
            listed = [self._known_choice(choice, category, how) for choice in other.elts]
            right: ast.expr = ast.Tuple(listed, ast.Load())
        elif isinstance(op, ast.Eq | ast.NotEq):
            right = self._known_choice(other, category, how)
        else:
            raise self._refusal(f"{category} is a choice and has no order", how)
        self._used[category] = None
        return ast.Compare(ast.Name(category, ast.Load()), [op], [right])

    def _known_choice(self, node: ast.expr, category: str, how: str) -> ast.expr:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            raise self._refusal(f"{category} is compared with what is no text", how)
        if node.value not in self._choices[category]:
            listed = ", ".join(self._choices[category])
            near = did_you_mean(node.value, self._choices[category])
            raise self._refusal(f"{category} has no choice {node.value!r}", f"{near}Known: {listed}.")
        return node

    def _number(self, node: ast.expr, depth: int) -> ast.expr:
        self._check_depth(depth)
        if (name := self._written(node)) is not None:
            return self._name(name)
        match node:
            case ast.Constant(value=bool()):
                raise self._refusal(f"{ast.unparse(node)} is no number", _HOW)
            case ast.Constant(value=int() | float() as number):
                # A whole number may be too large for a float; NaN cannot be written.
                if not (abs(number) <= _LARGEST):
                    raise self._refusal("a number is out of range", "")
                return node
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return ast.UnaryOp(sign, self._number(operand, depth + 1))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return ast.BinOp(self._number(left, depth + 1), op, self._number(right, depth + 1))
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                raise self._refusal("& and | have no meaning here", "Write and, or, not.")
            case ast.BinOp(op=ast.BitXor()):
                raise self._refusal("^ has no meaning here", "Write ** for a power.")
            case ast.Call():
                return self._call(node, depth)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                raise self._refusal("it reckons with a condition", _HOW)
        raise self._refusal(f"{ast.unparse(node)[:30]!r} has no meaning here", _HOW)

    def _call(self, node: ast.Call, depth: int) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)[:30]
        if name not in MAPS and name not in FOLDS:
            functions = [*FOLDS, *MAPS]
            near = did_you_mean(name, functions)
            raise self._refusal(f"unknown function {name!r}", f"{near}Known: {', '.join(functions)}.")
        count = len(node.args)
        if node.keywords or (count != 1 if name in MAPS else count < 2):
            raise self._refusal(
                f"{name} takes {'one value' if name in MAPS else 'two or more values'}", ""
            )
        return ast.Call(
            ast.Name(name, ast.Load()), [self._number(arg, depth + 1) for arg in node.args], []
        )

    def _written(self, node: ast.expr) -> str | None:
        """The name that stands at a place, with its mixture where that is written."""
        match node:
            case ast.Name(id=word):
                return self._quoted.get(word, word)
            case ast.Attribute(value=ast.Name(id=owner), attr=word):
                return f"{self._quoted.get(owner, owner)}.{self._quoted.get(word, word)}"
        return None

    def _name(self, written: str) -> ast.expr:
        full = self._full.get(written)
        if full is None:
            owners = [name for name in self._known if name.partition(".")[2] == written]
            if len(owners) > 1:
                raise self._refusal(
                    f"{written!r} is in several mixtures", f"Write {' or '.join(owners)}."
                )
            near = did_you_mean(written, list(self._full))
            listed = ", ".join(self._known[:20])
            raise self._refusal(f"unknown name {written!r}", f"{near}Known: {listed}.")
        if full in self._choices:
            raise self._refusal(f"{full} is a choice, not a number", "")
        self._used[full] = None
        return ast.Name(full, ast.Load())

    def _check_depth(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise self._refusal(f"it is more than {_DEEPEST} levels deep", "Split it.")

    def _refusal(self, message: str, hint: str) -> InputError:
        shown = self._text if len(self._text) <= 60 else f"{self._text[:57]}..."
        return InputError(f"{shown!r}: {message}", hint=hint, field="constraint")
