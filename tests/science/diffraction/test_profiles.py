"""Profiles: their area, limits, and shapes against direct numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import exp1

from kuralab.science.diffraction import _kernel
from kuralab.science.diffraction._axial import spread
from kuralab.science.diffraction._voigt import pseudo_voigt

Floats = NDArray[np.float64]


def _one(value: float) -> Floats:
    return np.array([value])


def _voigt(x: Floats, centre: float, width: float, eta: float) -> Floats:
    y = np.zeros_like(x)
    whole = np.array([0]), np.array([len(x)])
    _kernel.add_voigt(x, *whole, _one(1.0), _one(centre), _one(width), _one(eta), y)
    return y


def _flight(x: Floats, alpha: float, beta: float, width: float, eta: float) -> Floats:
    y, nothing = np.zeros_like(x), np.zeros((1, 0))
    whole = np.array([0]), np.array([len(x)])
    _kernel.add_flight_with_gradient(
        x, *whole, _one(1.0), _one(0.0), _one(width), _one(eta), _one(alpha), _one(beta),
        nothing, nothing, nothing, nothing, nothing, nothing, y, np.zeros((len(x), 0)),
    )  # fmt: skip
    return y


@pytest.mark.parametrize("eta", [0.0, 0.3, 1.0])
def test_area_and_width_of_a_pseudo_voigt(eta: float) -> None:
    x = np.linspace(-400.0, 400.0, 400_001)
    y = _voigt(x, 1.0, 0.7, eta)
    # What a Lorentzian leaves beyond the ends.
    outside = eta * 0.7 / (np.pi * 400.0)
    assert np.trapezoid(y, x) == pytest.approx(1.0 - outside, abs=1e-6)
    half = x[y >= 0.5 * y.max()]
    assert half[-1] - half[0] == pytest.approx(0.7, abs=0.005)


def test_limits_of_thompson_cox_and_hastings() -> None:
    gauss = pseudo_voigt(_one(0.4), _one(1e-9))
    assert (gauss.width[0], gauss.eta[0]) == pytest.approx((0.4, 0.0), abs=1e-8)
    lorentz = pseudo_voigt(_one(1e-9), _one(0.4))
    assert (lorentz.width[0], lorentz.eta[0]) == pytest.approx((0.4, 1.0), abs=1e-6)


@pytest.mark.parametrize(("gauss", "lorentz"), [(0.3, 0.05), (0.2, 0.2), (0.05, 0.4)])
def test_thompson_cox_and_hastings_against_a_voigt(gauss: float, lorentz: float) -> None:
    from scipy.special import voigt_profile

    x = np.linspace(-2.0, 2.0, 2001)
    shape = pseudo_voigt(_one(gauss), _one(lorentz))
    y = _voigt(x, 0.0, float(shape.width[0]), float(shape.eta[0]))
    exact = voigt_profile(x, gauss / np.sqrt(8.0 * np.log(2.0)), 0.5 * lorentz)
    assert np.abs(y - exact).max() < 0.015 * exact.max()


def test_derivatives_of_width_and_mixing() -> None:
    g, f, step = np.array([0.3, 0.1, 0.02]), np.array([0.1, 0.1, 0.3]), 1e-6
    found = pseudo_voigt(g, f)
    for by, (dg, df) in (("gauss", (step, 0.0)), ("lorentz", (0.0, step))):
        up, down = pseudo_voigt(g + dg, f + df), pseudo_voigt(g - dg, f - df)
        for what in ("width", "eta"):
            expected = (getattr(up, what) - getattr(down, what)) / (2.0 * step)
            assert getattr(found, f"{what}_by_{by}") == pytest.approx(expected, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(("s_l", "h_l"), [(0.03, 0.03), (0.05, 0.02), (0.06, 0.0005)])
@pytest.mark.parametrize("two_theta", [8.0, 20.0, 60.0, 90.0, 140.0])
def test_axial_divergence_is_a_double_integral_over_heights(
    s_l: float, h_l: float, two_theta: float
) -> None:
    width = 0.12
    found = spread(_one(two_theta), _one(width), s_l, h_l, gradient=False)
    assert found.share.sum() == pytest.approx(1.0)
    x = np.linspace(two_theta - 3.0, two_theta + 3.0, 3001)
    y = sum(
        share * _voigt(x, two_theta + offset, width, 0.2)
        for share, offset in zip(found.share, found.offset, strict=True)
    )
    middle = (np.arange(300) + 0.5) / 150.0 - 1.0
    heights = (s_l * middle[:, None] - h_l * middle[None, :]).ravel()
    cosine = np.cos(np.radians(two_theta)) * np.sqrt(1.0 + heights**2)
    places = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    counts, edges = np.histogram(places, bins=3000)
    centres = np.histogram(places, bins=3000, weights=places)[0][counts > 0] / counts[counts > 0]
    assert len(edges) == 3001
    direct = np.zeros_like(x)
    share = counts[counts > 0] / counts.sum()
    many = np.ones(len(centres))
    _kernel.add_voigt(
        x,
        np.zeros(len(centres), dtype=np.int64),
        np.full(len(centres), len(x)),
        share,
        centres,
        width * many,
        0.2 * many,
        direct,
    )
    assert np.abs(np.asarray(y) - direct).max() < 2.5e-3 * direct.max()
    # The mean displacement is right however few peaks there are.
    assert found.share @ found.offset == pytest.approx(
        float((places - two_theta).mean()), rel=2e-3, abs=1e-6
    )


@pytest.mark.parametrize(
    ("alpha", "beta", "width"), [(0.6, 0.05, 6.0), (2.0, 0.03, 20.0), (0.2, 0.2, 3.0), (5.0, 1.0, 8.0)]
)
@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_flight_shapes_are_convolutions(alpha: float, beta: float, width: float, eta: float) -> None:
    step = 0.02
    source = np.arange(-60.0 / alpha, 60.0 / beta, step)
    pulse = (
        alpha
        * beta
        / (alpha + beta)
        * np.where(
            source < 0.0,
            np.exp(np.minimum(alpha * source, 0.0)),
            np.exp(-np.maximum(beta * source, 0.0)),
        )
    )
    x = np.linspace(-30.0, 120.0, 61)
    direct = [
        np.trapezoid(pulse * _voigt(np.sort(one - source), 0.0, width, eta)[::-1], source) for one in x
    ]
    assert _flight(x, alpha, beta, width, eta) == pytest.approx(
        np.array(direct), rel=3e-3, abs=1e-4 * max(direct)
    )


def test_flight_shapes_have_unit_area_and_finite_tails() -> None:
    x = np.linspace(-3000.0, 3000.0, 60_001)
    assert np.trapezoid(_flight(x, 0.6, 0.05, 6.0, 0.0), x) == pytest.approx(1.0, abs=1e-6)
    assert np.trapezoid(_flight(x, 0.6, 0.05, 6.0, 1.0), x) == pytest.approx(1.0, abs=3e-3)
    for eta in (0.0, 0.5):
        for width in (1e-2, 1.0, 300.0):
            y = _flight(np.linspace(-1e5, 1e5, 4001), 3.0, 0.01, width, eta)
            assert np.isfinite(y).all()
            assert y.min() > -1e-12


def test_exponential_integral() -> None:
    random = np.random.default_rng(1)
    size = 10.0 ** random.uniform(-3.0, 2.4, 4000)
    z = size * np.exp(1j * random.uniform(-np.pi, np.pi, 4000))
    expected = np.exp(z) * exp1(z)
    found = np.array([_kernel._exponential_integral(one) for one in z])
    assert (np.abs(found - expected) < 1e-8 * np.abs(expected)).all()
