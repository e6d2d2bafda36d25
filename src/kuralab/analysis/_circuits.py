"""Fit spectra with one circuit or with those the evidence asks for, and describe each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kuralab.analysis._conduction import arcs_with_roles
from kuralab.analysis._details import Arc, SpectrumDetails
from kuralab.analysis._pellet import CellConstant
from kuralab.analysis._spectra import Spectrum
from kuralab.errors import InputError, ScienceError
from kuralab.model import FittedParameter, ModelTried
from kuralab.science.impedance import (
    Candidate,
    Circuit,
    CircuitFit,
    KramersKronig,
    choose_circuit,
    kramers_kronig,
    parse_circuit,
    relaxation_times,
    try_circuit,
)
from kuralab.units import Quantity

AUTO = "auto"


@dataclass(frozen=True)
class FittedSeries:
    """Spectra that share one circuit: the details of each, and the models that were tried."""

    details: tuple[SpectrumDetails, ...]
    models: tuple[ModelTried, ...]
    adequate: bool


def requested_circuit(text: str) -> Circuit | None:
    """The circuit of an expression; None for "auto".

    Raises
    ------
    InputError
        The expression is malformed; the field is ``circuit``.
    """
    if text.strip().lower() == AUTO:
        return None
    try:
        return parse_circuit(text)
    except ScienceError as error:
        raise InputError(str(error), field="circuit") from None


def fit_series(
    spectra: Sequence[Spectrum],
    *,
    circuit: Circuit | None,
    cells: Sequence[CellConstant | None],
    temperatures: Sequence[Quantity | None],
) -> FittedSeries:
    """Fit all spectra with the same circuit, chosen by their common evidence where it is None.

    Raises
    ------
    InputError
        A spectrum has too few points for the circuit.
    """
    tests = [kramers_kronig(frequency=s.frequency, impedance=s.impedance) for s in spectra]
    pairs = [(s.frequency, s.impedance) for s in spectra]
    noise = [test.rms for test in tests]
    try:
        if circuit is None:
            choice = choose_circuit(spectra=pairs, noise=noise)
            tried, best = choice.candidates, choice.best
        else:
            best = try_circuit(circuit, spectra=pairs, noise=noise)
            tried = (best,)
    except ScienceError as error:
        fewest = min(spectra, key=lambda s: s.frequency.size)
        raise InputError(str(error), file=fewest.measurement.raw.name, field="circuit") from None
    sources = tuple(dict.fromkeys(s.source for s in spectra))
    details = tuple(
        _details(*each) for each in zip(spectra, tests, best.fits, cells, temperatures, strict=True)
    )
    models = tuple(_model_tried(candidate, candidate is best, sources) for candidate in tried)
    return FittedSeries(details=details, models=models, adequate=best.adequate)


def _model_tried(candidate: Candidate, best: bool, sources: tuple[int, ...]) -> ModelTried:
    fit = candidate.fits[0]
    parameters = (
        tuple(
            FittedParameter(
                name=name,
                value=float(fit.values[i]),
                uncertainty=float(fit.std[i]) if fit.identifiable[i] else None,
                unit=fit.circuit.parameter_units[i],
            )
            for name, i in fit.circuit.index.items()
        )
        if best and len(candidate.fits) == 1
        else ()
    )
    return ModelTried(
        name=str(candidate.circuit),
        adequate=candidate.adequate,
        reason=candidate.reason + ("; chosen" if best else ""),
        input=sources,
        parameters=parameters,
    )


def _details(
    spectrum: Spectrum,
    test: KramersKronig,
    fit: CircuitFit,
    cell: CellConstant | None,
    temperature: Quantity | None,
) -> SpectrumDetails:
    arcs = arcs_with_roles(fit, cell)
    return SpectrumDetails(
        label=spectrum.name,
        temperature=temperature,
        frequency=spectrum.frequency,
        impedance=spectrum.impedance,
        unused_frequency=spectrum.unused_frequency,
        unused_impedance=spectrum.unused_impedance,
        kramers_kronig=test,
        fit=fit,
        relaxation=relaxation_times(
            frequency=spectrum.frequency,
            impedance=spectrum.impedance,
            electrode=_electrode_impedance(fit, arcs),
        ),
        arcs=arcs,
    )


def _electrode_impedance(fit: CircuitFit, arcs: Sequence[Arc]) -> np.typing.NDArray[np.complex128]:
    """(n,) ohm of what belongs to the electrode: its arcs and the elements that block."""
    electrode = {arc.resistor for arc in arcs if arc.role == "electrode"}
    total = np.zeros(fit.frequency.size, dtype=np.complex128)
    for branch in fit.circuit.branches:
        part = Circuit(branch)
        names = {element.name for element in part.elements}
        if names & electrode or part.blocks:
            total += fit.impedance_of(part)
    return total
