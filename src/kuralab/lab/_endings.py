"""How orders end: success, failure, or nobody knows; each end is one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, final

from kuralab.clock import Clock
from kuralab.instruments import Delivery
from kuralab.lab._board import Board
from kuralab.lab._jobs import Job, is_measurement
from kuralab.lab._outcomes import (
    facts_of_success,
    measurement_identity,
    step_fact,
    store_measurement,
)
from kuralab.lab._progress import ENDED_RUN, RunProgress, StepProgress, StepState
from kuralab.model import AfterCrash, operation_kind
from kuralab.store import Fact, RawStore, Tables
from kuralab.units import Quantity

MOST_TRIES: Final = 3
"""How often a step is done again by itself before a person is asked: a line that is dead stays dead."""


class Record(Protocol):
    """Makes facts durable and lets the lab see them."""

    def __call__(self, *facts: Fact) -> Awaitable[None]: ...


@final
class Endings:
    """Records what came of an order and frees what it occupied."""

    def __init__(
        self,
        *,
        board: Board,
        clock: Clock,
        raw: RawStore,
        tables: Tables,
        record: Record,
        queue: Callable[[RunProgress, StepProgress], None],
    ) -> None:
        self._board = board
        self._clock = clock
        self._raw = raw
        self._tables = tables
        self._record = record
        self._queue = queue
        self._tried: dict[tuple[str, str], int] = {}

    async def nobody_knows(self, job: Job, reason: str) -> None:
        """Do it again where that harms nothing and may help; else hold it and ask a person."""
        steps = [(run.run, progress.step.key) for run, progress in job.members]
        tried = max(self._tried.get(step, 0) for step in steps)
        if operation_kind(job.operation).after_crash is AfterCrash.REPEATABLE and tried < MOST_TRIES:
            self._tried |= dict.fromkeys(steps, tried + 1)
            await self.again(job, reason)
            return
        facts: list[Fact] = []
        for run, progress in job.members:
            question = f"{progress.step.key}: {reason}. Did it happen?"
            facts.append(step_fact(run, progress, "unknown", message=reason))
            facts.append(
                Fact(
                    "step.asked",
                    run.run,
                    {"run": run.run, "step": progress.step.key, "question": question},
                )
            )
        await self._record(*facts)

    async def again(self, job: Job, reason: str) -> None:
        """Another attempt of a repeatable operation."""
        self._board.release(job)
        await self._record(
            *(
                step_fact(run, progress, "ready", attempt=progress.attempt + 1, message=reason)
                for run, progress in job.members
            )
        )
        for run, progress in job.members:
            self._queue(run, progress)

    async def succeed(self, job: Job, delivery: Delivery) -> None:
        """Keep what was delivered and record it."""
        station = self._board.station_of(job.instrument)
        try:
            stored = await self._store_files(job, delivery)
            facts = [
                fact
                for run, progress in job.members
                for fact in facts_of_success(
                    job, run, progress, delivery, stored, station.name, station.atmosphere.value
                )
            ]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            await self.fail(job, f"{job.instrument} delivered what cannot be used: {named(error)}")
            return
        await self._finish(job, facts)

    async def _store_files(self, job: Job, delivery: Delivery) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        for run, progress in job.members:
            for name in progress.step.samples:
                sample = run.identity(name)
                if sample in delivery.files:
                    file, content = delivery.files[sample]
                    identity = measurement_identity(run.run, progress.step.key, sample)
                    stored[sample] = await self._clock.in_thread(
                        store_measurement,
                        identity,
                        file,
                        bytes(content),
                        _known_of(run, progress, name),
                        self._raw,
                        self._tables,
                    )
        return stored

    async def _finish(self, job: Job, facts: list[Fact]) -> None:
        """The end of an order and what it makes possible are one transaction."""
        ended = {
            f.payload["step"]
            for f in facts
            if f.kind == "step.state" and f.payload["state"] == "finished"
        }
        failed = [f for f in facts if f.kind == "step.state" and f.payload["state"] == "failed"]
        runs = list({id(run): run for run, _ in job.members}.values())
        ready: list[tuple[RunProgress, StepProgress]] = []
        for run in runs:
            keys = [p.step.key for r, p in job.members if r is run and p.step.key in ended]
            possible = run.possible_after(keys)
            ready += [(run, progress) for progress in possible]
        self._board.release(job)
        kept = [fact for fact in facts if fact not in failed]
        await self._record(*kept, *(step_fact(run, progress, "ready") for run, progress in ready))
        for run, progress in ready:
            self._queue(run, progress)
        for fact in failed:
            run = next(run for run in runs if run.run == fact.payload["run"])
            await self.end_badly(run, run.steps[fact.payload["step"]], fact.payload["message"])
        for run in runs:
            await self.conclude(run)

    async def fail(self, job: Job, message: str, delivery: Delivery | None = None) -> None:
        """A failure is a recorded result; files that came with it are kept."""
        if delivery is not None and delivery.files:
            await self._store_files(job, delivery)
        self._board.release(job)
        for run, progress in job.members:
            await self.end_badly(run, progress, message)

    async def end_badly(self, run: RunProgress, progress: StepProgress, message: str) -> None:
        """A step failed: it, and all that needed it, in one transaction."""
        key = progress.step.key
        cancelled = [
            step_fact(run, run.steps[follower], "cancelled", message=f"it needs {key}, which failed")
            for follower in run.followers_of(key)
            if run.steps[follower].state in (StepState.WAITING, StepState.READY)
        ]
        await self._record(step_fact(run, progress, "failed", message=message), *cancelled)
        await self.conclude(run)

    async def conclude(self, run: RunProgress) -> None:
        """Close a run whose last step has ended."""
        if run.unfinished == 0 and run.state not in ENDED_RUN:
            bad = [p.step.key for p in run.steps.values() if p.state is not StepState.FINISHED]
            state = "failed" if bad else "finished"
            message = f"{len(bad)} of {len(run.steps)} steps did not finish" if bad else ""
            payload = {"run": run.run, "state": state, "message": message}
            await self._record(Fact("run.state", run.run, payload))


def named(error: BaseException) -> str:
    """An error as a word and a sentence."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _known_of(run: RunProgress, progress: StepProgress, name: str) -> dict[str, Any]:
    """What the lab knows of a measurement that its file may not: geometry and temperature."""
    place = run.sample_of(name)
    known: dict[str, Any] = {
        key: place.values[key] for key in ("thickness", "diameter") if key in place.values
    }
    temperature = progress.step.parameters.get("temperature")
    if isinstance(temperature, Quantity) and is_measurement(progress.step.operation):
        known["temperature"] = temperature
    return known
