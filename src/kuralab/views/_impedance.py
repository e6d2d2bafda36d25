"""What else a spectrum is judged by: Bode plot, residuals, distribution of relaxation times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, LogLocator, MultipleLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray

from kuralab.views._labels import Language, say
from kuralab.views._nyquist import fitted_curve
from kuralab.views._placing import PointLabel, place_labels
from kuralab.views._scales import largest, prefixed
from kuralab.views._series import Look, looks, series_handles
from kuralab.views._style import (
    BLUE,
    DOUBLE,
    GREY,
    MM,
    PALE,
    SINGLE,
    VERMILION,
    legend_below,
    new_figure,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import SpectrumDetails

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_LOGARITHMIC_FROM: Final = 10.0


@styled
def bode(spectra: Sequence[SpectrumDetails], *, language: Language = "en") -> Figure:
    """Modulus and phase against frequency: points, fitted curves, unused points in grey."""
    figure = new_figure(width=SINGLE, height=100 * MM)
    modulus, phase = figure.subplots(2, 1, sharex=True)
    for spectrum, look in zip(spectra, looks(spectra), strict=True):
        draw_bode(
            modulus,
            phase,
            frequency=spectrum.unused_frequency,
            impedance=spectrum.unused_impedance,
            look=Look(GREY, GREY, look.marker, ""),
        )
        draw_bode(modulus, phase, frequency=spectrum.frequency, impedance=spectrum.impedance, look=look)
        used = spectrum.frequency
        dense, curve = np.geomspace(used.max(), used.min(), 400), fitted_curve(spectrum)
        modulus.plot(dense, np.abs(curve), color=look.fit_colour, zorder=2.5)
        phase.plot(dense, np.degrees(np.angle(curve)), color=look.fit_colour, zorder=2.5)
    finish_bode(modulus, phase, language=language)
    legend_below(figure, _handles(spectra, language))
    return figure


def draw_bode(
    modulus: Axes, phase: Axes, *, frequency: Floats, impedance: Complexes, look: Look
) -> None:
    """The points of one spectrum on a pair of axes."""
    style: dict[str, Any] = {
        "ls": "",
        "marker": look.marker,
        "color": look.colour,
        "mfc": "white",
        "ms": 2.8,
    }
    modulus.plot(frequency, np.abs(impedance), **style)
    phase.plot(frequency, np.degrees(np.angle(impedance)), **style)


def finish_bode(modulus: Axes, phase: Axes, *, language: Language) -> None:
    """Scales and names of the axes, when everything is drawn."""
    modulus.set_xscale("log")
    modulus.set_yscale("log")
    phase.set_xscale("log")
    low, high = phase.get_ylim()
    step = next((s for s in (5.0, 10.0, 15.0, 30.0) if (high - low) / s <= 7), 45.0)
    phase.yaxis.set_major_locator(MultipleLocator(step))
    _decade_ticks(phase)
    modulus.set_ylabel(say("modulus", language, unit="Ω"))
    phase.set_ylabel(say("phase", language))
    phase.set_xlabel(say("frequency", language))


@styled
def residuals(spectra: Sequence[SpectrumDetails], *, language: Language = "en") -> Figure:
    """Residuals of the Kramers-Kronig test and of the circuit in % of |Z|; the range kept is shaded.

    One spectrum: real and imaginary part share a panel. Series: a panel for each part.
    """
    styles = looks(spectra)
    series = len(spectra) > 1
    parts = ("real_part", "imaginary_part") if series else ("both",)
    figure = new_figure(width=DOUBLE, height=(95 if series else 62) * MM)
    panels = figure.subplots(len(parts), 2, sharex=True, sharey="col", squeeze=False)
    columns = (
        (
            "kramers_kronig",
            [s.kramers_kronig.frequency for s in spectra],
            [100.0 * np.asarray(s.kramers_kronig.residuals) for s in spectra],
        ),
        (
            "circuit_fit",
            [s.fit.frequency for s in spectra],
            [100.0 * s.fit.residuals() for s in spectra],
        ),
    )
    shaded = _range_kept(spectra)
    for column, (title, frequencies, values) in enumerate(columns):
        for row, part in enumerate(parts):
            axes = panels[row][column]
            heading = say(title, language)
            axes.set_title(f"{heading}: {say(part, language)}" if series else heading)
            axes.axhline(0.0, color=GREY, linewidth=0.6)
            if shaded is not None:
                axes.axvspan(*shaded, color=PALE, zorder=0, linewidth=0)
            for frequency, value, look in zip(frequencies, values, styles, strict=True):
                _draw_residuals(axes, frequency, value, part, look)
            axes.set_xscale("log")
            _decade_ticks(axes)
            axes.set_ylabel(say("residual", language) if column == 0 else "")
            axes.set_xlabel(say("frequency", language) if row == len(parts) - 1 else "")
        bound = 1.15 * max(largest(*(v.real for v in values), *(v.imag for v in values)), 0.05)
        panels[0][column].set_ylim(-bound, bound)
    legend_below(figure, _residual_handles(spectra, shaded is not None, language))
    return figure


def _draw_residuals(axes: Axes, frequency: Floats, value: Complexes, part: str, look: Look) -> None:
    if part == "both":
        axes.plot(frequency, value.real, "o", color=BLUE, ms=2.8)
        axes.plot(frequency, value.imag, "s", color=VERMILION, mfc="white", ms=2.8)
        return
    axes.plot(
        frequency,
        value.real if part == "real_part" else value.imag,
        marker=look.marker,
        color=look.colour,
        mfc="white",
        ms=2.4,
        linewidth=0.4,
    )


def _range_kept(spectra: Sequence[SpectrumDetails]) -> tuple[float, float] | None:
    """The range that the test keeps of every spectrum."""
    low = max(s.kramers_kronig.frequency_low for s in spectra)
    high = min(s.kramers_kronig.frequency_high for s in spectra)
    return (low, high) if low < high else None


@styled
def relaxation(spectra: Sequence[SpectrumDetails], *, language: Language = "en") -> Figure:
    """Distribution of relaxation times against tau, frequency on top; the symbols mark its peaks."""
    styles = looks(spectra)
    scale, unit = prefixed(largest(*(s.relaxation.gamma for s in spectra)), "Ω")
    figure = new_figure(width=SINGLE, height=70 * MM)
    axes = figure.subplots()
    tops = [largest(s.relaxation.gamma) / scale for s in spectra]
    # On a linear axis the fast spectra of a series would vanish under the slow ones.
    logarithmic = min(tops) > 0 and max(tops) / min(tops) > _LOGARITHMIC_FROM
    lift = 1.35 if logarithmic else 1.0
    peaks: list[PointLabel] = []
    for spectrum, look in zip(spectra, styles, strict=True):
        tau, gamma = spectrum.relaxation.tau, spectrum.relaxation.gamma / scale
        axes.plot(tau, gamma, color=look.colour)
        for peak in spectrum.relaxation.peaks:
            height = float(np.interp(np.log(peak.time_constant), np.log(tau), gamma))
            y = height * lift if logarithmic else height + 0.03 * max(tops)
            axes.plot(peak.time_constant, y, look.marker, color=look.colour, ms=3.2)
            divisor, prefix = prefixed(peak.resistance, "Ω")
            text = f"{peak.resistance / divisor:.3g} {prefix}"
            peaks.append(PointLabel(peak.time_constant, y, text, (0.0, y)))
    axes.set_xscale("log")
    if logarithmic:
        axes.set_yscale("log")
        axes.set_ylim(1e-3 * max(tops), 3.0 * max(tops))
    else:
        axes.set_ylim(-0.03 * max(tops), 1.25 * max(tops))
    _decade_ticks(axes)
    axes.tick_params(axis="x", which="both", top=False)
    top = axes.secondary_xaxis("top", functions=(_reciprocal, _reciprocal))
    top.set_xlabel(say("relaxation_frequency", language))
    axes.set_xlabel(say("relaxation_time", language))
    axes.set_ylabel(say("gamma", language, unit=unit))
    if len(spectra) > 1:
        legend_below(figure, _handles(spectra, language))
    else:
        curve = np.column_stack([spectra[0].relaxation.tau, spectra[0].relaxation.gamma / scale])
        place_labels(axes, peaks, obstacles=[curve])
    return figure


def _reciprocal(tau: ArrayLike) -> Floats:
    """Frequency of a time constant and back."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / (2.0 * np.pi * np.asarray(tau, dtype=np.float64)))


def _decade_ticks(axes: Axes) -> None:
    """Labels at every second or third decade when they would touch, ticks at all of them."""
    low, high = axes.get_xlim()
    decades = np.arange(np.ceil(np.log10(low) - 1e-9), np.floor(np.log10(high) + 1e-9) + 1)
    every = 1 if decades.size <= 7 else 2 if decades.size <= 14 else 3
    axes.xaxis.set_major_locator(FixedLocator(list(10.0 ** decades[decades % every == 0])))
    axes.xaxis.set_minor_locator(LogLocator(subs="auto" if every == 1 else (1.0,), numticks=50))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(low, high)


def _handles(spectra: Sequence[SpectrumDetails], language: Language) -> list[Any]:
    if len(spectra) > 1:
        return series_handles(spectra)
    look = looks(spectra)[0]
    points: dict[str, Any] = {"ls": "", "marker": "o", "mfc": "white", "ms": 2.8}
    handles = [
        Line2D([], [], color=look.colour, label=say("measured", language), **points),
        Line2D([], [], color=look.fit_colour, label=say("fit", language)),
    ]
    if spectra[0].unused_impedance.size:
        handles.append(Line2D([], [], color=GREY, label=say("unused", language), **points))
    return handles


def _residual_handles(spectra: Sequence[SpectrumDetails], shaded: bool, language: Language) -> list[Any]:
    if len(spectra) > 1:
        handles = series_handles(spectra)
    else:
        handles = [
            Line2D([], [], ls="", marker="o", color=BLUE, ms=2.8, label=say("real_part", language)),
            Line2D(
                [],
                [],
                ls="",
                marker="s",
                mfc="white",
                color=VERMILION,
                ms=2.8,
                label=say("imaginary_part", language),
            ),
        ]
    return [*handles, Patch(color=PALE, label=say("kept", language))] if shaded else handles
