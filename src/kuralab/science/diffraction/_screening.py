"""Which of some known phases are in a pattern, and how much of it none of them explains.

A screening without any refinement: pattern and calculated lines are both made coarse, so that
profile, strain and a displaced sample matter little, and the phases are fitted with scales that are
not negative. It takes milliseconds and errs by some percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Crystal, PowderInstrument
from kuralab.science.diffraction._atoms import phase_mass, reflections
from kuralab.science.diffraction._background import rough_background
from kuralab.science.diffraction._cell import cell_volume
from kuralab.science.diffraction._intensity import lorentz_polarisation
from kuralab.science.diffraction._pattern import Pattern

Floats = NDArray[np.float64]

COARSE: Final = 0.25
"""deg, FWHM that is added to pattern and lines."""
_SHIFTS: Final = np.linspace(-0.12, 0.12, 13)
_FWHM: Final = 2.3548
_REACH: Final = 4.0
"""Standard deviations at which a line is cut off."""
_SIGNIFICANT: Final = 3.0
"""Standard deviations of the noise that a residual must exceed to count."""
_KNOWN: Final = 0.4
"""Where known phases give this share of the intensity or more, the rest is theirs as well: a wrong
intensity of a known line, by texture or displacements, is no unknown phase."""


@final
@dataclass(frozen=True)
class Screening:
    """fractions: mass fraction of each phase among the known ones, by name, zero if absent;
    unexplained: share of the intensity above background away from their lines, with its standard
    uncertainty; shift: in deg 2theta; fitted (n,): what the known phases give, and observed (n,),
    both coarse and without background."""

    fractions: dict[str, float]
    unexplained: float
    unexplained_std: float
    shift: float
    observed: Floats
    fitted: Floats

    def present(self, *, least: float = 0.02) -> tuple[str, ...]:
        """Names of the phases with this mass fraction or more."""
        return tuple(name for name, share in self.fractions.items() if share >= least)


def screen_phases(pattern: Pattern, crystals: Sequence[Crystal]) -> Screening:
    """Fit known phases to a coarse pattern, and say what they leave over.

        y = sum_i s_i f_i(2theta - shift),   s_i >= 0,   w_i ~ s_i (Z M V)_i

    y: observed less background, f: calculated from the crystal as it is; both with a FWHM of 0.25 deg
    on top of the pattern's own. The uncertainty of ``unexplained`` is half of what is wrong at known
    lines, which may hide an unknown one.

    Raises
    ------
    ScienceError
        Time of flight, no crystals, one without sites, or two of one name.

    Source
    ------
    Weights from scales: R. J. Hill, C. J. Howard, J. Appl. Cryst. 20 (1987) 467,
    DOI 10.1107/S0021889887086199. The screening itself is ours.
    """
    from scipy.ndimage import gaussian_filter1d
    from scipy.optimize import nnls

    if pattern.instrument.radiation == "tof":
        raise ScienceError("screening needs a constant wavelength")
    if not crystals or len({c.name for c in crystals}) < len(crystals):
        raise ScienceError("screening needs phases with different names")
    x = np.linspace(pattern.x[0], pattern.x[-1], len(pattern.x))
    step = float(x[1] - x[0])
    sigma = COARSE / _FWHM / step
    # Of the coarse pattern the running minimum is a fair background: it is hardly noisy any more.
    coarse = gaussian_filter1d(np.interp(x, pattern.x, pattern.intensity), sigma)
    observed = coarse - rough_background(coarse)
    noise = np.sqrt(gaussian_filter1d(np.interp(x, pattern.x, pattern.uncertainty) ** 2, sigma))
    noise = noise / np.sqrt(2.0 * np.sqrt(np.pi) * sigma)
    curves = [_coarse_curve(crystal, pattern.instrument, x) for crystal in crystals]
    best: tuple[float, float, Floats, Floats] | None = None
    for shift in _SHIFTS:
        basis = np.array([np.interp(x - shift, x, curve) for curve in curves]).T
        # Strong lines shall not decide alone: intensities are wrong in proportion.
        weight = 1.0 / np.sqrt(noise**2 + (0.1 * np.maximum(observed, 0.0)) ** 2)
        scales, norm = nnls(basis * weight[:, None], observed * weight)
        if best is None or norm < best[0]:
            best = (float(norm), float(shift), np.asarray(scales), basis @ scales)
    assert best is not None
    _, shift, scales, fitted = best
    masses = scales * [phase_mass(c) * cell_volume(c.cell) for c in crystals]
    whole = float(masses.sum())
    rest = observed - fitted
    total = max(float(np.maximum(observed, 0.0).sum()), 1e-300)
    counts = rest > _SIGNIFICANT * noise
    unknown = counts & (fitted < _KNOWN * observed)
    misfit = float(np.abs(rest[~unknown & (np.abs(rest) > _SIGNIFICANT * noise)]).sum()) / total
    return Screening(
        fractions={
            c.name: float(m) / whole if whole > 0 else 0.0 for c, m in zip(crystals, masses, strict=True)
        },
        unexplained=float(rest[unknown].sum()) / total,
        unexplained_std=max(0.5 * misfit, 0.005),
        shift=shift,
        observed=observed,
        fitted=fitted,
    )


def _coarse_curve(crystal: Crystal, instrument: PowderInstrument, x: Floats) -> Floats:
    """(n,) the pattern of one crystal with Gaussian lines, as wide as the instrument's and COARSE."""
    curve, resolution = np.zeros(len(x)), instrument.resolution
    for line in instrument.lines:
        d_min = line.wavelength / (2.0 * np.sin(np.radians(0.5 * x[-1])))
        found = reflections(
            crystal,
            radiation="xray" if instrument.radiation == "xray" else "neutron",
            d_min=float(d_min),
            wavelength=line.wavelength,
        )
        theta = np.arcsin(np.minimum(line.wavelength / (2.0 * found.d), 1.0))
        area = found.multiplicity * found.f_squared * lorentz_polarisation(instrument, theta)
        tangent = np.tan(theta)
        gauss = resolution.u * tangent**2 + resolution.v * tangent + resolution.w
        lorentz = resolution.x * tangent + resolution.y / np.cos(theta)
        width = np.sqrt(COARSE**2 + np.maximum(gauss, 0.0) + lorentz**2) / _FWHM
        centre = np.degrees(2.0 * theta)
        for at, sigma, height in zip(centre, width, line.weight * area / width, strict=True):
            first, last = np.searchsorted(x, (at - _REACH * sigma, at + _REACH * sigma))
            curve[first:last] += height * np.exp(-0.5 * ((x[first:last] - at) / sigma) ** 2)
    return curve
