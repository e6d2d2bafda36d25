"""What a search in the lab's records returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import final

from kuralab.units import Quantity


@final
@dataclass(frozen=True)
class RunRow:
    """A run and how far it is: created, running, paused, finished, failed or cancelled."""

    run: str
    name: str
    state: str
    seed: int
    created: datetime
    finished: datetime | None
    message: str | None


@final
@dataclass(frozen=True)
class StepRow:
    """A step of a run in its latest state; ``question`` is set while it waits for a person."""

    run: str
    step: str
    operation: str | None
    state: str
    instrument: str | None
    order: str | None
    attempt: int | None
    ready: datetime | None
    started: datetime | None
    finished: datetime | None
    message: str | None
    samples: tuple[str, ...]
    question: str | None


@final
@dataclass(frozen=True)
class SampleRow:
    """A sample as it is now; state is present, consumed or lost."""

    run: str
    sample: str
    name: str
    composition: str | None
    form: str
    station: str | None
    atmosphere: str | None
    state: str
    parents: tuple[str, ...]
    values: Mapping[str, Quantity]
    made_by: str
    created: datetime


@final
@dataclass(frozen=True)
class MeasurementRow:
    """A measurement; its numbers are in the table of the same id, its bytes in the raw file."""

    id: str
    run: str
    step: str
    sample: str
    technique: str
    instrument: str
    time: datetime
    format: str
    raw_sha256: str
    rows: int
    temperature: Quantity | None


@final
@dataclass(frozen=True)
class ResultRow:
    """A result with what it was found from; ``inputs`` are ids of measurements."""

    id: str
    run: str
    sample: str
    composition: str | None
    quantity: str
    value: float | None
    uncertainty: float | None
    unit: str
    flags: tuple[str, ...]
    technique: str
    method: str
    conditions: Mapping[str, Quantity | str]
    inputs: tuple[str, ...]
    time: datetime
