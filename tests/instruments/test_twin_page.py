"""The pages about the twins say what the files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kuralab.instruments.twins import MODELS
from kuralab.instruments.twins.table import PAGES, parameters_table


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_every_parameter(checkout: Path, page: str) -> None:
    text = (checkout / "docs" / "workflows" / f"{page}.md").read_text("utf-8")
    assert parameters_table(page) in text, f"run python -m kuralab.instruments.twins.table {page}"


def test_every_driver_is_on_a_page(checkout: Path) -> None:
    pages = "".join(
        (checkout / "docs" / "workflows" / f"{page}.md").read_text("utf-8") for page in PAGES
    )
    for driver in MODELS:
        assert f"| `{driver}` |" in pages
