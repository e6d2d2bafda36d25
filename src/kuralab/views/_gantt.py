"""Which instrument did what when: a Gantt chart with the positions of each and its utilisation."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MultipleLocator

from kuralab.errors import InputError
from kuralab.model.operation import operation_kinds
from kuralab.views._labels import Language, say
from kuralab.views._occupation import Bar, Occupation, occupations, percent
from kuralab.views._run_data import RunOverview
from kuralab.views._style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREEN,
    MM,
    PURPLE,
    SMALL,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    plain,
    styled,
)

_LANE: Final = 4.2 * MM
_GAP: Final = 3.4 * MM
_LOOKS: Final = (
    ("#56B4E9", ""),
    ("#E69F00", "////"),
    (GREEN, "..."),
    (BLUE, ""),
    (PURPLE, "\\\\\\\\"),
    ("#CC6677", "xxxx"),
    ("#888888", "----"),
    ("#DDCC77", "||||"),
    ("#444444", "oo"),
)
_HOURS: Final = (0.25, 0.5, 1, 2, 3, 6, 12, 24)
_DAYS: Final = (1, 2, 5, 7, 14, 28, 56)
_IN_DAYS_FROM: Final = 4.0 * 86400.0
_MOST_TICKS: Final = 10
_NARROWEST: Final = 0.0012
_SHORT_PAUSE: Final = 0.005


@styled
def gantt(overview: RunOverview, *, language: Language = "en") -> Figure:
    """Instruments against time: a bar for each step, a lane for each position, utilisation right.

    Steps of one programme (a batch) are framed together. The kinds of step differ in colour and
    hatching; bars long enough carry their sample.

    Raises
    ------
    InputError
        No step has begun.
    """
    found, length = occupations(overview.facility, overview.steps)
    if length <= 0.0:
        raise InputError("no step has begun, so there is nothing to draw", hint="Run the protocol.")
    looks = operation_looks(overview)
    handles = _handles(looks, found, language)
    lanes = sum(o.lanes for o in found)
    _, rows = legend_shape(handles, width=DOUBLE)
    height = lanes * _LANE + len(found) * _GAP + (13 + 4 * rows) * MM
    figure = new_figure(width=DOUBLE, height=height)
    axes = figure.subplots()
    scale, unit, step = _time_axis(length)
    names = {sample.sample: _short(overview, sample) for sample in overview.samples}
    top, places = 0.0, []
    for occupation in found:
        for bar in occupation.bars:
            _draw(axes, bar, top, scale, length, looks[bar.operation])
        _name_samples(axes, occupation, top, scale, length, names)
        _frame_batches(axes, occupation, top, scale)
        places.append(top + occupation.lanes * _LANE / 2)
        top += occupation.lanes * _LANE + _GAP
    axes.set_xlim(-0.004 * length / scale, 1.004 * length / scale)
    axes.set_ylim(top - _GAP / 2, -_GAP / 2)
    for line in np.cumsum([o.lanes * _LANE + _GAP for o in found])[:-1]:
        axes.axhline(line - _GAP / 2, color="#D0D5D9", linewidth=0.5, zorder=0)
    axes.set_yticks(places, labels=[_instrument(o) for o in found])
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.grid(axis="x", color="#E3E7EA", linewidth=0.5)
    axes.set_xlabel(say("elapsed", language, unit=say(unit, language)))
    right = axes.secondary_yaxis("right")
    right.set_yticks(places, labels=[utilisation_text(o, language) for o in found])
    right.tick_params(axis="y", length=0, labelsize=SMALL)
    axes.set_title(say("utilisation", language), loc="right", fontsize=SMALL)
    legend_below(figure, handles)
    return figure


def operation_looks(overview: RunOverview) -> dict[str, tuple[str, str]]:
    """Colour and hatching of each operation, the same in all figures of all runs."""
    used = {step.operation for step in overview.steps if step.operation}
    known = list(operation_kinds())
    unknown = sorted(used - set(known))
    return {key: _LOOKS[i % len(_LOOKS)] for i, key in enumerate([*known, *unknown])}


def operation_name(key: str, language: Language) -> str:
    """An operation in words; one that is not registered keeps its key."""
    kind = operation_kinds().get(key)
    return key.replace("_", " ") if kind is None else kind.ja if language == "ja" else kind.en


def utilisation_text(occupation: Occupation, language: Language) -> str:
    """``74 %``, with the share of the positions in use where there are several."""
    text = percent(occupation.working)
    if occupation.instrument.capacity == 1:
        return text
    filled = percent(occupation.filled)
    return f"{text}\n{say('of_positions', language, n=occupation.instrument.capacity, share=filled)}"


def _draw(axes: Axes, bar: Bar, top: float, scale: float, length: float, look: tuple[str, str]) -> None:
    colour, hatch = look
    # A step of seconds would vanish beside one of days.
    width = max(bar.end - bar.start, _NARROWEST * length) / scale
    y = top + bar.lane * _LANE + 0.06 * _LANE
    axes.add_patch(
        Rectangle(
            (bar.start / scale, y),
            width,
            0.88 * _LANE,
            facecolor=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.25,
            zorder=2,
        )
    )
    if bar.ended_badly or bar.open_end:
        axes.plot(
            bar.end / scale,
            y + 0.44 * _LANE,
            "X" if bar.ended_badly else ">",
            color=VERMILION,
            mec="white",
            ms=5.0,
            mew=0.6,
            zorder=4,
            clip_on=False,
        )


def _name_samples(
    axes: Axes, occupation: Occupation, top: float, scale: float, length: float, names: dict[str, str]
) -> None:
    """A sample's name once on all the steps that it has in a row on one lane, where it fits."""
    rows: list[list[Bar]] = []
    for bar in sorted(occupation.bars, key=lambda bar: (bar.lane, bar.start)):
        last = rows[-1][-1] if rows else bar
        same = (last.lane, last.samples) == (bar.lane, bar.samples)
        if rows and same and bar.start - last.end < _SHORT_PAUSE * length:
            rows[-1].append(bar)
        else:
            rows.append([bar])
    plate = {"facecolor": "white", "edgecolor": "none", "pad": 0.7, "alpha": 0.85}
    for row in rows:
        start, end = row[0].start, row[-1].end
        text = ", ".join(filter(None, (names.get(sample) for sample in row[0].samples)))
        if text and (end - start) / length > 0.009 * len(text) + 0.008:
            y = top + (row[0].lane + 0.52) * _LANE
            axes.text(
                (start + end) / 2 / scale,
                y,
                text,
                ha="center",
                va="center",
                fontsize=SMALL - 1.5,
                bbox=plate,
                zorder=3,
            ).set_in_layout(False)


def _frame_batches(axes: Axes, occupation: Occupation, top: float, scale: float) -> None:
    """One frame around the steps of one order."""
    orders: dict[str, list[Bar]] = {}
    for bar in occupation.bars:
        orders.setdefault(bar.order, []).append(bar)
    for bars in orders.values():
        lanes = [bar.lane for bar in bars]
        if len(bars) > 1 and max(lanes) - min(lanes) == len(set(lanes)) - 1:
            start, end = min(bar.start for bar in bars) / scale, max(bar.end for bar in bars) / scale
            axes.add_patch(
                Rectangle(
                    (start, top + min(lanes) * _LANE),
                    end - start,
                    (max(lanes) - min(lanes) + 1) * _LANE,
                    fill=False,
                    edgecolor=BLACK,
                    linewidth=0.5,
                    zorder=3,
                )
            )


def _time_axis(length: float) -> tuple[float, str, float]:
    """Seconds of a unit, the unit's name, and the distance of ticks."""
    scale, unit, steps = (
        (86400.0, "days", _DAYS) if length >= _IN_DAYS_FROM else (3600.0, "hours", _HOURS)
    )
    step = next((s for s in steps if length / scale / s <= _MOST_TICKS), steps[-1])
    return scale, unit, float(step)


def _short(overview: RunOverview, sample: Any) -> str:
    return plain(overview.label(sample), longest=14)


def _instrument(occupation: Occupation) -> str:
    instrument = occupation.instrument
    return f"{plain(instrument.name, longest=24)}\n({plain(instrument.station, longest=24)})"


def _handles(
    looks: dict[str, tuple[str, str]], found: list[Occupation], language: Language
) -> list[Any]:
    drawn = {bar.operation for occupation in found for bar in occupation.bars}
    handles: list[Any] = [
        Patch(
            facecolor=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.25,
            label=operation_name(key, language),
        )
        for key, (colour, hatch) in looks.items()
        if key in drawn
    ]
    bars = [bar for occupation in found for bar in occupation.bars]
    orders = [(o.instrument.name, bar.order) for o in found for bar in o.bars]
    if len(set(orders)) < len(orders):
        handles.append(Patch(fill=False, edgecolor=BLACK, linewidth=0.5, label=say("batch", language)))
    mark: dict[str, Any] = {"ls": "", "color": VERMILION, "mec": "white", "ms": 5.0}
    if any(bar.ended_badly for bar in bars):
        handles.append(Line2D([], [], marker="X", label=say("ended_badly", language), **mark))
    if any(bar.open_end and not bar.ended_badly for bar in bars):
        handles.append(Line2D([], [], marker=">", label=say("not_ended", language), **mark))
    return handles
