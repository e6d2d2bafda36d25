"""What has happened to a run, folded from its events: steps, samples, where everything is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from kuralab.model import Atmosphere, Facility, Step
from kuralab.model import Protocol as LabProtocol
from kuralab.units import Quantity


class StepState(StrEnum):
    """The states of a step, in their order; the last four are ends."""

    WAITING = "waiting"
    READY = "ready"
    CLAIMED = "claimed"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class RunState(StrEnum):
    """The states of a run."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED_STEP = frozenset({StepState.FINISHED, StepState.FAILED, StepState.CANCELLED})
ENDED_RUN = frozenset({RunState.FINISHED, RunState.FAILED, RunState.CANCELLED})


class Happened(Protocol):
    """The part of an event that progress depends on."""

    @property
    def kind(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


@dataclass
class StepProgress:
    """One step of a run: its state, who performs it, and when it changed."""

    step: Step
    index: int
    state: StepState = StepState.WAITING
    instrument: str | None = None
    order: str | None = None
    attempt: int = 1
    message: str = ""
    since: datetime | None = None
    travel: float = 0.0


@dataclass
class SamplePlace:
    """A sample of a run: identity, what it is, and where it is."""

    identity: str
    name: str
    composition: str | None
    form: str | None
    station: str | None = None
    atmosphere: Atmosphere | None = None
    present: bool = True
    values: dict[str, Quantity] = field(default_factory=dict)


class RunProgress:
    """A run as its events tell it. ``apply`` takes them in order, live or from the ledger."""

    def __init__(
        self, run: str, protocol: LabProtocol, facility: Facility, seed: int, *, number: int = 0
    ) -> None:
        self.run = run
        self.protocol = protocol
        self.facility = facility
        self.seed = seed
        self.number = number
        self.state = RunState.RUNNING
        self.message = ""
        self.created: datetime | None = None
        self.ended: datetime | None = None
        self.steps = {s.key: StepProgress(s, i) for i, s in enumerate(protocol.steps)}
        self.samples: dict[str, SamplePlace] = {}
        self.questions: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self._followers: dict[str, list[str]] = {}
        self._missing: dict[str, int] = {}
        for step in protocol.steps:
            self._missing[step.key] = len({link.step for link in step.after})
            for predecessor in {link.step for link in step.after}:
                self._followers.setdefault(predecessor, []).append(step.key)
        self.unfinished = len(self.steps)

    def apply(self, event: Happened) -> None:
        """Take one event of this run into account."""
        payload = event.payload
        if event.kind == "step.state":
            self._apply_step(event)
        elif event.kind == "sample.created":
            atmosphere = payload.get("atmosphere")
            self.samples[payload["sample"]] = SamplePlace(
                identity=payload["sample"],
                name=payload["name"],
                composition=payload.get("composition"),
                form=payload.get("form"),
                station=payload.get("station"),
                atmosphere=None if atmosphere is None else Atmosphere(atmosphere),
            )
        elif event.kind == "sample.moved":
            place = self.samples[payload["sample"]]
            place.station, place.atmosphere = payload["station"], Atmosphere(payload["atmosphere"])
        elif event.kind == "sample.changed":
            place = self.samples[payload["sample"]]
            place.form = payload.get("form") or place.form
            place.present = payload.get("state", "present") == "present"
            for key, value in payload.get("values", {}).items():
                place.values[key] = Quantity.model_validate(value)
        elif event.kind == "run.state":
            self.state = RunState(payload["state"])
            self.message = payload.get("message", "")
            self.ended = event.time if self.state in ENDED_RUN else None
        elif event.kind == "run.created":
            self.created = event.time
        elif event.kind == "step.asked":
            self.questions[payload["step"]] = payload["question"]
        elif event.kind == "step.answered":
            self.questions.pop(payload["step"], None)
            self.answers[payload["step"]] = payload["answer"]

    def _apply_step(self, event: Happened) -> None:
        payload = event.payload
        progress = self.steps[payload["step"]]
        before, after = progress.state, StepState(payload["state"])
        progress.state = after
        progress.since = event.time
        progress.instrument = payload.get("instrument", progress.instrument)
        progress.order = payload.get("order", progress.order)
        progress.attempt = payload.get("attempt", progress.attempt)
        progress.message = payload.get("message", "")
        progress.travel = payload.get("travel", progress.travel)
        if after in ENDED_STEP and before not in ENDED_STEP:
            self.unfinished -= 1
        if after is StepState.FINISHED and before is not StepState.FINISHED:
            for follower in self._followers.get(progress.step.key, ()):
                self._missing[follower] -= 1

    def possible_after(self, finishing: Iterable[str]) -> list[StepProgress]:
        """Steps that wait for nothing any more once these have finished."""
        fewer: dict[str, int] = {}
        for step in finishing:
            for follower in self._followers.get(step, ()):
                fewer[follower] = fewer.get(follower, 0) + 1
        return [
            self.steps[key]
            for key in self._ordered(fewer)
            if self._missing[key] == fewer[key] and self.steps[key].state is StepState.WAITING
        ]

    def possible_from_the_start(self) -> list[StepProgress]:
        """All steps that wait for nothing."""
        return [progress for key, progress in self.steps.items() if self._is_possible(key)]

    def _is_possible(self, key: str) -> bool:
        return self._missing[key] == 0 and self.steps[key].state is StepState.WAITING

    def _ordered(self, keys: Iterable[str]) -> list[str]:
        return sorted(keys, key=lambda key: self.steps[key].index)

    def followers_of(self, key: str) -> list[str]:
        """Every step that directly or indirectly needs this one, in written order."""
        found: set[str] = set()
        open_ = list(self._followers.get(key, ()))
        while open_:
            follower = open_.pop()
            if follower not in found:
                found.add(follower)
                open_ += self._followers.get(follower, ())
        return self._ordered(found)

    def earliest(self, progress: StepProgress) -> datetime | None:
        """When the minimum lags allow a step to start; None where it has no predecessor."""
        times = [
            since + timedelta(seconds=_seconds(link.lag_minimum))
            for link in progress.step.after
            if (since := self.steps[link.step].since) is not None
        ]
        return max(times, default=None)

    def deadline(self, progress: StepProgress) -> datetime | None:
        """When the maximum lags require a step to have started; None without one."""
        times = [
            since + timedelta(seconds=_seconds(link.lag_maximum))
            for link in progress.step.after
            if link.lag_maximum is not None and (since := self.steps[link.step].since) is not None
        ]
        return min(times, default=None)

    def sample_of(self, name: str) -> SamplePlace:
        """The sample of a name in the protocol."""
        return self.samples[self.identity(name)]

    def identity(self, name: str) -> str:
        """The identity, unique in the lab, of a name in the protocol."""
        return f"{self.run}/{name}"


def _seconds(quantity: Quantity | None) -> float:
    return 0.0 if quantity is None else quantity.to("s").value
