"""Candidates against a pattern, from files of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

import kuralab
from kuralab.errors import InputError


@pytest.fixture
def folder(checkout: Path) -> Path:
    return checkout / "examples" / "lani2d3"


def test_candidates_are_told_apart(folder: Path) -> None:
    found = kuralab.analyze(
        "phases",
        folder / "xray.xye",
        structure=[folder / "LaNi2D3.cif", folder / "LaNi5.cif"],
        instrument=folder / "tube.yaml",
    ).record
    shares = {result.conditions["phase"]: result for result in found.of("phase_share")}
    assert shares["LaNi2D3"].conditions["verdict"] == "present"
    assert shares["LaNi2D3"].value is not None
    assert shares["LaNi2D3"].value > 0.6
    assert shares["LaNi5"].conditions["verdict"] != "not present"
    assert found.models[0].adequate


def test_a_missing_phase_leaves_its_peaks_unexplained(folder: Path) -> None:
    found = kuralab.analyze(
        "phases",
        folder / "xray.xye",
        structure=[folder / "LaNi5.cif"],
        instrument=folder / "tube.yaml",
    ).record
    (left,) = found.of("unexplained_fraction")
    assert left.value is not None
    assert left.value > 0.5
    spacings = [result.value for result in found.of("d_spacing")]
    # 110 of the hydride, a / 2, at 2.2533 angstrom, and 112 at 2.0007.
    for wanted in (2.2533, 2.0007):
        assert min(abs(d - wanted) for d in spacings if d is not None) < 0.01


def test_without_candidates_peaks_are_listed(folder: Path) -> None:
    found = kuralab.analyze("phases", folder / "neutron.xye", instrument=folder / "neutrons.yaml").record
    assert len(found.of("d_spacing")) > 10
    assert not found.models


def test_one_pattern_at_a_time(folder: Path) -> None:
    with pytest.raises(InputError, match="takes one file"):
        kuralab.analyze("phases", folder / "xray.xye", folder / "neutron.xye")
