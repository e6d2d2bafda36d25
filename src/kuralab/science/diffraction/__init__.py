"""Powder diffraction: patterns of structures, Le Bail and Rietveld refinement, identification."""

from kuralab.science.diffraction._atoms import Reflections, density, phase_mass, reflections
from kuralab.science.diffraction._cell import cell_volume
from kuralab.science.diffraction._scattering import (
    Radiation,
    anomalous,
    atomic_mass,
    form_factor,
    neutron_length,
)

__all__ = [
    "Radiation",
    "Reflections",
    "anomalous",
    "atomic_mass",
    "cell_volume",
    "density",
    "form_factor",
    "neutron_length",
    "phase_mass",
    "reflections",
]
