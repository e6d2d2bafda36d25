"""From columns to a powder pattern: what every reader of patterns checks and says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kuralab.model import Column, Kind, Measurement
from kuralab.units import Quantity

if TYPE_CHECKING:
    from kuralab.formats._source import Source

Floats = NDArray[np.float64]

LEAST_POINTS: Final = 10
MOST_POINTS: Final = 2_000_000
FLIGHT_FROM: Final = 360.0
"""No angle is above; a time of flight in us always ends above."""
_FARTHEST: Final = 5.0
"""Standard uncertainties by which a corrected intensity may lie below zero."""
_LARGEST: Final = 1e15
_WAVELENGTH: Final = re.compile(
    r"(?:wave[ _-]?lengths?|lambda\d?|λ)\s*(?:[\[(][^\])]{0,12}[\])])?\s*[:=]?\s*"
    r"(?P<first>\d{0,2}\.\d{1,9})(?:\s*(?:,|;|and)\s*(?P<second>\d{0,2}\.\d{1,9}))?",
    re.IGNORECASE,
)
_NEUTRON: Final = re.compile(r"\bneutrons?\b|\btime[ -]of[ -]flight\b", re.IGNORECASE)
_XRAY: Final = re.compile(
    r"\bx-?rays?\b|\bsynchrotron\b|\b(?:Cu|Co|Mo|Cr|Fe|Ag) ?-?K ?-?(?:a|α)", re.IGNORECASE
)
_SHORTEST_WAVE: Final = 0.05
_LONGEST_WAVE: Final = 20.0


@dataclass
class PatternFacts:
    """What a file says besides its points."""

    metadata: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    temperature: Quantity | None = None
    started: datetime | None = None


def pattern_measurement(
    source: Source,
    x: Floats,
    intensity: Floats,
    *,
    flight: bool,
    format: str,
    facts: PatternFacts,
    uncertainty: Floats | None = None,
    lines: Sequence[int] | None = None,
    sweep: int = 1,
) -> Measurement:
    """One pattern. x in deg 2theta, or in us where ``flight``; lines: where each point stands.

    Raises
    ------
    InputError
        Few points, x that does not rise, negative or only zero intensities, or impossible
        uncertainties.
    """
    check = _Check(source, lines)
    axis = "time of flight" if flight else "2theta"
    _check_axis(check, x, flight, axis)
    keep = np.isfinite(intensity)
    if uncertainty is not None:
        keep &= np.isfinite(uncertainty)
        negative = np.flatnonzero(uncertainty < 0.0)
        if negative.size:
            raise check.at(
                int(negative[0]),
                f"the uncertainty is negative ({uncertainty[negative[0]]:g})",
                hint="Correct it, or delete the column.",
            )
        if not np.any(uncertainty > 0.0):
            facts.warnings.append("all uncertainties are zero, so they were left out")
            uncertainty = None
        else:
            keep &= uncertainty > 0.0
    dropped = int(np.count_nonzero(~keep))
    if dropped:
        facts.warnings.append(
            f"{dropped} point{'s' if dropped > 1 else ''} left out: no intensity or no uncertainty"
        )
    if np.count_nonzero(keep) < LEAST_POINTS:
        raise source.error(
            f"only {int(np.count_nonzero(keep))} points have an intensity and an uncertainty",
            hint="Export the pattern again.",
        )
    _check_intensity(check, intensity, uncertainty, keep)
    columns = [
        Column(
            name="time_of_flight" if flight else "two_theta",
            unit="us" if flight else "deg",
            values=x[keep],
        ),
        Column(name="intensity", unit="", values=intensity[keep]),
    ]
    if uncertainty is not None:
        columns.append(Column(name="intensity_uncertainty", unit="", values=uncertainty[keep]))
    return Measurement(
        kind=Kind.POWDER_PATTERN,
        format=format,
        raw=source.raw,
        sweep=sweep,
        columns=tuple(columns),
        temperature=facts.temperature,
        started=facts.started,
        metadata=dict(facts.metadata),
        warnings=tuple(dict.fromkeys(facts.warnings)),
    )


@dataclass(frozen=True)
class _Check:
    source: Source
    lines: Sequence[int] | None

    def at(self, index: int, message: str, *, hint: str) -> Exception:
        """An error of one point."""
        if self.lines is not None:
            return self.source.error(message, line=self.lines[index], hint=hint)
        return self.source.error(message, field=f"point {index + 1}", hint=hint)


def _check_axis(check: _Check, x: Floats, flight: bool, axis: str) -> None:
    if not LEAST_POINTS <= x.size <= MOST_POINTS:
        raise check.source.error(
            f"{x.size} points make no powder pattern", hint="Export the whole pattern."
        )
    missing = np.flatnonzero(~np.isfinite(x))
    if missing.size:
        raise check.at(int(missing[0]), f"there is no {axis}", hint="Correct or delete the row.")
    falls = np.flatnonzero(np.diff(x) <= 0.0)
    if falls.size:
        i = int(falls[0])
        what = "falls" if x[i + 1] < x[i] else "stands still"
        raise check.at(
            i + 1,
            f"{axis} {what}, from {x[i]:g} to {x[i + 1]:g}",
            hint="Sort the points, or keep one scan in each file.",
        )
    if not flight and (x[0] < -180.0 or x[-1] > 180.0):
        raise check.at(
            0 if x[0] < -180.0 else x.size - 1,
            f"2theta goes from {x[0]:g} to {x[-1]:g} deg",
            hint="It lies between -180 and 180 deg.",
        )
    if flight and x[0] <= 0.0:
        raise check.at(0, f"the time of flight is {x[0]:g} us", hint="It has to be positive.")


def _check_intensity(
    check: _Check, intensity: Floats, uncertainty: Floats | None, keep: NDArray[np.bool_]
) -> None:
    # Counts are never negative; what was corrected may be, by its noise.
    lowest = 0.0 if uncertainty is None else -_FARTHEST * uncertainty
    with np.errstate(invalid="ignore"):
        negative = np.flatnonzero(keep & (intensity < lowest))
    if negative.size:
        i = int(negative[0])
        more = f" ({negative.size} such points)" if negative.size > 1 else ""
        raise check.at(
            i,
            f"the intensity is negative ({intensity[i]:g}){more}",
            hint="Counts are not; export the pattern without subtracting a background, or with "
            "uncertainties.",
        )
    if not np.any(intensity[keep] != 0.0):
        raise check.source.error("all intensities are zero", hint="Export the pattern again.")
    if np.max(np.abs(intensity[keep])) > _LARGEST:
        raise check.at(
            int(np.nanargmax(np.abs(intensity))), "the intensity is no count", hint="Correct it."
        )


def note_radiation(texts: Iterable[str], metadata: dict[str, str]) -> None:
    """Radiation and wavelengths that free text states, where it leaves no doubt."""
    found: set[str] = set()
    for text in (whole[:400] for whole in texts):
        wave = _WAVELENGTH.search(text)
        if wave and "wavelength" not in metadata:
            note_wavelengths(metadata, float(wave["first"]), float(wave["second"] or 0.0))
        found |= {"neutron"} if _NEUTRON.search(text) else set()
        found |= {"xray"} if _XRAY.search(text) else set()
    if len(found) == 1:
        metadata.setdefault("radiation", found.pop())


def note_wavelengths(
    metadata: dict[str, str],
    first: float | None,
    second: float | None = None,
    ratio: float | None = None,
) -> None:
    """K alpha 1 or the only wavelength, K alpha 2 and its share relative to the first, if credible."""
    if first is None or not _SHORTEST_WAVE < first < _LONGEST_WAVE:
        return
    metadata["wavelength"] = f"{first:.8g} angstrom"
    if second is not None and _SHORTEST_WAVE < second < _LONGEST_WAVE:
        ratio = 0.5 if ratio is None else ratio
        if 0.0 < ratio <= 1.0 and second != first:
            metadata["wavelength_2"] = f"{second:.8g} angstrom"
            metadata["ratio_2"] = f"{ratio:g}"
