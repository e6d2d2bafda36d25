"""Connections to the ledger's file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from kuralab.store._paths import LEDGER

if TYPE_CHECKING:
    from sqlalchemy import Engine

_WRITER_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA fullfsync=ON",  # a Mac's plain fsync leaves data in the drive's cache
    "PRAGMA wal_autocheckpoint=4000",
)


def ledger_engine(folder: Path, *, writer: bool) -> Engine:
    """Connections that are opened when needed and closed after use; transactions are explicit."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    address = f"{(folder / LEDGER).resolve().as_uri()}?{_mode(folder, writer=writer)}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            for setting in _WRITER_SETTINGS if writer else ():
                connection.execute(setting)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    # sqlite3's own way would begin too late for reads and not at all for a change of tables.
    begin = "BEGIN IMMEDIATE" if writer else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _mode(folder: Path, *, writer: bool) -> str:
    if writer:
        return "mode=rwc"
    # SQLite wants to share memory with a writer through a file; an archived lab has no room for it.
    archived = not os.access(folder, os.W_OK) and not (folder / f"{LEDGER}-wal").exists()
    return "mode=ro&immutable=1" if archived else "mode=ro"


def memory_engine() -> Engine:
    """A database that lives as long as its one connection."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine("sqlite://", poolclass=NullPool)
