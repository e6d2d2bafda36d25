"""The sites of a crystal as arrays, and |F|^2 of its reflections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Crystal
from kuralab.science.diffraction._cell import cell_volume, inverse_square_spacing, reciprocal_metric
from kuralab.science.diffraction._scattering import Radiation, amplitudes, atomic_mass
from kuralab.science.diffraction._symmetry import (
    Group,
    SiteSymmetry,
    site_symmetries,
    space_group,
    unique_reflections,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Atoms:
    """m sites of a crystal: positions (m, 3), occupancy (m,), b_iso (m,) angstrom^2, beta (m, 3, 3)
    of those that are anisotropic; kinds (m,) index into symbols."""

    group: Group
    symmetries: tuple[SiteSymmetry, ...]
    symbols: tuple[str, ...]
    kinds: Integers
    positions: Floats
    occupancy: Floats
    b_iso: Floats
    beta: Floats
    anisotropic: NDArray[np.bool_]

    @property
    def multiplicity(self) -> Floats:
        """(m,) how often each site stands in the cell."""
        return np.array([float(site.multiplicity) for site in self.symmetries])

    def share(self) -> Floats:
        """(m,) what one unit of occupancy weighs in the sum over the operations."""
        return self.multiplicity / len(self.group.rotations)

    def squared(
        self, h: Integers, q: Floats, *, radiation: Radiation, wavelength: float | None
    ) -> Floats:
        """(n,) |F|^2 of reflections h (n, 3) with 1/d^2 = q (n,)."""
        from kuralab.science.diffraction._structure_factor import squared

        found: Floats = squared(*self._arguments(h, q, radiation, wavelength))
        return found

    def squared_with_gradient(
        self, h: Integers, q: Floats, *, radiation: Radiation, wavelength: float | None
    ) -> tuple[Floats, Floats]:
        """|F|^2 (n,) and its derivatives (n, m, 5) by x, y, z, B and occupancy."""
        from kuralab.science.diffraction._structure_factor import squared_with_gradient

        found, gradient = squared_with_gradient(*self._arguments(h, q, radiation, wavelength))
        gradient[:, :, 4] *= self.share()
        return found, gradient

    def _arguments(
        self, h: Integers, q: Floats, radiation: Radiation, wavelength: float | None
    ) -> tuple[Any, ...]:
        real, imaginary = amplitudes(
            self.symbols, radiation=radiation, s=0.5 * np.sqrt(q), wavelength=wavelength
        )
        return (
            h.astype(float),
            q,
            self.group.rotations.astype(float),
            self.group.translations,
            self.kinds,
            real,
            imaginary,
            self.positions,
            self.occupancy * self.share(),
            self.b_iso,
            self.beta,
            self.anisotropic,
        )

    def moved(self, *, positions: Floats, b_iso: Floats, occupancy: Floats) -> Atoms:
        """The same sites with other values."""
        return replace(self, positions=positions, b_iso=b_iso, occupancy=occupancy)


def atoms_of(crystal: Crystal) -> Atoms:
    """The sites of a crystal, each moved exactly onto its symmetry element.

    Raises
    ------
    ScienceError
        There are no sites, an unknown space group or element.
    """
    if not crystal.sites:
        raise ScienceError(f"{crystal.name} has no atoms, so that its intensities are unknown")
    group = space_group(crystal.space_group)
    sites = site_symmetries(group, np.array([site.position for site in crystal.sites]))
    symbols = tuple(dict.fromkeys(site.scatterer for site in crystal.sites))
    for symbol in symbols:
        atomic_mass(symbol)
    return Atoms(
        group=group,
        symmetries=sites,
        symbols=symbols,
        kinds=np.array([symbols.index(site.scatterer) for site in crystal.sites], dtype=np.int64),
        positions=np.array([site.position for site in sites]),
        occupancy=np.array([site.occupancy for site in crystal.sites]),
        b_iso=np.array([site.b_iso for site in crystal.sites]),
        beta=_beta(crystal),
        anisotropic=np.array([site.u_aniso is not None for site in crystal.sites]),
    )


def _beta(crystal: Crystal) -> Floats:
    """(m, 3, 3) dimensionless tensors: beta_ij = 2 pi^2 a*_i a*_j U_ij."""
    stars = np.sqrt(np.diag(reciprocal_metric(crystal.cell.as_tuple())))
    found = np.zeros((len(crystal.sites), 3, 3))
    for row, site in enumerate(crystal.sites):
        if site.u_aniso is not None:
            u11, u22, u33, u12, u13, u23 = site.u_aniso
            u = np.array([[u11, u12, u13], [u12, u22, u23], [u13, u23, u33]])
            found[row] = 2.0 * np.pi**2 * np.outer(stars, stars) * u
    return found


def phase_mass(crystal: Crystal) -> float:
    """Mass of the atoms in one cell, Z M in g/mol.

    Raises
    ------
    ScienceError
        There are no sites, or an unknown element.
    """
    atoms = atoms_of(crystal)
    masses = np.array([atomic_mass(site.scatterer) for site in crystal.sites])
    return float((masses * atoms.occupancy * atoms.multiplicity).sum())


@final
@dataclass(frozen=True)
class Reflections:
    """h (n, 3), d (n,) angstrom by falling d, multiplicity (n,), f_squared (n,): |F|^2 per cell, in
    electrons^2 (X-rays) or fm^2 (neutrons), without Lorentz or polarisation factor."""

    h: Integers
    d: Floats
    multiplicity: Integers
    f_squared: Floats


def reflections(
    crystal: Crystal, *, radiation: Radiation, d_min: float, wavelength: float | None = None
) -> Reflections:
    """The powder reflections of a crystal down to d_min in angstrom.

    wavelength : angstrom, for the anomalous dispersion of X-rays; None leaves it out

    Raises
    ------
    ScienceError
        No sites, an unknown element or space group, or far too many reflections.
    """
    atoms = atoms_of(crystal)
    cell = crystal.cell.as_tuple()
    h, multiplicity = unique_reflections(atoms.group, cell, d_min)
    q = inverse_square_spacing(h, cell)
    return Reflections(
        h=h,
        d=1.0 / np.sqrt(q),
        multiplicity=multiplicity,
        f_squared=atoms.squared(h, q, radiation=radiation, wavelength=wavelength),
    )


def density(crystal: Crystal) -> float:
    """g/cm^3.

    Raises
    ------
    ScienceError
        There are no sites.
    """
    return phase_mass(crystal) / cell_volume(crystal.cell) * 1.66053906660
