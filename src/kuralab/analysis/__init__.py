"""From measurements to results: one module per technique.

The list of techniques is light; the details of an outcome pull in the science when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kuralab.analysis._calculations import CALCULATIONS, Calculation, calculation_named
from kuralab.analysis._registry import TECHNIQUES, Technique, technique_named

if TYPE_CHECKING:
    from kuralab.analysis._details import Arc, ArrheniusLine, Outcome, SpectrumDetails
    from kuralab.analysis._esr_details import EsrDetails
    from kuralab.analysis._hydride_details import HydrideDetails, VantHoffLine
    from kuralab.analysis._hydrogen_details import HydrogenCurve, HydrogenDetails
    from kuralab.analysis._protonic_details import (
        DilatogramDetails,
        EmfDetails,
        HydrationDetails,
        ProtonicDetails,
        SharesDetails,
        SiteDetails,
        ThermogramDetails,
    )

__all__ = [
    "CALCULATIONS",
    "TECHNIQUES",
    "Arc",
    "ArrheniusLine",
    "Calculation",
    "DilatogramDetails",
    "EmfDetails",
    "EsrDetails",
    "HydrationDetails",
    "HydrideDetails",
    "HydrogenCurve",
    "HydrogenDetails",
    "Outcome",
    "ProtonicDetails",
    "SharesDetails",
    "SiteDetails",
    "SpectrumDetails",
    "Technique",
    "ThermogramDetails",
    "VantHoffLine",
    "calculation_named",
    "technique_named",
]


def __getattr__(name: str) -> Any:
    if name in ("Arc", "ArrheniusLine", "Outcome", "SpectrumDetails"):
        return getattr(import_module("kuralab.analysis._details"), name)
    if name == "EsrDetails":
        return getattr(import_module("kuralab.analysis._esr_details"), name)
    if name in ("HydrideDetails", "VantHoffLine"):
        return getattr(import_module("kuralab.analysis._hydride_details"), name)
    if name in ("HydrogenCurve", "HydrogenDetails"):
        return getattr(import_module("kuralab.analysis._hydrogen_details"), name)
    if name in (
        "DilatogramDetails",
        "EmfDetails",
        "HydrationDetails",
        "ProtonicDetails",
        "SharesDetails",
        "SiteDetails",
        "ThermogramDetails",
    ):
        return getattr(import_module("kuralab.analysis._protonic_details"), name)
    raise AttributeError(f"module 'kuralab.analysis' has no attribute {name!r}")
