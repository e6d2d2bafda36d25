"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kuralab.errors import InputError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder, renamed to ``path`` when the block succeeds.

    Raises
    ------
    InputError
        The folder does not exist, or cannot be written to.
    """
    part = _part_of(path)
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files: either all of them are replaced, or none while any cannot be written.

    Raises
    ------
    InputError
        A folder cannot be written to.
    """
    parts = {path: _part_of(path) for path in contents}
    path = None
    try:
        for path, content in contents.items():
            parts[path].write_bytes(content)
        for path, part in parts.items():
            os.replace(part, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def folder_made(folder: Path) -> Path:
    """The folder, made with its parents where missing.

    Raises
    ------
    InputError
        The name is taken by a file, or the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(
            "there is a file of this name, but a folder is needed",
            file=str(folder),
            hint="Give another folder.",
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def _part_of(path: Path) -> Path:
    if not path.parent.is_dir():
        raise InputError(
            f"the folder {path.parent} does not exist", file=str(path), hint="Make it first."
        )
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _unwritable(path: Path | None, error: OSError) -> InputError:
    return InputError(
        f"cannot be written ({error.strerror or error})",
        file=str(path),
        hint="Check the folder's permissions and free space.",
    )
