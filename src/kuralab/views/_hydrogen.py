"""Chemical potential of hydrogen against pressure at several temperatures, beside the ideal gas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from kuralab.errors import InputError
from kuralab.views._labels import Language, say
from kuralab.views._style import BLACK, BLUE, MM, SINGLE, legend_below, legend_shape, new_figure, styled

if TYPE_CHECKING:
    from kuralab.analysis import HydrogenCurve, HydrogenDetails

_NORMAL_95: Final = 1.96
_DASHES: Final = (0, (4, 2))
_DOTS: Final = (0, (1, 1.2))
_GASES: Final = {"H2": "H₂", "D2": "D₂"}


@styled
def hydrogen(details: HydrogenDetails, *, language: Language = "en") -> Figure:
    """Lines: chemical potential with 95 % bands (1.96 u); dashes: ideal gas.

    A short bar across a line marks freezing; dots follow where the solid is not known and the value is
    an upper bound. Open symbols are the states asked for.

    Raises
    ------
    InputError
        There is no curve to draw.
    """
    curves = details.curves
    if not curves:
        raise InputError("there is no isotherm to draw", hint="Ask for at least one temperature.")
    handles: list[Artist] = [
        Line2D([], [], color=colour, label=f"{curve.temperature:.6g} K")
        for curve, colour in zip(curves, _colours(len(curves)), strict=True)
    ]
    handles += [
        Line2D([], [], color=BLACK, linestyle=_DASHES, lw=0.8, label=say("ideal_gas", language)),
        Patch(color=BLACK, alpha=0.3, lw=0, label=say("band_95", language)),
    ]
    if any(curve.freezing is not None for curve in curves):
        handles.append(
            Line2D([], [], color=BLACK, marker="|", ms=7, lw=0, label=say("freezing", language))
        )
    if any(not curve.known.all() for curve in curves):
        handles.append(Line2D([], [], color=BLACK, ls=_DOTS, label=say("upper_bound", language)))
    figure = new_figure(width=SINGLE, height=(70 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    for curve, colour in zip(curves, _colours(len(curves)), strict=True):
        _draw(axes, curve, colour)
    axes.set_xscale("log")
    axes.set_xlim(curves[-1].pressure[0], max(float(curve.pressure[-1]) for curve in curves))
    axes.set_ylim(bottom=0.0)
    axes.xaxis.set_major_locator(LogLocator(numticks=10))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(say("hydrogen_pressure", language, unit="GPa"))
    axes.set_ylabel(say("chemical_potential", language, gas=_GASES[details.isotope]))
    legend_below(figure, handles)
    return figure


def _draw(axes: Axes, curve: HydrogenCurve, colour: str) -> None:
    p, mu = curve.pressure, curve.chemical_potential
    spread = _NORMAL_95 * curve.std
    axes.fill_between(p, mu - spread, mu + spread, color=colour, alpha=0.3, linewidth=0)
    axes.plot(p, curve.ideal, color=colour, linestyle=_DASHES, linewidth=0.8)
    axes.plot(p[curve.known], mu[curve.known], color=colour, linewidth=0.8)
    if not curve.known.all():
        # From the last known point on, so that the line has no gap.
        rest = slice(max(int(np.argmin(curve.known)) - 1, 0), None)
        axes.plot(p[rest], mu[rest], color=colour, linestyle=_DOTS)
    if curve.freezing is not None and curve.freezing > p[0]:
        there = float(np.interp(np.log(curve.freezing), np.log(p), mu))
        axes.plot([curve.freezing], [there], "|", color=colour, ms=7, mew=1.0)
    inside = curve.asked_pressure >= p[0]
    axes.plot(
        curve.asked_pressure[inside],
        curve.asked[inside],
        "o",
        color=colour,
        mfc="white",
        ms=3.5,
        linestyle="none",
    )


def _colours(n: int) -> list[str]:
    """Cold is dark and hot is bright; one temperature alone is blue."""
    if n == 1:
        return [BLUE]
    return [mpl.colors.to_hex(c) for c in mpl.colormaps["plasma"](np.linspace(0.02, 0.84, n))]
