"""``for each x in 0..50 step 5`` and the values that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from kuralab.errors import InputError, UnitError
from kuralab.units import Quantity

MOST_VALUES: Final = 1000
_LONGEST_VALUE: Final = 60
_FOR_EACH: Final = re.compile(r"for each\s+(?P<variable>[A-Za-z_]\w*)(?:\s+in\s+(?P<values>.+))?")
_NUMBER: Final = r"[-+]?[0-9]+(?:\.[0-9]+)?"
_STEPS: Final = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<u1>.*?)\s*\.\.\s*(?P<high>{_NUMBER})\s*(?P<u2>.*?)"
    rf"\s*\bstep\s+(?P<step>{_NUMBER})\s*(?P<u3>.*)"
)


class Repeat(NamedTuple):
    """A variable and the texts that it stands for, one after the other."""

    variable: str
    values: tuple[str, ...]


def repeat_of(text: str, named: Mapping[str, tuple[str, ...]]) -> Repeat:
    """Read ``for each x in 0..50 step 5``, ``… in [a, b]``, or ``for each x`` with values in ``named``.

    Raises
    ------
    InputError
        Not of that form, no values, or too many.
    """
    found = _FOR_EACH.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"{text!r} is no repeat",
            hint="Write 'for each x in 0..50 step 5:' or 'for each T in [25 degC, 40 degC]:'.",
        )
    variable, given = found["variable"], found["values"]
    if given is not None:
        return Repeat(variable, values_of(given))
    if variable not in named:
        raise InputError(
            f"{variable!r} has no values",
            hint=f"Write 'for each {variable} in …', or list {variable} under 'values' at the top.",
        )
    return Repeat(variable, named[variable])


def values_of(text: str) -> tuple[str, ...]:
    """The values of a list ``[a, b]``, of steps ``0..50 step 5``, or of one value alone.

    Raises
    ------
    InputError
        Nothing in it, steps that never end, or more than a protocol needs.

    Examples
    --------
    >>> values_of("25..45 step 10 degC"), values_of("[1 h, 10 h]")
    (('25 degC', '35 degC', '45 degC'), ('1 h', '10 h'))
    """
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return checked_values(part.strip() for part in text[1:-1].split(","))
    if ".." not in text:
        return checked_values((text,))
    found = _STEPS.fullmatch(text)
    units = {found[key] for key in ("u1", "u2", "u3") if found[key]} if found else set()
    if found is None or len(units) > 1:
        raise InputError(
            f"{text!r} are no values", hint="Write '0..50 step 5', or with a unit '25..95 step 10 degC'."
        )
    low, high, step = (float(found[key]) for key in ("low", "high", "step"))
    if step <= 0 or high < low:
        raise InputError(f"{text!r} has no end", hint="Count upwards with a step above zero.")
    # A rounding error must not take the last value away.
    count = (high - low) / step + 1e-9
    if count >= MOST_VALUES:
        raise InputError(f"{text!r} are more than {MOST_VALUES} values", hint="Take larger steps.")
    unit = f" {_known_unit(units.pop())}" if units else ""
    return checked_values(f"{low + i * step:.12g}{unit}" for i in range(int(count) + 1))


def _known_unit(unit: str) -> str:
    try:
        Quantity.parse(f"1 {unit}")
    except UnitError as error:
        raise InputError(str(error), hint="Write it as '25..95 step 10 degC'.") from None
    return unit


def checked_values(given: Iterable[str]) -> tuple[str, ...]:
    """Values that can stand in names: some, all different, short.

    Raises
    ------
    InputError
        They cannot.
    """
    values = tuple(given)
    if len(values) > MOST_VALUES:
        raise InputError(f"these are more than {MOST_VALUES} values")
    if not values or "" in values:
        raise InputError("a value is missing", hint="Write values as [5, 10, 20].")
    if len(set(values)) < len(values):
        raise InputError("a value appears twice", hint="Repeat over different values.")
    if too_long := [value for value in values if len(value) > _LONGEST_VALUE]:
        raise InputError(f"the value {too_long[0][:20]!r}… is too long")
    return values
