"""What a planner is told: units, limits, and when an experiment has failed."""

from __future__ import annotations

import math

import pytest

from kuralab.campaigns._judge import goal_text, judged, reaches_goal
from kuralab.model import Range
from kuralab.model.campaign import Objective, Observed
from tests.campaigns.small import QUANTITY, definition

TIME = Objective(quantity="process_time", direction="minimise", unit="h", goal=12.0)
CONDUCTIVITY = definition().objectives[0]


def _observed(value: float | None, unit: str = "S/cm", **more: object) -> dict[str, Observed]:
    return {QUANTITY: Observed(value=value, unit=unit, **more)}  # type: ignore[arg-type]


def test_a_value_comes_in_the_unit_of_its_objective() -> None:
    found, message = judged(definition(), _observed(0.25, "mS/cm", uncertainty=0.05))
    assert message == ""
    assert found[QUANTITY].value == pytest.approx(2.5e-4)
    assert found[QUANTITY].uncertainty == pytest.approx(5e-5)
    assert found[QUANTITY].unit == "S/cm"


@pytest.mark.parametrize(
    ("observed", "says"),
    [
        ({}, "it was not found"),
        (_observed(None), "it has no value"),
        (_observed(math.nan), "nan is not finite"),
        (_observed(math.inf), "inf is not finite"),
        (_observed(1e-3, flags=("not_identifiable",)), "the data do not determine it"),
        (_observed(-1e-3), "-0.001 S/cm is not positive"),
        (_observed(3.0, "K"), "is a"),
    ],
)
def test_what_is_no_value_is_a_failure_with_its_reason(observed: dict[str, Observed], says: str) -> None:
    found, message = judged(definition(), observed)
    assert found == {}
    assert message.startswith(f"{QUANTITY}: ")
    assert says in message


def test_one_missing_objective_fails_the_experiment() -> None:
    wanted = definition(objectives=(CONDUCTIVITY, TIME))
    found, message = judged(wanted, _observed(1e-3))
    assert (found, message) == ({}, "process_time: it was not found")


def test_censoring_stays_and_limits_censor() -> None:
    found, _ = judged(
        definition(), _observed(1e-9, flags=("censored_below", "synthetic"), uncertainty=1e-10)
    )
    assert found[QUANTITY].flags == ("censored_below", "synthetic")
    assert found[QUANTITY].uncertainty is None
    limited = definition(limits={QUANTITY: Range.parse("1e-8 S/cm..", unit="S/cm")})
    found, _ = judged(limited, _observed(1e-9))
    assert found[QUANTITY].value == pytest.approx(1e-8)
    assert found[QUANTITY].flags == ("censored_below",)
    assert judged(limited, _observed(1e-7))[0][QUANTITY].flags == ()


@pytest.mark.parametrize(
    ("objective", "value", "flags", "reached"),
    [
        (CONDUCTIVITY, 0.9e-3, (), True),
        (CONDUCTIVITY, 0.89e-3, (), False),
        (CONDUCTIVITY, 2e-3, ("censored_below",), False),
        (CONDUCTIVITY, 2e-3, ("censored_above",), True),
        (CONDUCTIVITY, 2e-3, ("outlier",), False),
        (TIME, 12.0, (), True),
        (TIME, 12.1, (), False),
        (TIME, 11.0, ("censored_above",), False),
        (Objective(quantity="q", direction="target", target=5.0, goal=5.5), 4.6, (), True),
        (Objective(quantity="q", direction="target", target=5.0, goal=5.5), 4.4, (), False),
    ],
)
def test_the_goal(objective: Objective, value: float, flags: tuple[str, ...], reached: bool) -> None:
    wanted = definition(objectives=(objective,))
    observed = {objective.quantity: Observed(value=value, flags=flags)}
    assert reaches_goal(wanted, observed) is reached


def test_one_experiment_must_meet_every_goal_and_constraint() -> None:
    bound = Objective(quantity="activation_energy_total", direction="constraint", unit="eV", high=0.4)
    wanted = definition(objectives=(CONDUCTIVITY, TIME, bound))
    good = {
        QUANTITY: Observed(value=1e-3),
        "process_time": Observed(value=10.0),
        bound.quantity: Observed(value=0.35),
    }
    assert reaches_goal(wanted, good)
    assert not reaches_goal(wanted, {**good, "process_time": Observed(value=13.0)})
    assert not reaches_goal(wanted, {**good, bound.quantity: Observed(value=0.45)})
    assert goal_text(wanted) == f"{QUANTITY} at least 0.0009 S/cm and process_time at most 12 h"


def test_without_a_goal_none_is_reached() -> None:
    wanted = definition(objectives=(CONDUCTIVITY.model_copy(update={"goal": None}),))
    assert not reaches_goal(wanted, _observed(1.0))
    assert goal_text(wanted) == ""
