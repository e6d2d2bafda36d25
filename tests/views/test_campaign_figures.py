"""Figures of a campaign: what is drawn where, units on every axis, both languages."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text

from kuralab.model.campaign import Objective
from kuralab.views import CampaignOverview, Progress, ReportFigure, VariableShown
from kuralab.views._campaign_figures import campaign_figures
from kuralab.views._campaign_mixture import mixtures_of
from kuralab.views._campaign_parity import foretold
from kuralab.views._campaign_ternary import Triangle, triangle_around
from kuralab.views._campaign_words import folded, with_unit
from kuralab.views._saving import save_figure
from tests.views import campaigns

QUANTITY = campaigns.CONDUCTIVITY.quantity


def drawn(overview: CampaignOverview, language: Any = "en") -> dict[str, Figure]:
    return {f.key: f.figure for f in campaign_figures(overview, language=language)}


def texts(figure: Figure) -> list[str]:
    return [t.get_text().replace("\u00a0", " ").replace("\n", " ") for t in figure.findobj(Text)]


@pytest.fixture(scope="module")
def ternary() -> dict[str, Figure]:
    return drawn(campaigns.ternary())


@pytest.fixture(scope="module")
def captioned() -> dict[str, ReportFigure]:
    return {f.key: f for f in campaign_figures(campaigns.several())}


@pytest.fixture(scope="module")
def several(captioned: dict[str, ReportFigure]) -> dict[str, Figure]:
    return {key: f.figure for key, f in captioned.items()}


@pytest.mark.parametrize("make", [campaigns.ternary, campaigns.several])
def test_every_figure_has_glyphs_for_japanese(make: Any, tmp_path: Path) -> None:
    for key, figure in drawn(make(), "ja").items():
        path = save_figure(figure, tmp_path / f"{key}.svg")
        assert path.stat().st_size < 400_000, key


def test_axes_carry_units(ternary: dict[str, Figure], several: dict[str, Figure]) -> None:
    for key, expected in {
        "convergence": (
            "experiments ended",
            "lab time / days",
            "total ionic conductivity at 25 °C / (S cm⁻¹)",
        ),
        "speed": ("lab time to the goal / days",),
        "parity": ("predicted before: total ionic conductivity at 25 °C / (S cm⁻¹)",),
        "importance": ("share of the importance / %",),
        "composition": ("Li2S / mol%", "P2S5 / mol%", "LiI / mol%"),
    }.items():
        for text in expected:
            assert text in texts(ternary[key]), (key, text)
    assert "process time / h" in texts(several["front"])


def test_the_goal_is_a_line_at_its_value(ternary: dict[str, Figure]) -> None:
    for axes in ternary["convergence"].axes:
        levels = [line.get_ydata() for line in axes.get_lines() if line.get_linestyle() == "--"]
        assert [1e-3, 1e-3] in [list(level) for level in levels]
    assert "goal" in texts(ternary["convergence"])


def test_failed_and_limited_experiments_are_marked(ternary: dict[str, Figure]) -> None:
    left = ternary["convergence"].axes[0]
    marks = {line.get_marker(): line for line in left.get_lines() if line.get_marker() != "None"}
    assert list(np.asarray(marks["x"].get_xdata())) == [3.0]
    assert set(np.asarray(marks["v"].get_ydata())) == {1e-6}
    assert len(marks["o"].get_xdata()) + len(marks["v"].get_xdata()) == 22


def test_days_are_logarithmic_where_a_reference_takes_many_times_as_long() -> None:
    def scale(each: float) -> str:
        references = (campaigns.reference(1, each=each),)
        figure = drawn(campaigns.ternary(references=references, landscape=None))["convergence"]
        return figure.axes[1].get_xscale()

    assert (scale(0.2), scale(1.5)) == ("linear", "log")


def test_a_bad_beginning_of_a_reference_does_not_press_the_axis() -> None:
    poor = Progress(QUANTITY, "by chance", (1.0, 2.0), (1e-14, 5e-4))
    figure = drawn(campaigns.ternary(references=(poor,)))["convergence"]
    low, high = figure.axes[0].get_ylim()
    assert 1e-7 < low < 1e-6
    assert 1.6e-3 < high < 1e-2


def test_starts_have_no_place_in_the_parity_plot(ternary: dict[str, Figure]) -> None:
    overview = campaigns.ternary()
    numbers = [e.suggestion.number for e in foretold(overview, campaigns.CONDUCTIVITY)]
    assert min(numbers) == 7
    assert 9 not in numbers, "vetoed"
    axes = ternary["parity"].axes[0]
    assert axes.get_xlim() == axes.get_ylim()
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    shown = sum(len(container.lines[0].get_xdata()) for container in axes.containers)
    assert shown == len(numbers)


def test_the_parity_bars_are_the_68_percent_intervals(ternary: dict[str, Figure]) -> None:
    overview = campaigns.ternary()
    expected = {
        (p.low_68, p.high_68)
        for e in foretold(overview, campaigns.CONDUCTIVITY)
        for p in [e.suggestion.reason.predicted[QUANTITY]]
    }
    found = set()
    for container in ternary["parity"].axes[0].containers:
        for segment in container.lines[2][0].get_segments():
            found.add((segment[0][0], segment[1][0]))
    assert sorted(found) == pytest.approx(np.array(sorted(expected)))


def test_the_captions_state_the_coverage(captioned: dict[str, ReportFigure]) -> None:
    assert captioned["parity"].caption_en.count("held 14 of 21 (67 %)") == 2
    assert captioned["parity"].caption_ja.count("21 件中 14 件（67 %）") == 2


def test_nothing_measured_lies_beyond_the_line_of_the_front(several: dict[str, Figure]) -> None:
    """Conductive and quick is low and to the right: no experiment may be there."""
    overview = campaigns.several()
    axes = several["front"].axes[0]
    (line,) = [line for line in axes.get_lines() if line.get_gid() == "front"]
    x, y = (np.asarray(data, dtype=float) for data in line.get_data())
    for e in overview.experiments:
        sigma = e.observed[QUANTITY].value
        hours = e.observed["process_time"].value
        assert sigma is not None
        assert hours is not None
        # The shortest time at which as much as this was conducted.
        reachable = y[x >= sigma * (1 - 1e-9)].min()
        assert hours >= reachable - 1e-9
    numbers = {t for t in texts(several["front"]) if t.isdigit()}
    assert {str(n) for n in overview.front} & numbers


def test_three_objectives_have_a_panel_for_each_pair() -> None:
    figure = drawn(campaigns.several(objectives=3))["front"]
    assert len(figure.axes) == 3
    assert all(line.get_gid() is None for axes in figure.axes for line in axes.get_lines())


def test_one_objective_has_no_front(ternary: dict[str, Figure]) -> None:
    assert "front" not in ternary


def test_bars_of_the_speed_account_are_the_days(ternary: dict[str, Figure]) -> None:
    axes = ternary["speed"].axes[0]
    assert [patch.get_width() for patch in axes.patches] == [5.4, 51.0, 64.0, 90.0]
    assert [bool(patch.get_hatch()) for patch in axes.patches] == [False, False, False, True]
    assert "> 90 d" in texts(ternary["speed"])


def test_many_variables_are_added_up() -> None:
    shares = {f"feature {i}": 0.02 for i in range(20)} | {"milling time": 0.6}
    figure = drawn(campaigns.ternary(importance=shares))["importance"]
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert widths[0] == 60.0
    assert sum(widths) == pytest.approx(100.0)
    assert "7 others" in texts(figure)


def test_one_variable_is_a_hundred_per_cent() -> None:
    figure = drawn(campaigns.ternary(importance={"glass": 1.0}))["importance"]
    assert [patch.get_width() for patch in figure.axes[0].patches] == [100.0]


def test_of_five_components_the_three_most_varied_are_drawn() -> None:
    components = ("Li2S", "P2S5", "LiI", "LiBr", "LiCl")
    points = [
        {"Li2S": 0.5 + x, "P2S5": 0.1, "LiI": 0.2 - x / 2, "LiBr": 0.1, "LiCl": 0.1 - x / 2}
        for x in (0.0, 0.05, 0.1, 0.15)
    ]
    overview = campaigns.ternary(
        landscape=None,
        variables=(VariableShown("glass", "mixture", components=components),),
        experiments=tuple(
            campaigns.experiment(n, {"glass": p}, {QUANTITY: (1e-4 * n, 1e-6)})
            for n, p in enumerate(points, start=1)
        ),
    )
    (shown,) = mixtures_of(overview)
    assert (shown.drawn, shown.others) == (("Li2S", "LiI", "LiCl"), ("P2S5", "LiBr"))
    caption = {f.key: f.caption_en for f in campaign_figures(overview)}["composition"]
    assert "not shown: P2S5, LiBr" in caption


def test_two_components_are_a_plain_plot() -> None:
    overview = campaigns.ternary(
        landscape=None,
        variables=(VariableShown("electrolyte", "mixture", components=("Li3PS4", "LiI")),),
        experiments=tuple(
            campaigns.experiment(
                n,
                {"electrolyte": {"Li3PS4": 1 - x, "LiI": x}},
                {QUANTITY: (1e-4 * n, 1e-6)},
            )
            for n, x in enumerate((0.2, 0.35, 0.5), start=1)
        ),
    )
    figure = drawn(overview)["composition"]
    assert "LiI / mol%" in texts(figure)
    places = [float(c.lines[0].get_xdata()[0]) for c in figure.axes[0].containers]
    assert places == pytest.approx([20.0, 35.0, 50.0])


def test_ordinary_numbers_on_a_logarithmic_axis_are_plain() -> None:
    hours = campaigns.DURATION.model_copy(update={"scale": "log"})
    overview = dataclasses.replace(campaigns.several(), objectives=(campaigns.CONDUCTIVITY, hours))
    axes = drawn(overview)["front"].axes[0]
    assert axes.get_yscale() == "log"
    low, high = axes.get_ylim()
    labels = [t.get_text() for t in axes.get_yticklabels() if low <= t.get_position()[1] <= high]
    assert {"10", "20"} <= set(labels)


def test_a_target_is_a_line_too() -> None:
    aimed = Objective(quantity="process_time", direction="target", target=20.0, unit="h")
    overview = dataclasses.replace(campaigns.several(), objectives=(campaigns.CONDUCTIVITY, aimed))
    figures = {f.key: f for f in campaign_figures(overview)}
    levels = [list(line.get_ydata()) for line in figures["convergence"].figure.axes[2].get_lines()]
    assert [20.0, 20.0] in levels
    assert "guides the eye" in figures["front"].caption_en


fractions = st.lists(st.tuples(*[st.floats(0.01, 1.0)] * 3), min_size=1, max_size=12).map(
    lambda rows: np.array(rows) / np.array(rows).sum(axis=1, keepdims=True)
)


@given(fractions)
def test_every_composition_lies_in_its_triangle(points: np.ndarray) -> None:
    triangle = triangle_around(points)
    x, y = triangle.place(points).T
    height = np.sqrt(3.0) / 2.0
    assert (y >= -1e-9).all()
    assert (y <= 2 * height * x + 1e-9).all()
    assert (y <= 2 * height * (1 - x) + 1e-9).all()
    lines = triangle.size / triangle.step
    assert lines == pytest.approx(round(lines), abs=1e-6)
    assert lines < 6.5


def test_a_narrow_window_is_magnified() -> None:
    triangle = triangle_around(np.array([[0.62, 0.18, 0.20], [0.66, 0.16, 0.18]]))
    assert triangle.low == pytest.approx((0.60, 0.14, 0.16))
    assert (triangle.size, triangle.step) == (pytest.approx(0.10), 0.02)


def test_corners_of_the_triangle() -> None:
    whole = Triangle((0.0, 0.0, 0.0), 1.0, 0.2)
    assert whole.place(np.eye(3)) == pytest.approx(np.array([[0.5, np.sqrt(0.75)], [0, 0], [1, 0]]))


def test_titles_fold_between_words_and_keep_their_units() -> None:
    long = "measured: total ionic conductivity at 25 °C / (S cm⁻¹)"
    lines = folded(long, width=30).replace("\u00a0", " ").split("\n")
    assert " ".join(lines) == long
    assert len(lines) == 2
    assert max(map(len, lines)) <= 32
    assert lines[-1].endswith("/ (S cm⁻¹)")
    japanese = folded("25 °Cにおける全イオン伝導度 / (S cm⁻¹)", width=30).replace("\u00a0", " ")
    assert japanese.split("\n") == ["25 °Cにおける", "全イオン伝導度 / (S cm⁻¹)"]


@pytest.mark.parametrize(
    ("unit", "title"),
    [
        ("S/cm", "q / (S cm⁻¹)"),
        ("h", "q / h"),
        ("", "q"),
        ("mA h/g", "q / (mA h g⁻¹)"),
        ("degC", "q / °C"),
    ],
)
def test_units_on_axes(unit: str, title: str) -> None:
    assert with_unit("q", unit) == title
