"""Hydrogen and hydrides: equations of state, isotherms, equilibrium at high pressure."""

from kuralab.science.hydrogen._formation import (
    HIGHEST_FORMATION_PRESSURE,
    Formation,
    formation_pressure,
)
from kuralab.science.hydrogen._isotherm import Isotherm, Isotope, isotherm_from_points
from kuralab.science.hydrogen._plateau import Plateau, find_plateau
from kuralab.science.hydrogen._state import HydrogenState, hydrogen_state, log_fugacity
from kuralab.science.hydrogen._vant_hoff import VantHoff, fit_vant_hoff, hysteresis

__all__ = [
    "HIGHEST_FORMATION_PRESSURE",
    "Formation",
    "HydrogenState",
    "Isotherm",
    "Isotope",
    "Plateau",
    "VantHoff",
    "find_plateau",
    "fit_vant_hoff",
    "formation_pressure",
    "hydrogen_state",
    "hysteresis",
    "isotherm_from_points",
    "log_fugacity",
]
