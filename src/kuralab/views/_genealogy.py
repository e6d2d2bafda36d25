"""Where a sample comes from: its steps from top to bottom, a line for it and for each ancestor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kuralab.errors import InputError
from kuralab.views._durations import clock_text, duration_text
from kuralab.views._gantt import operation_looks, operation_name
from kuralab.views._labels import Language, say
from kuralab.views._run_data import Act, Lineage, RunOverview
from kuralab.views._style import (
    BLACK,
    DOUBLE,
    MM,
    SMALL,
    VERMILION,
    legend_below,
    new_figure,
    plain,
    styled,
)

_ROW: Final = 9.0 * MM
_MOVE_ROW: Final = 5.6 * MM
_COLUMN: Final = 7.0 * MM
_TIME_WIDTH: Final = 24.0 * MM
_ATMOSPHERES: Final[dict[str, tuple[str, Any]]] = {
    "argon": ("#4477AA", "-"),
    "vacuum": ("#888888", (0, (1, 1))),
    "dry air": ("#CCA033", (0, (4, 1.5))),
    "air": (VERMILION, (0, (2, 1.2))),
}
_UNKNOWN: Final = ("#BBBBBB", "-")


@styled
def genealogy(overview: RunOverview, *, language: Language = "en") -> Figure:
    """One sample from weighing to its last measurement: times, places, parameters, atmospheres.

    Time runs downward, row by row and not to scale. The lines are samples; their colour and dash
    are the atmosphere that surrounds them.

    Raises
    ------
    InputError
        No sample was chosen, or nothing happened to it.
    """
    lineage = overview.lineage
    if lineage is None or not lineage.acts:
        raise InputError("there is no sample whose history could be drawn", hint="Run the protocol.")
    heights = [_MOVE_ROW if act.moved else _ROW for act in lineage.acts]
    seen = _atmospheres_seen(lineage)
    figure = new_figure(width=DOUBLE, height=sum(heights) + (6 + 5 * bool(seen)) * MM)
    axes = figure.subplots()
    axes.set_axis_off()
    rows = [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)]
    columns = {s.sample: _TIME_WIDTH + i * _COLUMN for i, s in enumerate(lineage.samples)}
    for sample, x in columns.items():
        _draw_life(axes, lineage, sample, x, rows)
    _join_parents(axes, lineage, columns, rows)
    looks = operation_looks(overview)
    left = _TIME_WIDTH + len(columns) * _COLUMN
    for act, y in zip(lineage.acts, rows, strict=True):
        _write(axes, act, y, left, lineage.acts[0].started, language)
        for sample in dict.fromkeys((*act.samples, *act.makes)):
            if sample in columns:
                _mark(axes, act, columns[sample], y, looks)
    axes.set_xlim(0.0, DOUBLE)
    axes.set_ylim(sum(heights), 0.0)
    legend_below(figure, [_handle(name, language) for name in seen])
    return figure


def _draw_life(axes: Axes, lineage: Lineage, sample: str, x: float, rows: Sequence[float]) -> None:
    """The line of one sample between its first and its last row, in pieces of one atmosphere."""
    own = [i for i, act in enumerate(lineage.acts) if sample in (*act.samples, *act.makes)]
    for i in range(own[0], own[-1]) if own else ():
        colour, dash = _ATMOSPHERES.get(_atmosphere_at(lineage, sample, i) or "", _UNKNOWN)
        axes.plot([x, x], rows[i : i + 2], color=colour, linestyle=dash, linewidth=2.2, zorder=1)


def _atmosphere_at(lineage: Lineage, sample: str, row: int) -> str | None:
    """What surrounds a sample between a row and the next one."""
    after = lineage.acts[row + 1].started
    known = [s.atmosphere for s in lineage.surroundings.get(sample, ()) if s.since <= after]
    return known[-1] if known else None


def _join_parents(
    axes: Axes, lineage: Lineage, columns: dict[str, float], rows: Sequence[float]
) -> None:
    """A line across from what an operation used up to what it made."""
    for act, y in zip(lineage.acts, rows, strict=True):
        for made in act.makes:
            for used in act.samples:
                if made in columns and used in columns and made != used:
                    axes.plot(
                        [columns[used], columns[made]], [y, y], color=BLACK, linewidth=0.8, zorder=1.5
                    )


def _mark(axes: Axes, act: Act, x: float, y: float, looks: dict[str, tuple[str, str]]) -> None:
    if act.moved:
        axes.plot(x, y, "v", color="white", mec=BLACK, mew=0.7, ms=4.0, zorder=3)
        return
    colour, _ = looks.get(act.operation, ("white", ""))
    axes.plot(x, y, "o" if act.finished else "D", color=colour, mec=BLACK, mew=0.8, ms=7.5, zorder=3)


def _write(axes: Axes, act: Act, y: float, left: float, origin: datetime, language: Language) -> None:
    started = clock_text((act.started - origin).total_seconds())
    axes.text(_TIME_WIDTH - 4 * MM, y, started, ha="right", va="center", fontsize=SMALL + 0.5)
    if act.moved:
        words = [say(a, language) if a in _ATMOSPHERES else plain(a) for a in act.through]
        key = "moved_through" if words else "moved"
        text = say(key, language, station=plain(act.station), atmosphere=", ".join(words))
        axes.text(left, y, text, va="center", fontsize=SMALL, color="#59646D")
        return
    name = operation_name(act.operation, language)
    name = f"{name} × {act.count}" if act.count > 1 else name
    axes.text(left, y - 0.2 * _ROW, name, va="center", fontsize=9)
    lasted = "" if act.finished is None else duration_text((act.finished - act.started).total_seconds())
    parts = [act.details, lasted]
    axes.text(left, y + 0.2 * _ROW, " · ".join(filter(None, parts)), va="center", fontsize=SMALL)
    place = plain(act.instrument, longest=30)
    if act.station:
        place += f", {plain(act.station, longest=30)}"
    axes.text(
        DOUBLE - 1 * MM, y - 0.2 * _ROW, place, ha="right", va="center", fontsize=SMALL, color="#59646D"
    )


def _atmospheres_seen(lineage: Lineage) -> list[str]:
    seen = [s.atmosphere for known in lineage.surroundings.values() for s in known]
    return list(dict.fromkeys(seen))


def _handle(name: str, language: Language) -> Line2D:
    colour, dash = _ATMOSPHERES.get(name, _UNKNOWN)
    word = say(name, language) if name in _ATMOSPHERES else plain(name)
    label = say("surrounded", language, atmosphere=word)
    return Line2D([], [], color=colour, linestyle=dash, linewidth=2.2, label=label)
