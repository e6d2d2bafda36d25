"""A result: a quantity with value, uncertainty, unit, flags, method and provenance."""

from __future__ import annotations

from typing import Annotated, Literal, Self, final

from pydantic import Field, model_validator

from kuralab.errors import InputError
from kuralab.model._base import SCHEMA_VERSION, Record
from kuralab.units import Quantity, dimension_of, quantity_kind

Flag = Literal[
    "not_identifiable",
    "extrapolated",
    "censored_below",
    "censored_above",
    "model_inadequate",
    "outside_validity",
    "outlier",
    "few_points",
    "synthetic",
]

Finite = Annotated[float, Field(allow_inf_nan=False)]


@final
class Result(Record):
    """One value of a registered quantity; the uncertainty is a standard one (k = 1)."""

    quantity: str
    value: Finite | None
    uncertainty: Annotated[Finite, Field(ge=0)] | None
    unit: str
    flags: tuple[Flag, ...] = ()
    method: str
    conditions: dict[str, Quantity | str] = Field(default_factory=dict)
    input: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _quantity_is_registered(self) -> Self:
        try:
            kind = quantity_kind(self.quantity)
        except InputError as error:
            raise ValueError(str(error)) from None
        if dimension_of(kind.unit) != dimension_of(self.unit):
            raise ValueError(
                f"{self.quantity} in {self.unit!r} is a {dimension_of(self.unit)}, "
                f"registered as a {dimension_of(kind.unit)}"
            )
        return self


@final
class Covariance(Record):
    """Covariance between two results of one fit; indices into the results."""

    results: tuple[int, int]
    value: Finite


@final
class FittedParameter(Record):
    """A parameter of a fitted model; its unit is the model's own (a CPE has S s^n).

    ``uncertainty`` is None where the data do not determine it.
    """

    name: str
    value: Finite
    uncertainty: Annotated[Finite, Field(ge=0)] | None
    unit: str


@final
class ModelTried(Record):
    """A model that an analysis tried, whether it describes the data, and why."""

    name: str
    adequate: bool
    reason: str
    input: tuple[int, ...] = ()
    parameters: tuple[FittedParameter, ...] = ()


@final
class InputFile(Record):
    """A file that went into an analysis."""

    file: str
    sha256: str


@final
class AnalysisRecord(Record):
    """What an analysis returns; its JSON form is the contract of ``kuralab analyze --json``."""

    schema_version: int = Field(default=SCHEMA_VERSION, alias="schema", serialization_alias="schema")
    technique: str
    input: tuple[InputFile, ...]
    parameters: dict[str, str] = Field(default_factory=dict)
    software: str
    results: tuple[Result, ...]
    covariance: tuple[Covariance, ...] = ()
    models: tuple[ModelTried, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self, *, indent: int | None = 2) -> str:
        """Strict JSON (no NaN), keys as the contract names them."""
        return self.model_dump_json(by_alias=True, indent=indent, exclude_none=False)

    def of(self, quantity: str) -> tuple[Result, ...]:
        """The results of one quantity, in order."""
        return tuple(result for result in self.results if result.quantity == quantity)
