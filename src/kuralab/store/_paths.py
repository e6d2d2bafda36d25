"""Where things lie in a lab directory, and writing a file so that it is there whole or not at all."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Final

from kuralab.errors import InputError

LAB_SCHEMA: Final = 1
LEDGER: Final = "ledger.sqlite"
LOCK: Final = "lock"
RAW: Final = "raw"
TABLES: Final = "tables"
_SCHEMA_FILE: Final = "lab.json"
_PART: Final = ".part-"
# What may lie in a directory that is about to become a lab: a driver may have come first.
_HARMLESS: Final = {LOCK, RAW, TABLES, "twins"}


def inside(folder: Path, *parts: str) -> Path:
    """A path below ``folder``, wherever links lead.

    Raises
    ------
    InputError
        It leaves the folder.
    """
    path = folder.joinpath(*parts)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{path} leaves the lab directory {folder}")
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all; durable on return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{_PART}{os.getpid()}-{threading.get_ident()}")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder; its file system logs names itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_lab(folder: Path) -> bool:
    """Whether a folder is a lab that this kuralab knows; False where none has begun.

    Raises
    ------
    InputError
        Its schema is newer, or its ledger is missing.
    """
    if not (folder / _SCHEMA_FILE).exists():
        return False
    require_lab(folder)
    return True


def require_lab(folder: Path) -> None:
    """Refuse a folder that is no lab, or one that a newer kuralab wrote.

    Raises
    ------
    InputError
        There is no lab, its schema is newer, or its ledger is missing.
    """
    file = folder / _SCHEMA_FILE
    if not file.is_file():
        raise InputError(
            "no lab directory (it holds no lab.json)",
            file=str(folder),
            hint="Name one with --lab, or create one by a first run.",
        )
    try:
        schema = json.loads(file.read_bytes())["schema"]
    except (ValueError, KeyError, TypeError):
        raise InputError('not of the form {"schema": 1}', file=str(file)) from None
    if not isinstance(schema, int) or schema < 1:
        raise InputError(f"there is no lab schema {schema!r}", file=str(file))
    if schema > LAB_SCHEMA:
        raise InputError(
            f"this lab has schema {schema}, newer than {LAB_SCHEMA}, known here",
            file=str(file),
            hint="Update kuralab.",
        )
    if not (folder / LEDGER).is_file():
        raise InputError(f"{LEDGER} is missing", file=str(folder), hint="Restore it from a backup.")


def prepare_lab(folder: Path) -> None:
    """Make sure that ``folder`` is a lab or may become one.

    Raises
    ------
    InputError
        It holds other things, is a file, cannot be created, or is a lab that ``require_lab`` refuses.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError("a lab directory is needed, but this is a file", file=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot be created: {error.strerror}", file=str(folder)) from None
    if is_lab(folder):
        return
    strangers = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in _HARMLESS and not path.name.startswith((LEDGER, _PART))
    )
    if strangers:
        raise InputError(
            f"no lab directory, and not empty (it holds {strangers[0]})",
            file=str(folder),
            hint="Name an empty or new directory with --lab.",
        )


def mark_as_lab(folder: Path) -> None:
    """Write lab.json, the last thing that a new lab needs."""
    if not (folder / _SCHEMA_FILE).exists():
        write_whole(folder / _SCHEMA_FILE, f'{{"schema": {LAB_SCHEMA}}}\n'.encode())
