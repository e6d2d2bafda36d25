"""Fits without starting values: a real spectrum, and synthetic ones whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.esr import (
    Harmonic,
    Site,
    Spectrum,
    fit_spectrum,
    noise_of,
    nuclei_of,
    powder_spectrum,
    spectrum_of,
)
from tests.science.esr import copper

FIELD = np.linspace(240.0, 360.0, 801)


def synthetic(
    *sites: tuple[Site, float],
    nucleus: str = "Cu",
    harmonic: Harmonic = 1,
    noise: float = 0.01,
    seed: int = 1,
    field: np.ndarray = FIELD,
) -> Spectrum:
    """Sites with amplitudes, by diagonalisation, with noise and a drifting baseline."""
    rng = np.random.default_rng(seed)
    y = sum(
        weight
        * powder_spectrum(
            field=field,
            frequency=9.5,
            site=site,
            nuclei=nuclei_of(nucleus),
            harmonic=harmonic,
            exact=True,
            knots=121,
        )
        for site, weight in sites
    )
    y = np.asarray(y) / np.ptp(y)
    y = y + 0.02 + 0.03 * np.linspace(-1.0, 1.0, len(field)) + rng.normal(0.0, noise, len(field))
    return spectrum_of(field=field, intensity=y, frequency=9.5, harmonic=harmonic)


def test_the_real_spectrum(shared_data: Path) -> None:
    """Cu(II) in a porphyrin by its title; values as in the sources' own fit, with its model error."""
    raw = np.fromfile(shared_data / "esr" / "010_cutpp_10kfs.DTA", ">f8")
    field = 1058.0 + np.linspace(0.0, 159.84375, 1024)
    spectrum = spectrum_of(
        field=field, intensity=raw[::2] + 1j * raw[1::2], frequency=34.008163, harmonic=0
    )
    assert spectrum.phase == pytest.approx(-0.0917, abs=0.005)
    assert field[int(np.argmax(spectrum.intensity))] == pytest.approx(1184.1, abs=0.2)
    found = fit_spectrum(spectrum, model="hyperfine", sites=1)
    assert str(found.best.model) == "axial g and A"
    values, std = found.best.sites[0].values, found.best.sites[0].std
    assert values["g_parallel"] == pytest.approx(2.19, abs=0.005)
    assert values["g_perpendicular"] == pytest.approx(2.045, abs=0.003)
    assert values["hyperfine_parallel"] == pytest.approx(611.0, abs=15.0)
    assert 80.0 < values["hyperfine_perpendicular"] < 115.0
    # Residuals go together over a line width: 1024 points are worth some dozens.
    assert found.independent < 100.0
    assert not found.best.to_the_noise
    assert 5.0 < std["hyperfine_parallel"] < 30.0


@pytest.mark.parametrize("harmonic", [0, 1])
def test_one_site_is_found(harmonic: Harmonic) -> None:
    rng = np.random.default_rng(1 + 10 * harmonic)
    truth = {
        "g_parallel": rng.uniform(2.2, 2.42),
        "g_perpendicular": rng.uniform(2.04, 2.08),
        "hyperfine_parallel": rng.uniform(330.0, 600.0),
        "hyperfine_perpendicular": rng.uniform(30.0, 90.0),
    }
    site = Site.axial(gaussian=rng.uniform(1.5, 4.0), lorentzian=0.5, **truth)
    found = fit_spectrum(synthetic((site, 1.0), harmonic=harmonic))
    assert str(found.best.model) == "axial g and A"
    assert found.best.to_the_noise
    for name, value in truth.items():
        fitted = found.best.sites[0]
        assert abs(fitted.values[name] - value) < 4.0 * fitted.std[name], name


@pytest.mark.parametrize("seed", range(2))
def test_lines_along_the_axis_are_found_in_noise(seed: int) -> None:
    """They are a few percent of the line across, and drown in the integral of the noise."""
    site = Site(
        g=(2.052, 2.052, 2.246),
        hyperfine=(60.0, 60.0, 541.0),
        gaussian=1.8,
        lorentzian=1.0,
    )
    spectrum = synthetic((site, 1.0), noise=0.03, seed=seed)
    (one,) = fit_spectrum(spectrum, model="hyperfine", sites=1).best.sites
    assert one.values["g_parallel"] == pytest.approx(2.246, abs=0.006)
    assert one.values["hyperfine_parallel"] == pytest.approx(541.0, abs=20.0)


@pytest.mark.slow
def test_vanadyl_is_found_with_eight_lines() -> None:
    site = Site.axial(
        g_parallel=1.94,
        g_perpendicular=1.985,
        hyperfine_parallel=500.0,
        hyperfine_perpendicular=190.0,
        gaussian=1.5,
    )
    field = np.linspace(270.0, 420.0, 801)
    found = fit_spectrum(
        synthetic((site, 1.0), nucleus="V", field=field), nucleus="V", model="hyperfine"
    )
    values = found.best.sites[0].values
    assert values["g_parallel"] == pytest.approx(1.94, abs=0.002)
    assert values["hyperfine_parallel"] == pytest.approx(500.0, abs=3.0)
    assert values["hyperfine_perpendicular"] == pytest.approx(190.0, abs=2.0)


def test_an_exchange_narrowed_line_gives_g_only() -> None:
    site = Site.axial(g_parallel=2.13, g_perpendicular=2.13, lorentzian=20.0)
    found = fit_spectrum(synthetic((site, 1.0), nucleus="none", noise=0.004))
    assert str(found.best.model) == "isotropic line"
    line = found.best.sites[0]
    assert abs(line.values["g"] - 2.13) < 4.0 * line.std["g"]
    assert line.std["g"] < 0.001


def test_axial_g_without_resolved_lines() -> None:
    site = Site.axial(g_parallel=2.3, g_perpendicular=2.06, gaussian=3.0)
    found = fit_spectrum(synthetic((site, 1.0), nucleus="none"))
    assert str(found.best.model) == "axial g"
    assert found.best.sites[0].values["g_parallel"] == pytest.approx(2.3, abs=0.003)


@pytest.mark.slow
def test_two_sites_are_told_apart_and_the_larger_is_first() -> None:
    field, signal, _ = copper.spectra()["sample"]
    found = fit_spectrum(
        spectrum_of(field=field, intensity=signal, frequency=copper.FREQUENCY, harmonic=1)
    )
    assert str(found.best.model) == "axial g and A + axial g and A"
    shares = np.array([site.amplitude for site in found.best.sites])
    assert shares / shares.sum() == pytest.approx(np.array(copper.SPINS) / 3.0e16, abs=0.02)
    for fitted, truth in zip(found.best.sites, copper.SITES, strict=True):
        for name, value in (
            ("g_parallel", truth.g[2]),
            ("g_perpendicular", truth.g[0]),
            ("hyperfine_parallel", truth.hyperfine[2]),
        ):
            assert abs(fitted.values[name] - value) < 4.0 * fitted.std[name], name


@pytest.mark.slow
def test_a_copper_ion_beside_a_broad_line() -> None:
    """Isolated ions and clusters, as a ceramic with too much copper has them."""
    ion = Site.axial(
        g_parallel=2.27,
        g_perpendicular=2.055,
        hyperfine_parallel=540.0,
        hyperfine_perpendicular=60.0,
        gaussian=2.5,
    )
    cluster = Site.axial(g_parallel=2.12, g_perpendicular=2.12, lorentzian=25.0)
    both = synthetic((ion, 1.0), (cluster, 1.5), noise=0.003)
    found = fit_spectrum(both)
    assert sorted(found.best.model.kinds) == ["hyperfine", "isotropic"]
    line = next(site for site in found.best.sites if "g" in site.values)
    assert line.values["g"] == pytest.approx(2.12, abs=0.01)


def test_a_signal_that_points_downwards_is_turned() -> None:
    site = Site.axial(g_parallel=2.25, g_perpendicular=2.05, hyperfine_parallel=500.0, gaussian=3.0)
    spectrum = synthetic((site, 1.0))
    turned = spectrum_of(field=spectrum.field, intensity=-spectrum.intensity, frequency=9.5, harmonic=1)
    found = fit_spectrum(turned, model="hyperfine", sites=1)
    assert found.inverted
    assert found.best.sites[0].values["g_parallel"] == pytest.approx(2.25, abs=0.003)


def test_strain_and_nitrogens_can_be_asked_for() -> None:
    site = Site.axial(
        g_parallel=2.2,
        g_perpendicular=2.05,
        hyperfine_parallel=560.0,
        hyperfine_perpendicular=80.0,
        gaussian=0.9,
        superhyperfine=46.0,
        ligands=4,
    )
    spectrum = synthetic((site, 1.0), noise=0.004)
    auto = fit_spectrum(spectrum, sites=1)
    assert str(auto.best.model) == "axial g and A, 4 14N"
    assert auto.best.sites[0].values["superhyperfine"] == pytest.approx(46.0, abs=1.0)
    strained = fit_spectrum(spectrum, model="strain")
    assert strained.best.model.strain


def test_complex_data_of_any_phase() -> None:
    site = Site.axial(g_parallel=2.25, g_perpendicular=2.05, hyperfine_parallel=500.0, gaussian=3.0)
    plain = synthetic((site, 1.0), harmonic=0, noise=0.0)
    for phase in (0.3, 1.9, -2.8):
        turned = spectrum_of(
            field=plain.field,
            intensity=plain.intensity * np.exp(1j * phase),
            frequency=9.5,
            harmonic=0,
        )
        assert np.corrcoef(turned.intensity, plain.intensity)[0, 1] > 0.9999
        assert turned.phase == pytest.approx(phase, abs=0.02)


def test_noise_is_seen_under_a_signal() -> None:
    rng = np.random.default_rng(3)
    signal = 5.0 * np.exp(-0.5 * (np.linspace(-4.0, 4.0, 2000)) ** 2)
    assert noise_of(signal + rng.normal(0.0, 0.1, 2000)) == pytest.approx(0.1, rel=0.08)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"field": FIELD[::-1]}, "must rise"),
        ({"field": FIELD[:10], "intensity": np.arange(10.0)}, "too few"),
        ({"intensity": np.ones(801)}, "no signal"),
        ({"intensity": np.full(801, np.nan)}, "finite"),
        ({"intensity": np.ones(5)}, "one length"),
        ({"frequency": float("nan")}, "frequency"),
        ({"field": FIELD - 300.0}, "positive"),
    ],
)
def test_what_is_no_spectrum_is_refused(change: dict[str, object], message: str) -> None:
    options: dict[str, object] = {
        "field": FIELD,
        "intensity": np.sin(FIELD),
        "frequency": 9.5,
        "harmonic": 1,
    }
    with pytest.raises(ScienceError, match=message):
        spectrum_of(**(options | change))  # type: ignore[arg-type]


def test_requests_that_cannot_be_met() -> None:
    spectrum = spectrum_of(field=FIELD, intensity=np.sin(FIELD / 5.0), frequency=9.5, harmonic=1)
    with pytest.raises(ScienceError, match="needs a nucleus"):
        fit_spectrum(spectrum, nucleus="none", model="hyperfine")
    with pytest.raises(ScienceError, match="1 to 4 sites"):
        fit_spectrum(spectrum, sites=7)


def test_a_frequency_that_does_not_fit_the_field() -> None:
    spectrum = spectrum_of(field=FIELD, intensity=np.sin(FIELD / 5.0), frequency=0.5, harmonic=1)
    with pytest.raises(ScienceError, match="check both"):
        fit_spectrum(spectrum)
