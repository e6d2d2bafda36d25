"""The best experiments, the front, the best so far, and the calibration of predictions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kuralab.campaigns import (
    CampaignState,
    best_experiments,
    best_so_far,
    calibration,
    front_of,
    reference_of,
)
from kuralab.model.campaign import Experiment, Objective, Observed, Predicted, Reason, Suggestion
from tests.campaigns.small import QUANTITY, definition
from tests.lab.dummy import facility

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
SIGMA = definition().objectives[0]
TIME = Objective(quantity="process_time", direction="minimise", unit="h")
BOUND = Objective(quantity="activation_energy_total", direction="constraint", unit="eV", high=0.4)


def _state(objectives: tuple[Objective, ...], rows: list[dict[str, Observed] | None]) -> CampaignState:
    state = CampaignState("c", definition(objectives=objectives), facility(), BEGAN)
    for number, observed in enumerate(rows, start=1):
        state.experiments[number] = Experiment(
            suggestion=Suggestion(number=number, point={}, reason=Reason(how="planned")),
            state="failed" if observed is None else "measured",
            observed=observed or {},
            ended=BEGAN + timedelta(days=number),
        )
        state.told.append(number)
    return state


def _sigma(*values: float | None) -> list[dict[str, Observed] | None]:
    return [None if v is None else {QUANTITY: Observed(value=v, unit="S/cm")} for v in values]


def _numbers(experiments: list[Experiment]) -> list[int]:
    return [e.suggestion.number for e in experiments]


def test_the_best_come_first_and_limits_last() -> None:
    state = _state((SIGMA,), _sigma(1e-4, 3e-4, None, 2e-4))
    state.experiments[2].observed[QUANTITY] = Observed(value=3e-4, flags=("censored_below",))
    assert _numbers(best_experiments(state)) == [4, 1, 2]
    assert front_of(state) == []
    assert reference_of(state) == {}


def test_the_best_so_far_ignores_failures_and_limits() -> None:
    state = _state((SIGMA,), _sigma(None, 1e-4, 5e-5, 3e-4, 2e-4))
    state.experiments[4].observed[QUANTITY] = Observed(value=3e-4, flags=("censored_below",))
    (found,) = best_so_far(state)
    assert found.best == (None, 1e-4, 1e-4, 1e-4, 2e-4)
    assert found.days == (1, 2, 3, 4, 5)


def _both(*pairs: tuple[float, float]) -> list[dict[str, Observed] | None]:
    return [
        {QUANTITY: Observed(value=s, unit="S/cm"), "process_time": Observed(value=t, unit="h")}
        for s, t in pairs
    ]


def test_two_objectives_have_a_front_and_a_hypervolume() -> None:
    """By hand: gains are decades and hours; (1e-3, 20 h), (1e-4, 10 h) are the front."""
    without = SIGMA.model_copy(update={"goal": None})
    state = _state((without, TIME), _both((1e-4, 10), (1e-3, 20), (1e-4, 20), (1e-5, 15)))
    assert _numbers(front_of(state)) == [2, 1]
    corner = reference_of(state)
    assert corner == {QUANTITY: pytest.approx(10**-4.1), "process_time": pytest.approx(21.0)}
    volume = best_so_far(state, corner=corner)[-1]
    assert volume.quantity == "hypervolume"
    assert volume.best[0] == pytest.approx(0.1 * 11)
    assert volume.best[-1] == pytest.approx(0.1 * 11 + 1.0 * 1)


def test_a_hypervolume_counts_from_the_goals() -> None:
    """By hand: a decade beyond one goal and 2 h beyond the other; what misses a goal adds nothing."""
    objectives = (SIGMA.model_copy(update={"goal": 1e-4}), TIME.model_copy(update={"goal": 12.0}))
    state = _state(objectives, _both((1e-5, 1), (1e-3, 10), (1e-2, 20)))
    corner = reference_of(state)
    assert corner == {QUANTITY: 1e-4, "process_time": 12.0}
    assert best_so_far(state, corner=corner)[-1].best == (0.0, pytest.approx(2.0), pytest.approx(2.0))


def test_a_target_is_nearest() -> None:
    target = Objective(quantity="process_time", direction="target", unit="h", target=12.0)
    rows = [{"process_time": Observed(value=v, unit="h")} for v in (20.0, 11.0, 14.0)]
    state = _state((target,), list(rows))
    assert _numbers(best_experiments(state)) == [2, 3, 1]
    assert best_so_far(state)[0].best == (20.0, 11.0, 11.0)


def test_what_breaks_a_constraint_is_never_best() -> None:
    rows = _sigma(1e-3, 1e-4)
    for row, energy in zip(rows, (0.5, 0.3), strict=True):
        assert row is not None
        row[BOUND.quantity] = Observed(value=energy, unit="eV")
    assert _numbers(best_experiments(_state((SIGMA, BOUND), rows))) == [2]


def test_calibration_counts_what_was_predicted_and_measured() -> None:
    state = _state((SIGMA,), _sigma(1.0, 1.4, 2.5, 1.0, 1.0))
    expected = Predicted(median=1.0, low_68=0.7, high_68=1.3, low_95=0.4, high_95=1.6)
    for number in (1, 2, 3, 4):
        reason = Reason(how="planned", predicted={QUANTITY: expected})
        suggestion = Suggestion(number=number, point={}, reason=reason)
        state.experiments[number] = state.experiments[number].model_copy(
            update={"suggestion": suggestion}
        )
    state.experiments[4].observed[QUANTITY] = Observed(value=1.0, flags=("censored_below",))
    (found,) = calibration(state)
    assert (found.within_68, found.within_95, found.count) == (1, 2, 3)
