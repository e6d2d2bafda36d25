"""What the lab asks of an instrument: a few verbs, and an end state rather than a toggle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kuralab.model.protocol import Value
from kuralab.units import Quantity


class DriverError(Exception):
    """The instrument refused or failed, in words for a person."""


class Status(StrEnum):
    """What an instrument knows of an order."""

    NEVER_ARRIVED = "never arrived"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class OrderedSample:
    """A sample as the instrument must know it: identity, what it is meant to be, and its form."""

    identity: str
    composition: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class Order:
    """What an instrument is asked to do, once. ``key`` makes asking twice harmless.

    parameters: as the operation kind defines them; samples: in their positions; makes: identities
    that the samples to be created will have.
    """

    key: str
    operation: str
    parameters: Mapping[str, Value]
    samples: tuple[OrderedSample, ...]
    makes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """What came back: raw files by name, values per sample (thickness, mass), or why it failed.

    ``files`` maps a sample's identity to (file name, bytes).
    """

    succeeded: bool
    message: str = ""
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)


class Driver(Protocol):
    """The code that talks to one instrument.

    ``start`` returns when the instrument has accepted the order; ``wait`` when it has ended, at
    once if it has already, also in a later process; ``collect`` may be called as often as one
    likes after that. ``status`` and ``collect`` know an order by its key.
    """

    def estimate(self, order: Order) -> float:
        """Seconds that an order will take."""

    def check(self, order: Order) -> list[str]:
        """Why this order cannot be performed; empty if it can."""

    async def start(self, order: Order) -> None:
        """Begin. Raises DriverError if the instrument refuses."""

    async def wait(self, key: str) -> None:
        """Until the order has ended, well or badly."""

    async def status(self, key: str) -> Status:
        """What has become of an order."""

    async def collect(self, key: str) -> Delivery:
        """What an ended order brought."""

    async def stop(self, key: str) -> None:
        """End an order early, safely; the samples stay where they are."""
