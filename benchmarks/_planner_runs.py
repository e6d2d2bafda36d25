"""One run of a planner over a pool, and kuralab's own. Starts and order depend on the seed alone."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._pools import PoolTable

QUANTITY = "y"


@dataclass(frozen=True)
class Protocol:
    """What is the same for every planner: how many starts, and where a run ends at the latest."""

    starts: int = 10
    budget: int | None = None
    design: str = "random"
    scale: str = "linear"
    earlier: tuple[PoolTable, ...] = ()

    def experiments(self, pool: PoolTable) -> int:
        """The whole pool, but at most 250 where nobody says otherwise."""
        return min(len(pool), self.budget if self.budget is not None else 250)


@dataclass(frozen=True)
class Trace:
    """What one run measured in its order, starts included, and what each suggestion cost.

    inside: for every prediction made before its measurement whether the 68 % and the 95 % interval
    held the value; failures: fits that failed; followed: for every suggestion of a model how many
    earlier campaigns it followed.
    """

    planner: str
    seed: int
    order: tuple[int, ...]
    cpu_seconds: tuple[float, ...]
    inside: tuple[tuple[bool, bool], ...] = ()
    failures: int = 0
    followed: tuple[int, ...] = ()

    def experiments_to(self, wanted: NDArray[np.bool_]) -> float:
        """Up to and with the first hit; infinite where the run missed."""
        hits = np.flatnonzero(wanted[list(self.order)])
        return float(hits[0] + 1) if len(hits) else math.inf


def shuffled(pool: PoolTable, seed: int) -> NDArray[np.intp]:
    """The rows in the order of the random arm; the first ones are every planner's starts."""
    return np.random.default_rng(seed).permutation(len(pool))


def is_over(pool: PoolTable, order: Iterable[int], experiments: int) -> bool:
    """The best of the pool has been measured (it belongs to the top 1 %), or the budget is spent."""
    done = list(order)
    return bool(pool.best[done].any()) or len(done) >= experiments


def kuralab_run(pool: PoolTable, seed: int, protocol: Protocol) -> Trace:
    """kuralab by its public planner, one experiment at a time."""
    planner, number_of = _planner(pool, seed, protocol)
    order: list[int] = []
    inside: list[tuple[bool, bool]] = []
    cpu: list[float] = []
    followed: list[int] = []
    limit = protocol.experiments(pool)
    if protocol.design == "random":
        order += shuffled(pool, seed)[: protocol.starts].tolist()
    for number, row in enumerate(order, start=1):
        planner.replay(number_of.start(number, row))
        planner.tell(number, _observed(pool, row))
    while not is_over(pool, order, limit):
        began = process_time()
        (suggestion,) = planner.ask()
        row = number_of[suggestion.point]
        planner.tell(suggestion.number, _observed(pool, row))
        if suggestion.reason.how != "start":
            cpu.append(process_time() - began)
            followed.append(suggestion.reason.model.count("): used ("))
        if (said := suggestion.reason.predicted.get(QUANTITY)) is not None:
            value = float(pool.values[row])
            inside.append((said.low_68 <= value <= said.high_68, said.low_95 <= value <= said.high_95))
        order.append(row)
    return Trace(
        "kuralab",
        seed,
        tuple(order),
        tuple(cpu),
        tuple(inside),
        planner.fit_failures,
        tuple(followed),
    )


class Rows:
    """From a row of a table to a point of the planner, and back."""

    def __init__(self, names: tuple[str, ...], table: NDArray[np.float64]) -> None:
        self._names = names
        self._table = table
        self._rows = {tuple(row): number for number, row in enumerate(table.tolist())}

    def start(self, number: int, row: int) -> Any:
        """The row as a suggestion that was made before; no model is fitted for it."""
        from kuralab.model.campaign import Reason, Suggestion

        point = dict(zip(self._names, self._table[row].tolist(), strict=True))
        return Suggestion(number=number, point=point, reason=Reason(how="start"))

    def __getitem__(self, point: dict[str, Any]) -> int:
        """The row of a point."""
        return self._rows[tuple(float(point[name]) for name in self._names)]


def _planner(pool: PoolTable, seed: int, protocol: Protocol) -> tuple[Any, Rows]:
    """The one place that knows how a planner and its pool are made."""
    from kuralab.model.campaign import Objective, PlannerSettings
    from kuralab.planning import Earlier, Planner, Pool

    direction = "maximise" if pool.direction == "max" else "minimise"
    table = pool.inputs if pool.simplex else pool.scaled
    planner = Planner(
        Pool.from_arrays(pool.names, table, mixture=pool.simplex),
        (Objective(quantity=QUANTITY, direction=direction, scale=protocol.scale),),
        seed=seed,
        settings=PlannerSettings(starts=protocol.starts, design=protocol.design, replicates=False),
        earlier=[
            Earlier(
                one.name, one.names, _like(pool, one), tuple(_observed(one, i) for i in range(len(one)))
            )
            for one in protocol.earlier
        ],
    )
    return planner, Rows(pool.names, table)


def _like(pool: PoolTable, other: PoolTable) -> NDArray[np.float64]:
    """Inputs of another pool, those that both have scaled as this one's."""
    if pool.simplex:
        return other.inputs
    scaled = other.inputs.copy()
    for i, name in enumerate(other.names):
        if name in pool.names:
            own = pool.inputs[:, pool.names.index(name)]
            scaled[:, i] = (scaled[:, i] - own.min()) / (np.ptp(own) or 1.0)
    return scaled


def _observed(pool: PoolTable, row: int) -> dict[str, Any]:
    from kuralab.model.campaign import Observed

    return {QUANTITY: Observed(value=float(pool.values[row]))}


@dataclass
class Progress:
    """Counts on stderr where somebody looks, so that stdout holds results alone."""

    total: int
    done: int = field(default=0)

    def step(self, what: str) -> None:
        """One more run ended."""
        self.done += 1
        if sys.stderr.isatty():
            end = "\n" if self.done == self.total else ""
            print(
                f"\r{self.done}/{self.total} runs, last: {what:40}", end=end, file=sys.stderr, flush=True
            )


def kuralab_runs(
    pools: list[PoolTable], seeds: range, protocol: Protocol, *, workers: int
) -> Iterator[tuple[str, Trace]]:
    """Pool name and trace of every pool and seed, in any order, on ``workers`` processes."""
    jobs = [(pool, seed) for seed in seeds for pool in pools]
    progress = Progress(len(jobs))
    if workers == 1:
        for pool, seed in jobs:
            yield pool.name, kuralab_run(pool, seed, protocol)
            progress.step(f"{pool.name}, seed {seed}")
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        futures = {executor.submit(kuralab_run, pool, seed, protocol): pool.name for pool, seed in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
            progress.step(f"{futures[future]}, seed {future.result().seed}")
