"""Le Bail's method: reflections take their intensities from the pattern, by Rietveld's division.

A. Le Bail, H. Duroy, J. L. Fourquet, Mater. Res. Bull. 23 (1988) 447, doi:10.1016/0025-5408(88)90019-0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction import _kernel
from kuralab.science.diffraction._model import Model

Floats = NDArray[np.float64]

_SMALLEST: Final = 1e-8
_MOST_TOGETHER: Final = 900
"""Beyond this many, intensities and the other parameters take turns instead of being fitted together."""
_MOST: Final = 30.0
"""By how much one round may raise an intensity; a first guess can be far off."""


def start_intensities(model: Model, values: Floats) -> None:
    """Equal intensities, of the size of the pattern."""
    for number, histogram in enumerate(model.histograms):
        pattern = histogram.pattern
        _, background, _ = model.calculate(number, values)
        above = np.maximum(pattern.intensity - background, 0.0)
        factor = histogram.point_factor(model.own(number, values))
        whole = float(np.trapezoid(above / factor, pattern.x))
        count = sum(len(h) for h, _ in histogram.reflections)
        for place, held in enumerate(histogram.intensities):
            if held is not None:
                histogram.intensities[place] = np.full(len(held), max(whole / count, _SMALLEST))


def renew_intensities(model: Model, values: Floats, *, rounds: int = 1) -> None:
    """Replace the intensities of phases without atoms by their shares of the pattern."""
    for number, histogram in enumerate(model.histograms):
        if all(held is None for held in histogram.intensities):
            continue
        for _ in range(rounds):
            totals = observed_shares(model, number, values)
            for place, held in enumerate(histogram.intensities):
                if held is not None:
                    total, weight = totals[place]
                    known = weight > 0.0
                    grown = np.where(known, total / np.where(known, weight, 1.0), 1.0)
                    # Never quite zero, or a reflection could not come back.
                    floor = _SMALLEST * max(float(held.max()), 1e-300)
                    histogram.intensities[place] = np.maximum(held * np.clip(grown, 0.0, _MOST), floor)


def observed_shares(model: Model, number: int, values: Floats) -> list[tuple[Floats, Floats]]:
    """Of each phase: observed and calculated area (n,) of its reflections in one pattern."""
    histogram = model.histograms[number]
    pattern = histogram.pattern
    y, background, _ = model.calculate(number, values)
    above = y - background
    tiny = 1e-9 * max(float(np.abs(above).max()), 1e-300)
    ratio = np.where(
        above > tiny,
        np.maximum(pattern.intensity - background, 0.0) / np.where(above > tiny, above, 1.0),
        0.0,
    )
    own, of_phases = model.own(number, model.tied(values)), model.of_phases(model.tied(values))
    found = []
    for place in range(len(model.phases)):
        peaks = histogram.peaks(place, own, of_phases[place], wanted=frozenset())
        first, last = histogram.window(peaks)
        total, weight = np.zeros((2, len(histogram.reflections[place][0])))
        common = (
            pattern.x,
            first,
            last,
            peaks.reflection,
            peaks.area,
            peaks.centre,
            peaks.width,
            peaks.eta,
        )
        if peaks.alpha is not None and peaks.beta is not None:
            _kernel.share_out_flight(*common, peaks.alpha, peaks.beta, ratio, total, weight)
        else:
            _kernel.share_out(*common, ratio, total, weight)
        found.append((total, weight))
    return found


def few_enough(model: Model) -> bool:
    """Whether there are free intensities, and few enough to be fitted together with the rest."""
    return 0 < len(intensities(model)) <= _MOST_TOGETHER


def intensities(model: Model) -> Floats:
    """(p,) all free intensities, in the order of patterns and phases."""
    held = [one for histogram in model.histograms for one in histogram.intensities if one is not None]
    return np.concatenate(held) if held else np.empty(0)


def put_intensities(model: Model, wanted: Floats) -> None:
    """Replace all free intensities by (p,), none below almost nothing."""
    begin = 0
    floor = _SMALLEST * max(float(wanted.max()), 1e-300)
    for histogram in model.histograms:
        for place, held in enumerate(histogram.intensities):
            if held is not None:
                part = wanted[begin : begin + len(held)]
                histogram.intensities[place] = np.maximum(part, floor)
                begin += len(held)


def intensity_gradient(model: Model, values: Floats) -> Floats:
    """(n, p) shapes of the reflections whose intensities are free, over the uncertainty of the points.

    G. S. Pawley, J. Appl. Cryst. 14 (1981) 357, doi:10.1107/S0021889881009618.
    """
    values = model.tied(values)
    length = sum(len(histogram.pattern.x) for histogram in model.histograms)
    gradient = np.zeros((length, len(intensities(model))))
    row = column = 0
    for number, histogram in enumerate(model.histograms):
        pattern = histogram.pattern
        rows = slice(row, row + len(pattern.x))
        for place, held in enumerate(histogram.intensities):
            if held is None:
                continue
            own, of_phases = model.own(number, values), model.of_phases(values)
            peaks = histogram.peaks(place, own, of_phases[place], wanted=frozenset())
            first, last = histogram.window(peaks)
            share = peaks.area / np.maximum(held[peaks.reflection], 1e-300)
            shapes = np.zeros((len(pattern.x), len(held)))
            common = (
                pattern.x,
                first,
                last,
                peaks.reflection,
                share,
                peaks.centre,
                peaks.width,
                peaks.eta,
            )
            if peaks.alpha is not None and peaks.beta is not None:
                _kernel.fill_flight_shapes(*common, peaks.alpha, peaks.beta, shapes)
            else:
                _kernel.fill_shapes(*common, shapes)
            seen = histogram.point_factor(own) / pattern.uncertainty
            gradient[rows, column : column + len(held)] = shapes * seen[:, None]
            column += len(held)
        row += len(pattern.x)
    return gradient
