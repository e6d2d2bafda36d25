"""All Arrhenius lines of a run in one figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kuralab.errors import InputError
from kuralab.views._arrhenius import celsius_on_top, error_bars
from kuralab.views._labels import Language, say
from kuralab.views._run_data import Finding, RunOverview
from kuralab.views._run_looks import colour_scale, sample_colours
from kuralab.views._style import MARKERS, MM, SINGLE, legend_below, legend_shape, new_figure, styled

if TYPE_CHECKING:
    from kuralab.analysis import ArrheniusLine

_MARGIN: Final = 0.02


@styled
def run_arrhenius(overview: RunOverview, *, language: Language = "en") -> Figure:
    """σT of the total conduction against 1000 K / T, a line for each sample, coloured by what varies.

    Raises
    ------
    InputError
        No sample has a line.
    """
    found = [(finding, line) for finding in overview.drawn if (line := total_line(finding)) is not None]
    if not found:
        raise InputError("no sample has an Arrhenius line", hint="Measure at two temperatures or more.")
    colours = sample_colours(overview, [finding for finding, _ in found])
    handles = [
        Line2D(
            [],
            [],
            color=colour,
            marker=MARKERS[i % len(MARKERS)],
            mfc="white",
            label=overview.label(finding.sample),
        )
        for i, ((finding, _), colour) in enumerate(zip(found, colours, strict=True))
    ]
    handles = [] if overview.variation is not None and len(found) > _LEGEND_AT_MOST else handles
    _, rows = legend_shape(handles, width=SINGLE)
    figure = new_figure(width=SINGLE, height=(86 + 4 * rows) * MM)
    axes = figure.subplots()
    for i, ((_, line), colour) in enumerate(zip(found, colours, strict=True)):
        inverse = 1000.0 / line.temperature
        along = np.linspace(inverse.min() - _MARGIN, inverse.max() + _MARGIN, 100)
        kelvin = 1000.0 / along
        axes.plot(along, line.fit.conductivity_at(kelvin) * kelvin, color=colour, linewidth=0.8)
        axes.errorbar(
            inverse,
            line.conductivity * line.temperature,
            yerr=error_bars(line),
            fmt=MARKERS[i % len(MARKERS)],
            color=colour,
            mfc="white",
            ms=3.0,
            elinewidth=0.6,
            capsize=1.5,
        )
    axes.set_yscale("log")
    axes.set_xlabel(say("reciprocal_temperature", language))
    known = all(line.unit == "S/cm" for _, line in found)
    axes.set_ylabel(say("conductivity_t" if known else "conductance_t", language))
    if overview.variation is not None:
        colour_scale(figure, [axes], overview.variation, language)
    celsius_on_top(axes, language)
    legend_below(figure, handles)
    return figure


def total_line(finding: Finding) -> ArrheniusLine | None:
    """The line of the total conduction, if the sample was measured at enough temperatures."""
    lines = finding.outcome.lines if finding.outcome is not None else ()
    return next((line for line in lines if line.part == "total"), None)


_LEGEND_AT_MOST: Final = 8
