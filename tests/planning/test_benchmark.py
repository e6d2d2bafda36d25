"""What benchmarks/planner.py counts: hits, misses, the random arm, differences paired by seed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import _planner_summary as summary
from benchmarks._planner_runs import Protocol, Trace, shuffled
from benchmarks._pools import PoolTable, read_pool
from kuralab.errors import InputError


def pool_of(size: int, direction: str = "max") -> PoolTable:
    """One input; the value of row i is i."""
    values = np.arange(float(size))
    return PoolTable("line", ("x",), values[:, None], values, direction, simplex=False)


def test_repeats_are_averaged_and_missing_values_left_out(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    path.write_text("\ufeffa,b,y\n1,99,3\n1,99,5\n50,50,<1E-3\n20,80,\n30,70,2\n", "utf-8")
    pool = read_pool(path, inputs=("a", "b"), objective="y", direction="min", simplex=True)
    assert pool.inputs.tolist() == [[0.01, 0.99], [0.3, 0.7]]
    assert pool.values.tolist() == [4.0, 2.0]
    assert pool.top.tolist() == pool.best.tolist() == [False, True]
    assert pool.scaled.tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert pool.notes == ("3 rows, 2 distinct candidates", "2 rows without a measured value left out")
    with_limit = read_pool(path, inputs=("a",), objective="y", direction="min", censored=True)
    assert with_limit.values.tolist() == [4.0, 1e-3, 2.0]


def test_a_pool_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    path.write_text("a,b,y\n1,0,3\n1,x,5\n", "utf-8")
    with pytest.raises(InputError, match=r"pool.csv:3: b is 'x', not a number"):
        read_pool(path, inputs=("a", "b"), objective="y", direction="max")
    with pytest.raises(InputError, match="unknown column 'yy'"):
        read_pool(path, inputs=("a",), objective="yy", direction="max")
    path.write_text("a,b,y\n1,0,3\n1,1,5\n1,0,3\n", "utf-8")
    with pytest.raises(InputError, match="all rows have the same sum"):
        read_pool(path, inputs=("a", "b"), objective="y", direction="max", simplex=True)


def test_the_top_is_the_best_hundredth_rounded_up_and_ties_belong_to_it() -> None:
    assert np.flatnonzero(pool_of(201).top).tolist() == [198, 199, 200]
    assert np.flatnonzero(pool_of(201, "min").top).tolist() == [0, 1, 2]
    values = np.array([1.0, 5.0, 5.0, 2.0])
    tied = PoolTable("tied", ("x",), np.arange(4.0)[:, None], values, "max", simplex=False)
    assert np.flatnonzero(tied.top).tolist() == [1, 2]


@given(size=st.integers(5, 60), good=st.integers(1, 5), share=st.sampled_from([0.25, 0.5, 0.75]))
def test_random_quantiles_count_every_order(size: int, good: int, share: float) -> None:
    """The least n for which at least a share of all sets of n rows hold a good one."""
    found = summary.random_quantile(size, good, share)
    hit = [1 - math.comb(size - good, n) / math.comb(size, n) for n in (found - 1, found)]
    assert hit[0] < share + 1e-9
    assert hit[1] >= share - 1e-9


@given(st.lists(st.floats(1, 99), min_size=1, max_size=9), st.floats(0, 1))
def test_quantiles_are_numpys_and_misses_are_infinite(values: list[float], share: float) -> None:
    assert summary.quantile(values, share) == pytest.approx(np.quantile(values, share))
    assert summary.quantile([*values, *[math.inf] * (len(values) + 1)], 0.5) == math.inf


def test_differences_pair_the_same_starts() -> None:
    """A planner that finds the best right after 10 starts; the random arm goes on from the same ones."""
    pool, protocol = pool_of(400), Protocol()
    traces = []
    for seed in range(30):
        starts = shuffled(pool, seed)[:10].tolist()
        order = starts if pool.top[starts].any() else [*starts, 399]
        traces.append(Trace("perfect", seed, tuple(order), (0.1,)))
    found = summary.difference_from_random(pool, traces, protocol)
    # Four good rows of 400: the median of a random order is 63, of those that miss at first about 70.
    assert -70 < found["paired_difference_median"] < -45
    low, high = found["paired_difference_95"]
    assert low < found["paired_difference_median"] < high < 0
    own = summary.planner_summary(pool, traces)
    assert own["top1_median"] == 11
    assert own["top1_misses"] == 0
    peer = summary.difference_from_peer(pool, traces, traces[:5])
    assert (peer["paired_difference_median"], peer["paired_seeds"]) == (0.0, 5)


def test_infinite_numbers_are_null_in_json() -> None:
    assert summary.without_infinities({"a": [math.inf, 1.0], "b": (-math.inf,)}) == {
        "a": [None, 1.0],
        "b": [None],
    }
