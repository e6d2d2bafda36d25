"""How long each way of working took to the goal, on one axis of lab time."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kuralab.errors import InputError
from kuralab.model.campaign import Arm
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_words import arm_name, folded, word
from kuralab.views._labels import Language
from kuralab.views._style import (
    BLUE,
    DOUBLE,
    GREY,
    MM,
    SMALL,
    legend_below,
    legend_shape,
    new_figure,
    styled,
)

_ROW: Final = 5.6
_THIN: Final = 3.0
_MANY: Final = 3
_GAP: Final = 3.0


@styled
def speed(overview: CampaignOverview, *, language: Language = "en") -> Figure:
    """A bar for each arm and seed: the days until its goal, open where it ended without it.

    Raises
    ------
    InputError
        There is no speed account.
    """
    account = overview.speed
    if account is None:
        raise InputError("there is no speed account", hint="Run the reference arms.")
    groups: dict[str, list[Arm]] = {word("this_campaign", language): [account.ours]}
    for arm in account.references:
        groups.setdefault(arm_name(arm.name, language), []).append(arm)
    handles = _handles([account.ours, *account.references], language)
    rows = [(name, sorted(arms, key=_length)) for name, arms in groups.items()]
    height = sum(len(arms) * _row(arms) + _GAP for _, arms in rows)
    _, lines = legend_shape(handles, width=DOUBLE)
    figure = new_figure(width=DOUBLE, height=(12 + height + 4 * lines) * MM)
    axes = figure.subplots()
    top, places = 0.0, []
    longest = max(_length(arm) for _, arms in rows for arm in arms)
    for name, arms in rows:
        start = top
        for arm in arms:
            _draw(axes, arm, top, _row(arms), language, ours=arm is account.ours, longest=longest)
            top += _row(arms)
        places.append(((start + top) / 2, folded(name, width=26)))
        top += _GAP
    axes.set_yticks([at for at, _ in places], labels=[name for _, name in places])
    axes.set_ylim(top - _GAP / 2, -_GAP / 2)
    axes.set_xlim(0.0, 1.12 * longest or 1.0)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(word("days_to_goal", language))
    legend_below(figure, handles)
    return figure


def days_text(days: float) -> str:
    """Days in three digits: ``0.52``, ``12.3``, ``148``."""
    return f"{days:.3g}" if days < 1000 else f"{days:.0f}"


def _length(arm: Arm) -> float:
    return arm.days_done if arm.days is None else arm.days


def _row(arms: list[Arm]) -> float:
    return _THIN if len(arms) > _MANY else _ROW


def _draw(
    axes: Axes, arm: Arm, top: float, row: float, language: Language, *, ours: bool, longest: float
) -> None:
    colour = BLUE if ours else GREY
    reached = arm.days is not None
    axes.barh(
        top + row / 2,
        _length(arm),
        height=0.8 * row,
        color=colour if reached else "white",
        edgecolor=colour,
        linewidth=0.7,
        hatch="" if reached else "//////",
    )
    days = days_text(_length(arm))
    axes.text(
        _length(arm) + 0.006 * longest,
        top + row / 2,
        word("so_many_days" if reached else "more_than", language, days=days),
        va="center",
        fontsize=SMALL if row == _ROW else 5.5,
    )


def _handles(arms: list[Arm], language: Language) -> list[Any]:
    if all(arm.days is not None for arm in arms):
        return []
    looks = {
        "goal_reached": Patch(facecolor=GREY, edgecolor=GREY, linewidth=0.7),
        "not_reached": Patch(facecolor="white", edgecolor=GREY, hatch="//////", linewidth=0.7),
    }
    for key, handle in looks.items():
        handle.set_label(word(key, language))
    return list(looks.values())
