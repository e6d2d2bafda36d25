"""One writer per lab directory, by a lock that the operating system releases when the process ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import final

from kuralab.errors import InputError
from kuralab.store._paths import LOCK

# Windows locks bytes, also against reading: one far behind the holder's number.
_LOCKED_BYTE = 1 << 20


@final
class WriterLock:
    """Held from creation to ``release``, at the latest to the end of the process.

    Raises
    ------
    InputError
        Another writer holds the lab (it is named), or the directory cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", file=str(folder)) from None
        try:
            _lock(self._file)
        except OSError:
            holder = os.read(self._file, 32).decode(errors="replace").strip()
            os.close(self._file)
            raise InputError(
                f"process {holder or 'unknown'} is writing to this lab, and there can be only one",
                file=str(folder),
                hint="Wait until it ends or stop it, or name another directory with --lab.",
            ) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let the next writer in."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
