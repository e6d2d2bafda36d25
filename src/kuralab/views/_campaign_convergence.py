"""How a campaign came to its best: against the number of experiments, and against days of the lab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kuralab.errors import InputError
from kuralab.model.campaign import Objective
from kuralab.views._campaign_data import (
    ended,
    goal_of,
    is_log,
    limit_of,
    searched,
    value_of,
)
from kuralab.views._campaign_looks import (
    GOAL,
    MARKERS,
    failed_sign,
    letter_decades,
    sign,
    value_signs,
    with_room,
)
from kuralab.views._campaign_record import CampaignOverview, Progress
from kuralab.views._campaign_words import HYPERVOLUME, arm_name, axis_title, word
from kuralab.views._labels import Language
from kuralab.views._style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREEN,
    MM,
    PURPLE,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    panel_letters,
    styled,
)

_ARMS: Final = ((VERMILION, "-"), (GREEN, "--"), (PURPLE, "-."), ("#E69F00", ":"))
_FAR: Final = 4.0
"""A logarithmic axis where a reference takes so many times as long as this campaign."""
_FAINT: Final = 3
"""From so many seeds of an arm on its lines are faint."""


@styled
def convergence(overview: CampaignOverview, *, language: Language = "en") -> Figure:
    """The best so far of this campaign and of the reference arms, a row for each objective.

    Left against experiments in the order of ending, right against days. Symbols are single
    experiments of this campaign: measured, limits (triangles), failed (crosses at the lower edge).

    Raises
    ------
    InputError
        No experiment has ended.
    """
    quantities = _quantities(overview)
    if not quantities:
        raise InputError("no experiment has ended", hint="Go on with the campaign.")
    handles = _handles(overview, quantities, language)
    _, rows = legend_shape(handles, width=DOUBLE)
    figure = new_figure(width=DOUBLE, height=(10 + 52 * len(quantities) + 4 * rows) * MM)
    panels = figure.subplots(len(quantities), 2, sharex="col", sharey="row", squeeze=False)
    for (left, right), quantity in zip(panels, quantities, strict=True):
        for axes, by_days in ((left, False), (right, True)):
            _draw(axes, overview, quantity, by_days=by_days)
        left.set_ylabel(_title(overview, quantity, language))
    for column, key in enumerate(("experiment_count", "lab_days")):
        _scale_x(panels[0][column], overview, by_days=column == 1)
        panels[-1][column].set_xlabel(word(key, language))
    for left, _ in panels:
        letter_decades(left)
    panel_letters(list(panels.flat))
    legend_below(figure, handles)
    return figure


def _quantities(overview: CampaignOverview) -> list[str]:
    """What has a best so far, the search's objectives first."""
    drawn = {p.quantity for p in overview.ours if any(best is not None for best in p.best)}
    points = {
        o.quantity
        for o in searched(overview)
        if any(value_of(e, o.quantity) is not None for e in overview.experiments)
    }
    known = [o.quantity for o in searched(overview)]
    return [q for q in [*known, HYPERVOLUME] if q in drawn | points][:4]


def _draw(axes: Axes, overview: CampaignOverview, quantity: str, *, by_days: bool) -> None:
    heights = [best for p in _of(overview, quantity) for best in p.best if best is not None]
    heights += [v for e in overview.experiments if (v := value_of(e, quantity)) is not None]
    objective = _objective(overview, quantity)
    goal = goal_of(objective) if objective is not None else None
    if objective is not None and is_log(objective, [*heights, *([goal] if goal is not None else [])]):
        axes.set_yscale("log")
    arms = _arms(overview)
    for progress in _of(overview, quantity):
        ours = progress in overview.ours
        colour, style = (BLUE, "-") if ours else _ARMS[arms.index(progress.arm) % len(_ARMS)]
        faint = not ours and sum(p.arm == progress.arm for p in overview.references) > _FAINT
        x, y = _staircase(progress, by_days=by_days)
        axes.plot(
            x,
            y,
            style,
            color=colour,
            linewidth=1.6 if ours else 0.9,
            alpha=0.35 if faint else 1.0,
            drawstyle="steps-post",
            zorder=3 if ours else 2,
        )
    _draw_experiments(axes, overview, quantity, by_days=by_days)
    _scale_y(axes, overview, quantity)
    if goal is not None:
        axes.axhline(goal, zorder=1, **GOAL)


def _draw_experiments(axes: Axes, overview: CampaignOverview, quantity: str, *, by_days: bool) -> None:
    spots: dict[str, list[tuple[float, float]]] = {limit: [] for limit in MARKERS}
    failed = []
    for found in ended(overview):
        at = found.days if by_days else float(found.place)
        value = value_of(found.experiment, quantity)
        if at is not None and found.experiment.state == "failed":
            failed.append(at)
        elif at is not None and value is not None:
            spots[limit_of(found.experiment, quantity)].append((at, value))
    for limit, points in spots.items():
        if points:
            x, y = zip(*points, strict=True)
            axes.plot(x, y, MARKERS[limit], color=BLUE, mfc="white", ms=3.0, mew=0.6, zorder=4)
    if failed:
        low, edge = [0.035] * len(failed), axes.get_xaxis_transform()
        axes.plot(failed, low, "x", color=BLACK, ms=3.6, transform=edge, zorder=4)


def _staircase(progress: Progress, *, by_days: bool) -> tuple[list[float], list[float]]:
    """The curve from the first value on; a gap never follows it."""
    x = progress.days if by_days else tuple(float(i) for i in range(1, len(progress.best) + 1))
    known = [(at, best) for at, best in zip(x, progress.best, strict=True) if best is not None]
    return [at for at, _ in known], [best for _, best in known]


def _scale_y(axes: Axes, overview: CampaignOverview, quantity: str) -> None:
    """Room for this campaign and for where references ended; where those began may lie far outside."""
    heights = [v for e in overview.experiments if (v := value_of(e, quantity)) is not None]
    for progress in _of(overview, quantity):
        shown = progress.best if progress in overview.ours else progress.best[-1:]
        heights += [best for best in shown if best is not None]
    objective = _objective(overview, quantity)
    if objective is not None and (goal := goal_of(objective)) is not None:
        heights.append(goal)
    axes.set_ylim(*with_room(min(heights), max(heights), log=axes.get_yscale() == "log"))


def _scale_x(axes: Axes, overview: CampaignOverview, *, by_days: bool) -> None:
    """A logarithmic axis where a reference would press this campaign against the left edge."""
    own = [at for f in ended(overview) if (at := f.days if by_days else float(f.place)) is not None]
    own += [at for p in overview.ours for at in _ends(p, by_days)]
    others = [at for p in overview.references for at in _ends(p, by_days)]
    if own and others and max(others) > _FAR * max(own) and min([*own, *others]) > 0:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
    else:
        axes.set_xlim(left=0)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=not by_days))


def _ends(progress: Progress, by_days: bool) -> list[float]:
    """The first and the last place of a curve."""
    if not progress.best:
        return []
    return [progress.days[0], progress.days[-1]] if by_days else [1.0, float(len(progress.best))]


def _of(overview: CampaignOverview, quantity: str) -> list[Progress]:
    return [p for p in (*overview.references, *overview.ours) if p.quantity == quantity]


def _arms(overview: CampaignOverview) -> list[str]:
    return list(dict.fromkeys(p.arm for p in overview.references))


def _objective(overview: CampaignOverview, quantity: str) -> Objective | None:
    return next((o for o in overview.objectives if o.quantity == quantity), None)


def _title(overview: CampaignOverview, quantity: str, language: Language) -> str:
    objective = _objective(overview, quantity)
    if objective is None:
        return word(HYPERVOLUME, language)
    return axis_title(objective, language, width=30)


def _handles(overview: CampaignOverview, quantities: Sequence[str], language: Language) -> list[Any]:
    handles = [sign(word("this_campaign", language), color=BLUE, linewidth=1.6)]
    for arm, (colour, style) in zip(_arms(overview), _ARMS * 9, strict=False):
        handles.append(sign(arm_name(arm, language), color=colour, ls=style))
    shown = [(e, q) for e in overview.experiments for q in quantities if value_of(e, q) is not None]
    handles += value_signs({limit_of(e, q) for e, q in shown}, language, colour=BLUE)
    if any(e.state == "failed" for e in overview.experiments):
        handles.append(failed_sign(language))
    goals = [o for o in searched(overview) if o.quantity in quantities and goal_of(o) is not None]
    if goals:
        key = "target" if all(o.goal is None for o in goals) else "goal"
        handles.append(sign(word(key, language), **GOAL))
    return handles
