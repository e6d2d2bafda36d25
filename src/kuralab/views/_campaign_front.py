"""Several objectives against one another: what cannot be bettered in one without a loss in another."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model.campaign import Experiment, Objective
from kuralab.views._campaign_data import (
    goal_of,
    is_log,
    limit_of,
    searched,
    std_of,
    value_of,
)
from kuralab.views._campaign_looks import GOAL, MARKERS, letter_decades, sign
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_words import axis_title, word
from kuralab.views._labels import Language
from kuralab.views._placing import PointLabel, place_labels
from kuralab.views._style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    MM,
    SINGLE,
    legend_below,
    legend_shape,
    new_figure,
    panel_letters,
    styled,
)

_MOST: Final = 3
_LINE: Final = "front"


@styled
def front(overview: CampaignOverview, *, language: Language = "en") -> Figure:
    """Every measured experiment, the Pareto front in colour with its experiments' numbers.

    The staircase bounds what the front dominates; bars are standard uncertainties. Of three
    objectives each pair has a panel, and no staircase: the front is a surface there.

    Raises
    ------
    InputError
        There is one objective, or no experiment has values of two.
    """
    objectives = searched(overview)[:_MOST]
    pairs = list(combinations(objectives, 2))
    if not any(_both(e, *pair) for e in overview.experiments for pair in pairs):
        raise InputError("no experiment has values of two objectives", hint="Go on with the campaign.")
    handles = _handles(overview, pairs, language)
    width = SINGLE if len(pairs) == 1 else DOUBLE
    _, rows = legend_shape(handles, width=width)
    figure = new_figure(width=width, height=((66 if len(pairs) == 1 else 62) + 4 * rows) * MM)
    panels = list(figure.subplots(1, len(pairs), squeeze=False)[0])
    for axes, (x, y) in zip(panels, pairs, strict=True):
        _draw(axes, overview, x, y, staircase=len(pairs) == 1)
        folded = 34 if len(pairs) == 1 else 26
        axes.set_xlabel(axis_title(x, language, width=folded))
        axes.set_ylabel(axis_title(y, language, width=folded))
    if len(panels) > 1:
        panel_letters(panels)
    legend_below(figure, handles)
    for axes, pair in zip(panels, pairs, strict=True):
        _number(axes, overview, *pair)
    return figure


def _draw(
    axes: Axes, overview: CampaignOverview, x: Objective, y: Objective, *, staircase: bool
) -> None:
    shown = [e for e in overview.experiments if _both(e, x, y)]
    reference = [overview.reference_point.get(o.quantity) for o in (x, y)]
    for axis, objective in (("x", x), ("y", y)):
        values = [v for e in shown if (v := value_of(e, objective.quantity)) is not None]
        if is_log(objective, values):
            getattr(axes, f"set_{axis}scale")("log")
    for experiment in shown:
        _mark(axes, experiment, x, y, on_front=experiment.suggestion.number in overview.front)
    if staircase:
        _connect(axes, overview, x, y)
    corner = [at for at in reference if at is not None]
    if len(corner) == 2 and _drawable(axes, *corner):
        axes.plot(*corner, "+", color=BLACK, ms=7, mew=0.9, zorder=2)
    for objective, line in ((x, axes.axvline), (y, axes.axhline)):
        if (goal := goal_of(objective)) is not None:
            line(goal, zorder=1, **GOAL)
    letter_decades(axes)


def _mark(axes: Axes, experiment: Experiment, x: Objective, y: Objective, *, on_front: bool) -> None:
    at = [value_of(experiment, o.quantity) or 0.0 for o in (x, y)]
    std = [std_of(experiment, o.quantity) for o in (x, y)] if on_front else [0.0, 0.0]
    limits = [limit for o in (x, y) if (limit := limit_of(experiment, o.quantity))]
    # A logarithmic axis has no zero: a bar that would reach it is cut short.
    bars = [[[min(s, 0.95 * abs(v))], [s]] if s else None for v, s in zip(at, std, strict=True)]
    axes.errorbar(
        [at[0]],
        [at[1]],
        xerr=bars[0],
        yerr=bars[1],
        fmt=MARKERS[limits[0] if limits else ""],
        color=BLUE if on_front else GREY,
        mfc=BLUE if on_front else "white",
        ms=4.0 if on_front else 3.2,
        elinewidth=0.7,
        zorder=4 if on_front else 3,
    )


def _connect(axes: Axes, overview: CampaignOverview, x: Objective, y: Objective) -> None:
    """The border of the dominated region; a plain line where a target makes 'better' two-sided."""
    points = sorted(_front_points(overview, x, y))
    if len(points) < 2:
        return
    along, up = np.array(points).T
    if "target" in (x.direction, y.direction):
        axes.plot(along, up, color=BLUE, linewidth=0.9, gid=_LINE, zorder=2)
        return
    # Between two points what can be had is the y of the one whose x is good enough.
    along, up = np.repeat(along, 2), np.repeat(up, 2)
    steps = (along[1:], up[:-1]) if x.direction == "minimise" else (along[:-1], up[1:])
    axes.plot(*steps, color=BLUE, linewidth=0.9, gid=_LINE, zorder=2)


def _number(axes: Axes, overview: CampaignOverview, x: Objective, y: Objective) -> None:
    shown = [e for e in overview.experiments if _both(e, x, y)]
    obstacles = [np.array([[value_of(e, o.quantity) for o in (x, y)] for e in shown], dtype=float)]
    if not len(obstacles[0]):
        return
    obstacles += [line for line in [_along(axes)] if len(line)]
    labels = [
        PointLabel(
            x=value_of(e, x.quantity) or 0.0,
            y=value_of(e, y.quantity) or 0.0,
            text=str(e.suggestion.number),
            outward=(0.0, 0.0),
        )
        for e in shown
        if e.suggestion.number in overview.front
    ]
    place_labels(axes, labels, obstacles=obstacles)


def _along(axes: Axes) -> NDArray[np.float64]:
    """Points along the front's line, which no number may cover."""
    corners = [line.get_path() for line in axes.get_lines() if line.get_gid() == _LINE]
    if not corners:
        return np.empty((0, 2))
    pixels = axes.transData.transform(corners[0].vertices)
    pieces = [np.linspace(a, b, 40) for a, b in pairwise(pixels)]
    return np.asarray(axes.transData.inverted().transform(np.concatenate(pieces)))


def _both(experiment: Experiment, x: Objective, y: Objective) -> bool:
    return all(value_of(experiment, o.quantity) is not None for o in (x, y))


def _front_points(overview: CampaignOverview, x: Objective, y: Objective) -> list[tuple[float, float]]:
    points = []
    for experiment in overview.experiments:
        at = value_of(experiment, x.quantity), value_of(experiment, y.quantity)
        if experiment.suggestion.number in overview.front and at[0] is not None and at[1] is not None:
            points.append((at[0], at[1]))
    return points


def _drawable(axes: Axes, x: float, y: float) -> bool:
    return (x > 0 or axes.get_xscale() == "linear") and (y > 0 or axes.get_yscale() == "linear")


def _handles(
    overview: CampaignOverview, pairs: list[tuple[Objective, Objective]], language: Language
) -> list[Any]:
    shown = [(e, pair) for pair in pairs for e in overview.experiments if _both(e, *pair)]
    looks: list[tuple[str, dict[str, Any]]] = []
    if any(e.suggestion.number in overview.front for e, _ in shown):
        line = "-" if len(pairs) == 1 else ""
        looks.append(("front", {"ls": line, "marker": "o", "color": BLUE, "ms": 4.0, "lw": 0.9}))
    if any(e.suggestion.number not in overview.front for e, _ in shown):
        looks.append(("dominated", {"ls": "", "marker": "o", "color": GREY, "mfc": "white"}))
    limits = {limit_of(e, o.quantity) for e, pair in shown for o in pair} - {""}
    looks += [
        (limit, {"ls": "", "marker": MARKERS[limit], "color": GREY, "mfc": "white"})
        for limit in sorted(limits)
    ]
    if all(o.quantity in overview.reference_point for pair in pairs for o in pair):
        looks.append(("reference_point", {"ls": "", "marker": "+", "color": BLACK, "ms": 7}))
    if any(goal_of(o) is not None for pair in pairs for o in pair):
        looks.append(("goal", GOAL))
    return [sign(word(key, language), **look) for key, look in looks]
