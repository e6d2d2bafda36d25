"""Impedance spectra of solids: circuits, fits, Kramers-Kronig, relaxation times."""

from kuralab.science.impedance._arcs import FittedArc, arcs_of, series_resistors
from kuralab.science.impedance._choice import (
    Candidate,
    CircuitChoice,
    choose_circuit,
    try_circuit,
)
from kuralab.science.impedance._circuit import Circuit, parse_circuit
from kuralab.science.impedance._distributed import (
    DistributedArc,
    PelletCell,
    distributed_arc,
    pellet_impedance,
)
from kuralab.science.impedance._fit import CircuitFit, fit_circuit
from kuralab.science.impedance._kramers_kronig import KramersKronig, kramers_kronig
from kuralab.science.impedance._model import derivatives_from_circuit, impedance_from_circuit
from kuralab.science.impedance._relaxation import (
    RelaxationPeak,
    RelaxationTimes,
    relaxation_times,
)
from kuralab.science.impedance._warm_up import compile_kernels, is_compiled

__all__ = [
    "Candidate",
    "Circuit",
    "CircuitChoice",
    "CircuitFit",
    "DistributedArc",
    "FittedArc",
    "KramersKronig",
    "PelletCell",
    "RelaxationPeak",
    "RelaxationTimes",
    "arcs_of",
    "choose_circuit",
    "compile_kernels",
    "derivatives_from_circuit",
    "distributed_arc",
    "fit_circuit",
    "impedance_from_circuit",
    "is_compiled",
    "kramers_kronig",
    "parse_circuit",
    "pellet_impedance",
    "relaxation_times",
    "series_resistors",
    "try_circuit",
]
