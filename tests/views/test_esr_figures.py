"""Figures of ESR spectra: what is drawn, in both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kuralab
from kuralab.analysis import Outcome
from kuralab.errors import InputError
from kuralab.science.esr import MAGNETON
from kuralab.views import esr_spectrum, figures_of, g_against_a, save_figure


@pytest.fixture(scope="module")
def outcome(checkout: Path) -> Outcome:
    sample = checkout / "examples" / "copper_esr" / "sample.csv"
    return kuralab.analyze("esr", sample, model="hyperfine", sites=2)


def test_spectrum_fit_sites_and_difference(outcome: Outcome) -> None:
    figure = esr_spectrum(outcome.esr[0])
    upper, lower = figure.axes
    fit = outcome.esr[0].choice.best
    # Measured, baseline, two sites, fit; difference and zero.
    assert len(upper.lines) == 5
    assert len(lower.lines) == 2
    assert lower.get_xlabel() == "magnetic field / mT"
    size = np.abs(fit.spectrum.intensity - np.median(fit.spectrum.intensity)).max()
    assert lower.lines[0].get_ydata() == pytest.approx(-fit.residuals / size)


def test_the_axis_of_g_belongs_to_the_frequency(outcome: Outcome) -> None:
    figure = esr_spectrum(outcome.esr[0])
    top = figure.axes[0].child_axes[0]
    labels = [float(label.get_text()) for label in top.get_xticklabels()]
    assert top.get_xlabel() == "g factor"
    assert len(labels) >= 4
    for tick, label in zip(top.get_xticks(), labels, strict=True):
        assert 9450.0 / (MAGNETON * tick) == pytest.approx(label, abs=1e-6)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_figures_have_captions_and_can_be_saved(outcome: Outcome, tmp_path: Path, language: str) -> None:
    figures = figures_of(outcome, language=language)  # type: ignore[arg-type]
    assert [figure.key for figure in figures] == ["esr", "g-a"]
    for figure in figures:
        assert figure.caption_en.endswith(".")
        assert figure.caption_ja.endswith("。")
        save_figure(figure.figure, tmp_path / f"{figure.key}.png")
    words = figures[0].figure.axes[1].get_xlabel()
    assert words == ("磁場 / mT" if language == "ja" else "magnetic field / mT")


def test_a_against_g_has_points_fields_and_known_sites(outcome: Outcome) -> None:
    axes = g_against_a(outcome.esr).axes[0]
    texts = {text.get_text() for text in axes.texts}
    assert {"CuO4", "CuO6", "CuOH in CHA", "150 cm"} <= texts
    low, high = axes.get_xlim()
    assert all(low < site.values["g_parallel"] < high for site in outcome.esr[0].choice.best.sites)
    with pytest.raises(InputError, match="nothing to draw"):
        g_against_a(())
