"""What was measured of a mixture: which components are drawn, and a plain plot where there are two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
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
from kuralab.views._campaign_looks import GOAL, MARKERS, failed_sign, letter_decades, sign, value_signs
from kuralab.views._campaign_record import CampaignOverview, VariableShown
from kuralab.views._campaign_words import axis_title, word
from kuralab.views._labels import Language
from kuralab.views._style import (
    BLACK,
    BLUE,
    GREY,
    MM,
    SINGLE,
    legend_below,
    legend_shape,
    new_figure,
    plain,
    styled,
)


@dataclass(frozen=True)
class MixtureShown:
    """A mixture, the components that are drawn, and those that are not."""

    variable: VariableShown
    drawn: tuple[str, ...]
    others: tuple[str, ...]

    def fractions(self, experiments: Sequence[Experiment]) -> NDArray[np.float64]:
        """(n, drawn) mole fractions; NaN of an experiment in which the mixture does not exist."""
        rows = []
        for experiment in experiments:
            setting = experiment.suggestion.point.get(self.variable.name)
            if isinstance(setting, dict):
                rows.append([setting.get(component, 0.0) for component in self.drawn])
            else:
                rows.append([np.nan] * len(self.drawn))
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.drawn))


def mixtures_of(overview: CampaignOverview) -> list[MixtureShown]:
    """The mixtures of which something was measured; of many components the three most varied."""
    found = []
    objective = mapped(overview)
    measured = [e for e in overview.experiments if value_of(e, objective.quantity) is not None]
    for variable in (v for v in overview.variables if v.kind == "mixture"):
        whole = MixtureShown(variable, variable.components, ())
        tried = whole.fractions(measured)
        tried = tried[np.isfinite(tried).all(axis=1)]
        if not len(tried):
            continue
        order = np.argsort(-tried.std(axis=0), kind="stable")
        drawn = tuple(variable.components[i] for i in sorted(order[:3]))
        others = tuple(c for c in variable.components if c not in drawn)
        found.append(MixtureShown(variable, drawn, others))
    return found


def mapped(overview: CampaignOverview) -> Objective:
    """The objective that colours a composition: the first one searched."""
    return (*searched(overview), *overview.objectives)[0]


def placed(overview: CampaignOverview, shown: MixtureShown) -> tuple[list[Experiment], list[Experiment]]:
    """What was measured and what failed, as far as the mixture's place is known."""
    quantity = mapped(overview).quantity
    known = [
        e
        for e in overview.experiments
        if np.isfinite(shown.fractions([e])).all() and shown.fractions([e]).sum() > 0.0
    ]
    return (
        [e for e in known if value_of(e, quantity) is not None],
        [e for e in known if e.state == "failed"],
    )


def landscape_of(
    overview: CampaignOverview, shown: MixtureShown
) -> list[tuple[tuple[float, ...], float]]:
    """The model's medians at fractions of the drawn components; none where others are left out."""
    found = overview.landscape
    wanted = (shown.variable.name, mapped(overview).quantity)
    if found is None or shown.others or (found.mixture, found.quantity) != wanted:
        return []
    return [(tuple(at.get(c, 0.0) for c in shown.drawn), median) for at, median in found.points]


@styled
def fraction_plot(
    overview: CampaignOverview, shown: MixtureShown, *, language: Language = "en"
) -> Figure:
    """The first objective against the mole percentage of the second of two components.

    Raises
    ------
    InputError
        Nothing was measured.
    """
    objective = mapped(overview)
    measured, failed = placed(overview, shown)
    if not measured:
        raise InputError("nothing was measured of this mixture", hint="Go on with the campaign.")
    handles = symbol_handles(overview, measured, failed, language, colour=BLUE, ring=False)
    if goal_of(objective) is not None:
        handles.append(sign(word("goal", language), **GOAL))
    if landscape_of(overview, shown):
        handles.append(sign(word("model_now", language), color=GREY))
    _, rows = legend_shape(handles, width=SINGLE)
    figure = new_figure(width=SINGLE, height=(62 + 4 * rows) * MM)
    axes = figure.subplots()
    values = [value_of(e, objective.quantity) or 0.0 for e in measured]
    curve = sorted((at[1], median) for at, median in landscape_of(overview, shown))
    log = is_log(objective, [*values, *(median for _, median in curve)])
    if curve:
        axes.plot([100.0 * x for x, _ in curve], [m for _, m in curve], color=GREY, zorder=1.5)
    for experiment, value in zip(measured, values, strict=True):
        std = std_of(experiment, objective.quantity)
        axes.errorbar(
            100.0 * shown.fractions([experiment])[:, 1],
            [value],
            yerr=[[min(std, 0.95 * value) if log else std], [std]] if std else None,
            fmt=MARKERS[limit_of(experiment, objective.quantity)],
            color=BLUE,
            mfc="white",
            ms=4.0,
            elinewidth=0.7,
        )
    for spot in shown.fractions(failed)[:, 1]:
        axes.plot(100.0 * spot, 0.03, "x", color=BLACK, transform=axes.get_xaxis_transform())
    if log:
        axes.set_yscale("log")
        letter_decades(axes)
    if (goal := goal_of(objective)) is not None:
        axes.axhline(goal, zorder=1, **GOAL)
    axes.set_xlabel(word("fraction", language, component=plain(shown.drawn[1])))
    axes.set_ylabel(axis_title(objective, language))
    legend_below(figure, handles)
    return figure


def symbol_handles(
    overview: CampaignOverview,
    measured: Sequence[Experiment],
    failed: Sequence[Experiment],
    language: Language,
    *,
    colour: str,
    ring: bool,
) -> list[Any]:
    """What the symbols mean, as far as they occur."""
    limits = {limit_of(e, mapped(overview).quantity) for e in measured}
    handles = value_signs(limits, language, colour=colour)
    if failed:
        handles.append(failed_sign(language))
    if ring and overview.best:
        look: dict[str, Any] = {"ls": "", "marker": "o", "mfc": "none", "ms": 7.5, "mew": 1.1}
        handles.append(sign(word("best", language), color=BLACK, **look))
    return handles
