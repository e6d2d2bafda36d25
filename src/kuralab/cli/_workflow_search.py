"""Carrying out a workflow that is a search: campaign, second stage, report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.text import Text

from kuralab.cli._options import say_where
from kuralab.errors import InputError

if TYPE_CHECKING:
    from kuralab.workflows import Workflow
    from kuralab.workflows.high_pressure_hydride import HydrideSearch

NOT_DONE = 1
_LEFT_OUT = ("displacement_b_iso", "goodness_of_fit", "mass_change", "proton_concentration")
"""Quantities with too many values for a terminal; the report has them."""


def search_and_show(
    known: Workflow,
    *,
    lab: Path,
    seed: int,
    new: bool,
    output: Path | None,
    language: Literal["en", "ja"],
    truth: bool,
    as_json: bool,
) -> int:
    """Run with live progress, report, show.

    Raises
    ------
    InputError
        ``new``: a search is its seed.
    """
    from kuralab.cli._live_campaign import CampaignView, live_campaign
    from kuralab.cli._progress import compile_once

    if new:
        raise InputError(
            "a search with the same seed finds the same",
            field="--new",
            hint="Give another --seed, or another --lab.",
        )
    module = known.load()
    compile_once()
    view = CampaignView(module.definition(seed))

    def doing(what: str) -> None:
        view.doing = what

    with live_campaign(view):
        found: HydrideSearch = module.run_workflow(
            lab, seed=seed, observer=view.event, progress=view.ended, doing=doing
        )
        view.doing = "writing the report"
        folder = output or lab / "reports" / known.name
        paths = found.write_report(folder, language=language)
    hidden = _hidden(found, lab) if truth else None
    if as_json:
        click.echo(_as_json(found, paths, hidden))
    else:
        _show(found, hidden)
    say_where(paths, as_json=as_json)
    return 0 if found.confirmed is not None else NOT_DONE


def _hidden(found: HydrideSearch, lab: Path) -> dict[str, Any]:
    """What the twins know of the samples of the second stage."""
    from kuralab.instruments.twins import hidden_truth

    own = {s.sample for attempt in found.attempts for s in attempt.overview.samples}
    return {k: v for k, v in hidden_truth(lab / "twins")["samples"].items() if k in own}


def _as_json(found: HydrideSearch, paths: tuple[Path, ...], hidden: Mapping[str, Any] | None) -> str:
    from kuralab.cli._show_campaign import campaign_as_json
    from kuralab.views import run_json

    content = json.loads(campaign_as_json(found.campaign, paths))
    content["story"] = found.story()
    content["second_stage"] = [run_json(attempt.overview) for attempt in found.attempts]
    if hidden is not None:
        content["truth"] = hidden
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def _show(found: HydrideSearch, hidden: Mapping[str, Any] | None) -> None:
    from kuralab.cli._show_campaign import show_campaign
    from kuralab.cli._style import console, table_of
    from kuralab.views import format_value

    show_campaign(found.campaign)
    out = console()
    for paragraph in found.story():
        out.print(Text(paragraph))
    table = table_of("second stage", "quantity", "conditions", "value", "flags")
    for attempt in found.attempts:
        for finding in attempt.overview.findings:
            results = () if finding.outcome is None else finding.outcome.record.results
            for result in results:
                if result.quantity in _LEFT_OUT:
                    continue
                where = ", ".join(str(value) for value in result.conditions.values())
                value = (
                    "none"
                    if result.value is None
                    else format_value(result.value, result.uncertainty, result.unit)
                )
                flags = ", ".join(flag for flag in result.flags if flag != "synthetic")
                cells = [finding.sample.name, result.quantity, where, value, flags]
                table.add_row(*map(Text, cells))
    if table.row_count:
        out.print(table)
    for name, state in (hidden or {}).items():
        out.print(Text(f"truth of {name}: {json.dumps(state.get('hydride') or state.get('ceramic'))}"))
