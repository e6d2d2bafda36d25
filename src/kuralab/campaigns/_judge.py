"""What a planner is told of a finished run, and whether it was what the campaign was made for.

An experiment is measured when every objective has a value; else it failed, with the reason:

- the run did not finish, or a quantity was not found
- a value is missing, flagged ``not_identifiable``, not finite, or not positive on a logarithmic scale

``censored_below`` and ``censored_above`` stay with the value, which is then the limit; a value beyond
the campaign's own limits becomes such a limit. An ``outlier`` is told, but never counts as the goal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from kuralab.errors import UnitError
from kuralab.model.campaign import Objective, Observed
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.units import Quantity, convert, scale_between

BELOW: Final = "censored_below"
ABOVE: Final = "censored_above"


def judged(
    definition: CampaignDefinition, observed: Mapping[str, Observed]
) -> tuple[dict[str, Observed], str]:
    """Every objective's value in its unit, or nothing and why."""
    found: dict[str, Observed] = {}
    wrong: list[str] = []
    for objective in definition.objectives:
        value, reason = _judged_one(objective, observed.get(objective.quantity), definition)
        if value is None:
            wrong.append(f"{objective.quantity}: {reason}")
        else:
            found[objective.quantity] = value
    return ({}, "; ".join(wrong)) if wrong else (found, "")


def _judged_one(
    objective: Objective, observed: Observed | None, definition: CampaignDefinition
) -> tuple[Observed | None, str]:
    if observed is None:
        return None, "it was not found"
    if "not_identifiable" in observed.flags:
        return None, "the data do not determine it"
    if observed.value is None:
        return None, "it has no value"
    if not math.isfinite(observed.value):
        return None, f"{observed.value} is not finite"
    try:
        value = convert(observed.value, unit=observed.unit, to=objective.unit)
        scale = scale_between(observed.unit, objective.unit)
    except UnitError as error:
        return None, str(error)
    value, flags = _within_limits(objective, float(value), observed.flags, definition)
    if objective.scale == "log" and value <= 0:
        return None, f"{value:g} {objective.unit} is not positive"
    std = observed.uncertainty
    known = None if std is None or not math.isfinite(std) or BELOW in flags or ABOVE in flags else std
    uncertainty = None if known is None else float(known * scale)
    return Observed(value=value, uncertainty=uncertainty, unit=objective.unit, flags=flags), ""


def _within_limits(
    objective: Objective, value: float, flags: tuple[str, ...], definition: CampaignDefinition
) -> tuple[float, tuple[str, ...]]:
    limits = definition.limits.get(objective.quantity)
    exceeded = None if limits is None else limits.exceeded_by(Quantity(value=value, unit=objective.unit))
    if limits is None or exceeded is None:
        return value, flags
    flag = BELOW if exceeded == limits.low else ABOVE
    return exceeded.to(objective.unit).value, tuple(dict.fromkeys((*flags, flag)))


def reaches_goal(definition: CampaignDefinition, observed: Mapping[str, Observed]) -> bool:
    """Whether one experiment meets every goal and every constraint; without goals none does."""
    with_goal = [o for o in definition.objectives if o.goal is not None]
    bounds = [o for o in definition.objectives if o.direction == "constraint"]
    return bool(with_goal) and all(
        objective.quantity in observed and _meets(objective, observed[objective.quantity])
        for objective in {o.quantity: o for o in (*with_goal, *bounds)}.values()
    )


def _meets(objective: Objective, observed: Observed) -> bool:
    value, goal = observed.value, objective.goal
    if value is None or "outlier" in observed.flags:
        return False
    low, high = objective.low, objective.high
    if objective.direction == "constraint":
        above = low is None or (value >= low and BELOW not in observed.flags)
        return above and (high is None or (value <= high and ABOVE not in observed.flags))
    assert goal is not None
    if objective.direction == "maximise":
        return value >= goal and BELOW not in observed.flags
    if objective.direction == "minimise":
        return value <= goal and ABOVE not in observed.flags
    assert objective.target is not None
    censored = BELOW in observed.flags or ABOVE in observed.flags
    return not censored and abs(value - objective.target) <= abs(goal - objective.target)


def goal_text(definition: CampaignDefinition) -> str:
    """The goals in words, such as ``ionic_conductivity_25C at least 0.01 S/cm``."""
    words = {"maximise": "at least", "minimise": "at most", "target": "as near to the target as"}
    return " and ".join(
        f"{o.quantity} {words[o.direction]} {Quantity(value=o.goal, unit=o.unit)}"
        for o in definition.objectives
        if o.goal is not None and o.direction != "constraint"
    )
