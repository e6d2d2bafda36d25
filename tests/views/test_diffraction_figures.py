"""Figures, tables and files of a refinement: what is drawn, in both languages, without a warning."""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kuralab
from kuralab.analysis import Outcome
from kuralab.errors import InputError
from kuralab.formats import read_crystals
from kuralab.views import (
    correlations,
    figures_of,
    pattern_stretches,
    refined_pattern,
    save_figure,
    write_report,
)
from kuralab.views._diffraction_tables import refinement_tables, with_esd


@pytest.fixture(scope="module")
def example(checkout: Path) -> Path:
    """Synthetic patterns of a hydride with an impurity."""
    return checkout / "examples" / "lani2d3"


@pytest.fixture(scope="module")
def joint(example: Path) -> Outcome:
    """Two phases, X-rays and neutrons together."""
    return _refined(example, "neutron.xye", "xray.xye", instruments=("neutrons.yaml", "tube.yaml"))


@pytest.fixture(scope="module")
def le_bail(example: Path) -> Outcome:
    """Cells only, X-rays."""
    return _refined(example, "xray.xye", instruments=("tube.yaml",), mode="lebail")


def _refined(folder: Path, *patterns: str, instruments: tuple[str, ...], **more: Any) -> Outcome:
    plan = {} if more else {"config": str(folder / "plan.yaml")}
    return kuralab.analyze(
        "diffraction",
        *(folder / name for name in patterns),
        structure=tuple(str(folder / name) for name in ("LaNi2D3.cif", "LaNi5.cif")),
        instrument=tuple(str(folder / name) for name in instruments),
        **plan,
        **more,
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_figures_draw_without_a_warning(joint: Outcome, tmp_path: Path, language: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures = figures_of(joint, language=language)
        for drawn in figures:
            save_figure(drawn.figure, tmp_path / f"{drawn.key}.png")
    assert [drawn.key for drawn in figures] == [
        "pattern",
        "pattern-stretches",
        "pattern-stretches-2",
        "correlations",
    ]


def test_a_pattern_shows_all_of_a_refinement(joint: Outcome) -> None:
    """A panel for each pattern with its points, R factor and one row of ticks for each phase."""
    assert joint.refinement is not None
    panels = refined_pattern(joint).axes
    assert len(panels) == 2
    for axes, fit in zip(panels, joint.refinement.patterns, strict=True):
        title = axes.get_title(loc="left")
        assert f"{fit.agreement.r_wp:.2f} %" in title
        assert fit.pattern.label in title
        rows = [len(collection.get_segments()) for collection in axes.collections]
        assert rows == [len(lines) for lines in fit.lines.values()]
        drawn = axes.lines[0].get_xydata()
        np.testing.assert_array_equal(drawn, np.column_stack([fit.pattern.x, fit.pattern.intensity]))
        # The difference, on the pattern's scale, stays below every tick.
        difference = axes.lines[3].get_ydata() - (fit.pattern.intensity - fit.calculated)
        np.testing.assert_allclose(difference, difference[0], atol=1e-9 * fit.pattern.intensity.max())
        lowest_tick = min(
            segment[:, 1].min()
            for collection in axes.collections
            for segment in collection.get_segments()
        )
        assert axes.lines[3].get_ydata().max() < lowest_tick


def test_a_square_root_scale_labels_intensities(joint: Outcome) -> None:
    (axes,) = refined_pattern(joint, scale="sqrt", number=1).axes
    for place, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True):
        assert float(label.get_text()) == pytest.approx(place**2)


def test_correlations_leave_the_background_out(joint: Outcome) -> None:
    axes = correlations(joint).axes[0]
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert "LaNi2D3.a" in names
    assert not any("background" in name for name in names)


def test_stretches_cover_the_pattern(joint: Outcome) -> None:
    assert joint.refinement is not None
    x = joint.refinement.patterns[0].pattern.x
    ends = [axes.get_xlim() for axes in pattern_stretches(joint, 0).axes]
    assert ends[0][0] == pytest.approx(x[0])
    assert ends[-1][1] == pytest.approx(x[-1])
    assert [left[1] for left in ends[:-1]] == pytest.approx([right[0] for right in ends[1:]])


@pytest.mark.parametrize(
    ("value", "std", "text"),
    [
        (3.890872, 0.000043, "3.89087(4)"),
        (3.890872, 0.00019, "3.89087(19)"),
        (-0.0912, 0.00132, "−0.0912(13)"),
        (152.99, 13.4, "153(13)"),
        (0.25, None, "0.25"),
        (0.25, float("nan"), "0.25"),
        (1.0, 0.0996, "1.00(10)"),
    ],
)
def test_uncertainties_stand_in_parentheses(value: float, std: float | None, text: str) -> None:
    assert with_esd(value, std) == text


def test_tables(joint: Outcome, le_bail: Outcome) -> None:
    cells, sites, fractions, agreement, stages = refinement_tables(joint)
    assert [row[0] for row in cells.rows] == ["LaNi2D3", "LaNi5"]
    deuterium = next(row for row in sites.rows if row[1] == "D")
    assert re.fullmatch(r"0\.30\d+\(\d+\)", deuterium[4])
    assert deuterium[3] == "6"
    assert len(fractions.rows) == 4
    assert len(agreement.rows) == 2
    assert stages.rows[0][1].count("background.0–4") == 2
    for table in (cells, sites, fractions, agreement, stages):
        assert {len(row) for row in table.rows} == {len(table.heads)}
    assert [table.title[0] for table in refinement_tables(le_bail)] == [
        "Cells",
        "Agreement",
        "Turn-on order",
    ]


def test_what_is_not_determined_is_a_dash(example: Path) -> None:
    """X-rays do not place deuterium: neither the table nor the CIF pretends that they do."""
    outcome = _refined(example, "xray.xye", instruments=("tube.yaml",))
    sites = refinement_tables(outcome)[1]
    deuterium = next(row for row in sites.rows if row[1] == "D")
    assert deuterium[4] == "—"


def test_a_report_has_structures_and_curves(joint: Outcome, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = write_report([joint], tmp_path)
    names = {path.name for path in paths}
    assert {"LaNi2D3.cif", "LaNi5.cif", "curves-neutron.csv", "curves-xray.csv"} <= names
    assert joint.refinement is not None
    (crystal,) = read_crystals(tmp_path / "LaNi2D3.cif")
    assert crystal.cell.a == pytest.approx(joint.refinement.crystals[0].cell.a, abs=1e-4)
    assert "4.501" in (tmp_path / "report.html").read_text("utf-8")
    fit = joint.refinement.patterns[0]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "curves-neutron.csv").read_text("utf-8"))))
    assert len(rows) == len(fit.pattern.x)
    assert float(rows[100]["calculated"]) == pytest.approx(fit.calculated[100], rel=1e-5)


def test_other_outcomes_have_no_pattern(le_bail: Outcome) -> None:
    empty = Outcome(record=le_bail.record)
    with pytest.raises(InputError, match="no refined pattern"):
        refined_pattern(empty)
    assert refinement_tables(empty) == ()
