"""What a campaign has spent, and whether another experiment may begin.

Only what the planner has been told counts, so that a resumed campaign decides as an undisturbed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from kuralab.campaigns._record import CampaignState, Ending
from kuralab.store import Catalogue, StepRow


@dataclass(frozen=True)
class Spent:
    """Experiments begun within the budget; hours on instruments, and days, of those that ended."""

    experiments: int
    instrument_hours: float
    days: float


def spent(state: CampaignState) -> Spent:
    """What a campaign has used of its budget; vetoed and added experiments do not count as such."""
    experiments = state.experiments.values()
    counted = [e for e in experiments if e.state != "vetoed" and e.suggestion.reason.how != "added"]
    ends = [e.ended for e in experiments if e.ended is not None]
    days = (max(ends) - state.created).total_seconds() / 86400 if ends else 0.0
    return Spent(len(counted), sum(e.instrument_hours for e in experiments), days)


def why_no_more(state: CampaignState) -> tuple[Ending, str] | None:
    """The limit that forbids another experiment, and it in words; None while there is room.

    Of instrument-hours, those under way and the next one are expected to need the mean of those
    that ended.
    """
    definition, used = state.definition, spent(state)
    budget = definition.budget
    if definition.until == "goal" and state.goal is not None:
        return "goal", f"experiment {state.goal} reached the goal"
    if budget.experiments is not None and used.experiments >= budget.experiments:
        return "experiments", f"the budget of {budget.experiments} experiments is used"
    if budget.instrument_hours is not None:
        hours = [state.experiments[number].instrument_hours for number in state.told]
        expected = (len(state.under_way) + 1) * fmean(hours) if hours else 0.0
        if used.instrument_hours + expected > budget.instrument_hours:
            return "instrument_hours", (
                f"{used.instrument_hours:.4g} of {budget.instrument_hours:g} instrument-hours are "
                "used, and one more experiment would exceed them"
            )
    if budget.days is not None and used.days >= budget.days:
        return "days", f"the budget of {budget.days:g} days is used"
    return None


def instrument_hours(catalogue: Catalogue, run: str, beside: Iterable[str]) -> float:
    """Hours that a run kept instruments busy, from each order's start to its end.

    An order that served several runs, such as a furnace programme, is shared equally by its steps;
    beside: the runs that may have been in one with this.
    """
    own = [step for step in catalogue.steps(run) if step.order is not None]
    wanted = {step.order for step in own}
    members: dict[str, int] = {}
    for step in (*own, *(s for other in beside for s in catalogue.steps(other))):
        if step.order is not None and step.order in wanted:
            members[step.order] = members.get(step.order, 0) + 1
    return sum(_hours(step) / members[step.order] for step in own if step.order is not None)


def _hours(step: StepRow) -> float:
    if step.started is None or step.finished is None:
        return 0.0
    return max(0.0, (step.finished - step.started).total_seconds() / 3600.0)


def beside(state: CampaignState, number: int) -> list[str]:
    """Runs of other experiments that were under way while this one was."""
    own = state.experiments[number]
    assert own.suggested is not None
    return [
        other.run
        for other in state.experiments.values()
        if other.run is not None
        and other.suggestion.number != number
        and (other.ended is None or other.ended >= own.suggested)
    ]


def remaining(state: CampaignState) -> Mapping[str, float]:
    """What is left of each limit of the budget."""
    used, budget = spent(state), state.definition.budget
    left: dict[str, float] = {}
    if budget.experiments is not None:
        left["experiments"] = max(0, budget.experiments - used.experiments)
    if budget.instrument_hours is not None:
        left["instrument_hours"] = max(0.0, budget.instrument_hours - used.instrument_hours)
    if budget.days is not None:
        left["days"] = max(0.0, budget.days - used.days)
    return left
