"""Counting spins, and what g and A say about copper's neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.esr import (
    Acquisition,
    Site,
    area_of,
    area_of_fit,
    count_spins,
    fit_spectrum,
    known_copper_fields,
    known_copper_sites,
    local_structure,
    mean_intensity_g,
    powder_spectrum,
    spectrum_of,
)

FIELD = np.linspace(290.0, 390.0, 2001)
LINE = Site.axial(g_parallel=2.0, g_perpendicular=2.0, gaussian=2.0)


def _spectrum(site: Site = LINE, *, amplitude: float = 1.0, noise: float = 0.0, harmonic: int = 1):
    y = amplitude * powder_spectrum(field=FIELD, frequency=9.5, site=site, harmonic=harmonic)
    rng = np.random.default_rng(4)
    drift = 0.02 * amplitude * (1.0 + np.linspace(-1.0, 1.0, len(FIELD)))
    y = y + drift + rng.normal(0.0, noise * np.ptp(y) + 1e-300, len(FIELD))
    return spectrum_of(field=FIELD, intensity=y, frequency=9.5, harmonic=harmonic)


@pytest.mark.parametrize("harmonic", [0, 1])
def test_the_area_of_a_line_is_its_g(harmonic: int) -> None:
    area = area_of(_spectrum(harmonic=harmonic))
    assert area.value == pytest.approx(2.0, rel=2e-3)
    assert area.baseline_share < 0.01


@pytest.mark.parametrize("harmonic", [0, 1])
def test_the_stated_uncertainty_of_an_area_covers_its_scatter(harmonic: int) -> None:
    y = powder_spectrum(field=FIELD, frequency=9.5, site=LINE, harmonic=harmonic)
    rng = np.random.default_rng(7)
    areas, stds = [], []
    for _ in range(60):
        noisy = y + rng.normal(0.0, 0.002 * np.ptp(y), len(y))
        area = area_of(spectrum_of(field=FIELD, intensity=noisy, frequency=9.5, harmonic=harmonic))
        areas.append(area.value)
        stds.append(area.std)
    assert 0.8 < np.median(stds) / np.std(areas) < 2.0


def test_cut_wings_are_counted_by_the_fit() -> None:
    site = Site.axial(g_parallel=2.0, g_perpendicular=2.0, lorentzian=6.0)
    spectrum = _spectrum(site, noise=0.001)
    assert area_of(spectrum).value < 1.9
    fit = fit_spectrum(spectrum, nucleus="none", model="isotropic").best
    found = area_of_fit(fit)
    assert abs(found.value - 2.0) < max(4.0 * found.std, 0.02)


def test_spins_scale_as_the_instrument_does() -> None:
    sample = Acquisition(power=4.0, modulation=0.5, gain=10.0, scans=4.0, temperature=100.0)
    standard = Acquisition(power=1.0, modulation=0.1, gain=2.0, scans=1.0, temperature=300.0)
    area = area_of(_spectrum())
    found = count_spins(
        sample=area,
        standard=area,
        standard_spins=1e16,
        standard_spins_std=5e14,
        sample_acquisition=sample,
        standard_acquisition=standard,
        sample_g=2.0,
        standard_g=2.0,
    )
    # sqrt(4) x 5 x 5 x 4 times the signal, at a third of the temperature.
    assert found.spins == pytest.approx(1e16 / (2.0 * 5.0 * 5.0 * 4.0 * 3.0), rel=1e-9)
    assert found.std / found.spins == pytest.approx(0.05, rel=0.1)
    once = Acquisition(gain=10.0, scans=9.0, normalised=True)
    assert once.scale(derivative=True) == 1.0


def test_spins_that_cannot_be_counted() -> None:
    area = area_of(_spectrum())
    options = {
        "sample": area,
        "standard": area,
        "standard_spins": 1e16,
        "sample_acquisition": Acquisition(),
        "standard_acquisition": Acquisition(),
        "sample_g": 2.0,
        "standard_g": 2.0,
    }
    with pytest.raises(ScienceError, match="10 % apart"):
        count_spins(**options, frequency_ratio=3.6)
    with pytest.raises(ScienceError, match="must be positive"):
        count_spins(**(options | {"standard_spins": 0.0}))
    with pytest.raises(ScienceError, match="must be positive"):
        Acquisition(power=0.0)
    with pytest.raises(ScienceError, match="not positive"):
        area_of(_spectrum(amplitude=-1.0, harmonic=0))


def test_the_mean_intensity_is_between_the_principal_values() -> None:
    for along, across in ((2.3, 2.05), (2.0, 2.1)):
        assert min(along, across) < mean_intensity_g(along, across) < max(along, across)


def test_the_porphyrin_is_planar() -> None:
    found = local_structure(
        g_parallel=2.193,
        g_perpendicular=2.046,
        hyperfine_parallel=611.0,
        covariance=np.diag([0.005, 0.003, 15.0]) ** 2,
    )
    assert found.ratio == pytest.approx(107.6, abs=0.05)
    assert found.alpha_squared == pytest.approx(0.816, abs=5e-4)
    assert found.shape == "planar"
    assert found.ratio_std == pytest.approx(107.6 * 15.0 / 611.0, rel=0.02)
    assert found.alpha_squared_std == pytest.approx(0.0149, abs=3e-4)


def test_a_free_ion_has_all_of_its_spin_on_copper() -> None:
    """The second route to the formula: A of an ion with kappa 0.43 and its g shifts gives about one."""
    kappa, p = 0.43, 0.036 * 29979.2458
    shift_along, shift_across = 0.42, 0.08
    a = p * (-kappa - 4.0 / 7.0 + shift_along + 3.0 / 7.0 * shift_across)
    found = local_structure(
        g_parallel=2.00231930436 + shift_along,
        g_perpendicular=2.00231930436 + shift_across,
        hyperfine_parallel=abs(a),
    )
    assert found.alpha_squared == pytest.approx(kappa + 4.0 / 7.0 + 0.04, abs=1e-6)


def test_measured_sites_lie_where_the_rules_say() -> None:
    sites = {site.name: site for site in known_copper_sites()}
    octahedral = sites["Cu(DCO2)4(D2O)2"]
    field = next(one for one in known_copper_fields() if one.site == "CuO6")
    assert field.g[0] < octahedral.g < field.g[1]
    assert field.a[0] < octahedral.a < field.a[1]
    bent = sites["CuOH in CHA"]
    found = local_structure(
        g_parallel=bent.g, g_perpendicular=2.072, hyperfine_parallel=bent.a * 2.99792458
    )
    assert found.ratio > 150.0
    assert "tetrahedron" in found.shape


def test_other_ground_states_are_refused() -> None:
    with pytest.raises(ScienceError, match=r"d\(x2-y2\)"):
        local_structure(g_parallel=2.0, g_perpendicular=2.2, hyperfine_parallel=300.0)
    with pytest.raises(ScienceError, match="no ratio"):
        local_structure(g_parallel=2.2, g_perpendicular=2.0, hyperfine_parallel=0.0)
