"""Hydrogen and hydrides: equations of state, isotherms, equilibrium at high pressure."""

from kuralab.science.hydrogen._content import (
    hydrogen_mass_percent,
    hydrogen_per_formula,
    hydrogen_per_metal,
)
from kuralab.science.hydrogen._fluid import JOIN_END
from kuralab.science.hydrogen._formation import (
    HIGHEST_FORMATION_PRESSURE,
    Formation,
    formation_pressure,
)
from kuralab.science.hydrogen._ideal import ideal_chemical_potential, ideal_gibbs_energy
from kuralab.science.hydrogen._isotherm import Isotherm, Isotope, isotherm_from_points
from kuralab.science.hydrogen._plateau import Plateau, find_plateau
from kuralab.science.hydrogen._solid import melting_pressure, melting_temperature
from kuralab.science.hydrogen._state import (
    HIGHEST_HYDROGEN_PRESSURE,
    HydrogenState,
    hydrogen_state,
    log_fugacity,
)
from kuralab.science.hydrogen._vant_hoff import VantHoff, fit_vant_hoff, hysteresis

__all__ = [
    "HIGHEST_FORMATION_PRESSURE",
    "HIGHEST_HYDROGEN_PRESSURE",
    "JOIN_END",
    "Formation",
    "HydrogenState",
    "Isotherm",
    "Isotope",
    "Plateau",
    "VantHoff",
    "find_plateau",
    "fit_vant_hoff",
    "formation_pressure",
    "hydrogen_mass_percent",
    "hydrogen_per_formula",
    "hydrogen_per_metal",
    "hydrogen_state",
    "hysteresis",
    "ideal_chemical_potential",
    "ideal_gibbs_energy",
    "isotherm_from_points",
    "log_fugacity",
    "melting_pressure",
    "melting_temperature",
]
