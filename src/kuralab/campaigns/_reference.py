"""The reference arm: the same campaign on the same twins, worked as people work without a planner.

One lane, staff hours on every instrument, experiments by chance or over a grid, until the goal or a
budget of experiments; each seed in a lab directory of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kuralab.campaigns._evaluation import Evaluate
from kuralab.campaigns._loop import Campaign
from kuralab.campaigns._planner import PlannerOf, planner_of
from kuralab.campaigns._record import CampaignState
from kuralab.clock import Clock, VirtualClock
from kuralab.lab import Lab
from kuralab.model import Facility, Shift
from kuralab.model.campaign import Budget, PlannerSettings
from kuralab.model.campaign_definition import CampaignDefinition, ReferenceSettings
from kuralab.store import last_event_time

OpenLab = Callable[[Path, Facility, Clock], Lab]
"""Opens a lab directory for a facility, with the twins of the campaign."""


def run_references(
    definition: CampaignDefinition,
    *,
    folder: Path,
    facility: Facility,
    began: datetime,
    evaluate: Evaluate,
    open_lab: OpenLab,
    planner_of: PlannerOf = planner_of,
    progress: Callable[[Campaign], object] = lambda _: None,
) -> Iterator[CampaignState]:
    """Carry out every seed of the reference, or go on with it, below ``folder``, one after another.

    A reference begins when staff first come in after ``began``, the beginning of the campaign. There
    is none without a goal, and none on real instruments.
    """
    settings = definition.reference
    if settings is None or facility.kind != "twin":
        return
    if all(objective.goal is None for objective in definition.objectives):
        return
    staffed = with_hours(facility, settings.shifts)
    for number in range(1, settings.seeds + 1):
        own = folder / f"{definition.digest()[:8]}-{number}"
        start = last_event_time(own) or first_opening(settings.shifts, facility.time_zone, after=began)
        with open_lab(own, staffed, VirtualClock(start)) as lab:
            campaign = Campaign(
                reference_definition(definition, settings, number),
                lab,
                evaluate=evaluate,
                planner_of=planner_of,
                progress=progress,
            )
            yield campaign.work()


def reference_definition(
    definition: CampaignDefinition, settings: ReferenceSettings, number: int
) -> CampaignDefinition:
    """What the reference does instead, with the seed of its own choices."""
    method = "random" if settings.method == "random" else "spread"
    return definition.model_copy(
        update={
            "name": f"{definition.name}-reference-{number}",
            "budget": Budget(experiments=settings.experiments),
            "until": "goal",
            "planner": PlannerSettings(method=method),
            "seed": definition.seed + 1000 * number,
            "parallel": settings.lanes,
            "reference": None,
        }
    )


def with_hours(facility: Facility, shifts: Sequence[Shift]) -> Facility:
    """A facility whose instruments start work only within these hours."""
    instruments = tuple(
        instrument.model_copy(update={"shifts": tuple(shifts)}) for instrument in facility.instruments
    )
    return facility.model_copy(update={"instruments": instruments})


def first_opening(shifts: Sequence[Shift], time_zone: str, *, after: datetime) -> datetime:
    """The first moment at or after one that lies within the hours."""
    local = after.astimezone(ZoneInfo(time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    found = [
        max(local, midnight + timedelta(days=day, hours=shift.opens))
        for day in range(8)
        for shift in shifts
        if (local.weekday() + day) % 7 in shift.days
        and midnight + timedelta(days=day, hours=shift.closes) > local
    ]
    return min(found, default=local)
