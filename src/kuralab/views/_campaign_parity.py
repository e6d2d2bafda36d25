"""What the model said before each measurement, beside what was measured."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kuralab.errors import InputError
from kuralab.model.campaign import Experiment, Objective
from kuralab.views._campaign_data import (
    is_log,
    limit_of,
    std_of,
    value_of,
)
from kuralab.views._campaign_looks import MARKERS, letter_decades, sign, value_signs, with_room
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_words import axis_title
from kuralab.views._labels import Language
from kuralab.views._style import (
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
_MANY: Final = 60


@styled
def parity(overview: CampaignOverview, *, language: Language = "en") -> Figure:
    """Measured against predicted, one panel for each quantity, on equal axes.

    Horizontal bars: central 68 % interval of the prediction; vertical bars: standard uncertainty of
    the measurement; line: equality. Starts have no prediction and are left out.

    Raises
    ------
    InputError
        Nothing was predicted before it was measured.
    """
    drawn = [o for o in overview.objectives if foretold(overview, o)][:_MOST]
    if not drawn:
        raise InputError(
            "nothing was predicted before it was measured", hint="Go on past the starting points."
        )
    handles = _handles(overview, drawn, language)
    width = SINGLE if len(drawn) == 1 else DOUBLE
    _, rows = legend_shape(handles, width=width)
    size = {1: 76, 2: 94, 3: 74}[len(drawn)]
    figure = new_figure(width=width, height=(size + 4 * rows) * MM)
    panels = list(figure.subplots(1, len(drawn), squeeze=False)[0])
    for axes, objective in zip(panels, drawn, strict=True):
        _draw(axes, objective, foretold(overview, objective))
        lines = 36 if len(drawn) < _MOST else 26
        axes.set_xlabel(axis_title(objective, language, key="predicted", width=lines))
        axes.set_ylabel(axis_title(objective, language, key="then_measured", width=lines))
    if len(panels) > 1:
        panel_letters(panels)
    legend_below(figure, handles)
    return figure


def foretold(overview: CampaignOverview, objective: Objective) -> list[Experiment]:
    """The measured experiments that are no starts and had a prediction."""
    quantity = objective.quantity
    return [
        e
        for e in overview.experiments
        if e.suggestion.reason.how != "start"
        and quantity in e.suggestion.reason.predicted
        and value_of(e, quantity) is not None
    ]


def _draw(axes: Axes, objective: Objective, experiments: list[Experiment]) -> None:
    quantity = objective.quantity
    rows = [(e, e.suggestion.reason.predicted[quantity]) for e in experiments]
    ends = [v for e, p in rows for v in (p.low_68, p.high_68, p.median, value_of(e, quantity) or 0.0)]
    log = is_log(objective, ends)
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
    low, high = with_room(min(ends), max(ends), log=log)
    axes.plot([low, high], [low, high], color=GREY, linewidth=0.8, zorder=1)
    for limit, marker in MARKERS.items():
        chosen = [(e, p) for e, p in rows if limit_of(e, quantity) == limit]
        if not chosen:
            continue
        values = np.array([value_of(e, quantity) for e, _ in chosen], dtype=np.float64)
        std = np.array([std_of(e, quantity) for e, _ in chosen])
        medians = np.array([p.median for _, p in chosen])
        bars = [medians - [p.low_68 for _, p in chosen], [p.high_68 for _, p in chosen] - medians]
        axes.errorbar(
            medians,
            values,
            xerr=np.maximum(bars, 0.0),
            # A logarithmic axis has no zero: a bar that would reach it is cut short.
            yerr=[np.minimum(std, 0.95 * values) if log else std, std],
            fmt=marker,
            color=BLUE,
            mfc="white",
            ms=3.4,
            elinewidth=0.6,
            alpha=1.0 if len(rows) <= _MANY else 0.5,
            capsize=0,
            zorder=3,
        )
    axes.set(xlim=(low, high), ylim=(low, high))
    axes.set_box_aspect(1)
    if log:
        letter_decades(axes)
    else:
        axes.locator_params(nbins=5)


def _handles(overview: CampaignOverview, drawn: list[Objective], language: Language) -> list[Any]:
    limits = {limit_of(e, o.quantity) for o in drawn for e in foretold(overview, o)}
    equal = sign("1 : 1", color=GREY, linewidth=0.8)
    return [*value_signs(limits, language, colour=BLUE), equal]
