"""``kuralab read``."""

from __future__ import annotations

import json

import pytest


def test_it_shows_format_columns_and_metadata(kuralab, counting) -> None:
    run = kuralab("read", counting)
    assert run.code == 0
    assert "impedance spectrum, 3 rows" in run.out
    assert "operator: [bold]nobody" in run.out
    assert "temperature: not in the file" in run.out
    assert run.err == "warning: row 2 was dropped\n"


def test_json_has_no_nan(kuralab, counting) -> None:
    run = kuralab("read", counting, "--json")
    found = json.loads(run.out, parse_constant=pytest.fail)
    assert (found["schema"], found["file"], found["sha256"]) == (1, str(counting), "0" * 64)
    (measurement,) = found["measurements"]
    assert measurement["columns"] == [
        {"name": "frequency", "unit": "Hz", "minimum": 2.0, "maximum": 3.0},
        {"name": "empty", "unit": "ohm", "minimum": None, "maximum": None},
    ]
    assert measurement["warnings"] == ["row 2 was dropped"]


def test_a_spectrum_is_drawn(kuralab, spectrum, tmp_path) -> None:
    plot = tmp_path / "plot.png"
    run = kuralab("read", spectrum, "-o", plot, "--json")
    assert run.code == 0
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {plot}" in run.err
    assert json.loads(run.out)["measurements"][0]["rows"] == 40
