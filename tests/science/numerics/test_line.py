"""Straight lines: values, uncertainties and the curvature test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import ScienceError
from kuralab.science.numerics import fit_line


@given(st.integers(0, 10_000), st.floats(-1e4, 1e4))
def test_agrees_with_polyfit(seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    x = shift + rng.uniform(0, 10, 12)
    y = 3.0 * x + rng.standard_normal(12)
    std = rng.uniform(0.5, 2.0, 12)
    line = fit_line(x=x, y=y, std=std)
    (slope, intercept), covariance = np.polyfit(x, y, 1, w=1 / std, cov="unscaled")
    factor = max(1.0, line.reduced_chi_square or 0.0)
    assert line.slope == pytest.approx(slope, rel=1e-6)
    assert line.intercept == pytest.approx(intercept, rel=1e-5, abs=1e-4)
    assert line.covariance[1, 1] == pytest.approx(covariance[0, 0] * factor, rel=1e-6)


def test_unweighted_uncertainty_comes_from_the_scatter() -> None:
    rng = np.random.default_rng(0)
    x = np.arange(8.0)
    slopes, stated = [], []
    for _ in range(2000):
        line = fit_line(x=x, y=2 * x + rng.standard_normal(8))
        slopes.append(line.slope)
        stated.append(line.covariance[1, 1])
    assert np.var(slopes) == pytest.approx(np.mean(stated), rel=0.1)


def test_points_that_scatter_more_than_they_claim_widen_the_line() -> None:
    x = np.arange(6.0)
    y = x + np.array([1, -1, 1, -1, 1, -1.0])
    honest, bold = fit_line(x=x, y=y, std=np.ones(6)), fit_line(x=x, y=y, std=np.full(6, 0.1))
    assert bold.covariance[1, 1] == pytest.approx(honest.covariance[1, 1], rel=1e-6)


def test_a_straight_line_is_called_curved_as_rarely_as_promised() -> None:
    rng = np.random.default_rng(1)
    x = np.linspace(0, 1, 7)
    p = [fit_line(x=x, y=x + 0.1 * rng.standard_normal(7)).curvature_p_value for _ in range(1000)]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.08
    bent = fit_line(x=x, y=x + x**2 + 0.01 * rng.standard_normal(7))
    assert bent.curvature_p_value is not None
    assert bent.curvature_p_value < 1e-4


@pytest.mark.parametrize(
    ("x", "y", "std", "says"),
    [
        ([1, 1], [1, 2], None, "two different x"),
        ([1, 2], [1, np.inf], None, "finite"),
        ([1, 2], [1, 2], [1, 0], "positive"),
        ([1, 2], [1, 2, 3], None, "one length"),
    ],
)
def test_bad_points_are_refused(
    x: list[float], y: list[float], std: list[float] | None, says: str
) -> None:
    with pytest.raises(ScienceError, match=says):
        fit_line(x=x, y=y, std=std)
