"""The lines that a known phase puts into a pattern: spacings and relative areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Crystal, PowderInstrument
from kuralab.science.diffraction._atoms import phase_mass, reflections
from kuralab.science.diffraction._cell import cell_volume
from kuralab.science.diffraction._intensity import lorentz_polarisation

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class PhaseLines:
    """d (m,) in angstrom and intensity (m,): areas of the peaks in the pattern, with multiplicity,
    Lorentz and polarisation factor, relative to each other. mass: what one unit of scale weighs
    compared with other phases (Z M V), which says how visible the phase is at all; None if unknown."""

    name: str
    d: Floats
    intensity: Floats
    mass: float | None = None


def phase_lines(
    crystal: Crystal, instrument: PowderInstrument, *, first: float, last: float
) -> PhaseLines:
    """The lines of a crystal between two positions, in deg 2theta or us.

    Raises
    ------
    ScienceError
        No sites, an unknown element or space group, or an empty range.
    """
    if not 0.0 <= first < last:
        raise ScienceError(f"there is no range between {first:g} and {last:g}")
    flight = instrument.flight
    if flight is not None:
        found = reflections(crystal, radiation="tof", d_min=0.99 * first / flight.difc)
        area = found.multiplicity * found.f_squared * found.d**4
    else:
        # With several wavelengths the first one tells the areas.
        wavelength = instrument.lines[0].wavelength
        d_min = wavelength / (2.0 * np.sin(np.radians(0.5 * min(last, 179.0))))
        found = reflections(
            crystal,
            radiation="xray" if instrument.radiation == "xray" else "neutron",
            d_min=0.99 * float(d_min),
            wavelength=wavelength,
        )
        theta = np.arcsin(np.minimum(wavelength / (2.0 * found.d), 1.0))
        # Lines a little outside may come in by a shift; far outside their factor has no meaning.
        theta = np.clip(theta, *np.radians(0.5 * np.array([max(first, 0.5), min(last, 178.0)])))
        area = found.multiplicity * found.f_squared * lorentz_polarisation(instrument, theta)
    mass = phase_mass(crystal) * cell_volume(crystal.cell)
    return PhaseLines(crystal.name, found.d, np.asarray(area), mass)


def line_positions(
    lines: PhaseLines,
    instrument: PowderInstrument,
    *,
    strain: float,
    zero: float,
    first_only: bool = False,
) -> tuple[Floats, Floats]:
    """Positions (m,) and areas (m,) of all lines that exist, of each wavelength or the first only.

    strain: relative change of the cell; zero: deg or us, on top of the instrument's own.
    """
    d = lines.d * (1.0 + strain)
    flight = instrument.flight
    if flight is not None:
        t = flight.zero + flight.difc * d + flight.difa * d**2 + flight.difb / d + zero
        return t, lines.intensity
    positions, areas = [], []
    for line in instrument.lines[:1] if first_only else instrument.lines:
        sine = line.wavelength / (2.0 * d)
        exists = sine < 1.0
        positions.append(2.0 * np.degrees(np.arcsin(sine[exists])) + instrument.zero + zero)
        areas.append(line.weight * lines.intensity[exists])
    return np.concatenate(positions), np.concatenate(areas)


def spacing_at(instrument: PowderInstrument, position: float) -> float:
    """d in angstrom of a peak at 2theta (deg) or time of flight (us), at the first wavelength.

    Raises
    ------
    ScienceError
        No lattice plane reflects there.
    """
    flight = instrument.flight
    if flight is not None:
        d = (position - flight.zero) / flight.difc
        for _ in range(20):
            d = (position - flight.zero - flight.difa * d * d - flight.difb / max(d, 1e-6)) / flight.difc
    else:
        sine = np.sin(np.radians(0.5 * (position - instrument.zero)))
        d = instrument.lines[0].wavelength / (2.0 * float(sine)) if sine > 0.0 else 0.0
    if not d > 0.0:
        raise ScienceError(f"no lattice plane reflects at {position:g}")
    return float(d)
