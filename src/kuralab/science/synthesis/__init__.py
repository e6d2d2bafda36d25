"""Making materials. Solid electrolytes: milling, pressing, phases, conduction of a pellet, harm by air.
Hydrides: what forms at high pressure, and how far it grows.
"""

from kuralab.science.synthesis._air import (
    conductivity_with_shell,
    hydrogen_sulfide_volume,
    intact_fraction,
)
from kuralab.science.synthesis._conduction import (
    effective_conductivity,
    glass_activation_energy,
    glass_conductivity,
    hopping_conductivity,
    pellet_conductivity,
)
from kuralab.science.synthesis._high_pressure import (
    RELEASED,
    Compound,
    Growth,
    compounds_after_synthesis,
    fraction_grown,
    grand_potential,
    la_ni_h,
    la_ni_h_growth,
    recovered_mass_fractions,
    stable_compounds,
)
from kuralab.science.synthesis._milling import crystalline_fraction_left
from kuralab.science.synthesis._parameters import (
    Densities,
    GlassConduction,
    GlassSystem,
    Heckel,
    Hydrolysis,
    Milling,
    PhaseConduction,
    li3ps4_lii,
)
from kuralab.science.synthesis._phases import Phases, phases_of_sample
from kuralab.science.synthesis._pressing import pellet_thickness, relative_density

__all__ = [
    "RELEASED",
    "Compound",
    "Densities",
    "GlassConduction",
    "GlassSystem",
    "Growth",
    "Heckel",
    "Hydrolysis",
    "Milling",
    "PhaseConduction",
    "Phases",
    "compounds_after_synthesis",
    "conductivity_with_shell",
    "crystalline_fraction_left",
    "effective_conductivity",
    "fraction_grown",
    "glass_activation_energy",
    "glass_conductivity",
    "grand_potential",
    "hopping_conductivity",
    "hydrogen_sulfide_volume",
    "intact_fraction",
    "la_ni_h",
    "la_ni_h_growth",
    "li3ps4_lii",
    "pellet_conductivity",
    "pellet_thickness",
    "phases_of_sample",
    "recovered_mass_fractions",
    "relative_density",
    "stable_compounds",
]
