"""What may vary in a campaign: numbers, choices, compositions, a table of candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal, Self, final

from pydantic import Field, model_validator

from kuralab.model._base import Record

Setting = float | int | str | dict[str, float]
"""What one variable is set to; of a mixture the mole fraction of each component."""

Point = Mapping[str, Setting]
"""One candidate: variable to setting. A variable whose condition does not hold is absent."""


@final
class When(Record):
    """A variable exists only where another one has one of these settings."""

    variable: str
    among: tuple[str | int | float, ...] = Field(min_length=1)


@final
class Continuous(Record):
    """A real number between two ends, in ``unit``; ``log`` spreads candidates evenly over decades."""

    kind: Literal["continuous"] = "continuous"
    name: str = Field(min_length=1)
    low: float
    high: float
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    when: When | None = None

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"{self.name}: low must be below high, both finite")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"{self.name}: a logarithmic scale begins above zero")
        return self


@final
class Integer(Record):
    """A whole number between two ends, both included, in ``unit``."""

    kind: Literal["integer"] = "integer"
    name: str = Field(min_length=1)
    low: int
    high: int
    unit: str = ""
    when: When | None = None

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"{self.name}: low must be below high")
        return self


@final
class Categorical(Record):
    """One of several choices; ``descriptors`` are numbers that say how each is like the others."""

    kind: Literal["categorical"] = "categorical"
    name: str = Field(min_length=1)
    choices: tuple[str, ...] = Field(min_length=2)
    descriptors: dict[str, dict[str, float]] = Field(default_factory=dict)
    when: When | None = None

    @model_validator(mode="after")
    def _is_clear(self) -> Self:
        if len(set(self.choices)) < len(self.choices):
            raise ValueError(f"{self.name}: a choice is listed twice")
        if self.descriptors:
            names = {frozenset(numbers) for numbers in self.descriptors.values()}
            if set(self.descriptors) != set(self.choices) or len(names) != 1:
                raise ValueError(f"{self.name}: every choice needs the same descriptors")
        return self


@final
class Limits(Record):
    """Least and greatest mole fraction."""

    low: float = Field(default=0.0, ge=0, le=1)
    high: float = Field(default=1.0, ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


@final
class Mixture(Record):
    """A composition: mole fractions of components, which sum to one.

    step: fractions are multiples of it (None: any value); limits: of a component's fraction;
    most: how many components may be present; elements: limits of an element's atomic fraction,
    where the components are formulas.
    """

    kind: Literal["mixture"] = "mixture"
    name: str = Field(min_length=1)
    components: tuple[str, ...] = Field(min_length=2)
    step: float | None = Field(default=None, gt=0, le=0.5)
    limits: dict[str, Limits] = Field(default_factory=dict)
    most: int | None = Field(default=None, ge=1)
    elements: dict[str, Limits] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_clear(self) -> Self:
        if len(set(self.components)) < len(self.components):
            raise ValueError(f"{self.name}: a component is listed twice")
        if unknown := set(self.limits) - set(self.components):
            raise ValueError(f"{self.name}: limits of {min(unknown)!r}, which is no component")
        if self.step is not None and abs(1 / self.step - round(1 / self.step)) > 1e-6:
            raise ValueError(f"{self.name}: 1 must be a multiple of the step")
        return self


Variable = Annotated[Continuous | Integer | Categorical | Mixture, Field(discriminator="kind")]
