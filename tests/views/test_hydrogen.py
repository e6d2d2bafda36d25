"""The figure of hydrogen under pressure."""

from __future__ import annotations

import numpy as np
import pytest

import kuralab
from kuralab.errors import InputError
from kuralab.views import hydrogen


@pytest.fixture(scope="module")
def outcome():
    return kuralab.calculate("hydrogen", pressure="1 GPa", temperature="150 K, 300 K, 1000 K")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_lines_bands_and_the_ideal_gas(outcome, language) -> None:
    figure = hydrogen(outcome.hydrogen, language=language)
    axes = figure.axes[0]
    assert axes.get_xscale() == "log"
    assert "GPa" in axes.get_xlabel()
    assert "H₂" in axes.get_ylabel()
    for curve in outcome.hydrogen.curves:
        assert any(np.array_equal(line.get_ydata(), curve.ideal) for line in axes.lines)
    assert len(axes.collections) == 3
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[:3] == ["150 K", "300 K", "1000 K"]
    assert ("ideal gas" if language == "en" else "理想気体") in labels


def test_the_line_of_an_ideal_gas_is_straight(outcome) -> None:
    curve = outcome.hydrogen.curves[0]
    steps = np.diff(curve.ideal) / np.diff(np.log(curve.pressure))
    assert steps == pytest.approx(steps[0])
    assert (curve.chemical_potential[-1] - curve.ideal[-1]) > 100.0


def test_nothing_to_draw(outcome) -> None:
    from dataclasses import replace

    with pytest.raises(InputError):
        hydrogen(replace(outcome.hydrogen, curves=()))
