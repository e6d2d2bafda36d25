"""Direct current after a voltage step, with its initial and steady values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kuralab.errors import InputError
from kuralab.views._labels import Language, say
from kuralab.views._numbers import format_value
from kuralab.views._scales import largest, prefixed, time_unit
from kuralab.views._style import BLUE, GREEN, MM, SINGLE, VERMILION, legend_below, new_figure, styled

if TYPE_CHECKING:
    from kuralab.analysis import Outcome


@styled
def polarisation(outcome: Outcome, *, language: Language = "en") -> Figure:
    """Current against time; initial and steady current as lines with a band of one uncertainty.

    Raises
    ------
    InputError
        The outcome is not of a polarisation.
    """
    found = outcome.polarisation
    if found is None:
        raise InputError(
            f"an analysis of {outcome.record.technique} has no polarisation to draw",
            hint="Use figures_of(outcome) for the figures that it has.",
        )
    scale, unit = prefixed(largest(found.current), "A")
    divisor, time = time_unit(float(np.ptp(found.time)))
    figure = new_figure(width=SINGLE, height=66 * MM)
    axes = figure.subplots()
    elapsed = (found.time - found.time[0]) / divisor
    axes.plot(elapsed, found.current / scale, ".", color=BLUE, ms=3)
    steady = "steady" if found.steady else "last"
    levels = (
        ("initial", found.initial_current, found.initial_current_std, VERMILION, (5, 2)),
        (steady, found.steady_current, found.steady_current_std, GREEN, (6, 2, 1, 2)),
    )
    handles = []
    for word, current, std, colour, dashes in levels:
        value, spread = current / scale, std / scale
        axes.axhspan(value - spread, value + spread, color=colour, alpha=0.2, linewidth=0)
        axes.axhline(value, color=colour, dashes=dashes)
        text = f"{say(word, language)}: {format_value(value, spread, unit, language=language)}"
        handles.append(Line2D([], [], color=colour, dashes=dashes, label=text))
    axes.margins(x=0.03, y=0.08)
    axes.set_xlabel(say("time", language, unit=time))
    axes.set_ylabel(say("current", language, unit=unit))
    legend_below(figure, handles)
    return figure
