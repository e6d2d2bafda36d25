"""The lab: preflight, scheduling, execution and recovery of runs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kuralab.lab._lab import Lab, RunSummary, StepQuestion
    from kuralab.lab._policies import AccessPolicy, SharePolicy

__all__ = ["AccessPolicy", "Lab", "RunSummary", "SharePolicy", "StepQuestion"]

_ON_USE: Final = {
    "AccessPolicy": "_policies",
    "Lab": "_lab",
    "RunSummary": "_lab",
    "SharePolicy": "_policies",
    "StepQuestion": "_lab",
}


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(f"kuralab.lab.{_ON_USE[name]}"), name)
    raise AttributeError(f"module 'kuralab.lab' has no attribute {name!r}")
