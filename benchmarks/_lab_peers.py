"""Run by ``benchmarks/lab.py`` inside .venv-peers: how fast bluesky and jobflow do nothing.

Prints one JSON line per peer: name, what was counted, how many, seconds. Neither keeps a durable
ledger here: bluesky hands its documents to a list, jobflow keeps its outputs in memory.
"""

from __future__ import annotations

import json
import logging
import time
import warnings


def bluesky_null_messages(count: int) -> dict[str, object]:
    from bluesky import RunEngine
    from bluesky.plan_stubs import null

    engine = RunEngine({}, call_returns_result=False)

    def plan():
        for _ in range(count):
            yield from null()

    began = time.perf_counter()
    engine(plan())
    return _line("bluesky 1.15", "null messages, nothing stored", count, began)


def jobflow_chain(count: int) -> dict[str, object]:
    from jobflow import Flow, JobStore, job, run_locally
    from maggma.stores import MemoryStore

    @job
    def nothing(number):
        return number

    jobs = [nothing(0)]
    for _ in range(count - 1):
        jobs.append(nothing(jobs[-1].output))
    began = time.perf_counter()
    run_locally(Flow(jobs), store=JobStore(MemoryStore()), log=False)
    return _line("jobflow 0.4", "jobs in a chain, memory store", count, began)


def _line(peer: str, counted: str, count: int, began: float) -> dict[str, object]:
    return {"peer": peer, "counted": counted, "count": count, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    print(json.dumps(bluesky_null_messages(5000)), flush=True)
    print(json.dumps(jobflow_chain(300)), flush=True)
