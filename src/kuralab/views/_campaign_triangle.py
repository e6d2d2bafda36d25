"""Measured values over three components of a mixture."""

from __future__ import annotations

from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.views._campaign_data import is_log, limit_of, value_of
from kuralab.views._campaign_looks import MARKERS, letter_axis
from kuralab.views._campaign_mixture import MixtureShown, landscape_of, mapped, placed, symbol_handles
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_ternary import draw_frame, triangle_around
from kuralab.views._campaign_words import axis_title, word
from kuralab.views._labels import Language
from kuralab.views._run_looks import colour_bar
from kuralab.views._style import (
    BLACK,
    GREY,
    MM,
    SINGLE,
    legend_below,
    legend_shape,
    new_figure,
    plain,
    styled,
)

# The brightest end of the map is too pale for a small symbol on white.
_MAP: Final = ListedColormap(mpl.colormaps["viridis"](np.linspace(0.0, 0.93, 96)), "by value")
_LEVELS: Final = 15


@styled
def triangle_plot(
    overview: CampaignOverview, shown: MixtureShown, *, language: Language = "en"
) -> Figure:
    """A point for each measured composition, coloured by the first objective; the best is ringed.

    Of more than three components the drawn fractions are divided by their sum. The model's
    predictions lie behind the points where the triangle shows the whole mixture.

    Raises
    ------
    InputError
        Nothing was measured.
    """
    objective = mapped(overview)
    measured, failed = placed(overview, shown)
    if not measured:
        raise InputError("nothing was measured of this mixture", hint="Go on with the campaign.")
    values = [value_of(e, objective.quantity) or 0.0 for e in measured]
    known = landscape_of(overview, shown)
    points = np.array([fractions for fractions, _ in known]).reshape(-1, 3)
    medians = [median for _, median in known]
    log = is_log(objective, [*values, *medians])
    colours = ScalarMappable(_norm([*values, *medians], log=log), _MAP)
    tried = _shares(shown.fractions([*measured, *failed]))
    triangle = triangle_around(np.vstack([tried, points]))

    handles = symbol_handles(overview, measured, failed, language, colour=GREY, ring=True)
    _, rows = legend_shape(handles, width=SINGLE)
    figure = new_figure(width=SINGLE, height=(86 + 4 * rows) * MM)
    axes = figure.subplots()
    titles = [word("fraction", language, component=plain(c, longest=22)) for c in shown.drawn]
    outline = draw_frame(axes, triangle, titles)
    _draw_landscape(axes, triangle.place(points), medians, colours, outline, log=log)
    for experiment, value, place in zip(
        measured, values, triangle.place(tried[: len(measured)]), strict=True
    ):
        marker = MARKERS[limit_of(experiment, objective.quantity)]
        colour = colours.to_rgba(np.array([value]))[0]
        axes.plot(*place, marker, ms=4.6, mfc=colour, mec=BLACK, mew=0.5, zorder=5)
        if overview.best and experiment.suggestion.number == overview.best[0]:
            axes.plot(*place, "o", ms=8.0, mfc="none", mec=BLACK, mew=1.1, zorder=6)
    for place in triangle.place(tried[len(measured) :]):
        axes.plot(*place, "x", color=BLACK, ms=4.0, zorder=4)
    scale = colour_bar(figure, [axes], colours, location="bottom")
    scale.set_label(axis_title(objective, language, width=60))
    low, high = colours.get_clim()
    if log and low and high:
        letter_axis(scale.ax.xaxis, low, high)
    legend_below(figure, handles)
    return figure


def _draw_landscape(
    axes: Axes,
    places: NDArray[np.float64],
    medians: list[float],
    colours: ScalarMappable,
    outline: Polygon,
    *,
    log: bool,
) -> None:
    """Filled contours; too few points, or points on one line, span no area."""
    if len(places) < 3 or np.linalg.matrix_rank(places - places[0], tol=1e-6) < 2:
        return
    low, high = min(medians), max(medians)
    if not low < high:
        return
    spaced = np.geomspace if log else np.linspace
    areas = axes.tricontourf(
        places[:, 0],
        places[:, 1],
        medians,
        levels=spaced(low, high, _LEVELS),
        cmap=_MAP,
        norm=colours.norm,
        alpha=0.5,
        zorder=0.2,
    )
    areas.set_clip_path(outline)


def _norm(values: list[float], *, log: bool) -> Normalize:
    low, high = min(values), max(values)
    if low == high:
        low, high = (low / 2.0, high * 2.0) if log else (low - 0.5, high + 0.5)
    return LogNorm(low, high) if log else Normalize(low, high)


def _shares(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fractions of the drawn components among themselves."""
    return np.asarray(fractions / fractions.sum(axis=1, keepdims=True))
