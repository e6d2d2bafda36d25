"""Simple arithmetic in braces: ``{100-x}Li3PS4-{x}LiI`` where x is a number.

sum     = product { ("+" | "-") product }
product = factor { ("*" | "/") factor }
factor  = "-" factor | number | name | "(" sum ")"
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final, final

from kuralab.errors import InputError

_LONGEST: Final = 100
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/()]))"
)
_NAME: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*")


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Replace what stands in braces; a name alone stands for its text, whatever that is.

    Raises
    ------
    InputError
        An unknown name, a value that is no number in arithmetic, or no such expression.

    Examples
    --------
    >>> substitute("{100-x}Li3PS4-{x}LiI", {"x": "45"})
    '55Li3PS4-45LiI'
    """
    return _BRACES.sub(lambda found: _value(found[1], values), text)


def _value(expression: str, values: Mapping[str, str]) -> str:
    if alone := _NAME.fullmatch(expression):
        return _text_of(alone[1], values)
    number = _Reader(expression, values).read()
    # Twelve digits, so that 100 - 0.1 is 99.9; adding zero turns -0 into 0.
    return f"{number + 0.0:.12g}"


def _text_of(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise InputError(
            f"{{{name}}} has no value here",
            hint=f"Known are {', '.join(values) or 'none'}; 'for each {name} in …' gives it values.",
        )
    return values[name]


@final
class _Reader:
    """One pass over the tokens; each method reads one rule."""

    def __init__(self, text: str, values: Mapping[str, str]) -> None:
        self._text = text
        self._values = values
        self._position = 0

    def read(self) -> float:
        if len(self._text) > _LONGEST:
            raise InputError(f"{{{self._text[:20]}…}} is too long")
        number = self._sum()
        if self._text[self._position :].strip():
            raise self._unreadable()
        if not math.isfinite(number):
            raise InputError(f"{{{self._text}}} is out of range")
        return number

    def _sum(self) -> float:
        number = self._product()
        while sign := self._take_sign("+-"):
            other = self._product()
            number = number + other if sign == "+" else number - other
        return number

    def _product(self) -> float:
        number = self._factor()
        while sign := self._take_sign("*/"):
            other = self._factor()
            if sign == "/" and other == 0:
                raise InputError(f"{{{self._text}}} divides by zero")
            number = number * other if sign == "*" else number / other
        return number

    def _factor(self) -> float:
        if self._take_sign("-"):
            return -self._factor()
        if self._take_sign("("):
            number = self._sum()
            if not self._take_sign(")"):
                raise self._unreadable()
            return number
        found = _TOKEN.match(self._text, self._position)
        if found is None or found["sign"]:
            raise self._unreadable()
        self._position = found.end()
        return float(found["number"]) if found["number"] else self._number(found["name"])

    def _number(self, name: str) -> float:
        text = _text_of(name, self._values)
        try:
            return float(text)
        except ValueError:
            raise InputError(
                f"{{{self._text}}} reckons with {name}, which is {text!r}",
                hint="Write the unit outside the braces: '{x} degC' where x is a number.",
            ) from None

    def _take_sign(self, signs: str) -> str | None:
        found = _TOKEN.match(self._text, self._position)
        if found is None or not found["sign"] or found["sign"] not in signs:
            return None
        self._position = found.end()
        return found["sign"]

    def _unreadable(self) -> InputError:
        return InputError(
            f"{{{self._text}}} is no arithmetic",
            hint="Use numbers, names, + - * / and brackets, such as {100-x}.",
        )
