"""How the spectra of a series are told apart: colour and marker by temperature, legend texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.lines import Line2D

from kuralab.errors import InputError
from kuralab.views._numbers import format_quantity
from kuralab.views._style import BLUE, CATEGORIES, MARKERS, VERMILION, plain

if TYPE_CHECKING:
    from kuralab.analysis import SpectrumDetails

_LEGEND_AT_MOST: Final = 12


@dataclass(frozen=True)
class Look:
    """Colour of points and of the fit, marker and legend text of one spectrum."""

    colour: str
    fit_colour: str
    marker: str
    text: str


def looks(spectra: Sequence[SpectrumDetails]) -> list[Look]:
    """One look for each spectrum, in order; cold is dark and hot is bright.

    Raises
    ------
    InputError
        There is no spectrum to draw.
    """
    if not spectra:
        raise InputError("there is no spectrum to draw", hint="Analyse at least one spectrum.")
    texts = _legend_texts(spectra)
    if len(spectra) == 1:
        return [Look(BLUE, VERMILION, "o", texts[0])]
    ranks = _ranks(spectra)
    if ranks is None and len(spectra) <= len(CATEGORIES):
        colours = list(CATEGORIES[: len(spectra)])
    else:
        places = np.linspace(0.02, 0.84, len(spectra))
        shades = [mpl.colors.to_hex(c) for c in mpl.colormaps["plasma"](places)]
        colours = [shades[r] for r in ranks or range(len(spectra))]
    return [
        Look(colour, colour, MARKERS[i % len(MARKERS)], text)
        for i, (colour, text) in enumerate(zip(colours, texts, strict=True))
    ]


def series_handles(spectra: Sequence[SpectrumDetails]) -> list[Any]:
    """Legend entries of a series in order of temperature, thinned out when there are many."""
    known, order = looks(spectra), _order(spectra)
    chosen = np.linspace(0, len(order) - 1, min(len(order), _LEGEND_AT_MOST)).round().astype(int)
    return [_handle(known[order[i]]) for i in chosen]


def _handle(look: Look) -> Line2D:
    return Line2D(
        [], [], color=look.colour, marker=look.marker, markerfacecolor="white", label=look.text
    )


def _kelvins(spectra: Sequence[SpectrumDetails]) -> list[float] | None:
    """Temperatures in K; None unless every spectrum has one and they differ."""
    found = [s.temperature.to("K").value for s in spectra if s.temperature is not None]
    return found if len(found) == len(spectra) and len(set(found)) > 1 else None


def _order(spectra: Sequence[SpectrumDetails]) -> list[int]:
    kelvins = _kelvins(spectra)
    return (
        sorted(range(len(spectra)), key=lambda i: kelvins[i]) if kelvins else list(range(len(spectra)))
    )


def _ranks(spectra: Sequence[SpectrumDetails]) -> list[int] | None:
    if _kelvins(spectra) is None:
        return None
    ranks = [0] * len(spectra)
    for rank, i in enumerate(_order(spectra)):
        ranks[i] = rank
    return ranks


def _legend_texts(spectra: Sequence[SpectrumDetails]) -> list[str]:
    kelvins = _kelvins(spectra)
    if kelvins is None:
        return [plain(s.label) for s in spectra]
    texts = [
        format_quantity(s.temperature.model_copy(update={"uncertainty": None}))
        for s in spectra
        if s.temperature is not None
    ]
    # Two spectra at one temperature (heating and cooling) need their names as well.
    return [
        text if texts.count(text) == 1 else f"{text}, {plain(s.label, longest=20)}"
        for text, s in zip(texts, spectra, strict=True)
    ]
