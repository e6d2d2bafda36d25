"""The tables: events, their head, and the projections, which can be dropped and replayed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text

metadata: Final = MetaData()


def _text(name: str, *, key: bool = False, needed: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=not (key or needed))


events: Final = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    _text("time", needed=True),
    _text("stream", needed=True),
    _text("kind", needed=True),
    Column("schema", Integer, nullable=False),
    _text("payload", needed=True),
    _text("actor", needed=True),
    _text("previous", needed=True),
    _text("hash", needed=True),
)

# Where the chain ends: without it, cutting off the last events would go unseen.
head: Final = Table(
    "head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("sequence", Integer, nullable=False),
    _text("hash", needed=True),
)

# In which blocks of events a stream occurs. An index on streams would change one page per fact while
# a hundred runs are under way, and so take a quarter of the ledger's speed; this changes few.
BLOCK: Final = 4096
stream_blocks: Final = Table(
    "stream_blocks",
    metadata,
    _text("stream", key=True),
    Column("block", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

runs: Final = Table(
    "runs",
    metadata,
    _text("run", key=True),
    _text("name", needed=True),
    _text("state", needed=True),
    _text("message"),
    Column("seed", Integer, nullable=False),
    _text("created", needed=True),
    _text("finished"),
    sqlite_with_rowid=False,
)

steps: Final = Table(
    "steps",
    metadata,
    _text("run", key=True),
    _text("step", key=True),
    _text("state", needed=True),
    _text("operation"),
    _text("instrument"),
    _text("order"),
    Column("attempt", Integer),
    _text("samples"),
    _text("message"),
    _text("question"),
    _text("ready"),
    _text("started"),
    _text("finished"),
    sqlite_with_rowid=False,
)

samples: Final = Table(
    "samples",
    metadata,
    _text("sample", key=True),
    Column("run", Text, nullable=False, index=True),
    _text("name", needed=True),
    _text("composition"),
    _text("form", needed=True),
    _text("station"),
    _text("atmosphere"),
    _text("state", needed=True),
    _text("parents", needed=True),
    _text("made_by", needed=True),
    _text("created", needed=True),
    sqlite_with_rowid=False,
)

sample_values: Final = Table(
    "sample_values",
    metadata,
    _text("sample", key=True),
    _text("key", key=True),
    _text("value", needed=True),
    sqlite_with_rowid=False,
)

measurements: Final = Table(
    "measurements",
    metadata,
    _text("id", key=True),
    _text("run", needed=True),
    _text("step", needed=True),
    Column("sample", Text, nullable=False, index=True),
    _text("technique", needed=True),
    _text("instrument", needed=True),
    _text("time", needed=True),
    _text("format", needed=True),
    _text("raw_sha256", needed=True),
    Column("rows", Integer, nullable=False),
    _text("temperature"),
    sqlite_with_rowid=False,
)

# One analysis may find several quantities, and one quantity under several conditions.
results: Final = Table(
    "results",
    metadata,
    _text("id", key=True),
    _text("quantity", key=True),
    _text("conditions", key=True),
    _text("run", needed=True),
    Column("sample", Text, nullable=False, index=True),
    _text("composition"),
    Column("value", Float),
    Column("uncertainty", Float),
    _text("unit", needed=True),
    # The value in the quantity's registered unit: what a search compares with.
    Column("registered_value", Float),
    _text("flags", needed=True),
    _text("technique", needed=True),
    _text("method", needed=True),
    _text("inputs", needed=True),
    _text("time", needed=True),
    sqlite_with_rowid=False,
)

PROJECTIONS: Final = (stream_blocks, runs, steps, samples, sample_values, measurements, results)
