"""What a campaign's figures have in common: symbols and their meaning, the lettering of decades."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatterSciNotation, LogLocator

from kuralab.views._campaign_words import word
from kuralab.views._labels import Language
from kuralab.views._style import BLACK

MARKERS: Final = {"": "o", "upper_limit": "v", "lower_limit": "^"}
"""The symbol of a value and of a limit, by what ``limit_of`` says."""

GOAL: Final[dict[str, Any]] = {"color": BLACK, "linewidth": 0.7, "linestyle": (0, (5, 3))}
"""The line at a goal."""

_FEW_DECADES: Final = 40.0
_ONE_DECADE: Final = 5.0
_PLAIN: Final = (0.005, 2e4)
_CLOSE: Final = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
_ROOM: Final = 0.06


def sign(text: str, **look: Any) -> Line2D:
    """One entry of a legend."""
    return Line2D([], [], label=text, **look)


def value_signs(limits: Collection[str], language: Language, *, colour: str) -> list[Line2D]:
    """The entries for values and for limits, as far as they occur."""
    keys = (("", "measured"), ("upper_limit", "upper_limit"), ("lower_limit", "lower_limit"))
    return [
        sign(word(key, language), ls="", marker=MARKERS[limit], color=colour, mfc="white")
        for limit, key in keys
        if limit in limits
    ]


def failed_sign(language: Language) -> Line2D:
    """The entry for experiments that failed."""
    return sign(word("failed", language), ls="", marker="x", color=BLACK)


def letter_decades(axes: Axes) -> None:
    """Labels between the decades as well where a logarithmic axis spans hardly one."""
    for axis, scale in ((axes.xaxis, axes.get_xscale()), (axes.yaxis, axes.get_yscale())):
        if scale == "log":
            letter_axis(axis, *sorted(axis.get_view_interval()))


def letter_axis(axis: Axis, low: float, high: float) -> None:
    """Numbers at the decades; also at 1, 2 and 5, or closer, where there are hardly two, or one.

    Of ordinary size they are plain numbers: 20, not 2 × 10¹.
    """
    if high / low < _FEW_DECADES:
        steps = (1.0, 2.0, 5.0) if high / low > _ONE_DECADE else _CLOSE
        axis.set_major_locator(LogLocator(subs=steps))
    # Its own rule would leave out some of the numbers that were asked for.
    every = (float("inf"), float("inf"))
    plain = _PLAIN[0] <= low and high <= _PLAIN[1]
    powers = LogFormatterSciNotation(labelOnlyBase=False, minor_thresholds=every)
    axis.set_major_formatter("{x:g}" if plain else powers)
    axis.set_minor_formatter("")


def with_room(low: float, high: float, *, log: bool) -> tuple[float, float]:
    """Limits of an axis with some room around the data."""
    if log:
        factor = max(high / low, 1.2) ** _ROOM
        return low / factor, high * factor
    room = (high - low or abs(high) or 1.0) * _ROOM
    return low - room, high + room
