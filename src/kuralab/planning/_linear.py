"""Linear limits on the fractions of a mixture: of an element, or taken from a constraint."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from kuralab.errors import unknown_name
from kuralab.model.composition import Composition
from kuralab.model.space import Limits
from kuralab.planning._expressions import Constraint

_DENOMINATOR: Final = 10**6


@final
@dataclass(frozen=True)
class Linear:
    """sum_i a_i x_i <= bound, or < bound where it is strict; words: what the user wrote."""

    coefficients: tuple[Fraction, ...]
    bound: Fraction
    strict: bool
    words: str


def rational(number: float) -> Fraction:
    """The fraction that a decimal number was meant to be: 0.1 is 1/10, 1/3 is 0.333333333."""
    return Fraction(number).limit_denominator(_DENOMINATOR)


def element_limits(components: Sequence[str], elements: Mapping[str, Limits]) -> list[Linear]:
    """Limits of an element's share x_e of all atoms as linear limits of the components' fractions.

        low <= x_e = sum_i x_i n_ie / sum_i x_i N_i <= high

    n_ie: atoms of element e in a formula unit of component i; N_i: all its atoms.

    Raises
    ------
    InputError
        A component is no formula, or none has the element.
    """
    if not elements:
        return []
    atoms = [
        {element: rational(amount) for element, amount in Composition.parse(name).elements.items()}
        for name in components
    ]
    found = []
    known = sorted({element for of in atoms for element in of})
    for element, limits in elements.items():
        if element not in known:
            raise unknown_name(element, known, what="element")
        for limit, sign, words in (
            (limits.low, -1, f"{element} at least {limits.low:g}"),
            (limits.high, 1, f"{element} at most {limits.high:g}"),
        ):
            if limit == (0.0 if sign < 0 else 1.0):
                continue
            share = rational(limit)
            found.append(
                Linear(
                    tuple(
                        sign * (of.get(element, Fraction(0)) - share * sum(of.values())) for of in atoms
                    ),
                    Fraction(0),
                    strict=False,
                    words=words,
                )
            )
    return found


def linear_limits(constraint: Constraint, names: Sequence[str]) -> list[Linear] | None:
    """A constraint as linear limits of the columns ``names``; None where it is none.

    Only ``and`` of comparisons, of sums with constant coefficients; ``!=`` is not linear.
    """
    if not set(constraint.names) <= set(names):
        return None
    found = []
    for comparison in _comparisons(constraint.tree):
        sides = [comparison.left, *comparison.comparators]
        for one, op, other in zip(sides, comparison.ops, sides[1:], strict=False):
            left, right = _affine(one), _affine(other)
            if left is None or right is None or not isinstance(op, _LINEAR):
                return None
            difference = _sum(left, right, Fraction(-1))
            signs = {ast.Lt: (1,), ast.LtE: (1,), ast.Gt: (-1,), ast.GtE: (-1,), ast.Eq: (1, -1)}[
                type(op)
            ]
            strict = isinstance(op, ast.Lt | ast.Gt)
            for sign in signs:
                coefficients = tuple(sign * difference.get(name, Fraction(0)) for name in names)
                bound = -sign * difference.get("", Fraction(0))
                found.append(Linear(coefficients, bound, strict, constraint.text))
    return found if found else None


_LINEAR: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq)
Affine = dict[str, Fraction]
"""Coefficient of each name; the constant's name is empty."""


def _comparisons(node: ast.expr) -> list[ast.Compare]:
    match node:
        case ast.Compare():
            return [node]
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [_comparisons(value) for value in values]
            return [found for part in parts for found in part] if all(parts) else []
    return []


def _affine(node: ast.expr) -> Affine | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return {"": Fraction(repr(number))}
        case ast.Name(id=name):
            return {name: Fraction(1)}
        case ast.UnaryOp(op=op, operand=operand):
            inner = _affine(operand)
            return (
                None
                if inner is None
                else _sum({}, inner, Fraction(-1 if isinstance(op, ast.USub) else 1))
            )
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _affine(left), _affine(right)
            if one is None or other is None:
                return None
            match op:
                case ast.Add():
                    return _sum(one, other, Fraction(1))
                case ast.Sub():
                    return _sum(one, other, Fraction(-1))
                case ast.Mult():
                    if set(one) <= {""}:
                        one, other = other, one
                    return _sum({}, one, other.get("", Fraction(0))) if set(other) <= {""} else None
                case ast.Div():
                    by = other.get("", Fraction(0))
                    return _sum({}, one, 1 / by) if set(other) <= {""} and by else None
    return None


def _sum(one: Affine, other: Affine, factor: Fraction) -> Affine:
    """one + factor * other"""
    found = dict(one)
    for name, value in other.items():
        found[name] = found.get(name, Fraction(0)) + factor * value
    return found
