"""Search of peaks: nothing in noise, everything that is there, with honest uncertainties."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.formats import read, read_crystals
from kuralab.science.diffraction import find_peaks, reflections

Floats = NDArray[np.float64]
X = np.arange(10.0, 90.0, 0.02)
HUMP = 100.0 + 50.0 * np.exp(-X / 20.0) + 30.0 * np.exp(-0.5 * ((X - 25.0) / 8.0) ** 2)


def _counts(rate: Floats, seed: int) -> tuple[Floats, Floats]:
    y = np.random.default_rng(seed).poisson(rate).astype(float)
    return y, np.sqrt(np.maximum(y, 1.0))


def _gauss(at: float, height: float, fwhm: float) -> Floats:
    return np.asarray(height * np.exp(-4.0 * np.log(2.0) * ((X - at) / fwhm) ** 2))


def _lorentz(at: float, height: float, fwhm: float) -> Floats:
    return np.asarray(height / (1.0 + 4.0 * ((X - at) / fwhm) ** 2))


def test_noise_on_a_background_has_no_peaks() -> None:
    for seed in range(20):
        found = find_peaks(X, *_counts(HUMP, seed))
        assert len(found) == 0
        assert found.background[50:-50] == pytest.approx(HUMP[50:-50], rel=0.15)


def test_positions_heights_and_their_uncertainties() -> None:
    centres, heights = (21.0, 33.3, 47.11, 60.0, 77.7), (2000.0, 500.0, 90.0, 1000.0, 300.0)
    pulls = []
    for seed in range(20):
        rate = HUMP + sum(_gauss(c, h, 0.2) for c, h in zip(centres, heights, strict=True))
        found = find_peaks(X, *_counts(rate, seed))
        assert len(found) == len(centres)
        assert found.width == pytest.approx(0.2, rel=0.6)
        assert found.height == pytest.approx(heights, rel=0.3)
        pulls.append((found.position - centres) / found.position_std)
    spread = float(np.sqrt(np.mean(np.square(pulls))))
    assert 0.5 < spread < 1.5


def test_a_weak_peak_is_found_at_its_significance() -> None:
    """Of peaks at the threshold some are seen; of twice that, nearly all."""
    seen = dict.fromkeys((18.0, 36.0), 0)
    for height in seen:
        for seed in range(30):
            y, sigma = _counts(100.0 + 0.0 * X + _gauss(50.0, height, 0.2), seed)
            found = find_peaks(X, y, sigma)
            assert np.all(np.abs(found.position - 50.0) < 0.2)
            seen[height] += len(found)
    assert seen[36.0] > 27
    assert 0 < seen[18.0] < 20


def test_neighbours_are_told_apart() -> None:
    for profile in (_gauss, _lorentz):
        rate = HUMP + profile(40.0, 1000.0, 0.2) + profile(40.25, 500.0, 0.2)
        found = find_peaks(X, *_counts(rate, 1))
        assert found.position == pytest.approx([40.0, 40.25], abs=0.02)


def test_wings_are_no_peaks() -> None:
    found = find_peaks(X, *_counts(HUMP + _lorentz(40.0, 50_000.0, 0.15), 3))
    assert found.position == pytest.approx([40.0], abs=0.01)


def test_scatter_beyond_the_stated_uncertainties_is_noticed() -> None:
    y, sigma = _counts(100.0 + _gauss(50.0, 1000.0, 0.2), 1)
    noisy = y + np.random.default_rng(2).normal(size=len(y)) * 2.0 * sigma
    found = find_peaks(X, noisy, sigma)
    assert found.noise == pytest.approx(np.sqrt(5.0), rel=0.1)
    assert found.position == pytest.approx([50.0], abs=0.05)


def test_peaks_widen_along_the_pattern() -> None:
    centres = np.arange(15.0, 88.0, 4.0)
    widths = 0.1 + 0.005 * centres
    rate = HUMP + sum(_gauss(c, 800.0, w) for c, w in zip(centres, widths, strict=True))
    found = find_peaks(X, *_counts(rate, 5))
    assert found.position == pytest.approx(centres, abs=0.03)
    assert found.width == pytest.approx(widths, rel=0.25)


@pytest.mark.parametrize(
    ("pattern", "structure", "wavelength", "zero", "a", "least"),
    [
        ("lbco_hrpt_psi.xye", "lbco.cif", 1.494, 0.623, 3.89087, 16),
        ("co2sio4_d20_ill.xye", "co2sio4.cif", 1.87, 0.3, None, 50),
    ],
)
def test_every_peak_of_a_measured_pattern_is_a_line(
    shared_data: Path,
    pattern: str,
    structure: str,
    wavelength: float,
    zero: float,
    a: float | None,
    least: int,
) -> None:
    folder = shared_data / "diffraction"
    (measured,), (crystal,) = read(folder / pattern), read_crystals(folder / structure)
    if a is not None:
        cell = crystal.cell.model_copy(update={"a": a, "b": a, "c": a})
        crystal = crystal.model_copy(update={"cell": cell})
    x = np.asarray(measured.values("two_theta"))
    found = find_peaks(
        x,
        np.asarray(measured.values("intensity")),
        np.asarray(measured.values("intensity_uncertainty")),
    )
    d = reflections(crystal, radiation="neutron", d_min=0.51 * wavelength).d
    lines = 2.0 * np.degrees(np.arcsin(wavelength / (2.0 * d))) + zero
    distance = np.abs(found.position[:, None] - lines[None, :]).min(axis=1)
    assert len(found) >= least
    assert np.all(distance < 0.5 * found.width)


def test_flight_time(shared_data: Path) -> None:
    (measured,) = read(shared_data / "diffraction" / "si_sepd_tof.xye")
    found = find_peaks(
        np.asarray(measured.values("time_of_flight")),
        np.asarray(measured.values("intensity")),
        np.asarray(measured.values("intensity_uncertainty")),
    )
    # 111, 220 and 311 of silicon with DIFC 7476.91 us/angstrom.
    for h in (3, 8, 11):
        t = 7476.91 * 5.4309 / np.sqrt(h)
        assert np.abs(found.position - t).min() < 0.004 * t
    # Widths grow with the time.
    assert found.width[-1] > 3.0 * found.width[0]


@pytest.mark.parametrize(
    ("x", "y", "sigma", "message"),
    [
        (X[:20], X[:20], X[:20], "too few"),
        (X, X[1:], X, "shapes"),
        (X[::-1], X, X, "rise"),
        (X, np.where(X > 50.0, np.nan, 1.0), X, "numbers"),
        (X, X, 0.0 * X, "positive"),
    ],
)
def test_refused(x: Floats, y: Floats, sigma: Floats, message: str) -> None:
    with pytest.raises(ScienceError, match=message):
        find_peaks(x, y, sigma)
