"""The house: doors, names, data files and records are where the architecture says."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kuralab

PACKAGE = Path(kuralab.__file__).parent
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def _settings(checkout: Path) -> dict[str, object]:
    return tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["tool"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_and_lists_its_door(room: str) -> None:
    door = importlib.import_module(f"kuralab.{room}")
    assert door.__doc__, f"kuralab.{room} has no docstring"
    for name in getattr(door, "__all__", []):
        assert hasattr(door, name), f"kuralab.{room} offers {name}, which it does not have"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_described(checkout: Path, room: str) -> None:
    assert f"`{room}/`" in (checkout / "docs" / "architecture.md").read_text("utf-8")


def test_the_import_order_names_every_room(checkout: Path) -> None:
    contract = _settings(checkout)["importlinter"]["contracts"][0]
    assert contract["exhaustive"]
    listed = set(re.findall(r"\w+", " ".join(contract["layers"])))
    assert set(ROOMS) <= listed


def test_the_version_is_written_once(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["dynamic"] == ["version"]
    assert f"version: {kuralab.__version__}\n" in (checkout / "CITATION.cff").read_text("utf-8")


def test_the_lock_names_no_address(checkout: Path) -> None:
    lock = (checkout / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock


def test_links_between_the_documents_lead_somewhere(checkout: Path) -> None:
    pages = [
        *checkout.glob("*.md"),
        *(checkout / "docs").rglob("*.md"),
        checkout / "benchmarks" / "README.md",
    ]
    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} points at {link}"


def test_decisions_are_numbered_without_gaps(checkout: Path) -> None:
    names = sorted(path.name for path in (checkout / "docs" / "decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.slow
def test_every_example_runs(checkout: Path) -> None:
    for example in (checkout / "examples").glob("*.py"):
        done = subprocess.run([sys.executable, example], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout
