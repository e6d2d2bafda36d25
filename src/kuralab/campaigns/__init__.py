"""The closed loop: a planner and a lab, a budget, and the account of what it bought."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kuralab.campaigns._budget import Spent, remaining, spent
    from kuralab.campaigns._evaluation import Evaluate, Evaluation
    from kuralab.campaigns._judge import goal_text
    from kuralab.campaigns._loop import Campaign
    from kuralab.campaigns._protocols import Templates, row_name, row_of
    from kuralab.campaigns._reading import campaign_state, check_intact
    from kuralab.campaigns._record import CampaignState
    from kuralab.campaigns._reference import run_references, with_hours
    from kuralab.campaigns._speed import arm_of, median_days, speed_account
    from kuralab.campaigns._standing import (
        BestSoFar,
        Calibration,
        best_experiments,
        best_so_far,
        calibration,
        front_of,
        reference_of,
    )

__all__ = [
    "BestSoFar",
    "Calibration",
    "Campaign",
    "CampaignState",
    "Evaluate",
    "Evaluation",
    "Spent",
    "Templates",
    "arm_of",
    "best_experiments",
    "best_so_far",
    "calibration",
    "campaign_state",
    "check_intact",
    "front_of",
    "goal_text",
    "median_days",
    "reference_of",
    "remaining",
    "row_name",
    "row_of",
    "run_references",
    "speed_account",
    "spent",
    "with_hours",
]

_ON_USE: Final = {
    "BestSoFar": "_standing",
    "Calibration": "_standing",
    "Campaign": "_loop",
    "CampaignState": "_record",
    "Evaluate": "_evaluation",
    "Evaluation": "_evaluation",
    "Spent": "_budget",
    "Templates": "_protocols",
    "arm_of": "_speed",
    "best_experiments": "_standing",
    "best_so_far": "_standing",
    "calibration": "_standing",
    "campaign_state": "_reading",
    "check_intact": "_reading",
    "front_of": "_standing",
    "goal_text": "_judge",
    "median_days": "_speed",
    "reference_of": "_standing",
    "remaining": "_budget",
    "row_name": "_protocols",
    "row_of": "_protocols",
    "run_references": "_reference",
    "speed_account": "_speed",
    "spent": "_budget",
    "with_hours": "_reference",
}


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(f"kuralab.campaigns.{_ON_USE[name]}"), name)
    raise AttributeError(f"module 'kuralab.campaigns' has no attribute {name!r}")
