"""The example runs as its first line says, and prints the enthalpies that it promises."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest


def test_the_example_runs(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(checkout / "examples" / "hydride_formation.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert "dH = -31.1 with pressure, -31.1 ± 0.4 kJ/mol with fugacity" in lines[0]
    assert "dH = -13.0 with pressure, -15.5 ± " in lines[6]
    pressures = [float(found[1]) for line in lines if (found := re.search(r"at ([\d.]+) ±", line))]
    assert len(pressures) == 6
    # The solid's volume work always costs pressure.
    assert all(more > less for more, less in zip(pressures[::2], pressures[1::2], strict=True))
