"""Bounds as observations: moments by quadrature, and what censoring must do to a fit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from kuralab.planning._bounds import moment_matched
from kuralab.planning._feasibility import Feasibility
from kuralab.planning._surrogate import Observations, learnt


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("bound", [-1.5, 0.0, 2.0])
def test_one_bound_has_the_moments_of_the_integral(side: int, bound: float) -> None:
    prior, noise = np.array([[1.7]]), np.array([0.3])
    value, variance, _ = moment_matched(prior, np.array([bound]), noise, np.array([side]))
    precision = 1 / 1.7 + 1 / variance[0]
    mean, spread = (value[0] / variance[0]) / precision, 1 / precision

    def weight(f: float) -> float:
        return norm.pdf(f, 0, 1.7**0.5) * norm.cdf(side * (f - bound) / 0.3**0.5)

    total = quad(weight, -12, 12)[0]
    first = quad(lambda f: f * weight(f), -12, 12)[0] / total
    second = quad(lambda f: f * f * weight(f), -12, 12)[0] / total
    assert mean == pytest.approx(first, abs=1e-3)
    assert spread == pytest.approx(second - first**2, abs=2e-3)


def test_values_pass_through_unchanged() -> None:
    y, noise = np.array([0.3, -0.4]), np.array([0.1, 0.2])
    value, variance, _ = moment_matched(np.eye(2), y, noise, np.array([0, 0]))
    np.testing.assert_allclose(value, y)
    np.testing.assert_allclose(variance, noise)


def test_a_bound_is_not_taken_for_a_value() -> None:
    """Of y = 10 x, all below 4 read "below 4": the fit goes on falling, it does not level off at 4."""
    x = np.linspace(0, 1, 15)[:, None]
    truth = 10 * x[:, 0]
    read = np.maximum(truth, 4.0)
    side = np.where(truth < 4.0, -1, 0)

    def at_zero(side) -> float:
        data = Observations(x, read, np.full(15, 1e-4), side, np.ones((15, 1)))
        model = learnt(data, np.random.default_rng(0))
        mean, _ = model.predict(np.array([[0.1]]), np.ones((1, 1))).moments()
        return float(mean[0])

    assert at_zero(side) < 3.0
    assert at_zero(np.zeros(15, dtype=int)) > 3.5


def test_failures_speak_for_their_neighbourhood() -> None:
    x = np.linspace(0, 1, 11)[:, None]
    feasible = Feasibility(x, x[:, 0] < 0.65)
    low, high = feasible.probability(np.array([[0.1], [0.95]]))
    assert low > 0.9
    assert high < 0.4


def test_one_failure_in_many_is_chance() -> None:
    x = np.random.default_rng(2).uniform(size=(20, 2))
    succeeded = np.ones(20, dtype=bool)
    succeeded[4] = False
    chance = Feasibility(x, succeeded).probability(x)
    assert chance.argmin() == 4
    assert chance.mean() > 0.85
    assert chance[4] > 0.4
