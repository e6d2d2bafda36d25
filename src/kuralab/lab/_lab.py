"""A lab in a directory: hand in protocols, carry them out, answer what is held."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Self, final

from kuralab.clock import Clock, VirtualClock, WallClock
from kuralab.errors import InputError
from kuralab.instruments import Driver, drivers_of
from kuralab.lab._executor import Executor
from kuralab.lab._policies import AccessPolicy, EveryoneMay, FirstComeFirstServed, SharePolicy
from kuralab.lab._progress import ENDED_RUN, RunProgress, RunState
from kuralab.lab._request import facts_of_request, refuse_open, run_identity
from kuralab.lab._scheduler import ListScheduler
from kuralab.model import Facility, Protocol
from kuralab.store import Event, Fact, Ledger, RawStore, Tables

# A new lab in virtual time begins on a Monday morning.
VIRTUAL_START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
Answer = Literal["happened", "repeat", "failed"]


@dataclass(frozen=True)
class StepQuestion:
    """A held step: what a person is asked about it."""

    run: str
    step: str
    question: str


@dataclass(frozen=True)
class RunSummary:
    """A run as it stands: its state, when it began and ended, and what waits for a person."""

    run: str
    name: str
    state: RunState
    message: str
    created: datetime
    ended: datetime | None
    steps: Mapping[str, int]
    waiting: tuple[StepQuestion, ...]


@final
class Lab:
    """One lab directory, opened for writing; close it, or use it in a ``with`` block."""

    def __init__(
        self,
        folder: Path,
        facility: Facility,
        ledger: Ledger,
        clock: Clock,
        drivers: Mapping[str, Driver],
        access: AccessPolicy,
        share: SharePolicy,
    ) -> None:
        self.folder = folder
        self.facility = facility
        self.clock = clock
        self._ledger = ledger
        self._drivers = drivers
        self._access = access
        self._share = share
        self._raw = RawStore(folder)
        self._tables = Tables(folder)

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        facility: Facility,
        clock: Clock | None = None,
        drivers: Mapping[str, Driver] | Callable[[Clock], Mapping[str, Driver]] | None = None,
        seed: int = 0,
        access: AccessPolicy | None = None,
        share: SharePolicy | None = None,
    ) -> Self:
        """Open or make a lab directory.

        clock: by default virtual for a facility of twins, beginning where the ledger ends, and the
        wall's for a real one; drivers: by instrument name, or a function of the clock that makes
        them; by default those that the facility names.

        Raises
        ------
        InputError
            Another process writes to the lab, it is of a newer schema, or a driver is missing.
        """
        folder = Path(folder)
        if clock is None:
            clock = VirtualClock(_end_of(folder)) if facility.kind == "twin" else WallClock()
        ledger = Ledger.open(folder, clock=clock)
        try:
            if drivers is None:
                drivers = drivers_of(facility, folder=folder, clock=clock, seed=seed)
            elif callable(drivers):
                drivers = drivers(clock)
            missing = [i.name for i in facility.instruments if i.name not in drivers]
            if missing:
                raise InputError(f"no driver for {', '.join(missing)}", field="instruments")
        except BaseException:
            ledger.close()
            raise
        return cls(
            folder,
            facility,
            ledger,
            clock,
            drivers,
            access or EveryoneMay(),
            share or FirstComeFirstServed(),
        )

    @property
    def ledger(self) -> Ledger:
        """The ledger, to append results to and to read."""
        return self._ledger

    def close(self) -> None:
        """Let another process write."""
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- runs -------------------------------------------------------------------------------

    def run(
        self,
        protocol: Protocol,
        *,
        seed: int = 0,
        new: bool = False,
        observer: Callable[[Event], None] | None = None,
    ) -> RunSummary:
        """Carry a protocol out; continue it where it was interrupted; show it where it has ended.

        ``new`` runs the same protocol once more.

        Raises
        ------
        LedgerError
            The ledger cannot be written.
        InputError
            The protocol has open parameters.
        """
        (summary,) = self.run_all([protocol], seed=seed, new=new, observer=observer)
        return summary

    def run_all(
        self,
        protocols: Sequence[Protocol],
        *,
        seed: int = 0,
        new: bool = False,
        observer: Callable[[Event], None] | None = None,
    ) -> list[RunSummary]:
        """Carry several protocols out at once, sharing the instruments."""
        for protocol in protocols:
            refuse_open(protocol)
        runs = [self.submit(protocol, seed=seed, new=new) for protocol in protocols]
        return self.work(runs, observer=observer)

    def submit(self, protocol: Protocol, *, seed: int = 0, new: bool = False) -> str:
        """Hand a protocol in and get its run's identity; the same one for the same request."""
        known = self._created()
        number = 0
        while (run := run_identity(protocol, self.facility, seed, number)) in known and new:
            number += 1
        if run not in known:
            facts = facts_of_request(run, protocol, self.facility, seed)
            self.clock.run(self._ledger.append(*facts))
        return run

    async def hand_in(
        self,
        protocol: Protocol,
        *,
        seed: int = 0,
        also: Callable[[str], Sequence[Fact]] = lambda _: (),
    ) -> list[Event]:
        """Hand in one more run, also while others work; the events' first stream is its identity.

        A protocol that has run before runs once more. also: facts about the run's identity that are
        recorded behind it, all of them or none.

        Raises
        ------
        InputError
            The protocol has open parameters.
        LedgerError
            The ledger cannot be written.
        """
        refuse_open(protocol)
        number = 0
        while await self.clock.in_thread(
            self._is_known, run := run_identity(protocol, self.facility, seed, number)
        ):
            number += 1
        facts = facts_of_request(run, protocol, self.facility, seed)
        return await self._ledger.append(*facts, *also(run))

    def work(
        self,
        runs: Sequence[str],
        *,
        observer: Callable[[Event], None] | None = None,
        follow: Callable[[RunSummary], Awaitable[Sequence[str]]] | None = None,
    ) -> list[RunSummary]:
        """Carry these runs on until none of them can go on.

        follow: awaited each time that a run ends, one at a time in the ledger's order, while the
        others go on; the runs that it gives are taken up at once. What would block belongs into
        ``clock.in_thread``. The summaries are of all runs, in the order in which they came.
        """
        progress = [self._progress(run) for run in runs]

        async def followed(ended: RunProgress) -> list[RunProgress]:
            assert follow is not None
            added = [
                await self.clock.in_thread(self._progress, run) for run in await follow(_summary(ended))
            ]
            progress.extend(added)
            return added

        executor = Executor(
            facility=self.facility,
            ledger=self._ledger,
            raw=self._raw,
            tables=self._tables,
            clock=self.clock,
            drivers=self._drivers,
            scheduler=ListScheduler(),
            access=self._access,
            share=self._share,
            observer=observer,
            follow=None if follow is None else followed,
        )
        self.clock.run(executor.work(progress))
        return [_summary(run) for run in progress]

    def summary(self, run: str) -> RunSummary:
        """How a run stands."""
        return _summary(self._progress(run))

    # -- a person's word --------------------------------------------------------------------

    def pause(self, run: str, *, actor: str = "operator") -> None:
        """Start no further step of a run; what is running ends."""
        self._set_state(run, RunState.RUNNING, RunState.PAUSED, actor)

    def resume(self, run: str, *, actor: str = "operator") -> None:
        """Let a paused run go on with the next ``run`` or ``work``."""
        self._set_state(run, RunState.PAUSED, RunState.RUNNING, actor)

    def cancel(
        self, run: str, *, actor: str = "operator", reason: str = "", also: Sequence[Fact] = ()
    ) -> None:
        """End a run: steps that have not started are cancelled; ``also`` is recorded with it.

        Raises
        ------
        InputError
            No such run, or it has ended.
        """
        progress = self._progress(run)
        if progress.state in ENDED_RUN:
            raise InputError(f"run {run} has ended: {progress.state.value}", field="run")
        message = reason or f"cancelled by {actor}"
        facts = [
            Fact(
                "step.state",
                run,
                {"run": run, "step": key, "state": "cancelled", "message": message},
                actor,
            )
            for key, step in progress.steps.items()
            if step.state.value in ("waiting", "ready", "claimed", "unknown")
        ]
        facts.append(
            Fact("run.state", run, {"run": run, "state": "cancelled", "message": message}, actor)
        )
        self.clock.run(self._ledger.append(*facts, *also))

    def answer(self, run: str, step: str, answer: Answer, *, actor: str, reason: str) -> None:
        """Say what became of a held step; the next ``run`` or ``work`` goes on from there.

        Raises
        ------
        InputError
            The step is not held.
        """
        progress = self._progress(run)
        if step not in progress.questions:
            held = ", ".join(progress.questions) or "none"
            raise InputError(f"step {step!r} waits for no answer", field="step", hint=f"Held: {held}.")
        payload = {"run": run, "step": step, "answer": answer, "actor": actor, "reason": reason}
        self.clock.run(self._ledger.append(Fact("step.answered", run, payload, actor)))

    def _set_state(self, run: str, wanted: RunState, state: RunState, actor: str) -> None:
        progress = self._progress(run)
        if progress.state is not wanted:
            raise InputError(f"run {run} is {progress.state.value}, not {wanted.value}", field="run")
        payload = {"run": run, "state": state.value, "message": f"{state.value} by {actor}"}
        self.clock.run(self._ledger.append(Fact("run.state", run, payload, actor)))

    # -- reading ----------------------------------------------------------------------------

    def _created(self) -> list[str]:
        return [event.stream for event in self._ledger.events(kind="run.created")]

    def _is_known(self, run: str) -> bool:
        return next(iter(self._ledger.events(stream=run)), None) is not None

    def _progress(self, run: str) -> RunProgress:
        events = self._ledger.events(stream=run)
        first = next(iter(events), None)
        if first is None:
            known = ", ".join(self._created()) or "none yet"
            raise InputError(f"there is no run {run!r}", field="run", hint=f"Runs: {known}.")
        progress = RunProgress(
            run,
            Protocol.model_validate(first.payload["protocol"]),
            Facility.model_validate(first.payload["facility"]),
            first.payload["seed"],
            number=first.sequence,
        )
        progress.apply(first)
        for event in events:
            progress.apply(event)
        return progress


def _end_of(folder: Path) -> datetime:
    """Where virtual time goes on: at the last event of the lab."""
    from kuralab.store import last_event_time

    return last_event_time(folder) or VIRTUAL_START


def _summary(run: RunProgress) -> RunSummary:
    counts: dict[str, int] = {}
    for progress in run.steps.values():
        counts[progress.state.value] = counts.get(progress.state.value, 0) + 1
    assert run.created is not None
    return RunSummary(
        run=run.run,
        name=run.protocol.name,
        state=run.state,
        message=run.message,
        created=run.created,
        ended=run.ended,
        steps=counts,
        waiting=tuple(StepQuestion(run.run, step, text) for step, text in run.questions.items()),
    )
