"""Powder patterns made by a model that shares nothing with the refinement.

Profiles are Fourier transforms (P. Scardi, M. Leoni, Acta Cryst. A58 (2002) 190): spheres of lognormal
diameters, strain that depends on the direction, a Gaussian instrument, and axial divergence through
Soller slits, whose angle phi is Gaussian and shifts a ray by -phi^2 cot(2theta) / 2. Structure factors
are summed here over the operations of the space group. The background falls and has the hump of a glass.
"""

from __future__ import annotations

from dataclasses import dataclass

import gemmi
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LENGTHS = {"La": 8.24, "Ni": 10.3, "D": 6.671}
"""Coherent scattering lengths in fm: V. F. Sears, Neutron News 3 (1992) 26."""

Atom = tuple[str, tuple[float, float, float], float, float]
"""Element, fractional position, occupancy, B in angstrom^2."""


@dataclass(frozen=True)
class Sample:
    """One phase. cell in angstrom and degrees; median diameter (angstrom) and width of the logarithm of
    the spheres; strain along a and how much larger it is along c; mass: share of the mixture."""

    space_group: str
    cell: tuple[float, float, float, float, float, float]
    atoms: tuple[Atom, ...]
    mass: float
    diameter: float = 450.0
    spread: float = 0.45
    strain: float = 0.6e-3
    along_c: float = 0.8


@dataclass(frozen=True)
class Beam:
    """lines: wavelength in angstrom and weight. widths u, v, w in deg^2; axial: mean shift in deg at
    2theta = 45 deg; zero in deg; displacement 2 s / R in deg; peak: counts of the strongest point above
    the background; background and hump in counts, the hump at 2theta = 27 deg."""

    radiation: str
    lines: tuple[tuple[float, float], ...]
    u: float
    v: float
    w: float
    axial: float
    zero: float = 0.0
    displacement: float = 0.0
    peak: float = 10_000.0
    background: float = 300.0
    hump: float = 60.0


def counts(
    x: Floats, samples: tuple[Sample, ...], beam: Beam, random: np.random.Generator | None
) -> Floats:
    """(n,) counts at 2theta x (n,) deg; the expectation when there is no chance."""
    peaks = np.zeros_like(x)
    for sample in samples:
        for wavelength, weight in beam.lines:
            peaks += weight * _lines(x, sample, beam, wavelength)
    peaks *= beam.peak / peaks.max()
    falling = beam.background * (0.7 + 0.6 * np.exp(-x / 35.0) + 0.1 * (x / 100.0) ** 2)
    y = peaks + falling + beam.hump * np.exp(-0.5 * ((x - 27.0) / 5.0) ** 2)
    return y if random is None else random.poisson(y).astype(float)


def _lines(x: Floats, sample: Sample, beam: Beam, wavelength: float) -> Floats:
    group = gemmi.SpaceGroup(sample.space_group)
    cell = gemmi.UnitCell(*sample.cell)
    operations = group.operations()
    ops = [(np.array(op.rot) / gemmi.Op.DEN, np.array(op.tran) / gemmi.Op.DEN) for op in operations]
    longest = 2.0 * np.sin(np.radians(0.5 * min(x[-1] + 1.0, 179.0))) / wavelength
    reach = [int(edge * longest) + 1 for edge in sample.cell[:3]]
    grids = np.meshgrid(*[np.arange(-n, n + 1) for n in reach], indexing="ij")
    h = np.stack([grid.ravel() for grid in grids], axis=1)
    h = h[np.any(h != 0, axis=1)]
    q = np.array([cell.calculate_1_d2(row.tolist()) for row in h])
    h, q = h[q < longest**2], q[q < longest**2]
    mass = 0.0
    sums = np.zeros(len(h), dtype=complex)
    for element, position, occupancy, b in sample.atoms:
        images = {
            tuple(np.round((rot @ np.array(position) + tran) % 1.0 % 0.99999, 4)) for rot, tran in ops
        }
        mass += len(images) * occupancy * (2.014 if element == "D" else gemmi.Element(element).weight)
        amplitude = _amplitude(element, q, beam.radiation, wavelength) * np.exp(-0.25 * b * q)
        phases = sum(np.exp(2j * np.pi * (h @ (rot @ np.array(position) + tran))) for rot, tran in ops)
        sums += occupancy * len(images) / len(ops) * amplitude * phases
    power = np.abs(sums) ** 2
    # Equal d and equal direction to c are one line: the rest of symmetry is in the sum.
    cosine = h[:, 2] ** 2 * (np.array(cell.calculate_1_d2([0, 0, 1])) / q)
    keys = np.round(np.stack([q, cosine], axis=1), 7)
    unique, place = np.unique(keys, axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), weights=power)
    scale = sample.mass / (mass * cell.volume)
    y = np.zeros_like(x)
    for (inverse_square, along), strength in zip(unique, total, strict=True):
        if strength > 1e-5 * total.max():
            _add_line(y, x, sample, beam, wavelength, inverse_square, along, scale * strength)
    return y


def _amplitude(element: str, q: Floats, radiation: str, wavelength: float) -> Floats:
    if radiation == "neutron":
        return np.full(len(q), LENGTHS[element], dtype=complex)
    found = gemmi.Element("H" if element == "D" else element)
    f = np.array([found.it92.calculate_sf(0.25 * value) for value in q])
    if found.atomic_number == 1:
        return f.astype(complex)
    real, imaginary = gemmi.cromer_liberman(found.atomic_number, 12398.42 / wavelength)
    return f + real + 1j * imaginary


def _add_line(
    y: Floats,
    x: Floats,
    sample: Sample,
    beam: Beam,
    wavelength: float,
    q: float,
    along: float,
    strength: float,
) -> None:
    sine = 0.5 * wavelength * np.sqrt(q)
    if sine > 0.999:
        return
    theta = np.arcsin(sine)
    cosine, tangent = np.cos(theta), np.tan(theta)
    centre = np.degrees(2.0 * theta) + beam.zero - beam.displacement * cosine
    window = slice(*np.searchsorted(x, [centre - 4.0, centre + 4.0]))
    strength *= 1.0 / (sine**2 * cosine)
    if beam.radiation == "xray":
        strength *= 0.5 * (1.0 + np.cos(2.0 * theta) ** 2)
    # In s = 2 sin(theta) / lambda; L is the length conjugate to it.
    to_s = np.radians(cosine / wavelength)
    length = np.arange(0.0, 2400.0, 5.0)
    width = np.sqrt(beam.u * tangent**2 + beam.v * tangent + beam.w) / 2.3548 * to_s
    strain = sample.strain * (1.0 + sample.along_c * along)
    tail = beam.axial / np.tan(2.0 * theta) * to_s
    transform = (
        _common_volume(length, sample.diameter, sample.spread)
        * np.exp(-2.0 * (np.pi * length) ** 2 * (width**2 + strain**2 * q))
        / np.sqrt(1.0 + 4j * np.pi * length * tail)
    )
    transform[0] *= 0.5
    s = (x[window] - centre) * to_s
    profile = 2.0 * 5.0 * (np.exp(-2j * np.pi * np.outer(s, length)) @ transform).real
    y[window] += strength * to_s * np.maximum(profile, 0.0)


def _common_volume(length: Floats, median: float, spread: float) -> Floats:
    """Mean over lognormal spheres, by volume, of the part that stays inside after a shift by L."""
    z = np.linspace(-4.0, 4.0, 81)
    # By volume the logarithm of the diameter is again normal, its mean moved by 3 spread^2.
    diameters = median * np.exp(3.0 * spread**2 + spread * z)
    ratio = np.minimum(length[:, None] / diameters, 1.0)
    weights = np.exp(-0.5 * z**2)
    return np.asarray((1.0 - 1.5 * ratio + 0.5 * ratio**3) @ weights / weights.sum())
