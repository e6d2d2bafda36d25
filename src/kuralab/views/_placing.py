"""Labels beside points, where they cover neither data nor one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from kuralab.views._style import BLACK, GREY, SMALL

_DISTANCES: Final = (4.0, 7.0, 11.0)
_LEADER_FROM: Final = 7.0
_TURNS: Final = np.radians((0, 20, -20, 40, -40, 65, -65, 90, -90, 120, -120, 150, -150, 180))
_CLEARANCE: Final = 1.5


@dataclass(frozen=True)
class PointLabel:
    """A text for the point (x, y); ``outward`` is the direction (data units) to try first."""

    x: float
    y: float
    text: str
    outward: tuple[float, float]


def place_labels(
    axes: Axes, labels: Sequence[PointLabel], *, obstacles: Iterable[NDArray[np.float64]]
) -> None:
    """Write the labels that find a free place, in order; the others are left out.

    obstacles: (n, 2) points in data units that no text may cover. Call it last, when the axes'
    limits and the figure's layout no longer change.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    scale = figure.dpi / 72.0
    taken = np.concatenate([axes.transData.transform(o) for o in obstacles if len(o)])
    taken = taken[np.isfinite(taken).all(axis=1)]
    boxes: list[Bbox] = []
    for label in labels:
        size = _size_of(axes, label.text)
        point = axes.transData.transform((label.x, label.y))
        outward = (
            axes.transData.transform((label.x + label.outward[0], label.y + label.outward[1])) - point
        )
        place = _free_place(
            point=point,
            outward=outward,
            size=size,
            scale=scale,
            taken=taken,
            boxes=boxes,
            frame=axes.bbox,
        )
        if place is not None:
            boxes.append(_box(point + place * scale, size, 0.0))
            _write(axes, label, place)


def _free_place(
    *,
    point: NDArray[np.float64],
    outward: NDArray[np.float64],
    size: NDArray[np.float64],
    scale: float,
    taken: NDArray[np.float64],
    boxes: Sequence[Bbox],
    frame: Bbox,
) -> NDArray[np.float64] | None:
    """Offset of the label's centre in points: the nearest, then the best-turned free one."""
    start = np.arctan2(outward[1], outward[0])
    inside = frame.padded(-2.0 * scale)
    for distance in _DISTANCES:
        for turn in _TURNS:
            direction = np.array([np.cos(start + turn), np.sin(start + turn)])
            reach = distance * scale + _half_extent(direction, size)
            box = _box(point + direction * reach, size, _CLEARANCE * scale)
            if (
                inside.x0 <= box.x0
                and box.x1 <= inside.x1
                and inside.y0 <= box.y0
                and box.y1 <= inside.y1
                and not any(box.overlaps(other) for other in boxes)
                and not box.count_contains(taken)
            ):
                return np.asarray(direction * reach / scale)
    return None


def _half_extent(direction: NDArray[np.float64], size: NDArray[np.float64]) -> float:
    """Distance from a box's centre to its edge along a direction."""
    with np.errstate(divide="ignore"):
        return float(np.min(size / 2.0 / np.maximum(np.abs(direction), 1e-12)))


def _box(centre: NDArray[np.float64], size: NDArray[np.float64], padding: float) -> Bbox:
    half = size / 2.0 + padding
    return Bbox([centre - half, centre + half])


def _size_of(axes: Axes, text: str) -> NDArray[np.float64]:
    probe = axes.text(0.5, 0.5, text, transform=axes.transAxes, fontsize=SMALL)
    extent = probe.get_window_extent(_renderer_of(axes))
    probe.remove()
    return np.array([extent.width, extent.height])


def _renderer_of(axes: Axes) -> Any:
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    return canvas.get_renderer()  # type: ignore[no-untyped-call]


def _write(axes: Axes, label: PointLabel, place: NDArray[np.float64]) -> None:
    far = float(np.hypot(*place)) > _LEADER_FROM + 8.0
    leader = {"arrowstyle": "-", "color": GREY, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2}
    note = axes.annotate(
        label.text,
        xy=(label.x, label.y),
        xytext=(float(place[0]), float(place[1])),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=SMALL,
        color=BLACK,
        arrowprops=leader if far else None,
    )
    note.set_in_layout(False)
