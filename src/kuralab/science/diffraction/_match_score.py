"""How well the lines of a phase lie on the peaks of a pattern, compared with accident."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.model import PowderInstrument
from kuralab.science.diffraction._phase_lines import PhaseLines, line_positions

Floats = NDArray[np.float64]

_TOLERANCE: Final = 0.4
"""Of the FWHM: standard deviation of the distance between line and peak that is forgiven."""
NEAR: Final = 0.7
"""FWHM within which a line belongs to a peak."""
_STEP: Final = 0.3
"""Of the FWHM, by which lines move from one trial to the next."""
_STRONGEST: Final = 40
_LEAST: Final = 0.03
"""Areas below this share of the strongest line's are left out of the score."""
_WEAK: Final = 5.0
"""Factor by which a peak may be weaker than expected without losing credit."""
_FREE: Final = 0.15
"""Share of the lines' weight that other phases may not hide."""
_LEAST_SPREAD: Final = 0.02
_COST: Final = 0.02
_DECOYS: Final = np.concatenate([-np.linspace(0.03, 0.15, 12), np.linspace(0.03, 0.15, 12)])
"""Relative changes of the cell at which a true phase matches by accident only."""


@final
@dataclass(frozen=True)
class PeakList:
    """Positions, FWHM and areas (k,) by rising position; at places (p,) the smallest area (p,) that
    would have been found there."""

    position: Floats
    width: Floats
    area: Floats
    place: Floats
    limit: Floats

    @cached_property
    def usual_width(self) -> Floats:
        """(k,) median FWHM of each peak and its neighbours, so that one wide peak does not decide."""
        from scipy.ndimage import median_filter

        return np.asarray(median_filter(self.width, size=9, mode="nearest"))

    def without(self, taken: NDArray[np.bool_]) -> PeakList:
        """The peaks that are not taken."""
        kept = ~taken
        return PeakList(self.position[kept], self.width[kept], self.area[kept], self.place, self.limit)


@final
@dataclass(frozen=True)
class Fit:
    """Best score (0 to 1), how many lines were seen, by how many standard deviations the evidence is
    above that of wrong cells, where it was compared; strain and zero where it was found, and whether
    that is at the largest strain allowed."""

    score: float
    hits: int
    excess: float | None
    strain: float
    zero: float
    at_edge: bool


@dataclass(frozen=True)
class _Best:
    """evidence: score times the root of the share of lines that are visible."""

    evidence: float
    score: float
    hits: int
    strain: float
    zero: float


@final
@dataclass(frozen=True)
class MergedLines:
    """Lines that overlap, taken together: positions, areas and FWHM (m,)."""

    position: Floats
    area: Floats
    width: Floats


def merged_lines(
    lines: PhaseLines,
    instrument: PowderInstrument,
    peaks: PeakList,
    limits: tuple[float, float],
    *,
    strain: float = 0.0,
    zero: float = 0.0,
    first_only: bool = False,
    near: float = NEAR,
) -> MergedLines:
    """The lines inside the limits, those nearer to each other than ``near`` FWHM as one."""
    position, area = line_positions(lines, instrument, strain=strain, zero=zero, first_only=first_only)
    inside = (position > limits[0]) & (position < limits[1]) & (area > 0.0)
    position, area = position[inside], area[inside]
    order = np.argsort(position)
    position, area = position[order], area[order]
    width = np.interp(position, peaks.position, peaks.usual_width)
    if not len(position):
        return MergedLines(position, area, width)
    if first_only:
        position = position + _doublet_shift(instrument, position, width)
    group = np.concatenate([[0], np.cumsum(np.diff(position) > near * width[1:])])
    total, moment, wide = (
        np.asarray(np.bincount(group, weights), dtype=np.float64)
        for weights in (area, area * position, area * width)
    )
    return MergedLines(moment / total, total, wide / total)


def _doublet_shift(instrument: PowderInstrument, position: Floats, width: Floats) -> Floats:
    """(m,) from the first line of a doublet to the middle of both, where they are seen as one peak."""
    if len(instrument.lines) < 2:
        return np.zeros_like(position)
    first, second = instrument.lines[:2]
    split = (second.wavelength - first.wavelength) / first.wavelength
    theta = np.radians(np.clip(0.5 * position, 0.0, 80.0))
    apart = np.degrees(2.0 * np.tan(theta) * split)
    share = second.weight / (first.weight + second.weight)
    return np.asarray(np.where(np.abs(apart) < NEAR * width, share * apart, 0.0))


def best_fit(
    lines: PhaseLines,
    instrument: PowderInstrument,
    peaks: PeakList,
    blocked: PeakList,
    limits: tuple[float, float],
    *,
    most_strain: float,
    zeros: tuple[float, float],
    worth: float,
) -> Fit | None:
    """The strain and zero at which the lines lie best on peaks; None when too few lines remain.

    blocked: peaks that other phases explain; lines near them say nothing and are left out. A score
    below ``worth`` is not compared with accident.
    """
    if len(peaks.position) < 2:
        return None
    strains, steps = _grid(peaks, instrument, most_strain, zeros)
    strong = _strong(lines)

    def about(centre: float) -> _Best | None:
        return _best(strong, instrument, peaks, blocked, limits, strains, steps, centre)

    best = about(0.0)
    if best is None:
        return None
    at_edge = abs(best.strain) > 0.999 * most_strain
    excess = None
    if best.score >= worth:
        wrong = [found.evidence for c in _DECOYS if (found := about(float(c))) is not None]
        excess = 0.0
        if len(wrong) >= len(_DECOYS) // 2:
            spread = max(float(np.std(wrong, ddof=1)), _LEAST_SPREAD)
            excess = (best.evidence - float(np.mean(wrong))) / spread
    return Fit(best.score, best.hits, excess, best.strain, best.zero, at_edge)


def _strong(lines: PhaseLines) -> PhaseLines:
    """Without what is too weak to count even where several lines overlap."""
    kept = lines.intensity > 0.3 * _LEAST * lines.intensity.max(initial=0.0)
    return PhaseLines(lines.name, lines.d[kept], lines.intensity[kept])


def _grid(
    peaks: PeakList, instrument: PowderInstrument, most_strain: float, zeros: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Strains and zeros in steps that no peak can slip through."""
    width = float(np.median(peaks.width))
    if instrument.flight is None:
        # d(2theta) = -2 tan(theta) strain, at the upper end of most peaks.
        theta = np.radians(0.5 * float(np.quantile(peaks.position, 0.8)))
        slope = np.degrees(2.0 * np.tan(min(theta, 1.2)))
    else:
        slope = float(np.quantile(peaks.position, 0.8))
    step = max(_STEP * width / max(slope, 1e-9), most_strain / 60.0)
    n_strain = int(np.ceil(most_strain / step))
    n_zero = min(int(np.ceil((zeros[1] - zeros[0]) / (_STEP * width))), 40)
    return most_strain * np.linspace(-1.0, 1.0, 2 * n_strain + 1), np.linspace(*zeros, n_zero + 1)


def _best(
    lines: PhaseLines,
    instrument: PowderInstrument,
    peaks: PeakList,
    blocked: PeakList,
    limits: tuple[float, float],
    strains: Floats,
    zeros: Floats,
    centre: float,
) -> _Best | None:
    """The best evidence about one cell."""
    best: _Best | None = None
    cost = _COST * np.abs(zeros) / max(float(np.abs(zeros).max()), 1e-9)
    for small in strains:
        strain = (1.0 + centre) * (1.0 + float(small)) - 1.0
        # A doublet is seen as one peak or two; its first line is there in both cases.
        merged = merged_lines(lines, instrument, peaks, limits, strain=strain, first_only=True)
        # A cell of the wrong size shows other lines: as many as there are remain.
        strong = np.argsort(merged.area)[::-1][:_STRONGEST]
        strong = strong[merged.area[strong] > _LEAST * merged.area.max(initial=0.0)]
        if len(strong) < 2:
            continue
        area, width = merged.area[strong], merged.width[strong]
        position = merged.position[strong][None, :] + zeros[:, None]
        score, evidence, hits = _scores(position, area, width, peaks, blocked)
        # Of equal matches the one with smaller changes is more credible.
        evidence -= cost + _COST * abs(float(small)) / max(float(strains[-1]), 1e-9)
        if np.isnan(evidence).all():
            continue
        row = int(np.nanargmax(evidence))
        if best is None or evidence[row] > best.evidence:
            best = _Best(
                float(evidence[row]), float(score[row]), int(hits[row]), strain, float(zeros[row])
            )
    return best


def _scores(
    position: Floats, area: Floats, width: Floats, peaks: PeakList, blocked: PeakList
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """For positions (z, m): score (z,), the share of the visible lines, by the root of their areas, that
    lie on peaks of credible areas, NaN where hardly a line is free and visible; evidence (z,) and
    number of lines seen (z,)."""
    weight = np.broadcast_to(np.sqrt(area), position.shape)
    whole = weight.sum(axis=1)
    if len(blocked.position):
        gap = np.abs(position - blocked.position[nearest(blocked.position, position)])
        weight = np.where(gap > NEAR * width, weight, 0.0)
    free = weight.sum(axis=1)
    at = nearest(peaks.position, position)
    distance = (position - peaks.position[at]) / (_TOLERANCE * width)
    hit = np.exp(-0.5 * np.minimum(distance**2, 60.0))
    ratio = peaks.area[at] / area
    scale = _weighted_medians(ratio, np.where(hit > 0.1, weight, 0.0))
    hit *= np.minimum(1.0, _WEAK * ratio / scale[:, None])
    # A line that would not be seen at that scale says nothing.
    expected = scale[:, None] * area / np.interp(position, peaks.place, peaks.limit)
    visible = weight * np.clip(expected - 1.0, 0.0, 1.0)
    asked = visible.sum(axis=1)
    enough = (free > _FREE * whole) & ((visible > 0.0).sum(axis=1) >= 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(enough, (visible * hit).sum(axis=1) / asked, np.nan)
        evidence = score * np.sqrt(asked / free)
    return score, evidence, ((visible > 0.0) & (hit > 0.3)).sum(axis=1)


def _weighted_medians(values: Floats, weights: Floats) -> Floats:
    """(z,) medians of the rows of values (z, m); 1 where nothing has a weight."""
    order = np.argsort(values, axis=1)
    total = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    place = (total < 0.5 * total[:, -1:]).sum(axis=1)
    place = np.minimum(place, values.shape[1] - 1)
    found = np.take_along_axis(values, np.take_along_axis(order, place[:, None], axis=1), axis=1)[:, 0]
    return np.where((total[:, -1] > 0.0) & (found > 0.0), found, 1.0)


def nearest(positions: Floats, wanted: Floats) -> NDArray[np.int64]:
    """Index of the nearest of rising positions (k,) to each wanted one, in the shape of these."""
    right = np.searchsorted(positions, wanted)
    right = np.clip(right, 0, len(positions) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.abs(wanted - positions[left]) < np.abs(positions[right] - wanted)
    return np.asarray(np.where(closer, left, right))
