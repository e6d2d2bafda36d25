"""Figures: right axes, both languages without a missing glyph, the same bytes every time."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from kuralab import views
from kuralab.analysis import ArrheniusLine, Outcome, SpectrumDetails
from kuralab.errors import InputError
from kuralab.model import Column, Kind, Measurement, RawFile
from kuralab.units import Quantity
from kuralab.views import Language, save_figure

OF_SPECTRA = (views.nyquist, views.bode, views.residuals, views.relaxation)
MM = 1 / 25.4


def measurement(kind: Kind, **columns: tuple[str, Any]) -> Measurement:
    return Measurement(
        kind=kind,
        format="csv",
        raw=RawFile(name="試料_$a$_b.csv", sha256="0" * 64, size=1),
        columns=tuple(Column(name=n, unit=u, values=v) for n, (u, v) in columns.items()),
    )


@pytest.fixture
def time_series() -> Measurement:
    t = np.linspace(0.0, 7200.0, 500)
    return measurement(
        Kind.TIME_SERIES, time=("s", t), voltage=("V", 0 * t + 0.5), current=("A", 1e-9 * (1 + t))
    )


@pytest.fixture
def spectrum_file(single: SpectrumDetails) -> Measurement:
    z = single.impedance
    return measurement(
        Kind.IMPEDANCE,
        frequency=("Hz", single.frequency),
        impedance_real=("ohm", z.real),
        impedance_imaginary=("ohm", z.imag),
    )


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.filterwarnings("error")
def test_all_figures_draw_without_a_warning(
    language: Language,
    tmp_path: Path,
    impedance_outcome: Outcome,
    arrhenius_outcome: Outcome,
    polarisation_outcome: Outcome,
    spectrum_file: Measurement,
    time_series: Measurement,
) -> None:
    figures = [
        (f"{i}-{found.key}", found.figure)
        for i, outcome in enumerate((impedance_outcome, arrhenius_outcome, polarisation_outcome))
        for found in views.figures_of(outcome, language=language)
    ]
    figures += [
        (f"m{i}", views.measurement_figure(m, language=language))
        for i, m in enumerate((spectrum_file, time_series))
    ]
    assert len(figures) == 4 + 5 + 1 + 2
    for name, figure in figures:
        assert figure.get_figwidth() in (pytest.approx(85 * MM), pytest.approx(175 * MM))
        assert save_figure(figure, tmp_path / f"{name}.png").stat().st_size > 5000
    assert not any(".part" in path.name for path in tmp_path.iterdir())


def test_labels_carry_units_in_both_languages(
    series: tuple[SpectrumDetails, ...], lines: tuple[ArrheniusLine, ...], single: SpectrumDetails
) -> None:
    plane = views.nyquist([single]).axes[0]
    assert (plane.get_xlabel(), plane.get_ylabel()) == ("Re Z / kΩ", "−Im Z / kΩ")
    phase = views.bode(series, language="ja").axes[1]
    assert (phase.get_xlabel(), phase.get_ylabel()) == ("周波数 / Hz", "位相 / °")
    line = views.arrhenius(lines).axes[0]
    assert (line.get_xlabel(), line.get_ylabel()) == ("1000 K / T", "σT / (S K cm⁻¹)")


def test_nyquist_axes_are_truly_equal(
    series: tuple[SpectrumDetails, ...], single: SpectrumDetails, spectrum_file: Measurement
) -> None:
    for figure in (
        views.nyquist(series),
        views.nyquist([single]),
        views.measurement_figure(spectrum_file),
    ):
        figure.draw_without_rendering()
        for axes in figure.axes:
            if not axes.get_xlabel().startswith("Re Z"):
                continue
            (x0, y0), (x1, y1) = axes.transData.transform([(0.0, 0.0), (1.0, 1.0)])
            assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-6)
            steps = [np.diff(axis.get_majorticklocs()).mean() for axis in (axes.xaxis, axes.yaxis)]
            assert steps[0] == pytest.approx(steps[1])


def test_small_spectra_and_small_arcs_are_magnified(
    series: tuple[SpectrumDetails, ...], single: SpectrumDetails, make: SimpleNamespace
) -> None:
    assert len(views.nyquist([single]).axes) == 1
    assert len(views.nyquist(series).axes) == 2
    assert len(views.nyquist([make.spectrum(scale=1.0, temperature=None, ratio=20.0)]).axes) == 2


def texts_on(axes: Any) -> list[Any]:
    return [t for t in axes.texts if t.get_text().endswith("Hz")]


def test_frequency_labels_are_honest_and_overlap_nothing(single: SpectrumDetails) -> None:
    figure = views.nyquist([single])
    axes = figure.axes[0]
    labels = texts_on(axes)
    assert {"100 kHz", "1 kHz"} <= {label.get_text() for label in labels}
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(label) for label in labels]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])
        points = np.column_stack([single.impedance.real, -single.impedance.imag]) / 1e3
        assert box.count_contains(axes.transData.transform(points)) == 0
        assert axes.bbox.contains(*box.min)
        assert axes.bbox.contains(*box.max)


def test_the_hotter_the_brighter_and_markers_differ(series: tuple[SpectrumDetails, ...]) -> None:
    figure = views.bode(series)
    handles = figure.legends[0].legend_handles
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["20 °C", "40 °C", "60 °C"]
    brightness = [sum(int(to_hex(h.get_color())[i : i + 2], 16) for i in (1, 3, 5)) for h in handles]
    assert brightness == sorted(brightness)
    assert len({h.get_marker() for h in handles}) == 3


def test_spectra_without_temperature_are_named(make: SimpleNamespace) -> None:
    spectra = [
        make.spectrum(scale=1.0, temperature=None, label=label)
        for label in ("_a$x$.txt", "b\u0007한.txt")
    ]
    figure = views.bode(spectra)
    figure.draw_without_rendering()
    assert [t.get_text() for t in figure.legends[0].get_texts()] == [r" _a\$x\$.txt", "b□□.txt"]


def test_activation_energies_are_in_the_legend(lines: tuple[ArrheniusLine, ...]) -> None:
    figure = views.arrhenius(lines)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts[0].startswith("total: Eₐ = 0.398")
    assert texts[0].endswith("± 0.0041 eV")
    assert len(texts) == 3


def test_celsius_ticks_sit_at_their_reciprocals(lines: tuple[ArrheniusLine, ...]) -> None:
    figure = views.arrhenius(lines)
    figure.draw_without_rendering()
    top = figure.axes[0].child_axes[0]
    for place, label in zip(top.get_xticks(), top.get_xticklabels(), strict=True):
        assert 1000.0 / place == pytest.approx(float(label.get_text()) + 273.15)


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_equal_figures_are_equal_bytes(
    suffix: str, tmp_path: Path, series: tuple[SpectrumDetails, ...]
) -> None:
    first, second = (
        save_figure(views.nyquist(series, language="ja"), tmp_path / f"{i}{suffix}").read_bytes()
        for i in (1, 2)
    )
    assert first == second
    if suffix == ".svg":
        assert b"<dc:date>" not in first
        assert b"<text" not in first


def test_settings_of_the_user_neither_matter_nor_change(single: SpectrumDetails, tmp_path: Path) -> None:
    plain = save_figure(views.bode([single]), tmp_path / "plain.svg").read_bytes()
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "none"}):
        before = dict(mpl.rcParams)
        other = save_figure(views.bode([single]), tmp_path / "other.svg").read_bytes()
        assert dict(mpl.rcParams) == before
    assert other == plain


@pytest.mark.parametrize("draw", OF_SPECTRA)
def test_nothing_to_draw_is_said(draw: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="no spectrum to draw"):
        draw([])


def test_no_line_no_polarisation_no_rows(impedance_outcome: Outcome) -> None:
    with pytest.raises(InputError, match="no Arrhenius line"):
        views.arrhenius([])
    with pytest.raises(InputError, match="no polarisation"):
        views.polarisation(impedance_outcome)
    with pytest.raises(InputError, match="empty"):
        views.measurement_figure(measurement(Kind.TIME_SERIES, time=("s", [])))


def test_odd_spectra_draw(make: SimpleNamespace, tmp_path: Path) -> None:
    """Same temperature twice; inductive; a single row."""
    t = Quantity(value=300.0, unit="K")
    twice = [make.spectrum(scale=s, temperature=t, label=n) for s, n in ((1.0, "up"), (2.0, "down"))]
    save_figure(views.nyquist(twice), tmp_path / "twice.png")
    f = np.array([1e6, 1e5, 1e4])
    for n in (1, 3):
        table = measurement(
            Kind.IMPEDANCE,
            frequency=("Hz", f[:n]),
            impedance_real=("ohm", np.full(n, 5.0)),
            impedance_imaginary=("ohm", np.array([2.0, 0.5, -0.1])[:n]),
        )
        save_figure(views.measurement_figure(table), tmp_path / f"{n}.png")


def test_unknown_suffix_names_the_known(single: SpectrumDetails, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.png, \.svg or \.pdf") as caught:
        save_figure(views.bode([single]), tmp_path / "plot.jpeg")
    assert caught.value.file == str(tmp_path / "plot.jpeg")
    with pytest.raises(InputError, match="does not exist"):
        save_figure(views.bode([single]), tmp_path / "missing" / "plot.png")
    assert list(tmp_path.iterdir()) == []


def test_importing_views_is_light() -> None:
    code = (
        "import sys, kuralab.views as v; v.format_value(1, 1, 'V'); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_name_of_the_door_opens() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in views.__all__:
            assert getattr(views, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = views.nothing
