"""The speed account: days to the goal, ours and a reference's, and what the difference is made of.

    K = (median days of the reference) / (our days)

The factors are read from the same two ledgers. They are not independent: waiting for staff makes a
run longer and counts in hours and in run time, lanes that share an instrument lengthen runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Final

from kuralab.campaigns._judge import goal_text
from kuralab.campaigns._record import CampaignState
from kuralab.model import Facility, Shift
from kuralab.model.campaign import Arm, Factor, SpeedAccount

_DAY: Final = 86400.0
REMARK: Final = (
    "The factors are not independent (a run that waits for staff takes longer, lanes share "
    "instruments), so their product is not the ratio; the ratio is measured."
)


def arm_of(state: CampaignState, *, name: str, words: str) -> Arm:
    """How long one way of working took to its goal, from its ledger."""
    ended = [state.experiments[number] for number in state.told]
    spans = [
        (e.ended - e.suggested).total_seconds()
        for e in ended
        if e.ended is not None and e.suggested is not None
    ]
    done = max((e.ended for e in ended if e.ended is not None), default=state.created)
    days_done = (done - state.created).total_seconds() / _DAY
    reached = state.experiments.get(state.goal) if state.goal is not None else None
    at = None if reached is None else reached.ended
    return Arm(
        name=name,
        words=words,
        experiments=None if state.goal is None else state.told.index(state.goal) + 1,
        days=None if at is None else (at - state.created).total_seconds() / _DAY,
        experiments_done=len(ended),
        days_done=days_done,
        run_hours=median(spans) / 3600.0 if spans else 0.0,
        lanes=sum(spans) / (days_done * _DAY) if days_done > 0 else 0.0,
        open_share=open_share(state.facility),
        seed=state.definition.seed,
    )


def speed_account(ours: CampaignState, references: Sequence[CampaignState]) -> SpeedAccount | None:
    """Ours against the references; None without a goal or without a reference."""
    goal = goal_text(ours.definition)
    if not goal or not references:
        return None
    own = arm_of(ours, name="ours", words=_our_words(ours))
    arms = tuple(arm_of(state, name="reference", words=_their_words(state)) for state in references)
    days, at_least = median_days(arms)
    known = own.days is not None and own.days > 0
    return SpeedAccount(
        goal=goal,
        ours=own,
        references=arms,
        ratio=days / own.days if known and own.days else None,
        at_least=at_least,
        factors=_factors(own, arms),
        remark=REMARK,
    )


def median_days(arms: Sequence[Arm]) -> tuple[float, bool]:
    """Median days to the goal, and whether it is only a bound, since too many did not reach it."""
    return _median([(arm.days, arm.days_done) for arm in arms])


def _median(found: Sequence[tuple[float | None, float]]) -> tuple[float, bool]:
    """Median of values, of which some are only known to be above a bound; whether it is a bound too."""
    bounds = median([bound if value is None else value for value, bound in found])
    truth = median([math.inf if value is None else value for value, _ in found])
    return bounds, truth != bounds


def _factors(own: Arm, arms: Sequence[Arm]) -> tuple[Factor, ...]:
    their, more = _median([(_or_none(a.experiments), float(a.experiments_done)) for a in arms])
    hours, lanes = median([a.open_share for a in arms]), median([a.lanes for a in arms])
    run_hours = median([a.run_hours for a in arms])
    first = arms[0]
    least = "at least " if more else ""
    choice = "the planner's choice" if own.experiments is not None else "the goal was not reached"
    return (
        Factor(
            name="experiments",
            value=None if not own.experiments else their / own.experiments,
            words=f"{least}{their:g} experiments to the goal ({first.words}) against "
            f"{own.experiments if own.experiments is not None else 'none'} ({choice})",
        ),
        Factor(
            name="hours",
            value=own.open_share / hours if hours > 0 else None,
            words=f"instruments start work in {168 * own.open_share:.4g} h of a week against "
            f"{168 * hours:.4g} h (staff hours)",
        ),
        Factor(
            name="lanes",
            value=own.lanes / lanes if lanes > 0 else None,
            words=f"on average {own.lanes:.2g} experiments under way at once against {lanes:.2g}",
        ),
        Factor(
            name="run_time",
            value=run_hours / own.run_hours if own.run_hours > 0 else None,
            words=f"an experiment takes {own.run_hours:.3g} h against {run_hours:.3g} h, "
            "waiting for staff included (median, from its beginning to its end)",
        ),
    )


def _or_none(count: int | None) -> float | None:
    return None if count is None else float(count)


def _our_words(state: CampaignState) -> str:
    method = {"model": "chosen by the planner", "random": "by chance", "spread": "over a grid"}
    return f"{state.definition.parallel} at once, {method[state.definition.planner.method]}"


def _their_words(state: CampaignState) -> str:
    chosen = "by chance" if state.definition.planner.method == "random" else "over a grid"
    lanes = "one lane" if state.definition.parallel == 1 else f"{state.definition.parallel} lanes"
    return f"{lanes}, staff hours, experiments {chosen}"


def open_share(facility: Facility) -> float:
    """Of the week in which an instrument may start work, mean over the instruments."""
    shares = [_open_hours(i.shifts) / 168.0 if i.shifts else 1.0 for i in facility.instruments]
    return sum(shares) / len(shares) if shares else 1.0


def _open_hours(shifts: Sequence[Shift]) -> float:
    hours = 0.0
    for day in range(7):
        end = 0.0
        for shift in sorted((s for s in shifts if day in s.days), key=lambda s: s.opens):
            hours += max(0.0, shift.closes - max(end, shift.opens))
            end = max(end, shift.closes)
    return hours
