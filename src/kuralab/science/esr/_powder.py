"""Powder spectra of axial and rhombic sites, absorption or derivative."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, hypot, pi, sqrt
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr import _kernel
from kuralab.science.esr._nuclei import MAGNETON, Nucleus
from kuralab.science.esr._resonance import resonances_by_diagonalisation
from kuralab.science.esr._site import Site

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Harmonic = Literal[0, 1]

_FEWEST_KNOTS: Final = 31
_MOST_KNOTS: Final = 721
_STRETCH: Final = 0.016
_AZIMUTHS: Final = 60
_BINS_PER_WIDTH: Final = 5.0
_MOST_BINS: Final = 65536
_LEVEL_RATIO: Final = 1.5
_FWHM: Final = 2.0 * np.sqrt(2.0 * np.log(2.0))


def powder_spectrum(
    *,
    field: Floats,
    frequency: float,
    site: Site,
    nuclei: Sequence[Nucleus] = (),
    harmonic: Harmonic = 1,
    exact: bool = False,
    knots: int | None = None,
) -> Floats:
    """Spectrum of a powder at fixed frequency, against the field.

    The fields of all orientations are laid onto a histogram, each stretch between two neighbouring
    orientations evenly over the fields between them; broadening, superhyperfine splitting and the
    derivative are products in Fourier space. The area of the absorption is the powder average of the
    intensity: g for an isotropic g, as in R. Aasa, T. Vänngård, J. Magn. Reson. 19 (1975) 308.

    Parameters
    ----------
    field : (n,) mT, rising; frequency : GHz
    nuclei : the isotopes of one element, the most abundant first; the site's couplings are its own
    harmonic : 0 for absorption, 1 for its derivative by the field
    exact : diagonalise the whole Hamiltonian at each orientation; axial sites without strain only
    knots : orientations from the axis to the plane; chosen by the width of the lines without

    Returns
    -------
    (n,) intensity per mT (harmonic 0) or per mT^2 (harmonic 1)

    Raises
    ------
    ScienceError
        The field does not rise, no width is given, or the site cannot be had in the way that was asked
        for: strains, quadrupole and exact spectra are for axial sites.

    Examples
    --------
    >>> site = Site.axial(g_parallel=2.0, g_perpendicular=2.0, gaussian=1.0)
    >>> spectrum = powder_spectrum(
    ...     field=np.linspace(330.0, 350.0, 401), frequency=9.5, site=site, harmonic=0)
    >>> round(float(spectrum.sum() * 0.05), 3)
    2.0
    """
    _check(field, frequency, site, exact)
    grid = _Grid(field, site)
    levels = _levels(site, frequency, nuclei)
    rows = np.zeros((len(levels), grid.size))
    reference = nuclei[0] if nuclei else None
    chosen = knots or _knots(site, frequency, reference)
    for nucleus in nuclei or (None,):
        own = site if nucleus is None or reference is None else site.of_isotope(nucleus, reference)
        # Each of the 2I+1 orientations of the nucleus is taken by as many sites.
        weight = 1.0 if nucleus is None else nucleus.abundance / (2.0 * nucleus.spin + 1.0)
        if exact:
            _project_exactly(rows[0], grid, frequency, own, nucleus, weight, 2 * chosen)
        else:
            _project(rows, levels, grid, frequency, own, nucleus, weight, chosen)
    return grid.sampled(rows, levels, site, frequency, harmonic)


def _check(field: Floats, frequency: float, site: Site, exact: bool) -> None:
    # A step that is not a number is not above zero either.
    if field.ndim != 1 or len(field) < 2 or not (field[1:] > field[:-1]).all():
        raise ScienceError("the field must rise from point to point.")
    if not (np.isfinite(frequency) and frequency > 0.0):
        raise ScienceError("the microwave frequency must be a positive number of GHz.")
    if not site.gaussian + site.lorentzian > 0.0:
        raise ScienceError("a powder spectrum needs a line width.")
    strained = any(site.g_strain) or any(site.hyperfine_strain)
    if (strained or site.quadrupole or exact) and not site.is_axial:
        raise ScienceError("strains, quadrupole and exact spectra are for axial sites.")
    if strained and exact:
        raise ScienceError("an exact spectrum has no strain.")


class _Grid:
    """An even grid of fields, wider than the data and as fine as the lines need."""

    def __init__(self, field: Floats, site: Site) -> None:
        from scipy.fft import next_fast_len

        steps = np.diff(field)
        self.field = field
        mean = float(field[-1] - field[0]) / (len(field) - 1)
        self.even = bool(steps.max() - steps.min() <= 1e-6 * mean)
        finest = hypot(site.gaussian, site.lorentzian) / _BINS_PER_WIDTH
        base = mean if self.even else float(steps.min())
        self.per_step = max(1, ceil(base / finest))
        if not self.even:
            # What lies between the grid's points is interpolated along straight lines.
            self.per_step *= 4
        self.step = base / self.per_step
        span = float(field[-1] - field[0])
        # Lorentzian wings return from the other end of a transform; this far away they are small.
        margin = min(4.0 * site.gaussian + 12.0 * site.lorentzian + 0.02 * span, 2.0 * span)
        # A whole number of steps, so that every point of the data is a point of the grid.
        self.before = self.per_step * ceil(margin / base)
        inner = ceil(span / self.step) + 1
        self.size = int(next_fast_len(inner + 2 * self.before, real=True))
        if self.size > _MOST_BINS:
            raise ScienceError("the lines are too narrow for a field range of this width.")
        self.start = float(field[0]) - self.before * self.step

    def sampled(
        self, rows: Floats, variances: Floats, site: Site, frequency: float, harmonic: Harmonic
    ) -> Floats:
        """The spectrum at the data's fields, from histograms of different variance."""
        from scipy.fft import irfft, rfft

        k = np.arange(self.size // 2 + 1) / (self.size * self.step)
        angular = 2.0 * np.pi * k
        transformed = rfft(rows, axis=1)
        gauss = (site.gaussian / _FWHM) ** 2
        total = (transformed * np.exp(-0.5 * (gauss + variances)[:, None] * angular**2)).sum(axis=0)
        # The triangular bins have broadened the lines: sinc^2 is their transform.
        window = np.exp(-0.5 * angular * site.lorentzian) / np.sinc(k * self.step) ** 2
        if site.ligands and site.superhyperfine:
            splitting = site.superhyperfine / (MAGNETON * _mean_g(site))
            window *= ((1.0 + 2.0 * np.cos(angular * splitting)) / 3.0) ** site.ligands
        total = total * (window / self.step)
        if harmonic == 1:
            total = total * (1j * angular)
        spectrum = irfft(total, n=self.size)
        if self.even:
            return np.asarray(spectrum[self.before :: self.per_step][: len(self.field)])
        at = self.start + self.step * np.arange(self.size)
        return np.asarray(np.interp(self.field, at, spectrum))


def _knots(site: Site, frequency: float, nucleus: Nucleus | None) -> int:
    """Orientations enough that a line between two of them strays little from a straight one."""
    ends = [1e3 * frequency / (MAGNETON * g) for g in site.g]
    moved = max(ends) - min(ends)
    if nucleus is not None:
        couplings = [abs(a) / (MAGNETON * g) for a, g in zip(site.hyperfine, site.g, strict=True)]
        moved += nucleus.spin * (max(couplings) - min(couplings))
    if moved == 0.0:
        return _FEWEST_KNOTS
    angle = sqrt(_STRETCH * hypot(site.gaussian, site.lorentzian) / moved)
    return min(max(ceil(0.5 * pi / angle) + 1, _FEWEST_KNOTS), _MOST_KNOTS)


def _mean_g(site: Site) -> float:
    return sqrt(sum(g * g for g in site.g) / 3.0)


def _levels(site: Site, frequency: float, nuclei: Sequence[Nucleus]) -> Floats:
    """Variances in mT^2 that enclose those of all lines, from none on; one level without strain."""
    if not (any(site.g_strain) or any(site.hyperfine_strain)):
        return np.zeros(1)
    centre = 1e3 * frequency / (MAGNETON * min(site.g))
    spin = max((nucleus.spin for nucleus in nuclei), default=0.0)
    largest = 0.0
    for g, g_strain, a_strain in zip(
        (site.g[0], site.g[2]), site.g_strain, site.hyperfine_strain, strict=True
    ):
        largest = max(largest, 1.2 * centre * g_strain / g + spin * a_strain / (MAGNETON * g))
    own = (site.gaussian / _FWHM) ** 2 + (0.5 * site.lorentzian) ** 2
    # Two Gaussians of variances in this ratio, mixed, look like one in between.
    found = [0.0]
    while found[-1] < largest**2:
        found.append(_LEVEL_RATIO * (own + found[-1]) - own)
    return np.array(found)


def _project(
    rows: Floats,
    variances: Floats,
    grid: _Grid,
    frequency: float,
    site: Site,
    nucleus: Nucleus | None,
    weight: float,
    knots: int,
) -> None:
    spin = nucleus.spin if nucleus is not None else 0.0
    if site.is_axial:
        _kernel.project_axial(
            rows,
            variances,
            grid.start,
            grid.step,
            1e3 * frequency,
            np.array([site.g[0], site.g[2], site.hyperfine[0], site.hyperfine[2], site.quadrupole]),
            np.array([*site.g_strain, *site.hyperfine_strain, site.strain_correlation]),
            spin,
            nucleus.g_n if nucleus is not None else 0.0,
            weight,
            knots,
        )
    else:
        _kernel.project_general(
            rows[0],
            grid.start,
            grid.step,
            1e3 * frequency,
            np.array(site.g),
            np.array(site.hyperfine),
            spin,
            weight,
            knots,
            _AZIMUTHS,
        )


def _project_exactly(
    row: Floats,
    grid: _Grid,
    frequency: float,
    site: Site,
    nucleus: Nucleus | None,
    weight: float,
    knots: int,
) -> None:
    theta = np.linspace(0.0, 0.5 * np.pi, knots)
    found = resonances_by_diagonalisation(site=site, nucleus=nucleus, frequency=frequency, theta=theta)
    shares = -np.diff(np.cos(theta)) * weight
    for position, strength in zip(
        ((found.field - grid.start) / grid.step).T, found.intensity.T, strict=True
    ):
        _kernel.spread_all(row, position, 0.5 * (strength[:-1] + strength[1:]) * shares)
