"""Exact regression: against the formulas written out, and against what must hold for any of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from kuralab.planning._fit import PRIORS, Density, Priors, drawn, hyperparameters, most_probable
from kuralab.planning._gaussian_process import (
    GaussianProcess,
    Hyperparameters,
    matern,
    squared_distances,
)


def _data(seed: int, n: int = 25, d: int = 3):
    generator = np.random.default_rng(seed)
    x = generator.uniform(size=(n, d))
    y = np.sin(4 * x[:, 0]) + x[:, 1] ** 2 + 0.05 * generator.normal(size=n)
    return x, (y - y.mean()) / y.std(), generator


def _process(x, y, *, noise=0.01, mean=0.5):
    length_scales = np.array([0.4, 0.7, 2.0])
    hyper = Hyperparameters(length_scales=length_scales, signal=1.3, noise=noise, mean=np.array([mean]))
    basis = np.ones((len(x), 1))
    return GaussianProcess(x, y, given=hyper, noise=np.full(len(x), noise), basis=basis)


def test_the_posterior_is_that_of_the_textbook() -> None:
    x, y, generator = _data(1)
    new = generator.uniform(size=(7, 3))
    process = _process(x, y)

    def kernel(a, b):
        r = np.sqrt((((a[:, None] - b[None]) / [0.4, 0.7, 2.0]) ** 2).sum(axis=2))
        s = np.sqrt(5) * r
        return 1.3 * (1 + s + s**2 / 3) * np.exp(-s) + 0.5

    gain = kernel(new, x) @ np.linalg.inv(kernel(x, x) + 0.01 * np.eye(len(x)))
    covariance = kernel(new, new) - gain @ kernel(x, new)
    mean, variance = process.predict(new, np.ones((7, 1)))
    np.testing.assert_allclose(mean, gain @ y, atol=1e-9)
    np.testing.assert_allclose(variance, covariance.diagonal(), atol=1e-9)
    np.testing.assert_allclose(process.covariance(new, np.ones((7, 1))), covariance, atol=1e-9)


def test_leaving_one_out_equals_fitting_without_it() -> None:
    x, y, _ = _data(2)
    mean, variance = _process(x, y).left_out()
    for i in (0, 7, 24):
        rest = np.arange(len(x)) != i
        m, v = _process(x[rest], y[rest]).predict(x[[i]], np.ones((1, 1)))
        assert mean[i] == pytest.approx(m[0], abs=1e-8)
        assert variance[i] == pytest.approx(v[0] + 0.01, abs=1e-8)


def test_more_observations_equal_all_at_once() -> None:
    x, y, generator = _data(3)
    new = generator.uniform(size=(5, 3))
    grown = _process(x[:20], y[:20]).with_more(x[20:], y[20:], np.full(5, 0.01), np.ones((5, 1)))
    for a, b in zip(
        grown.predict(new, np.ones((5, 1))), _process(x, y).predict(new, np.ones((5, 1))), strict=True
    ):
        np.testing.assert_allclose(a, b, atol=1e-10)


def test_distance_and_correlation_at_zero_and_far_away() -> None:
    a = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(squared_distances(a, a, np.array([1.0, 2.0])), [[0, 13], [13, 0]])
    assert matern(np.array([0.0]))[0] == 1.0
    assert matern(np.array([1e6]))[0] == 0.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.floats(0.05, 1.0))
def test_the_gradient_is_that_of_the_density(seed: int, spread: float) -> None:
    x, y, generator = _data(seed, n=12)
    known = generator.uniform(0.0, 0.1, size=12)
    learned = (generator.uniform(size=12) > 0.3).astype(float)
    density = Density(x, y, known=known, learned=learned, basis=np.ones((12, 1)), priors=PRIORS[0])
    theta = density.centre + spread * generator.normal(size=5)
    theta = np.clip(theta, density.low + 0.1, density.high - 0.1)
    value, gradient = density.descent(theta)
    assert value == pytest.approx(-density(theta), rel=1e-9)
    for k in range(5):
        step = np.zeros(5)
        step[k] = 1e-5
        slope = (density.descent(theta + step)[0] - density.descent(theta - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-4, abs=1e-4)


def test_a_fit_finds_the_scales_that_made_the_data() -> None:
    generator = np.random.default_rng(5)
    x = generator.uniform(size=(150, 2))
    truth = Hyperparameters(np.array([0.2, 1.5]), signal=1.0, noise=0.01, mean=np.array([1e-6]))
    flat = GaussianProcess(x, np.zeros(150), given=truth, noise=np.ones(150), basis=np.ones((150, 1)))
    covariance = flat.prior_covariance(x, flat.basis, x, flat.basis)
    y = np.linalg.cholesky(covariance + 0.01 * np.eye(150)) @ generator.normal(size=150)
    density = Density(
        x, y, known=np.zeros(150), learned=np.ones(150), basis=np.ones((150, 1)), priors=PRIORS[0]
    )
    found = hyperparameters(most_probable(density), coefficients=1, priors=PRIORS[0])
    assert found.length_scales[0] == pytest.approx(0.2, rel=0.3)
    assert found.length_scales[1] > 0.8
    assert found.noise == pytest.approx(0.01, rel=0.5)


def test_draws_spread_as_the_density_does() -> None:
    """Of one observation the noise is not known: its draws follow its prior."""
    density = Density(
        np.array([[0.5]]),
        np.array([0.0]),
        known=np.array([1e4]),
        learned=np.ones(1),
        basis=np.ones((1, 1)),
        priors=Priors(length=(0.0, 1.0), noise=(-5.0, 1.0)),
    )
    draws = drawn(density, density.centre, 800, np.random.default_rng(8))
    noise = np.array([theta[-1] for theta in draws])
    assert noise.mean() == pytest.approx(-5.0, abs=0.2)
    assert noise.std() == pytest.approx(1.0, abs=0.15)
    assert np.mean(noise < norm.ppf(0.25, -5.0, 1.0)) == pytest.approx(0.25, abs=0.06)
