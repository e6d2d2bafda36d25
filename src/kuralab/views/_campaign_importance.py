"""Which variables the model's predictions depend on."""

from __future__ import annotations

from typing import Final

from matplotlib.figure import Figure

from kuralab.errors import InputError
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_words import word
from kuralab.views._labels import Language
from kuralab.views._style import BLUE, GREY, MM, SINGLE, SMALL, new_figure, plain, styled

_MOST: Final = 14


@styled
def importance(overview: CampaignOverview, *, language: Language = "en") -> Figure:
    """Bars of the variables' shares, largest first; the least of many are added up.

    Raises
    ------
    InputError
        There is no model yet.
    """
    shares = overview.importance
    if not shares:
        raise InputError("there is no model yet", hint="Go on past the starting points.")
    rows = sorted(shares.items(), key=lambda item: -item[1])
    rest = rows[_MOST:] if len(rows) > _MOST + 1 else []
    rows = rows[: len(rows) - len(rest)]
    names = [plain(name.replace("_", " "), longest=26) for name, _ in rows]
    values = [100 * share for _, share in rows]
    if rest:
        names.append(word("other_variables", language, n=len(rest)))
        values.append(100 * sum(share for _, share in rest))
    figure = new_figure(width=SINGLE, height=(14 + 5.2 * len(names)) * MM)
    axes = figure.subplots()
    colours = [BLUE] * len(rows) + [GREY] * bool(rest)
    bars = axes.barh(range(len(names)), values, height=0.66, color=colours)
    axes.bar_label(bars, [f"{v:.0f}" if v >= 1 else "< 1" for v in values], padding=2, fontsize=SMALL)
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, max(values) * 1.14)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(word("importance", language))
    return figure
