"""Known constraints as expressions over named variables: ``mill_time * speed <= 3000``.

A name is a variable or ``mixture.component``; one that is no plain word stands in backquotes. The
text is parsed by Python's own parser, and of its tree only what ``_grammar`` lists is accepted;
nothing is ever evaluated as Python.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._grammar import ARITHMETIC, FOLDS, MAPS, ORDER, Reader

Bools = NDArray[np.bool_]
Columns = Mapping[str, NDArray[Any]]


@final
@dataclass(frozen=True)
class Constraint:
    """A condition on a candidate: its text, the names it uses, and where it holds.

    Examples
    --------
    >>> limit = Constraint.parse("time * speed <= 3000", ["time", "speed"])
    >>> limit.names, limit.holds({"time": np.array([5.0, 10.0]), "speed": np.array([400.0, 400.0])})
    (('time', 'speed'), array([ True, False]))
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr = field(repr=False, compare=False)

    @classmethod
    def parse(
        cls, text: str, names: Collection[str], *, choices: Mapping[str, Collection[str]] | None = None
    ) -> Constraint:
        """Read a constraint.

        names: of numeric columns, ``mixture.component`` for a mole fraction, which may be written as
        ``component`` alone where only one mixture has it; choices: of categories, by name.

        Raises
        ------
        InputError
            No condition, an unknown name or choice, or anything that is not in the grammar.
        """
        tree, used = Reader(text, names, choices or {}).read()
        return cls(text=text.strip(), names=used, tree=tree)

    def holds(self, columns: Columns) -> Bools:
        """(n,) where the condition holds; columns: (n,) of numbers or texts for each of ``names``.

        Where a comparison has no finite value (a division by zero, a logarithm of a negative
        number) and the rest does not decide without it, the condition does not hold.
        """
        with np.errstate(all="ignore"):
            true, _ = _truth(self.tree, columns)
        size = max((len(columns[name]) for name in self.names), default=1)
        return np.array(np.broadcast_to(true, (size,)))


Truth = tuple[Any, Any]
"""Where a condition is true and where it is false; where it is neither, it has no value."""


def _truth(node: ast.expr, columns: Columns) -> Truth:
    match node:
        case ast.BoolOp(op=op, values=values):
            parts = [_truth(value, columns) for value in values]
            trues, falses = zip(*parts, strict=True)
            if isinstance(op, ast.And):
                return _every(trues), _any(falses)
            return _any(trues), _every(falses)
        case ast.UnaryOp(operand=operand):
            true, false = _truth(operand, columns)
            return false, true
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [left, *comparators]
            parts = [
                _comparison(one, op, other, columns)
                for one, op, other in zip(sides, ops, sides[1:], strict=False)
            ]
            trues, falses = zip(*parts, strict=True)
            return _every(trues), _any(falses)
    raise AssertionError(f"not a condition: {ast.dump(node)}")


def _every(parts: tuple[Any, ...]) -> Any:
    found = parts[0]
    for part in parts[1:]:
        found = found & part
    return found


def _any(parts: tuple[Any, ...]) -> Any:
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, columns: Columns) -> Truth:
    if isinstance(op, ast.In | ast.NotIn):
        assert isinstance(right, ast.Tuple | ast.List | ast.Set)
        column = _value(left, columns)
        true = _any(tuple(column == _value(choice, columns) for choice in right.elts))
        return (~true, true) if isinstance(op, ast.NotIn) else (true, ~true)
    one, other = _value(left, columns), _value(right, columns)
    true = ORDER[type(op)](one, other)
    if _is_text(one) or _is_text(other):
        return true, ~true
    known = np.isfinite(one) & np.isfinite(other)
    return true & known, ~true & known


def _is_text(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "UO"


def _value(node: ast.expr, columns: Columns) -> Any:
    match node:
        case ast.Constant(value=str(text)):
            return np.str_(text)
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return columns[name]
        case ast.UnaryOp(op=op, operand=operand):
            value = _value(operand, columns)
            return -value if isinstance(op, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)](_value(left, columns), _value(right, columns))
        case ast.Call(func=ast.Name(id=name), args=args):
            values = [_value(arg, columns) for arg in args]
            if name in MAPS:
                return MAPS[name](values[0])
            found = values[0]
            for value in values[1:]:
                found = FOLDS[name](found, value)
            return found
    raise AssertionError(f"not a value: {ast.dump(node)}")
