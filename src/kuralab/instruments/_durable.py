"""Files that are either whole or not there, also after a power cut."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Write a file under another name, bring it to the disk, then give it its name.

    Raises
    ------
    OSError
        The disk refused; a file of that name is as it was before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def stem_of_key(key: str) -> str:
    """A file name for an order's key, whatever characters that holds.

    Examples
    --------
    >>> stem_of_key("run/step/1")
    '358176544cf60ac3'
    """
    return hashlib.sha256(key.encode()).hexdigest()[:16]
