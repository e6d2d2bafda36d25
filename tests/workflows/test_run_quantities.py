"""One value of each quantity for a run: of one sample, of several, and the process time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kuralab.model import Result
from kuralab.store import StepRow
from kuralab.workflows._run_quantities import failures_of, process_time, quantities_of_run

SIGMA = "ionic_conductivity_25C"
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)


def _result(value: float | None, std: float | None = None, *flags: Any, quantity: str = SIGMA) -> Result:
    return Result(
        quantity=quantity, value=value, uncertainty=std, unit="S/cm", flags=flags, method="test"
    )


def _finding(*results: Result, message: str = "") -> Any:
    outcome = SimpleNamespace(record=SimpleNamespace(results=results)) if results else None
    return SimpleNamespace(outcome=outcome, message=message, sample=SimpleNamespace(name="pellet"))


def _step(operation: str, begins: float, ends: float | None) -> StepRow:
    return StepRow(
        run="r",
        step=operation,
        operation=operation,
        state="finished",
        instrument="i",
        order="o",
        attempt=1,
        ready=BEGAN,
        started=BEGAN + timedelta(hours=begins),
        finished=None if ends is None else BEGAN + timedelta(hours=ends),
        message=None,
        samples=(),
        question=None,
    )


def test_one_sample_gives_its_value_and_flags() -> None:
    found = quantities_of_run([_finding(_result(1e-3, 1e-5, "synthetic", "censored_below"))], [])
    assert (found[SIGMA].value, found[SIGMA].uncertainty) == (1e-3, 1e-5)
    assert found[SIGMA].flags == ("synthetic", "censored_below")


def test_a_quantity_at_several_conditions_is_no_single_value() -> None:
    total = "ionic_conductivity_total"
    found = quantities_of_run(
        [_finding(_result(1e-3, quantity=total), _result(2e-3, quantity=total))], []
    )
    assert total not in found


def test_several_samples_are_averaged() -> None:
    """By hand: values 1, 2, 3 scatter by 1, so the mean is uncertain by 1/sqrt(3); else by their own."""
    scattered = quantities_of_run([_finding(_result(v, 0.1)) for v in (1.0, 2.0, 3.0)], [])[SIGMA]
    assert scattered.value == pytest.approx(2.0)
    assert scattered.uncertainty == pytest.approx(3**-0.5)
    alike = quantities_of_run([_finding(_result(2.0, 0.6)) for _ in range(4)], [])[SIGMA]
    assert alike.uncertainty == pytest.approx(0.3)


def test_one_sample_without_a_value_leaves_none() -> None:
    found = quantities_of_run(
        [_finding(_result(1.0)), _finding(_result(None, None, "not_identifiable"))], []
    )
    assert found[SIGMA].value is None
    assert "not_identifiable" in found[SIGMA].flags


def test_process_time_is_of_making_and_treating_on_instruments() -> None:
    steps = [
        _step("weigh", 0, 0.25),
        _step("ball_mill", 2, 22),
        _step("impedance_spectrum", 23, 24),
        _step("press_pellet", 22.5, 22.75),
        _step("heat", 30, None),
    ]
    assert process_time(steps) == pytest.approx(20.5)
    assert quantities_of_run([], steps)["process_time"].unit == "h"


def test_what_could_not_be_analysed_is_named() -> None:
    assert failures_of([_finding(message="no geometry")]) == "pellet: no geometry"
