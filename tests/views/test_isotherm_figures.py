"""Isotherms and van 't Hoff plot: what is drawn, in both languages, without a warning."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import kuralab
from kuralab.analysis import HydrideDetails, Outcome
from kuralab.errors import InputError
from kuralab.views import figures_of, isotherms, save_figure, vant_hoff


def _table(temperature: float, scale: float, branches: tuple[str, ...]) -> str:
    rows = ""
    for branch in branches:
        pressure = scale * np.exp(-3700.0 / temperature + 13.0) * (1.0 if branch == "abs" else 0.8)
        rows += "".join(
            f"{temperature},{branch},{0.1 * i:.1f},{pressure * (1 + 0.01 * i)}\n" for i in range(1, 15)
        )
    return rows


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    """Two samples; the second one has absorption at one temperature only."""
    head = "T (K),branch,hydrogen content (wt%),pressure (bar)\n"
    first, second = tmp_path / "LaNi5.csv", tmp_path / "Ce$Ni5.csv"
    first.write_text(head + "".join(_table(t, 1.0, ("abs", "des")) for t in (273.0, 298.0, 323.0)))
    second.write_text(head + _table(298.0, 50.0, ("abs",)))
    return kuralab.analyze("pct", first, second)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_figures_draw_without_a_warning(outcome: Outcome, tmp_path: Path, language: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = figures_of(outcome, language="ja" if language == "ja" else "en")
        for found in drawn:
            save_figure(found.figure, tmp_path / f"{found.key}.png")
            assert found.caption_en
            assert found.caption_ja
    assert [found.key for found in drawn] == ["vant_hoff", "isotherms", "isotherms-2"]
    assert drawn[1].figure.axes[0].get_xlabel() == (
        "水素量 / wt%" if language == "ja" else "hydrogen content / wt%"
    )


def test_absorption_is_filled_and_desorption_open(outcome: Outcome) -> None:
    axes = isotherms(outcome.hydrides[0]).axes[0]
    curves = [line for line in axes.lines if line.get_marker() == "o"]
    faces = [line.get_markerfacecolor() for line in curves]
    assert faces.count("white") == 3
    assert len({line.get_color() for line in curves}) == 3
    assert axes.get_yscale() == "log"
    # A bar for each plateau, at its pressure, over the range that was used.
    bars = [line for line in axes.lines if line.get_marker() != "o"]
    assert len(bars) == 6
    assert bars[0].get_xdata()[0] == pytest.approx(0.3 * 1.4)


def test_enthalpies_and_samples_are_in_the_legend(outcome: Outcome) -> None:
    texts = [t.get_text() for t in vant_hoff(outcome.hydrides).legends[0].get_texts()]
    assert len(texts) == 3
    assert texts[0].startswith("LaNi5, absorption: ΔH = −30.")
    assert texts[2] == r"Ce\$Ni5, absorption"


def test_one_sample_needs_no_name(outcome: Outcome) -> None:
    texts = [t.get_text() for t in vant_hoff(outcome.hydrides[:1]).legends[0].get_texts()]
    assert texts[0].startswith("absorption: ΔH")


def test_pressures_are_labelled_as_such(tmp_path: Path) -> None:
    path = tmp_path / "LaNi5.csv"
    head = "T (K),branch,H/M,pressure (bar)\n"
    path.write_text(head + "".join(_table(t, 1.0, ("abs",)) for t in (273.0, 298.0)))
    outcome = kuralab.analyze("pct", path, fugacity="no")
    assert vant_hoff(outcome.hydrides).axes[0].get_ylabel() == "ln(p / bar)"
    assert isotherms(outcome.hydrides[0]).axes[0].get_xlabel() == "hydrogen content / H/M"


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(InputError, match="no isotherm has a plateau"):
        vant_hoff([])
    with pytest.raises(InputError, match="no isotherm to draw"):
        isotherms(HydrideDetails("a", (), ()))
