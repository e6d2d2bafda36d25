"""What a finished run says of each quantity: one value a run, for whoever compares runs.

- a quantity that a sample has once: its value; one that it has at several conditions: none
- several samples: their mean; its standard uncertainty is the larger one of

      sqrt(sum u_i^2) / n   and   s / sqrt(n)

  with the samples' own u_i and their standard deviation s
- ``process_time``: hours on instruments of the steps that make and treat, without waiting and
  without measuring
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Final

from kuralab.model import Effect, Result, operation_kind
from kuralab.model.campaign import Observed
from kuralab.store import StepRow
from kuralab.views import Finding

PROCESS_TIME: Final = "process_time"
_HOUR: Final = 3600.0


def quantities_of_run(findings: Sequence[Finding], steps: Sequence[StepRow]) -> dict[str, Observed]:
    """Every quantity that has one value in this run."""
    found: dict[str, list[Result]] = {}
    for finding in findings:
        results = () if finding.outcome is None else finding.outcome.record.results
        counts: dict[str, list[Result]] = {}
        for result in results:
            counts.setdefault(result.quantity, []).append(result)
        for quantity, of_sample in counts.items():
            if len(of_sample) == 1:
                found.setdefault(quantity, []).append(of_sample[0])
    observed = {quantity: _combined(results) for quantity, results in found.items()}
    return {**observed, PROCESS_TIME: Observed(value=process_time(steps), unit="h")}


def failures_of(findings: Sequence[Finding]) -> str:
    """Why samples could not be analysed, in words."""
    return "; ".join(f"{f.sample.name}: {f.message}" for f in findings if f.outcome is None)


def _combined(results: Sequence[Result]) -> Observed:
    flags = tuple(dict.fromkeys(flag for result in results for flag in result.flags))
    unit = results[0].unit
    values = [result.value for result in results if result.value is not None and result.unit == unit]
    if len(values) < len(results):
        return Observed(value=None, unit=unit, flags=flags)
    if len(results) == 1:
        return Observed(value=values[0], uncertainty=results[0].uncertainty, unit=unit, flags=flags)
    count = len(values)
    own = math.sqrt(sum((result.uncertainty or 0.0) ** 2 for result in results)) / count
    scatter = stdev(values) / math.sqrt(count)
    return Observed(value=fmean(values), uncertainty=max(own, scatter), unit=unit, flags=flags)


def process_time(steps: Sequence[StepRow]) -> float:
    """h, from the ledger: start to end of every step that makes or treats a sample."""
    return sum(
        (step.finished - step.started).total_seconds() / _HOUR
        for step in steps
        if step.operation is not None
        and operation_kind(step.operation).effect in (Effect.MAKE, Effect.TREAT)
        and step.started is not None
        and step.finished is not None
    )
