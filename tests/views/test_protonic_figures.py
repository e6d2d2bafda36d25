"""Figures of proton-conducting ceramics: what is drawn, in both languages, without a warning."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import kuralab
from kuralab.analysis import Outcome
from kuralab.errors import InputError
from kuralab.model import Column, Kind, Measurement, RawFile
from kuralab.views import (
    dilatogram,
    emf,
    figures_of,
    hydration,
    measurement_figure,
    site_occupation,
    thermogram,
    transport_shares,
    write_report,
)

FORMULA = "BaZr0.4Ce0.4Y0.1Yb0.1O2.9"


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(__file__).resolve().parents[2] / "examples" / "proton_ceramic"


@pytest.fixture(scope="module")
def joint(folder: Path) -> Outcome:
    return kuralab.analyze(
        "proton_conduction",
        folder / "thermogram.csv",
        folder / "emf.csv",
        folder / "conductivity.csv",
        composition=FORMULA,
        baseline=folder / "thermogram_blank.csv",
    )


@pytest.fixture(scope="module")
def outcomes(folder: Path, joint: Outcome) -> list[Outcome]:
    return [
        joint,
        kuralab.analyze("emf", folder / "emf.csv"),
        kuralab.analyze("composition", folder / "icp.csv", formula=FORMULA, normalise_to="Zr 0.40"),
        kuralab.analyze("dilatometry", folder / "dilatogram_cuo.csv", green_density="55 %"),
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_figures_draw_without_a_warning(outcomes: list[Outcome], language: str) -> None:
    keys = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for outcome in outcomes:
            for found in figures_of(outcome, language="ja" if language == "ja" else "en"):
                found.figure.draw_without_rendering()
                assert found.caption_en.endswith(".")
                assert found.caption_ja.endswith("。")
                keys.append(found.key)
    assert keys == ["transport-numbers", "hydration", "thermogram", "emf", "sites", "dilatogram"]


def test_plateaus_are_marked_by_their_gas(joint: Outcome) -> None:
    assert joint.protonics is not None
    details = joint.protonics.thermograms[0]
    upper, lower = thermogram(details).axes
    bars = [line for line in upper.lines if line.get_linewidth() == 3.5]
    assert len(bars) == len(details.plateaus) == 6
    assert len({bar.get_color() for bar in bars}) == 2
    assert lower.get_ylabel() == "temperature / °C"


def test_the_hydration_curve_goes_through_its_points(joint: Outcome) -> None:
    assert joint.protonics is not None
    details = joint.protonics.hydration
    assert details is not None
    axes = hydration(details).axes[0]
    curve = next(line for line in axes.lines if len(line.get_xdata()) == 200)
    there = np.interp(details.temperature - 273.15, curve.get_xdata(), curve.get_ydata())
    assert there == pytest.approx(details.protons, abs=0.01)


def test_wet_is_negative_and_the_ideal_line_is_steeper(outcomes: list[Outcome]) -> None:
    details = outcomes[1].protonics
    assert details is not None
    axes = emf(details.emf).axes[0]
    dashed = next(line for line in axes.lines if line.get_linestyle() == "--")
    fitted = axes.lines[axes.lines.index(dashed) + 1]
    slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in (dashed, fitted)]
    assert slopes[0] < slopes[1] < 0.0


def test_shares_fill_the_panel(joint: Outcome) -> None:
    assert joint.protonics is not None
    assert joint.protonics.shares is not None
    axes = transport_shares(joint.protonics.shares).axes[0]
    assert axes.get_ylim() == (0.0, 1.0)
    assert len(axes.collections) == 3


def test_the_tangents_meet_at_the_onset(outcomes: list[Outcome]) -> None:
    details = outcomes[3].protonics
    assert details is not None
    assert details.dilatogram is not None
    assert details.dilatogram.onset is not None
    axes = dilatogram(details.dilatogram).axes[0]
    point = next(line for line in axes.lines if line.get_marker() == "o")
    onset = details.dilatogram.onset
    assert point.get_xdata()[0] == pytest.approx(onset.temperature - 273.15)
    crossing = 100.0 * (onset.tangent[0] + onset.tangent[1] * onset.temperature)
    assert point.get_ydata()[0] == pytest.approx(crossing, abs=1e-6)


def test_bars_of_sites(outcomes: list[Outcome]) -> None:
    details = outcomes[2].protonics
    assert details is not None
    assert details.sites is not None
    axes = site_occupation(details.sites).axes[0]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["Ba", "Zr", "Ce", "Y", "Yb", "Cu"]
    assert axes.patches[0].get_height() == pytest.approx(0.81, abs=1e-3)


def test_a_first_look_at_every_kind(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for i, file in enumerate(sorted(folder.glob("*.csv"))):
            (found,) = kuralab.read(file)
            measurement_figure(found, language="ja" if i % 2 else "en").draw_without_rendering()
    nothing = Measurement(
        kind=Kind.COMPOSITION,
        format="test",
        raw=RawFile(name="x.csv", sha256="0" * 64, size=1),
        columns=(
            Column(name="atomic_number", unit="", values=np.array([56.0])),
            Column(name="amount", unit="mol", values=np.array([0.0])),
        ),
    )
    with pytest.raises(InputError, match="above zero"):
        measurement_figure(nothing)


def test_a_report_in_both_languages(outcomes: list[Outcome], tmp_path: Path) -> None:
    write_report(outcomes[2:], tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    for words in ("Dilatometry", "熱膨張・収縮測定", "化学分析によるサイト占有", "Ba loss"):
        assert words in page
