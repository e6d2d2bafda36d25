"""The example's tables are what their generator makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.science.protonics.example_tables import tables

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.mark.parametrize("name", sorted(tables()))
def test_the_tables_of_the_example(checkout: Path, name: str) -> None:
    """Another processor may round a last digit otherwise."""
    made, kept = tables()[name], (checkout / "examples" / "proton_ceramic" / name).read_text("utf-8")
    assert NUMBER.sub("0", made) == NUMBER.sub("0", kept)
    assert "SYNTHETIC" in kept
    numbers = [[float(x) for x in NUMBER.findall(text)] for text in (made, kept)]
    assert numbers[0] == pytest.approx(numbers[1], rel=2e-3, abs=2e-3)
