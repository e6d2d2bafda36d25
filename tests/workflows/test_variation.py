"""What differs between samples is found from their compositions, or from how they were treated."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kuralab.model import Protocol, ProtocolBuilder
from kuralab.store import SampleRow
from kuralab.workflows._variation import literature_beside, variation_of

EMPTY = Protocol(name="empty", steps=())


def sample(name: str, composition: str | None, parents: tuple[str, ...] = ()) -> SampleRow:
    return SampleRow(
        run="r",
        sample=f"r/{name}",
        name=name,
        composition=composition,
        form="pellet",
        station=None,
        atmosphere=None,
        state="present",
        parents=parents,
        values={},
        made_by="",
        created=datetime(2026, 1, 5, tzinfo=UTC),
    )


def heated(rates: tuple[str, ...]) -> ProtocolBuilder:
    p = ProtocolBuilder("heated")
    p.weigh("Li3PS4", mass="2 g", makes="glass")
    pieces = p.split("glass", makes=tuple(f"piece {i}" for i in range(len(rates))))
    for piece, rate in zip(pieces, rates, strict=True):
        p.heat(piece, temperature="260 degC", heating_rate=rate, duration="2 min", gas="argon")
    return p


def test_the_share_of_the_second_formula() -> None:
    rows = [sample("a", "Li3PS4"), sample("b", "54Li3PS4-46LiI"), sample("c", "80Li3PS4-20LiI")]
    found = variation_of(rows, EMPTY)
    assert found is not None
    assert found.values == {"r/a": 0.0, "r/b": 46.0, "r/c": 20.0}
    assert found.en == "x in (100−x)Li₃PS₄–xLiI / mol%"
    assert found.text("r/b") == "x = 46"
    assert not found.logarithmic


@pytest.mark.parametrize(
    "compositions",
    [
        ("Li3PS4", "Li3PS4"),
        ("Li3PS4", None),
        ("Li3PS4", "Li6PS5Cl", "Li10GeP2S12"),
        ("60Li3PS4-40LiI", "60Li3PS4-40LiI"),
        ("not a formula", "Li3PS4"),
        (),
    ],
)
def test_no_series_is_no_variation(compositions: tuple[str | None, ...]) -> None:
    assert variation_of([sample(str(i), c) for i, c in enumerate(compositions)], EMPTY) is None


def test_two_pure_formulas_are_the_ends_of_a_series() -> None:
    found = variation_of([sample("a", "Li3PS4"), sample("b", "LiI")], EMPTY)
    assert found is not None
    assert found.values == {"r/a": 0.0, "r/b": 100.0}


def test_a_parameter_of_a_step_may_differ_instead() -> None:
    protocol = heated(("5 degC/min", "600 degC/min")).build()
    parents = ("r/glass",)
    rows = [sample(f"piece {i}", "Li3PS4", parents) for i in range(2)]
    found = variation_of([sample("glass", "Li3PS4"), *rows][1:], protocol)
    assert found is not None
    assert found.en == "heating rate / (°C/min)"
    assert found.ja == "昇温速度 / (°C/min)"
    assert found.values == {"r/piece 0": 5.0, "r/piece 1": 600.0}
    assert found.text("r/piece 1") == "600 °C/min"
    assert found.logarithmic


def test_literature_of_the_same_formulas_lies_beside() -> None:
    rows = [sample("a", "Li3PS4"), sample("b", "55Li3PS4-45LiI"), sample("c", "80Li3PS4-20LiI")]
    found = literature_beside(rows, variation_of(rows, EMPTY))
    by_reference = {value.reference: value for value in found}
    assert by_reference["Suyama, Hayashi 2018"].x == 46.0
    assert by_reference["Suyama, Hayashi 2018"].sample == "r/b"
    assert by_reference["Hayashi 2001"].sample == "r/a"
    assert "Fujita, Hayashi 2021" not in by_reference


def test_literature_has_no_place_on_another_axis() -> None:
    protocol = heated(("5 degC/min", "600 degC/min")).build()
    rows = [sample(f"piece {i}", "Li3PS4", ("r/glass",)) for i in range(2)]
    found = literature_beside(rows, variation_of(rows, protocol))
    assert found
    assert all(value.x is None and value.sample is None for value in found)
