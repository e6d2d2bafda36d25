"""From measurements to results: one module per technique.

The list of techniques is light; the details of an outcome pull in the science when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kuralab.analysis._registry import TECHNIQUES, Technique, technique_named

if TYPE_CHECKING:
    from kuralab.analysis._details import Arc, ArrheniusLine, Outcome, SpectrumDetails
    from kuralab.analysis._hydride_details import HydrideDetails, VantHoffLine

__all__ = [
    "TECHNIQUES",
    "Arc",
    "ArrheniusLine",
    "HydrideDetails",
    "Outcome",
    "SpectrumDetails",
    "Technique",
    "VantHoffLine",
    "technique_named",
]


def __getattr__(name: str) -> Any:
    if name in ("Arc", "ArrheniusLine", "Outcome", "SpectrumDetails"):
        return getattr(import_module("kuralab.analysis._details"), name)
    if name in ("HydrideDetails", "VantHoffLine"):
        return getattr(import_module("kuralab.analysis._hydride_details"), name)
    raise AttributeError(f"module 'kuralab.analysis' has no attribute {name!r}")
