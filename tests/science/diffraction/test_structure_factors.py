"""|F|^2, d values, multiplicities and absences against gemmi and against sums over whole cells."""

from __future__ import annotations

from typing import Any

import gemmi
import numpy as np
import pytest
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Cell, Crystal, Site
from kuralab.science.diffraction import density, phase_mass, reflections, space_group
from kuralab.science.diffraction._scattering import Radiation, amplitudes
from kuralab.science.diffraction._symmetry import unique_reflections
from tests.science.diffraction.crystals import ALL, LANI2D3, LBCO, QUARTZ, SILICON, WURTZITE

Floats = NDArray[np.float64]
CU = 1.5406


def _small(crystal: Crystal) -> Any:
    small = gemmi.SmallStructure()
    small.cell.set(*crystal.cell.as_tuple())
    small.spacegroup_hm = crystal.space_group
    small.determine_and_set_spacegroup("2")
    small.spacegroup = gemmi.find_spacegroup_by_name(crystal.space_group)
    for given in crystal.sites:
        site = gemmi.SmallStructure.Site()
        site.label, site.type_symbol = given.label, given.scatterer
        site.element = gemmi.Element(given.scatterer)
        site.fract = gemmi.Fractional(*given.position)
        site.occ, site.u_iso = given.occupancy, given.b_iso / (8.0 * np.pi**2)
        if given.u_aniso is not None:
            site.aniso = gemmi.SMat33d(*given.u_aniso)
        small.add_site(site)
    small.setup_cell_images()
    small.change_occupancies_to_crystallographic()
    return small


def _whole_cell(
    crystal: Crystal, h: NDArray[np.int64], *, radiation: Radiation, wavelength: float | None
) -> Floats:
    """Mean of |F(h)|^2 and |F(-h)|^2 by a sum over every atom of the cell, one by one."""
    operations = gemmi.find_spacegroup_by_name(crystal.space_group).operations()
    cell = gemmi.UnitCell(*crystal.cell.as_tuple())
    stars = np.array([cell.reciprocal().a, cell.reciprocal().b, cell.reciprocal().c])
    d = np.array([cell.calculate_d(one.tolist()) for one in h])
    forward, backward = np.zeros(len(h), dtype=complex), np.zeros(len(h), dtype=complex)
    for site in crystal.sites:
        real, imaginary = amplitudes(
            (site.scatterer,), radiation=radiation, s=0.5 / d, wavelength=wavelength
        )
        amplitude = site.occupancy * (real[0] + 1j * imaginary[0])
        images: list[Floats] = []
        for operation in operations:
            at = np.array(operation.apply_to_xyz(list(site.position)))
            if any(np.abs((at - one) - np.round(at - one)).max() < 1e-4 for one in images):
                continue
            images.append(at)
            damping = np.exp(-site.b_iso / (4.0 * d * d))
            if site.u_aniso is not None:
                u11, u22, u33, u12, u13, u23 = site.u_aniso
                tensor = np.array([[u11, u12, u13], [u12, u22, u23], [u13, u23, u33]])
                tensor = 2.0 * np.pi**2 * np.outer(stars, stars) * tensor
                rotation = np.array(operation.rot) / operation.DEN
                turned = rotation @ tensor @ rotation.T
                damping = np.exp(-np.einsum("ni,ij,nj->n", h, turned, h))
            phase = 2j * np.pi * (h @ at)
            forward += amplitude * damping * np.exp(phase)
            backward += amplitude * damping * np.exp(-phase)
    return np.asarray(0.5 * (np.abs(forward) ** 2 + np.abs(backward) ** 2))


@pytest.mark.parametrize("crystal", ALL, ids=lambda crystal: crystal.name)
@pytest.mark.parametrize(("radiation", "wavelength"), [("neutron", None), ("xray", CU)])
def test_a_sum_over_the_whole_cell(
    crystal: Crystal, radiation: Radiation, wavelength: float | None
) -> None:
    found = reflections(crystal, radiation=radiation, d_min=0.9, wavelength=wavelength)
    expected = _whole_cell(crystal, found.h, radiation=radiation, wavelength=wavelength)
    assert found.f_squared == pytest.approx(expected, rel=1e-9, abs=1e-9 * expected.max())


def test_without_a_centre_friedel_pairs_differ_and_their_mean_counts() -> None:
    # Zn is near its edge at 1.28 angstrom, so that f'' is not small.
    found = reflections(WURTZITE, radiation="xray", d_min=0.9, wavelength=1.25)
    without = reflections(WURTZITE, radiation="xray", d_min=0.9)
    expected = _whole_cell(WURTZITE, found.h, radiation="xray", wavelength=1.25)
    assert found.f_squared == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert np.abs(found.f_squared / without.f_squared - 1.0).max() > 0.05


@pytest.mark.parametrize("crystal", ALL, ids=lambda crystal: crystal.name)
def test_gemmi_neutrons(crystal: Crystal) -> None:
    small = _small(crystal)
    calculator = gemmi.StructureFactorCalculatorN(small.cell)
    found = reflections(crystal, radiation="neutron", d_min=0.8)
    expected = np.array(
        [abs(calculator.calculate_sf_from_small_structure(small, h.tolist())) ** 2 for h in found.h]
    )
    # The tables of lengths differ: titanium by 2 %, others in the last digit.
    assert found.f_squared == pytest.approx(expected, rel=0.02, abs=0.012 * expected.max())


@pytest.mark.parametrize("crystal", ALL, ids=lambda crystal: crystal.name)
def test_gemmi_x_rays(crystal: Crystal) -> None:
    small = _small(crystal)
    calculator = gemmi.StructureFactorCalculatorX(small.cell)
    found = reflections(crystal, radiation="xray", d_min=0.9)
    expected = np.array(
        [abs(calculator.calculate_sf_from_small_structure(small, h.tolist())) ** 2 for h in found.h]
    )
    # Other fits to the form factors.
    assert found.f_squared == pytest.approx(expected, rel=0.02, abs=2e-3 * expected.max())


@pytest.mark.parametrize(
    ("symbol", "cell"),
    [
        ("P 1", (5.0, 6.0, 7.0, 80.0, 95.0, 105.0)),
        ("P -1", (5.0, 6.0, 7.0, 80.0, 95.0, 105.0)),
        ("P 1 21/c 1", (7.0, 5.0, 8.0, 90.0, 103.0, 90.0)),
        ("C 1 2/c 1", (9.0, 5.0, 8.0, 90.0, 103.0, 90.0)),
        ("P n m a", (8.5, 5.4, 7.0, 90.0, 90.0, 90.0)),
        ("F d d 2", (9.0, 11.0, 6.0, 90.0, 90.0, 90.0)),
        ("I 41/a m d:2", (4.0, 4.0, 9.5, 90.0, 90.0, 90.0)),
        ("P -3 c 1", (4.5, 4.5, 8.7, 90.0, 90.0, 120.0)),
        ("R -3 c:H", (4.8, 4.8, 13.0, 90.0, 90.0, 120.0)),
        ("R -3 m:R", (5.5, 5.5, 5.5, 57.0, 57.0, 57.0)),
        ("P 63/m m c", (4.05, 4.05, 6.5, 90.0, 90.0, 120.0)),
        ("P a -3", (6.1, 6.1, 6.1, 90.0, 90.0, 90.0)),
        ("I a -3 d", (9.7, 9.7, 9.7, 90.0, 90.0, 90.0)),
        ("F d -3 m:2", (5.43, 5.43, 5.43, 90.0, 90.0, 90.0)),
    ],
)
def test_multiplicities_and_absences(symbol: str, cell: tuple[float, ...]) -> None:
    group, d_min = gemmi.find_spacegroup_by_name(symbol), 1.0
    operations, asu = group.operations(), gemmi.ReciprocalAsu(group)
    every = gemmi.make_miller_array(gemmi.UnitCell(*cell), group, d_min, unique=False)
    counts: dict[tuple[int, ...], int] = {}
    for h in every:
        for signed in {tuple(h.tolist()), tuple((-h).tolist())}:
            if not operations.is_systematically_absent(list(signed)):
                key = tuple(asu.to_asu(list(signed), operations)[0])
                counts.setdefault(key, 0)
    full = np.array(np.meshgrid(*[np.arange(-30, 31)] * 3)).reshape(3, -1).T
    unit = gemmi.UnitCell(*cell)
    largest = [int(edge / d_min) for edge in cell[:3]]
    full = full[(np.abs(full) <= largest).all(axis=1) & (full != 0).any(axis=1)]
    for h in full.tolist():
        if unit.calculate_1_d2(h) <= 1.0 / d_min**2 and not operations.is_systematically_absent(h):
            counts[tuple(asu.to_asu(h, operations)[0])] += 1
    found, multiplicity = unique_reflections(space_group(symbol), cell, d_min)
    ours = {
        tuple(asu.to_asu(h, operations)[0]): int(m)
        for h, m in zip(found.tolist(), multiplicity, strict=True)
    }
    assert len(ours) == len(found)
    assert ours == counts


def test_d_values_of_lani2d3() -> None:
    found = reflections(LANI2D3, radiation="neutron", d_min=1.8)
    lines = [4.3492, 3.9028, 2.9047, 2.2533, 2.1813, 2.1746, 2.0007, 1.9514, 1.8996]
    assert sorted(set(found.d.round(4).tolist()), reverse=True) == pytest.approx(lines, abs=6e-5)
    # h 0 -h l and 0 0 0 l need an even l.
    odd = [h for h in found.h.tolist() if (h[0] == -h[1] or h[0] == 0 or h[1] == 0) and h[2] % 2]
    assert odd == []


def test_masses_and_densities() -> None:
    assert phase_mass(SILICON) == pytest.approx(8 * 28.085, rel=1e-4)
    assert density(SILICON) == pytest.approx(2.329, abs=0.003)
    assert density(LANI2D3) == pytest.approx(5.70, abs=0.03)
    assert phase_mass(LBCO) == pytest.approx(138.905 / 2 + 137.327 / 2 + 58.933 + 3 * 15.999, rel=1e-4)


def test_hydrogen_and_deuterium_scatter_with_opposite_signs() -> None:
    light = LANI2D3.model_copy(
        update={"sites": tuple(
            site.model_copy(update={"scatterer": "H"}) if site.scatterer == "D" else site
            for site in LANI2D3.sites
        )}
    )  # fmt: skip
    heavy = reflections(LANI2D3, radiation="neutron", d_min=1.0)
    other = reflections(light, radiation="neutron", d_min=1.0)
    assert np.abs(heavy.f_squared - other.f_squared).max() > 0.5 * other.f_squared.max()
    x_rays = [reflections(c, radiation="xray", d_min=1.0).f_squared for c in (LANI2D3, light)]
    assert x_rays[0] == pytest.approx(x_rays[1], rel=1e-12)


def test_bad_crystals() -> None:
    empty = Crystal(name="empty", cell=Cell(a=4.0, b=4.0, c=4.0), space_group="P 1")
    with pytest.raises(ScienceError, match="no atoms"):
        reflections(empty, radiation="xray", d_min=1.0)
    with pytest.raises(ScienceError, match="space group"):
        space_group("P nonsense")
    strange = Crystal(
        name="strange",
        cell=Cell(a=4.0, b=4.0, c=4.0),
        space_group="P 1",
        sites=(Site(label="Xx", scatterer="Xx", position=(0.0, 0.0, 0.0)),),
    )
    with pytest.raises(ScienceError, match="element"):
        reflections(strange, radiation="xray", d_min=1.0)
    with pytest.raises(ScienceError, match="more reflections"):
        reflections(QUARTZ, radiation="xray", d_min=0.01)
    with pytest.raises(ScienceError, match="positive"):
        reflections(QUARTZ, radiation="xray", d_min=0.0)
    flat = QUARTZ.model_copy(update={"cell": Cell(a=4.0, b=4.0, c=4.0, alpha=100, beta=130, gamma=150)})
    with pytest.raises(ScienceError, match="no unit cell"):
        reflections(flat, radiation="xray", d_min=1.0)
