"""Where to start: a scale of the cells and a zero for which calculated lines meet observed peaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from kuralab.science.diffraction._background import rough_background
from kuralab.science.diffraction._model import Model

Floats = NDArray[np.float64]

_CELLS: Final = np.linspace(-0.012, 0.012, 49)
_ZEROS: Final = np.linspace(-1.0, 1.0, 41)
_STRONG: Final = 60
_HIGHEST: Final = 1.2
"""tan(theta) beyond which a wrong cell moves lines too far to compare."""
_EDGES: Final = np.linspace(-0.01, 0.01, 41)
_ROUNDS: Final = 3
_CLEARLY: Final = 1.03
"""By how much the score has to rise before single edges are moved."""
_RELUCTANCE: Final = 0.05
"""Share of the score by which the largest change has to be better than none."""


@final
@dataclass(frozen=True)
class _Lines:
    """The strongest lines of all phases: centre (l,) deg without zero, weight (l,), and by how much the
    centre moves with the logarithm of each edge, slopes (l, e) deg."""

    centre: Floats
    weight: Floats
    slopes: Floats


def aligned(model: Model, number: int, values: Floats, width: float) -> tuple[float, float, float]:
    """Relative change of all edges, zero in deg, and the share of the score that the start had.

    The score sums the square root of the smoothed pattern, above its background, at the strongest
    lines, over that of a perfect match.
    """
    own = model.own(number, values)
    lines = _strongest(model, number, values, ())
    if len(lines.centre) < 2:
        return 0.0, own["zero"], 1.0
    pattern, signal = model.histograms[number].pattern, _signal(model, number, width)
    steps = np.degrees(2.0 * np.tan(np.radians(0.5 * lines.centre)))
    moved = lines.centre[None, :] - steps[None, :] * _CELLS[:, None]
    zeros = own["zero"] + _ZEROS
    places = moved[:, None, :] + zeros[None, :, None]
    scores = np.interp(places, pattern.x, signal, left=0.0, right=0.0) @ lines.weight
    cost = 1.0 - _RELUCTANCE * (
        np.abs(_CELLS)[:, None] / _CELLS[-1] + np.abs(_ZEROS)[None, :] / _ZEROS[-1]
    )
    best = np.unravel_index(int(np.argmax(scores * cost)), scores.shape)
    start = scores[len(_CELLS) // 2, len(_ZEROS) // 2]
    return float(_CELLS[best[0]]), float(zeros[best[1]]), float(start / max(scores[best], 1e-300))


def aligned_edges(
    model: Model, number: int, values: Floats, width: float, edges: Sequence[str]
) -> Floats:
    """(e,) relative change of each edge that brings more lines onto peaks, one after the other.

    edges : names such as "pbso4.a"; where no change is clearly better, all are 0
    """
    found = np.zeros(len(edges))
    lines = _strongest(model, number, values, edges)
    if len(lines.centre) < 2 or not len(edges):
        return found
    own = model.own(number, values)
    pattern, signal = model.histograms[number].pattern, _signal(model, number, width)

    def scores(changes: Floats) -> Floats:
        places = own["zero"] + lines.centre + changes @ lines.slopes.T
        cost = 1.0 - _RELUCTANCE * np.abs(changes).mean(axis=-1) / _EDGES[-1]
        return np.asarray(
            cost * (np.interp(places, pattern.x, signal, left=0.0, right=0.0) @ lines.weight)
        )

    for _ in range(_ROUNDS):
        for place in range(len(edges)):
            trials = np.repeat(found[None, :], len(_EDGES), axis=0)
            trials[:, place] = _EDGES
            found[place] = _EDGES[int(np.argmax(scores(trials)))]
    before, after = scores(np.stack([np.zeros(len(edges)), found]))
    return found if after > _CLEARLY * before else np.zeros(len(edges))


def _strongest(model: Model, number: int, values: Floats, edges: Sequence[str]) -> _Lines:
    histogram = model.histograms[number]
    pattern = histogram.pattern
    own, of_phases = model.own(number, values), model.of_phases(values)
    centres, weights, slopes = [], [], []
    for place, phase in enumerate(model.phases):
        peaks = histogram.peaks(place, own, of_phases[place], wanted=frozenset(edges))
        area = peaks.area * peaks.height
        if phase.atoms is None:
            area = (
                histogram.reflections[place][1][peaks.reflection]
                / np.tan(np.radians(0.5 * peaks.centre)) ** 2
            )
        centres.append(peaks.centre - own["zero"])
        weights.append(np.sqrt(np.maximum(area, 0.0)))
        still = np.zeros(len(peaks.centre))
        by = [
            peaks.gradients[edge][1] * values[model.index(edge)] if edge in peaks.gradients else still
            for edge in edges
        ]
        slopes.append(np.stack(by, axis=1) if by else np.zeros((len(still), 0)))
    centre, weight, slope = np.concatenate(centres), np.concatenate(weights), np.concatenate(slopes)
    near = np.tan(np.radians(0.5 * centre)) < _HIGHEST
    inside = np.flatnonzero(near & (centre > pattern.x[0]) & (centre < pattern.x[-1]))
    chosen = inside[np.argsort(weight[inside])[-_STRONG:]]
    return _Lines(centre[chosen], weight[chosen], slope[chosen])


def _signal(model: Model, number: int, width: float) -> Floats:
    """(n,) square root of the pattern above its background, smoothed by about its peak width."""
    pattern = model.histograms[number].pattern
    above = np.maximum(pattern.intensity - rough_background(pattern.intensity), 0.0)
    points = width / float(np.median(np.diff(pattern.x)))
    return np.asarray(gaussian_filter1d(np.sqrt(above), max(0.4 * points, 1.0)))
