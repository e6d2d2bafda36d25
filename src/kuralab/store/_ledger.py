"""The ledger: an append-only, chained record of all that happens, written in groups.

Callers of ``append`` wait until their facts are on disk. While one transaction is being synced, the
facts of all others gather in the next: one sync serves them all.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, final

from kuralab.clock import Clock
from kuralab.store._chain import BEFORE_THE_FIRST, chained, payload_text, time_text
from kuralab.store._engine import ledger_engine
from kuralab.store._event import EVENT_SCHEMA, Event, Fact, LedgerError
from kuralab.store._lock import WriterLock
from kuralab.store._paths import LEDGER, mark_as_lab, prepare_lab, require_lab

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kuralab.store._batch import Batch, Rows
    from kuralab.store._projections import Change


@final
class Ledger:
    """A lab's ledger; open it with ``Ledger.open``. ``append`` belongs to one event loop at a time.

    ``commits`` counts transactions; each function in ``on_commit`` is called with that count after a
    transaction has become durable, before anybody who waits for it goes on.
    """

    def __init__(self, folder: Path, *, clock: Clock, lock: WriterLock | None) -> None:
        self.commits = 0
        self.on_commit: list[Callable[[int], None]] = []
        self._folder = folder
        self._clock = clock
        self._lock = lock
        self._why_shut: str | None = None if lock else "it was opened for reading"
        self._writing = threading.Lock()
        self._connection: Connection | None = None
        self._sequence, self._hash = 0, BEFORE_THE_FIRST
        self._gathering: _Group | None = None
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    def open(cls, folder: Path, *, clock: Clock, writer: bool = True) -> Ledger:
        """Open a lab's ledger; a writer creates the lab where there is none.

        Raises
        ------
        InputError
            No lab, a lab of a newer schema, a ledger cut off at its end, or a second writer.
        LedgerError
            The file cannot be opened, or not be written by a writer.
        """
        if not writer:
            require_lab(folder)
            return cls(folder, clock=clock, lock=None)
        prepare_lab(folder)
        ledger = cls(folder, clock=clock, lock=WriterLock(folder))
        try:
            ledger._open_for_writing()
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _open_for_writing(self) -> None:
        from sqlalchemy.exc import DBAPIError

        from kuralab.store._reading import end_of_chain
        from kuralab.store._schema import metadata

        file = self._folder / LEDGER
        try:
            connection = self._connection = ledger_engine(self._folder, writer=True).connect()
            with connection.begin():
                metadata.create_all(connection)
                self._sequence, self._hash = end_of_chain(connection, file=file)
        except (DBAPIError, OSError) as error:
            raise self._failure(error) from error
        mark_as_lab(self._folder)

    async def append(self, *facts: Fact) -> list[Event]:
        """Record facts, together or not at all; they are on disk when this returns.

        Raises
        ------
        InputError
            A payload does not fit its kind; nothing is recorded.
        LedgerError
            The ledger could not be written, now or before, or is closed. After a failure it stays
            shut until it is opened again, since nobody can tell what callers believed in between.
        """
        if self._why_shut is not None:
            raise LedgerError(f"the ledger takes no facts: {self._why_shut}")
        if not facts:
            return []
        group = self._gathering or _Group()
        events = self._chain(facts, group.batch)
        durable = asyncio.get_running_loop().create_future()
        group.waiting.append(durable)
        self._gathering = group
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_groups())
        await durable
        return events

    def _chain(self, facts: tuple[Fact, ...], batch: Batch) -> list[Event]:
        from kuralab.store._projections import changes_of

        time = self._clock.now()
        stored_time = time_text(time)
        events: list[Event] = []
        rows: Rows = []
        changes: list[Sequence[Change]] = []
        sequence, previous = self._sequence, self._hash
        for fact in facts:
            sequence += 1
            kind, payload = fact.kind, fact.payload
            changes.append(changes_of(kind=kind, payload=payload, time=stored_time))
            text = payload_text(payload, kind=kind)
            place = (sequence, stored_time, fact.stream, kind, EVENT_SCHEMA, text, fact.actor)
            hash_ = chained(previous, *place)
            rows.append((*place, previous, hash_))
            names = (kind, fact.stream, payload, fact.actor)
            events.append(Event(sequence, time, *names, EVENT_SCHEMA, previous, hash_))
            previous = hash_
        # Only now: a payload that is refused must leave neither a gap nor half of the others.
        self._sequence, self._hash = sequence, previous
        batch.add_events(rows)
        for event, changed in zip(events, changes, strict=True):
            batch.add_changes(changed, stream=event.stream, sequence=event.sequence)
        return events

    async def _write_groups(self) -> None:
        group = None
        try:
            while (group := self._gathering) is not None:
                self._gathering = None
                await self._clock.in_thread(self._commit, group.batch)
                self.commits += 1
                for function in self.on_commit:
                    function(self.commits)
                group.release(None)
                # Those who waited have their turn, so that what they say next joins the next group.
                await self._clock.sleep(0)
        except BaseException as error:
            failure = self._failure(error)
            self._why_shut = f"{failure}. Open it again"
            for unwritten in (group, self._gathering):
                if unwritten is not None:
                    unwritten.release(failure)
            self._gathering = None
            if not isinstance(error, Exception):
                raise
        finally:
            self._writer = None

    def _commit(self, batch: Batch) -> None:
        with self._writing:
            if self._connection is None:
                raise LedgerError("it was closed meanwhile")
            with self._connection.begin():
                batch.write(self._connection)

    def _failure(self, error: BaseException) -> LedgerError:
        reason = getattr(error, "orig", None) or error
        return LedgerError(
            f"{self._folder / LEDGER} could not be written: {reason or type(error).__name__}"
        )

    def events(
        self, *, stream: str | None = None, kind: str | None = None, after: int = 0
    ) -> Iterator[Event]:
        """Durable events in order, of one stream or kind, behind a sequence number.

        Raises
        ------
        LedgerError
            The file cannot be read.
        """
        from kuralab.store._reading import read_events

        return read_events(self._folder, stream=stream, kind=kind, after=after)

    def close(self) -> None:
        """Let go of the file and let the next writer in; facts that still wait are refused."""
        with self._writing:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        self._why_shut = self._why_shut or "it is closed"
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Group:
    """Facts that become durable together, and who waits for them."""

    def __init__(self) -> None:
        from kuralab.store._batch import Batch

        self.batch = Batch()
        self.waiting: list[asyncio.Future[None]] = []

    def release(self, failure: LedgerError | None) -> None:
        for durable in self.waiting:
            if durable.done():  # its task was cancelled; the fact stays
                continue
            if failure is None:
                durable.set_result(None)
            else:
                durable.set_exception(failure)
