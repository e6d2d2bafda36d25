"""A fact, the event that it becomes in the ledger, and the failure to write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from kuralab.errors import KuralabError

EVENT_SCHEMA: Final = 1
"""Version of the payloads' form that this code writes."""


@final
class LedgerError(KuralabError):
    """The ledger could not be written; nothing of the failed transaction is kept."""


@final
@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, before it is in the ledger. The stream is the run's id."""

    kind: str
    stream: str
    payload: Mapping[str, Any]
    actor: str = "kuralab"


@final
@dataclass(frozen=True, slots=True)
class Event:
    """A fact in its place in the ledger; ``previous`` is the hash of the event before."""

    sequence: int
    time: datetime
    kind: str
    stream: str
    payload: Mapping[str, Any]
    actor: str
    schema: int
    previous: str
    hash: str
