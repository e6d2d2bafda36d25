"""Scores against sampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuralab.planning._acquisition import log_approach, log_improvement, upper_bound
from kuralab.planning._surrogate import Prediction

MIXTURE = Prediction(np.array([[0.0, 1.0], [0.5, 0.8]]), np.array([[1.0, 0.04], [0.25, 0.09]]))
DRAWS = 400_000


def _draws(row: int) -> np.ndarray:
    generator = np.random.default_rng(row)
    member = generator.integers(2, size=DRAWS)
    return MIXTURE.means[member, row] + np.sqrt(MIXTURE.variances[member, row]) * generator.normal(
        size=DRAWS
    )


@pytest.mark.parametrize("row", [0, 1])
def test_improvement_is_the_mean_of_what_is_gained(row: int) -> None:
    expected = np.maximum(_draws(row) - 0.9, 0).mean()
    found = np.exp(log_improvement(MIXTURE, np.array([0.9, 0.9])))[row]
    assert found == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("row", [0, 1])
def test_approach_is_the_mean_of_what_is_gained(row: int) -> None:
    expected = np.maximum(0.3 - np.abs(_draws(row) - 0.7), 0).mean()
    found = np.exp(log_approach(MIXTURE, 0.7, np.array([0.3, 0.3])))[row]
    assert found == pytest.approx(expected, rel=0.02)


def test_hopeless_candidates_still_differ() -> None:
    far = Prediction(np.array([[-60.0, -50.0]]), np.ones((1, 2)))
    found = log_improvement(far, np.array([0.0]))
    assert np.isfinite(found).all()
    assert found[1] > found[0]
    near = log_approach(far, 100.0, np.array([1e-9]))
    assert near[1] > near[0]


@settings(max_examples=30, deadline=None)
@given(level=st.floats(0.01, 0.99))
def test_quantiles_of_a_mixture_are_where_the_draws_are(level: float) -> None:
    draws = _draws(0)
    assert np.mean(draws < MIXTURE.quantiles((level,))[0, 0]) == pytest.approx(level, abs=0.005)


def test_a_bound_prefers_the_unknown_among_equals() -> None:
    equal = Prediction(np.array([[1.0, 1.0]]), np.array([[0.01, 1.0]]))
    low, high = upper_bound(equal)
    assert high > low
