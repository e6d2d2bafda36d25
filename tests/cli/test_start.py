"""Starting costs nothing: names and click only."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

import kuralab as package

HEAVY = {"jinja2", "matplotlib", "numba", "numpy", "pint", "pydantic", "rich", "scipy", "yaml"}


def _loaded_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*(name.partition('.')[0] for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("words", [["--help"], [], ["--version"], ["analyse"]])
def test_a_first_look_imports_nothing_heavy(words: list[str]) -> None:
    assert not HEAVY & _loaded_after(f"from kuralab.cli import main\nmain({words!r})")


def test_importing_kuralab_imports_nothing_heavy() -> None:
    assert not HEAVY & _loaded_after("import kuralab; kuralab.__version__")


def test_help_takes_less_than_half_a_second() -> None:
    """The best of three, because the machine has other work."""

    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kuralab", "--help"], capture_output=True, check=True)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.5


def test_the_package_offers_its_names_lazily() -> None:
    assert callable(package.read)
    assert callable(package.analyze)
    assert set(dir(package)) >= {"analyze", "read", "__version__"}
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        package.__getattr__("analyse")
