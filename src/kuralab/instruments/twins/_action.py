"""One order as a twin's log holds it: a line when it starts and one when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kuralab.instruments._driver import Delivery, Order
from kuralab.instruments._order_file import order_from_record, record_from_order
from kuralab.instruments.twins._model import Outcome
from kuralab.instruments.twins._turn import Turn
from kuralab.units import Quantity


@dataclass
class Action:
    """What was asked, when it ends, and once it has: its last line.

    waiters: who waits for it; finishing: only one may write down how it ended; remembered: False
    after a restart of an instrument that forgets.
    """

    order: Order
    started: datetime
    ends: datetime
    ending: Mapping[str, Any] | None = None
    waiters: set[asyncio.Future[None]] = field(default_factory=set)
    finishing: Turn = field(default_factory=Turn)
    remembered: bool = True

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Action:
        """The action of a line that ``line`` made."""
        return cls(
            order=order_from_record(line),
            started=datetime.fromisoformat(line["started"]),
            ends=datetime.fromisoformat(line["ends"]),
        )

    def line(self) -> dict[str, Any]:
        """The line at the start."""
        return {
            **record_from_order(self.order),
            "started": self.started.isoformat(),
            "ends": self.ends.isoformat(),
        }

    def end(self, ending: Mapping[str, Any]) -> None:
        """Take the last line, and wake who waits for it."""
        self.ending = ending
        for waiter in self.waiters:
            wake(waiter)


def wake(waiter: asyncio.Future[None]) -> None:
    """Let a coroutine go on, unless it does already."""
    if not waiter.done():
        waiter.set_result(None)


def last_line(order: Order, *, ended: datetime, message: str, outcome: Outcome) -> dict[str, Any]:
    """The line at the end; a message says why an order did not succeed."""
    return {
        "key": order.key,
        "ended": ended.isoformat(),
        "succeeded": not message,
        "message": message,
        "values": {
            identity: {key: value.model_dump() for key, value in values.items()}
            for identity, values in outcome.values.items()
        },
        "files": {identity: name for identity, (name, _) in outcome.files.items()},
    }


def delivery_from_line(ending: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> Delivery:
    """What the last line says was brought."""
    return Delivery(
        succeeded=ending["succeeded"],
        message=ending["message"],
        files=files,
        values={
            identity: {key: Quantity(**given) for key, given in values.items()}
            for identity, values in ending["values"].items()
        },
    )
