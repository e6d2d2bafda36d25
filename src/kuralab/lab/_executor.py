"""Carries runs out: assigns steps, moves samples, gives orders, records what came of them.

Every intent is durable before the command leaves. A step is started on an instrument at most once
per attempt, and what an instrument has measured is collected however often the process dies.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, final

from kuralab.clock import Clock
from kuralab.instruments import Delivery, Driver, DriverError, Status
from kuralab.lab._board import Board
from kuralab.lab._endings import Endings, named
from kuralab.lab._jobs import Job, make_job
from kuralab.lab._outcomes import step_fact
from kuralab.lab._policies import AccessPolicy, SharePolicy
from kuralab.lab._progress import ENDED_RUN, RunProgress, RunState, StepProgress, StepState
from kuralab.lab._scheduler import BATCH_WAIT, Assignment, Candidate, Scheduler, programme_of
from kuralab.model import Facility
from kuralab.store import Event, Fact, Ledger, RawStore, Tables

UNDER_WAY: Final = (StepState.CLAIMED, StepState.STARTED, StepState.UNKNOWN)
# An instrument that takes this many times its estimate, and this long on top, is given up on.
PATIENCE_FACTOR: Final = 3.0
PATIENCE: Final = 3600.0
# Seconds within which two moments are one: a decision must not hang on the last digit of a sum.
CLOCK_GRAIN: Final = 1e-3

Follow = Callable[[RunProgress], Awaitable[Sequence[RunProgress]]]
"""Asked at the end of each run: what shall be taken up now."""


@final
class Executor:
    """Works on any number of runs at once until none of them can go on."""

    def __init__(
        self,
        *,
        facility: Facility,
        ledger: Ledger,
        raw: RawStore,
        tables: Tables,
        clock: Clock,
        drivers: Mapping[str, Driver],
        scheduler: Scheduler,
        access: AccessPolicy,
        share: SharePolicy,
        observer: Callable[[Event], None] | None,
        follow: Follow | None = None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._drivers = drivers
        self._scheduler = scheduler
        self._access = access
        self._share = share
        self._observer = observer
        self._follow = follow
        self._ended: deque[RunProgress] = deque()
        self._following = False
        self._board = Board(facility)
        self._runs: dict[str, RunProgress] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._expected: dict[str, dict[str, float]] = {}
        self._failure: BaseException | None = None
        self._endings = Endings(
            board=self._board,
            clock=clock,
            raw=raw,
            tables=tables,
            record=self._record,
            queue=self._queue,
        )

    async def work(self, runs: Sequence[RunProgress]) -> None:
        """Carry these runs on until each has ended, is paused, or waits for a person.

        Raises
        ------
        LedgerError
            The ledger cannot be written; what the instruments do goes on and is collected when
            the same run is continued.
        """
        self._wake = asyncio.Event()
        self._runs = {run.run: run for run in runs if run.state is RunState.RUNNING}
        for run in self._runs.values():
            self._board.place(run)
        # What follows a run's end may add others meanwhile.
        for run in list(self._runs.values()):
            await self._take_up(run)
        try:
            while self._failure is None:
                self._assign()
                if not self._tasks and not self._timers:
                    if not await self._fail_the_stuck():
                        break
                    continue
                self._wake.clear()
                await self._wake.wait()
        finally:
            for timer in self._timers:
                timer.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._failure is not None:
            raise self._failure

    # -- taking up a run, new or interrupted ------------------------------------------------

    async def _take_up(self, run: RunProgress) -> None:
        orders: dict[str, list[StepProgress]] = {}
        for progress in run.steps.values():
            if progress.state is StepState.READY:
                self._queue(run, progress)
            elif progress.state is StepState.UNKNOWN and progress.step.key in run.answers:
                self._spawn(self._answered(run, progress))
            elif progress.state in UNDER_WAY and progress.order:
                orders.setdefault(progress.order, []).append(progress)
        await self._make_ready(run, run.possible_from_the_start())
        for members in orders.values():
            first = members[0]
            assert first.instrument is not None
            job = make_job(
                first.instrument,
                [(run, m) for m in members],
                attempt=first.attempt,
                travel=first.travel,
                departs=first.since,
            )
            # A held step keeps its instrument: nobody knows what is still inside.
            self._board.occupy(job)
            self._expect(job, first.since or self._clock.now())
            if first.state is StepState.STARTED:
                self._spawn(self._resume(job))
            elif first.state is StepState.CLAIMED:
                self._spawn(self._set_out(job, claimed=True))
        await self._endings.conclude(run)

    async def _follow_up(self, follow: Follow) -> None:
        """Say of each run that it has ended, one at a time in the ledger's order."""
        while self._ended:
            for run in await follow(self._ended.popleft()):
                self._runs[run.run] = run
                self._board.place(run)
                await self._take_up(run)
        self._following = False

    async def _resume(self, job: Job) -> None:
        """After a crash: ask the instrument what has become of the order."""
        status = await self._drivers[job.instrument].status(job.order.key)
        if status is Status.NEVER_ARRIVED:
            await self._command(job)
        elif status is Status.CANNOT_TELL:
            await self._endings.nobody_knows(job, "the instrument cannot tell what became of the order")
        else:
            await self._attend(job)

    async def _answered(self, run: RunProgress, progress: StepProgress) -> None:
        """What a person said of a held step."""
        answer = run.answers.pop(progress.step.key)
        assert progress.instrument is not None
        job = make_job(progress.instrument, [(run, progress)], attempt=progress.attempt)
        if answer == "repeat":
            await self._endings.again(job, "a person said to repeat it")
        elif answer == "failed":
            await self._endings.end_badly(run, progress, "a person said that it failed")
        else:
            await self._endings.succeed(
                job, Delivery(succeeded=True, message="a person said that it happened")
            )

    # -- from ready to started --------------------------------------------------------------

    async def _make_ready(self, run: RunProgress, possible: Sequence[StepProgress]) -> None:
        if possible:
            await self._record(*(step_fact(run, progress, "ready") for progress in possible))
        for progress in possible:
            self._queue(run, progress)

    def _queue(self, run: RunProgress, progress: StepProgress) -> None:
        """Into the queue now, or when its minimum lag has passed."""
        earliest = run.earliest(progress)
        wait = 0.0 if earliest is None else (earliest - self._clock.now()).total_seconds()
        if wait > 0:
            self._later(wait, lambda: self._enqueue(run, progress))
        else:
            self._enqueue(run, progress)

    def _enqueue(self, run: RunProgress, progress: StepProgress) -> None:
        since = progress.since or self._clock.now()
        self._scheduler.add(
            Candidate(
                run=run.run,
                step=progress.step.key,
                operation=progress.step.operation,
                parameters=progress.step.parameters,
                programme=programme_of(progress.step),
                samples=tuple(run.identity(name) for name in progress.step.samples),
                deadline=run.deadline(progress),
                urgency=self._share.urgency(run),
                turn=(since.timestamp(), run.number, progress.index),
            )
        )

    def _assign(self) -> None:
        if len(self._scheduler) == 0:
            return
        now = self._clock.now()
        # One by one, batches last: what an instrument has just begun, a batch may wait for.
        for free in sorted(self._board.free(now), key=lambda pair: pair[0].batch):
            for assignment in self._scheduler.assign(
                [free], possible=self._possible, arriving=self._arriving
            ):
                self._claim(assignment)
        opening = self._board.next_opening(now)
        if len(self._scheduler) and opening is not None and not self._timers:
            self._later((opening - now).total_seconds(), lambda: None)

    def _possible(self, instrument: Any, candidate: Candidate) -> bool:
        run = self._runs[candidate.run]
        if run.state is not RunState.RUNNING:
            return False
        return self._access.refusal(run, instrument.name) is None and self._board.can_take(
            instrument, candidate, run
        )

    def _arriving(self, instrument: Any, programme: str) -> bool:
        """Whether a step of the same programme will be ready before long."""
        now = self._clock.now().timestamp()
        return any(
            ready - now <= patience + CLOCK_GRAIN
            for ready, patience in self._arrivals(instrument, programme)
        )

    def _arrivals(self, instrument: Any, programme: str) -> list[tuple[float, float]]:
        found = []
        for run in self._runs.values():
            for key, ends in self._expected.get(run.run, {}).items():
                for follower in run.possible_after([key]):
                    if programme_of(follower.step) == programme:
                        job = make_job(instrument.name, [(run, follower)], attempt=1)
                        patience = BATCH_WAIT * self._drivers[instrument.name].estimate(job.order)
                        found.append((ends, patience))
        return found

    def _claim(self, assignment: Assignment) -> None:
        members = [
            (self._runs[candidate.run], self._runs[candidate.run].steps[candidate.step])
            for candidate in assignment.candidates
        ]
        now = self._clock.now()
        late = [m for m in members if (limit := m[0].deadline(m[1])) is not None and limit < now]
        if late:
            self._spawn(self._too_late(late))
            for run, progress in members:
                if (run, progress) not in late:
                    self._enqueue(run, progress)
            return
        travel = max(
            (
                self._board.travel(run, name, assignment.instrument)
                for run, p in members
                for name in p.step.samples
            ),
            default=0.0,
        )
        job = make_job(
            assignment.instrument,
            members,
            attempt=max(progress.attempt for _, progress in members),
            travel=travel,
            departs=now,
        )
        self._board.occupy(job)
        self._expect(job, now)
        self._spawn(self._set_out(job, claimed=False))

    def _expect(self, job: Job, began: datetime) -> None:
        """Note when the steps of a job are likely to end, for batches that may wait for them."""
        estimate = self._drivers[job.instrument].estimate(job.order)
        ends = began.timestamp() + job.travel + estimate
        for run, progress in job.members:
            self._expected.setdefault(run.run, {})[progress.step.key] = ends

    async def _too_late(self, members: Sequence[tuple[RunProgress, StepProgress]]) -> None:
        for run, progress in members:
            await self._endings.end_badly(
                run, progress, "its longest lag has passed before an instrument was free"
            )

    async def _set_out(self, job: Job, *, claimed: bool) -> None:
        """Bring the samples to the instrument, then give the order."""
        common = {"instrument": job.instrument, "order": job.order.key, "attempt": job.attempt}
        started = [step_fact(run, p, "started", **common) for run, p in job.members]
        if not claimed:
            facts = [step_fact(run, p, "claimed", travel=job.travel, **common) for run, p in job.members]
            facts += self._board.moves(job)
            if job.travel == 0.0:
                facts += started
            await self._record(*facts)
        if claimed or job.travel > 0.0:
            departs = job.departs or self._clock.now()
            arrives = departs + timedelta(seconds=job.travel)
            await self._clock.sleep(max(0.0, (arrives - self._clock.now()).total_seconds()))
            await self._record(*started)
        await self._command(job)

    async def _command(self, job: Job) -> None:
        driver = self._drivers[job.instrument]
        try:
            await driver.start(job.order)
        except DriverError as error:
            await self._endings.fail(job, f"{job.instrument} refused: {error}")
            return
        except Exception as error:
            await self._endings.fail(
                job, f"the driver of {job.instrument} broke at the start: {named(error)}"
            )
            return
        await self._attend(job)

    # -- from started to an end -------------------------------------------------------------

    async def _attend(self, job: Job) -> None:
        driver = self._drivers[job.instrument]
        patience = PATIENCE_FACTOR * driver.estimate(job.order) + PATIENCE
        try:
            async with asyncio.timeout(patience):
                await driver.wait(job.order.key)
            status = await driver.status(job.order.key)
            delivery = await driver.collect(job.order.key)
            if not isinstance(delivery, Delivery):
                raise DriverError(f"it delivered {type(delivery).__name__}, not a Delivery")
        except TimeoutError:
            await self._give_up(job, driver)
            return
        except Exception as error:
            await self._broken(job, driver, error)
            return
        finally:
            for run, progress in job.members:
                self._expected.get(run.run, {}).pop(progress.step.key, None)
        if status is Status.CANNOT_TELL:
            await self._endings.nobody_knows(job, "the instrument lost track of the order")
        elif status is Status.FAILED or not delivery.succeeded:
            await self._endings.fail(
                job, delivery.message or "the instrument reported a failure", delivery
            )
        else:
            await self._endings.succeed(job, delivery)

    async def _give_up(self, job: Job, driver: Driver) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await driver.stop(job.order.key)
        except Exception as error:
            await self._endings.nobody_knows(
                job, f"it did not end in time and could not be stopped: {named(error)}"
            )
            return
        await self._endings.nobody_knows(job, "it did not end in time and was stopped")

    async def _broken(self, job: Job, driver: Driver, error: Exception) -> None:
        """The driver raised while the order ran: ask the instrument itself."""
        try:
            status = await driver.status(job.order.key)
        except Exception:
            status = Status.CANNOT_TELL
        if status is Status.CANNOT_TELL or status is Status.RUNNING:
            await self._endings.nobody_knows(
                job, f"the driver of {job.instrument} broke: {named(error)}"
            )
        else:
            await self._endings.fail(job, f"the driver of {job.instrument} broke: {named(error)}")

    async def _fail_the_stuck(self) -> bool:
        """Nothing runs and nothing will: steps that no instrument can take fail. True if any did.

        While a person is asked about a step, its instrument is merely taken, so nothing is stuck.
        """
        failed = False
        if any(run.questions for run in self._runs.values()):
            return False
        for run in list(self._runs.values()):
            if run.state is not RunState.RUNNING:
                continue
            for progress in list(run.steps.values()):
                if progress.state is StepState.READY:
                    self._scheduler.remove(run.run, progress.step.key)
                    reason = self._board.why_not(progress, run)
                    await self._endings.end_badly(run, progress, reason)
                    failed = True
        return failed

    # -- plumbing ---------------------------------------------------------------------------

    async def _record(self, *facts: Fact) -> None:
        """Durable first; only then does the rest of the lab see it."""
        for event in await self._ledger.append(*facts):
            run = self._runs.get(event.stream)
            if run is not None:
                run.apply(event)
                self._board.apply(event)
                if event.kind == "run.state" and run.state in ENDED_RUN:
                    self._board.put_away(run)
                    self._tell_of(run)
            if self._observer is not None:
                self._observer(event)

    def _tell_of(self, run: RunProgress) -> None:
        if self._follow is None:
            return
        self._ended.append(run)
        if not self._following:
            self._following = True
            self._spawn(self._follow_up(self._follow))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None and self._failure is None:
            self._failure = task.exception()
        self._wake.set()

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        def ring() -> None:
            self._timers.discard(handle)
            action()
            self._wake.set()

        handle = asyncio.get_running_loop().call_later(seconds, ring)
        self._timers.add(handle)
