"""Making solid electrolytes: milling, pressing, phases, conduction of a pellet, harm by air."""

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
    "Densities",
    "GlassConduction",
    "GlassSystem",
    "Heckel",
    "Hydrolysis",
    "Milling",
    "PhaseConduction",
    "Phases",
    "conductivity_with_shell",
    "crystalline_fraction_left",
    "effective_conductivity",
    "glass_activation_energy",
    "glass_conductivity",
    "hopping_conductivity",
    "hydrogen_sulfide_volume",
    "intact_fraction",
    "li3ps4_lii",
    "pellet_conductivity",
    "pellet_thickness",
    "phases_of_sample",
    "relative_density",
]
