"""The page about the twins says what the files say."""

from __future__ import annotations

from pathlib import Path

from kuralab.instruments.twins import MODELS
from kuralab.instruments.twins.table import parameters_table


def test_the_page_holds_every_parameter_and_driver(checkout: Path) -> None:
    page = (checkout / "docs" / "workflows" / "solid_electrolyte_twins.md").read_text("utf-8")
    assert parameters_table() in page, "run python -m kuralab.instruments.twins.table"
    for driver in MODELS:
        assert f"| `{driver}` |" in page
