"""Real files, and writers of small synthetic ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def electrochemistry() -> Path:
    """The folder of real measurements."""
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "electrochemistry"
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes or text (UTF-8 unless told) into a new file."""

    def written(content: str | bytes, name: str = "file.txt", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written
