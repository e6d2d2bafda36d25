"""The wheel, installed in an environment of its own outside the checkout, passes the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without its environment being asked for anything."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment's folder of commands; dependencies are seen, the checkout is not.

    Dependencies come from this test's own environment by its path, which does not process that
    environment's .pth files: the editable install stays out.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.check_output([python, "-c", ask], text=True).strip())
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "dependencies.pth").write_text("\n".join(sorted(dependencies)) + "\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*command, "--force-reinstall", str(wheel)], check=True, capture_output=True)
    return python.parent


def _run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_data_file(wheel: Path, checkout: Path) -> None:
    source = checkout / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / "kuralab").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert expected <= names
    assert "kuralab/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_demo_runs_outside_the_checkout(installed: Path, tmp_path: Path, checkout: Path) -> None:
    where = _run([installed / "python", "-c", "import kuralab; print(kuralab.__file__)"], tmp_path)
    assert not Path(where.stdout.strip()).is_relative_to(checkout)
    done = _run([installed / "kuralab", "demo", "--json"], tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout, parse_constant=pytest.fail)
    results = found["analyses"][0]["results"]
    assert any(result["quantity"] == "activation_energy_total" for result in results)
    assert found["run"]["run"]
    campaign = found["campaign"]
    assert campaign["ended"]["why"] == "goal"
    assert campaign["speed"]["ratio"] > 5
    assert len(campaign["speed"]["references"]) == 3
    made = {path.name for path in (tmp_path / "kuralab-demo").iterdir()}
    assert {"report.html", "results.csv", "results.json", "run", "campaign"} <= made
