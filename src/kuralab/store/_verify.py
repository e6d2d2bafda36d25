"""Checking the chain of events, and replaying them into the projections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from kuralab.errors import InputError
from kuralab.store._chain import BEFORE_THE_FIRST, chained
from kuralab.store._engine import ledger_engine, memory_engine
from kuralab.store._event import EVENT_SCHEMA
from kuralab.store._lock import WriterLock
from kuralab.store._paths import LEDGER, require_lab

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PAGE: Final = 1000
_BEFORE_ALL: Final = -(2**63)
_TEXTS: Final = ("time", "stream", "kind", "payload", "actor", "previous", "hash")
# Bytes, not text: a changed byte may be no character at all.
_STORED: Final = (
    f"SELECT sequence, schema, {' || '.join(f'typeof({name})' for name in _TEXTS)}, "
    f"{', '.join(f'CAST({name} AS BLOB)' for name in _TEXTS)} "
    "FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?"
)


@final
@dataclass(frozen=True)
class VerifyReport:
    """Whether a ledger is as it was written; ``first_bad`` is the first event that is not.

    ``first_bad`` is None where the events are sound and only the projections differ.
    """

    ok: bool
    events: int
    first_bad: int | None
    reason: str


class _BrokenChainError(Exception):
    def __init__(self, sequence: int, reason: str) -> None:
        self.sequence = sequence
        super().__init__(reason)


def verify(folder: Path) -> VerifyReport:
    """Check every event and every projection of a lab, also while it runs.

    A changed, missing, added or exchanged event is found and located, whichever column was changed,
    and so are events cut off at the end. Then the projections are compared with a replay.

    Raises
    ------
    InputError
        There is no lab, or a newer kuralab wrote it.
    """
    from sqlalchemy.exc import DBAPIError

    require_lab(folder)
    try:
        with ledger_engine(folder, writer=False).begin() as stored, memory_engine().begin() as fresh:
            replayed = _replay(stored, into=fresh)
            differing = _differences(stored, fresh)
    except _BrokenChainError as broken:
        return VerifyReport(False, broken.sequence - 1, broken.sequence, str(broken))
    except DBAPIError as error:
        return VerifyReport(False, 0, None, f"the file is damaged: {error.orig}")
    if differing:
        return VerifyReport(
            False,
            replayed,
            None,
            f"the events are sound, but {'; '.join(differing)}; `kuralab ledger rebuild` replays them",
        )
    return VerifyReport(True, replayed, None, "every event and every projection is as it was written")


def rebuild(folder: Path) -> int:
    """Drop the projections and replay all events into new ones, in one transaction.

    Returns
    -------
    int
        Number of events replayed.

    Raises
    ------
    InputError
        There is no lab, another process writes to it, or its chain is broken: replaying would hide that.
    """
    require_lab(folder)
    lock = WriterLock(folder)
    try:
        with ledger_engine(folder, writer=True).begin() as connection:
            return _replay(connection, into=connection)
    except _BrokenChainError as broken:
        raise InputError(
            f"event {broken.sequence}: {broken}",
            file=str(folder / LEDGER),
            hint="Restore a backup first.",
        ) from None
    finally:
        lock.release()


def _replay(stored: Connection, *, into: Connection) -> int:
    from kuralab.store._batch import Batch
    from kuralab.store._projections import changes_of
    from kuralab.store._schema import PROJECTIONS, metadata

    metadata.drop_all(into, tables=PROJECTIONS)
    metadata.create_all(into, tables=PROJECTIONS)
    sequence = 0
    batch = Batch()
    for sequence, stream, kind, payload, time in _sound_events(stored):
        try:
            changes = changes_of(kind=kind, payload=payload, time=time)
        except InputError as error:
            raise _BrokenChainError(sequence, str(error)) from None
        batch.add_changes(changes, stream=stream, sequence=sequence)
        if sequence % _PAGE == 0:
            batch.write(into)
            batch = Batch()
    batch.write(into)
    return sequence


def _sound_events(connection: Connection) -> Iterator[tuple[int, str, str, dict[str, Any], str]]:
    expected, previous, after = 1, BEFORE_THE_FIRST, _BEFORE_ALL
    while page := connection.exec_driver_sql(_STORED, (after, _PAGE)).all():
        after = page[-1][0]
        for row in page:
            sequence, schema, types, *stored = row
            if sequence != expected:
                raise _BrokenChainError(expected, f"it is missing; the next is {sequence}")
            previous, found = _checked(expected, previous, schema, types, stored)
            yield found
            expected += 1
    last = connection.exec_driver_sql("SELECT sequence, hash FROM head").all()
    if last != ([(expected - 1, previous)] if expected > 1 else []):
        raise _BrokenChainError(expected, "the ledger should end otherwise: events are missing or added")


def _checked(
    sequence: int, previous: str, schema: object, types: str, stored: list[bytes]
) -> tuple[str, tuple[int, str, str, dict[str, Any], str]]:
    if types != "text" * len(_TEXTS):
        raise _BrokenChainError(sequence, "a column holds another type than text")
    try:
        time, stream, kind, payload, actor, named, hash_ = (text.decode() for text in stored)
        content = json.loads(payload)
    except ValueError:
        raise _BrokenChainError(sequence, "a column holds no readable text") from None
    if not isinstance(schema, int) or not 1 <= schema <= EVENT_SCHEMA:
        raise _BrokenChainError(sequence, f"its schema is {schema!r}; known are 1 to {EVENT_SCHEMA}")
    if named != previous:
        raise _BrokenChainError(sequence, "it does not follow the event before it")
    if chained(previous, sequence, time, stream, kind, schema, payload, actor) != hash_:
        raise _BrokenChainError(sequence, "it is not as it was written")
    return hash_, (sequence, stream, kind, content, time)


def _differences(stored: Connection, fresh: Connection) -> list[str]:
    from sqlalchemy import select

    from kuralab.store._schema import PROJECTIONS

    found = []
    for table in PROJECTIONS:
        rows = select(table)
        have, need = (set(map(tuple, connection.execute(rows))) for connection in (stored, fresh))
        if differing := len(have ^ need):
            found.append(f"{differing} rows of {table.name} differ from a replay")
    return found
