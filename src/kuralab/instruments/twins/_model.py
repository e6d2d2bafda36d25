"""What a twin needs of the physics of its instrument: how long, whether, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from numpy.random import Generator

from kuralab.clock import keyed_generator
from kuralab.instruments._driver import DriverError, Order
from kuralab.instruments.twins._sample import TrueSample
from kuralab.units import Quantity


@dataclass(frozen=True)
class Happening:
    """The circumstances of one order.

    share: how much of its time it had, below 1 when it was stopped or broke down; seed and
    instrument key the random numbers.
    """

    instrument: str
    seed: int
    started: datetime
    share: float = 1.0

    def generator(self, *key: str | int) -> Generator:
        """Random numbers for one purpose, the same whenever and however often they are asked for."""
        return keyed_generator(self.seed, *key)


@dataclass(frozen=True)
class Outcome:
    """samples: their new states by identity, None for one that was used up; files, values: as in
    ``Delivery``; message: why nothing came of it although the instrument worked."""

    samples: Mapping[str, TrueSample | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    message: str = ""


class Model(Protocol):
    """The physics behind one twin; pure, so that asking twice gives the same.

    operations: what it can do, None for anything; knows_samples: whether samples must exist in the
    twins' world; sealed: whether samples are closed in, away from the station's atmosphere.
    """

    operations: tuple[str, ...] | None
    knows_samples: bool
    sealed: bool

    def seconds(self, order: Order) -> float:
        """How long an order takes."""

    def places(self, order: Order) -> int:
        """How many of the instrument's places an order occupies."""

    def refusals(self, order: Order) -> list[str]:
        """Why an order makes no sense on this instrument; empty if it does."""

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """What an order makes of its samples."""


def quantity(order: Order, name: str, unit: str, *, default: float | None = None) -> float:
    """A parameter of an order as a number in one unit.

    Raises
    ------
    DriverError
        It is absent, and there is no default.
    """
    value = order.parameters.get(name)
    if value is None:
        if default is None:
            raise DriverError(f"{order.operation} needs {name}")
        return default
    if isinstance(value, Quantity):
        return value.to(unit).value
    return Quantity.parse(value, unit=unit).value if isinstance(value, str) else float(value)
