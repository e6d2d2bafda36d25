"""Workflows that are searches: shown like any other, and never simply repeated."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.cli.conftest import Run

Kuralab = Callable[..., Run]


def test_a_search_is_shown_with_its_second_stage(kuralab: Kuralab) -> None:
    shown = kuralab("workflow", "show", "high_pressure_hydride")
    assert shown.code == 0
    assert "(B4)" in shown.out
    assert "1 neutron_pattern" in shown.out
    parts = json.loads(kuralab("workflow", "show", "high_pressure_hydride", "--json").out)
    assert parts["steps"]["hydrogen_isotherm"] == 3
    assert parts["row"] == "B4"


def test_a_search_is_its_seed(kuralab: Kuralab) -> None:
    refused = kuralab("workflow", "run", "high_pressure_hydride", "--new")
    assert refused.code == 2
    assert "--seed" in refused.err
    assert refused.out == ""
