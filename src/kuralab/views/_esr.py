"""ESR spectra with their fits, and copper's A against g."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.views._labels import Language, say
from kuralab.views._style import (
    BLACK,
    CATEGORIES,
    DOUBLE,
    GREEN,
    GREY,
    MARKERS,
    MM,
    PALE,
    PURPLE,
    SINGLE,
    SMALL,
    VERMILION,
    legend_below,
    new_figure,
    plain,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import EsrDetails
    from kuralab.science.esr import EsrFit

Floats = NDArray[np.float64]

_SITES: Final = (GREEN, PURPLE, *CATEGORIES[4:])
_RATIOS: Final = (105.0, 135.0, 150.0)


@styled
def esr_spectrum(details: EsrDetails, *, language: Language = "en") -> Figure:
    """A spectrum with its fit, the sites where there are several, and the difference below.

    The axis of g on top belongs to the frequency of the spectrum.
    """
    fit = details.choice.best
    field = fit.spectrum.field
    size = float(np.abs(fit.spectrum.intensity - np.median(fit.spectrum.intensity)).max())
    figure = new_figure(width=DOUBLE, height=100 * MM)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 1])
    upper.plot(field, fit.spectrum.intensity / size, color=BLACK, lw=0.7)
    upper.plot(field, fit.baseline / size, color=GREY, lw=0.7, ls=":")
    handles = [
        Line2D([], [], color=BLACK, lw=0.7, label=say("measured", language)),
        Line2D([], [], color=VERMILION, label=say("fit", language)),
    ]
    if len(fit.sites) > 1:
        for i, site in enumerate(fit.sites):
            colour = _SITES[i % len(_SITES)]
            upper.plot(field, (site.component + fit.baseline) / size, color=colour, lw=0.8, ls="--")
            label = say("site_number", language, n=i + 1)
            handles.append(Line2D([], [], color=colour, lw=0.8, ls="--", label=label))
    upper.plot(field, fit.fitted / size, color=VERMILION, lw=0.9)
    handles.append(Line2D([], [], color=GREY, lw=0.7, ls=":", label=say("baseline", language)))
    lower.plot(field, -fit.residuals / size, color=BLACK, lw=0.6)
    lower.axhline(0.0, color=GREY, lw=0.6)
    most = 1.15 * max(float(np.abs(fit.residuals).max()) / size, 1e-6)
    lower.set_ylim(-most, most)
    upper.margins(x=0)
    _g_axis(upper, fit, language)
    upper.set_ylabel(say("esr_intensity", language))
    lower.set_ylabel(say("difference", language))
    lower.set_xlabel(say("magnetic_field", language))
    figure.align_ylabels()
    legend_below(figure, handles)
    return figure


def _g_axis(axes: Axes, fit: EsrFit, language: Language) -> None:
    """g above the axis of the field."""
    from kuralab.science.esr import MAGNETON

    product = 1e3 * fit.spectrum.frequency / MAGNETON
    axes.tick_params(top=False, which="both")
    low, high = fit.spectrum.field[0], fit.spectrum.field[-1]
    top = axes.secondary_xaxis("top")
    step = _step(product / low - product / high)
    first, last = np.ceil(product / high / step), np.floor(product / low / step)
    values = step * np.arange(first, last + 1.0)
    top.set_xticks(product / values, [f"{value:.{_decimals(step)}f}" for value in values])
    top.set_xlabel(say("g_factor", language))


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that about six fit into a span."""
    rough = span / 6.0
    power = 10.0 ** np.floor(np.log10(rough))
    return float(power * min((1.0, 2.0, 5.0, 10.0), key=lambda m: abs(np.log(m * power / rough))))


def _decimals(step: float) -> int:
    return max(0, int(-np.floor(np.log10(step) + 1e-9)))


@styled
def g_against_a(details: Sequence[EsrDetails], *, language: Language = "en") -> Figure:
    """|A| against g along the axis of copper sites, with fields of CuO4 and CuO6 and measured sites.

    Raises
    ------
    InputError
        No spectrum has a copper site with a hyperfine coupling.
    """
    from kuralab.science.esr import WAVENUMBER, known_copper_fields, known_copper_sites

    shown = [one for one in details if any(s is not None for s in one.structures)]
    if not shown:
        raise InputError(
            "no copper site with a hyperfine coupling was found, so there is nothing to draw"
        )
    figure = new_figure(width=SINGLE, height=84 * MM)
    axes = figure.subplots()
    for known in known_copper_fields():
        (g0, g1), (a0, a1) = known.g, known.a
        axes.add_patch(Rectangle((g0, a0), g1 - g0, a1 - a0, fc=PALE, ec=GREY, lw=0.5))
        axes.text(g0 + 0.003, a1 - 1.5, known.site, va="top", size=SMALL, color=BLACK)
    handles = []
    points = known_copper_sites()
    axes.plot([p.g for p in points], [p.a for p in points], "x", color=BLACK, ms=4)
    for point in points:
        axes.annotate(
            plain(point.name), (point.g, point.a), (0, -9), textcoords="offset points", ha="center",
            size=SMALL - 1.0,
        )  # fmt: skip
    handles.append(Line2D([], [], color=BLACK, marker="x", ls="", label=say("known_sites", language)))
    gs, values = [p.g for p in points], [p.a for p in points]
    for i, one in enumerate(shown):
        colour, marker = CATEGORIES[i % len(CATEGORIES)], MARKERS[i % len(MARKERS)]
        for structure, site in zip(one.structures, one.choice.best.sites, strict=True):
            if structure is None:
                continue
            g, a = site.values["g_parallel"], 1e4 * site.values["hyperfine_parallel"] / WAVENUMBER
            spread = 1e4 * site.std["hyperfine_parallel"] / WAVENUMBER
            axes.errorbar(
                g,
                a,
                xerr=site.std["g_parallel"],
                yerr=spread,
                fmt=marker,
                color=colour,
                ms=4.5,
                zorder=4,
            )
            gs.append(g)
            values.append(a)
        handles.append(Line2D([], [], color=colour, marker=marker, ls="", label=plain(one.label)))
    axes.set_xlim(min(2.15, min(gs) - 0.02), max(2.46, max(gs) + 0.02))
    axes.set_ylim(min(100.0, min(values) - 10.0), max(220.0, max(values) + 12.0))
    _ratio_lines(axes)
    axes.set_xlabel(say("g_along", language))
    axes.set_ylabel(say("hyperfine_along", language))
    legend_below(figure, handles)
    return figure


def _ratio_lines(axes: Axes) -> None:
    """Lines of constant g/A in cm."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    for ratio in _RATIOS:
        g = np.linspace(low, high, 2)
        axes.plot(g, 1e4 * g / ratio, color=GREY, lw=0.5, ls="--", scalex=False, scaley=False)
        at = 1e4 * (high - 0.012) / ratio
        text: dict[str, Any] = {"size": SMALL - 1.0, "color": GREY, "ha": "right"}
        if bottom < at < top:
            axes.text(high - 0.004, at, f"{ratio:g} cm", va="bottom", **text)
        elif low < 1e-4 * top * ratio < high:
            # The line leaves through the top.
            at = 1e-4 * top * ratio - 0.03
            axes.text(at, 1e4 * at / ratio - 1.6, f"{ratio:g} cm", va="top", **text)
