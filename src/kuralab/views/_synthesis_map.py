"""What formed where: syntheses over temperature, pressure and composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kuralab.errors import InputError
from kuralab.views._labels import Language
from kuralab.views._style import (
    BLACK,
    DOUBLE,
    GREY,
    MM,
    VERMILION,
    legend_below,
    new_figure,
    panel_letters,
    styled,
)

_WORDS: Final = {
    "temperature": ("temperature / °C", "温度 / °C"),
    "pressure": ("pressure / GPa", "圧力 / GPa"),
    "share": ("La / (La + Ni) / at%", "La / (La + Ni) / at%"),
    "unexplained": ("intensity that no known phase explains", "既知相で説明できない強度の割合"),
    "failed": ("failed", "失敗"),
    "chosen": ("chosen for neutrons", "中性子測定に選択"),
    "book": ("La₂Ni₃ in the literature", "文献の La₂Ni₃"),
}


@dataclass(frozen=True)
class Synthesised:
    """One synthesis: pressure in GPa, temperature in degC, lanthanum: La/(La+Ni); unexplained: share
    of its pattern that no known phase explains, None where there is no pattern; chosen: it went on."""

    pressure: float
    temperature: float
    lanthanum: float
    unexplained: float | None
    chosen: bool = False


@styled
def synthesis_map(
    points: Sequence[Synthesised],
    *,
    published: tuple[float, float, float] | None = None,
    language: Language = "en",
) -> Figure:
    """(a) Pressure against temperature, (b) pressure against composition; colour: what is unexplained.

    published: pressure in GPa, temperature in degC and La/(La+Ni) of a synthesis in the literature.

    Raises
    ------
    InputError
        There is no synthesis.
    """
    if not points:
        raise InputError("there is no synthesis to draw")
    place = int(language == "ja")
    figure = new_figure(width=DOUBLE, height=82 * MM)
    panels = figure.subplots(1, 2, sharey=True)
    image = None
    for axes, name in zip(panels, ("temperature", "share"), strict=True):
        known = [p for p in points if p.unexplained is not None]
        lost = [p for p in points if p.unexplained is None]
        across = {id(p): p.temperature if name == "temperature" else 100.0 * p.lanthanum for p in points}
        axes.scatter(
            [across[id(p)] for p in lost], [p.pressure for p in lost],
            marker="x", s=18, color=GREY, linewidths=0.9,
        )  # fmt: skip
        image = axes.scatter(
            [across[id(p)] for p in known], [p.pressure for p in known],
            c=[p.unexplained for p in known], cmap="viridis", vmin=0.0, vmax=1.0,
            s=22, edgecolors=BLACK, linewidths=0.4, zorder=3,
        )  # fmt: skip
        chosen = [p for p in points if p.chosen]
        axes.scatter(
            [across[id(p)] for p in chosen], [p.pressure for p in chosen],
            marker="o", s=80, facecolors="none", edgecolors=VERMILION, linewidths=1.1, zorder=4,
        )  # fmt: skip
        if published is not None:
            x = published[1] if name == "temperature" else 100.0 * published[2]
            axes.plot([x], [published[0]], marker="*", ms=8, mfc="none", mec=BLACK, lw=0, zorder=5)
        axes.set_xlabel(_WORDS[name][place])
    panels[0].set_ylabel(_WORDS["pressure"][place])
    assert image is not None
    bar = figure.colorbar(image, ax=list(panels), fraction=0.04, pad=0.02)
    bar.set_label(_WORDS["unexplained"][place])
    handles = [
        Line2D([], [], marker="x", color=GREY, lw=0, label=_WORDS["failed"][place]),
        Line2D([], [], marker="o", ms=8, mfc="none", mec=VERMILION, lw=0, label=_WORDS["chosen"][place]),
    ]
    if published is not None:
        handles.append(
            Line2D([], [], marker="*", ms=7, mfc="none", mec=BLACK, lw=0, label=_WORDS["book"][place])
        )
    panel_letters(panels)
    legend_below(figure, handles)
    return figure
