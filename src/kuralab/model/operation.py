"""Operations: kinds of action with typed parameters, read from one data file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, final

from kuralab.errors import InputError
from kuralab.model._base import Record


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
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return InputError(
        f"{key!r} is no {what}", field=key, hint=f"{hint}Known are {', '.join(known) or 'none'}."
    )
