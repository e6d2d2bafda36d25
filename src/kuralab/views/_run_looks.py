"""How the samples of a run are told apart: a colour by what varies, markers in turn, a scale beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import ListedColormap, LogNorm, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from kuralab.views._labels import Language
from kuralab.views._run_data import Finding, RunOverview, Variation
from kuralab.views._style import CATEGORIES

# The bright ends of the maps are too pale for a line on white.
_MAP: Final = ListedColormap(mpl.colormaps["viridis"](np.linspace(0.0, 0.88, 96)), "by sample")
TEMPERATURES: Final = ListedColormap(mpl.colormaps["plasma"](np.linspace(0.02, 0.84, 96)), "by heat")

SYNTHETIC: Final = "synthetic"
"""The flag that all results of twins carry; it singles none of them out."""


def sample_colours(overview: RunOverview, findings: Sequence[Finding]) -> list[str]:
    """One colour for each sample, by the value that varies or else by turns."""
    if overview.variation is None:
        return [CATEGORIES[i % len(CATEGORIES)] for i in range(len(findings))]
    norm = _norm(overview.variation)
    values = overview.variation.values
    return [to_hex(_MAP(norm(values[finding.sample.sample]))) for finding in findings]


def colour_scale(
    figure: Figure, panels: Sequence[Axes], variation: Variation, language: Language
) -> None:
    """The scale of the colours beside the panels, with a tick for each sample where they fit."""
    scale = colour_bar(figure, panels, ScalarMappable(_norm(variation), _MAP))
    scale.set_label(variation.name(language))
    if variation.logarithmic:
        values = sorted(set(variation.values.values()))
        scale.set_ticks(values, labels=[f"{value:g}" for value in values])
        scale.ax.yaxis.set_minor_locator(NullLocator())


def colour_bar(
    figure: Figure,
    panels: Sequence[Axes],
    colours: ScalarMappable,
    *,
    location: Literal["right", "bottom"] = "right",
) -> Colorbar:
    """A thin scale beside or below the panels, drawn as lines: a page must not load a picture."""
    scale = figure.colorbar(
        colours, ax=list(panels), location=location, aspect=36, fraction=0.05, pad=0.015
    )
    scale.outline.set_linewidth(0.5)
    assert scale.solids is not None
    scale.solids.set_rasterized(False)
    scale.solids.set_edgecolor("face")
    return scale


def is_flagged(flags: Sequence[str]) -> bool:
    """Whether a result carries a reservation of its own."""
    return any(flag != SYNTHETIC for flag in flags)


def places_of(overview: RunOverview, findings: Sequence[Finding]) -> NDArray[np.float64]:
    """Where samples stand on the horizontal axis: their value, or their number where nothing varies."""
    if overview.variation is None:
        return np.arange(len(findings), dtype=np.float64)
    return np.array([overview.variation.values[finding.sample.sample] for finding in findings])


def _norm(variation: Variation) -> Normalize:
    low, high = min(variation.values.values()), max(variation.values.values())
    return LogNorm(low, high) if variation.logarithmic else Normalize(low, high)
