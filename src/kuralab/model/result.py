"""A result: a quantity with value, uncertainty, unit, flags, method and provenance."""

from __future__ import annotations

from typing import Annotated, Literal, Self, final

from pydantic import ConfigDict, Field, model_validator

from kuralab.errors import InputError, UnitError
from kuralab.model._base import SCHEMA_VERSION, Record, SchemaVersion
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
        if self.value is None and self.uncertainty is not None:
            raise ValueError(f"{self.quantity} has an uncertainty, but no value")
        try:
            kind = quantity_kind(self.quantity)
            found, needed = dimension_of(self.unit), dimension_of(kind.unit)
        except (InputError, UnitError) as error:
            raise ValueError(str(error)) from None
        if found != needed:
            raise ValueError(
                f"{self.quantity} is registered as {needed}, but {self.unit!r} measures {found}"
            )
        return self


@final
class Covariance(Record):
    """Covariance between two results of one fit, in the product of their units.

    ``results`` are indices into the record's results.
    """

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
    """What an analysis returns; its JSON form is the contract of ``kuralab analyze --json``.

    ``input`` of a result or a model holds indices into the record's input files.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    schema_version: SchemaVersion = Field(default=SCHEMA_VERSION, alias="schema")
    technique: str
    input: tuple[InputFile, ...]
    parameters: dict[str, str] = Field(default_factory=dict)
    software: str
    results: tuple[Result, ...]
    covariance: tuple[Covariance, ...] = ()
    models: tuple[ModelTried, ...] = ()
    warnings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _indices_exist(self) -> Self:
        for what, found, count in (
            ("a result's input", [i for result in self.results for i in result.input], len(self.input)),
            ("a model's input", [i for model in self.models for i in model.input], len(self.input)),
            ("a covariance", [i for entry in self.covariance for i in entry.results], len(self.results)),
        ):
            if any(not 0 <= index < count for index in found):
                raise ValueError(f"{what} points at entry {max(found)}, but there are {count}")
        return self

    def to_json(self, *, indent: int | None = 2) -> str:
        """Strict JSON (no NaN), keys as the contract names them."""
        return self.model_dump_json(indent=indent)

    def of(self, quantity: str) -> tuple[Result, ...]:
        """The results of one quantity, in order."""
        return tuple(result for result in self.results if result.quantity == quantity)
