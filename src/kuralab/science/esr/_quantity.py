"""Counting spins: double integrals of a sample and of a standard, compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr._fit import EsrFit
from kuralab.science.esr._signal import Spectrum, noise_of, running_integral

Floats = NDArray[np.float64]

_EDGE: Final = 0.08


@final
@dataclass(frozen=True)
class Area:
    """Area of the absorption, standard uncertainty, and the running absorption (n,) it comes from.

    baseline_share: by how much the area changes, relative to itself, when the ends that fix the baseline
    are half as long.
    """

    value: float
    std: float
    absorption: Floats
    baseline_share: float


@final
@dataclass(frozen=True)
class Acquisition:
    """What scales a signal: power (mW), modulation amplitude (mT), gain, scans, temperature (K).

    The ratio of two of them is used, so a number that neither file states may stay at 1; ``normalised``
    says that the file's intensity is divided by gain and scans already, as Xepr does.
    """

    power: float = 1.0
    modulation: float = 1.0
    gain: float = 1.0
    scans: float = 1.0
    temperature: float = 1.0
    normalised: bool = False

    def __post_init__(self) -> None:
        values = (self.power, self.modulation, self.gain, self.scans, self.temperature)
        if not all(np.isfinite(v) and v > 0.0 for v in values):
            raise ScienceError(
                "power, modulation amplitude, gain, scans and temperature must be positive."
            )

    def scale(self, *, derivative: bool) -> float:
        """Signal per spin, in units that two spectra of one instrument share.

        The square root of the power (no saturation), the modulation amplitude where the derivative is
        detected by field modulation, gain and scans, and Curie's law, 1/T.
        """
        found = np.sqrt(self.power) / self.temperature
        if derivative:
            found *= self.modulation
        return float(found if self.normalised else found * self.gain * self.scans)


@final
@dataclass(frozen=True)
class SpinCount:
    """Number of spins and standard uncertainty, and the ratio of the areas."""

    spins: float
    std: float
    ratio: float
    ratio_std: float


def area_of(spectrum: Spectrum) -> Area:
    """Area of the absorption by integration: once for absorption, twice for a derivative.

    A straight baseline through the ends of the data is subtracted before each integration. Its
    uncertainty comes from the noise, and from how much the area depends on the length of these ends:
    a signal that has not come back to its baseline there shows so.

    Raises
    ------
    ScienceError
        The area is not positive: the phase is wrong, or there is no signal.
    """
    value, absorption = _area(spectrum, _EDGE)
    shorter, _ = _area(spectrum, 0.5 * _EDGE)
    if not value > 0.0:
        raise ScienceError(
            "the double integral is not positive; there is no signal, or its phase is wrong."
        )
    noise = noise_of(spectrum.intensity)
    # The area is linear in the data, so independent noise adds up by the weights of the points.
    statistical = noise * float(np.linalg.norm(_weights(spectrum, _EDGE)))
    std = float(np.hypot(statistical, shorter - value))
    return Area(value, std, absorption, abs(shorter - value) / value)


def area_of_fit(fit: EsrFit) -> Area:
    """Area of the absorption of the fitted sites, with the covariance of their amplitudes.

    Wings that the field range cuts off are counted, and neither baseline nor noise is.

    Raises
    ------
    ScienceError
        No site has an amplitude.
    """
    weights = np.array([mean_intensity_g(one.site.g[2], one.site.g[0]) for one in fit.sites])
    amplitudes = np.array([one.amplitude for one in fit.sites])
    value = float(weights @ amplitudes)
    if not value > 0.0:
        raise ScienceError("the fit found no signal.")
    at = [fit.names.index(f"{i + 1}.amplitude") for i in range(len(fit.sites))]
    std = float(np.sqrt(max(weights @ fit.covariance[np.ix_(at, at)] @ weights, 0.0)))
    absorption = np.sum([one.component for one in fit.sites], axis=0)
    if fit.spectrum.harmonic == 1:
        absorption = running_integral(fit.spectrum.field, absorption)
    return Area(value, std, absorption, 0.0)


def _area(spectrum: Spectrum, edge: float) -> tuple[float, Floats]:
    field, y = spectrum.field, spectrum.intensity
    levelled = y - _chord(field, y, edge)
    if spectrum.harmonic == 1:
        absorption = running_integral(field, levelled)
        levelled = absorption - _chord(field, absorption, edge)
    return float(running_integral(field, levelled)[-1]), levelled


def _weights(spectrum: Spectrum, edge: float) -> Floats:
    """(n,) by how much each point's intensity counts in the area: ``_area`` transposed."""
    field = spectrum.field
    steps = np.diff(field)
    weights = np.zeros(len(field))
    weights[:-1] += 0.5 * steps
    weights[1:] += 0.5 * steps
    weights = weights - _chord_transposed(field, weights, edge)
    if spectrum.harmonic == 1:
        later = np.cumsum(weights[::-1])[::-1][1:]
        weights = np.zeros(len(field))
        weights[:-1] += 0.5 * steps * later
        weights[1:] += 0.5 * steps * later
        weights = weights - _chord_transposed(field, weights, edge)
    return weights


def _chord_transposed(field: Floats, weights: Floats, edge: float) -> Floats:
    count = max(int(edge * len(field)), 2)
    x = [float(field[:count].mean()), float(field[-count:].mean())]
    along = (field - x[0]) / (x[1] - x[0])
    found = np.zeros(len(field))
    found[:count] += float(weights @ (1.0 - along)) / count
    found[-count:] += float(weights @ along) / count
    return found


def _chord(field: Floats, y: Floats, edge: float) -> Floats:
    count = max(int(edge * len(y)), 2)
    x = [float(field[:count].mean()), float(field[-count:].mean())]
    a, b = float(y[:count].mean()), float(y[-count:].mean())
    return np.asarray(a + (b - a) * (field - x[0]) / (x[1] - x[0]))


def count_spins(
    *,
    sample: Area,
    standard: Area,
    standard_spins: float,
    standard_spins_std: float = 0.0,
    sample_acquisition: Acquisition,
    standard_acquisition: Acquisition,
    sample_g: float,
    standard_g: float,
    derivative: bool = True,
    frequency_ratio: float = 1.0,
) -> SpinCount:
    """Number of spins S = 1/2 in a sample, from the areas of its spectrum and of a standard's.

        N = N_s (D / D_s) (k_s / k) (g_s / g)

    D: areas of the absorption, k: what scales a signal (``Acquisition``), g: powder averages of the
    intensity g_P, which a sweep of the field at fixed frequency weighs with g.

    Parameters
    ----------
    standard_spins : S = 1/2 in the standard; frequency_ratio : of sample and standard, GHz over GHz

    Raises
    ------
    ScienceError
        A number is not positive, or the frequencies differ by more than 10 %: another resonator.

    Source
    ------
    R. Aasa, T. Vänngård, J. Magn. Reson. 19 (1975) 308; G. R. Eaton, S. S. Eaton, D. P. Barr,
    R. T. Weber, Quantitative EPR, Springer 2010.
    """
    if not (standard_spins > 0.0 and sample_g > 0.0 and standard_g > 0.0 and standard_spins_std >= 0.0):
        raise ScienceError("spins of the standard and g factors must be positive.")
    if not abs(frequency_ratio - 1.0) < 0.1:
        raise ScienceError(
            "sample and standard were measured at frequencies more than 10 % apart: no common resonator."
        )
    ratio = sample.value / standard.value
    relative = np.hypot(sample.std / sample.value, standard.std / standard.value)
    scale = standard_acquisition.scale(derivative=derivative) / sample_acquisition.scale(
        derivative=derivative
    )
    spins = standard_spins * ratio * scale * standard_g / sample_g
    whole = np.hypot(relative, standard_spins_std / standard_spins)
    return SpinCount(float(spins), float(spins * whole), float(ratio), float(ratio * relative))


def mean_intensity_g(g_parallel: float, g_perpendicular: float) -> float:
    """Powder average of the intensity of an axial site: its area in ``powder_spectrum``.

    For an isotropic g it is g. The mean over the sphere of (g_t^2 / 2)(g_p^2/g^2 + 1)/g.

    Examples
    --------
    >>> round(mean_intensity_g(2.0, 2.0), 6), round(mean_intensity_g(2.3, 2.05), 3)
    (2.0, 2.135)
    """
    nodes, weights = np.polynomial.legendre.leggauss(32)
    c2 = (0.5 * (nodes + 1.0)) ** 2
    g2 = g_parallel**2 * c2 + g_perpendicular**2 * (1.0 - c2)
    values = 0.5 * g_perpendicular**2 * (g_parallel**2 / g2 + 1.0) / np.sqrt(g2)
    return float(0.5 * np.sum(weights * values))
