"""What all of the model's words share: frozen, strict about names, JSON both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationError,
)

from kuralab.errors import InputError, UnitError
from kuralab.units import Quantity

SCHEMA_VERSION: Final = 1


def _known_version(version: int) -> int:
    if version > SCHEMA_VERSION:
        raise ValueError(f"version {version} is newer than {SCHEMA_VERSION}, known here; update kuralab")
    if version < 1:
        raise ValueError(f"there is no schema version {version}")
    return version


SchemaVersion = Annotated[int, AfterValidator(_known_version)]
"""The version of a record's form; one from the future is refused, not guessed at."""


class Record(BaseModel):
    """A frozen record; an unknown field is an error, and NaN never reaches JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, ser_json_inf_nan="null"
    )

    @classmethod
    def from_json(cls, text: str | bytes, *, file: str | None = None) -> Self:
        """Read a record that kuralab wrote; ``file`` is named in errors.

        Raises
        ------
        InputError
            Not JSON, an unknown field, a value out of place or a newer schema; it lists every problem.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            problems = "; ".join(_problem(found["loc"], found["msg"]) for found in error.errors())
            raise InputError(f"not a {cls.__name__}: {problems}", file=file) from None


def _problem(place: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(step) for step in place)
    return f"{where}: {message}" if where else message


def _read_only(values: Any) -> NDArray[np.float64]:
    if not isinstance(values, np.ndarray):
        values = [np.nan if value is None else value for value in values]
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a column holds real numbers: {error}") from None
    if array.ndim != 1:
        raise ValueError("a column is one-dimensional")
    # An overload reads as infinite; like a missing value, it is no number to compute with.
    array[np.isinf(array)] = np.nan
    array.flags.writeable = False
    return array


def _to_json(array: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in array]


Values = Annotated[
    NDArray[np.float64],
    BeforeValidator(_read_only),
    PlainSerializer(_to_json, return_type=list[float | None], when_used="json"),
]
"""A read-only float column; missing values are NaN in memory and null in JSON."""


def _in_dimension_of(unit: str) -> Callable[[Quantity], Quantity]:
    def check(quantity: Quantity) -> Quantity:
        try:
            quantity.to(unit)
        except UnitError as error:
            raise ValueError(str(error)) from None
        return quantity

    return check


Length = Annotated[Quantity, AfterValidator(_in_dimension_of("mm"))]
Mass = Annotated[Quantity, AfterValidator(_in_dimension_of("g"))]
Temperature = Annotated[Quantity, AfterValidator(_in_dimension_of("K"))]
