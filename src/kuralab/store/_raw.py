"""Raw files as they came from the instruments, kept for ever under the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final, final

from kuralab.errors import InputError
from kuralab.store._paths import RAW, inside, write_whole

_SHA256: Final = re.compile("[0-9a-f]{64}")


@final
class RawStore:
    """The raw files of the lab in ``folder``: ``raw/ab/abcdef…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / RAW

    def path(self, sha256: str) -> Path:
        """Where the bytes of a SHA-256 lie, or would lie.

        Raises
        ------
        InputError
            Not a SHA-256 in hexadecimal digits, or a link leads out of the lab directory.
        """
        if not _SHA256.fullmatch(sha256):
            raise InputError(f"{sha256!r} is no SHA-256 of a raw file")
        return inside(self._folder, sha256[:2], sha256)

    def put(self, content: bytes) -> str:
        """Keep bytes and return their SHA-256; durable on return. What is there is never overwritten.

        Raises
        ------
        InputError
            Other bytes lie in their place: that file was changed.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.exists():
            self.get(sha256)
        else:
            write_whole(path, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a SHA-256.

        Raises
        ------
        InputError
            There are none, or the file was changed.
        """
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise InputError("this raw file is missing", file=str(path)) from None
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise InputError(
                f"this raw file was changed: its bytes have the SHA-256 {found}",
                file=str(path),
                hint="Restore it from a backup.",
            )
        return content
