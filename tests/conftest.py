"""What all tests share: the checkout, measured files and published values."""

from __future__ import annotations

import os

# Before numpy is imported: on shared cores the threads of small problems wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# The unit registry and compiled kernels are built on first use: a time limit would blame them.
# CI repeats the same examples; a developer's run looks for new ones.
settings.register_profile("kuralab", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("kuralab")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of measured files beside the project; its tests are skipped without it."""
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no measured files: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def reference() -> Callable[[str], dict[str, Any]]:
    """Published values by name, such as ``reference("impedance/lagp_example2b")``."""

    def load(name: str) -> dict[str, Any]:
        text = (ROOT / "tests" / "reference" / f"{name}.yaml").read_text("utf-8")
        found: dict[str, Any] = yaml.safe_load(text)
        return found

    return load
