"""Form factors, dispersion, neutron lengths of known value; factors on the way to a peak's area."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.model import Line, PowderInstrument
from kuralab.science.diffraction import anomalous, atomic_mass, form_factor, neutron_length, space_group
from kuralab.science.diffraction._intensity import (
    axis_cosines,
    cylinder_slopes,
    cylinder_transmission,
    lorentz_polarisation,
    lorentz_polarisation_slope,
    march_dollase,
)
from kuralab.science.diffraction._symmetry import unique_reflections


@pytest.mark.parametrize(
    ("symbol", "length"),
    # V. F. Sears, Neutron News 3 (1992) 26.
    [
        ("H", -3.739),
        ("D", 6.671),
        ("O", 5.803),
        ("Ni", 10.3),
        ("La", 8.24),
        ("7Li", -2.22),
    ],
)
def test_neutron_lengths(symbol: str, length: float) -> None:
    # Newer measurements moved lithium by 3 %.
    assert neutron_length(symbol) == pytest.approx(length, rel=0.03)


@pytest.mark.parametrize(
    ("symbol", "electrons"), [("H", 1), ("C", 6), ("Si", 14), ("Pb", 82), ("La3+", 54), ("O2-", 10)]
)
def test_form_factors_start_at_the_number_of_electrons(symbol: str, electrons: int) -> None:
    f = form_factor(symbol, np.linspace(0.0, 1.5, 40))
    assert f[0] == pytest.approx(electrons, abs=0.1)
    assert (np.diff(f) < 0.0).all()


def test_form_factor_of_silicon() -> None:
    # International Tables C, table 6.1.1.1.
    s = np.array([0.1, 0.2, 0.3, 0.5])
    assert form_factor("Si", s) == pytest.approx([12.16, 9.67, 8.22, 6.24], abs=0.08)


def test_dispersion_at_copper_k_alpha() -> None:
    # International Tables C, table 4.2.6.8 (Co is near its edge).
    for symbol, real, imaginary in (("Fe", -1.13, 3.20), ("Ni", -3.00, 0.51), ("Pb", -4.08, 8.51)):
        found = anomalous(symbol, 1.5406)
        assert found[1] == pytest.approx(imaginary, rel=0.05)
        assert found[0] == pytest.approx(real, abs=0.15)
    assert anomalous("D", 1.5406) == (0.0, 0.0)


def test_masses() -> None:
    assert atomic_mass("D") == pytest.approx(2.0141, abs=1e-4)
    assert atomic_mass("Ni") == pytest.approx(58.693, abs=1e-3)


@pytest.mark.parametrize("symbol", ["Xx", "", "1e5", "99Fe", "Q+"])
def test_unknown_atoms(symbol: str) -> None:
    with pytest.raises(ScienceError):
        neutron_length(symbol)


def _instrument(**given: float) -> PowderInstrument:
    return PowderInstrument(radiation="xray", lines=(Line(wavelength=1.54),), **given)


def test_lorentz_polarisation() -> None:
    theta = np.radians([10.0, 25.0, 45.0, 60.0])
    lorentz = 1.0 / (np.sin(theta) * np.sin(2.0 * theta))
    cosine = np.cos(2.0 * theta)
    neutron = PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.54),))
    assert lorentz_polarisation(neutron, theta) == pytest.approx(lorentz)
    assert lorentz_polarisation(_instrument(), theta) == pytest.approx(lorentz * (1.0 + cosine**2) / 2.0)
    assert lorentz_polarisation(_instrument(polarisation=1.0), theta) == pytest.approx(lorentz)
    k = np.cos(np.radians(26.6)) ** 2
    assert lorentz_polarisation(_instrument(monochromator=26.6), theta) == pytest.approx(
        lorentz * (1.0 + k * cosine**2) / (1.0 + k)
    )
    for instrument in (neutron, _instrument(), _instrument(monochromator=26.6, polarisation=0.7)):
        up, down = (np.log(lorentz_polarisation(instrument, theta + step)) for step in (1e-6, -1e-6))
        assert lorentz_polarisation_slope(instrument, theta) == pytest.approx(
            (up - down) / 2e-6, rel=1e-5
        )


def _transmission(mu_r: float, theta: float) -> float:
    """By integration over a circle of radius 1: the way in from the left, the way out at 2 theta."""
    radius, weight = np.polynomial.legendre.leggauss(60)
    radius, weight = 0.5 * (radius + 1.0), 0.5 * weight
    angle = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    x, y = (radius[:, None] * function(angle)[None, :] for function in (np.cos, np.sin))

    def way(ux: float, uy: float) -> np.ndarray:
        """From (x, y) to the circle along a unit vector."""
        along = x * ux + y * uy
        return np.asarray(-along + np.sqrt(along**2 + 1.0 - x**2 - y**2))

    path = way(-1.0, 0.0) + way(np.cos(2.0 * theta), np.sin(2.0 * theta))
    inside = np.exp(-mu_r * path).mean(axis=1)
    return float(2.0 * (weight * radius * inside).sum())


@pytest.mark.parametrize("mu_r", [0.1, 0.3, 0.6, 1.0])
def test_cylinders(mu_r: float) -> None:
    theta = np.radians([2.0, 20.0, 45.0, 70.0, 88.0])
    direct = [_transmission(mu_r, one) for one in theta]
    close = 0.006 if mu_r < 1.0 else 0.012
    assert cylinder_transmission(mu_r, theta) == pytest.approx(direct, rel=close)
    by_mu_r, by_theta = cylinder_slopes(mu_r, theta)
    up, down = (np.log(cylinder_transmission(mu_r + step, theta)) for step in (1e-6, -1e-6))
    assert by_mu_r == pytest.approx((up - down) / 2e-6, rel=1e-5)
    up, down = (np.log(cylinder_transmission(mu_r, theta + step)) for step in (1e-6, -1e-6))
    assert by_theta == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("ratio", [0.4, 0.8, 1.0, 1.3, 2.5])
def test_march_dollase_keeps_the_whole(ratio: float) -> None:
    cosine, weight = np.polynomial.legendre.leggauss(400)
    factor, slope = march_dollase((cosine**2)[:, None], ratio)
    assert 0.5 * float(weight @ factor) == pytest.approx(1.0, rel=1e-8)
    up, down = (march_dollase((cosine**2)[:, None], ratio + step)[0] for step in (1e-6, -1e-6))
    assert slope == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-8)


def test_flat_crystals_strengthen_the_lines_of_their_face() -> None:
    group, cell = space_group("P 6/m m m"), (5.0, 5.0, 4.0, 90.0, 90.0, 120.0)
    h, _ = unique_reflections(group, cell, 1.0)
    factor, _ = march_dollase(axis_cosines(group, h, cell, (0, 0, 1)), 0.7)
    along = (h[:, 0] == 0) & (h[:, 1] == 0)
    across = h[:, 2] == 0
    assert factor[along] == pytest.approx(0.7**-3)
    assert factor[across] == pytest.approx(0.7**1.5)
    same, _ = march_dollase(axis_cosines(group, h, cell, (0, 0, 1)), 1.0)
    assert same == pytest.approx(1.0)


def test_equivalents_of_a_cubic_line_are_averaged() -> None:
    group, cell = space_group("P m -3 m"), (4.0, 4.0, 4.0, 90.0, 90.0, 90.0)
    h = np.array([[1, 0, 0]])
    factor, _ = march_dollase(axis_cosines(group, h, cell, (0, 0, 1)), 0.7)
    assert factor[0] == pytest.approx((0.7**-3 + 2.0 * 0.7**1.5) / 3.0)
