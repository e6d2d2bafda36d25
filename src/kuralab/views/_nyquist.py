"""Nyquist plot: −Im Z against Re Z on truly equal axes, with decades of frequency marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from kuralab.views._labels import Language, say
from kuralab.views._placing import PointLabel, place_labels
from kuralab.views._scales import frequency_text, prefixed
from kuralab.views._series import Look, looks, series_handles
from kuralab.views._style import (
    DOUBLE,
    GREY,
    MM,
    SINGLE,
    SMALL,
    legend_below,
    legend_shape,
    new_figure,
    panel_letters,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import SpectrumDetails

Complexes = NDArray[np.complex128]

_MAGNIFY_FROM: Final = 5.0
_UNUSED_AT_MOST: Final = 1.15
_FEWEST_POINTS: Final = 4
_PAST_THE_FOOT: Final = 1.15
_TICKS: Final = 8


@dataclass(frozen=True)
class Frame:
    """The part of the complex plane that a panel shows, in ohm."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def ratio(self) -> float:
        return (self.top - self.bottom) / (self.right - self.left)

    def shaped(self, steepest: float = 1.15) -> Frame:
        """Grown to the right or upwards where it is too flat or too steep for a panel."""
        ratio = float(np.clip(self.ratio, 0.5, steepest))
        width, height = self.right - self.left, self.top - self.bottom
        if height < ratio * width:
            return Frame(self.left, self.right, self.bottom, self.bottom + ratio * width)
        return Frame(self.left, self.left + height / ratio, self.bottom, self.top)

    def excess(self, impedance: Complexes) -> int:
        """Number of points outside."""
        x, y = impedance.real, -impedance.imag
        inside = (self.left <= x) & (x <= self.right) & (self.bottom <= y) & (y <= self.top)
        return int(np.count_nonzero(~inside))


@styled
def nyquist(spectra: Sequence[SpectrumDetails], *, language: Language = "en") -> Figure:
    """−Im Z against Re Z: points, fitted curves, decades of frequency, unused points in grey.

    One panel fills a single column. A second one magnifies what would be less than a fifth of its
    width: the smallest spectrum of a series, or the smallest arc of one spectrum.
    """
    styles = looks(spectra)
    frames = _frames(spectra)
    handles = _handles(spectra, language)
    width = DOUBLE if len(frames) > 1 else SINGLE
    shares = [1.0 / frame.ratio for frame in frames]
    height = (width - len(frames) * 15 * MM) / sum(shares)
    _, rows = legend_shape(handles, width=width)
    figure = new_figure(width=width, height=height + (15 + 4 * rows) * MM)
    panels = list(figure.subplots(1, len(frames), squeeze=False, width_ratios=shares)[0])
    for axes, frame in zip(panels, frames, strict=True):
        _draw(axes, spectra, styles, frame, language)
    if len(frames) > 1:
        panels[1].set_title(say("magnified", language))
        panel_letters(panels)
    _say_beyond(panels[0], spectra, frames[0], language)
    legend_below(figure, handles)
    border = _outlined(panels[0], frames[0], frames[1]) if len(frames) > 1 else np.empty((0, 2))
    for axes, frame in zip(panels, frames, strict=True):
        _label_decades(axes, spectra, frame, border if axes is panels[0] else np.empty((0, 2)))
    return figure


def draw_nyquist(
    axes: Axes, *, frequency: NDArray[np.float64], impedance: Complexes, look: Look, language: Language
) -> None:
    """A bare spectrum without any fit, for a look at a measurement."""
    frame = _frame([impedance]).shaped(steepest=1.6)
    scale, _ = _scale(frame)
    _set_axes(axes, frame, language)
    axes.plot(
        impedance.real / scale, -impedance.imag / scale, look.marker, color=look.colour, mfc="white"
    )
    chosen = _decade_points(frequency)
    axes.plot(
        impedance[chosen].real / scale, -impedance[chosen].imag / scale, look.marker, color=look.colour
    )
    place_labels(axes, _labels(frequency, impedance / scale, chosen), obstacles=[_xy(impedance / scale)])


def _draw(
    axes: Axes,
    spectra: Sequence[SpectrumDetails],
    styles: Sequence[Look],
    frame: Frame,
    language: Language,
) -> None:
    scale, _ = _scale(frame)
    _set_axes(axes, frame, language)
    for spectrum, look in zip(spectra, styles, strict=True):
        unused = spectrum.unused_impedance / scale
        axes.plot(unused.real, -unused.imag, look.marker, color=GREY, mfc="white", ms=2.6)
    for spectrum, look in zip(spectra, styles, strict=True):
        z, curve = spectrum.impedance / scale, fitted_curve(spectrum) / scale
        axes.plot(curve.real, -curve.imag, color=look.fit_colour, zorder=2.5)
        axes.plot(z.real, -z.imag, look.marker, color=look.colour, mfc="white", zorder=3)
        chosen = _decade_points(spectrum.frequency)
        axes.plot(z[chosen].real, -z[chosen].imag, look.marker, color=look.colour, zorder=3.1)


def _say_beyond(
    axes: Axes, spectra: Sequence[SpectrumDetails], frame: Frame, language: Language
) -> None:
    beyond = sum(frame.excess(spectrum.unused_impedance) for spectrum in spectra)
    if beyond:
        axes.text(
            0.98,
            0.97,
            say("beyond", language, n=beyond),
            color="#666666",
            ha="right",
            va="top",
            fontsize=SMALL,
            transform=axes.transAxes,
        )


def _set_axes(axes: Axes, frame: Frame, language: Language) -> None:
    scale, unit = _scale(frame)
    axes.set_aspect("equal", adjustable="box")
    axes.set_xlim(frame.left / scale, frame.right / scale)
    axes.set_ylim(frame.bottom / scale, frame.top / scale)
    span = max(frame.right - frame.left, frame.top - frame.bottom) / scale
    ticks = MaxNLocator(_TICKS, steps=[1, 2, 5, 10]).tick_values(0.0, span)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(float(ticks[1] - ticks[0])))
    axes.set_xlabel(say("real", language, unit=unit))
    axes.set_ylabel(say("imaginary", language, unit=unit))


def _scale(frame: Frame) -> tuple[float, str]:
    return prefixed(max(frame.right, frame.top), "Ω")


def _frame(impedances: Sequence[Complexes]) -> Frame:
    z = np.concatenate([z[np.isfinite(z)] for z in impedances])
    left, right = min(0.0, float(z.real.min())), float(z.real.max())
    bottom, top = min(0.0, float((-z.imag).min())), float((-z.imag).max())
    span = max(right - left, top - bottom) or 1.0
    margin = 0.05 * span
    return Frame(
        left - margin * (0.4 if left == 0.0 else 1.0),
        max(right, 0.2 * span) + margin,
        bottom - margin * (0.4 if bottom == 0.0 else 1.0),
        max(top, 0.2 * span) + 2.0 * margin,
    )


def _frames(spectra: Sequence[SpectrumDetails]) -> list[Frame]:
    """All of the data, and the part that would be too small to see there if there is one."""
    whole, detail = _frame_of_all(spectra), _frame_of_detail(spectra)
    if detail is None or whole.right - whole.left <= _MAGNIFY_FROM * (detail.right - detail.left):
        return [whole.shaped()]
    return [whole.shaped(), detail.shaped()]


def _frame_of_all(spectra: Sequence[SpectrumDetails]) -> Frame:
    """All used points, and unused ones as long as they do not dwarf those."""
    used = [s.impedance for s in spectra]
    limit = _UNUSED_AT_MOST * max(float(np.abs(z).max()) for z in used)
    return _frame([*used, *(s.unused_impedance[np.abs(s.unused_impedance) <= limit] for s in spectra)])


def _frame_of_detail(spectra: Sequence[SpectrumDetails]) -> Frame | None:
    """The smallest spectrum of a series; of one spectrum, its high-frequency end past the least arc."""
    if len(spectra) > 1:
        return min((_frame([s.impedance]) for s in spectra), key=lambda frame: frame.right - frame.left)
    spectrum = spectra[0]
    arcs = [arc for arc in spectrum.arcs if arc.role != "electrode" and arc.identifiable]
    if not arcs:
        return None
    least = min(arcs, key=lambda arc: arc.resistance)
    passed = [arc for arc in arcs if arc.time_constant <= least.time_constant]
    foot = float(spectrum.impedance.real.min()) + sum(arc.resistance for arc in passed)
    apex = 1.0 / (2.0 * np.pi * least.time_constant)
    part = spectrum.impedance[
        (spectrum.frequency >= 0.2 * apex) | (np.abs(spectrum.impedance) <= _PAST_THE_FOOT * foot)
    ]
    return _frame([part]) if part.size >= _FEWEST_POINTS else None


def fitted_curve(spectrum: SpectrumDetails) -> Complexes:
    """The fitted impedance on a dense grid over the points used."""
    used = spectrum.frequency
    dense = np.geomspace(float(used.max()), float(used.min()), 400)
    return np.asarray(spectrum.fit.impedance_at(dense))


def _decade_points(frequency: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of the points nearest to whole powers of ten."""
    exponents = np.log10(frequency)
    decades = np.arange(np.ceil(exponents.min() - 0.1), np.floor(exponents.max() + 0.1) + 1)
    nearest = [int(np.argmin(np.abs(exponents - decade))) for decade in decades[::-1]]
    close = [i for i, d in zip(nearest, decades[::-1], strict=True) if abs(exponents[i] - d) <= 0.1]
    return np.array(close, dtype=np.int64)


def _label_decades(
    axes: Axes, spectra: Sequence[SpectrumDetails], frame: Frame, border: NDArray[np.float64]
) -> None:
    """Labels on the spectrum that fills the panel best; on more the panel would be unreadable."""
    scale, _ = _scale(frame)

    def shown(spectrum: SpectrumDetails) -> float:
        z = spectrum.impedance
        visible = z[(z.real <= frame.right) & (-z.imag <= frame.top)]
        return float(np.ptp(visible.real)) if visible.size > z.size // 2 else 0.0

    best = max(spectra, key=shown)
    obstacles = [border] + [
        _xy(z / scale) for s in spectra for z in (s.impedance, s.unused_impedance, fitted_curve(s))
    ]
    chosen = _decade_points(best.frequency)
    z = best.impedance[chosen]
    inside = (z.real <= frame.right) & (-z.imag <= frame.top)
    place_labels(
        axes, _labels(best.frequency, best.impedance / scale, chosen[inside]), obstacles=obstacles
    )


def _labels(frequency: NDArray[np.float64], z: Complexes, chosen: NDArray[np.int64]) -> list[PointLabel]:
    travel = np.gradient(z) if z.size > 1 else np.ones_like(z)
    labels = []
    for i in chosen:
        # Left of the travel towards low frequency is outside of a capacitive arc.
        outward = 1j * np.conj(travel[i]) * (1.0 if frequency[0] >= frequency[-1] else -1.0)
        direction = (float(outward.real), float(outward.imag)) if outward != 0 else (0.0, 1.0)
        text = frequency_text(float(frequency[i]))
        labels.append(PointLabel(float(z[i].real), float(-z[i].imag), text, direction))
    return labels


def _xy(z: Complexes) -> NDArray[np.float64]:
    return np.column_stack([z.real, -z.imag])


def _outlined(axes: Axes, whole: Frame, part: Frame) -> NDArray[np.float64]:
    """Draw where the magnified panel lies; points along its border, in the axes' unit."""
    scale, _ = _scale(whole)
    left, right, bottom, top = (x / scale for x in (part.left, part.right, part.bottom, part.top))
    corners = np.array([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)])
    axes.plot(*corners.T, color="#666666", linewidth=0.5, linestyle="--")
    along = np.linspace(0, 4, 200)
    return np.column_stack([np.interp(along, range(5), corners[:, i]) for i in (0, 1)])


def _handles(spectra: Sequence[SpectrumDetails], language: Language) -> list[Any]:
    grey = [
        Line2D([], [], ls="", marker="o", mfc="white", color=GREY, ms=2.6, label=say("unused", language))
    ]
    unused = grey if any(s.unused_impedance.size for s in spectra) else []
    if len(spectra) > 1:
        return series_handles(spectra) + unused
    look = looks(spectra)[0]
    return [
        Line2D(
            [], [], ls="", marker="o", mfc="white", color=look.colour, label=say("measured", language)
        ),
        Line2D([], [], ls="", marker="o", color=look.colour, label=say("decades", language)),
        Line2D([], [], color=look.fit_colour, label=say("fit", language)),
        *unused,
    ]
