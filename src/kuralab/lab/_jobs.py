"""A job: one order to one instrument, for one step or for the steps of a batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kuralab.instruments import Order, OrderedSample
from kuralab.lab._progress import RunProgress, StepProgress
from kuralab.model import Effect, operation_kind


@dataclass(frozen=True)
class Job:
    """Steps that share an order; ``departs`` is when their samples set out to the instrument."""

    order: Order
    instrument: str
    members: tuple[tuple[RunProgress, StepProgress], ...]
    attempt: int
    travel: float = 0.0
    departs: datetime | None = None

    @property
    def operation(self) -> str:
        return self.order.operation


def make_job(
    instrument: str,
    members: Sequence[tuple[RunProgress, StepProgress]],
    *,
    attempt: int,
    travel: float = 0.0,
    departs: datetime | None = None,
) -> Job:
    """The job of these steps on an instrument; its key is the same whenever it is made again."""
    first = members[0][1].step
    names = sorted(f"{run.run}/{progress.step.key}" for run, progress in members)
    digest = hashlib.sha256(json.dumps([names, attempt]).encode()).hexdigest()[:16]
    samples = tuple(
        _ordered_sample(run, name) for run, progress in members for name in progress.step.samples
    )
    makes = tuple(run.identity(name) for run, progress in members for name in progress.step.makes)
    order = Order(
        key=f"{digest}-{attempt}",
        operation=first.operation,
        parameters=first.parameters,
        samples=samples,
        makes=makes,
    )
    return Job(order, instrument, tuple(members), attempt, travel, departs)


def _ordered_sample(run: RunProgress, name: str) -> OrderedSample:
    place = run.samples.get(run.identity(name))
    if place is None:
        # Asked about before it exists, for an estimate.
        return OrderedSample(identity=run.identity(name))
    return OrderedSample(identity=place.identity, composition=place.composition, form=place.form)


def is_measurement(operation: str) -> bool:
    """Whether an operation brings back data and leaves the sample as it was."""
    return operation_kind(operation).effect is Effect.MEASURE
