"""What came of a run: its measurements analysed, judged, or why there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

from kuralab.campaigns._judge import judged
from kuralab.errors import KuralabError
from kuralab.lab import RunSummary
from kuralab.model.campaign import Observed
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.store import Catalogue, Fact


@final
@dataclass(frozen=True)
class Evaluation:
    """What a run's measurements mean: facts for the ledger, each quantity's value, what went wrong."""

    observed: Mapping[str, Observed]
    facts: Sequence[Fact] = ()
    trouble: str = ""


Evaluate = Callable[[Path, str], Evaluation]
"""Analyses the run of an identity in a lab's directory."""


def outcome_of(
    summary: RunSummary, definition: CampaignDefinition, *, lab_folder: Path, evaluate: Evaluate
) -> tuple[Sequence[Fact], dict[str, Observed], str]:
    """Facts for the ledger, and every objective's value; or none and the reason."""
    failed = "" if summary.state == "finished" else _why_failed(summary, lab_folder)
    try:
        result = evaluate(lab_folder, summary.run)
    except KuralabError as error:
        return (), {}, failed or f"the analysis failed: {error}"
    if failed:
        return result.facts, {}, failed
    found, message = judged(definition, result.observed)
    why = "; ".join(text for text in (message, result.trouble) if text)
    return result.facts, found, "" if found else why


def _why_failed(summary: RunSummary, lab_folder: Path) -> str:
    steps = Catalogue(lab_folder).steps(summary.run)
    failed = next((step for step in steps if step.state == "failed"), None)
    reason = summary.message if failed is None else f"{failed.step}: {failed.message}"
    return f"the run {summary.state.value}: {reason}" if reason else f"the run {summary.state.value}"
