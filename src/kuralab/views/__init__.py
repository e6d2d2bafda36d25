"""Figures, tables and reports, in English and Japanese; computes no results.

Nothing here imports matplotlib before the first figure is wanted.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kuralab.views._labels import Language
from kuralab.views._numbers import format_quantity, format_value, unit_symbol
from kuralab.views._tables import ResultRow, rows_of_results

if TYPE_CHECKING:
    from kuralab.views._arrhenius import arrhenius
    from kuralab.views._campaign_record import (
        CampaignOverview,
        Coverage,
        Landscape,
        Progress,
        Spent,
        VariableShown,
    )
    from kuralab.views._campaign_report import write_campaign_report
    from kuralab.views._ceramics import dilatogram, site_occupation
    from kuralab.views._diffraction import correlations, pattern_stretches, refined_pattern
    from kuralab.views._emf import emf, transport_shares
    from kuralab.views._esr import esr_spectrum, g_against_a
    from kuralab.views._figures import ReportFigure, figures_of
    from kuralab.views._firing_map import CopperBody, Fired, copper_effects, firing_map
    from kuralab.views._hydrogen import hydrogen
    from kuralab.views._impedance import bode, relaxation, residuals
    from kuralab.views._isotherms import isotherms, vant_hoff
    from kuralab.views._measurement import measurement_figure
    from kuralab.views._nyquist import nyquist
    from kuralab.views._polarisation import polarisation
    from kuralab.views._report import write_report
    from kuralab.views._run_data import (
        Act,
        Finding,
        Lineage,
        LiteratureValue,
        RunOverview,
        Surrounding,
        Variation,
    )
    from kuralab.views._run_figures import run_figures
    from kuralab.views._run_report import run_json, write_run_report
    from kuralab.views._run_tables import literature_lines, sample_lines
    from kuralab.views._saving import save_figure
    from kuralab.views._synthesis_map import Synthesised, synthesis_map
    from kuralab.views._thermogram import hydration, thermogram

__all__ = [
    "Act",
    "CampaignOverview",
    "CopperBody",
    "Coverage",
    "Finding",
    "Fired",
    "Landscape",
    "Language",
    "Lineage",
    "LiteratureValue",
    "Progress",
    "ReportFigure",
    "ResultRow",
    "RunOverview",
    "Spent",
    "Surrounding",
    "Synthesised",
    "VariableShown",
    "Variation",
    "arrhenius",
    "bode",
    "copper_effects",
    "correlations",
    "dilatogram",
    "emf",
    "esr_spectrum",
    "figures_of",
    "firing_map",
    "format_quantity",
    "format_value",
    "g_against_a",
    "hydration",
    "hydrogen",
    "isotherms",
    "literature_lines",
    "measurement_figure",
    "nyquist",
    "pattern_stretches",
    "polarisation",
    "refined_pattern",
    "relaxation",
    "residuals",
    "rows_of_results",
    "run_figures",
    "run_json",
    "sample_lines",
    "save_figure",
    "site_occupation",
    "synthesis_map",
    "thermogram",
    "transport_shares",
    "unit_symbol",
    "vant_hoff",
    "write_campaign_report",
    "write_report",
    "write_run_report",
]

_ON_USE: Final = {
    "Act": "_run_data",
    "CampaignOverview": "_campaign_record",
    "CopperBody": "_firing_map",
    "Coverage": "_campaign_record",
    "Finding": "_run_data",
    "Fired": "_firing_map",
    "Landscape": "_campaign_record",
    "Lineage": "_run_data",
    "LiteratureValue": "_run_data",
    "Progress": "_campaign_record",
    "ReportFigure": "_figures",
    "RunOverview": "_run_data",
    "Spent": "_campaign_record",
    "Surrounding": "_run_data",
    "Synthesised": "_synthesis_map",
    "VariableShown": "_campaign_record",
    "Variation": "_run_data",
    "arrhenius": "_arrhenius",
    "bode": "_impedance",
    "copper_effects": "_firing_map",
    "correlations": "_diffraction",
    "dilatogram": "_ceramics",
    "emf": "_emf",
    "esr_spectrum": "_esr",
    "figures_of": "_figures",
    "g_against_a": "_esr",
    "firing_map": "_firing_map",
    "hydration": "_thermogram",
    "hydrogen": "_hydrogen",
    "isotherms": "_isotherms",
    "literature_lines": "_run_tables",
    "measurement_figure": "_measurement",
    "nyquist": "_nyquist",
    "pattern_stretches": "_diffraction",
    "polarisation": "_polarisation",
    "refined_pattern": "_diffraction",
    "relaxation": "_impedance",
    "residuals": "_impedance",
    "run_figures": "_run_figures",
    "run_json": "_run_report",
    "sample_lines": "_run_tables",
    "save_figure": "_saving",
    "site_occupation": "_ceramics",
    "synthesis_map": "_synthesis_map",
    "thermogram": "_thermogram",
    "transport_shares": "_emf",
    "vant_hoff": "_isotherms",
    "write_campaign_report": "_campaign_report",
    "write_report": "_report",
    "write_run_report": "_run_report",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ON_USE[name]}"), name)
