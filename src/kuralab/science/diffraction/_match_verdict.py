"""What is said of one candidate phase: there, not there, or open; with the lines that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction._match_score import Fit, MergedLines, PeakList, merged_lines
from kuralab.science.diffraction._pattern import Pattern
from kuralab.science.diffraction._peaks import Peaks
from kuralab.science.diffraction._phase_lines import PhaseLines

Floats = NDArray[np.float64]
Verdict = Literal["present", "not present", "cannot tell"]

TEXTURE: Final = 3.0
_STRONG: Final = 0.25
VISIBLE: Final = 5.0
"""Standard uncertainties of an area that make a line visible."""
_ABSENT: Final = 0.05
"""A phase is not there when its shares of area and mass are below this for certain."""


@final
@dataclass(frozen=True)
class PhaseMatch:
    """One candidate. score: 0 to 1; excess: standard deviations above accident, None where the score
    is too low to ask; strain and zero (deg or us): shifts that were found; matched and missing:
    positions of its visible lines; share of the peaks' area, None unless present; share_upper: the
    largest share that its strong lines allow; fraction_upper: the same as mass fraction beside the
    present phases, where masses are known."""

    name: str
    verdict: Verdict
    score: float
    excess: float | None
    strain: float
    zero: float
    matched: Floats
    missing: Floats
    share: float | None
    share_upper: float
    fraction_upper: float | None
    reason: str


@dataclass(frozen=True)
class Accepted:
    """A phase that is there: its lines, each for itself, and observed over calculated area."""

    fit: Fit
    lines: MergedLines
    scale: float


def scale_of(lines: MergedLines, area: Floats) -> float:
    """Observed over calculated area of the strong lines: a low quantile, since others only add."""
    strong = lines.area > _STRONG * lines.area.max(initial=0.0)
    if not strong.any():
        return 0.0
    return max(float(np.quantile(area[strong] / lines.area[strong], 0.4)), 0.0)


def net_areas(pattern: Pattern, peaks: Peaks, lines: MergedLines) -> tuple[Floats, Floats]:
    """(m,) area above the background about each line, and its standard uncertainty."""
    step = np.gradient(pattern.x)
    above = np.concatenate([[0.0], np.cumsum((pattern.intensity - peaks.background) * step)])
    variance = np.concatenate([[0.0], np.cumsum((peaks.noise * pattern.uncertainty * step) ** 2)])
    half = 0.8 * lines.width
    first = np.searchsorted(pattern.x, lines.position - half)
    last = np.searchsorted(pattern.x, lines.position + half)
    # A level that is wrong by a little is wrong over the whole window.
    level = 0.1 * np.sqrt(np.maximum(variance[last] - variance[first], 0.0) * (last - first))
    std = np.sqrt(np.maximum(variance[last] - variance[first], 1e-300) + level**2)
    return above[last] - above[first], std


def report(
    pattern: Pattern,
    candidate: PhaseLines,
    accepted: Accepted | None,
    fit: Fit | None,
    every: PeakList,
    found: Peaks,
    whole: float,
) -> PhaseMatch:
    limits = (float(pattern.x[0]), float(pattern.x[-1]))
    strain, zero = (fit.strain, fit.zero) if fit is not None else (0.0, 0.0)
    lines = merged_lines(candidate, pattern.instrument, every, limits, strain=strain, zero=zero)
    area, std = net_areas(pattern, found, lines)
    total = float(every.area.sum())
    calculated = float(lines.area.sum())
    strong = lines.area > _STRONG * lines.area.max(initial=0.0)
    scale = accepted.scale if accepted is not None else scale_of(lines, area)
    upper, contradicted = 1.0, False
    fraction: float | None = None
    if strong.any():
        bounds = (np.maximum(area, 0.0) + 2.0 * std)[strong] / lines.area[strong]
        upper = min(1.0, TEXTURE * float(bounds.min()) * calculated / total)
        if candidate.mass is not None and whole > 0.0:
            own = TEXTURE * float(bounds.min()) * candidate.mass
            fraction = own / (own + whole)
        contradicted = _contradicted(lines, area, std)
    # Of a phase that is not there the strong lines are missing.
    visible = scale * lines.area > VISIBLE * std if accepted is not None else strong
    seen = area > np.maximum(VISIBLE * std, scale * lines.area / (2.0 * TEXTURE))
    missing = lines.position[visible & ~seen]
    matched = lines.position[visible & seen]
    verdict: Verdict
    if accepted is not None:
        verdict = "present"
        reason = f"{len(matched)} of {len(matched) + len(missing)} visible lines are there"
    elif not len(lines.position):
        verdict, reason = "cannot tell", "it has no line in the range of the pattern"
    elif max(upper, fraction or 0.0) < _ABSENT and contradicted:
        verdict = "not present"
        reason = f"strong lines are missing: at most {100.0 * upper:.1f} % of the peaks' area"
    else:
        verdict = "cannot tell"
        reason = "its lines lie on those of other phases, or match no better than by accident"
    return PhaseMatch(
        name=candidate.name,
        verdict=verdict,
        score=0.0 if fit is None else max(fit.score, 0.0),
        excess=None if fit is None else fit.excess,
        strain=strain,
        zero=zero,
        matched=matched,
        missing=missing,
        share=min(scale * calculated / total, 1.0) if accepted is not None else None,
        share_upper=upper,
        fraction_upper=fraction,
        reason=reason,
    )


def _contradicted(lines: MergedLines, area: Floats, std: Floats) -> bool:
    """Whether the strongest line is missing, or others that it would make visible."""
    top = int(np.argmax(lines.area))
    if area[top] < 3.0 * std[top]:
        return True
    least = area[top] / lines.area[top] * lines.area / TEXTURE
    return bool(np.any((least > VISIBLE * std) & (area + 2.0 * std < least)))
