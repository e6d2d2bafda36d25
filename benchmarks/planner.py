"""How many experiments the planner needs on measured pools, against random order and other planners.

    .venv/bin/python benchmarks/planner.py --pool FILE.csv --inputs a,b,c --objective y --direction max
        [--simplex] [--seeds 100] [--starts 10] [--peers all] [--json]
    .venv/bin/python benchmarks/planner.py --suite [--seeds 100] [--workers 2] [--json]

Protocol: repeated inputs averaged, inputs scaled to 0 to 1, the pool shuffled by the seed. The first
``--starts`` rows of the shuffled pool are counted and the same for every planner; then one experiment at
a time until the best of the pool is measured, which belongs to the top 1 %, or the budget is spent (the
whole pool, at most 250). Top 1 %: at least as good as the ceil(0.01 N)-th best. A run that misses
counts as infinite (null in JSON). Random quantiles are those of all orders. ``ceiling``: random median
over starts + 1, the most that can be saved unless the starts hit already. ``paired_difference_95``:
bootstrap interval over seeds of the median of kuralab minus random, experiments to the top 1 %, where a
seed's random arm goes on from the same starts in 100 random orders. In a peer's entry it is kuralab
minus that peer, on its seeds.

``--earlier NAME,NAME``: these shared pools, whole, are what kuralab knows from earlier campaigns, as far
as their inputs have the same names; ``followed`` is the share of its suggestions that followed one.

Without --pool or --suite: the suite with 3 seeds. One thread; ``--workers`` runs seeds side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

from benchmarks import _planner_summary as summary
from benchmarks._planner_peers import NAMES, peer_runs
from benchmarks._planner_runs import Protocol, Trace, kuralab_runs
from benchmarks._pools import SHARED, Described, PoolTable, read_pool, shared_pool
from kuralab.errors import InputError

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    given = _arguments()
    try:
        pools = _pools(given)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    if not pools:
        print(f"skipped: no pools in {given.shared_data}", file=sys.stderr)
        return 0
    folder = given.shared_data / "benchmarks"
    earlier = tuple(shared_pool(d, folder) for d in SHARED if d.name in given.earlier)
    protocol = Protocol(given.starts, given.budget, given.design, given.scale, earlier)
    seeds = range(given.seed_start, given.seed_start + given.seeds)
    traces: dict[str, list[Trace]] = {pool.name: [] for pool, _ in pools}
    for name, trace in kuralab_runs([pool for pool, _ in pools], seeds, protocol, workers=given.workers):
        traces[name].append(trace)
    results = []
    for pool, described in pools:
        ours = sorted(traces[pool.name], key=lambda trace: trace.seed)
        result = _result(pool, described, ours, protocol)
        for peer in given.peers:
            peer_seeds = seeds[: given.peer_seeds]
            found, theirs = peer_runs(peer, pool, peer_seeds, protocol, minutes=given.peer_minutes)
            if theirs:
                result[peer] = _peer_result(pool, ours, theirs) | {
                    "version": found.version,
                    "note": found.note,
                }
            else:
                result["left_out"][peer] = found.note
                print(f"{peer} is left out: {found.note}", file=sys.stderr)
        results.append(result)
    if given.json:
        answer = results if given.suite else results[0]
        print(json.dumps(summary.without_infinities(answer), indent=2, allow_nan=False))
    else:
        _show(results)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--pool", type=Path, metavar="FILE.csv")
    which.add_argument("--suite", action="store_true", help="all shared pools")
    parser.add_argument("--only", default="", help="of the suite, these pools, by comma")
    parser.add_argument("--inputs", default="", help="columns of the inputs, by comma")
    parser.add_argument("--objective", default="", help="column of the objective")
    parser.add_argument("--direction", choices=("max", "min"))
    parser.add_argument("--simplex", action="store_true", help="the inputs are parts of a whole")
    parser.add_argument("--censored", action="store_true", help="take '<1E-10' as 1E-10")
    parser.add_argument("--scale", choices=("linear", "log"), default="linear", help="of the objective")
    parser.add_argument("--seeds", type=_positive, default=None, metavar="N")
    parser.add_argument("--seed-start", type=int, default=0, metavar="N")
    parser.add_argument("--starts", type=_positive, default=10, metavar="N")
    parser.add_argument(
        "--budget", type=_positive, default=None, metavar="N", help="experiments at most"
    )
    parser.add_argument(
        "--design",
        choices=("random", "spread"),
        default="random",
        help="kuralab's starts: the common random ones, or its own spread over the pool",
    )
    parser.add_argument(
        "--workers", type=_positive, default=1, metavar="N", help="processes for kuralab"
    )
    parser.add_argument("--earlier", default="", help="shared pools that kuralab knows, by comma")
    parser.add_argument("--peers", default="none", help=f"none, all, or some of {','.join(NAMES)}")
    parser.add_argument("--peer-seeds", type=_positive, default=20, metavar="N")
    parser.add_argument("--peer-minutes", type=float, default=10.0, help="for each peer on each pool")
    parser.add_argument("--shared-data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.pool and not (given.inputs and given.objective and given.direction):
        parser.error("--pool needs --inputs, --objective and --direction")
    given.seeds = given.seeds or (100 if given.pool or given.suite else 3)
    given.suite = given.suite or not given.pool
    given.peers = {"none": (), "all": NAMES}.get(given.peers) or tuple(
        filter(None, given.peers.replace("none", "").split(","))
    )
    given.earlier = tuple(filter(None, given.earlier.split(",")))
    if unknown := set(given.earlier) - {described.name for described in SHARED}:
        parser.error(f"unknown pool {min(unknown)!r}; known: {', '.join(d.name for d in SHARED)}")
    if unknown := set(given.peers) - set(NAMES):
        parser.error(f"unknown peer {min(unknown)!r}; known: {', '.join(NAMES)}")
    if unknown := set(filter(None, given.only.split(","))) - {described.name for described in SHARED}:
        parser.error(f"unknown pool {min(unknown)!r}; known: {', '.join(d.name for d in SHARED)}")
    return given


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return value


def _pools(given: argparse.Namespace) -> list[tuple[PoolTable, Described | None]]:
    if given.suite:
        folder = given.shared_data / "benchmarks"
        wanted = set(filter(None, given.only.split(",")))
        chosen = [d for d in SHARED if not wanted or d.name in wanted]
        return [(shared_pool(d, folder), d) for d in chosen if (folder / d.file).exists()]
    if not given.pool.exists():
        raise InputError("there is no such file", file=str(given.pool))
    pool = read_pool(
        given.pool,
        inputs=tuple(name.strip() for name in given.inputs.split(",")),
        objective=given.objective,
        direction=given.direction,
        simplex=given.simplex,
        censored=given.censored,
    )
    if len(pool) <= given.starts:
        raise InputError(f"{len(pool)} candidates leave nothing to choose after {given.starts} starts")
    return [(pool, None)]


def _result(
    pool: PoolTable, described: Described | None, ours: list[Trace], protocol: Protocol
) -> dict[str, Any]:
    random = summary.random_summary(pool)
    kuralab = summary.planner_summary(pool, ours)
    result: dict[str, Any] = {
        "pool": pool.name,
        "notes": pool.notes,
        "candidates": len(pool),
        "inputs": pool.names,
        "direction": pool.direction,
        "simplex": pool.simplex,
        "top1_count": int(pool.top.sum()),
        "starts": protocol.starts,
        "budget": protocol.experiments(pool),
        "design": protocol.design,
        "random": random,
        "kuralab": kuralab,
        "ceiling": random["top1_median"] / (protocol.starts + 1),
        "fewer_than_random": _ratio(random["top1_median"], kuralab["top1_median"]),
        **summary.difference_from_random(pool, ours, protocol),
        "left_out": {},
    }
    if protocol.earlier:
        followed = [count > 0 for trace in ours for count in trace.followed]
        result["earlier"] = [one.name for one in protocol.earlier]
        result["followed"] = sum(followed) / len(followed) if followed else None
    if described:
        result["used_for"] = "tuning" if described.tuning else "held out"
        result["bars"] = described.bars
    return result


def _peer_result(pool: PoolTable, ours: list[Trace], theirs: list[Trace]) -> dict[str, Any]:
    return {
        **summary.planner_summary(pool, theirs),
        **summary.difference_from_peer(pool, ours, theirs),
    }


def _ratio(above: float, below: float | None) -> float | None:
    return None if below is None or below == float("inf") else above / below


def _show(results: list[dict[str, Any]]) -> None:
    table = Table(
        "pool",
        "N",
        "planner",
        "seeds",
        "to top 1 %",
        "missed",
        "to the best",
        "missed",
        "fewer",
        "ceiling",
        "difference [95 %]",
        "CPU s",
        "in 68/95",
    )
    for result in results:
        random = result["random"]
        name = f"{result['pool']}{' (tuning)' if result.get('used_for') == 'tuning' else ''}"
        table.add_row(
            name,
            str(result["candidates"]),
            "random",
            "all",
            _spread(random, "top1"),
            "",
            _spread(random, "best"),
            "",
            "",
            f"{result['ceiling']:.1f}x",
        )
        for planner in ("kuralab", *NAMES):
            if planner in result:
                table.add_row("", "", *_row(planner, result))
        table.add_section()
    console = Console(width=160, markup=False)
    console.print(table)
    console.print(
        "median [quartiles]; difference: kuralab minus random, in a peer's row kuralab minus the peer, "
        "paired by seed, experiments to the top 1 %"
    )
    for result in results:
        print(f"{result['pool']}: {'; '.join(result['notes'])}")
        if result.get("followed") is not None:
            listed = ", ".join(result["earlier"])
            print(f"{result['pool']}: {result['followed']:.0%} of suggestions followed {listed}")
        for key, bar in result.get("bars", {}).items():
            found = result["kuralab"][f"{key}_median"]
            sign = "<=" if key == "top1" else "<"
            met = found <= bar if key == "top1" else found < bar
            print(f"{'met   ' if met else 'MISSED'} {result['pool']}: {key} median {found} {sign} {bar}")
        for peer, note in result["left_out"].items():
            print(f"{result['pool']}: {peer} is left out: {note}")


def _row(planner: str, result: dict[str, Any]) -> list[str]:
    own = result[planner]
    paired = result if planner == "kuralab" else own
    cover = f"{own['covered_68']:.0%}/{own['covered_95']:.0%}" if "covered_68" in own else ""
    ratio = _ratio(result["random"]["top1_median"], own["top1_median"])
    cpu = own["cpu_seconds_per_suggestion"]
    return [
        planner,
        str(own["seeds"]),
        _spread(own, "top1"),
        str(own["top1_misses"]),
        _spread(own, "best"),
        str(own["best_misses"]),
        f"{ratio:.1f}x" if ratio else "",
        "",
        _paired(paired),
        "" if cpu is None else f"{cpu:.3f}",
        cover,
    ]


def _spread(entry: dict[str, Any], key: str) -> str:
    low, high = entry[f"{key}_quartiles"]
    return f"{entry[f'{key}_median']:g} [{low:g}, {high:g}]"


def _paired(entry: dict[str, Any]) -> str:
    if "paired_difference_95" not in entry:
        return ""
    low, high = entry["paired_difference_95"]
    return f"{entry['paired_difference_median']:g} [{low:g}, {high:g}]"


if __name__ == "__main__":
    sys.exit(main())
