"""Types that parameter classes are made of: quantities with a dimension, frequency ranges.

A parameter class is the one place where an analysis says what may be set. The command line makes
a flag of each field (``field_name`` is ``--field-name``), with the description as its help.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from kuralab.errors import UnitError
from kuralab.units import Quantity


class Parameters(BaseModel):
    """Base of all parameter classes: frozen, and an unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def stated(self) -> dict[str, str]:
        """What was set or has a default, as text."""
        return {
            name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for name, value in self
            if value is not None
        }


@dataclass(frozen=True)
class InUnit:
    """Marks a quantity that is wanted in one unit; text such as "2.1 mm +- 0.05 mm" is parsed."""

    unit: str

    def __call__(self, given: Any) -> Any:
        try:
            if isinstance(given, str):
                return Quantity.parse(given, unit=self.unit)
            return given.to(self.unit) if isinstance(given, Quantity) else given
        except UnitError as error:
            raise ValueError(str(error)) from None


def _positive(quantity: Quantity | None) -> Quantity | None:
    if quantity is not None and not quantity.value > 0:
        raise ValueError(f"{quantity} must be more than zero")
    return quantity


_RANGE = re.compile(r"\s*(?:,|\.\.|\bto\b|–)\s*")


@dataclass(frozen=True)
class FrequencyRange:
    """Lowest and highest frequency in Hz; None leaves that end open.

    Examples
    --------
    >>> FrequencyRange.parse("5 Hz, 1 MHz")
    FrequencyRange(low=5.0, high=1000000.0)
    """

    low: float | None = None
    high: float | None = None

    @classmethod
    def parse(cls, given: Any) -> Any:
        """From text such as "5 Hz, 1 MHz", "5 Hz," or "5 Hz to 1 MHz"."""
        if not isinstance(given, str):
            return given
        ends = _RANGE.split(given.strip())
        if len(ends) != 2:
            raise ValueError(f"{given!r} is no range; write '5 Hz, 1 MHz', or leave one end open")
        try:
            low, high = (Quantity.parse(end, unit="Hz").value if end else None for end in ends)
        except UnitError as error:
            raise ValueError(str(error)) from None
        for end in (low, high):
            if end is not None and end <= 0:
                raise ValueError(f"{end:g} Hz must be more than zero")
        if low is not None and high is not None and low >= high:
            raise ValueError(f"{low:g} Hz is not below {high:g} Hz")
        return cls(low=low, high=high)

    def __str__(self) -> str:
        low = "lowest" if self.low is None else f"{self.low:g} Hz"
        high = "highest" if self.high is None else f"{self.high:g} Hz"
        return f"{low} to {high}"


def positive_quantity(unit: str) -> Any:
    """Annotation for an optional, positive quantity in one unit."""
    return BeforeValidator(lambda given: _positive(InUnit(unit)(given)))


def listed_temperatures(given: object) -> object:
    """Temperatures from text such as "413 K, 140 degC"; anything that is no list is left alone."""
    parts = given.split(",") if isinstance(given, str) else given
    if not isinstance(parts, tuple | list):
        return given
    # Only checked here: degrees Celsius stay as written until the kelvin offset is known.
    for part in parts:
        InUnit("K")(part)
    try:
        return tuple(Quantity.parse(part) if isinstance(part, str) else part for part in parts)
    except UnitError as error:
        raise ValueError(str(error)) from None


OptionalRange = Annotated[FrequencyRange | None, BeforeValidator(FrequencyRange.parse)]
