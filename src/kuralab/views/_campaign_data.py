"""What a figure needs of a campaign's experiments: values, limits, in which order they ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from kuralab.model.campaign import Experiment, Objective
from kuralab.views._campaign_record import CampaignOverview

_DAY: Final = 86400.0
_SAME: Final = 1.5


class Ended(NamedTuple):
    """An experiment that ended, its place in the order of ending (1 is the first) and when, in days."""

    experiment: Experiment
    place: int
    days: float | None


def searched(overview: CampaignOverview) -> tuple[Objective, ...]:
    """The objectives that the search follows, without those that only bound it."""
    return tuple(o for o in overview.objectives if o.direction != "constraint")


def ended(overview: CampaignOverview) -> list[Ended]:
    """What was measured or failed, in the order of ending."""
    done = [e for e in overview.experiments if e.state in ("measured", "failed")]
    # Without a time the numbers tell the order.
    done.sort(key=lambda e: (e.ended is None, e.ended.timestamp() if e.ended else 0.0))
    return [Ended(e, place, _days(overview, e)) for place, e in enumerate(done, start=1)]


def value_of(experiment: Experiment, quantity: str) -> float | None:
    """The measured value, None where there is none."""
    observed = experiment.observed.get(quantity)
    return None if experiment.state != "measured" or observed is None else observed.value


def limit_of(experiment: Experiment, quantity: str) -> str:
    """``upper_limit`` or ``lower_limit`` where the value is censored, else nothing."""
    observed = experiment.observed.get(quantity)
    flags = observed.flags if observed is not None else ()
    if "censored_below" in flags:
        return "upper_limit"
    return "lower_limit" if "censored_above" in flags else ""


def std_of(experiment: Experiment, quantity: str) -> float:
    """The standard uncertainty, zero where there is none or the value is only a limit."""
    observed = experiment.observed.get(quantity)
    if observed is None or limit_of(experiment, quantity):
        return 0.0
    return observed.uncertainty or 0.0


def goal_of(objective: Objective) -> float | None:
    """The value at which a line is drawn."""
    return objective.target if objective.goal is None else objective.goal


def is_log(objective: Objective, values: Sequence[float]) -> bool:
    """Whether an axis of these values is logarithmic: all are positive, and not nearly the same."""
    if objective.scale != "log" or not values or min(values) <= 0:
        return False
    return max(values) > _SAME * min(values)


def _days(overview: CampaignOverview, experiment: Experiment) -> float | None:
    if overview.began is None or experiment.ended is None:
        return None
    return (experiment.ended - overview.began).total_seconds() / _DAY
