"""Medians with misses, the random arm in closed form, and differences paired by seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._planner_runs import Protocol, Trace, shuffled
from benchmarks._pools import PoolTable

CONTINUATIONS = 100
RESAMPLES = 2000


def quantile(values: Sequence[float], share: float) -> float:
    """Linear between order statistics, as numpy's, but with infinite values allowed."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    if low == high or place == math.floor(place):
        return low
    return math.inf if math.isinf(high) else low + (place - math.floor(place)) * (high - low)


def random_quantile(candidates: int, good: int, share: float) -> int:
    """Experiments after which a share of all random orders has hit one of ``good`` candidates, exactly.

        P(T > n) = C(N - K, n) / C(N, n)

    Examples
    --------
    >>> [random_quantile(178, 2, share) for share in (0.25, 0.5, 0.75)]
    [24, 52, 89]
    """
    missed = 1.0
    for count in range(1, candidates + 1):
        missed *= max(candidates - good - count + 1, 0) / (candidates - count + 1)
        if 1.0 - missed >= share - 1e-12:
            return count
    return candidates


def without_infinities(value: Any) -> Any:
    """The same lists and dicts with None for what JSON cannot write."""
    if isinstance(value, dict):
        return {key: without_infinities(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_infinities(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def random_summary(pool: PoolTable) -> dict[str, Any]:
    """Median and quartiles of the random arm, over all orders."""
    size = len(pool)
    top, best = int(pool.top.sum()), int(pool.best.sum())
    return {
        "top1_median": random_quantile(size, top, 0.5),
        "top1_quartiles": [random_quantile(size, top, share) for share in (0.25, 0.75)],
        "best_median": random_quantile(size, best, 0.5),
        "best_quartiles": [random_quantile(size, best, share) for share in (0.25, 0.75)],
        "permutations": "all, in closed form",
    }


def planner_summary(pool: PoolTable, traces: Sequence[Trace]) -> dict[str, Any]:
    """Of one planner's runs; a quantile is infinite where more runs missed than it allows."""
    top = [trace.experiments_to(pool.top) for trace in traces]
    best = [trace.experiments_to(pool.best) for trace in traces]
    cpu = [seconds for trace in traces for seconds in trace.cpu_seconds]
    inside = np.array([pair for trace in traces for pair in trace.inside], dtype=float)
    summary = {
        "top1_median": quantile(top, 0.5),
        "top1_quartiles": [quantile(top, share) for share in (0.25, 0.75)],
        "top1_misses": sum(map(math.isinf, top)),
        "best_median": quantile(best, 0.5),
        "best_quartiles": [quantile(best, share) for share in (0.25, 0.75)],
        "best_misses": sum(map(math.isinf, best)),
        "seeds": len(traces),
        "top1_of_each_seed": {str(t.seed): n for t, n in zip(traces, top, strict=True)},
        "best_of_each_seed": {str(t.seed): n for t, n in zip(traces, best, strict=True)},
        "cpu_seconds_per_suggestion": float(np.median(cpu)) if cpu else None,
        "cpu_seconds_total": sum(cpu),
        "fit_failures": sum(trace.failures for trace in traces),
    }
    if len(inside):
        covered_68, covered_95 = inside.mean(axis=0)
        summary |= {"covered_68": covered_68, "covered_95": covered_95, "predictions": len(inside)}
    return summary


def difference_from_random(
    pool: PoolTable, traces: Sequence[Trace], protocol: Protocol
) -> dict[str, Any]:
    """Experiments to the top 1 %: the planner's minus those of a random order from the same starts.

    The random arm of a seed begins with the same starts and goes on in ``CONTINUATIONS`` random
    orders; what is reported is the median over all pairs (and their mean, a miss counted as one
    experiment beyond the budget), with the 95 % interval of a bootstrap over seeds.
    """
    budget = protocol.experiments(pool)
    pairs = np.empty((len(traces), CONTINUATIONS))
    capped = np.empty_like(pairs)
    for i, trace in enumerate(traces):
        ours = trace.experiments_to(pool.top)
        starts = shuffled(pool, trace.seed)[: protocol.starts]
        theirs = _random_hits(pool, starts, budget, np.random.default_rng([trace.seed, 1]))
        pairs[i] = _differences(np.full(CONTINUATIONS, ours), theirs)
        capped[i] = np.minimum(ours, budget + 1) - np.minimum(theirs, budget + 1)
    return _interval("difference", pairs) | {"paired_difference_mean_95": _bootstrap(capped, np.mean)[1]}


def difference_from_peer(
    pool: PoolTable, ours: Sequence[Trace], theirs: Sequence[Trace]
) -> dict[str, Any]:
    """Experiments to the top 1 %: kuralab minus a peer, on its seeds; median and its 95 % interval."""
    mine = {trace.seed: trace for trace in ours}
    shared = [(mine[trace.seed], trace) for trace in theirs if trace.seed in mine]
    if not shared:
        return {}
    counts = np.array([[one.experiments_to(pool.top) for one in pair] for pair in shared])
    return _interval("difference", _differences(counts[:, 0], counts[:, 1])[:, None]) | {
        "paired_seeds": len(shared),
        "kuralab_top1_median_same_seeds": quantile(counts[:, 0].tolist(), 0.5),
    }


def bootstrapped_median(values: Sequence[float]) -> tuple[float, list[float]]:
    """Median of one number for each seed, and its 95 % interval."""
    return _bootstrap(np.array(values)[:, None], _median)


def _random_hits(
    pool: PoolTable, starts: NDArray[np.intp], budget: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Experiments to the top 1 % of random continuations, infinite beyond the budget."""
    if pool.top[starts].any():
        return np.full(CONTINUATIONS, float(np.flatnonzero(pool.top[starts])[0] + 1))
    rest = np.delete(pool.top, starts)
    # The first of K good ones in a random order of the rest: the least of K places without repetition.
    places = np.argsort(generator.random((CONTINUATIONS, len(rest))), axis=1)
    first = np.array([np.flatnonzero(rest[row])[0] for row in places]) + 1.0 + len(starts)
    return np.where(first > budget, math.inf, first)


def _differences(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two misses are a tie."""
    both = np.isinf(ours) & np.isinf(theirs)
    with np.errstate(invalid="ignore"):
        return np.where(both, 0.0, ours - theirs)


def _interval(name: str, pairs: NDArray[np.float64]) -> dict[str, Any]:
    median, interval = _bootstrap(pairs, _median)
    return {f"paired_{name}_median": median, f"paired_{name}_95": interval}


def _bootstrap(pairs: NDArray[np.float64], statistic: Any) -> tuple[float, list[float]]:
    """The statistic over all numbers, and its 95 % interval where rows (seeds) are drawn anew."""
    generator = np.random.default_rng(0)
    drawn = [
        float(statistic(pairs[generator.integers(len(pairs), size=len(pairs))]))
        for _ in range(RESAMPLES)
    ]
    return float(statistic(pairs)), [quantile(drawn, share) for share in (0.025, 0.975)]


def _median(pairs: NDArray[np.float64]) -> float:
    flat = np.sort(pairs, axis=None)
    low, high = flat[(len(flat) - 1) // 2], flat[len(flat) // 2]
    return float(low) if low == high else float(0.5 * (low + high))
