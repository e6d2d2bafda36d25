"""A first look at a powder pattern."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal

import pytest

from kuralab.formats import read
from kuralab.views import measurement_figure, save_figure
from tests.formats.patterns import csv, gsas, xye


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("content", "name", "axis"),
    [
        (xye(), "a_b$.xye", "2θ / °"),
        (csv(), "a.csv", "2θ / °"),
        (gsas("SLOG"), "a.gsa", "time of flight / µs"),
    ],
)
def test_a_pattern_is_drawn(
    content: str, name: str, axis: str, language: Literal["en", "ja"], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content)
    (measured,) = read(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = measurement_figure(measured, language=language)
        save_figure(figure, tmp_path / "plot.png")
    (axes,) = figure.axes
    if language == "en":
        assert axes.get_xlabel() == axis
    # The band of uncertainties, where the file has them.
    assert len(axes.collections) == (0 if name == "a.csv" else 1)
    assert len(axes.lines[0].get_xdata()) == measured.n_rows
