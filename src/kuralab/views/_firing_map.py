"""Maps of a search for dense proton conductors, and what copper does to their bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from kuralab.errors import InputError
from kuralab.views._labels import Language
from kuralab.views._style import (
    BLACK,
    BLUE,
    CATEGORIES,
    DOUBLE,
    GREEN,
    GREY,
    MARKERS,
    MM,
    SMALL,
    VERMILION,
    legend_below,
    new_figure,
    panel_letters,
    styled,
)

Value = tuple[float, float]
"""A value and its standard uncertainty."""

_WORDS: Final = {
    "copper": ("CuO / mol%", "CuO / mol%"),
    "temperature": ("sintering temperature / °C", "焼結温度 / °C"),
    "density": ("relative density / %", "相対密度 / %"),
    "share": ("proton transport number at 700 °C", "プロトン輸率（700 °C）"),
    "lost": ("no value", "値なし"),
    "chosen": ("chosen", "選択"),
    "limit": ("limit", "下限"),
    "atoms": ("atoms per formula unit", "式量あたりの原子数"),
    "protons": ("protons per formula unit, 500 °C", "式量あたりのプロトン数（500 °C）"),
    "transport": ("t(H⁺), 700 °C", "t(H⁺)（700 °C）"),
    "g": ("$g_∥$", "$g_∥$"),
    "A": ("|$A_∥$| / MHz", "|$A_∥$| / MHz"),
    "CuO4": ("CuO₄, planar", "CuO₄（平面）"),
    "CuO6": ("CuO₆, elongated", "CuO₆（伸長八面体）"),
    "book": ("literature", "文献"),
}
_LEAST_FOR_AREAS: Final = 6


@dataclass(frozen=True)
class Fired:
    """One body of a search: copper in mol% CuO, temperature in degC, relative density in % and the
    proton transport number, None where there is no value; chosen: the best."""

    copper: float
    temperature: float
    density: float | None
    protons: float | None
    chosen: bool = False


@dataclass(frozen=True)
class CopperBody:
    """What was found of one body; copper in mol% CuO as weighed. atoms: by element, per formula unit;
    protons: per formula unit at 500 degC; transport: of protons at 700 degC; g, hyperfine (MHz): of
    its Cu2+ along the axis. None or absent where there is no value."""

    label: str
    copper: float
    atoms: dict[str, Value]
    protons: Value | None = None
    transport: Value | None = None
    g: Value | None = None
    hyperfine: Value | None = None


@styled
def firing_map(
    bodies: Sequence[Fired], *, limit: float | None = None, language: Language = "en"
) -> Figure:
    """(a) Relative density, (b) proton transport number over CuO and temperature.

    Areas are straight between neighbouring bodies, and no model. limit: the lowest transport number that
    was allowed, drawn as a line.

    Raises
    ------
    InputError
        There is no body.
    """
    if not bodies:
        raise InputError("there is no body to draw")
    place = int(language == "ja")
    figure = new_figure(width=DOUBLE, height=84 * MM)
    panels = figure.subplots(1, 2, sharey=True)
    readers: tuple[tuple[str, Callable[[Fired], float | None], str], ...] = (
        ("density", lambda body: body.density, "viridis"),
        ("share", lambda body: body.protons, "cividis"),
    )
    for axes, (name, read, colours) in zip(panels, readers, strict=True):
        image = _panel(axes, bodies, read, colours, limit if name == "share" else None)
        axes.set_xlabel(_WORDS["copper"][place])
        if image is not None:
            bar = figure.colorbar(image, ax=axes, fraction=0.07, pad=0.02)
            bar.set_label(_WORDS[name][place])
    panels[0].set_ylabel(_WORDS["temperature"][place])
    most, temperatures = max(b.copper for b in bodies), [b.temperature for b in bodies]
    for axes in panels:
        axes.set_xlim(-0.04 * most - 0.1, 1.04 * most + 0.1)
        axes.set_ylim(min(temperatures) - 25.0, max(temperatures) + 25.0)
    handles = [
        Line2D([], [], marker="x", color=GREY, lw=0, label=_WORDS["lost"][place]),
        Line2D([], [], marker="o", ms=8, mfc="none", mec=VERMILION, lw=0, label=_WORDS["chosen"][place]),
    ]
    if limit is not None:
        text = f"{_WORDS['limit'][place]}: {limit:g}"
        handles.append(Line2D([], [], color=VERMILION, lw=1.0, label=text))
    panel_letters(panels)
    legend_below(figure, handles)
    return figure


def _panel(
    axes: Axes,
    bodies: Sequence[Fired],
    read: Callable[[Fired], float | None],
    colours: str,
    limit: float | None,
) -> Any:
    """The coloured points, None where nothing has a value."""
    known = [(body, value) for body in bodies if (value := read(body)) is not None]
    lost = [body for body in bodies if read(body) is None]
    axes.scatter(
        [b.copper for b in lost], [b.temperature for b in lost],
        marker="x", s=18, color=GREY, linewidths=0.9, zorder=3,
    )  # fmt: skip
    if not known:
        return None
    x = np.array([body.copper for body, _ in known])
    y = np.array([body.temperature for body, _ in known])
    z = np.array([value for _, value in known])
    low, high = float(z.min()), float(z.max())
    high = high if high > low else low + 1.0
    if len(known) >= _LEAST_FOR_AREAS and np.ptp(x) > 0 and np.ptp(y) > 0:
        try:
            axes.tricontourf(
                x, y, z, levels=np.linspace(low, high, 13), cmap=colours, alpha=0.35, zorder=1
            )
            if limit is not None and low < limit < high:
                axes.tricontour(x, y, z, levels=[limit], colors=[VERMILION], linewidths=1.0, zorder=2)
        except (RuntimeError, ValueError):
            pass  # points on one line span no area
    image = axes.scatter(
        x, y, c=z, cmap=colours, vmin=low, vmax=high, s=24, edgecolors=BLACK, linewidths=0.4, zorder=4
    )
    chosen = [body for body, _ in known if body.chosen]
    axes.scatter(
        [b.copper for b in chosen], [b.temperature for b in chosen],
        marker="o", s=90, facecolors="none", edgecolors=VERMILION, linewidths=1.2, zorder=5,
    )  # fmt: skip
    return image


@styled
def copper_effects(
    bodies: Sequence[CopperBody],
    *,
    published: tuple[float, dict[str, float]] | None = None,
    language: Language = "en",
) -> Figure:
    """(a) Ba and Cu, (b) protons, (c) proton transport number against CuO; (d) g and A of Cu2+.

    published: mol% CuO and atoms per formula unit of a chemical analysis in the literature.

    Raises
    ------
    InputError
        There is no body.
    """
    if not bodies:
        raise InputError("there is no body to draw")
    place = int(language == "ja")
    figure = new_figure(width=DOUBLE, height=132 * MM)
    panels = figure.subplots(2, 2)
    (first, second), (third, fourth) = panels
    looks = {
        body.label: (MARKERS[i % len(MARKERS)], CATEGORIES[i % len(CATEGORIES)])
        for i, body in enumerate(bodies)
    }
    _atoms(first, bodies, published, place)
    for axes, name in ((second, "protons"), (third, "transport")):
        for body in bodies:
            value = body.protons if name == "protons" else body.transport
            if value is not None:
                marker, colour = looks[body.label]
                axes.errorbar(
                    body.copper, value[0], yerr=value[1], fmt=marker, color=colour, mfc="white"
                )
        axes.set(xlabel=_WORDS["copper"][place], ylabel=_WORDS[name][place])
    for body in bodies:
        if body.g is not None and body.hyperfine is not None:
            marker, colour = looks[body.label]
            fourth.errorbar(
                body.g[0], body.hyperfine[0], xerr=body.g[1], yerr=body.hyperfine[1],
                fmt=marker, color=colour, mfc="white", zorder=3,
            )  # fmt: skip
    _fields(fourth, place)
    for axes in (first, second, third):
        axes.set_xlim(-0.3, max(body.copper for body in bodies) + 0.5)
    handles = [
        Line2D(
            [], [], marker=looks[b.label][0], color=looks[b.label][1], mfc="white", lw=0, label=b.label
        )
        for b in bodies
    ]
    panel_letters(list(panels.flat))
    legend_below(figure, handles)
    return figure


def _atoms(
    axes: Axes,
    bodies: Sequence[CopperBody],
    published: tuple[float, dict[str, float]] | None,
    place: int,
) -> None:
    """Ba and Cu on one scale, as a chemical analysis gives them."""
    for element, colour in (("Ba", BLUE), ("Cu", GREEN)):
        found = [(b.copper, *b.atoms[element]) for b in bodies if element in b.atoms]
        if found:
            x, y, u = zip(*found, strict=True)
            axes.errorbar(x, y, yerr=u, fmt="o", color=colour, mfc="white", label=element)
        if published is not None and element in published[1]:
            axes.plot(published[0], published[1][element], "*", ms=8, mfc="none", mec=colour)
    if published is not None:
        axes.plot([], [], "*", ms=7, mfc="none", mec=BLACK, lw=0, label=_WORDS["book"][place])
    axes.set(xlabel=_WORDS["copper"][place], ylabel=_WORDS["atoms"][place])
    axes.legend(loc="center left")


def _fields(axes: Axes, place: int) -> None:
    from kuralab.science.esr import WAVENUMBER, known_copper_fields

    for field in known_copper_fields():
        low, high = (1e-4 * WAVENUMBER * value for value in field.a)
        (left, right), name = field.g, _WORDS.get(field.site, (field.site, field.site))[place]
        axes.add_patch(
            Rectangle((left, low), right - left, high - low, fc="none", ec=GREY, lw=0.8, ls="--")
        )
        axes.text(left, high, name, fontsize=SMALL, color=GREY, va="bottom")
    axes.set(
        xlim=(2.18, 2.45), ylim=(320.0, 640.0), xlabel=_WORDS["g"][place], ylabel=_WORDS["A"][place]
    )
