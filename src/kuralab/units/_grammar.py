"""The grammar of a unit text; which symbols exist is the allow-list's matter.

    unit      = ["1"] factor { separator factor }
    factor    = ( symbol | "(" unit ")" ) [ exponent ]
    separator = "/" | "per" | "*" | "·" | "." | blank

A slash divides by the next factor only. ``J/mol K`` can be read in two ways and is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, final

from kuralab.errors import UnitError

Factor = tuple[str, float]
"""A symbol and its exponent."""

_LONGEST: Final = 80
_HIGHEST_EXPONENT: Final = 9.0
_PLAIN: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_DIVIDING: Final = re.compile(r"\s*/\s*|\s+per\s+")
_MULTIPLYING: Final = re.compile(r"\s*[*·⋅×.]\s*|\s+(?!\))")
_EXPONENT: Final = re.compile(
    r"(?:\^|\*\*)?(?:\(([-+]?[0-9.]+)(?:/([0-9]+))?\)|([-+]?[0-9]+(?:\.[0-9]+)?))"
)


def factors_of_unit(text: str, *, symbols: Iterable[str]) -> list[Factor]:
    """Symbols and exponents of a unit text, in order; ``S cm^-1`` gives (S, 1) and (cm, -1).

    ``symbols`` are the known spellings. Those with another character than a letter (``%RH``,
    ``C-rate``) are only found because they are listed; any run of letters counts as one symbol.

    Raises
    ------
    UnitError
        The text does not follow the grammar, is ambiguous, or has an absurd exponent or length.

    Examples
    --------
    >>> factors_of_unit("mol/(m2 s)", symbols=())
    [('mol', 1.0), ('m', -2.0), ('s', -1.0)]
    """
    if len(text) > _LONGEST:
        raise UnitError(f"{text[:20] + '…'!r} is too long for a unit ({len(text)} characters)")
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN).strip()
    return _Reader(plain, symbols).read()


@final
class _Reader:
    """One pass over the text; each method reads one rule of the grammar."""

    def __init__(self, text: str, symbols: Iterable[str]) -> None:
        listed = sorted((s for s in symbols if not s.isalpha()), key=len, reverse=True)
        self._symbol = re.compile("|".join([*map(re.escape, listed), r"[^\W\d_]+"]))
        self._text = text
        self._position = 0

    def read(self) -> list[Factor]:
        factors = self._unit()
        if self._position < len(self._text):
            raise self._stopped()
        for symbol, exponent in factors:
            if abs(exponent) > _HIGHEST_EXPONENT:
                raise UnitError(f"the exponent {exponent:g} of {symbol!r} in {self._text!r} is too high")
        return factors

    def _unit(self) -> list[Factor]:
        factors = [] if self._take(re.compile(r"1(?=\s*/|\s+per\s)")) else self._factor()
        divided = False
        while True:
            if self._take(_DIVIDING):
                divided = True
                factors += [(symbol, -exponent) for symbol, exponent in self._factor()]
            elif self._take(_MULTIPLYING):
                if divided:
                    raise UnitError(
                        f"{self._text!r} can be read in two ways; put all that is divided by "
                        "in brackets, such as 'J/(mol K)'"
                    )
                factors += self._factor()
            else:
                return factors

    def _factor(self) -> list[Factor]:
        if self._take(re.compile(r"\(\s*")):
            inner = self._unit()
            if not self._take(re.compile(r"\s*\)")):
                raise self._stopped()
        elif symbol := self._take(self._symbol):
            inner = [(symbol.group(), 1.0)]
        else:
            raise self._stopped()
        power = self._exponent()
        return [(symbol, exponent * power) for symbol, exponent in inner]

    def _exponent(self) -> float:
        found = self._take(_EXPONENT)
        if found is None:
            return 1.0
        bracketed, divisor, bare = found.groups()
        try:
            power = float(bracketed or bare) / float(divisor or 1)
        except (ValueError, ZeroDivisionError):
            raise UnitError(f"{found.group()!r} in {self._text!r} is not an exponent") from None
        if power == 0:
            raise UnitError(f"the exponent 0 in {self._text!r} has no meaning")
        return power

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._position)
        if found is not None:
            self._position = found.end()
        return found

    def _stopped(self) -> UnitError:
        rest = self._text[self._position :]
        where = f"stopped at {rest!r}" if rest else "it ends too early"
        return UnitError(f"{self._text!r} is not a unit ({where})")
