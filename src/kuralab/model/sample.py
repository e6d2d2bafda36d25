"""A sample: a physical thing with identity, form, composition and history."""

from __future__ import annotations

from enum import StrEnum
from typing import Self, final

from pydantic import Field, model_validator

from kuralab.model._base import SCHEMA_VERSION, Length, Mass, Record, SchemaVersion
from kuralab.model.composition import Composition


class Form(StrEnum):
    """The physical form of a sample."""

    POWDER = "powder"
    PELLET = "pellet"
    FILM = "film"
    MELT = "melt"
    CELL = "cell"


class Atmosphere(StrEnum):
    """What surrounds a sample; sulfide electrolytes must never meet air."""

    ARGON = "argon"
    DRY_AIR = "dry air"
    AIR = "air"
    VACUUM = "vacuum"


@final
class Sample(Record):
    """A physical thing in the lab.

    ``parents`` are the identities of the samples that it was made from.
    """

    schema_version: SchemaVersion = SCHEMA_VERSION
    identity: str = Field(min_length=1)
    composition: Composition
    form: Form
    mass: Mass | None = None
    thickness: Length | None = None
    diameter: Length | None = None
    atmosphere: Atmosphere | None = None
    location: str | None = None
    parents: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_not_its_own_parent(self) -> Self:
        if self.identity in self.parents:
            raise ValueError(f"sample {self.identity!r} is its own parent")
        return self
