"""A protocol: operations on samples with their order and constraints, a directed acyclic graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Self, final

from pydantic import Field, model_validator

from kuralab.errors import InputError
from kuralab.model._base import SCHEMA_VERSION, Record, SchemaVersion
from kuralab.model._range import Range
from kuralab.model.operation import Value, checked_value, operation_kind, quantity_of
from kuralab.model.sample import Atmosphere
from kuralab.units import Quantity

__all__ = ["Link", "Protocol", "Step", "Value", "cycle_among"]


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
    named in ``open_parameters``; ``open_ranges`` says within what it is to be chosen, if anything.
    """

    key: str = Field(min_length=1)
    operation: str
    parameters: dict[str, Value] = Field(default_factory=dict)
    open_parameters: tuple[str, ...] = ()
    open_ranges: dict[str, Range] = Field(default_factory=dict)
    samples: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    after: tuple[Link, ...] = ()
    line: int | None = None

    @property
    def label(self) -> str:
        """The key without the values of the repeats that it stands in: ``ball_mill x=10``."""
        words = self.key.split(" ")
        repeated = next((i for i, word in enumerate(words) if "=" in word), len(words))
        return " ".join(words[:repeated])


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

    @model_validator(mode="after")
    def _is_a_graph_without_cycles(self) -> Self:
        keys = {step.key for step in self.steps}
        if len(keys) < len(self.steps):
            raise ValueError("two steps have one key")
        for step in self.steps:
            for link in step.after:
                if link.step not in keys:
                    raise ValueError(f"step {step.key!r} follows {link.step!r}, which does not exist")
        if cycle := cycle_among(self.steps):
            raise ValueError(f"steps wait for each other: {' after '.join(cycle)}")
        return self

    def step(self, key: str) -> Step:
        """The step of one key."""
        return next(step for step in self.steps if step.key == key)

    def digest(self) -> str:
        """SHA-256 of what is to be done, without names of lines and titles."""
        content = self.model_copy(
            update={"steps": tuple(s.model_copy(update={"line": None}) for s in self.steps), "title": ""}
        )
        return hashlib.sha256(content.model_dump_json().encode()).hexdigest()

    def filled(self, values: Mapping[str, object]) -> Protocol:
        """The protocol with open parameters filled in.

        values: by ``ball_mill.duration``, or by ``duration`` where only one kind of step has it
        open; repeats are filled together, and ``ball_mill x=10.duration`` is one of them.

        Raises
        ------
        InputError
            No such open parameter, a value of another dimension, or one outside its range.
        """
        steps = {step.key: step for step in self.steps}
        for name, value in values.items():
            for key, parameter in self._open_places(name):
                steps[key] = _with_value(steps[key], parameter, value, name)
        return self.model_copy(update={"steps": tuple(steps.values())})

    def _open_places(self, name: str) -> list[tuple[str, str]]:
        """Steps and parameters that a name means."""
        label, _, parameter = name.rpartition(".")
        places = [(step, open_) for step in self.steps for open_ in step.open_parameters]
        found = [
            (step, open_)
            for step, open_ in places
            if open_ == parameter and label in ("", step.label, step.key)
        ]
        labels = {step.label for step, _ in found}
        known = ", ".join(dict.fromkeys(f"{step.label}.{open_}" for step, open_ in places))
        if not found:
            raise InputError(
                "no step leaves this open", field=name, hint=f"Open are {known or 'no parameters'}."
            )
        if not label and len(labels) > 1:
            raise InputError("several steps leave this open", field=name, hint=f"Write one of {known}.")
        return [(step.key, open_) for step, open_ in found]


def cycle_among(steps: Iterable[Step]) -> tuple[str, ...]:
    """Keys of steps that wait for each other in a circle, the first one again last; empty if none."""
    waits_for = {step.key: [link.step for link in step.after] for step in steps}
    followers: dict[str, list[str]] = {key: [] for key in waits_for}
    for key, earlier in waits_for.items():
        for other in earlier:
            followers[other].append(key)
    unmet = {key: len(earlier) for key, earlier in waits_for.items()}
    ready = [key for key, count in unmet.items() if count == 0]
    while ready:
        key = ready.pop()
        del waits_for[key]
        for follower in followers[key]:
            unmet[follower] -= 1
            if unmet[follower] == 0:
                ready.append(follower)
    if not waits_for:
        return ()
    # What is left waits for something that is left: following it must come round.
    path = [next(iter(waits_for))]
    while path.count(path[-1]) == 1:
        path.append(next(other for other in waits_for[path[-1]] if other in waits_for))
    return tuple(path[path.index(path[-1]) :])


def _with_value(step: Step, parameter: str, given: object, name: str) -> Step:
    kind = operation_kind(step.operation).parameter(parameter)
    try:
        value = checked_value(kind, given)
    except InputError as error:
        raise InputError(error.message, hint=error.hint, field=name) from None
    allowed = step.open_ranges.get(parameter)
    if allowed is not None and not isinstance(value, str) and not allowed.holds(quantity_of(value)):
        raise InputError(
            f"{value} is outside {allowed}, which the protocol leaves open",
            field=name,
            hint="Choose a value within.",
        )
    return step.model_copy(
        update={
            "parameters": {**step.parameters, parameter: value},
            "open_parameters": tuple(p for p in step.open_parameters if p != parameter),
            "open_ranges": {key: r for key, r in step.open_ranges.items() if key != parameter},
        }
    )
