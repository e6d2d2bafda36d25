"""How often a campaign that stops by itself stops wrongly.

    .venv/bin/python benchmarks/stopping.py [--seeds 25] [--only p3ht,agnp] [--json]

A campaign with ``stop_within: epsilon`` ends at the first experiment after which the planner's bound on
the regret is below epsilon. Epsilon is ``--share`` (5 %) of the range of what can be measured in the
case. A stop is false where the best of the case beats the best that the run measured by more than
epsilon. Ten random starts, then one experiment at a time, at most ``--budget`` (80); a run that is still
not sure then, or has measured everything, has not stopped and is not counted.

The rule of planning/_regret.py was chosen on the tuning cases: three pools, and hills drawn anew for
each seed (1,000 candidates in two or three inputs). Held out: four pools, and four functions of real
numbers with known maxima. A first rule, without rougher functions, was given up because of what it did
on the held out ``waves`` and ``ridge`` (seeds 0 to 24); its successor was chosen on the tuning cases
alone. Bar: at most 10 % of stops are false, over at least 200 runs. One process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import _planner_runs as runs
from benchmarks._pools import SHARED, PoolTable, shared_pool
from kuralab.model.campaign import Objective, Observed, PlannerSettings
from kuralab.model.space import Continuous, Point
from kuralab.planning import Planner, Space

ROOT = Path(__file__).resolve().parents[1]
TUNING = ("p3ht", "agnp", "autoam")
HELD_OUT = ("perovskite", "crossed_barrel", "photo_wf3", "oer_plate_3860")
HILLS = 1000
STARTS = 10
BAR = 0.1


@dataclass(frozen=True)
class Begun:
    """A campaign after its starts. gains: of these, more is better; gain: of a point; best: the greatest
    there is; span: from the least to the greatest."""

    planner: Any
    gains: list[float]
    gain: Callable[[Point], float]
    best: float
    span: float


@dataclass(frozen=True)
class Case:
    """begin: by seed."""

    name: str
    tuning: bool
    begin: Callable[[int], Begun]


@dataclass(frozen=True)
class Run:
    """stopped: after how many experiments, None where it did not; regret: then, over epsilon."""

    seed: int
    epsilon: float
    stopped: int | None
    regret: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3, help="of each case; 25 are 225 runs")
    parser.add_argument("--seed-start", type=int, default=0)
    parser.add_argument("--only", default="", help="these cases, by comma")
    parser.add_argument("--share", type=float, default=0.05, help="epsilon, of the range")
    parser.add_argument("--budget", type=int, default=80)
    parser.add_argument("--shared-data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    wanted = set(filter(None, given.only.split(",")))
    cases = [c for c in _cases(given.shared_data / "benchmarks") if not wanted or c.name in wanted]
    results = [_counted(case, given) for case in cases]
    totals = {
        key: _total([r for r in results if key == "all" or r["used_for"] == key])
        for key in ("all", "tuning", "held out")
    }
    if given.json:
        print(json.dumps({"cases": results, "totals": totals, "bar": BAR}, indent=2, allow_nan=False))
    else:
        _show(results, totals)
    return 0


def _cases(folder: Path) -> list[Case]:
    cases = []
    for described in SHARED:
        if described.name in (*TUNING, *HELD_OUT) and (folder / described.file).exists():
            pool = shared_pool(described, folder)
            cases.append(Case(described.name, described.name in TUNING, partial(_of_pool, pool)))
    for inputs in (2, 3):
        cases.append(Case(f"hills{inputs}", True, partial(_of_hills, inputs)))
    for name, inputs, value in (
        ("waves", 2, _waves),
        ("ridge", 4, _ridge),
        ("branin", 2, _branin),
        ("hartmann3", 3, _hartmann3),
    ):
        best, span = _extremes(value, inputs)
        cases.append(Case(name, False, partial(_of_function, inputs, value, best, span)))
    return cases


def _of_pool(pool: PoolTable, seed: int) -> Begun:
    planner, rows = runs._planner(pool, seed, runs.Protocol(STARTS))
    starts = runs.shuffled(pool, seed)[:STARTS].tolist()
    for number, row in enumerate(starts, start=1):
        planner.replay(rows.start(number, row))
        planner.tell(number, {runs.QUANTITY: Observed(value=float(pool.values[row]))})
    gains = [float(pool.gains[row]) for row in starts]
    best, span = float(pool.gains.max()), float(np.ptp(pool.values))
    return Begun(planner, gains, lambda point: float(pool.gains[rows[dict(point)]]), best, span)


def _of_hills(inputs: int, seed: int) -> Begun:
    """Three to five hills of different heights and widths on a slope."""
    generator = np.random.default_rng([seed, inputs, 77])
    x = generator.random((HILLS, inputs))
    count = int(generator.integers(3, 6))
    centres = generator.random((count, inputs))
    widths = generator.uniform(0.1, 0.35, count) * np.sqrt(inputs / 2)
    heights = generator.uniform(0.4, 1.0, count)
    squared = ((x[:, None] - centres) ** 2).sum(axis=2)
    y = np.exp(-squared / (2 * widths**2)) @ heights + 0.3 * (x @ generator.normal(size=inputs))
    names = tuple(f"x{i}" for i in range(inputs))
    return _of_pool(PoolTable(f"hills{inputs}", names, x, y, "max", simplex=False), seed)


def _of_function(
    inputs: int, value: Callable[[np.ndarray], np.ndarray], best: float, span: float, seed: int
) -> Begun:
    names = tuple(f"x{i}" for i in range(inputs))
    planner = Planner(
        Space([Continuous(name=name, low=0, high=1) for name in names]),
        [Objective(quantity=runs.QUANTITY, direction="maximise")],
        seed=seed,
        settings=PlannerSettings(starts=STARTS, replicates=False),
    )

    def gain(point: Point) -> float:
        return float(value(np.array([[point[name] for name in names]], dtype=float))[0])

    gains = []
    for _ in range(STARTS):
        (suggestion,) = planner.ask()
        gains.append(gain(suggestion.point))
        planner.tell(suggestion.number, {runs.QUANTITY: Observed(value=gains[-1])})
    return Begun(planner, gains, gain, best, span)


def _waves(x: np.ndarray) -> np.ndarray:
    """Two hills and a slope."""
    high = np.exp(-20.0 * ((x - [0.75, 0.3]) ** 2).sum(axis=1))
    low = 0.8 * np.exp(-12.0 * ((x - [0.2, 0.7]) ** 2).sum(axis=1))
    return high + low + 0.2 * x[:, 0]


def _ridge(x: np.ndarray) -> np.ndarray:
    """A bent ridge in four dimensions with ripples."""
    bend = x[:, 0] - 0.5 * x[:, 1] ** 2 - 0.4
    rest = ((x[:, 1:] - [0.7, 0.2, 0.5]) ** 2).sum(axis=1)
    return -6.0 * bend**2 - 2.0 * rest + 0.15 * np.cos(9.0 * x[:, 2])


def _branin(x: np.ndarray) -> np.ndarray:
    """Three equal maxima. F. H. Branin, IBM J. Res. Dev. 16, 504 (1972), with the other sign."""
    u, v = 15.0 * x[:, 0] - 5.0, 15.0 * x[:, 1]
    valley = v - 5.1 / (4 * np.pi**2) * u**2 + 5.0 / np.pi * u - 6.0
    return -(valley**2 + 10.0 * (1.0 - 1.0 / (8.0 * np.pi)) * np.cos(u) + 10.0)


def _hartmann3(x: np.ndarray) -> np.ndarray:
    """Four hills in three dimensions. J. K. Hartman (1973); constants as in the usual test sets."""
    a = np.array([[3.0, 10.0, 30.0], [0.1, 10.0, 35.0]] * 2)
    p = [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
    squared = (a * (x[:, None] - 1e-4 * np.array(p)) ** 2).sum(axis=2)
    return np.exp(-squared) @ np.array([1.0, 1.2, 3.0, 3.2])


def _extremes(value: Callable[[np.ndarray], np.ndarray], dimensions: int) -> tuple[float, float]:
    """Greatest value and range, by points ever closer around the best."""
    generator = np.random.default_rng(0)
    x = generator.random((200_000, dimensions))
    found = value(x)
    best, width = x[np.argmax(found)], 0.1
    for _ in range(30):
        near = np.clip(best + width * generator.normal(size=(5_000, dimensions)), 0.0, 1.0)
        near = np.vstack([best, near])
        best, width = near[np.argmax(value(near))], 0.7 * width
    greatest = float(value(best[None])[0])
    return greatest, greatest - float(found.min())


def _run(case: Case, seed: int, given: argparse.Namespace) -> Run:
    begun = case.begin(seed)
    planner, gains, epsilon = begun.planner, begun.gains, given.share * begun.span
    sign = -1.0 if planner.objectives[0].direction == "minimise" else 1.0
    while True:
        found = planner.regret()
        regret = (begun.best - max(gains)) / epsilon
        if found is not None and found.confidence < 1.0 and found.bound < epsilon:
            return Run(seed, epsilon, len(gains), regret)
        suggestions = planner.ask() if len(gains) < given.budget else []
        if not suggestions:
            return Run(seed, epsilon, None, regret)
        (suggestion,) = suggestions
        gains.append(begun.gain(suggestion.point))
        planner.tell(suggestion.number, {runs.QUANTITY: Observed(value=sign * gains[-1])})


def _counted(case: Case, given: argparse.Namespace) -> dict[str, Any]:
    done = []
    for seed in range(given.seed_start, given.seed_start + given.seeds):
        done.append(_run(case, seed, given))
        if sys.stderr.isatty():
            print(f"\r{case.name}, seed {seed}   ", end="", file=sys.stderr, flush=True)
    stopped = [run for run in done if run.stopped is not None]
    return {
        "case": case.name,
        "used_for": "tuning" if case.tuning else "held out",
        "epsilon_median": float(np.median([run.epsilon for run in done])),
        "runs": len(done),
        "stops": len(stopped),
        "false_stops": sum(run.regret > 1.0 for run in stopped),
        "median_experiments": float(np.median([r.stopped for r in stopped])) if stopped else None,
        "largest_regret_over_epsilon": max((run.regret for run in stopped), default=None),
        "stop_of_each_seed": {str(run.seed): run.stopped for run in done},
    }


def _total(results: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {key: sum(r[key] for r in results) for key in ("runs", "stops", "false_stops")}
    share = counts["false_stops"] / counts["stops"] if counts["stops"] else None
    return counts | {"false_share": share}


def _show(results: list[dict[str, Any]], totals: dict[str, dict[str, Any]]) -> None:
    table = Table("case", "used for", "epsilon", "runs", "stops", "false", "median at the stop", "worst")
    for r in results:
        median, worst = r["median_experiments"], r["largest_regret_over_epsilon"]
        table.add_row(
            r["case"],
            r["used_for"],
            f"{r['epsilon_median']:.3g}",
            str(r["runs"]),
            str(r["stops"]),
            str(r["false_stops"]),
            "" if median is None else f"{median:g}",
            "" if worst is None else f"{worst:.2f} epsilon",
        )
    Console(width=120, markup=False).print(table)
    for name, total in totals.items():
        if total["stops"]:
            met = "met   " if total["false_share"] <= BAR else "MISSED"
            print(
                f"{met} {name}: {total['false_stops']} of {total['stops']} stops false "
                f"({total['false_share']:.1%}) <= {BAR:.0%}, in {total['runs']} runs"
            )


if __name__ == "__main__":
    sys.exit(main())
