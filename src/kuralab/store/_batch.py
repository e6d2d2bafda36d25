"""Events and what they change on their way into the database, gathered into few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, final

from kuralab.store._projections import Change
from kuralab.store._schema import BLOCK
from kuralab.store._statements import EVENT, HEAD, STREAM_BLOCK, Statement

if TYPE_CHECKING:
    from sqlalchemy import Connection

Rows: TypeAlias = list[tuple[Any, ...]]


@final
class Batch:
    """Rows in the order in which they must be written.

    Every statement writes one table and reads no other. So the order matters within a table only,
    and rows of one statement may be written together as long as no other touches that table between.
    """

    def __init__(self) -> None:
        self._events: Rows = []
        self._blocks: set[tuple[str, int]] = set()
        self._changes: dict[str, list[tuple[Statement, Rows]]] = {}

    def add_events(self, rows: Rows) -> None:
        """Append events, as rows of their table."""
        self._events += rows

    def add_changes(self, changes: Sequence[Change], *, stream: str, sequence: int) -> None:
        """What an event changes in the projections."""
        self._blocks.add((stream, sequence // BLOCK))
        for statement, row in changes:
            of_table = self._changes.setdefault(statement.table, [])
            if not of_table or of_table[-1][0] is not statement:
                of_table.append((statement, []))
            of_table[-1][1].append(row)

    def write(self, connection: Connection) -> None:
        """Write everything in the running transaction."""
        if self._events:
            connection.exec_driver_sql(EVENT.sql, self._events)
            sequence, *_, hash_ = self._events[-1]
            connection.exec_driver_sql(HEAD.sql, (1, sequence, hash_))
        if self._blocks:
            connection.exec_driver_sql(STREAM_BLOCK.sql, sorted(self._blocks))
        for of_table in self._changes.values():
            for statement, rows in of_table:
                connection.exec_driver_sql(statement.sql, rows)
