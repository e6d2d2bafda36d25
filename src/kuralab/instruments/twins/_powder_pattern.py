"""A powder pattern as a twin makes it: split Pearson VII peaks, which no refinement here uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kuralab.model import Crystal
from kuralab.science.diffraction import Reflections, cell_volume, phase_mass, reflections

Floats = NDArray[np.float64]

_REACH = 40.0
"""Half widths from a peak's centre to where it is cut off."""
_FAINT = 3e-5
"""Of the strongest reflection; weaker ones are left out."""


@dataclass(frozen=True)
class Optics:
    """lines: wavelength in angstrom and weight; u, v, w in deg^2 (FWHM^2 of tan theta); exponents:
    Pearson VII, left and right; asymmetry: how much wider the left half is at 20 deg; zero in deg;
    shift: 2 s / R of a displaced sample, in deg at theta = 0."""

    lines: tuple[tuple[float, float], ...]
    u: float
    v: float
    w: float
    exponents: tuple[float, float]
    asymmetry: float
    zero: float = 0.0
    shift: float = 0.0


def peaks_of_phases(
    two_theta: Floats,
    phases: Sequence[tuple[Crystal, float]],
    *,
    radiation: Literal["xray", "neutron"],
    optics: Optics,
    microstrain: float,
    texture: float,
    absorption: float = 0.0,
) -> Floats:
    """Intensity of all phases at two_theta (n,) deg, before the counting rate.

        I = sum_i  w_i / (Z M V)_i  sum_hkl  m |F|^2 L(theta) T(hkl) A_i  profile

    w: mass fraction; Z M: mass, V: volume of a cell; T: March and Dollase along c with a ratio
    ``texture`` (not for cubic phases); A: microabsorption of grains of radius ``absorption`` in um
    (Brindley), X-rays only. ``microstrain`` widens by 4 epsilon tan theta.
    """
    intensity = np.zeros_like(two_theta)
    shortest = min(wavelength for wavelength, _ in optics.lines)
    d_min = shortest / (2.0 * math.sin(math.radians(min(two_theta[-1] + 1.0, 179.0)) / 2.0))
    grains = _grains(phases, absorption) if radiation == "xray" else [1.0] * len(phases)
    for (crystal, share), grain in zip(phases, grains, strict=True):
        found = reflections(crystal, radiation=radiation, d_min=d_min, wavelength=shortest)
        weight = grain * share / (phase_mass(crystal) * cell_volume(crystal.cell))
        area = weight * found.multiplicity * found.f_squared * _texture(crystal, found, texture)
        for wavelength, part in optics.lines:
            intensity += part * _peaks(
                two_theta, found.d, area, wavelength, radiation, optics, microstrain
            )
    return intensity


def _peaks(
    two_theta: Floats,
    d: Floats,
    area: Floats,
    wavelength: float,
    radiation: str,
    optics: Optics,
    microstrain: float,
) -> Floats:
    total = np.zeros_like(two_theta)
    sine = wavelength / (2.0 * d)
    seen = (sine < 1.0) & (area > _FAINT * area.max(initial=0.0))
    theta = np.arcsin(sine[seen])
    height = area[seen] / (np.sin(theta) ** 2 * np.cos(theta))
    if radiation == "xray":
        height *= 0.5 * (1.0 + np.cos(2.0 * theta) ** 2)
    tangent = np.tan(theta)
    width = np.sqrt(optics.u * tangent**2 + optics.v * tangent + optics.w)
    width = np.hypot(width, np.degrees(4.0 * microstrain) * tangent)
    centre = np.degrees(2.0 * theta) + optics.zero - optics.shift * np.cos(theta)
    wider = optics.asymmetry * math.tan(math.radians(20.0)) / np.tan(2.0 * theta)
    wider = np.where(theta < math.pi / 4.0, wider, 0.0).clip(0.0, 1.0)
    left, right = 0.5 * width * (1.0 + wider), 0.5 * width
    starts = np.searchsorted(two_theta, centre - _REACH * left)
    ends = np.searchsorted(two_theta, centre + _REACH * right)
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        total[start:end] += height[i] * split_pearson(
            two_theta[start:end] - centre[i], (left[i], right[i]), optics.exponents
        )
    return total


def split_pearson(x: Floats, halves: tuple[float, float], exponents: tuple[float, float]) -> Floats:
    """Profile of unit area: Pearson VII with its own half width and exponent on either side.

        P(x) = P0 [1 + (2^(1/m) - 1) (x / h)^2]^-m

    x (n,), halves h: left and right half width at half height, exponents m.

    Source
    ------
    H. Toraya, J. Appl. Cryst. 19, 440 (1986), DOI 10.1107/S0021889886088982 (split type).
    """
    sides = []
    area = 0.0
    for half, m in zip(halves, exponents, strict=True):
        narrow = 2.0 ** (1.0 / m) - 1.0
        area += half * math.sqrt(math.pi / narrow) * math.gamma(m - 0.5) / (2.0 * math.gamma(m))
        sides.append((1.0 + narrow * (x / half) ** 2) ** -m)
    return np.asarray(np.where(x < 0, sides[0], sides[1]) / area)


def _texture(crystal: Crystal, found: Reflections, ratio: float) -> Floats | float:
    cell = crystal.cell
    if cell.a == cell.b == cell.c and cell.gamma == 90.0:
        return 1.0
    # c is along c* in all cells here, so that every equivalent has the same angle to it.
    cosine = (found.h[:, 2] * found.d / cell.c) ** 2
    return np.asarray((ratio**2 * cosine + (1.0 - cosine) / ratio) ** -1.5)


_MASS_ABSORPTION = {"La": 341.0, "Ni": 45.7, "Mg": 40.0, "O": 11.5}
"""cm2/g for Cu K-alpha, recalled from International Tables; hydrogen counts nothing."""


def _grains(phases: Sequence[tuple[Crystal, float]], radius: float) -> list[float]:
    """exp[-(mu_i - mean) R] of each phase."""
    linear = [_linear_absorption(crystal) for crystal, _ in phases]
    volume = [share * cell_volume(c.cell) / phase_mass(c) for c, share in phases]
    mean = sum(v * mu for v, mu in zip(volume, linear, strict=True)) / sum(volume)
    return [math.exp(-(mu - mean) * 1e-4 * radius) for mu in linear]


def _linear_absorption(crystal: Crystal) -> float:
    """1/cm; the mass of a site is taken from its share of the cell's."""
    weights: dict[str, float] = {}
    found = {site.scatterer for site in crystal.sites}
    for scatterer in found:
        sites = tuple(site for site in crystal.sites if site.scatterer == scatterer)
        weights[scatterer] = phase_mass(crystal.model_copy(update={"sites": sites}))
    grams = sum(weights.values()) / 6.02214076e23
    per_gram = sum(w * _MASS_ABSORPTION.get(s, 0.0) for s, w in weights.items()) / sum(weights.values())
    return per_gram * grams / (cell_volume(crystal.cell) * 1e-24)
