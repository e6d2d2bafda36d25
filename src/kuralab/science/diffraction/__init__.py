"""Powder diffraction: patterns of structures, Le Bail and Rietveld refinement, identification."""

from kuralab.science.diffraction._atoms import Reflections, density, phase_mass, reflections
from kuralab.science.diffraction._cell import cell_volume
from kuralab.science.diffraction._judgement import Verdict, judge, undetermined
from kuralab.science.diffraction._match import PhaseCheck, match_phases
from kuralab.science.diffraction._match_verdict import PhaseMatch
from kuralab.science.diffraction._pattern import Pattern, pattern_of
from kuralab.science.diffraction._peaks import Peaks, find_peaks
from kuralab.science.diffraction._phase import Phase, phase_of
from kuralab.science.diffraction._phase_lines import PhaseLines, phase_lines, spacing_at
from kuralab.science.diffraction._refine import PatternFit, Refinement, Settings, refine
from kuralab.science.diffraction._scattering import (
    Radiation,
    anomalous,
    atomic_mass,
    form_factor,
    neutron_length,
)
from kuralab.science.diffraction._screening import Screening, screen_phases
from kuralab.science.diffraction._simulate import simulate_pattern
from kuralab.science.diffraction._statistics import Agreement
from kuralab.science.diffraction._strategy import Stage
from kuralab.science.diffraction._symmetry import space_group
from kuralab.science.diffraction._warm_up import compile_kernels, is_compiled

__all__ = [
    "Agreement",
    "Pattern",
    "PatternFit",
    "Peaks",
    "Phase",
    "PhaseCheck",
    "PhaseLines",
    "PhaseMatch",
    "Radiation",
    "Refinement",
    "Reflections",
    "Screening",
    "Settings",
    "Stage",
    "Verdict",
    "anomalous",
    "atomic_mass",
    "cell_volume",
    "compile_kernels",
    "density",
    "find_peaks",
    "form_factor",
    "is_compiled",
    "judge",
    "match_phases",
    "neutron_length",
    "pattern_of",
    "phase_lines",
    "phase_mass",
    "phase_of",
    "refine",
    "reflections",
    "screen_phases",
    "simulate_pattern",
    "space_group",
    "spacing_at",
    "undetermined",
]
