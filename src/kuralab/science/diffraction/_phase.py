"""A phase with its free parameters: what symmetry leaves of cell and sites, under names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Cell, Crystal
from kuralab.science.diffraction._atoms import Atoms, atoms_of
from kuralab.science.diffraction._cell import free_cell
from kuralab.science.diffraction._symmetry import Group, space_group

Floats = NDArray[np.float64]

_AXES: Final = ("x", "y", "z")
_TOGETHER: Final = 1e-3


@final
@dataclass(frozen=True)
class Phase:
    """One phase to be fitted.

    names: parameters within the phase, cell first, then "Pb.x", "Pb.b_iso", "Pb.occupancy". start: their
    values. cell_directions (kc, 6) and site_directions (ks, m, 5) say what a step of each parameter
    does to the cell and to x, y, z, B and occupancy of the m sites. ``axis`` is that of preferred
    orientation. Without ``atoms`` intensities are free (Le Bail).
    """

    name: str
    crystal: Crystal
    group: Group
    atoms: Atoms | None
    names: tuple[str, ...]
    start: Floats
    cell_directions: Floats
    site_directions: Floats
    axis: tuple[int, int, int] | None = None

    @property
    def n_cell(self) -> int:
        """How many of the parameters belong to the cell."""
        return len(self.cell_directions)

    def cell(self, values: Floats) -> tuple[float, ...]:
        """The six cell parameters of the phase's parameter values (k,)."""
        start = np.asarray(self.crystal.cell.as_tuple())
        step = values[: self.n_cell] - self.start[: self.n_cell]
        found = start + step @ self.cell_directions
        return tuple(float(value) for value in found)

    def moved_atoms(self, values: Floats) -> Atoms:
        """The sites at the phase's parameter values (k,)."""
        atoms = self.with_atoms()
        step = values[self.n_cell :] - self.start[self.n_cell :]
        change = np.tensordot(step, self.site_directions, axes=1)
        return atoms.moved(
            positions=atoms.positions + change[:, :3],
            b_iso=atoms.b_iso + change[:, 3],
            occupancy=atoms.occupancy + change[:, 4],
        )

    def with_atoms(self) -> Atoms:
        """The sites of a phase that has some."""
        if self.atoms is None:
            raise ScienceError(f"{self.name} has no atoms")
        return self.atoms

    def moved_crystal(self, values: Floats) -> Crystal:
        """The crystal at the phase's parameter values (k,)."""
        numbers = self.cell(values)
        cell = Cell(**dict(zip(("a", "b", "c", "alpha", "beta", "gamma"), numbers, strict=True)))
        if self.atoms is None:
            return self.crystal.model_copy(update={"cell": cell})
        atoms = self.moved_atoms(values)
        sites = tuple(
            site.model_copy(
                update={
                    "position": tuple(float(part) for part in position),
                    "b_iso": float(b),
                    "occupancy": float(occupancy),
                }
            )
            for site, position, b, occupancy in zip(
                self.crystal.sites, atoms.positions, atoms.b_iso, atoms.occupancy, strict=True
            )
        )
        return self.crystal.model_copy(update={"cell": cell, "sites": sites})


def phase_of(
    crystal: Crystal, *, intensities_free: bool = False, axis: tuple[int, int, int] | None = None
) -> Phase:
    """The phase of a crystal; sites on one position share coordinates and B.

    Raises
    ------
    ScienceError
        Unknown space group or element; no sites, unless intensities are free.
    """
    group = space_group(crystal.space_group)
    numbers = crystal.cell.as_tuple()
    cell = free_cell(group.system, numbers)
    names = list(cell)
    start = [numbers[int(np.flatnonzero(direction)[0])] for direction in cell.values()]
    atoms = None if intensities_free else atoms_of(crystal)
    directions: list[Floats] = []
    if atoms is not None:
        for leader, members in _shared(atoms).items():
            label = crystal.sites[leader].label
            symmetry = atoms.symmetries[leader]
            for way in symmetry.directions:
                lead = int(np.flatnonzero(np.abs(way) > 1e-9)[0])
                names.append(f"{label}.{_AXES[lead]}")
                start.append(float(atoms.positions[leader, lead]))
                directions.append(_direction(len(crystal.sites), members, slice(0, 3), way))
            if not atoms.anisotropic[leader]:
                names.append(f"{label}.b_iso")
                start.append(float(atoms.b_iso[leader]))
                directions.append(_direction(len(crystal.sites), members, 3, 1.0))
            for member in members:
                names.append(f"{crystal.sites[member].label}.occupancy")
                start.append(float(atoms.occupancy[member]))
                directions.append(_direction(len(crystal.sites), [member], 4, 1.0))
    return Phase(
        name=crystal.name,
        crystal=crystal,
        group=group,
        atoms=atoms,
        names=tuple(names),
        start=np.array(start),
        cell_directions=np.array(list(cell.values())),
        site_directions=np.array(directions).reshape(len(directions), len(crystal.sites), 5),
        axis=axis,
    )


def _shared(atoms: Atoms) -> dict[int, list[int]]:
    """Sites by the first one on their position."""
    groups: dict[int, list[int]] = {}
    for index, position in enumerate(atoms.positions):
        for leader, members in groups.items():
            if np.abs(atoms.positions[leader] - position).max() < _TOGETHER:
                members.append(index)
                break
        else:
            groups[index] = [index]
    return groups


def _direction(sites: int, members: list[int], columns: int | slice, step: float | Floats) -> Floats:
    direction = np.zeros((sites, 5))
    for member in members:
        direction[member, columns] = step
    return direction
