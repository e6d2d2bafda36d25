"""Arrhenius plot: σT against 1000/T with the activation energies in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.units import convert
from kuralab.views._labels import Language, say
from kuralab.views._numbers import format_value
from kuralab.views._style import BLUE, GREEN, MM, SINGLE, VERMILION, legend_below, new_figure, styled

if TYPE_CHECKING:
    from kuralab.analysis import ArrheniusLine

Floats = NDArray[np.float64]

_LOOKS: Final = {"total": (BLUE, "o"), "bulk": (VERMILION, "s"), "grain_boundary": (GREEN, "^")}
_STEPS: Final = (5, 10, 20, 25, 50, 100, 200, 500)
_MOST_TICKS: Final = 7
_NORMAL_95: Final = 1.96


@styled
def arrhenius(lines: Sequence[ArrheniusLine], *, language: Language = "en") -> Figure:
    """σT against 1000 K / T: points with standard uncertainties, lines with 95 % bands (1.96 u).

    Without a geometry the conductance G stands in for σ.

    Raises
    ------
    InputError
        There is no line to draw.
    """
    if not lines:
        raise InputError(
            "there is no Arrhenius line to draw", hint="Give spectra at three temperatures."
        )
    figure = new_figure(width=SINGLE, height=(74 + 4 * len(lines)) * MM)
    axes = figure.subplots()
    for line in lines:
        _draw(axes, line)
    axes.set_yscale("log")
    axes.set_xlabel(say("reciprocal_temperature", language))
    known = lines[0].unit == "S/cm"
    axes.set_ylabel(say("conductivity_t" if known else "conductance_t", language))
    celsius_on_top(axes, language)
    legend_below(figure, [_handle(line, language) for line in lines])
    return figure


def _draw(axes: Axes, line: ArrheniusLine) -> None:
    colour, marker = _LOOKS[line.part]
    inverse = 1000.0 / line.temperature
    margin = 0.04 * float(np.ptp(inverse)) or 0.02
    along = np.linspace(inverse.min() - margin, inverse.max() + margin, 200)
    kelvin = 1000.0 / along
    centre = line.fit.conductivity_at(kelvin) * kelvin
    spread = np.exp(_NORMAL_95 * line.fit.relative_std_at(kelvin))
    axes.fill_between(along, centre / spread, centre * spread, color=colour, alpha=0.18, linewidth=0)
    axes.plot(along, centre, color=colour)
    axes.errorbar(
        inverse,
        line.conductivity * line.temperature,
        yerr=error_bars(line),
        fmt=marker,
        color=colour,
        mfc="white",
        elinewidth=0.7,
        capthick=0.7,
    )


def error_bars(line: ArrheniusLine) -> Floats:
    """One standard uncertainty, cut short of zero, which a logarithmic axis does not have."""
    std = np.nan_to_num(line.std * line.temperature)
    return np.vstack([np.minimum(std, 0.95 * line.conductivity * line.temperature), std])


def celsius_on_top(axes: Axes, language: Language) -> None:
    """Round temperatures at the places of their reciprocals."""
    left, right = axes.get_xlim()
    low, high = (float(convert(1000.0 / x, unit="K", to="degC")) for x in (right, left))
    step = next((s for s in _STEPS if (high - low) / s <= _MOST_TICKS), 1000)
    # Adding zero makes 0 of a -0 that rounding up leaves.
    celsius = np.arange(np.ceil(low / step) * step, high + 1e-9, step) + 0.0
    axes.tick_params(axis="x", which="both", top=False)
    top = axes.secondary_xaxis("top")
    kelvin = np.asarray(convert(celsius, unit="degC", to="K"))
    top.xaxis.set_major_locator(FixedLocator(list(1000.0 / kelvin)))
    top.xaxis.set_major_formatter(FixedFormatter([f"{t:.0f}".replace("-", "−") for t in celsius]))
    top.set_xlabel(say("celsius", language))
    axes.set_xlim(left, right)


def _handle(line: ArrheniusLine, language: Language) -> Any:
    colour, marker = _LOOKS[line.part]
    energy = format_value(
        line.fit.activation_energy, line.activation_energy_std, "eV", language=language
    )
    text = f"{say(line.part, language)}: Eₐ = {energy}"
    return Line2D([], [], color=colour, marker=marker, mfc="white", label=text)
