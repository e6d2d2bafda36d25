"""A sample: a physical thing with identity, form, composition and history."""

from __future__ import annotations

from enum import StrEnum
from typing import final

from pydantic import Field

from kuralab.model._base import SCHEMA_VERSION, Record
from kuralab.model.composition import Composition
from kuralab.units import Quantity


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

    schema_version: int = SCHEMA_VERSION
    identity: str = Field(min_length=1)
    composition: Composition
    form: Form
    mass: Quantity | None = None
    thickness: Quantity | None = None
    diameter: Quantity | None = None
    atmosphere: Atmosphere | None = None
    location: str | None = None
    parents: tuple[str, ...] = ()
