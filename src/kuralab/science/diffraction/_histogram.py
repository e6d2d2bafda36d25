"""One pattern within a refinement: its own parameters, and the calculated pattern with its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction import _kernel
from kuralab.science.diffraction._cell import inverse_square_spacing, spacing_gradient
from kuralab.science.diffraction._intensity import (
    axis_cosines,
    lorentz_polarisation,
    lorentz_polarisation_slope,
    march_dollase,
)
from kuralab.science.diffraction._pattern import Pattern
from kuralab.science.diffraction._peaks_of import Lattice, Peaks, constant_wavelength, flight_time
from kuralab.science.diffraction._phase import Phase
from kuralab.science.diffraction._symmetry import unique_reflections

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_INVISIBLE: Final = 0.03
"""Of the smallest uncertainties: what is left out of the tails of a peak."""
_REACH: Final = (2.0, 60.0)
"""How many FWHM a peak reaches at least and at most."""
_MARGIN: Final = 0.97
"""Reflections are taken from a little beyond the pattern, for cells and zeros that move."""
_ANGLES: Final = (np.radians(0.1), np.radians(89.5))
"""theta between which the Lorentz factor is finite."""
PER_PHASE: Final = ("scale", "inverse_size", "strain", "orientation")


@final
@dataclass
class Histogram:
    """A pattern and how it sees each phase: reflections, multiplicities and, in Le Bail's method,
    their intensities, which ``set_intensities`` replaces."""

    pattern: Pattern
    phases: tuple[Phase, ...]
    order: int
    reflections: list[tuple[Integers, Integers]] = field(default_factory=list)
    cosines: list[Floats | None] = field(default_factory=list)
    intensities: list[Floats | None] = field(default_factory=list)
    polynomials: Floats = field(default_factory=lambda: np.empty((0, 0)))
    noise: float = 1.0

    def __post_init__(self) -> None:
        x = self.pattern.x
        scaled = 2.0 * (x - x[0]) / (x[-1] - x[0]) - 1.0
        self.polynomials = np.polynomial.chebyshev.chebvander(scaled, self.order - 1)
        self.noise = float(np.percentile(self.pattern.uncertainty, 10.0))
        d_min, d_max = self.range_of_d()
        for phase in self.phases:
            cell = phase.crystal.cell.as_tuple()
            h, multiplicity = unique_reflections(phase.group, cell, d_min, d_max)
            self.reflections.append((h, multiplicity))
            self.cosines.append(
                None if phase.axis is None else axis_cosines(phase.group, h, cell, phase.axis)
            )
            self.intensities.append(None if phase.atoms is not None else np.ones(len(h)))

    def range_of_d(self) -> tuple[float, float]:
        """Smallest and largest d in angstrom that the pattern covers, with a margin."""
        x, instrument = self.pattern.x, self.pattern.instrument
        if instrument.flight is not None:
            difc, zero = instrument.flight.difc, instrument.flight.zero
            low, high = (x[0] - zero) / difc, (x[-1] - zero) / difc
            return max(low * _MARGIN, 0.05), high / _MARGIN
        low, high = (
            np.sin(np.radians(min(max(0.5 * end, 0.05), 89.0))) for end in (x[0] - 2.0, x[-1] + 1.0)
        )
        lines = [line.wavelength for line in instrument.lines]
        return min(lines) / (2.0 * high) * _MARGIN, max(lines) / (2.0 * low) / _MARGIN

    def names(self) -> tuple[str, ...]:
        """The pattern's own parameters: of the instrument, the background, and of each phase in it."""
        return (
            *self.instrument_values(),
            *self.background_names(),
            *(
                f"{phase.name}.{name}"
                for phase in self.phases
                for name in PER_PHASE
                if name != "orientation" or phase.axis is not None
            ),
        )

    def background_names(self) -> tuple[str, ...]:
        """Coefficients of Chebyshev polynomials over the range of the pattern."""
        return tuple(f"background.{n}" for n in range(self.order))

    def instrument_values(self) -> dict[str, float]:
        """What the instrument's description says of each of its parameters."""
        instrument = self.pattern.instrument
        if instrument.flight is not None:
            flight = instrument.flight.model_dump()
            flight.pop("angle")
            return {name: float(value) for name, value in flight.items()}
        resolution = instrument.resolution
        return {
            "zero": instrument.zero,
            "displacement": 0.0,
            "wavelength": 1.0,
            **{f"width.{name}": getattr(resolution, name) for name in "uvwxy"},
            "axial.s_l": resolution.s_l,
            "axial.h_l": resolution.h_l,
            "absorption": 0.0,
        }

    def peaks(
        self, number: int, own: dict[str, float], values: Floats, *, wanted: frozenset[str]
    ) -> Peaks:
        """The peaks of one phase; ``wanted`` names the parameters whose derivatives are wanted."""
        phase = self.phases[number]
        h, _ = self.reflections[number]
        cell = phase.cell(values)
        q = inverse_square_spacing(h, cell)
        cell_names = [f"{phase.name}.{name}" for name in phase.names[: phase.n_cell]]
        q_by: dict[str, Floats] = {}
        moving = [n for n, name in enumerate(cell_names) if name in wanted]
        if moving:
            slopes = spacing_gradient(h, cell, phase.cell_directions[moving])
            q_by = {cell_names[n]: slopes[:, column] for column, n in enumerate(moving)}
        strength, strength_by = self._strength(number, own, values, q, wanted)
        lattice = Lattice(
            q=q,
            strength=strength,
            strength_by=strength_by,
            q_by=q_by,
            inverse_size=own[f"{phase.name}.inverse_size"],
            strain=own[f"{phase.name}.strain"],
            prefix=phase.name,
        )
        instrument = self.pattern.instrument
        if instrument.flight is not None:
            return flight_time(lattice, instrument.flight, own, wanted=wanted)
        return constant_wavelength(lattice, instrument, own, wanted=wanted)

    def _strength(
        self, number: int, own: dict[str, float], values: Floats, q: Floats, wanted: frozenset[str]
    ) -> tuple[Floats, dict[str, Floats]]:
        """(n,) what makes a reflection strong, and its derivatives by name."""
        phase = self.phases[number]
        held = self.intensities[number]
        if held is not None:
            return held, {}
        h, multiplicity = self.reflections[number]
        scale = own[f"{phase.name}.scale"]
        instrument = self.pattern.instrument
        wavelength = instrument.lines[0].wavelength if instrument.lines else None
        atoms = phase.moved_atoms(values)
        site_names = [f"{phase.name}.{name}" for name in phase.names[phase.n_cell :]]
        moving = [n for n, name in enumerate(site_names) if name in wanted]
        gradient = None
        if moving:
            squared, gradient = atoms.squared_with_gradient(
                h, q, radiation=instrument.radiation, wavelength=wavelength
            )
        else:
            squared = atoms.squared(h, q, radiation=instrument.radiation, wavelength=wavelength)
        factor = multiplicity.astype(float)
        found: dict[str, Floats] = {}
        cosines = self.cosines[number]
        if cosines is not None:
            texture, slope = march_dollase(cosines, own[f"{phase.name}.orientation"])
            found[f"{phase.name}.orientation"] = scale * factor * squared * slope
            factor = factor * texture
        found[f"{phase.name}.scale"] = factor * squared
        if gradient is not None:
            slopes = np.einsum("nms,kms->nk", gradient, phase.site_directions[moving])
            for column, n in enumerate(moving):
                found[site_names[n]] = scale * factor * slopes[:, column]
        return scale * factor * squared, found

    def calculate(
        self, own: dict[str, float], values: Sequence[Floats], active: Sequence[str]
    ) -> tuple[Floats, Floats, Floats]:
        """Calculated pattern (n,), its background (n,), and the gradient (n, k) by the active names."""
        background = self.polynomials @ np.array([own[name] for name in self.background_names()])
        y = np.zeros_like(background)
        gradient = np.zeros((len(y), len(active)))
        column = {name: n for n, name in enumerate(active)}
        wanted = frozenset(active)
        for number in range(len(self.phases)):
            peaks = self.peaks(number, own, values[number], wanted=wanted)
            names = sorted(peaks.gradients, key=lambda name: name not in peaks.areas_only)
            moving = names[sum(name in peaks.areas_only for name in names) :]
            first, last = self.window(peaks)
            parts = [
                _columns(
                    [peaks.gradients[name][n] for name in (moving if n else names)], len(peaks.area)
                )
                for n in range(4 if peaks.alpha is None else 6)
            ]
            into = np.zeros((len(y), len(names)))
            shape = (first, last, peaks.area, peaks.centre, peaks.width, peaks.eta)
            x = self.pattern.x
            if peaks.alpha is not None and peaks.beta is not None:
                by_area, by_centre, by_width, by_eta, by_alpha, by_beta = parts
                _kernel.add_flight_with_gradient(
                    x, *shape, peaks.alpha, peaks.beta,
                    by_area, by_centre, by_width, by_eta, by_alpha, by_beta, y, into,
                )  # fmt: skip
            elif names:
                by_area, by_centre, by_width, by_eta = parts
                _kernel.add_voigt_with_gradient(x, *shape, by_area, by_centre, by_width, by_eta, y, into)
            else:
                _kernel.add_voigt(x, *shape, y)
            gradient[:, [column[name] for name in names]] += into
        factor = self.point_factor(own)
        gradient *= factor[:, None]
        if "zero" in column and self.pattern.instrument.flight is None:
            slope = lorentz_polarisation_slope(self.pattern.instrument, self.angles(own))
            gradient[:, column["zero"]] -= np.radians(0.5) * slope * factor * y
        for n, name in enumerate(self.background_names()):
            if name in column:
                gradient[:, column[name]] = self.polynomials[:, n]
        return background + factor * y, background, gradient

    def point_factor(self, own: dict[str, float]) -> Floats:
        """(n,) Lorentz and polarisation factor of each point, 1 for flight times.

        Within a broad peak the factor changes, so that it belongs to the points and not to the peak:
        B. E. Warren, X-Ray Diffraction (1969), chapter 13.
        """
        pattern = self.pattern
        if pattern.instrument.flight is not None:
            return np.ones_like(pattern.x)
        return lorentz_polarisation(pattern.instrument, self.angles(own))

    def angles(self, own: dict[str, float]) -> Floats:
        """(n,) theta of each point, rad."""
        return np.clip(np.radians(0.5 * (self.pattern.x - own["zero"])), *_ANGLES)

    def window(self, peaks: Peaks) -> tuple[Integers, Integers]:
        """(p,) first point of each peak, and the point after its last."""
        whole = np.bincount(peaks.reflection, np.abs(peaks.area * peaks.height))[peaks.reflection]
        seen = np.maximum(whole / peaks.width / (_INVISIBLE * self.noise), 1.0)
        gauss = np.sqrt(np.log(seen) / (4.0 * np.log(2.0)))
        lorentz = np.sqrt(seen * peaks.eta / (2.0 * np.pi))
        before = after = peaks.width * np.clip(np.maximum(gauss, lorentz), *_REACH)
        if peaks.alpha is not None and peaks.beta is not None:
            tail = np.log(seen) + 3.0
            before, after = before + tail / peaks.alpha, after + tail / peaks.beta
        x = self.pattern.x
        return np.searchsorted(x, peaks.centre - before), np.searchsorted(x, peaks.centre + after)


def _columns(parts: list[Floats], rows: int) -> Floats:
    """(rows, k), also for no part at all."""
    return np.stack(parts, axis=1) if parts else np.zeros((rows, 0))
