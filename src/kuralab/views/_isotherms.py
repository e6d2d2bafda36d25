"""Hydrogen isotherms: pressure against content, with their plateaus; and the van 't Hoff plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kuralab.errors import InputError
from kuralab.views._arrhenius import celsius_on_top
from kuralab.views._labels import Language, say
from kuralab.views._numbers import format_value
from kuralab.views._style import (
    BLACK,
    BLUE,
    CATEGORIES,
    MM,
    SINGLE,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    plain,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import HydrideDetails, VantHoffLine

_NORMAL_95: Final = 1.96
_DASHES: Final[dict[str, Any]] = {"absorption": "-", "desorption": (0, (4, 2))}
_LEGEND_AT_MOST: Final = 12


@styled
def isotherms(details: HydrideDetails, *, language: Language = "en") -> Figure:
    """Pressure against hydrogen content; filled: absorption, open: desorption, bars: plateaus.

    Raises
    ------
    InputError
        There is no isotherm to draw.
    """
    if not details.isotherms:
        raise InputError("there is no isotherm to draw", hint="Analyse at least one isotherm.")
    kelvins = sorted({entry.isotherm.temperature for entry in details.isotherms})
    colours = dict(zip(kelvins, _shades(len(kelvins)), strict=True))
    chosen = np.linspace(0, len(kelvins) - 1, min(len(kelvins), _LEGEND_AT_MOST)).round().astype(int)
    handles = [
        Line2D([], [], color=colours[kelvins[i]], label=f"{kelvins[i]:g} K".replace("-", "−"))
        for i in chosen
    ]
    handles += [
        Line2D([], [], color=BLACK, marker="o", linestyle=_DASHES[branch], label=say(branch, language),
               markerfacecolor=BLACK if branch == "absorption" else "white")
        for branch in ("absorption", "desorption")
        if any(entry.isotherm.branch == branch for entry in details.isotherms)
    ]  # fmt: skip
    if any(entry.plateau is not None for entry in details.isotherms):
        handles.append(
            Line2D([], [], color=BLACK, linewidth=4, alpha=0.3, label=say("plateau", language))
        )
    figure = new_figure(width=SINGLE, height=(66 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    for entry in details.isotherms:
        colour = colours[entry.isotherm.temperature]
        filled = entry.isotherm.branch == "absorption"
        axes.plot(
            entry.isotherm.content,
            entry.isotherm.pressure,
            marker="o",
            ms=3,
            color=colour,
            markerfacecolor=colour if filled else "white",
            linestyle=_DASHES[entry.isotherm.branch],
            linewidth=0.7,
        )
        if entry.plateau is not None:
            axes.plot(
                [entry.plateau.lowest, entry.plateau.highest],
                [entry.plateau.pressure] * 2,
                color=colour,
                linewidth=4,
                alpha=0.3,
                solid_capstyle="butt",
            )
    axes.set_yscale("log")
    axes.set_xlim(left=min(0.0, *(float(e.isotherm.content[0]) for e in details.isotherms)))
    axes.set_xlabel(_content_label([entry.content_unit for entry in details.isotherms], language))
    axes.set_ylabel(say("hydrogen_pressure", language, unit="bar"))
    legend_below(figure, handles)
    return figure


@styled
def vant_hoff(details: Sequence[HydrideDetails], *, language: Language = "en") -> Figure:
    """ln f against 1000/T: plateaus with standard uncertainties, lines with 95 % bands (1.96 u).

    Raises
    ------
    InputError
        No isotherm has a plateau.
    """
    drawn = [(d, line) for d in details for line in d.lines if line.temperature.size]
    if not drawn:
        raise InputError("no isotherm has a plateau", hint="Look at the isotherms' figure.")
    several = len(details) > 1
    handles = [
        _handle(line, _colour(i, line.branch, several=several), d.sample if several else "", language)
        for i, d in enumerate(details)
        for line in d.lines
        if line.temperature.size
    ]
    figure = new_figure(width=SINGLE, height=(72 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    for i, d in enumerate(details):
        for line in d.lines:
            if line.temperature.size:
                _draw_line(axes, line, _colour(i, line.branch, several=several))
    axes.set_xlabel(say("reciprocal_temperature", language))
    fugacity = all(line.fugacity for _, line in drawn)
    axes.set_ylabel(say("log_fugacity" if fugacity else "log_pressure", language))
    celsius_on_top(axes, language)
    legend_below(figure, handles)
    return figure


def _shades(n: int) -> list[str]:
    """Cold is dark and hot is bright; one temperature alone is blue."""
    if n == 1:
        return [BLUE]
    places = np.linspace(0.02, 0.84, n)
    return [mpl.colors.to_hex(colour) for colour in mpl.colormaps["plasma"](places)]


def _content_label(units: Sequence[str], language: Language) -> str:
    return say("hydrogen_content", language, unit=" ".join(dict.fromkeys(units)))


def _colour(i: int, branch: str, *, several: bool) -> str:
    """Samples are told apart by colour; of one alone, the branches are."""
    if several:
        return CATEGORIES[i % len(CATEGORIES)]
    return BLUE if branch == "absorption" else VERMILION


def _draw_line(axes: Axes, line: VantHoffLine, colour: str) -> None:
    inverse = 1000.0 / line.temperature
    axes.errorbar(
        inverse,
        line.log_fugacity,
        yerr=line.std,
        fmt="o" if line.branch == "absorption" else "s",
        color=colour,
        mfc=colour if line.branch == "absorption" else "white",
        elinewidth=0.7,
        capthick=0.7,
    )
    if line.fit is None:
        return
    margin = 0.04 * float(np.ptp(inverse))
    along = np.linspace(inverse.min() - margin, inverse.max() + margin, 100)
    centre = line.fit.log_fugacity_at(1000.0 / along)
    spread = _NORMAL_95 * line.fit.std_at(1000.0 / along)
    axes.fill_between(along, centre - spread, centre + spread, color=colour, alpha=0.18, linewidth=0)
    axes.plot(along, centre, color=colour, linestyle=_DASHES[line.branch])


def _handle(line: VantHoffLine, colour: str, sample: str, language: Language) -> Line2D:
    text = say(line.branch, language)
    if sample:
        text = f"{plain(sample, longest=20)}, {text}"
    if line.fit is not None:
        enthalpy = format_value(line.fit.enthalpy, line.fit.enthalpy_std, "kJ/mol", language=language)
        text += f": ΔH = {enthalpy}"
    return Line2D(
        [],
        [],
        color=colour,
        linestyle=_DASHES[line.branch],
        marker="o" if line.branch == "absorption" else "s",
        mfc=colour if line.branch == "absorption" else "white",
        label=text,
    )
