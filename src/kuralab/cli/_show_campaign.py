"""A campaign as tables in a terminal and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from kuralab.cli._live_campaign import observed_text
from kuralab.cli._style import console, table_of

if TYPE_CHECKING:
    from kuralab.model.campaign import SpeedAccount
    from kuralab.workflows.campaigns import CampaignOutcome

_BEST = 8
_FACTORS = {
    "experiments": "experiments needed",
    "hours": "operating hours",
    "lanes": "parallel lanes",
    "run_time": "run time",
}


def show_campaign(outcome: CampaignOutcome) -> None:
    """How it ended, the best experiments, how well it predicted, the speed account."""
    state, overview, out = outcome.state, outcome.overview, console()
    ending = "under way" if state.ended is None else f"ended: {state.ended[1]}"
    used = overview.spent
    out.print(Text(f"{overview.name}  {state.campaign}  {ending}"))
    out.print(
        Text(
            f"{used.experiments} experiments, {used.instrument_hours:.4g} instrument-hours, "
            f"{used.days:.3g} days"
        )
    )
    quantities = [objective.quantity for objective in overview.objectives]
    table = table_of("#", "candidate", *quantities, "flags", "chosen")
    for number in overview.best[:_BEST]:
        experiment = overview.experiment(number)
        values = [observed_text(experiment.observed[quantity]) for quantity in quantities]
        flags = {f for o in experiment.observed.values() for f in o.flags if f != "synthetic"}
        how = experiment.suggestion.reason.how
        cells = [str(number), overview.labels[number], *values, ", ".join(sorted(flags)), how]
        table.add_row(*map(Text, cells))
    if overview.best:
        out.print(table)
    for found in overview.calibration:
        within = [100 * n / found.count for n in (found.within_68, found.within_95)]
        out.print(
            Text(
                f"of {found.count} predictions of {found.quantity}, {within[0]:.0f} % were within their "
                f"68 % interval and {within[1]:.0f} % within their 95 % interval"
            )
        )
    if overview.regret_text:
        out.print(Text(overview.regret_text))
    if overview.fit_failures:
        out.print(Text(f"the model could not be fitted {overview.fit_failures} times"))
    if outcome.speed is not None:
        show_speed(outcome.speed)
    _show_waiting(outcome)


def show_speed(account: SpeedAccount) -> None:
    """The headline, then what it is made of."""
    out = console()
    out.print(Text(headline(account)))
    table = table_of("factor", "value", "what is compared")
    for factor in account.factors:
        value = "" if factor.value is None else f"{factor.value:.3g}"
        table.add_row(*map(Text, (_FACTORS[factor.name], value, factor.words)))
    out.print(table)
    out.print(Text(account.remark))


def headline(account: SpeedAccount) -> str:
    """``to GOAL: reference 40 days, ours 2 days: 20 times``."""
    from kuralab.campaigns import median_days

    days, at_least = median_days(account.references)
    least = "at least " if at_least else ""
    seeds = len(account.references)
    reference = f"reference {least}{days:.3g} days" + (f" (median of {seeds})" if seeds > 1 else "")
    if account.ours.days is None or account.ratio is None or not math.isfinite(account.ratio):
        ours = f"not reached in {account.ours.days_done:.3g} days, so there is no ratio"
        return f"to {account.goal}: {reference}, ours {ours}"
    return (
        f"to {account.goal}: {reference}, ours {account.ours.days:.3g} days: "
        f"{least}{account.ratio:.3g} times"
    )


def _show_waiting(outcome: CampaignOutcome) -> None:
    if not outcome.waiting:
        return
    table = table_of("run", "waits for an answer", "question")
    for question in outcome.waiting:
        table.add_row(*map(Text, (question.run, question.step, question.question)))
    console().print(table)
    first = outcome.waiting[0]
    click.echo(
        f"Answer with: kuralab answer {first.run} '{first.step}' happened|repeat|failed --reason TEXT"
    )


def campaign_as_json(outcome: CampaignOutcome, paths: Sequence[Path]) -> str:
    """State, experiments with their reasons, calibration, speed account; strict, without NaN."""
    state, overview = outcome.state, outcome.overview
    content: dict[str, Any] = {
        "schema": 1,
        "campaign": state.campaign,
        "name": overview.name,
        "ended": None if state.ended is None else {"why": state.ended[0], "text": state.ended[1]},
        "goal": state.goal,
        "spent": {
            "experiments": overview.spent.experiments,
            "instrument_hours": overview.spent.instrument_hours,
            "days": overview.spent.days,
        },
        "best": list(overview.best),
        "front": list(overview.front),
        "experiments": [
            {**e.model_dump(mode="json"), "label": overview.labels[e.suggestion.number]}
            for e in overview.experiments
        ],
        "calibration": [
            {
                "quantity": c.quantity,
                "count": c.count,
                "within_68": c.within_68,
                "within_95": c.within_95,
            }
            for c in overview.calibration
        ],
        "importance": None if overview.importance is None else dict(overview.importance),
        "regret": None
        if overview.regret_bound is None
        else {"bound": overview.regret_bound, "text": overview.regret_text},
        "fit_failures": overview.fit_failures,
        "speed": None if outcome.speed is None else outcome.speed.model_dump(mode="json"),
        "waiting": [{"run": q.run, "step": q.step, "question": q.question} for q in outcome.waiting],
        "files": [str(path) for path in paths],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
