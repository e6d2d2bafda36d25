"""What of a refinement may be believed: whether it explains a pattern, and what it cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction._cell import inverse_square_spacing, metric
from kuralab.science.diffraction._histogram import Histogram
from kuralab.science.diffraction._phase import Phase
from kuralab.science.diffraction._refine import PatternFit, Refinement
from kuralab.science.diffraction._scattering import amplitudes

Floats = NDArray[np.float64]

EXPLAINED: Final = 0.6
"""Least share of the weighted variance above the background that a structure has to explain."""
_GOOD: Final = 0.96
_NOISE: Final = 1.5
_PLACED: Final = 0.1
"""Angstrom: a coordinate that is less certain places no atom."""
_DAMPED: Final = 3.0
"""Angstrom^2: a B that is less certain says nothing."""
_VISIBLE: Final = 0.003
"""Least share of an atom in the scattering of its phase; less is lost in errors of the profile."""


@final
@dataclass(frozen=True)
class Verdict:
    """share: of the weighted variance above the background that a fit explains; adequate: whether only
    noise or small things are left; said in ``reason``."""

    share: float
    explains: bool
    adequate: bool
    reason: str


def judge(fit: PatternFit) -> Verdict:
    """Whether a refined model explains one pattern."""
    rest = fit.agreement
    share = 1.0 - (rest.r_wp_peaks / 100.0) ** 2
    said = (
        f"R_wp {rest.r_wp:.2f} % (expected {rest.r_exp:.2f} %), S {rest.goodness_of_fit:.2f}; "
        f"{100.0 * max(share, 0.0):.1f} % of the variance above the background is explained"
    )
    noise_only = rest.goodness_of_fit <= _NOISE and share > 0.2
    return Verdict(
        share=share,
        explains=share >= EXPLAINED or noise_only,
        adequate=share >= _GOOD or noise_only,
        reason=said,
    )


def undetermined(refinement: Refinement) -> dict[str, str]:
    """Refined parameters of sites that the patterns do not determine, each with the reason."""
    found: dict[str, str] = {}
    for place, phase in enumerate(refinement.model.phases):
        if phase.atoms is None:
            continue
        edges = np.sqrt(
            np.diag(metric(phase.cell(refinement.model.of_phases(refinement.values)[place])))
        )
        shares = np.max(
            [
                scattering_shares(refinement, place, histogram)
                for histogram in refinement.model.histograms
            ],
            axis=0,
        )
        for number, name in enumerate(phase.names[phase.n_cell :]):
            full = f"{phase.name}.{name}"
            std = refinement.std(full)
            if full in refinement.lost:
                found[full] = "the patterns do not respond to it, or it ended at a bound"
            if std is None:
                continue
            direction = phase.site_directions[number]
            members = np.flatnonzero(np.abs(direction).sum(axis=1) > 0.0)
            share = float(shares[members].sum())
            if share < _VISIBLE:
                found[full] = (
                    f"its atoms scatter {100.0 * share:.2g} % of what the phase scatters, less than "
                    "errors of profile and background"
                )
                continue
            kind = name.rsplit(".", 1)[-1]
            width = std * (float(edges["xyz".index(kind)]) if kind in "xyz" else 1.0)
            limit = _PLACED if kind in "xyz" else _DAMPED if kind == "b_iso" else 0.5
            if width > limit:
                unit = "angstrom" if kind in "xyz" else "angstrom^2" if kind == "b_iso" else ""
                found[full] = f"its uncertainty is {width:.2g} {unit}".rstrip()
    return found


def scattering_shares(refinement: Refinement, place: int, histogram: Histogram) -> Floats:
    """(m,) share of each site in the mean square scattering of its phase over one pattern's lines."""
    phase: Phase = refinement.model.phases[place]
    atoms = phase.with_atoms()
    h, _ = histogram.reflections[place]
    q = inverse_square_spacing(h, phase.crystal.cell.as_tuple())
    lines = histogram.pattern.instrument.lines
    real, imaginary = amplitudes(
        atoms.symbols,
        radiation=histogram.pattern.instrument.radiation,
        s=0.5 * np.sqrt(q),
        wavelength=lines[0].wavelength if lines else None,
    )
    power = (real**2 + imaginary**2).mean(axis=1)[atoms.kinds]
    weights = atoms.occupancy * atoms.multiplicity * power
    return np.asarray(weights / weights.sum())
