"""A pattern against a list of candidate phases: which are there, which are not, what is left over.

Positions decide, areas only in so far as a strong line has to be seen: texture may change them by a
factor of three. Phases are taken one after the other; a peak that one explains is no evidence for the
next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.diffraction._match_score import (
    NEAR,
    Fit,
    PeakList,
    best_fit,
    merged_lines,
    nearest,
)
from kuralab.science.diffraction._match_verdict import (
    TEXTURE,
    VISIBLE,
    Accepted,
    PhaseMatch,
    net_areas,
    report,
    scale_of,
)
from kuralab.science.diffraction._pattern import Pattern
from kuralab.science.diffraction._peaks import Peaks, find_peaks
from kuralab.science.diffraction._phase_lines import PhaseLines

Floats = NDArray[np.float64]

MOST_STRAIN: Final = 0.007
MOST_ZERO: Final = 0.15
"""deg 2theta."""
_MOST_ZERO_FLIGHT: Final = 1e-3
"""Of the middle time of flight."""
_SCORE: Final = 0.65
_SCORE_OVERLAP: Final = 0.5
_EXCESS: Final = 3.0
_EXCESS_FEW: Final = 4.0
_EXCESS_TWO: Final = 6.0
"""Standard deviations above accident that convince: with many lines, with some, with two."""
_MANY: Final = 6
_SCORE_CLEAR: Final = 0.9
_EXCESS_CLEAR: Final = 3.8
_MATCHED: Final = 0.75
"""Share of the area expected to be visible that has to be seen."""
_CLAIM: Final = 0.3
_TRACE: Final = 0.03
"""Shares of a peak's area that a phase gives: enough to claim it as evidence, and to explain it."""
_FOOT: Final = 0.05
"""Share of a neighbour's area within two widths below which a peak is its foot."""


@final
@dataclass(frozen=True)
class PhaseCheck:
    """phases in the order of the candidates; unexplained: positions of peaks that no present phase
    explains, and their share of all peaks' area with its standard uncertainty."""

    phases: tuple[PhaseMatch, ...]
    peaks: Peaks
    unexplained: Floats
    unexplained_share: float
    unexplained_share_std: float

    def present(self) -> tuple[str, ...]:
        """Names of the phases that are there."""
        return tuple(phase.name for phase in self.phases if phase.verdict == "present")


def match_phases(
    pattern: Pattern,
    candidates: Sequence[PhaseLines],
    *,
    peaks: Peaks | None = None,
    most_strain: float = MOST_STRAIN,
    most_zero: float | None = None,
) -> PhaseCheck:
    """Say of each candidate whether it is in the pattern.

    most_strain : relative change of its cell that is allowed; most_zero : shift of all lines, deg
    2theta or us. Both are searched; larger ones make accidental matches more likely, which is
    accounted for by matching wrong cells in the same way.

    Raises
    ------
    ScienceError
        No candidates, two of one name, or a pattern without peaks.
    """
    names = [candidate.name for candidate in candidates]
    if not names or len(set(names)) < len(names):
        raise ScienceError("candidates are needed, each with a name of its own")
    found = peaks or find_peaks(pattern.x, pattern.intensity, pattern.uncertainty)
    if len(found) < 2:
        raise ScienceError(f"the pattern has {len(found)} peaks, which identify nothing")
    every = _peak_list(pattern, found)
    limits = (float(pattern.x[0]), float(pattern.x[-1]))
    if most_zero is None:
        flight = pattern.instrument.flight is not None
        most_zero = _MOST_ZERO_FLIGHT * float(np.mean(limits)) if flight else MOST_ZERO
    taken = np.zeros(len(found), dtype=bool)
    accepted: dict[str, Accepted] = {}
    zeros = (-most_zero, most_zero)

    def fitted(candidate: PhaseLines) -> Fit | None:
        return best_fit(
            candidate,
            pattern.instrument,
            every.without(taken),
            every.without(~taken),
            limits,
            most_strain=most_strain,
            zeros=zeros,
            worth=_SCORE_OVERLAP,
        )

    tried = {candidate.name: fitted(candidate) for candidate in candidates}
    fits = dict(tried)
    while True:
        likely = sorted(
            (c for c in candidates if (fit := fits.get(c.name)) is not None and _convinces(fit)),
            key=lambda c: -_worth(fits[c.name]),
        )
        new = next(
            (
                (candidate.name, one)
                for candidate in likely
                if (one := _accept(pattern, candidate, fits[candidate.name], every, found, limits))
            ),
            None,
        )
        if new is None:
            break
        name, one = new
        accepted[name] = one
        tried[name] = one.fit
        taken |= _claimed(one, every)
        # All phases share the zero of the instrument.
        width = float(np.median(every.width))
        centre = next(iter(accepted.values())).fit.zero
        zeros = (max(centre - 0.5 * width, -most_zero), min(centre + 0.5 * width, most_zero))
        fits = {c.name: fitted(c) for c in candidates if c.name not in accepted}
        tried |= {known: fit for known, fit in fits.items() if fit is not None}
    left = ~_explained(list(accepted.values()), every, taken)
    total = float(every.area.sum())
    masses = [accepted[c.name].scale * c.mass for c in candidates if c.name in accepted and c.mass]
    whole = sum(masses) if len(masses) == len(accepted) else 0.0
    phases = tuple(
        report(
            pattern, candidate, accepted.get(candidate.name), tried[candidate.name], every, found, whole
        )
        for candidate in candidates
    )
    return PhaseCheck(
        phases=phases,
        peaks=found,
        unexplained=every.position[left],
        unexplained_share=float(every.area[left].sum()) / total,
        unexplained_share_std=_share_std(found, left, total),
    )


def _convinces(fit: Fit) -> bool:
    needed = _EXCESS if fit.hits >= _MANY else _EXCESS_FEW if fit.hits > 2 else _EXCESS_TWO
    if fit.score > _SCORE_CLEAR:
        needed = min(needed, _EXCESS_CLEAR)
    # Where lines overlap a lower score will do, if accident never comes near it.
    if fit.score < _SCORE:
        needed *= 2.0
    return fit.score >= _SCORE_OVERLAP and (fit.excess or 0.0) >= needed and not fit.at_edge


def _peak_list(pattern: Pattern, found: Peaks) -> PeakList:
    """The peaks, with the area that would be seen at 50 places along the pattern."""
    from scipy.ndimage import median_filter

    sigma = median_filter(pattern.uncertainty, size=max(len(pattern.x) // 20, 3), mode="nearest")
    chosen = np.unique(np.linspace(0, len(pattern.x) - 1, 50).astype(int))
    place = pattern.x[chosen]
    width = np.interp(place, found.position, median_filter(found.width, size=9, mode="nearest"))
    step = np.gradient(pattern.x)[chosen]
    limit = VISIBLE * found.noise * sigma[chosen] * np.sqrt(2.0 * width * step)
    return PeakList(found.position, found.width, found.area, place, limit)


def _worth(fit: Fit | None) -> float:
    return 0.0 if fit is None else fit.score * min(fit.excess or 0.0, 10.0)


def _accept(
    pattern: Pattern,
    candidate: PhaseLines,
    fit: Fit | None,
    every: PeakList,
    found: Peaks,
    limits: tuple[float, float],
) -> Accepted | None:
    """The phase with its scale, if the lines that have to be visible are there."""
    if fit is None:
        return None
    lines = merged_lines(candidate, pattern.instrument, every, limits, strain=fit.strain, zero=fit.zero)
    area, std = net_areas(pattern, found, lines)
    scale = scale_of(lines, area)
    visible = scale * lines.area > VISIBLE * std
    if visible.sum() < 2:
        return None
    seen = visible & (area > 2.0 * std) & (area > scale * lines.area / (2.0 * TEXTURE))
    share = float(lines.area[seen].sum() / lines.area[visible].sum())
    if share < _MATCHED:
        return None
    single = merged_lines(
        candidate, pattern.instrument, every, limits, strain=fit.strain, zero=fit.zero, near=0.0
    )
    return Accepted(fit, single, scale)


def _given(one: Accepted, every: PeakList) -> Floats:
    """(k,) what a phase gives of the area of each peak."""
    at = nearest(every.position, one.lines.position)
    near = np.abs(one.lines.position - every.position[at]) < NEAR * every.width[at]
    given = np.bincount(at[near], one.scale * one.lines.area[near], minlength=len(every.position))
    return np.asarray(given, dtype=np.float64)


def _claimed(one: Accepted, every: PeakList) -> NDArray[np.bool_]:
    """(k,) peaks of which a phase explains a good part."""
    return np.asarray(_given(one, every) > _CLAIM * every.area)


def _explained(
    accepted: Sequence[Accepted], every: PeakList, taken: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(k,) peaks that lie on a line of a present phase, or are the foot of one that does.

    A weak line may be much stronger than calculated: by a site that is not quite right.
    """
    done = taken.copy()
    for one in accepted:
        done |= _given(one, every) > _TRACE * every.area
    distance = np.abs(every.position[:, None] - every.position[None, :])
    foot = (
        (distance < 2.0 * every.width[None, :])
        & (every.area[:, None] < _FOOT * every.area[None, :])
        & done[None, :]
    )
    return np.asarray(done | foot.any(axis=1))


def _share_std(found: Peaks, left: NDArray[np.bool_], total: float) -> float:
    """Of A / (A + B): from the uncertainties of both, with a tenth of what is left as its own."""
    a, b = float(found.area[left].sum()), float(found.area[~left].sum())
    var_a = float((found.area_std[left] ** 2).sum()) + (0.1 * a) ** 2
    var_b = float((found.area_std[~left] ** 2).sum())
    return float(np.sqrt(b**2 * var_a + a**2 * var_b)) / total**2
