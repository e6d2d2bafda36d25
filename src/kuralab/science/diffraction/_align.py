"""Where to start: a scale of the cells and a zero for which calculated lines meet observed peaks."""

from __future__ import annotations

from typing import Final

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
_RELUCTANCE: Final = 0.05
"""Share of the score by which the largest change has to be better than none."""


def aligned(model: Model, number: int, values: Floats, width: float) -> tuple[float, float, float]:
    """Relative change of all edges, zero in deg, and the share of the score that the start had.

    The score sums the square root of the smoothed pattern, above its background, at the strongest
    lines, over that of a perfect match.
    """
    histogram = model.histograms[number]
    pattern = histogram.pattern
    own, of_phases = model.own(number, values), model.of_phases(values)
    angles, weights = [], []
    for place, phase in enumerate(model.phases):
        peaks = histogram.peaks(place, own, of_phases[place], wanted=frozenset())
        area = peaks.area
        if phase.atoms is None:
            area = (
                histogram.reflections[place][1][peaks.reflection]
                / np.tan(np.radians(0.5 * peaks.centre)) ** 2
            )
        angles.append(np.radians(peaks.centre - own["zero"]))
        weights.append(np.sqrt(np.maximum(area, 0.0)))
    angle, weight = np.concatenate(angles), np.concatenate(weights)
    near = np.tan(0.5 * angle) < _HIGHEST
    inside = near & (np.degrees(angle) > pattern.x[0]) & (np.degrees(angle) < pattern.x[-1])
    angle, weight = angle[inside], weight[inside]
    strongest = np.argsort(weight)[-_STRONG:]
    angle, weight = angle[strongest], weight[strongest]
    if len(angle) < 2:
        return 0.0, own["zero"], 1.0
    above = np.maximum(pattern.intensity - rough_background(pattern.intensity), 0.0)
    points = width / float(np.median(np.diff(pattern.x)))
    signal = gaussian_filter1d(np.sqrt(above), max(0.4 * points, 1.0))
    moved = np.degrees(angle)[None, :] - np.degrees(2.0 * np.tan(0.5 * angle))[None, :] * _CELLS[:, None]
    zeros = own["zero"] + _ZEROS
    places = moved[:, None, :] + zeros[None, :, None]
    scores = np.interp(places, pattern.x, signal, left=0.0, right=0.0) @ weight
    cost = 1.0 - _RELUCTANCE * (
        np.abs(_CELLS)[:, None] / _CELLS[-1] + np.abs(_ZEROS)[None, :] / _ZEROS[-1]
    )
    best = np.unravel_index(int(np.argmax(scores * cost)), scores.shape)
    start = scores[len(_CELLS) // 2, len(_ZEROS) // 2]
    return float(_CELLS[best[0]]), float(zeros[best[1]]), float(start / max(scores[best], 1e-300))
