"""What a campaign does while it runs, on stderr: the best so far, calibration, what is left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from kuralab.cli._live import redrawn

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table

    from kuralab.campaigns import Campaign
    from kuralab.model.campaign import Experiment, Observed
    from kuralab.model.campaign_definition import CampaignDefinition
    from kuralab.store import Event


@dataclass
class CampaignView:
    """What is shown: lines of text by their heading, made each time that an experiment ends."""

    definition: CampaignDefinition
    lines: dict[str, str] = field(default_factory=dict)
    doing: str = ""
    count: int = 0
    began: datetime | None = None
    now: datetime | None = None
    log: bool = False

    def event(self, event: Event) -> None:
        """Time passes."""
        self.began = self.began or event.time
        self.now = event.time

    def ended(self, campaign: Campaign) -> None:
        """An experiment has ended, of this campaign or of its reference."""
        state = campaign.state
        last = state.experiments[state.told[-1]]
        if self.log:
            click.echo(f"{state.definition.name} {line_of(campaign, last)}", err=True)
        if state.definition.name != self.definition.name:
            self.doing = f"{state.definition.name}: {len(state.told)} experiments"
            return
        self.count, self.began = len(state.told), state.created
        self.lines = standing(campaign)


def line_of(campaign: Campaign, experiment: Experiment) -> str:
    """One line for a log: number, candidate, what came of it."""
    label = campaign.templates.label(experiment.suggestion.point)
    found = ", ".join(observed_text(o) for o in experiment.observed.values())
    what = found or f"failed: {experiment.message}"
    goal = "  goal" if campaign.state.goal == experiment.suggestion.number else ""
    return f"#{experiment.suggestion.number} {label}: {what}{goal}"


def observed_text(observed: Observed) -> str:
    """``1.2e-3 S/cm``, with < or > where it is a limit."""
    sign = (
        "< "
        if "censored_below" in observed.flags
        else "> "
        if "censored_above" in observed.flags
        else ""
    )
    return f"{sign}{observed.value:.4g} {observed.unit}".rstrip()


def standing(campaign: Campaign) -> dict[str, str]:
    """How a campaign stands, in words."""
    from kuralab.campaigns import best_experiments, calibration, remaining

    state = campaign.state
    lines = {"under way": ", ".join(f"#{e.suggestion.number}" for e in state.under_way) or "nothing"}
    best = best_experiments(state)
    if best:
        lines["best"] = line_of(campaign, best[0])
    if len(best) > 1 and len(state.definition.objectives) > 1:
        lines["front"] = f"{len(best)} experiments"
    for found in calibration(state):
        share = [f"{100 * n / found.count:.0f} %" for n in (found.within_68, found.within_95)]
        lines[f"predicted {found.quantity}"] = (
            f"{share[0]} within 68 %, {share[1]} within 95 % ({found.count} experiments)"
        )
    left = [f"{value:.4g} {name.replace('_', ' ')}" for name, value in remaining(state).items()]
    lines["left"] = ", ".join(left)
    if campaign.regret is not None:
        lines["regret"] = campaign.regret.text
    if campaign.planner.fit_failures:
        lines["failed fits"] = str(campaign.planner.fit_failures)
    return lines


@contextmanager
def live_campaign(view: CampaignView) -> Iterator[None]:
    """Show the view while the block runs: a table for a person, one line an experiment for a log."""
    if not sys.stderr.isatty():
        view.log = True
        yield
        return
    with redrawn(lambda: _picture(view)):
        yield


def _picture(view: CampaignView) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    passed = ""
    if view.began is not None and view.now is not None:
        passed = f"{(view.now - view.began).total_seconds() / 86400:.2f} d"
    table.add_row(Text(view.definition.name), Text(f"{view.count} experiments  {passed}"))
    for name, text in list(view.lines.items()):
        table.add_row(Text(f"  {name}"), Text(text))
    if view.doing:
        table.add_row(Text(""), Text(view.doing))
    return table
