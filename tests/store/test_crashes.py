"""Crashes of real processes: kill -9 amid appends, a full disk, a directory that may only be read."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuralab.clock import WallClock
from kuralab.store import Ledger, verify
from tests.store.facts import step, story, write


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab directory that does not exist yet."""
    return tmp_path / "lab"


def _run(script: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, args)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


APPEND_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from kuralab.clock import WallClock
from kuralab.store import Fact, Ledger

clock = WallClock()
ledger = Ledger.open(Path(sys.argv[1]), clock=clock)

async def appender(name):
    turn = 0
    while True:
        turn += 1
        payload = {"run": name, "step": str(turn % 9), "state": "started", "attempt": turn}
        for event in await ledger.append(Fact("step.state", name, payload)):
            print(event.sequence, event.hash, flush=True)

async def appenders():
    await asyncio.gather(*(appender(f"run {n}") for n in range(20)))

clock.run(appenders())
"""


def _acknowledged(lines: Iterator[str], count: int) -> Iterator[tuple[int, str]]:
    for _, line in zip(range(count), lines, strict=False):
        if line.endswith("\n"):  # the last line may be cut by the kill
            sequence, hash_ = line.split()
            yield int(sequence), hash_


def test_what_was_acknowledged_survives_kill_9(lab: Path) -> None:
    acknowledged: dict[int, str] = {}
    for count in (1, 137, 1000):
        with _run(APPEND_UNTIL_KILLED, lab) as process:
            assert process.stdout is not None
            acknowledged |= _acknowledged(process.stdout, count)
            process.kill()
            acknowledged |= _acknowledged(process.stdout, 10**6)
        report = verify(lab)
        assert report.ok, report.reason
    with Ledger.open(lab, clock=WallClock()) as ledger:
        kept = {event.sequence: event.hash for event in ledger.events()}
    assert len(acknowledged) >= 1138
    assert acknowledged.items() <= kept.items()


DIE_AFTER_COMMIT = """
import os, signal, sys
from pathlib import Path
from kuralab.clock import VirtualClock
from kuralab.store import Ledger
from tests.store.facts import START, story

async def tell():
    for facts in story():
        await ledger.append(*facts)

clock = VirtualClock(START)
ledger = Ledger.open(Path(sys.argv[1]), clock=clock)
ledger.on_commit.append(lambda n: n == int(sys.argv[2]) and os.kill(os.getpid(), signal.SIGKILL))
clock.run(tell())
"""


def test_a_kill_after_a_commit_keeps_exactly_what_was_committed(lab: Path) -> None:
    for commit, facts in ((1, 1), (6, 9)):
        folder = lab.with_name(f"lab-{commit}")
        with _run(DIE_AFTER_COMMIT, folder, commit) as process:
            assert process.wait() == -9
        report = verify(folder)
        assert (report.ok, report.events) == (True, facts)


FILL_THE_DISK = """
import asyncio, json, resource, sys
from pathlib import Path
from kuralab.clock import WallClock
from kuralab.store import Fact, Ledger, LedgerError

clock = WallClock()
ledger = Ledger.open(Path(sys.argv[1]), clock=clock)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
kept, refusals = 0, []

async def fill():
    global kept
    try:
        while True:
            both = Fact("note", "run", {"text": "x" * 5000}), Fact("note", "run", {})
            kept += len(await ledger.append(*both))
    except LedgerError as error:
        refusals.append(str(error))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    try:
        await ledger.append(Fact("note", "run", {}))
    except LedgerError as error:
        refusals.append(str(error))

clock.run(fill())
ledger.close()
print(json.dumps([kept, refusals]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on file sizes is POSIX")
def test_a_full_disk_is_said_and_keeps_what_was_acknowledged(lab: Path) -> None:
    with _run(FILL_THE_DISK, lab) as process:
        assert process.stdout is not None
        kept, (full, shut) = json.loads(process.stdout.read())
    assert "ledger.sqlite could not be written" in full
    assert "takes no facts" in shut
    assert kept > 50
    report = verify(lab)
    assert (report.ok, report.events) == (True, kept)
    write(lab, [[step("mill", "ready")]])
    assert verify(lab).events == kept + 1


READ_ONLY = """
import os, sys
from pathlib import Path
from kuralab.clock import WallClock
from kuralab.errors import KuralabError
from kuralab.store import Catalogue, Ledger

lab = Path(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
try:
    Ledger.open(lab, clock=WallClock())
except KuralabError as error:
    print(error)
print(len(Catalogue(lab).runs()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_a_read_only_lab_is_read_but_not_written(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folder is closed to other users
        lab = Path(folder, "lab")
        write(lab, story())
        Path(folder).chmod(0o755)
        for path in (*lab.iterdir(), lab):
            path.chmod(0o555)
        with _run(READ_ONLY, lab) as process:
            assert process.stdout is not None
            refusal, runs = process.stdout.read().splitlines()
        lab.chmod(0o755)
    assert "cannot be written: Permission denied" in refusal
    assert runs == "1"
