"""An interval of a quantity, as people write it: ``100 rpm..800 rpm``."""

from __future__ import annotations

import re
from typing import Final, Self, final

from kuralab.errors import UnitError
from kuralab.model._base import Record
from kuralab.units import Quantity

_TWO_ENDS: Final = re.compile(r"(?P<low>.*?)\s*\.\.\s*(?P<high>.*)")
_NUMBER: Final = re.compile(r"[-+−]?[0-9.]+(?:[eE][-+]?[0-9]+)?")


@final
class Range(Record):
    """Lowest and highest value of a parameter; None leaves that end open.

    Examples
    --------
    >>> print(Range.parse("100..800 rpm", unit="rpm"))
    100 rpm to 800 rpm
    >>> print(Range.parse("..1 GPa", unit="MPa"))
    at most 1000 MPa
    """

    low: Quantity | None = None
    high: Quantity | None = None

    @classmethod
    def parse(cls, text: str, *, unit: str) -> Self:
        """Read ``low..high``, ``low..`` or ``..high``; a bare low end has the unit of the high one.

        Raises
        ------
        UnitError
            Not two ends, an end that is no quantity of this dimension, or ends in the wrong order.
        """
        found = _TWO_ENDS.fullmatch(text.strip())
        example = f"1 {unit}..10 {unit}" if unit else "1..10"
        if found is None or not (found["low"] or found["high"]):
            raise UnitError(f"{text!r} is no range, such as '{example}'")
        high = Quantity.parse(found["high"], unit=unit or None) if found["high"] else None
        low_text = found["low"]
        if high is not None and _NUMBER.fullmatch(low_text):
            low_text += f" {_NUMBER.sub('', found['high'], count=1).strip()}"
        low = Quantity.parse(low_text, unit=unit or None) if low_text else None
        if low is not None and high is not None and low.value > high.value:
            raise UnitError(f"{text!r} ends below its start; write the lower value first")
        return cls(low=low, high=high)

    def holds(self, quantity: Quantity) -> bool:
        """Whether a quantity lies within, ends included; a rounding error does not put it outside."""
        return not self.exceeded_by(quantity)

    def exceeded_by(self, quantity: Quantity) -> Quantity | None:
        """The end that a quantity lies beyond, or None."""
        for end, sign in ((self.low, -1), (self.high, 1)):
            if end is None:
                continue
            value = quantity.to(end.unit).value
            if sign * (value - end.value) > 1e-9 * max(abs(end.value), abs(value)):
                return end
        return None

    def __str__(self) -> str:
        if self.low is None:
            return "any value" if self.high is None else f"at most {self.high}"
        return f"at least {self.low}" if self.high is None else f"{self.low} to {self.high}"
