"""Operations: kinds of action with typed parameters, read from one data file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, final

from kuralab.errors import InputError, UnitError, did_you_mean
from kuralab.model._base import Record
from kuralab.model.composition import Composition
from kuralab.units import Quantity, dimension_of

Value = Quantity | int | float | str
"""What a parameter of a step may be."""

# All other quantities of an operation are above zero.
_LOWEST: Final = {
    "time": Quantity(value=0.0, unit="s"),
    "temperature": Quantity(value=0.0, unit="K"),
}
_ZERO_SHARE: Final = re.compile(r"0(?:\.0*)?(?=[A-Z(\[])")
_WHOLE: Final = re.compile(r"^100(?:\.0*)?(?=[A-Z(\[])")


class Effect(StrEnum):
    """What an operation does to samples."""

    MAKE = "make"
    """Creates a sample (from precursors or from the samples that it uses up)."""
    TREAT = "treat"
    """Changes a sample in place: its form, structure or history."""
    MEASURE = "measure"
    """Leaves the sample as it was and brings back data."""
    SPLIT = "split"
    """Uses a sample up and makes several of it."""
    MERGE = "merge"
    """Uses several samples up and makes one of them."""


class AfterCrash(StrEnum):
    """What to do when nobody can tell whether an operation happened."""

    REPEATABLE = "repeatable"
    ASK = "ask"


@final
class ParameterKind(Record):
    """One parameter of an operation. ``unit`` gives the dimension of a quantity."""

    key: str
    type: Literal["quantity", "number", "integer", "text", "composition"]
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True
    definition: str


@final
class OperationKind(Record):
    """A registered operation: names in English and Japanese, effect, parameters.

    ``time`` names the parameter that says how long it takes, if one does.
    """

    key: str
    en: str
    ja: str
    effect: Effect
    after_crash: AfterCrash
    parameters: tuple[ParameterKind, ...]
    time: str | None = None
    definition: str

    def parameter(self, key: str) -> ParameterKind:
        """The parameter of one name.

        Raises
        ------
        InputError
            The operation has no such parameter; near misses are offered.
        """
        known = {parameter.key: parameter for parameter in self.parameters}
        if key not in known:
            raise _unknown(key, known, f"parameter of {self.key}")
        return known[key]


@cache
def operation_kinds() -> Mapping[str, OperationKind]:
    """All registered operations by key, in the order of the data file."""
    import yaml

    text = files("kuralab.model").joinpath("operations.yaml").read_text("utf-8")
    kinds = {}
    for key, entry in yaml.safe_load(text).items():
        parameters = tuple(
            ParameterKind(key=name, **details) for name, details in entry.pop("parameters", {}).items()
        )
        kinds[key] = OperationKind(key=key, parameters=parameters, **entry)
    return MappingProxyType(kinds)


def checked_value(kind: ParameterKind, given: object) -> Value:
    """A parameter's value: a quantity in the kind's unit, a number, or a text that was checked.

    Quantities and compositions may be given as text.

    Raises
    ------
    InputError
        No unit, another dimension, a value without meaning, or no choice of this parameter.

    Examples
    --------
    >>> checked_value(operation_kind("press_pellet").parameter("pressure"), "0.36 GPa")
    Quantity(360 MPa)
    """
    if kind.type == "quantity":
        return _checked_quantity(kind, given)
    if kind.type in ("number", "integer"):
        return _checked_number(kind, given)
    if not isinstance(given, str):
        raise InputError(f"{_shown(given)} is no text", field=kind.key, hint="Write a text.")
    if kind.type == "composition":
        return str(Composition.parse(_without_zero_shares(given)))
    if kind.choices and given not in kind.choices:
        raise _unknown(given, dict.fromkeys(kind.choices), kind.key.replace("_", " "))
    return given


def _checked_quantity(kind: ParameterKind, given: object) -> Quantity:
    if isinstance(given, int | float) and not isinstance(given, bool):
        raise InputError(
            f"{given:g} has no unit", field=kind.key, hint=f"Write it, such as '{given:g} {kind.unit}'."
        )
    if not isinstance(given, str | Quantity):
        raise InputError(
            f"{_shown(given)} is no quantity", field=kind.key, hint=f"Write it, such as '1 {kind.unit}'."
        )
    try:
        quantity = (
            Quantity.parse(given, unit=kind.unit) if isinstance(given, str) else given.to(kind.unit)
        )
    except UnitError as error:
        raise InputError(str(error), field=kind.key) from None
    lowest = _LOWEST.get(dimension_of(kind.unit))
    if lowest is None and quantity.value <= 0:
        raise InputError(f"{quantity} is not above zero", field=kind.key)
    if lowest is not None and quantity.value < lowest.to(kind.unit).value:
        raise InputError(f"{quantity} is below {lowest}", field=kind.key)
    return quantity


def _checked_number(kind: ParameterKind, given: object) -> int | float:
    whole = kind.type == "integer"
    allowed = int if whole else int | float
    if isinstance(given, allowed) and not isinstance(given, bool):
        return given
    what = "whole number" if whole else "number"
    raise InputError(f"{_shown(given)} is no {what}", field=kind.key, hint=f"Write a {what}.")


def _without_zero_shares(text: str) -> str:
    """A series ends in a pure component: 100Li3PS4-0LiI is Li3PS4."""
    parts = text.split("-")
    kept = [part for part in parts if not _ZERO_SHARE.match(part.strip())]
    if len(kept) == len(parts):
        return text
    return _WHOLE.sub("", kept[0].strip()) if len(kept) == 1 else "-".join(kept)


def _shown(given: object) -> str:
    return "nothing" if given is None else repr(given)


def quantity_of(value: Quantity | float) -> Quantity:
    """A number is a quantity without unit."""
    return value if isinstance(value, Quantity) else Quantity(value=value)


def operation_kind(key: str) -> OperationKind:
    """The operation of one key.

    Raises
    ------
    InputError
        Not registered; near misses are offered.
    """
    if key not in operation_kinds():
        raise _unknown(key, operation_kinds(), "operation")
    return operation_kinds()[key]


def _unknown(key: str, known: Mapping[str, object], what: str) -> InputError:
    hint = f"{did_you_mean(key, known)}Known are {', '.join(known) or 'none'}."
    return InputError(f"{key!r} is no {what}", field=key, hint=hint)
