"""A triangle for three fractions: corners, grid and lettering, in matplotlib's ordinary axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from kuralab.views._style import BLACK, SMALL

_HEIGHT: Final = math.sqrt(3.0) / 2.0
_STEPS: Final = (0.005, 0.01, 0.02, 0.05, 0.1)
_MOST_LINES: Final = 6.5
_WHOLE_FROM: Final = 0.6
_GRID: Final = "#C9D0D6"


@dataclass(frozen=True)
class Triangle:
    """The part of the simplex that is drawn: the three least fractions, and the length of its edges.

    The first component's corner is at the top, the second's left, the third's right; along each
    edge from ``low`` to ``low + size``, with grid lines at a distance of ``step``.
    """

    low: tuple[float, float, float]
    size: float
    step: float

    def place(self, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 3) fractions that sum to one as (n, 2) places; the edges have length one.

            x = c + a / 2,  y = a √3 / 2

        a, c: first and third fraction, counted from ``low`` in units of ``size``.
        """
        a, _, c = ((fractions - np.array(self.low)) / self.size).T
        return np.column_stack([c + a / 2.0, a * _HEIGHT])


_WHOLE: Final = Triangle((0.0, 0.0, 0.0), 1.0, 0.2)


def triangle_around(fractions: NDArray[np.float64]) -> Triangle:
    """The whole triangle, or a magnified one where the fractions fill only a part of it."""
    lowest = fractions.min(axis=0)
    for step in _STEPS:
        # Down to a grid line, and one more where a point would lie on the edge.
        low = np.maximum(np.floor((lowest - 0.25 * step) / step + 1e-9) * step, 0.0)
        size = 1.0 - float(low.sum())
        if size > _WHOLE_FROM:
            break
        if size / step < _MOST_LINES:
            return Triangle((float(low[0]), float(low[1]), float(low[2])), size, step)
    return _WHOLE


def draw_frame(axes: Axes, triangle: Triangle, titles: Sequence[str]) -> Polygon:
    """Edges, grid lines with their percentages and a title along each edge; returns the outline.

    A number stands where the grid lines of its component end: of the first right, of the second
    left, of the third below.
    """
    corners = np.array([[0.5, _HEIGHT], [0.0, 0.0], [1.0, 0.0]])
    outline = Polygon(corners, closed=True, fill=False, edgecolor=BLACK, linewidth=0.8, zorder=3)
    axes.add_patch(outline)
    count = round(triangle.size / triangle.step)
    marks = [i / count for i in range(count + 1)]
    for component in range(3):
        for mark in marks:
            _grid_line(axes, triangle, component, mark)
    for text, (x, y), turn in zip(
        titles,
        ((0.75 + 0.155, _HEIGHT / 2 + 0.09), (0.25 - 0.155, _HEIGHT / 2 + 0.09), (0.5, -0.145)),
        (-60, 60, 0),
        strict=True,
    ):
        axes.text(x, y, text, rotation=turn, ha="center", va="center", rotation_mode="anchor")
    axes.set(xlim=(-0.16, 1.16), ylim=(-0.19, _HEIGHT + 0.05), aspect="equal")
    axes.axis("off")
    return outline


def _grid_line(axes: Axes, triangle: Triangle, component: int, mark: float) -> None:
    """The line on which one component has one value, from the far edge to its number."""
    rest = 1.0 - mark
    far, near = {
        0: ((mark, rest, 0.0), (mark, 0.0, rest)),
        1: ((0.0, mark, rest), (rest, mark, 0.0)),
        2: ((rest, 0.0, mark), (0.0, rest, mark)),
    }[component]
    ends = _places(far, near)
    if 0.0 < mark < 1.0:
        axes.plot(*ends.T, color=_GRID, linewidth=0.5, zorder=0.5)
    # The component's own numbers continue its lines beyond the edge.
    if component == 0:
        place, outward = _places((mark, 0.0, rest))[0], (0.028, 0.0)
    elif component == 1:
        place, outward = _places((rest, mark, 0.0))[0], (-0.022, 0.03)
    else:
        place, outward = _places((0.0, rest, mark))[0], (-0.022, -0.036)
    percent = 100.0 * (triangle.low[component] + mark * triangle.size)
    axes.plot(
        [place[0], place[0] + 0.6 * outward[0]],
        [place[1], place[1] + 0.6 * outward[1]],
        color=BLACK,
        linewidth=0.6,
        zorder=3,
    )
    axes.text(
        place[0] + 1.1 * outward[0],
        place[1] + 1.1 * outward[1],
        f"{percent:.3g}",
        fontsize=SMALL,
        ha=("left", "right", "center")[component],
        va=("center", "center", "top")[component],
    )


def _places(*fractions: tuple[float, float, float]) -> NDArray[np.float64]:
    """Places in the drawn triangle's own fractions."""
    return _WHOLE.place(np.array(fractions))
