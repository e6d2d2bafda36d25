"""Processor time of the planner, against its limits.

    .venv/bin/python benchmarks/planner_speed.py [--repeats 10] [--json]

Each case has 50 experiments told, six inputs and one objective; time is that of the process
(one thread), memory the peak of a process of its own, interpreter and libraries included. A suggestion
includes the fit to what was told last; the batch of 8 follows one more answer, so it includes one fit.

    one suggestion of 2,000 candidates          at most 0.1 s (goal 0.02 s)
    one suggestion of 100,000 candidates        at most 2 s, below 1 GB
    a batch of 8 of 2,000 candidates            at most 1 s
    one suggestion in six real numbers          no limit of its own
    the regret's bound, of 2,000 candidates     no limit of its own
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

TOLD = 50
INPUTS = 6
NAMES = tuple(f"x{i}" for i in range(INPUTS))
CASES: dict[str, dict[str, Any]] = {
    "suggestion_2000": {"candidates": 2_000, "count": 1, "bar": 0.1, "goal": 0.02},
    "suggestion_100000": {"candidates": 100_000, "count": 1, "bar": 2.0, "memory_bar": 1000.0},
    "batch_of_8_2000": {"candidates": 2_000, "count": 8, "bar": 1.0},
    "suggestion_continuous": {"candidates": None, "count": 1},
    "regret_2000": {"candidates": 2_000, "count": 0},
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--case", choices=list(CASES), help="only this one, in this process, as JSON")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.case:
        print(json.dumps(_measured(CASES[given.case], given.repeats)))
        return 0
    results = {name: _own_process(name, given.repeats) for name in CASES}
    if given.json:
        print(json.dumps(results, indent=2, allow_nan=False))
        return 0
    for name, found in results.items():
        _show(name, found)
    return 0


def _own_process(name: str, repeats: int) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), "--case", name, "--repeats", str(repeats)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(run.stdout)
    limits = {"ratio": "bar", "goal_ratio": "goal"}
    case = CASES[name]
    for key, limit in limits.items():
        if limit in case:
            found[limit] = case[limit]
            found[key] = found["cpu_seconds"] / case[limit]
    if "memory_bar" in case:
        found["memory_bar"] = case["memory_bar"]
        found["memory_ratio"] = found["peak_megabytes"] / case["memory_bar"]
    return found


def _measured(case: dict[str, Any], repeats: int) -> dict[str, Any]:
    """Median and greatest time of ``repeats`` questions, each after one more answer."""
    from kuralab.model.campaign import Objective, Observed, PlannerSettings, Reason, Suggestion
    from kuralab.model.space import Continuous
    from kuralab.planning import Planner, Pool, Space

    generator = np.random.default_rng(0)
    count: int = case["count"]
    space: Any = Space([Continuous(name=name, low=0, high=1) for name in NAMES])
    if case["candidates"] is not None:
        space = Pool.from_arrays(NAMES, generator.random((case["candidates"], INPUTS)))
    objective = Objective(quantity="y", direction="maximise")
    settings = PlannerSettings(starts=10, replicates=False)
    planner = Planner(space, [objective], settings=settings)

    def told(suggestion: Suggestion) -> None:
        x = np.array([suggestion.point[name] for name in NAMES], dtype=float)
        value = -((x - 0.4) ** 2).sum() + 0.3 * np.sin(6.0 * x[0]) * x[1]
        planner.tell(suggestion.number, {"y": Observed(value=float(value))})

    points = space.sample(TOLD + repeats, generator)
    suggestions = [
        Suggestion(number=i + 1, point=dict(points.point_of(i)), reason=Reason(how="start"))
        for i in range(TOLD + repeats)
    ]
    for suggestion in suggestions[:TOLD]:
        planner.replay(suggestion)
        told(suggestion)
    question: Callable[[], Any] = planner.regret if count == 0 else lambda: planner.ask(count)
    seconds = []
    for repeat in range(repeats):
        # What was asked before is withdrawn, so that each question meets the same work.
        for number in planner.pending:
            planner.veto(number)
        if count:
            extra = Suggestion(
                number=TOLD + (count + 1) * repeat + 1,
                point=suggestions[TOLD + repeat].point,
                reason=Reason(how="start"),
            )
            planner.replay(extra)
            told(extra)
        began = process_time()
        question()
        seconds.append(process_time() - began)
    return {
        "candidates": case["candidates"],
        "told": TOLD,
        "batch": count,
        "cpu_seconds": statistics.median(seconds),
        "cpu_seconds_greatest": max(seconds),
        "peak_megabytes": _peak_megabytes(),
        "fit_failures": planner.fit_failures,
    }


def _peak_megabytes() -> float:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _show(name: str, found: dict[str, Any]) -> None:
    text = f"{name}: {found['cpu_seconds']:.3f} CPU-s (at most {found['cpu_seconds_greatest']:.3f})"
    if "bar" not in found:
        print(f"       {text}, {found['peak_megabytes']:.0f} MB")
        return
    met = found["ratio"] <= 1.0 and found.get("memory_ratio", 0.0) < 1.0
    text += f", {found['ratio']:.2f} of the bar {found['bar']:g} s"
    if "goal" in found:
        text += f", {found['goal_ratio']:.2f} of the goal {found['goal']:g} s"
    text += f", {found['peak_megabytes']:.0f} MB"
    if "memory_bar" in found:
        text += f" ({found['memory_ratio']:.2f} of {found['memory_bar'] / 1000:g} GB)"
    print(f"{'met   ' if met else 'MISSED'} {text}")


if __name__ == "__main__":
    sys.exit(main())
