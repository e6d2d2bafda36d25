"""How often a campaign that stops by itself stops wrongly.

    .venv/bin/python benchmarks/stopping.py [--seeds 30] [--only p3ht,agnp] [--json]

A campaign with ``stop_within: epsilon`` ends at the first experiment after which the planner's bound on
the regret is below epsilon. Epsilon is ``--share`` (5 %) of the range of what can be measured, stated
for each case. A stop is false where the best of the case beats the best that the run measured by more
than epsilon. Ten random starts, then one experiment at a time, at most ``--budget`` (80); a run that
is still not sure then, or has measured everything, has not stopped and is not counted.

The rule of planning/_regret.py was chosen on three pools (tuning); all other cases were held out: four
pools and two functions of real numbers whose maximum is known. Bar: at most 10 % of stops are false,
over at least 200 runs. One process.
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
STARTS = 10
BAR = 0.1


@dataclass(frozen=True)
class Case:
    """begun: a planner of one seed with its first experiments told, and their gains; gain: of a point,
    more is better; best: the greatest there is; span: from the least to the greatest."""

    name: str
    tuning: bool
    begun: Callable[[int], tuple[Any, list[float]]]
    gain: Callable[[Point], float]
    best: float
    span: float


@dataclass(frozen=True)
class Run:
    """stopped: after how many experiments, None where it did not; regret: of the best then."""

    seed: int
    stopped: int | None
    regret: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=30)
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
            rows = runs.Rows(pool.names, pool.inputs if pool.simplex else pool.scaled)

            def gain(point: Point, pool: PoolTable = pool, rows: runs.Rows = rows) -> float:
                return float(pool.gains[rows[dict(point)]])

            best, span = float(pool.gains.max()), float(np.ptp(pool.values))
            tuning = described.name in TUNING
            cases.append(Case(described.name, tuning, partial(_pool, pool), gain, best, span))
    for name, dimensions, value in (("waves", 2, _waves), ("ridge", 4, _ridge)):
        names = tuple(f"x{i}" for i in range(dimensions))

        def of_point(
            point: Point, value: Callable[..., Any] = value, names: tuple[str, ...] = names
        ) -> float:
            return float(value(np.array([[point[name] for name in names]]))[0])

        best, span = _extremes(value, dimensions)
        cases.append(Case(name, False, partial(_space, names, of_point), of_point, best, span))
    return cases


def _pool(pool: PoolTable, seed: int) -> tuple[Any, list[float]]:
    planner, rows = runs._planner(pool, seed, runs.Protocol(STARTS))
    starts = runs.shuffled(pool, seed)[:STARTS].tolist()
    for number, row in enumerate(starts, start=1):
        planner.replay(rows.start(number, row))
        planner.tell(number, {runs.QUANTITY: Observed(value=float(pool.values[row]))})
    return planner, [float(pool.gains[row]) for row in starts]


def _space(names: tuple[str, ...], gain: Callable[[Point], float], seed: int) -> tuple[Any, list[float]]:
    planner = Planner(
        Space([Continuous(name=name, low=0, high=1) for name in names]),
        [Objective(quantity=runs.QUANTITY, direction="maximise")],
        seed=seed,
        settings=PlannerSettings(starts=STARTS, replicates=False),
    )
    gains = []
    for suggestion in (planner.ask()[0] for _ in range(STARTS)):
        gains.append(gain(suggestion.point))
        planner.tell(suggestion.number, {runs.QUANTITY: Observed(value=gains[-1])})
    return planner, gains


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


def _run(case: Case, seed: int, epsilon: float, budget: int) -> Run:
    planner, gains = case.begun(seed)
    while True:
        found = planner.regret()
        if found is not None and found.confidence < 1.0 and found.bound < epsilon:
            return Run(seed, len(gains), case.best - max(gains))
        suggestions = planner.ask() if len(gains) < budget else []
        if not suggestions:
            return Run(seed, None, case.best - max(gains))
        (suggestion,) = suggestions
        gains.append(case.gain(suggestion.point))
        value = float(gains[-1]) * (-1.0 if planner.objectives[0].direction == "minimise" else 1.0)
        planner.tell(suggestion.number, {runs.QUANTITY: Observed(value=value)})


def _counted(case: Case, given: argparse.Namespace) -> dict[str, Any]:
    epsilon = given.share * case.span
    done = []
    for seed in range(given.seeds):
        done.append(_run(case, seed, epsilon, given.budget))
        if sys.stderr.isatty():
            print(f"\r{case.name} {seed + 1}/{given.seeds}   ", end="", file=sys.stderr, flush=True)
    stopped = [run for run in done if run.stopped is not None]
    return {
        "case": case.name,
        "used_for": "tuning" if case.tuning else "held out",
        "epsilon": epsilon,
        "runs": len(done),
        "stops": len(stopped),
        "false_stops": sum(run.regret > epsilon for run in stopped),
        "median_experiments": float(np.median([r.stopped for r in stopped])) if stopped else None,
        "largest_regret_over_epsilon": max((r.regret / epsilon for r in stopped), default=None),
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
            f"{r['epsilon']:.3g}",
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
