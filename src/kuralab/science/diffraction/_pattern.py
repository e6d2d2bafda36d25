"""A measured powder pattern with the instrument that took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import PowderInstrument

Floats = NDArray[np.float64]

FEWEST = 30


@final
@dataclass(frozen=True)
class Pattern:
    """x (n,) 2theta in deg or time of flight in us, rising; intensity and its standard uncertainty
    (n,) in one unit; ``label`` tells patterns of one refinement apart."""

    x: Floats
    intensity: Floats
    uncertainty: Floats
    instrument: PowderInstrument
    label: str = ""


def pattern_of(
    x: Floats,
    intensity: Floats,
    instrument: PowderInstrument,
    *,
    uncertainty: Floats | None = None,
    label: str = "",
) -> Pattern:
    """A pattern without the points that say nothing; counting statistics where no uncertainty is given.

    x (n,) 2theta in deg or time of flight in us; intensity, uncertainty (n,) in one unit. A point
    whose uncertainty is zero or missing is left out. Without uncertainties they are sqrt(counts), at
    least 1.

    Raises
    ------
    ScienceError
        Different shapes, x that does not rise, negative or all-zero counts, fewer than 30 points.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(intensity, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ScienceError(f"positions {x.shape} and intensities {y.shape} do not belong together")
    if uncertainty is None:
        if (y < 0.0).any():
            raise ScienceError(
                "counts cannot be negative; a pattern with a background taken off "
                "needs its uncertainties"
            )
        sigma = np.sqrt(np.maximum(y, 1.0))
    else:
        sigma = np.asarray(uncertainty, dtype=float)
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(sigma) & (sigma > 0.0)
    x, y, sigma = x[known], y[known], sigma[known]
    if len(x) < FEWEST:
        raise ScienceError(f"{len(x)} points with an intensity are too few; {FEWEST} are needed")
    if not (np.diff(x) > 0.0).all():
        raise ScienceError("the positions do not rise from point to point")
    if not (y != 0.0).any():
        raise ScienceError("all intensities are zero")
    if instrument.radiation != "tof" and (x[0] <= 0.0 or x[-1] >= 180.0):
        raise ScienceError(f"2theta from {x[0]:g} to {x[-1]:g} deg leaves the range from 0 to 180 deg")
    return Pattern(x=x, intensity=y, uncertainty=sigma, instrument=instrument, label=label)
