"""Electron spin resonance: resonance fields, powder spectra, fits, spin counting, local structure."""

from kuralab.science.esr._choice import LIGANDS, MOST_SITES, Choice, Wanted, fit_spectrum
from kuralab.science.esr._fit import EsrFit, SiteFit
from kuralab.science.esr._model import PARAMETERS, Axis, Kind, Model, Parameter
from kuralab.science.esr._nuclei import (
    FREE_ELECTRON,
    MAGNETON,
    NUCLEAR_MAGNETON,
    WAVENUMBER,
    Nucleus,
    known_nuclei,
    nuclei_of,
)
from kuralab.science.esr._powder import Harmonic, powder_spectrum
from kuralab.science.esr._quantity import (
    Acquisition,
    Area,
    SpinCount,
    area_of,
    area_of_fit,
    count_spins,
    mean_intensity_g,
)
from kuralab.science.esr._resonance import (
    Resonances,
    resonances_by_diagonalisation,
    resonances_to_second_order,
    spin_matrices,
)
from kuralab.science.esr._signal import FEWEST_POINTS, Spectrum, noise_of, spectrum_of
from kuralab.science.esr._site import Site
from kuralab.science.esr._structure import (
    KnownField,
    KnownSite,
    LocalStructure,
    known_copper_fields,
    known_copper_sites,
    local_structure,
)
from kuralab.science.esr._warm_up import compile_kernels, is_compiled

__all__ = [
    "FEWEST_POINTS",
    "FREE_ELECTRON",
    "LIGANDS",
    "MAGNETON",
    "MOST_SITES",
    "NUCLEAR_MAGNETON",
    "PARAMETERS",
    "WAVENUMBER",
    "Acquisition",
    "Area",
    "Axis",
    "Choice",
    "EsrFit",
    "Harmonic",
    "Kind",
    "KnownField",
    "KnownSite",
    "LocalStructure",
    "Model",
    "Nucleus",
    "Parameter",
    "Resonances",
    "Site",
    "SiteFit",
    "Spectrum",
    "SpinCount",
    "Wanted",
    "area_of",
    "area_of_fit",
    "compile_kernels",
    "count_spins",
    "fit_spectrum",
    "is_compiled",
    "known_copper_fields",
    "known_copper_sites",
    "known_nuclei",
    "local_structure",
    "mean_intensity_g",
    "noise_of",
    "nuclei_of",
    "powder_spectrum",
    "resonances_by_diagonalisation",
    "resonances_to_second_order",
    "spectrum_of",
    "spin_matrices",
]
