"""A refined powder pattern: observed, calculated, difference, ticks at reflections; correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.views._labels import Language, say
from kuralab.views._style import (
    BLACK,
    BLUE,
    CATEGORIES,
    DOUBLE,
    GREEN,
    GREY,
    MM,
    PURPLE,
    SMALL,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    panel_letters,
    plain,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.science.diffraction import PatternFit, Refinement

Floats = NDArray[np.float64]
Scale = Literal["linear", "sqrt"]

CROWDED: Final = 30
"""Reflections above which stretches of the pattern are worth a figure of their own."""
_STRETCHES: Final = 3
_MANY_POINTS: Final = 1000
_TICK: Final = 0.045
_GAP: Final = 0.02
_PHASES: Final = (GREEN, PURPLE, *CATEGORIES[4:])
_MOST_NAMED: Final = 70


@dataclass(frozen=True)
class _Band:
    """Where the ticks and the difference lie below the pattern, in the unit of the axis."""

    tick: float
    gap: float
    zero: float
    low: float
    high: float


@styled
def refined_pattern(
    outcome: Outcome, *, language: Language = "en", scale: Scale = "linear", number: int | None = None
) -> Figure:
    """Each pattern with its calculated line, background, ticks by phase, and difference below.

    With ``scale="sqrt"`` the axis is of the square root, where noise of counts is equally high
    everywhere and small peaks are seen; the difference is then one of square roots. ``number`` draws
    one pattern of a joint refinement.

    Raises
    ------
    InputError
        The outcome holds no refinement.
    """
    refinement = _refinement(outcome)
    fits = refinement.patterns if number is None else (refinement.patterns[number],)
    handles = _handles(refinement, language, difference=True)
    _, rows = legend_shape(handles, width=DOUBLE)
    figure = new_figure(width=DOUBLE, height=(80 * len(fits) + 5 * rows + 4) * MM)
    panels = figure.subplots(len(fits), 1, squeeze=False)[:, 0]
    for axes, fit in zip(panels, fits, strict=True):
        _draw_whole(axes, fit, scale, language)
    if len(panels) > 1:
        panel_letters(list(panels))
    figure.align_ylabels()
    legend_below(figure, handles)
    return figure


@styled
def pattern_stretches(outcome: Outcome, number: int, *, language: Language = "en") -> Figure:
    """One pattern of a refinement in three stretches, each as high as its own strongest peak.

    The curve below each is the difference over its standard uncertainty, with lines at +-3.

    Raises
    ------
    InputError
        The outcome holds no refinement.
    """
    refinement = _refinement(outcome)
    fit = refinement.patterns[number]
    handles = _handles(refinement, language, difference=False)
    figure = new_figure(width=DOUBLE, height=(66 * _STRETCHES + 10) * MM)
    panels = figure.subplots(_STRETCHES, 1)
    x = fit.pattern.x
    if fit.pattern.instrument.flight is None:
        edges = np.linspace(x[0], x[-1], _STRETCHES + 1)
    else:
        # Short times hold most lines: equal ratios, as d is what counts.
        edges = np.geomspace(x[0], x[-1], _STRETCHES + 1)
    for axes, low, high in zip(panels, edges[:-1], edges[1:], strict=True):
        _draw_stretch(axes, fit, (float(low), float(high)), language)
    panels[0].set_title(_title(fit), loc="left")
    panels[-1].set_xlabel(_x_label(fit, language))
    figure.align_ylabels()
    legend_below(figure, handles)
    return figure


@styled
def correlations(outcome: Outcome, *, language: Language = "en") -> Figure:
    """Correlation matrix of the refined parameters, without the coefficients of backgrounds.

    Raises
    ------
    InputError
        The outcome holds no refinement, or one without two such parameters.
    """
    refinement = _refinement(outcome)
    kept = shown_parameters(refinement)
    if len(kept) < 2:
        raise InputError("fewer than two parameters were refined, which cannot be correlated")
    matrix = refinement.correlation()[np.ix_(kept, kept)]
    names = [plain(refinement.active[place], longest=40) for place in kept]
    named = len(names) <= _MOST_NAMED
    size = min(max(3.2 * len(names), 70.0), 130.0)
    figure = new_figure(width=min(DOUBLE, (size + 42) * MM), height=(size + 34 * named) * MM)
    axes = figure.subplots()
    edges = np.arange(len(names) + 1) - 0.5
    image = axes.pcolormesh(edges, edges, matrix, cmap=_blue_to_red(), vmin=-1.0, vmax=1.0)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    if named:
        font = min(SMALL, 0.8 * size / len(names) * 72 * MM)
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=font)
        axes.set_yticks(range(len(names)), names, fontsize=font)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
    axes.tick_params(length=0)
    bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02, ticks=[-1, -0.5, 0, 0.5, 1])
    bar.ax.set_yticklabels(["−1", "−0.5", "0", "0.5", "1"])
    bar.set_label(say("correlation", language))
    return figure


def shown_parameters(refinement: Refinement) -> list[int]:
    """Places of the active parameters that are not coefficients of a background."""
    return [
        place
        for place, name in enumerate(refinement.active)
        if not name.rsplit("/", 1)[-1].startswith("background.")
    ]


def is_crowded(fit: PatternFit) -> bool:
    """Whether a pattern has more lines than one panel shows well."""
    return sum(len(lines) for lines in fit.lines.values()) > CROWDED


def _refinement(outcome: Outcome) -> Refinement:
    if outcome.refinement is None:
        raise InputError(
            f"an analysis of {outcome.record.technique} has no refined pattern to draw",
            hint="Use figures_of(outcome) for the figures that it has.",
        )
    return outcome.refinement


def _draw_whole(axes: Axes, fit: PatternFit, scale: Scale, language: Language) -> None:
    pattern = fit.pattern
    observed, calculated, background = (
        _scaled(values, scale) for values in (pattern.intensity, fit.calculated, fit.background)
    )
    difference = observed - calculated
    top = float(max(observed.max(), calculated.max()))
    bottom = min(0.0, float(np.quantile(observed, 0.001)))
    band = _band(top - bottom, bottom, difference, phases=len(fit.lines))
    _points(axes, pattern.x, observed)
    axes.plot(pattern.x, calculated, color=VERMILION, linewidth=0.8)
    axes.plot(pattern.x, background, color=GREY, linewidth=0.7, dashes=(4, 2))
    axes.plot(pattern.x, band.zero + difference, color=BLUE, linewidth=0.6)
    axes.axhline(band.zero, color=GREY, linewidth=0.4, zorder=0)
    for place, (name, lines) in enumerate(fit.lines.items()):
        _ticks(axes, lines, bottom - band.gap - (place + 0.5) * band.tick, band.tick, name, place)
    axes.set_xlim(pattern.x[0], pattern.x[-1])
    axes.set_ylim(band.low, band.high)
    _label_intensity(axes, top, scale)
    axes.set_title(_title(fit), loc="left")
    axes.set_xlabel(_x_label(fit, language))
    axes.set_ylabel(_y_label(fit, language))


def _band(height: float, bottom: float, difference: Floats, *, phases: int) -> _Band:
    """The difference keeps the scale of the pattern."""
    tick, gap = _TICK * height, _GAP * height
    up = max(float(difference.max()), 0.5 * gap)
    down = max(-float(difference.min()), 0.5 * gap)
    zero = bottom - 2.0 * gap - phases * tick - up
    return _Band(tick=tick, gap=gap, zero=zero, low=zero - down - gap, high=bottom + 1.04 * height)


def _draw_stretch(axes: Axes, fit: PatternFit, ends: tuple[float, float], language: Language) -> None:
    pattern = fit.pattern
    inside = (pattern.x >= ends[0]) & (pattern.x <= ends[1])
    x, observed, calculated = pattern.x[inside], pattern.intensity[inside], fit.calculated[inside]
    normal = (observed - calculated) / pattern.uncertainty[inside]
    low = float(min(observed.min(), fit.background[inside].min()))
    height = max(float(max(observed.max(), calculated.max())) - low, 1e-12)
    tick, gap = _TICK * height, 1.5 * _GAP * height
    # A band of fixed height for the normalised difference; what leaves it is cut.
    largest = max(4.0, min(float(np.abs(normal).max()), 12.0))
    unit = 0.09 * height / 4.0 if largest <= 4.0 else 0.14 * height / largest
    zero = low - 2.0 * gap - len(fit.lines) * tick - largest * unit
    _points(axes, x, observed)
    axes.plot(x, calculated, color=VERMILION, linewidth=0.8)
    axes.plot(x, fit.background[inside], color=GREY, linewidth=0.7, dashes=(4, 2))
    axes.plot(x, zero + unit * np.clip(normal, -largest, largest), color=BLUE, linewidth=0.5)
    for level in (-3.0, 3.0):
        axes.axhline(zero + unit * level, color=GREY, linewidth=0.4, dashes=(2, 2), zorder=0)
    for place, (name, lines) in enumerate(fit.lines.items()):
        here = lines[(lines >= ends[0]) & (lines <= ends[1])]
        _ticks(axes, here, low - gap - (place + 0.5) * tick, tick, name, place)
    axes.set_xlim(*ends)
    axes.set_ylim(zero - largest * unit - gap, low + 1.05 * height)
    levels = MaxNLocator(4).tick_values(low, low + height)
    axes.set_yticks([level for level in levels if low <= level <= low + 1.05 * height])
    axes.set_ylabel(_y_label(fit, language))


def _points(axes: Axes, x: Floats, observed: Floats) -> None:
    axes.plot(
        x,
        observed,
        "o",
        ms=1.9 if len(x) < 2.5 * _MANY_POINTS else 1.5,
        mfc="none",
        mec=BLACK,
        mew=0.35,
        # Thousands of circles make a vector file that no page can hold.
        rasterized=len(x) > _MANY_POINTS,
        zorder=1.5,
    )


def _ticks(axes: Axes, lines: Floats, height: float, length: float, name: str, place: int) -> None:
    axes.vlines(
        lines,
        height - 0.4 * length,
        height + 0.4 * length,
        color=_PHASES[place % len(_PHASES)],
        linewidth=0.6,
    )


def _scaled(values: Floats, scale: Scale) -> Floats:
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values))) if scale == "sqrt" else values


def _label_intensity(axes: Axes, top: float, scale: Scale) -> None:
    """Ticks of intensities only where the pattern is, not where the difference is."""
    if scale == "linear":
        found = MaxNLocator(6).tick_values(0.0, top)
        axes.set_yticks([value for value in found if 0.0 <= value <= 1.04 * top])
        return
    most = top * top
    nice = sorted({_one_digit(part * most) for part in (0.0, 0.01, 0.05, 0.15, 0.3, 0.5, 0.75, 1.0)})
    axes.set_yticks([np.sqrt(value) for value in nice if value <= 1.08 * most])
    axes.set_yticklabels([f"{value:g}" for value in nice if value <= 1.08 * most])


def _one_digit(value: float) -> float:
    return float(f"{value:.1g}") if value > 0.0 else 0.0


def _handles(refinement: Refinement, language: Language, *, difference: bool) -> list[Any]:
    marker: dict[str, Any] = {"marker": "o", "ms": 2.6, "mfc": "none", "mec": BLACK, "mew": 0.5}
    handles = [
        Line2D([], [], linestyle="", label=say("observed", language), **marker),
        Line2D([], [], color=VERMILION, linewidth=0.8, label=say("calculated", language)),
        Line2D([], [], color=GREY, linewidth=0.7, dashes=(4, 2), label=say("background", language)),
        Line2D(
            [],
            [],
            color=BLUE,
            linewidth=0.7,
            label=say("difference" if difference else "difference_normal", language),
        ),
    ]
    for place, phase in enumerate(refinement.model.phases):
        handles.append(
            Line2D(
                [],
                [],
                linestyle="",
                marker="|",
                ms=6,
                mew=0.9,
                color=_PHASES[place % len(_PHASES)],
                label=plain(phase.name),
            )
        )
    return handles


def _title(fit: PatternFit) -> str:
    label = plain(fit.pattern.label, longest=50)
    found = fit.agreement
    numbers = rf"$R_\mathrm{{wp}}$ = {found.r_wp:.2f} %, $S$ = {found.goodness_of_fit:.2f}"
    return f"{label}    {numbers}" if label else numbers


def _x_label(fit: PatternFit, language: Language) -> str:
    return say("two_theta" if fit.pattern.instrument.flight is None else "time_of_flight", language)


def _y_label(fit: PatternFit, language: Language) -> str:
    """Counts only where the uncertainty says so."""
    pattern = fit.pattern
    counted = np.abs(pattern.uncertainty**2 - np.maximum(pattern.intensity, 1.0))
    is_counts = float(np.mean(counted < 0.02 * np.maximum(pattern.intensity, 1.0))) > 0.95
    return say("intensity_counts" if is_counts else "intensity", language)


def _blue_to_red() -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("correlation", [BLUE, "white", VERMILION])
