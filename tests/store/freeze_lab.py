"""Writes frozen_lab_v1.sql, a lab as this code first wrote it. Run once per schema, then never again.

python -m tests.store.freeze_lab
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from tests.store.facts import story, write

FROZEN = Path(__file__).with_name("frozen_lab_v1.sql")


def dump(lab: Path) -> str:
    """Everything in a lab's ledger, as SQL."""
    connection = sqlite3.connect(lab / "ledger.sqlite")
    text = "\n".join(connection.iterdump())
    connection.close()
    return f"{text}\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "lab", story())
        FROZEN.write_text(dump(Path(folder) / "lab"), "utf-8")
