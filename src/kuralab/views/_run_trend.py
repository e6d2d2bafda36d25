"""What a run is after: conductivity and activation energy against composition."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatterSciNotation, LogLocator, NullLocator

from kuralab.errors import InputError
from kuralab.views._labels import Language, say
from kuralab.views._run_data import RunOverview
from kuralab.views._run_looks import is_flagged, places_of
from kuralab.views._style import (
    BLACK,
    BLUE,
    GREY,
    MM,
    SINGLE,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    panel_letters,
    plain,
    styled,
)

_QUANTITIES: Final = (
    ("ionic_conductivity_25C", "conductivity_25"),
    ("activation_energy_total", "activation_energy"),
)
_SYMBOLS: Final = (("D", 4.0), ("*", 6.5), ("P", 5.0), ("X", 5.0), ("h", 5.0), ("^", 4.5))
_LINES: Final = (":", "--", "-.")


@styled
def trend(overview: RunOverview, *, language: Language = "en") -> Figure:
    """Conductivity at 25 degC (logarithmic) above activation energy, against what varies.

    Bars are standard uncertainties; values with a flag are open symbols; published values stand
    beside with their reference.

    Raises
    ------
    InputError
        No sample has a value.
    """
    shown = [key for key, _ in _QUANTITIES if _values(overview, key)]
    if not shown:
        raise InputError("no sample has a value to draw", hint="Measure at two temperatures or more.")
    handles = _handles(overview, language)
    _, rows = legend_shape(handles, width=SINGLE)
    figure = new_figure(width=SINGLE, height=(12 + 46 * len(shown) + 4 * rows) * MM)
    panels = list(figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0])
    for axes, (key, name) in zip(panels, [q for q in _QUANTITIES if q[0] in shown], strict=True):
        _draw(axes, overview, key)
        axes.set_ylabel(say(name, language))
    _name_places(panels[-1], overview, language)
    if len(panels) > 1:
        panel_letters(panels)
    legend_below(figure, handles)
    if shown[0] == "ionic_conductivity_25C":
        _draw_literature(panels[0], overview)
    return figure


def _values(overview: RunOverview, key: str) -> list[tuple[float, float, float, bool]]:
    """Place, value, standard uncertainty and whether it is flagged, of each sample with a value."""
    findings = overview.drawn
    rows = []
    for place, finding in zip(places_of(overview, findings), findings, strict=True):
        result = finding.result(key)
        if result is not None and result.value is not None:
            flagged = is_flagged(result.flags)
            rows.append((float(place), result.value, result.uncertainty or 0.0, flagged))
    return rows


def _draw(axes: Axes, overview: RunOverview, key: str) -> None:
    rows = _values(overview, key)
    x, y, std = (np.array(column) for column in list(zip(*rows, strict=True))[:3])
    flagged = np.array([row[3] for row in rows])
    logarithmic = key == "ionic_conductivity_25C"
    # A logarithmic axis has no zero: a bar that would reach it is cut short.
    bars = np.vstack([np.minimum(std, 0.95 * y) if logarithmic else std, std])
    axes.plot(x, y, color=GREY, linewidth=0.5, zorder=1.5)
    for chosen, colour, face, marker in (
        (~flagged, BLUE, BLUE, "o"),
        (flagged, VERMILION, "white", "s"),
    ):
        if chosen.any():
            axes.errorbar(
                x[chosen],
                y[chosen],
                yerr=bars[:, chosen],
                fmt=marker,
                color=colour,
                mfc=face,
                ms=4.0,
                elinewidth=0.8,
                capthick=0.8,
            )
    if logarithmic:
        axes.set_yscale("log")
    if overview.variation is not None and overview.variation.logarithmic:
        axes.set_xscale("log")


def _draw_literature(axes: Axes, overview: RunOverview) -> None:
    """Published values at their place, or across the panel where they have none."""
    everything = [row[1] for row in _values(overview, "ionic_conductivity_25C")]
    for value, look in zip(overview.literature, _literature_looks(overview), strict=True):
        if value.x is None:
            axes.axhline(value.conductivity, zorder=1, **look)
        else:
            axes.plot(value.x, value.conductivity, zorder=4, **look)
        everything.append(value.conductivity)
    low, high = min(everything), max(everything)
    span = max(high / low, 2.0)
    axes.set_ylim(low / span**0.1, high * span**0.13)
    _short_decades(axes)


def _literature_looks(overview: RunOverview) -> list[dict[str, Any]]:
    """A symbol of its own for each published value; a line for one without a place."""
    looks: list[dict[str, Any]] = []
    for i, value in enumerate(overview.literature):
        if value.x is None:
            looks.append({"color": BLACK, "linewidth": 0.7, "linestyle": _LINES[i % len(_LINES)]})
        else:
            marker, size = _SYMBOLS[i % len(_SYMBOLS)]
            looks.append({"ls": "", "marker": marker, "ms": size, "mfc": "white", "color": BLACK})
    return looks


def _short_decades(axes: Axes) -> None:
    """Labels between the decades as well where the axis spans hardly one."""
    low, high = axes.get_ylim()
    if np.log10(high / low) < 1.6:
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(LogFormatterSciNotation(labelOnlyBase=False))
        axes.yaxis.set_minor_formatter("")


def _name_places(axes: Axes, overview: RunOverview, language: Language) -> None:
    if overview.variation is not None:
        axes.set_xlabel(overview.variation.name(language))
        return
    findings = overview.drawn
    names = [overview.label(finding.sample) for finding in findings]
    axes.set_xticks(range(len(names)), labels=names, rotation=40, ha="right", rotation_mode="anchor")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(-0.6, len(names) - 0.4)


def _handles(overview: RunOverview, language: Language) -> list[Any]:
    rows = [row for key, _ in _QUANTITIES for row in _values(overview, key)]
    twin = overview.facility.kind == "twin"
    ours = say("this_run_twin" if twin else "this_run", language)
    handles = [Line2D([], [], ls="", marker="o", color=BLUE, ms=4.0, label=ours)]
    if any(row[3] for row in rows):
        label = say("flagged", language)
        handles.append(
            Line2D([], [], ls="", marker="s", color=VERMILION, mfc="white", ms=4.0, label=label)
        )
    for value, look in zip(overview.literature, _literature_looks(overview), strict=True):
        text = plain(f"{value.reference} ({say(value.structure, language)})", longest=48)
        handles.append(Line2D([], [], label=text, **look))
    return handles
