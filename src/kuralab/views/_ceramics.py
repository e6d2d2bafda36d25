"""Dilatograms with the tangents of the onset; occupation of the sites of a perovskite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kuralab.views._labels import Language, say
from kuralab.views._numbers import format_value
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
    from kuralab.analysis import DilatogramDetails, SiteDetails

_KELVIN: Final = 273.15
_LARGE: Final = ("Ba", "Sr", "Ca", "La")


@styled
def dilatogram(details: DilatogramDetails, *, language: Language = "en") -> Figure:
    """Change of length against temperature, heating dark and cooling grey, with baseline, tangent and
    their crossing; below it the relative density where it is known."""
    T, y = details.temperature - _KELVIN, 100.0 * details.length
    handles = [Line2D([], [], color=BLACK, label=say("heating", language))]
    if details.heating < T.size:
        handles.append(Line2D([], [], color=GREY, label=say("hold_and_cooling", language)))
    if details.onset is not None:
        onset = details.onset
        text = format_value(onset.temperature - _KELVIN, onset.std, "degC", language=language)
        handles.append(Line2D([], [], color=VERMILION, marker="o", linestyle=(0, (4, 2)), linewidth=0.8,
                              label=f"{say('onset', language)}: {text}"))  # fmt: skip
    density = details.density
    rows = 1 if density is None else 2
    figure = new_figure(
        width=SINGLE, height=(40 + 32 * rows + 4 * legend_shape(handles, width=SINGLE)[1]) * MM
    )
    panels = figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=[1.6, 1][:rows])[:, 0]
    _two_parts(panels[0], T, y, details.heating)
    if details.onset is not None:
        onset = details.onset
        level = np.array([T.min(), min(onset.temperature - _KELVIN + 120.0, T.max())])
        panels[0].plot(
            level, 100.0 * (onset.baseline[0] + onset.baseline[1] * (level + _KELVIN)),
            color=VERMILION, linestyle=(0, (4, 2)), linewidth=0.8,
        )  # fmt: skip
        a, b = onset.tangent
        top = onset.temperature - 0.02 * float(np.ptp(T))
        low = min(onset.steepest + 0.06 * float(np.ptp(T)), float(T.max()) + _KELVIN)
        steep = np.array([top, low])
        panels[0].plot(
            steep - _KELVIN,
            100.0 * (a + b * steep),
            color=VERMILION,
            linestyle=(0, (4, 2)),
            linewidth=0.8,
        )
        at = 100.0 * (onset.baseline[0] + onset.baseline[1] * onset.temperature)
        panels[0].plot([onset.temperature - _KELVIN], [at], "o", color=VERMILION)
    panels[0].set_ylabel(say("length_change", language))
    if density is not None:
        _two_parts(panels[1], T, 100.0 * density, details.heating)
        panels[1].set_ylabel(say("relative_density", language))
    panels[-1].set_xlabel(say("temperature_celsius", language))
    panels[-1].margins(x=0.02)
    figure.align_ylabels()
    legend_below(figure, handles)
    return figure


def _two_parts(axes: object, T: np.ndarray, y: np.ndarray, heating: int) -> None:
    axes.plot(T[heating - 1 :], y[heating - 1 :], color=GREY, linewidth=0.9)  # type: ignore[attr-defined]
    axes.plot(T[:heating], y[:heating], color=BLACK)  # type: ignore[attr-defined]


@styled
def site_occupation(details: SiteDetails, *, language: Language = "en") -> Figure:
    """Atoms per formula unit, bars coloured by site, with standard uncertainties; outlines: formula."""
    elements = list(details.amounts)
    places = np.arange(len(elements))
    sites = [
        "interstitial" if e in details.interstitial else "A" if e in _LARGE else "B" for e in elements
    ]
    colours = {"A": BLUE, "B": GREEN, "interstitial": VERMILION}
    handles: list[Patch] = [
        Patch(facecolor=colours[site], alpha=0.75, label=say(f"site_{site}", language))
        for site in dict.fromkeys(sites)
    ]
    if details.nominal is not None:
        handles.append(
            Patch(facecolor="none", edgecolor=BLACK, linestyle="--", label=say("formula", language))
        )
    figure = new_figure(width=SINGLE, height=(62 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    amounts = np.array([details.amounts[e] for e in elements])
    stds = np.array([details.stds[e] for e in elements])
    axes.bar(places, amounts, width=0.62, color=[colours[site] for site in sites], alpha=0.75)
    axes.errorbar(places, amounts, yerr=stds, fmt="none", ecolor=BLACK, elinewidth=0.7, capthick=0.7)
    nominal = details.nominal or {}
    wanted = [nominal.get(e, 0.0) for e in elements]
    if details.nominal is not None:
        axes.bar(
            places, wanted, width=0.74, facecolor="none", edgecolor=BLACK, linestyle="--", linewidth=0.7
        )
    for place, amount, std, other in zip(places, amounts, stds, wanted, strict=True):
        axes.annotate(
            f"{amount:.2f}", (place, max(amount + std, other)), xytext=(0, 2),
            textcoords="offset points", ha="center", fontsize=7,
        )  # fmt: skip
    axes.set_xticks(places, elements)
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0.0, 1.14 * float(max(amounts.max(), *wanted)))
    axes.set_ylabel(say("atoms_per_formula", language))
    legend_below(figure, handles)
    return figure
