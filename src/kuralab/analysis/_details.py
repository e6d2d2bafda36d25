"""What an analysis found besides its results: the arrays that figures and reports draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._esr_details import EsrDetails
from kuralab.analysis._hydride_details import HydrideDetails
from kuralab.analysis._hydrogen_details import HydrogenDetails
from kuralab.analysis._protonic_details import ProtonicDetails
from kuralab.model import AnalysisRecord
from kuralab.science.diffraction import Refinement
from kuralab.science.electrochemistry import Polarisation
from kuralab.science.impedance import CircuitFit, FittedArc, KramersKronig, RelaxationTimes
from kuralab.science.kinetics import ArrheniusFit
from kuralab.units import Quantity

Floats: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]

Part = Literal["total", "bulk", "grain_boundary"]
"""Which conduction a number describes."""


Role = Literal["bulk", "grain_boundary", "electrolyte", "electrode"]


@dataclass(frozen=True)
class Arc(FittedArc):
    """An arc of a spectrum with what it was taken for."""

    role: Role


@dataclass(frozen=True)
class SpectrumDetails:
    """One impedance spectrum as it was analysed.

    frequency (n,) Hz and impedance (n,) ohm are the points used, from high to low frequency;
    the ``unused`` ones lie outside the frequency range. temperature in K, label for legends.
    """

    label: str
    temperature: Quantity | None
    frequency: Floats
    impedance: Complexes
    unused_frequency: Floats
    unused_impedance: Complexes
    kramers_kronig: KramersKronig
    fit: CircuitFit
    relaxation: RelaxationTimes
    arcs: tuple[Arc, ...]


@dataclass(frozen=True)
class ArrheniusLine:
    """Conductivity of one part against temperature: points, standard uncertainties, line.

    temperature (n,) K, conductivity and std (n,) in ``unit``; std is without the geometry, which
    is common to all points. Without a geometry the conductance stands in, in S. ``shifted`` is the
    line when every temperature is higher by its common standard uncertainty;
    ``activation_energy_std`` (eV) includes that.
    """

    part: Part
    temperature: Floats
    conductivity: Floats
    std: Floats
    unit: Literal["S/cm", "S"]
    fit: ArrheniusFit
    shifted: ArrheniusFit
    activation_energy_std: float


@dataclass(frozen=True)
class Outcome:
    """An analysis: the record that is stored and sent, and the details that are drawn."""

    record: AnalysisRecord
    spectra: tuple[SpectrumDetails, ...] = ()
    lines: tuple[ArrheniusLine, ...] = ()
    polarisation: Polarisation | None = None
    refinement: Refinement | None = None
    hydrides: tuple[HydrideDetails, ...] = ()
    hydrogen: HydrogenDetails | None = None
    protonics: ProtonicDetails | None = None
    esr: tuple[EsrDetails, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Sentences for a reader: comparison with the literature, why two numbers differ."""
