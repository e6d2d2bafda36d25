"""Resonance fields against published formulas, another method, and numbers of another program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.linalg import eig

from kuralab.errors import ScienceError
from kuralab.science.esr import (
    MAGNETON,
    NUCLEAR_MAGNETON,
    Site,
    known_nuclei,
    nuclei_of,
    resonances_by_diagonalisation,
    resonances_to_second_order,
    spin_matrices,
)

COPPER = Site.axial(
    g_parallel=2.25, g_perpendicular=2.05, hyperfine_parallel=-540.0, hyperfine_perpendicular=-60.0
)
ALLOWED = slice(0, 16, 5)


def test_fields_are_those_of_another_program(reference: Callable[[str], dict[str, Any]]) -> None:
    known = reference("esr/copper_fields")
    theta = np.radians([float(angle) for angle in known["fields"]])
    found = resonances_by_diagonalisation(
        site=COPPER, nucleus=nuclei_of("63Cu")[0], frequency=9.5, theta=theta
    )
    wanted = np.array(list(known["fields"].values()))
    assert np.abs(found.field[:, ALLOWED] - wanted).max() < 1e-4


def test_second_order_is_as_near_as_stated() -> None:
    theta = np.radians([0.0, 90.0])
    nucleus = nuclei_of("63Cu")[0]
    exact = resonances_by_diagonalisation(site=COPPER, nucleus=nucleus, frequency=9.5, theta=theta)
    near = resonances_to_second_order(site=COPPER, nucleus=nucleus, frequency=9.5, theta=theta)
    off = np.abs(near.field - exact.field[:, ALLOWED]).max(axis=1)
    assert off[0] < 4e-4
    assert off[1] < 0.062


def test_quadrupole_and_tilted_axes_agree_with_eigenfields() -> None:
    """G. G. Belford, R. L. Belford, J. F. Burkhalter, J. Magn. Reson. 11 (1973) 251: no iteration."""
    site = Site(g=(2.03, 2.07, 2.28), hyperfine=(40.0, -70.0, 480.0), quadrupole=15.0)
    nucleus = nuclei_of("65Cu")[0]
    theta, phi = np.array([0.6]), np.array([0.9])
    found = resonances_by_diagonalisation(
        site=site, nucleus=nucleus, frequency=9.4, theta=theta, phi=phi
    )
    n = np.array([np.sin(0.6) * np.cos(0.9), np.sin(0.6) * np.sin(0.9), np.cos(0.6)])
    s = [np.kron(m, np.eye(4)) for m in spin_matrices(0.5)]
    i = [np.kron(np.eye(2), m) for m in spin_matrices(1.5)]
    static = sum(a * x @ y for a, x, y in zip(site.hyperfine, s, i, strict=True))
    static = static + 15.0 * (1.5 * i[2] @ i[2] - 0.5 * 1.5 * 2.5 * np.eye(8))
    zeeman = sum(
        n[k] * (MAGNETON * site.g[k] * s[k] - nucleus.g_n * NUCLEAR_MAGNETON * i[k]) for k in range(3)
    )
    one = np.eye(8)
    a = 9400.0 * np.eye(64) - np.kron(static, one) + np.kron(one, static.conj())
    b = np.kron(zeeman, one) - np.kron(one, zeeman.conj())
    values = eig(a, b, right=False)
    fields = np.sort(values[np.isfinite(values) & (np.abs(values.imag) < 1e-6)].real)
    for field in found.field.ravel():
        assert np.abs(fields - field).min() < 1e-5


def test_an_isotropic_line_is_at_its_g_with_g_as_intensity() -> None:
    site = Site.axial(g_parallel=2.0, g_perpendicular=2.0)
    found = resonances_by_diagonalisation(site=site, nucleus=None, frequency=9.5, theta=np.array([0.3]))
    assert found.field[0, 0] == pytest.approx(9500.0 / (2.0 * MAGNETON), abs=1e-8)
    assert found.intensity[0, 0] == pytest.approx(2.0, rel=1e-9)


def test_isotopes_differ_by_their_moments() -> None:
    first, second = nuclei_of("Cu")
    assert (first.name, second.name) == ("63Cu", "65Cu")
    assert first.abundance + second.abundance == pytest.approx(1.0)
    site = Site.axial(g_parallel=2.2, g_perpendicular=2.0, hyperfine_parallel=100.0, quadrupole=10.0)
    other = site.of_isotope(second, first)
    assert other.hyperfine[2] == pytest.approx(107.11, abs=0.01)
    assert other.quadrupole == pytest.approx(9.27, abs=0.01)


@pytest.mark.parametrize("name", known_nuclei())
def test_every_nucleus_is_known(name: str) -> None:
    assert sum(nucleus.abundance for nucleus in nuclei_of(name)) == pytest.approx(float(name != "none"))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ScienceError, match="no nucleus 'Xx'"):
        nuclei_of("Xx")
    with pytest.raises(ScienceError, match="between 0 and 20"):
        Site.axial(g_parallel=-2.0, g_perpendicular=2.0)
    with pytest.raises(ScienceError, match="not be negative"):
        Site.axial(g_parallel=2.0, g_perpendicular=2.0, gaussian=-1.0)
    with pytest.raises(ScienceError, match="correlation"):
        Site.axial(g_parallel=2.0, g_perpendicular=2.0, strain_correlation=2.0)
    with pytest.raises(ScienceError, match="axial"):
        resonances_to_second_order(
            site=Site(g=(2.0, 2.1, 2.2)), nucleus=None, frequency=9.5, theta=np.zeros(1)
        )
    with pytest.raises(ScienceError, match="frequency"):
        resonances_by_diagonalisation(site=COPPER, nucleus=None, frequency=0.0, theta=np.zeros(1))
