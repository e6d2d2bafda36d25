"""What a step is asked to be, before it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from kuralab.errors import InputError, UnitError
from kuralab.model._flow import Each
from kuralab.model._range import Range
from kuralab.model.operation import OperationKind, ParameterKind, Value, checked_value
from kuralab.model.protocol import Link
from kuralab.units import Quantity

Lag = tuple[Quantity | str | None, Quantity | str | None]
"""Shortest and longest time between two steps."""


@final
class Open:
    """A parameter that is left open, maybe within a range: ``Open("2 h", "40 h")``."""

    def __init__(self, *ends: str) -> None:
        self.text = "..".join(ends)

    def range_for(self, kind: ParameterKind) -> Range | None:
        """Within what the parameter is to be chosen.

        Raises
        ------
        InputError
            The ends are no range of this parameter.
        """
        if not self.text:
            return None
        if kind.type in ("text", "composition"):
            raise InputError("a text has no range", field=kind.key, hint="Write 'open' alone.")
        try:
            return Range.parse(self.text, unit=kind.unit)
        except UnitError as error:
            raise InputError(str(error), field=kind.key) from None


@final
@dataclass(frozen=True)
class Request:
    """One step as it was written: names may be short, values unchecked."""

    operation: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    samples: tuple[str, ...] = ()
    makes: tuple[str | Each, ...] = ()
    step: str | None = None
    after: tuple[Link, ...] = ()
    lag: Lag = (None, None)
    line: int | None = None


def checked_parameters(
    kind: OperationKind, given: Mapping[str, object], errors: list[InputError]
) -> tuple[dict[str, Value], dict[str, Range | None]]:
    """Values, and the open parameters with their ranges; what is wrong goes to ``errors``."""
    values: dict[str, Value] = {}
    ranges: dict[str, Range | None] = {}
    for key, value in given.items():
        try:
            parameter = kind.parameter(key)
            if isinstance(value, Open):
                ranges[key] = value.range_for(parameter)
            else:
                values[key] = checked_value(parameter, value)
        except InputError as error:
            errors.append(InputError(error.message, hint=error.hint, field=key))
    for parameter in kind.parameters:
        if parameter.required and parameter.key not in given:
            errors.append(InputError(f"{parameter.key!r} is missing", hint=parameter.definition))
    return values, ranges


def checked_lag(given: Quantity | str | None, errors: list[InputError]) -> Quantity | None:
    """A time between two steps; what is wrong goes to ``errors``."""
    if given is None:
        return None
    try:
        lag = Quantity.parse(given, unit="min") if isinstance(given, str) else given.to("min")
    except UnitError as error:
        errors.append(InputError(str(error), field="lag"))
        return None
    if lag.value < 0:
        errors.append(InputError(f"{lag} is negative", field="lag"))
    return lag
