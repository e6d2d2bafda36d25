"""Powder spectra against diagonalisation, another program's stored spectra, and sum rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import loadmat

from kuralab.errors import ScienceError
from kuralab.science.esr import MAGNETON, Site, mean_intensity_g, nuclei_of, powder_spectrum

FWHM = 2.0 * np.sqrt(2.0 * np.log(2.0))
COPPER = Site.axial(
    g_parallel=2.25,
    g_perpendicular=2.05,
    hyperfine_parallel=-540.0,
    hyperfine_perpendicular=-60.0,
    gaussian=FWHM,
)
FIELD = np.linspace(260.0, 350.0, 1024)


def _off(one: np.ndarray, other: np.ndarray) -> float:
    """Root mean square of a difference over the largest value."""
    return float(np.sqrt(np.mean((one - other) ** 2)) / np.abs(other).max())


@pytest.mark.parametrize("harmonic", [0, 1])
@pytest.mark.parametrize(
    ("site", "nucleus", "bar"),
    [
        (COPPER, "Cu", 0.0015),
        (replace(COPPER, quadrupole=12.0), "63Cu", 0.0015),
        (replace(COPPER, gaussian=3.0 * FWHM), "Cu", 0.0015),
        (
            Site.axial(
                g_parallel=1.94,
                g_perpendicular=1.98,
                hyperfine_parallel=-500.0,
                hyperfine_perpendicular=-180.0,
                gaussian=FWHM,
            ),
            "V",
            0.006,
        ),
    ],
)
def test_fast_spectra_agree_with_diagonalisation(
    site: Site, nucleus: str, bar: float, harmonic: int
) -> None:
    """The bar of the benchmark is 1 % at a standard deviation of 1 mT."""
    field = FIELD if "Cu" in nucleus else np.linspace(260.0, 440.0, 1024)
    options = {"field": field, "frequency": 9.5, "nuclei": nuclei_of(nucleus), "harmonic": harmonic}
    exact = powder_spectrum(site=site, exact=True, knots=61 if nucleus == "V" else 241, **options)
    assert _off(powder_spectrum(site=site, **options), exact) < bar


@pytest.mark.parametrize("name", ["iso_cu", "pt_ga1", "pt_gonly"])
def test_stored_spectra_of_easyspin(
    shared_data: Path, reference: Callable[[str], dict[str, Any]], name: str
) -> None:
    known = reference("esr/easyspin_pepper")["spectra"][name]
    path = shared_data / "esr" / f"easyspin_pepper_{name}.mat"
    stored = loadmat(path, squeeze_me=True, struct_as_record=False)["data"].y
    field = np.linspace(*known["range"], len(stored))
    # The stored values belong to the middle of the steps.
    field = field + 0.5 * (field[1] - field[0])
    g = known["g"]
    if name == "pt_ga1":
        # It was computed to second order without nuclear Zeeman term, as our rhombic sites are.
        g = [g[0], g[1] + 1e-12, g[2]]
    site = Site(
        g=tuple(g),
        hyperfine=tuple(known["hyperfine"]),
        gaussian=known["peak_to_peak"] * FWHM / 2.0,
    )
    found = powder_spectrum(
        field=field, frequency=known["frequency"], site=site, nuclei=nuclei_of(known["nucleus"])
    )
    scale = (stored @ found) / (found @ found)
    assert _off(scale * found, stored) < 0.0025


@settings(max_examples=10)
@given(
    along=st.floats(1.9, 2.5),
    across=st.floats(1.9, 2.5),
    coupling=st.floats(0.0, 400.0),
    width=st.floats(1.0, 5.0),
)
def test_the_area_is_the_mean_intensity(
    along: float, across: float, coupling: float, width: float
) -> None:
    site = Site.axial(
        g_parallel=along, g_perpendicular=across, hyperfine_parallel=coupling, gaussian=width
    )
    field = np.linspace(200.0, 460.0, 1301)
    for nuclei in ((), nuclei_of("Cu")):
        found = powder_spectrum(field=field, frequency=9.5, site=site, nuclei=nuclei, harmonic=0)
        area = float(found.sum() * (field[1] - field[0]))
        assert area == pytest.approx(mean_intensity_g(along, across), rel=6e-3)


def test_the_derivative_is_the_absorption_differentiated() -> None:
    options = {"frequency": 9.5, "site": COPPER, "nuclei": nuclei_of("Cu")}
    h = 0.01
    numerical = (
        powder_spectrum(field=FIELD + h, harmonic=0, **options)
        - powder_spectrum(field=FIELD - h, harmonic=0, **options)
    ) / (2.0 * h)
    assert _off(numerical, powder_spectrum(field=FIELD, harmonic=1, **options)) < 2e-3


def test_four_nitrogens_split_a_line_into_nine() -> None:
    site = Site.axial(g_parallel=2.0, g_perpendicular=2.0, gaussian=0.4, superhyperfine=50.0, ligands=4)
    field = np.linspace(325.0, 354.0, 2901)
    found = powder_spectrum(field=field, frequency=9.5, site=site, harmonic=0)
    inner = found[1:-1]
    peaks = np.flatnonzero((inner > found[:-2]) & (inner > found[2:]) & (inner > 0.005 * found.max()))
    assert len(peaks) == 9
    assert np.diff(field[1:-1][peaks]) == pytest.approx(50.0 / (2.0 * MAGNETON), abs=0.02)
    heights = inner[peaks] / inner[peaks].max() * 19.0
    assert heights == pytest.approx([1, 4, 10, 16, 19, 16, 10, 4, 1], abs=0.1)


def test_strain_broadens_the_parallel_lines_by_what_it_says() -> None:
    """The mean over a Gaussian distribution of g along the axis, summed one by one."""
    strained = replace(COPPER, g_strain=(0.0, 0.006), gaussian=1.0 * FWHM)
    found = powder_spectrum(field=FIELD, frequency=9.5, site=strained, nuclei=nuclei_of("63Cu"))
    shifts = np.linspace(-3.0, 3.0, 41)
    weights = np.exp(-0.5 * shifts**2)
    summed = sum(
        w
        * powder_spectrum(
            field=FIELD,
            frequency=9.5,
            site=replace(COPPER, g=(2.05, 2.05, 2.25 + 0.006 * x)),
            nuclei=nuclei_of("63Cu"),
        )
        for x, w in zip(shifts, weights / weights.sum(), strict=True)
    )
    assert _off(found, np.asarray(summed)) < 0.004


def test_correlated_strain_sharpens_one_side() -> None:
    widths = []
    for sign in (1.0, -1.0):
        site = replace(
            COPPER, g_strain=(0.0, 0.005), hyperfine_strain=(0.0, 15.0), strain_correlation=sign
        )
        found = powder_spectrum(
            field=FIELD, frequency=9.5, site=site, nuclei=nuclei_of("63Cu"), harmonic=1
        )
        low = np.abs(FIELD - 276.0) < 6.0
        high = np.abs(FIELD - 310.0) < 6.0
        widths.append(found[low].max() / found[high].max())
    assert max(widths) / min(widths) > 1.6


def test_uneven_fields_give_the_same_spectrum() -> None:
    uneven = FIELD + 0.02 * np.sin(FIELD)
    options = {"frequency": 9.5, "site": COPPER, "nuclei": nuclei_of("Cu")}
    fine = np.linspace(259.0, 351.0, 20001)
    wanted = np.interp(uneven, fine, powder_spectrum(field=fine, **options))
    assert _off(powder_spectrum(field=uneven, **options), wanted) < 0.005


def test_rhombic_sites_become_axial_ones() -> None:
    rhombic = replace(COPPER, g=(2.05, 2.05 + 1e-9, 2.25))
    options = {"field": FIELD, "frequency": 34.0, "nuclei": nuclei_of("63Cu")}
    field = np.linspace(1060.0, 1200.0, 1024)
    options["field"] = field
    wide = {"gaussian": 2.0 * FWHM}
    one = powder_spectrum(site=replace(rhombic, **wide), **options)
    assert _off(one, powder_spectrum(site=replace(COPPER, **wide), **options)) < 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"field": FIELD[::-1]}, "must rise"),
        ({"field": FIELD[:1]}, "must rise"),
        ({"frequency": -1.0}, "frequency"),
        ({"site": replace(COPPER, gaussian=0.0)}, "line width"),
        ({"site": replace(COPPER, g=(2.0, 2.1, 2.2), quadrupole=3.0)}, "axial"),
        ({"site": replace(COPPER, g_strain=(0.1, 0.0)), "exact": True}, "no strain"),
        ({"site": replace(COPPER, gaussian=1e-5)}, "too narrow"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    options: dict[str, Any] = {"field": FIELD, "frequency": 9.5, "site": COPPER} | change
    with pytest.raises(ScienceError, match=message):
        powder_spectrum(**options)
