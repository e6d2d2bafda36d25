"""Thermograms with blank and plateaus; protons against temperature with the fitted hydration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kuralab.views._labels import Language, say
from kuralab.views._numbers import format_value
from kuralab.views._scales import time_unit
from kuralab.views._style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MM,
    SINGLE,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import HydrationDetails, ThermogramDetails

_KELVIN: Final = 273.15
_NORMAL_95: Final = 1.96
_COLOURS: Final = {"dry": VERMILION, "wet": BLUE, "unknown": GREEN}


@styled
def thermogram(details: ThermogramDetails, *, language: Language = "en") -> Figure:
    """Mass change and temperature against time; grey: as measured, dashes: blank, bars: plateaus."""
    divisor, unit = time_unit(float(np.ptp(details.time)))
    elapsed = (details.time - details.time[0]) / divisor
    corrected = not np.allclose(details.measured, details.change, atol=1e-9)
    handles = [Line2D([], [], color=BLACK, label=say("mass_change_line", language))]
    if corrected:
        handles.append(Line2D([], [], color=GREY, label=say("as_measured", language)))
    if details.blank is not None:
        handles.append(Line2D([], [], color=GREY, linestyle=(0, (4, 2)), label=say("blank", language)))
    roles = list(dict.fromkeys(p.role for p in details.plateaus))
    handles += [
        Line2D(
            [],
            [],
            color=_COLOURS[role],
            linewidth=3.5,
            alpha=0.75,
            label=say(f"plateau_{role}", language),
        )
        for role in roles
    ]
    figure = new_figure(width=SINGLE, height=(80 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[2.2, 1])
    if corrected:
        upper.plot(elapsed, details.measured, color=GREY, linewidth=0.8)
    if details.blank is not None:
        upper.plot(elapsed, details.blank, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)))
    upper.plot(elapsed, details.change, color=BLACK, linewidth=0.9)
    upper.axhline(0.0, color=GREY, linewidth=0.4)
    lower.plot(elapsed, details.temperature - _KELVIN, color=BLACK, linewidth=0.9)
    for p in details.plateaus:
        ends = (np.array([p.plateau.start, p.plateau.end]) - details.time[0]) / divisor
        colour = _COLOURS[p.role]
        style = "-" if p.plateau.settled else (0, (1, 1))
        upper.plot(
            ends, [p.change] * 2, color=colour, linewidth=3.5, alpha=0.75, linestyle=style,
            solid_capstyle="butt",
        )  # fmt: skip
        lower.plot(ends, [p.plateau.temperature - _KELVIN] * 2, color=colour, linewidth=2.5, alpha=0.75)
    upper.set_ylabel(say("mass_change", language))
    lower.set_ylabel(say("temperature_celsius", language))
    lower.set_xlabel(say("time", language, unit=unit))
    lower.margins(x=0.01)
    figure.align_ylabels()
    legend_below(figure, handles)
    return figure


@styled
def hydration(details: HydrationDetails, *, language: Language = "en") -> Figure:
    """Protons per formula unit against temperature: plateaus, fitted curve with a 95 % band (1.96 u)."""
    waters = _gases(details.water)
    colours = [BLUE] if len(waters) == 1 else _shades(len(waters))
    fit = details.fit if details.fit is not None and details.fit.determined else None
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=colour, marker="o", linestyle="-" if fit else "none",
               label=say("at_water", language, pressure=f"{water:.3g}"))
        for water, colour in zip(waters, colours, strict=True)
    ]  # fmt: skip
    if fit is not None:
        spread = float(np.sqrt(fit.covariance[0, 0]))
        text = format_value(1e-3 * fit.enthalpy, 1e-3 * spread, "kJ/mol", language=language)
        handles.append(Line2D([], [], linestyle="none", label=f"ΔH = {text}"))
    handles.append(
        Line2D([], [], color=GREY, linestyle=(0, (4, 2)), label=say("acceptor_content", language))
    )
    figure = new_figure(width=SINGLE, height=(66 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    margin = 0.06 * max(float(np.ptp(details.temperature)), 50.0)
    along = np.linspace(details.temperature.min() - margin, details.temperature.max() + margin, 200)
    for water, colour in zip(waters, colours, strict=True):
        if fit is not None:
            centre, std = fit.protons_at(along, water)
            axes.fill_between(
                along - _KELVIN, centre - _NORMAL_95 * std, centre + _NORMAL_95 * std,
                color=colour, alpha=0.18, linewidth=0,
            )  # fmt: skip
            axes.plot(along - _KELVIN, centre, color=colour)
        here = np.abs(details.water / water - 1.0) < 0.05
        axes.errorbar(
            details.temperature[here] - _KELVIN,
            details.protons[here],
            yerr=details.std[here],
            fmt="o",
            color=colour,
            elinewidth=0.7,
            capthick=0.7,
        )
    axes.axhline(details.acceptor, color=GREY, linestyle=(0, (4, 2)), linewidth=0.8)
    top = max(details.acceptor, float((details.protons + 2.0 * details.std).max()))
    axes.set_ylim(min(0.0, float((details.protons - 2.0 * details.std).min())), 1.08 * top)
    axes.set_xlabel(say("temperature_celsius", language))
    axes.set_ylabel(say("protons", language))
    legend_below(figure, handles)
    return figure


def _gases(water: np.ndarray) -> list[float]:
    """Distinct water pressures (5 %)."""
    found: list[float] = []
    for p in np.sort(water):
        if p > 0.0 and (not found or p > 1.05 * found[-1]):
            found.append(float(p))
    return found


def _shades(n: int) -> list[str]:
    return [mpl.colors.to_hex(c) for c in mpl.colormaps["viridis"](np.linspace(0.05, 0.8, n))]
