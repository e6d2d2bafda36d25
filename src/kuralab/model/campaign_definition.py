"""A campaign as its file defines it, complete in itself: a resumed one needs no file."""

from __future__ import annotations

import hashlib
from typing import Final, Literal, Self, final

from pydantic import Field, model_validator

from kuralab.model._base import SCHEMA_VERSION, Record, SchemaVersion
from kuralab.model._range import Range
from kuralab.model.campaign import Budget, Objective, Observed, PlannerSettings
from kuralab.model.facility import Shift
from kuralab.model.space import Setting, Variable

STAFF_HOURS: Final = Shift(days=(0, 1, 2, 3, 4), opens=9.0, closes=17.0)
"""Monday to Friday, 9:00 to 17:00."""

_NO_DECISION: Final = {"title", "budget", "until", "reference", "facility", "attribution"}


@final
class PoolTable(Record):
    """Candidates in a table: one row each, of numbers and texts.

    inputs: columns that the planner learns from; formulas: those of them that hold formulas;
    label: the column that names a candidate (None: its row).
    """

    columns: tuple[str, ...] = Field(min_length=1)
    rows: tuple[tuple[float | str, ...], ...] = Field(min_length=2)
    inputs: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    label: str | None = None

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has another number of cells than there are columns")
        named = (*self.inputs, *self.formulas, *([self.label] if self.label else []))
        if unknown := [name for name in named if name not in self.columns]:
            raise ValueError(f"there is no column {unknown[0]!r}")
        if not (self.inputs or self.formulas):
            raise ValueError("a pool needs inputs or formulas to learn from")
        return self


@final
class EarlierTable(Record):
    """What an earlier campaign did and saw: points of this campaign's space, and by quantity what was
    measured there."""

    name: str = Field(min_length=1)
    points: tuple[dict[str, Setting], ...] = Field(min_length=1)
    observed: tuple[dict[str, Observed], ...]

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        if len(self.points) != len(self.observed):
            raise ValueError(f"{self.name}: each point needs what was seen there")
        return self


@final
class ReferenceSettings(Record):
    """The way of working that a campaign is compared with: on the same twins, until the goal.

    method: experiments by chance, or over a fixed grid; shifts: when instruments may start work;
    lanes: experiments at once; experiments: when it gives up; seeds: how often it is repeated.
    """

    method: Literal["random", "grid"] = "random"
    shifts: tuple[Shift, ...] = (STAFF_HOURS,)
    lanes: int = Field(default=1, ge=1)
    experiments: int = Field(default=100, ge=1)
    seeds: int = Field(default=3, ge=1)


@final
class CampaignDefinition(Record):
    """What a campaign is for, what it may vary and spend, and how it chooses.

    protocol: text of the template that a candidate's settings are filled into; parallel:
    experiments under way at once; until: whether the goal ends it; facility: a file or the name of a
    packaged one (None: the default); limits: by quantity, what can be measured: a value beyond them
    is taken as censored there; earlier: campaigns to learn from as long as they help; attribution:
    sources and licences of what the campaign uses.
    """

    schema_version: SchemaVersion = SCHEMA_VERSION
    name: str = Field(min_length=1)
    title: str = ""
    variables: tuple[Variable, ...] = ()
    constraints: tuple[str, ...] = ()
    pool: PoolTable | None = None
    objectives: tuple[Objective, ...] = Field(min_length=1)
    protocol: str
    budget: Budget
    until: Literal["goal", "budget"] = "budget"
    planner: PlannerSettings = PlannerSettings()
    seed: int = 0
    parallel: int = Field(default=1, ge=1)
    facility: str | None = None
    limits: dict[str, Range] = Field(default_factory=dict)
    reference: ReferenceSettings | None = ReferenceSettings()
    earlier: tuple[EarlierTable, ...] = ()
    attribution: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_something_to_choose(self) -> Self:
        if (self.pool is None) == (not self.variables):
            raise ValueError("a campaign has either variables or a pool")
        quantities = [objective.quantity for objective in self.objectives]
        if len(set(quantities)) < len(quantities):
            raise ValueError("two objectives are of one quantity")
        return self

    def digest(self) -> str:
        """SHA-256 of all that decides which experiments are chosen; the budget may be changed later."""
        content = self.model_dump_json(exclude=_NO_DECISION)
        return hashlib.sha256(content.encode()).hexdigest()
