"""What symmetry leaves of cells and sites."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.model import Cell, Crystal, Site
from kuralab.science.diffraction import cell_volume, phase_of, space_group
from kuralab.science.diffraction._cell import (
    free_cell,
    inverse_square_spacing,
    metric,
    reciprocal_metric,
    spacing_gradient,
)
from kuralab.science.diffraction._symmetry import site_symmetry
from tests.science.diffraction.crystals import LBCO, MONOCLINIC, PBSO4, SILICON

THIRD = 1.0 / 3.0


@pytest.mark.parametrize(
    ("symbol", "position", "multiplicity", "directions"),
    [
        ("P 1", (0.1, 0.2, 0.3), 1, [(1, 0, 0), (0, 1, 0), (0, 0, 1)]),
        ("P n m a", (0.1, 0.25, 0.3), 4, [(1, 0, 0), (0, 0, 1)]),
        ("P n m a", (0.1, 0.1, 0.3), 8, [(1, 0, 0), (0, 1, 0), (0, 0, 1)]),
        ("P n m a", (0.0, 0.0, 0.5), 4, []),
        ("P m -3 m", (0.2, 0.2, 0.0), 12, [(1, 1, 0)]),
        ("P m -3 m", (0.2, 0.2, 0.2), 8, [(1, 1, 1)]),
        ("P m -3 m", (0.5, 0.2, 0.2), 12, [(0, 1, 1)]),
        ("P 6/m m m", (0.2, 0.4, 0.0), 6, [(1, 2, 0)]),
        ("P 6/m m m", (THIRD, 2 * THIRD, 0.0), 2, []),
        ("P 6/m m m", (THIRD, 2 * THIRD, 0.2), 4, [(0, 0, 1)]),
        ("P -3 c 1", (0.313, 0.0, 0.25), 6, [(1, 0, 0)]),
        ("P -3 c 1", (THIRD, 2 * THIRD, 0.25), 4, [(0, 0, 1)]),
        ("P 32 2 1", (0.4697, 0.0, 2 * THIRD), 3, [(1, 0, 0)]),
        ("F d -3 m:2", (0.125, 0.125, 0.125), 8, []),
        ("F d -3 m:2", (0.29, 0.29, 0.29), 32, [(1, 1, 1)]),
        ("R -3 m:H", (0.0, 0.0, 0.26), 6, [(0, 0, 1)]),
        ("R -3 m:R", (0.26, 0.26, 0.26), 2, [(1, 1, 1)]),
        ("I 41/a m d:2", (0.0, 0.25, 0.2), 8, [(0, 0, 1)]),
        ("P 21 3", (0.1, 0.1, 0.1), 4, [(1, 1, 1)]),
    ],
)
def test_sites(
    symbol: str,
    position: tuple[float, float, float],
    multiplicity: int,
    directions: list[tuple[float, ...]],
) -> None:
    found = site_symmetry(space_group(symbol), position)
    assert found.multiplicity == multiplicity
    assert found.directions.shape == (len(directions), 3)
    assert found.directions == pytest.approx(np.array(directions).reshape(-1, 3), abs=1e-12)
    assert found.position == pytest.approx(position, abs=1e-12)


def test_a_rounded_position_goes_onto_its_symmetry_element() -> None:
    found = site_symmetry(space_group("P 6/m m m"), (0.3333, 0.6667, 0.0004))
    assert found.position == pytest.approx((THIRD, 2 * THIRD, 0.0), abs=1e-12)
    assert found.multiplicity == 2
    crystal = Crystal(
        name="rounded",
        cell=Cell(a=5.0, b=5.0, c=4.0, gamma=120.0),
        space_group="P 6/m m m",
        sites=(Site(label="Ni", scatterer="Ni", position=(0.3333, 0.6667, 0.0)),),
    )
    exact = crystal.model_copy(
        update={"sites": (crystal.sites[0].model_copy(update={"position": (THIRD, 2 * THIRD, 0.0)}),)}
    )
    first, second = (phase_of(one) for one in (crystal, exact))
    assert first.with_atoms().positions == pytest.approx(second.with_atoms().positions, abs=1e-12)


@pytest.mark.parametrize(
    ("system", "cell", "names"),
    [
        ("cubic", (4.0, 4.0, 4.0, 90.0, 90.0, 90.0), ["a"]),
        ("tetragonal", (4.0, 4.0, 5.0, 90.0, 90.0, 90.0), ["a", "c"]),
        ("hexagonal", (4.0, 4.0, 5.0, 90.0, 90.0, 120.0), ["a", "c"]),
        ("trigonal", (4.0, 4.0, 5.0, 90.0, 90.0, 120.0), ["a", "c"]),
        ("trigonal", (4.0, 4.0, 4.0, 57.0, 57.0, 57.0), ["a", "alpha"]),
        ("orthorhombic", (4.0, 5.0, 6.0, 90.0, 90.0, 90.0), ["a", "b", "c"]),
        ("monoclinic", (4.0, 5.0, 6.0, 90.0, 104.0, 90.0), ["a", "b", "c", "beta"]),
        ("monoclinic", (4.0, 5.0, 6.0, 90.0, 90.0, 97.0), ["a", "b", "c", "gamma"]),
        ("monoclinic", (4.0, 5.0, 6.0, 90.0, 90.0, 90.0), ["a", "b", "c", "beta"]),
        ("triclinic", (4.0, 5.0, 6.0, 80.0, 95.0, 100.0), ["a", "b", "c", "alpha", "beta", "gamma"]),
    ],
)
def test_free_cells(system: str, cell: tuple[float, ...], names: list[str]) -> None:
    free = free_cell(system, cell)
    assert list(free) == names
    assert sum(free.values()).max() == 1.0  # no parameter moves an edge twice


def test_volumes_and_spacings() -> None:
    assert cell_volume(Cell(a=4.50651, b=4.50651, c=8.69841, gamma=120.0)) == pytest.approx(
        152.986, abs=5e-4
    )
    assert cell_volume(Cell(a=5.0, b=5.0, c=5.0)) == pytest.approx(125.0)
    cell = (5.1, 6.2, 7.3, 81.0, 97.0, 104.0)
    assert metric(cell) @ reciprocal_metric(cell) == pytest.approx(np.eye(3), abs=1e-12)
    h = np.array([[1, 0, 0], [1, -2, 3], [0, 4, 1], [2, 2, -5]])
    gradient = spacing_gradient(h, cell, np.eye(6))
    for column, direction in enumerate(np.eye(6)):
        step = 1e-4 * direction
        up, down = (inverse_square_spacing(h, tuple(np.array(cell) + s)) for s in (step, -step))
        assert gradient[:, column] == pytest.approx((up - down) / 2e-4, rel=1e-6, abs=1e-10)


def test_free_parameters_of_phases() -> None:
    assert phase_of(LBCO).names == (
        "a",
        "La.b_iso",
        "La.occupancy",
        "Ba.occupancy",
        "Co.b_iso",
        "Co.occupancy",
        "O.b_iso",
        "O.occupancy",
    )
    names = phase_of(PBSO4).names
    assert [name for name in names if name[-2:] in {".x", ".y", ".z"}] == [
        *(f"{label}.{axis}" for label in ("Pb", "S", "O1", "O2") for axis in "xz"),
        *(f"O3.{axis}" for axis in "xyz"),
    ]
    assert phase_of(PBSO4, intensities_free=True).names == ("a", "b", "c")
    assert phase_of(MONOCLINIC).names[:4] == ("a", "b", "c", "beta")
    assert phase_of(SILICON).names == ("a", "Si.b_iso", "Si.occupancy")


def test_sites_on_one_position_move_together() -> None:
    phase = phase_of(LBCO)
    values = phase.start.copy()
    values[phase.names.index("La.b_iso")] = 0.9
    moved = phase.moved_crystal(values)
    assert [site.b_iso for site in moved.sites] == pytest.approx([0.9, 0.9, 0.1, 0.1])
    values[phase.names.index("Ba.occupancy")] = 0.4
    assert [site.occupancy for site in phase.moved_crystal(values).sites] == [0.5, 0.4, 1.0, 1.0]
