"""Verify finds and locates every change; rebuild gives the same projections; old labs stay readable."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kuralab.clock import WallClock
from kuralab.errors import InputError
from kuralab.store import Catalogue, Ledger, rebuild, verify
from tests.store.facts import PELLET, RUN, START, step, story, write
from tests.store.freeze_lab import FROZEN, dump

COLUMNS = ("time", "stream", "kind", "payload", "actor", "previous", "hash")
PROJECTIONS = ("stream_blocks", "runs", "steps", "samples", "sample_values", "measurements", "results")


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab with a story of 22 events."""
    write(tmp_path / "lab", story())
    return tmp_path / "lab"


@contextmanager
def tampering(lab: Path) -> Iterator[sqlite3.Connection]:
    """A connection past the ledger, committed at the end."""
    with closing(sqlite3.connect(lab / "ledger.sqlite")) as connection, connection:
        yield connection


def test_a_sound_ledger_is_said_to_be_sound(lab: Path, tmp_path: Path) -> None:
    report = verify(lab)
    assert (report.ok, report.events, report.first_bad) == (True, 22, None)
    write(tmp_path / "empty", [])
    assert verify(tmp_path / "empty").events == 0
    with Ledger.open(lab, clock=WallClock()):
        assert verify(lab).ok  # beside a writer


def test_every_changed_byte_is_found(lab: Path) -> None:
    """Each byte of each column of one event, whether it stays a character or not."""
    sequence, tried = 9, 0
    with closing(sqlite3.connect(lab / "ledger.sqlite", isolation_level=None)) as connection:
        for column in COLUMNS:
            query = f"SELECT CAST({column} AS BLOB) FROM events WHERE sequence = ?"
            (stored,) = connection.execute(query, (sequence,)).fetchone()
            update = f"UPDATE events SET {column} = CAST(? AS TEXT) WHERE sequence = ?"
            for place in range(len(stored)):
                flipped = bytearray(stored)
                flipped[place] ^= (1, 0x80)[place % 2]
                connection.execute(update, (bytes(flipped), sequence))
                report = verify(lab)
                assert (report.ok, report.first_bad) == (False, sequence), (column, place)
                tried += 1
            connection.execute(update, (stored, sequence))
    assert tried > 300
    assert verify(lab).ok


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        ("UPDATE events SET schema = 2 WHERE sequence = 5", 5),
        ("UPDATE events SET schema = 'one' WHERE sequence = 5", 5),
        ("UPDATE events SET sequence = 99 WHERE sequence = 5", 5),
        ("UPDATE events SET payload = CAST(payload AS BLOB) WHERE sequence = 5", 5),
        ("UPDATE events SET payload = payload || ' ' WHERE sequence = 5", 5),
        ("UPDATE events SET payload = '[' WHERE sequence = 5", 5),
        ("DELETE FROM events WHERE sequence = 1", 1),
        ("DELETE FROM events WHERE sequence = 5", 5),
        ("DELETE FROM events WHERE sequence >= 20", 20),
        ("DELETE FROM events", 1),
        ("INSERT INTO events SELECT 0, time, stream, kind, schema, payload, actor, previous, hash "
         "FROM events WHERE sequence = 1", 1),
        ("INSERT INTO events SELECT 23, time, stream, kind, schema, payload, actor, previous, hash "
         "FROM events WHERE sequence = 22", 23),
        ("UPDATE events SET sequence = CASE sequence WHEN 5 THEN -6 WHEN 6 THEN -5 ELSE sequence END; "
         "UPDATE events SET sequence = -sequence WHERE sequence < 0", 5),
        ("DELETE FROM head", 23),
        ("UPDATE head SET hash = 'x'", 23),
    ],
)  # fmt: skip
def test_what_is_changed_missing_or_extra_is_located(lab: Path, change: str, first_bad: int) -> None:
    with tampering(lab) as connection:
        connection.executescript(change)
    report = verify(lab)
    assert (report.ok, report.first_bad, report.events) == (False, first_bad, first_bad - 1)
    with pytest.raises(InputError, match=f"event {first_bad}: .* Restore a backup"):
        rebuild(lab)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE runs SET state = 'finished'", "2 rows of runs differ"),
        ("DELETE FROM steps WHERE step = 'press'", "1 rows of steps differ"),
        ("UPDATE results SET value = value * 10", "4 rows of results differ"),
        ("UPDATE samples SET atmosphere = 'argon'", "4 rows of samples differ"),
        ("UPDATE measurements SET sample = 'another'", "2 rows of measurements differ"),
        ("UPDATE sample_values SET value = '{}'", "2 rows of sample_values differ"),
    ],
)
def test_changed_projections_are_found_and_rebuilt(lab: Path, change: str, said: str) -> None:
    before = dump(lab)
    with tampering(lab) as connection:
        connection.execute(change)
    report = verify(lab)
    assert (report.ok, report.events, report.first_bad) == (False, 22, None)
    assert said in report.reason
    assert "ledger rebuild" in report.reason
    assert rebuild(lab) == 22
    assert verify(lab).ok
    assert dump(lab) == before


def test_a_rebuild_gives_every_byte_of_the_projections_again(lab: Path) -> None:
    before = dump(lab)
    with tampering(lab) as connection:
        for table in PROJECTIONS:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() > (0,), table
            connection.execute(f"DROP TABLE {table}")
    assert "the file is damaged: no such table" in verify(lab).reason
    assert rebuild(lab) == 22
    assert dump(lab) == before


def test_a_rebuild_in_one_piece_equals_writing_one_by_one(tmp_path: Path) -> None:
    """Facts of one group that touch the same rows in several ways keep their order."""
    facts = [fact for group in story() for fact in group]
    write(tmp_path / "at once", [facts], pause=0)
    write(tmp_path / "one by one", [[fact] for fact in facts], pause=0)
    assert dump(tmp_path / "at once") == dump(tmp_path / "one by one")


def test_a_rebuild_waits_for_no_writer(lab: Path) -> None:
    with Ledger.open(lab, clock=WallClock()), pytest.raises(InputError, match="only one"):
        rebuild(lab)


def test_a_damaged_page_is_found(lab: Path) -> None:
    with closing(sqlite3.connect(lab / "ledger.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'events'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with (lab / "ledger.sqlite").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    report = verify(lab)
    assert not report.ok
    assert "the file is damaged" in report.reason


def test_a_lab_frozen_in_schema_1_is_read_verified_rebuilt_and_continued(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "lab.json").write_text('{"schema": 1}\n')
    with tampering(lab) as connection:
        connection.executescript(FROZEN.read_text("utf-8"))

    report = verify(lab)
    assert (report.ok, report.events) == (True, 22), report.reason
    catalogue = Catalogue(lab)
    assert [(run.run, run.state, run.created) for run in catalogue.runs()] == [(RUN, "cancelled", START)]
    assert [result.value for result in catalogue.results(sample=PELLET)] == [1.9, 4.1e-3]
    with Ledger.open(lab, clock=WallClock(), writer=False) as ledger:
        *_, last = ledger.events()
    assert last.hash == "9571cba4ca7024e31e77c215ecb7fe2feae64da4fe52dd35b91b51093d0119a1"

    assert rebuild(lab) == 22
    assert verify(lab).ok
    write(lab, [[step("mill", "ready")]])
    assert verify(lab).events == 23
