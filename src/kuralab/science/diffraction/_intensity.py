"""Factors on the way from |F|^2 to the area of a powder peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kuralab.model import PowderInstrument
from kuralab.science.diffraction._cell import reciprocal_metric
from kuralab.science.diffraction._symmetry import Group

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def lorentz_polarisation(instrument: PowderInstrument, theta: Floats) -> Floats:
    """(n,) Lorentz factor of a powder at theta (n,) rad, 1 / (sin theta sin 2theta), with the
    polarisation of X-rays, (p + (1 - p) K cos^2 2theta) / (p + (1 - p) K), K = cos^2 of a monochromator.

    International Tables for Crystallography C, sections 6.2.5 and 6.2.6.
    """
    factor = 1.0 / (np.sin(theta) * np.sin(2.0 * theta))
    if instrument.radiation == "xray":
        p = instrument.polarisation
        other = (1.0 - p) * np.cos(np.radians(instrument.monochromator)) ** 2
        factor = factor * (p + other * np.cos(2.0 * theta) ** 2) / (p + other)
    return np.asarray(factor)


def lorentz_polarisation_slope(instrument: PowderInstrument, theta: Floats) -> Floats:
    """(n,) derivative of the logarithm of ``lorentz_polarisation`` by theta (n,) rad."""
    slope = -1.0 / np.tan(theta) - 2.0 / np.tan(2.0 * theta)
    if instrument.radiation == "xray":
        p = instrument.polarisation
        other = (1.0 - p) * np.cos(np.radians(instrument.monochromator)) ** 2
        cosine, sine = np.cos(2.0 * theta), np.sin(2.0 * theta)
        slope = slope - 4.0 * other * cosine * sine / (p + other * cosine**2)
    return np.asarray(slope)


def cylinder_transmission(mu_r: float, theta: Floats) -> Floats:
    """(n,) transmission of a cylinder of radius R with attenuation mu, at theta (n,) rad; mu R below 1.

    Rouse, Cooper, York, Chakera, Acta Cryst. A26 (1970) 682: within 0.5 % up to
    mu R = 0.6, within 1.2 % at 1.
    """
    square = np.sin(theta) ** 2
    return np.asarray(
        np.exp(-(1.7133 - 0.0368 * square) * mu_r + (0.0927 + 0.375 * square) * mu_r * mu_r)
    )


def cylinder_slopes(mu_r: float, theta: Floats) -> tuple[Floats, Floats]:
    """(n,) derivatives of the logarithm of ``cylinder_transmission`` by mu R and by theta."""
    square = np.sin(theta) ** 2
    by_mu_r = -(1.7133 - 0.0368 * square) + 2.0 * (0.0927 + 0.375 * square) * mu_r
    by_theta = np.sin(2.0 * theta) * (0.0368 + 0.375 * mu_r) * mu_r
    return np.asarray(by_mu_r), np.asarray(by_theta)


def axis_cosines(
    group: Group, h: Integers, cell: tuple[float, ...], axis: tuple[int, int, int]
) -> Floats:
    """(n, m) squared cosine between each of m equivalents of reflections h (n, 3) and an axis hkl."""
    star = reciprocal_metric(cell)
    equivalents = np.einsum("ni,mij->nmj", h, group.laue).astype(float)
    pole = np.asarray(axis, dtype=float)
    across = equivalents @ star @ pole
    lengths = np.einsum("nmi,ij,nmj->nm", equivalents, star, equivalents) * (pole @ star @ pole)
    return np.asarray(across**2 / lengths)


def march_dollase(cosines: Floats, ratio: float) -> tuple[Floats, Floats]:
    """(n,) factor for preferred orientation and its derivative by the ratio r; 1 is none.

    cosines (n, m) as from ``axis_cosines``. W. A. Dollase, J. Appl. Cryst. 19 (1986) 267,
    doi:10.1107/S0021889886089458.
    """
    base = ratio * ratio * cosines + (1.0 - cosines) / ratio
    slope = 2.0 * ratio * cosines - (1.0 - cosines) / ratio**2
    return (base**-1.5).mean(axis=1), (-1.5 * base**-2.5 * slope).mean(axis=1)
