"""Figures of a run: what is drawn is what was found, and what is missing is no crash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from kuralab.analysis import ArrheniusLine, SpectrumDetails
from kuralab.errors import InputError
from kuralab.views import RunOverview, run_figures, sample_lines
from kuralab.views._gantt import gantt, operation_looks
from kuralab.views._genealogy import genealogy
from kuralab.views._occupation import occupations
from kuralab.views._run_arrhenius import run_arrhenius
from kuralab.views._run_nyquist import run_nyquist
from kuralab.views._run_tables import literature_lines
from kuralab.views._run_trend import trend
from tests.views import runs


@pytest.fixture(scope="module")
def overview(lines: tuple[ArrheniusLine, ...], series: tuple[SpectrumDetails, ...]) -> RunOverview:
    return runs.overview(lines, series)


def texts(figure: object) -> list[str]:
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")) if t.get_text()]


def test_the_trend_shows_values_with_uncertainty_flags_and_literature(overview: RunOverview) -> None:
    figure = trend(overview)
    conductivity, energy = figure.axes
    assert conductivity.get_yscale() == "log"
    assert conductivity.get_ylabel() == "σ(25 °C) / (S cm⁻¹)"
    assert energy.get_xlabel() == "x in (100−x)Li₃PS₄–xLiI / mol%"
    good, flagged = (container.lines[0] for container in energy.containers)
    np.testing.assert_allclose(good.get_xdata(), [0, 50])
    np.testing.assert_allclose(good.get_ydata(), [0.4, 0.35])
    np.testing.assert_allclose(flagged.get_xdata(), [25])
    assert flagged.get_markerfacecolor() == "white"
    bars = energy.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose(bars[0][:, 1], [0.396, 0.404])
    assert [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in conductivity.lines
        if line.get_marker() == "D"
    ] == [(50.0, 2e-2)]
    written = " ".join(texts(figure))
    assert "Somebody 2018 (glass)" in written
    assert "Another 2001 (crystal)" in written
    assert "this run (twin)" in written


def test_without_a_variation_samples_stand_side_by_side(overview: RunOverview) -> None:
    figure = trend(replace(overview, variation=None, literature=()), language="ja")
    labels = [label.get_text() for label in figure.axes[1].get_xticklabels()]
    assert labels == ["50Li3PS4-50LiI", "75Li3PS4-25LiI", "Li3PS4"]
    assert "注記あり" in texts(figure)


def test_arrhenius_lines_are_coloured_by_what_varies(overview: RunOverview) -> None:
    axes, scale = run_arrhenius(overview).axes[:2]
    colours = {line.get_color() for line in axes.lines if len(line.get_xdata()) > 50}
    assert len(colours) == 3
    assert scale.get_ylabel() == "x in (100−x)Li₃PS₄–xLiI / mol%"
    points = axes.containers[0].lines[0]
    np.testing.assert_allclose(points.get_xdata()[0], 1000 / 293.15)


def test_every_sample_has_a_panel_on_equal_axes(overview: RunOverview) -> None:
    panels = [axes for axes in run_nyquist(overview).axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in panels] == ["x = 0", "x = 25", "x = 50"]
    assert {axes.get_aspect() for axes in panels} == {1.0}


def test_positions_and_utilisation_are_counted(overview: RunOverview) -> None:
    (mill, analyser), length = occupations(overview.facility, overview.steps)
    assert length == 50 * 3600
    assert [(bar.lane, bar.order) for bar in mill.bars] == [(0, "a"), (1, "a"), (0, "b")]
    assert (mill.working, mill.filled) == (pytest.approx(0.8), pytest.approx(0.6))
    assert [bar.lane for bar in analyser.bars] == [0, 1, 0]
    assert (analyser.working, analyser.filled) == (pytest.approx(13 / 50), pytest.approx(0.14))


def test_the_gantt_frames_batches_and_names_everything(overview: RunOverview) -> None:
    figure = gantt(overview)
    axes = figure.axes[0]
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_fill()]
    frames = [patch for patch in axes.patches if not patch.get_fill()]
    assert len(bars) == len(overview.steps)
    assert [frame.get_width() for frame in frames] == [20.0]
    assert {bar.get_hatch() for bar in bars} == {
        operation_looks(overview)[k][1] for k in ("ball_mill", "impedance_spectrum")
    }
    written = texts(figure)
    for piece in ("mill\n(glove box)", "80 %\n60 % of 2 positions", "planetary ball milling", "x = 25"):
        assert piece in written
    assert axes.get_xlabel() == "time since the start / h"
    assert "遊星ボールミル" in texts(gantt(overview, language="ja"))


def test_a_step_without_an_end_is_marked(overview: RunOverview) -> None:
    open_step = runs.step("eis", "impedance_spectrum", "analyser", "z", x=0, start=45, end=None)
    failed = replace(overview.steps[0], state="failed")
    written = texts(gantt(replace(overview, steps=(failed, *overview.steps[1:], open_step))))
    assert "not ended" in written
    assert "failed or held" in written


def test_a_long_run_is_in_days(overview: RunOverview) -> None:
    late = runs.step("eis", "impedance_spectrum", "analyser", "z", x=0, start=200, end=201)
    assert gantt(replace(overview, steps=(*overview.steps, late))).axes[0].get_xlabel().endswith("/ d")


def test_the_genealogy_tells_times_places_and_atmospheres(overview: RunOverview) -> None:
    written = texts(genealogy(overview))
    for piece in (
        "0:00",
        "20:00",
        "split a sample",
        "moved to measuring bay through argon",
        "impedance spectrum × 3",
        "25 °C – 95 °C · 1 d 3 h",
        "analyser, measuring bay",
        "in argon",
        "in dry air",
    ):
        assert piece in written, piece
    assert "measuring bay へ移動（アルゴン中）" in texts(genealogy(overview, language="ja"))


def test_no_figure_needs_a_picture_file(overview: RunOverview) -> None:
    """A page with a content policy shows no embedded picture, so colour scales are shapes."""
    scale = run_arrhenius(overview).axes[1]
    solids = [c for c in scale.collections if not isinstance(c, PolyCollection)]
    assert solids
    assert not any(solid.get_rasterized() for solid in solids)


def test_a_run_that_did_nothing_has_no_figures(overview: RunOverview) -> None:
    empty = replace(overview, steps=(), findings=(), lineage=None)
    assert run_figures(empty) == []
    with pytest.raises(InputError, match="nothing to draw"):
        gantt(empty)


def test_tables_say_what_was_found_and_what_was_not(overview: RunOverview) -> None:
    *found, lost = sample_lines(overview)
    assert [line.label for line in found] == ["x = 0", "x = 25", "x = 50"]
    assert found[2].conductivity == "0.0510 ± 0.0001 S/cm"
    assert found[1].flags == (("model inadequate", "モデル不十分"),)
    assert found[0].flags == ()
    assert lost.message == "8 points are too few"
    beside, alone = literature_lines(overview)
    assert (beside.label, beside.factor, beside.published) == ("x = 50", "2.6", "0.02 S/cm")
    assert (alone.label, alone.own, alone.factor) == ("", "", "")
