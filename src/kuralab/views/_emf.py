"""Cell voltages against the ratio of water pressures; transport numbers against temperature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kuralab.views._labels import Language, say
from kuralab.views._numbers import format_value
from kuralab.views._style import (
    BLACK,
    BLUE,
    GREEN,
    MM,
    SINGLE,
    VERMILION,
    legend_below,
    legend_shape,
    new_figure,
    styled,
)

if TYPE_CHECKING:
    from kuralab.analysis import EmfDetails, SharesDetails

_KELVIN: Final = 273.15
_SLOPE: Final = 8.314462618 / (2.0 * 96485.33212)
_EQUAL: Final = 0.02
"""Share of the voltage at t_H = 1 up to which oxygen counts as alike on both sides."""


@styled
def emf(details: Sequence[EmfDetails], *, language: Language = "en") -> Figure:
    """E against ln(pH2O II / pH2O I). Filled: oxygen alike on both sides; open: not, with crosses for
    the fitted voltage. Lines: fitted; dashes: t_H = 1."""
    colours = _shades(len(details))
    handles = []
    for one, colour in zip(details, colours, strict=True):
        number = format_value(one.fit.t_proton, one.t_proton_std, "", language=language)
        label = f"{one.temperature - _KELVIN:.0f} °C: $t_\\mathrm{{H}}$ = {number}"
        handles.append(Line2D([], [], color=colour, marker="o", label=label))
    handles.append(Line2D([], [], color=BLACK, linestyle=(0, (4, 2)), label="$t_\\mathrm{H}$ = 1"))
    unequal = any((~_alike(one)).any() for one in details)
    if unequal:
        handles.append(
            Line2D([], [], color=BLACK, marker="o", mfc="white", linestyle="none",
                   label=say("unequal_oxygen", language))
        )  # fmt: skip
        handles.append(
            Line2D([], [], color=BLACK, marker="x", linestyle="none", label=say("fitted", language))
        )
    figure = new_figure(width=SINGLE, height=(70 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    for one, colour in zip(details, colours, strict=True):
        alike = _alike(one)
        x, E = one.log_ratio, 1e3 * one.voltage
        ends = np.array([min(0.0, float(x.min())), max(0.0, float(x.max()))]) * 1.06
        ideal = -1e3 * _SLOPE * one.temperature * ends
        axes.plot(ends, ideal, color=colour, linestyle=(0, (4, 2)), linewidth=0.7)
        axes.plot(ends, one.fit.t_proton * ideal + 1e3 * (one.fit.offset or 0.0), color=colour)
        for some, face in ((alike, colour), (~alike, "white")):
            axes.errorbar(
                x[some], E[some], yerr=1e3 * one.std[some], fmt="o", color=colour, mfc=face,
                elinewidth=0.7, capthick=0.7,
            )  # fmt: skip
        axes.plot(x[~alike], 1e3 * one.fitted[~alike], "x", color=colour, ms=4)
    axes.axhline(0.0, color=BLACK, linewidth=0.4)
    axes.axvline(0.0, color=BLACK, linewidth=0.4)
    axes.set_xlabel(say("log_water_ratio", language))
    axes.set_ylabel(say("emf", language))
    legend_below(figure, handles)
    return figure


@styled
def transport_shares(details: SharesDetails, *, language: Language = "en") -> Figure:
    """Shares of protons, oxide ions and holes, one above the other; lines around t_H: 1.96 u."""
    colours = (BLUE, GREEN, VERMILION)
    names = [say(name, language) for name in ("share_proton", "share_oxide_ion", "share_hole")]
    handles: list[Patch | Line2D] = [
        Patch(facecolor=colour, alpha=0.55, label=name)
        for colour, name in zip(colours, names, strict=True)
    ]
    handles.append(
        Line2D([], [], color=BLACK, linestyle=(0, (2, 1)), linewidth=0.8, label=say("band_95", language))
    )
    figure = new_figure(width=SINGLE, height=(66 + 4 * legend_shape(handles, width=SINGLE)[1]) * MM)
    axes = figure.subplots()
    T = details.temperature - _KELVIN
    edges = np.concatenate([np.zeros((T.size, 1)), np.cumsum(details.numbers, axis=1)], axis=1)
    for k, colour in enumerate(colours):
        axes.fill_between(T, edges[:, k], edges[:, k + 1], color=colour, alpha=0.55, linewidth=0)
    spread = 1.96 * details.std[:, 0]
    for side in (-spread, spread):
        axes.plot(
            T, np.clip(details.numbers[:, 0] + side, 0.0, 1.0), color=BLACK, linestyle=(0, (2, 1)),
            linewidth=0.8,
        )  # fmt: skip
    axes.set_xlim(T.min(), T.max())
    axes.set_ylim(0.0, 1.0)
    axes.set_title(details.conditions.replace("H2O", "H₂O").replace("O2", "O₂"))
    axes.set_xlabel(say("temperature_celsius", language))
    axes.set_ylabel(say("transport_number", language))
    legend_below(figure, handles)
    return figure


def _alike(one: EmfDetails) -> np.ndarray:
    by_water = -_SLOPE * one.temperature * one.log_ratio
    return np.asarray(np.abs(one.ideal - by_water) <= _EQUAL * np.abs(by_water))


def _shades(n: int) -> list[str]:
    """Cold is dark and hot is bright; one temperature alone is blue."""
    if n == 1:
        return [BLUE]
    return [mpl.colors.to_hex(c) for c in mpl.colormaps["plasma"](np.linspace(0.02, 0.8, n))]
