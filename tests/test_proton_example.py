"""The example runs as its first line says, and finds the truth of its synthetic tables."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest


def test_the_example_runs(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(checkout / "examples" / "proton_conduction.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    enthalpies = [line for line in lines if line.startswith("enthalpy")]
    assert len(enthalpies) == 2
    for line in enthalpies:
        found = re.search(r"−([\d.]+) ± ([\d.]+) kJ/mol", line)
        assert found is not None
        assert abs(float(found[1]) - 93.0) < 3.0 * float(found[2])
    assert sum(line.startswith("t_H") for line in lines) == 5
    assert any("Ba loss" in line for line in lines)
    assert lines[-1].startswith("onset")
