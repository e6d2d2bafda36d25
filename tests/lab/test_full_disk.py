"""The disk is full, or the ledger cannot be written: the run stops clearly and goes on later."""

from __future__ import annotations

from pathlib import Path

import pytest

from kuralab.lab import Lab
from kuralab.store import Catalogue, LedgerError, verify
from tests.lab.dummy import dummies, facility, performed, protocol


def _open(folder: Path) -> Lab:
    return Lab.open(folder, facility=facility(), drivers=lambda clock: dummies(folder / "twins", clock))


def _limit_size(lab: Lab, pages: int) -> None:
    """SQLite itself then reports a full disk, in the middle of a transaction."""
    connection = lab.ledger._connection
    assert connection is not None
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    connection.commit()


def test_a_full_disk_stops_the_run_and_nothing_is_lost(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:
        run = lab.submit(protocol(6))
        used = (tmp_path / "ledger.sqlite").stat().st_size // 4096
        _limit_size(lab, used + 6)
        with pytest.raises(LedgerError, match="full"):
            lab.run(protocol(6))
    assert verify(tmp_path).ok
    before = performed(tmp_path / "twins")
    assert before, "some actions had been performed when the disk was full"
    with _open(tmp_path) as lab:
        summary = lab.run(protocol(6))
    assert summary.run == run
    assert summary.state == "finished"
    actions = performed(tmp_path / "twins")
    assert len(set(actions)) == len(actions), "an action was performed twice"
    assert len(Catalogue(tmp_path).measurements(run=run)) == 12


def test_a_read_only_ledger_is_refused_at_once(tmp_path: Path) -> None:
    with _open(tmp_path) as lab:
        lab.submit(protocol(1))
        connection = lab.ledger._connection
        assert connection is not None
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.commit()
        with pytest.raises(LedgerError, match="readonly"):
            lab.run(protocol(1))
        assert performed(tmp_path / "twins") == [], "no command left before its intent was durable"
