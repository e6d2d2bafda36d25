"""A file of JSON lines that only grows, durable line by line, with one disk sync for what waits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from kuralab.clock import Clock
from kuralab.errors import InputError
from kuralab.instruments.twins._turn import Turn


@dataclass
class _Batch:
    lines: list[str] = field(default_factory=list)
    error: OSError | None = None


@final
class JsonLines:
    """Records in their order. ``append`` returns when the record has reached the disk.

    A line without its end was being written when the process died: it is cut off on opening. With
    ``path`` None nothing is kept, for benchmarks of what lies above.
    """

    def __init__(self, path: Path | None, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._batch = _Batch()
        self._turn = Turn()

    def read(self) -> Iterator[dict[str, Any]]:
        """All records so far.

        Raises
        ------
        InputError
            A line is no JSON; the message names it.
        """
        if self._path is None or not self._path.exists():
            return
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with self._path.open("r+b") as file:
                file.truncate(whole)
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            try:
                yield json.loads(line)
            except ValueError:
                raise InputError(
                    "this line of a twin's log is no JSON",
                    file=str(self._path),
                    line=number,
                    hint="The file was changed by hand; restore it, or start a new lab directory.",
                ) from None

    async def append(self, record: Mapping[str, Any]) -> None:
        """Add a record; durable on return.

        Raises
        ------
        OSError
            The disk refused; the file is as it was before.
        """
        if self._path is None:
            return
        batch = self._batch
        batch.lines.append(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        async with self._turn.of_loop():
            # Whoever had the turn before may have written this batch already.
            if batch is self._batch:
                self._batch = _Batch()
                try:
                    await self._clock.in_thread(_write, self._path, "".join(batch.lines))
                except OSError as error:
                    batch.error = error
        if batch.error is not None:
            raise batch.error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        before = file.tell()
        try:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise
