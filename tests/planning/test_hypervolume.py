"""Pareto fronts, their volume and its expected improvement against slower or independent counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import log_ndtr
from scipy.stats import norm

from kuralab.errors import ScienceError
from kuralab.planning._hypervolume import (
    _boxes,
    expected_hypervolume_improvement,
    log_expected_hypervolume_improvement,
    log_standard_gain,
)
from kuralab.planning._pareto import hypervolume, pareto_front, reference_point

# Whole numbers make ties, which are where a decomposition breaks.
COORDINATES = st.integers(-2, 6).map(float)


def fronts(m: int, most: int = 9):  # type: ignore[no-untyped-def]
    return arrays.arrays(float, st.tuples(st.integers(0, most), st.just(m)), elements=COORDINATES)


def counted_volume(values: np.ndarray, reference: np.ndarray) -> float:
    """Unit cells of a grid of whole numbers whose upper corner some row reaches."""
    axes = [np.arange(r, 7) for r in reference]
    cells = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(reference)) + 1
    return float((values[:, None, :] >= cells).all(axis=2).any(axis=0).sum())


@pytest.mark.parametrize("m", [1, 2, 3])
@given(data=st.data())
def test_the_volume_is_that_of_counted_cells(m: int, data: st.DataObject) -> None:
    values = data.draw(fronts(m))
    reference = np.full(m, -1.0)
    assert hypervolume(values, reference) == counted_volume(values, reference)


@given(values=fronts(3))
def test_a_front_holds_what_nothing_dominates(values: np.ndarray) -> None:
    front = set(pareto_front(values).tolist())
    for i, row in enumerate(values):
        dominated = ((values >= row).all(axis=1) & (values > row).any(axis=1)).any()
        assert (i in front) != dominated


def test_the_reference_point_lies_a_tenth_of_the_range_below_the_nadir() -> None:
    values = np.array([[0.0, 10.0], [4.0, 0.0], [-9.0, -9.0]])
    assert reference_point(values).tolist() == [-0.4, -1.0]
    # One point on the front: its range is that of all values, and 1 where these are equal too.
    assert reference_point(np.array([[2.0, 5.0], [1.0, 5.0]])).tolist() == pytest.approx([1.9, 4.9])


@pytest.mark.parametrize("m", [2, 3])
@given(data=st.data())
def test_boxes_fill_what_is_not_dominated_once(m: int, data: st.DataObject) -> None:
    front = data.draw(fronts(m))
    reference = np.full(m, -1.0)
    levels, boxes = _boxes(front, reference)
    # Cell centres: each lies in exactly one box, or in none if the front dominates it.
    axes = [np.arange(-1, 8) + 0.5] * m
    cells = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, m)
    inside = np.zeros(len(cells), dtype=int)
    for low, high in boxes:
        lower = np.array([levels[j][low[j]] for j in range(m)])
        upper = np.array([levels[j][high[j]] for j in range(m)])
        inside += ((cells > lower) & (cells < upper)).all(axis=1)
    dominated = (front[:, None, :] > cells).all(axis=2).any(axis=0)
    assert (inside == ~dominated).all()
    assert len(boxes) <= (len(front) + 1 if m == 2 else 2 * len(front) + 1)


@pytest.mark.parametrize("m", [1, 2, 3])
@given(data=st.data())
def test_a_certain_candidate_adds_the_volume_that_it_adds(m: int, data: st.DataObject) -> None:
    front = data.draw(fronts(m))
    candidates = data.draw(fronts(m, most=4))
    reference = np.full(m, -1.0)
    sd = np.zeros_like(candidates)
    grown = [
        hypervolume(np.vstack([front, row]), reference) - hypervolume(front, reference)
        for row in candidates
    ]
    found = expected_hypervolume_improvement(candidates, sd, front, reference)
    assert found == pytest.approx(grown, abs=1e-12)
    logarithm = log_expected_hypervolume_improvement(candidates, sd, front, reference)
    assert np.exp(logarithm) == pytest.approx(grown, abs=1e-12)


@pytest.mark.parametrize("m", [2, 3])
@settings(max_examples=12)
@given(data=st.data())
def test_it_agrees_with_draws(m: int, data: st.DataObject) -> None:
    front = data.draw(fronts(m, most=6))
    mean = np.array(data.draw(st.lists(st.floats(-3, 6), min_size=m, max_size=m)))
    sd = np.array(data.draw(st.lists(st.floats(0.1, 3), min_size=m, max_size=m)))
    reference = np.full(m, -1.0)
    draws = mean + sd * np.random.default_rng(1).standard_normal((1500, m))
    before = hypervolume(front, reference)
    gains = [hypervolume(np.vstack([front, draw]), reference) - before for draw in draws]
    found = expected_hypervolume_improvement(mean[None], sd[None], front, reference)[0]
    error = np.std(gains) / np.sqrt(len(gains))
    # Five standard errors; where hardly a draw improves, the sample knows no error of its own.
    assert found == pytest.approx(np.mean(gains), abs=5 * error + 0.02)


@given(front=fronts(2), third=st.floats(0.5, 3), sd=st.floats(0.05, 2))
def test_a_third_objective_that_is_certain_only_scales_the_other_two(
    front: np.ndarray, third: float, sd: float
) -> None:
    """Everything at the same third value h above the reference: the volume is h times the area."""
    mean = np.array([[0.0, 0.0], [5.0, 2.0], [2.0, 5.0]])
    plane = expected_hypervolume_improvement(mean, np.full((3, 2), sd), front, np.array([-1.0, -1.0]))
    solid = expected_hypervolume_improvement(
        np.column_stack([mean, np.full(3, third)]),
        np.column_stack([np.full((3, 2), sd), np.zeros(3)]),
        np.column_stack([front, np.full(len(front), third)]),
        np.array([-1.0, -1.0, 0.0]),
    )
    assert solid == pytest.approx(third * plane, rel=1e-10, abs=1e-300)


def test_one_objective_is_the_expected_improvement() -> None:
    mean, sd, best = np.array([[0.0], [1.5], [-3.0]]), np.array([[1.0], [0.2], [0.5]]), 1.0
    z = (mean - best) / sd
    improvement = ((mean - best) * norm.cdf(z) + sd * norm.pdf(z)).ravel()
    found = expected_hypervolume_improvement(mean, sd, np.array([[best], [0.3]]), np.array([-9.0]))
    assert found == pytest.approx(improvement, rel=1e-12)


def test_without_a_front_it_is_the_product_of_gains_over_the_reference() -> None:
    mean, sd = np.array([[0.5, -1.0, 2.0]]), np.array([[1.0, 0.5, 0.1]])
    gains = mean * norm.cdf(mean / sd) + sd * norm.pdf(mean / sd)
    found = expected_hypervolume_improvement(mean, sd, np.empty((0, 3)), np.zeros(3))
    assert found == pytest.approx([gains.prod()], rel=1e-12)


@given(front=fronts(3), m=st.sampled_from([2, 3]))
def test_the_logarithm_is_the_logarithm(front: np.ndarray, m: int) -> None:
    generator = np.random.default_rng(3)
    mean, sd = generator.uniform(-2, 7, (20, m)), generator.uniform(0.2, 2, (20, m))
    reference = np.full(m, -1.0)
    plain = expected_hypervolume_improvement(mean, sd, front[:, :m], reference)
    logarithm = log_expected_hypervolume_improvement(mean, sd, front[:, :m], reference)
    seen = plain > 1e-9
    assert np.exp(logarithm[seen]) == pytest.approx(plain[seen], rel=1e-6)


def test_the_logarithm_ranks_where_the_value_underflows() -> None:
    front, reference = np.array([[1.0, 0.5], [0.5, 1.0]]), np.zeros(2)
    mean = np.linspace([-3.0, -3.0], [-1.0, -1.0], 6)
    sd = np.full_like(mean, 1e-3)
    assert (expected_hypervolume_improvement(mean, sd, front, reference) == 0).all()
    logarithm = log_expected_hypervolume_improvement(mean, sd, front, reference)
    assert np.isfinite(logarithm).all()
    assert (np.diff(logarithm) > 0).all()


def test_the_standard_gain_is_smooth_over_its_three_branches() -> None:
    """d/dz ln h = Phi / h, so slopes by differences check the branches against one another."""
    z = np.concatenate([np.linspace(-1.2, -0.8, 9), np.linspace(-101, -99, 9), [-1e6, -1e3, 5.0, 30.0]])
    step = 1e-4
    slope = (log_standard_gain(z + step) - log_standard_gain(z - step)) / (2 * step)
    # At -1e6 the logarithm is -5e11 and a difference of neighbours keeps no more than its rounding.
    assert slope == pytest.approx(np.exp(log_ndtr(z) - log_standard_gain(z)), rel=2e-3)
    # scipy's own digits at moderate z.
    assert log_standard_gain(np.array([-5.0, 0.0, 2.0])) == pytest.approx(
        np.log([norm.pdf(z) + z * norm.cdf(z) for z in (-5.0, 0.0, 2.0)]), rel=1e-9
    )


def test_bad_numbers_are_refused() -> None:
    front, reference = np.array([[1.0, 1.0]]), np.zeros(2)
    for mean, sd in [
        (np.zeros((1, 3)), np.ones((1, 3))),
        (np.zeros((1, 2)), np.ones((2, 2))),
        (np.array([[np.nan, 0.0]]), np.ones((1, 2))),
        (np.zeros((1, 2)), np.array([[1.0, -1.0]])),
    ]:
        with pytest.raises(ScienceError):
            expected_hypervolume_improvement(mean, sd, front, reference)
    with pytest.raises(ScienceError, match="one to three"):
        hypervolume(np.ones((1, 4)), np.zeros(4))
    with pytest.raises(ScienceError, match="2 objectives, but 3"):
        hypervolume(front, np.zeros(3))


def test_2000_candidates_take_milliseconds() -> None:
    """The bars are 20 and 200 ms on a quiet core; ten times as much here, where tests share it."""
    from time import perf_counter

    generator = np.random.default_rng(0)
    for m, limit in ((2, 0.2), (3, 2.0)):
        sphere = np.abs(generator.normal(size=(20, m)))
        sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
        mean, sd = generator.normal(size=(2000, m)), generator.uniform(0.1, 1, (2000, m))
        began = perf_counter()
        log_expected_hypervolume_improvement(mean, sd, sphere, np.zeros(m))
        assert perf_counter() - began < limit
