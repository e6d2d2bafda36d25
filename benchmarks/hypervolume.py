"""Hypervolume after 50 experiments with two objectives, against BoTorch's qLogNEHVI.

    make peers
    .venv/bin/python benchmarks/hypervolume.py [--seeds 20] [--peer-seeds 20] [--peer-minutes 30]
        [--seed-start N]

Problems: Branin-Currin (2 inputs) and DTLZ2 (4 inputs), turned to maximise, on 2,000 candidates drawn
once, the same for both; and the crossed-barrel pool: its measured toughness (max) and a second objective
that was not measured but follows from the geometry, the cross-section n (2 r t - t^2) of the columns'
walls (min), for which material is used. Ten random starts of the seed are counted and the same for
both; then one experiment at a time. Neither planner is told the reference point from which the volume is
counted: that of the published problem; for the pool the worst of both objectives. Reported: share of the
volume that all candidates together dominate; kuralab minus BoTorch, paired by seed, median and bootstrap
95 % interval.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks._planner_peers import asked
from benchmarks._planner_runs import Progress, Rows
from benchmarks._planner_summary import bootstrapped_median
from benchmarks._pools import SHARED, shared_pool
from kuralab.planning import hypervolume

Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
CANDIDATES, EXPERIMENTS, STARTS = 2000, 50, 10
SHOWN = (20, 30, 40, 50)


@dataclass(frozen=True)
class Problem:
    """Candidates from 0 to 1 (N, d) and their gains (N, 2), to maximise."""

    name: str
    inputs: Floats
    gains: Floats
    reference: Floats

    def share(self, rows: list[int]) -> float:
        """Of the volume that all candidates dominate."""
        return hypervolume(self.gains[rows], self.reference) / hypervolume(self.gains, self.reference)


def branin_currin(x: Floats) -> Floats:
    """To minimise; both inputs from 0 to 1. E. Belakaria, A. Deshwal, J. R. Doppa, NeurIPS 32 (2019)."""
    u, v = 15 * x[:, 0] - 5, 15 * x[:, 1]
    branin = (
        (v - 5.1 / (4 * np.pi**2) * u**2 + 5 / np.pi * u - 6) ** 2
        + 10 * (1 - 1 / (8 * np.pi)) * np.cos(u)
        + 10
    )
    a, b = x.T
    with np.errstate(divide="ignore"):
        factor = 1 - np.exp(-1 / (2 * b))
    currin = (
        factor * (2300 * a**3 + 1900 * a**2 + 2092 * a + 60) / (100 * a**3 + 500 * a**2 + 4 * a + 20)
    )
    return np.column_stack([branin, currin])


def dtlz2(x: Floats) -> Floats:
    """To minimise, two objectives. K. Deb, L. Thiele, M. Laumanns, E. Zitzler, IEEE CEC (2002) 825."""
    radius = 1 + ((x[:, 1:] - 0.5) ** 2).sum(axis=1)
    angle = x[:, 0] * np.pi / 2
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def drawn(name: str, function: Callable[[Floats], Floats], inputs: int, reference: Floats) -> Problem:
    """2,000 candidates, the same for every seed and planner."""
    x = np.random.default_rng([inputs, 4]).random((CANDIDATES, inputs)).round(6)
    return Problem(name, x, -function(x), -reference)


def crossed_barrel(folder: Path) -> Problem:
    """Measured toughness, and the cross-section of the walls of n columns (outer radius r, wall t)."""
    described = next(d for d in SHARED if d.name == "crossed_barrel")
    pool = shared_pool(described, folder)
    n, _, r, t = pool.inputs.T
    gains = np.column_stack([pool.values, -n * (2 * r * t - t**2)])
    return Problem("crossed barrel", pool.scaled, gains, gains.min(axis=0) - 1e-9)


def kuralab_order(problem: Problem, seed: int) -> tuple[list[int], list[float]]:
    """Rows as measured, and CPU seconds of each suggestion, by the public planner."""
    from kuralab.model.campaign import Objective, Observed, PlannerSettings
    from kuralab.planning import Planner, Pool

    names = tuple(f"x{i}" for i in range(problem.inputs.shape[1]))
    rows = Rows(names, problem.inputs)
    planner = Planner(
        Pool.from_arrays(names, problem.inputs),
        tuple(Objective(quantity=quantity, direction="maximise") for quantity in ("f1", "f2")),
        seed=seed,
        settings=PlannerSettings(starts=STARTS, replicates=False),
    )

    def tell(number: int, row: int) -> None:
        gains = problem.gains[row].tolist()
        planner.tell(number, {f"f{j}": Observed(value=value) for j, value in enumerate(gains, start=1)})

    order, cpu = _starts(problem, seed), []
    for number, row in enumerate(order, start=1):
        planner.replay(rows.start(number, row))
        tell(number, row)
    while len(order) < EXPERIMENTS:
        began = process_time()
        (suggestion,) = planner.ask()
        row = rows[suggestion.point]
        tell(suggestion.number, row)
        cpu.append(process_time() - began)
        order.append(row)
    return order, cpu


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--peer-seeds", type=int, default=3)
    parser.add_argument("--seed-start", type=int, default=0, metavar="N")
    parser.add_argument("--peer-minutes", type=float, default=10.0, help="for each problem")
    parser.add_argument("--only", default="", help="one problem")
    parser.add_argument("--shared-data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = [
        _compared(problem, given)
        for problem in _problems(given.shared_data / "benchmarks")
        if given.only in ("", problem.name)
    ]
    if given.json:
        print(json.dumps(results, indent=2))
    else:
        _show(results)
    return 0


def _problems(folder: Path) -> list[Problem]:
    problems = [
        drawn("Branin-Currin", branin_currin, 2, np.array([18.0, 6.0])),
        drawn("DTLZ2", dtlz2, 4, np.array([1.1, 1.1])),
    ]
    return [*problems, crossed_barrel(folder)] if folder.is_dir() else problems


def _starts(problem: Problem, seed: int) -> list[int]:
    return np.random.default_rng(seed).permutation(len(problem.inputs))[:STARTS].tolist()


def _compared(problem: Problem, given: argparse.Namespace) -> dict[str, Any]:
    progress = Progress(given.seeds + given.peer_seeds)
    ours, cpu = {}, []
    first = given.seed_start
    for seed in range(first, first + given.seeds):
        ours[seed], seconds = kuralab_order(problem, seed)
        cpu += seconds
        progress.step(f"kuralab, {problem.name}, seed {seed}")

    def jobs():  # type: ignore[no-untyped-def]
        for seed in range(first, first + given.peer_seeds):
            yield {
                "inputs": problem.inputs.tolist(),
                "gains": problem.gains.tolist(),
                "starts": _starts(problem, seed),
                "budget": EXPERIMENTS,
                "seed": seed,
            }
            progress.step(f"BoTorch, {problem.name}, seed {seed}")

    found = asked("_hypervolume_peer.py", "botorch", jobs(), minutes=given.peer_minutes)
    theirs = {answer["seed"]: answer["order"] for answer in found.answers}
    result: dict[str, Any] = {
        "problem": problem.name,
        "candidates": len(problem.inputs),
        "random": _curve(problem, {s: _random(problem, s) for s in range(max(given.seeds, 20))}),
        "kuralab": _curve(problem, ours) | {"cpu_seconds_per_suggestion": float(np.median(cpu))},
        "note": found.note,
    }
    if theirs:
        seconds = [second for answer in found.answers for second in answer["cpu_seconds"]]
        result["botorch"] = _curve(problem, theirs) | {
            "version": found.version,
            "cpu_seconds_per_suggestion": float(np.median(seconds)),
            "fit_failures": sum(answer["failures"] for answer in found.answers),
        }
    if shared := sorted(ours.keys() & theirs.keys()):
        after = {
            n: [problem.share(ours[seed][:n]) - problem.share(theirs[seed][:n]) for seed in shared]
            for n in SHOWN
        }
        result["paired_seeds"] = len(shared)
        result["paired_after"] = {
            str(n): dict(zip(("median", "interval_95"), bootstrapped_median(pairs), strict=True))
            for n, pairs in after.items()
        }
    return result


def _random(problem: Problem, seed: int) -> list[int]:
    return np.random.default_rng(seed).permutation(len(problem.inputs))[:EXPERIMENTS].tolist()


def _curve(problem: Problem, orders: dict[int, list[int]]) -> dict[str, Any]:
    shares = np.array([[problem.share(order[:n]) for n in SHOWN] for order in orders.values()])
    return {
        "seeds": len(orders),
        "median_share_after": {
            str(n): share for n, share in zip(SHOWN, np.median(shares, axis=0).tolist(), strict=True)
        },
        "quartiles_at_end": np.quantile(shares[:, -1], [0.25, 0.75]).tolist(),
        "share_at_end_of_each_seed": dict(zip(map(str, orders), shares[:, -1].tolist(), strict=True)),
    }


def _show(results: list[dict[str, Any]]) -> None:
    table = Table("problem", "planner", "seeds", *(f"after {n}" for n in SHOWN), "quartiles", "CPU s")
    for result in results:
        for planner in ("random", "kuralab", "botorch"):
            if planner not in result:
                continue
            entry = result[planner]
            low, high = entry["quartiles_at_end"]
            cpu = entry.get("cpu_seconds_per_suggestion")
            table.add_row(
                result["problem"] if planner == "random" else "",
                planner,
                str(entry["seeds"]),
                *(f"{share:.4f}" for share in entry["median_share_after"].values()),
                f"[{low:.4f}, {high:.4f}]",
                "" if cpu is None else f"{cpu:.3f}",
            )
        table.add_section()
    Console(width=120, markup=False).print(table)
    for result in results:
        if "paired_after" not in result:
            print(f"{result['problem']}: no BoTorch: {result['note']}")
            continue
        print(f"{result['problem']}: kuralab minus BoTorch over {result['paired_seeds']} seeds")
        for n, paired in result["paired_after"].items():
            low, high = paired["interval_95"]
            verdict = "" if n != str(EXPERIMENTS) else "met" if paired["median"] >= 0 else "MISSED"
            print(f"  after {n}: {paired['median']:+.4f} [{low:+.4f}, {high:+.4f}] {verdict}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
