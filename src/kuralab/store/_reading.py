"""Reading the ledger: its end, and its events in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kuralab.errors import InputError
from kuralab.store._chain import BEFORE_THE_FIRST
from kuralab.store._engine import ledger_engine
from kuralab.store._event import Event, LedgerError
from kuralab.store._paths import LEDGER, is_lab

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PAGE: Final = 1000


def end_of_chain(connection: Connection, *, file: Path) -> tuple[int, str]:
    """Sequence number and hash of the last event; 0 and zeros in an empty ledger.

    Raises
    ------
    InputError
        The last event is not the one that was written last.
    """
    from sqlalchemy import select

    from kuralab.store._schema import events, head

    columns = events.columns
    newest = select(columns.sequence, columns.hash).order_by(columns.sequence.desc()).limit(1)
    last = connection.execute(newest).first()
    written = connection.execute(select(head.columns.sequence, head.columns.hash)).first()
    if last != written:
        raise InputError(
            "the last event is not the one that was written last",
            file=str(file),
            hint="Find the place with `kuralab ledger verify` and restore a backup.",
        )
    return (0, BEFORE_THE_FIRST) if last is None else (last[0], last[1])


def last_event_time(folder: Path) -> datetime | None:
    """Time of a lab's last event, where a virtual clock goes on; None in a new lab.

    Raises
    ------
    InputError
        A newer kuralab wrote this lab.
    LedgerError
        The file cannot be read.
    """
    from sqlalchemy import select
    from sqlalchemy.exc import DBAPIError

    from kuralab.store._schema import events

    if not is_lab(folder):
        return None
    last = select(events.columns.time).order_by(events.columns.sequence.desc()).limit(1)
    try:
        with ledger_engine(folder, writer=False).connect() as connection:
            time = connection.execute(last).scalar()
    except DBAPIError as error:
        raise LedgerError(f"{folder / LEDGER} cannot be read: {error.orig}") from error
    return None if time is None else datetime.fromisoformat(time)


def read_events(folder: Path, *, stream: str | None, kind: str | None, after: int) -> Iterator[Event]:
    """Events in order, read in pages so that a slow reader does not keep the file from shrinking.

    Raises
    ------
    LedgerError
        The file cannot be read.
    """
    from sqlalchemy import select
    from sqlalchemy.exc import DBAPIError

    from kuralab.store._schema import BLOCK, events, stream_blocks

    columns = events.columns
    wanted = select(*columns).order_by(columns.sequence).limit(_PAGE)
    if stream is not None:
        block = stream_blocks.columns.block
        of_stream = stream_blocks.columns.stream == stream
        within = columns.sequence.between(block * BLOCK, block * BLOCK + (BLOCK - 1))
        wanted = select(*columns).join(stream_blocks, within).where(of_stream, columns.stream == stream)
        wanted = wanted.order_by(block, columns.sequence).limit(_PAGE)
    if kind is not None:
        wanted = wanted.where(columns.kind == kind)
    engine = ledger_engine(folder, writer=False)
    while True:
        try:
            with engine.connect() as connection:
                page = connection.execute(wanted.where(columns.sequence > after)).all()
        except DBAPIError as error:
            raise LedgerError(f"{folder / LEDGER} cannot be read: {error.orig}") from error
        yield from map(event_of_row, page)
        if len(page) < _PAGE:
            return
        after = page[-1][0]


def event_of_row(row: tuple[Any, ...]) -> Event:
    """An event from its columns."""
    sequence, time, stream, kind, schema, payload, actor, previous, hash_ = row
    moment = datetime.fromisoformat(time)
    return Event(sequence, moment, kind, stream, json.loads(payload), actor, schema, previous, hash_)
