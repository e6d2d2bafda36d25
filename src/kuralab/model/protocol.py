"""A protocol: operations on samples with their order and constraints, a directed acyclic graph."""

from __future__ import annotations

import hashlib
from typing import final

from pydantic import Field

from kuralab.model._base import SCHEMA_VERSION, Record, SchemaVersion
from kuralab.model.sample import Atmosphere
from kuralab.units import Quantity

Value = Quantity | int | float | str


@final
class Link(Record):
    """A step that must have finished before, and how long before at least and at most."""

    step: str
    lag_minimum: Quantity | None = None
    lag_maximum: Quantity | None = None


@final
class Step(Record):
    """One operation within a protocol.

    samples: names of the samples that it acts on; makes: names of those that it creates.
    ``line`` is where it stands in its file. An open parameter is absent from ``parameters`` and
    named in ``open_parameters``.
    """

    key: str = Field(min_length=1)
    operation: str
    parameters: dict[str, Value] = Field(default_factory=dict)
    open_parameters: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    after: tuple[Link, ...] = ()
    line: int | None = None


@final
class Protocol(Record):
    """Steps in the order in which they were written; ``atmosphere`` is what samples must stay in.

    ``air_sensitive`` samples must never meet air: neither in a step nor on the way between two.
    """

    schema_version: SchemaVersion = SCHEMA_VERSION
    name: str = Field(min_length=1)
    title: str = ""
    air_sensitive: bool = False
    atmosphere: Atmosphere | None = None
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        """The step of one key."""
        return next(step for step in self.steps if step.key == key)

    def digest(self) -> str:
        """SHA-256 of what is to be done, without names of lines and titles."""
        content = self.model_copy(
            update={"steps": tuple(s.model_copy(update={"line": None}) for s in self.steps), "title": ""}
        )
        return hashlib.sha256(content.model_dump_json().encode()).hexdigest()
