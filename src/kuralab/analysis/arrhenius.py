"""Activation energies of conduction from impedance spectra at several temperatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._circuits import fit_series, requested_circuit
from kuralab.analysis._conduction import conduction_of
from kuralab.analysis._departures import ROOM_TEMPERATURE
from kuralab.analysis._details import ArrheniusLine, Outcome, Part
from kuralab.analysis._limit import within_limit
from kuralab.analysis._lines import ConductionLine, conduction_lines, in_series
from kuralab.analysis._parameters import InUnit, listed_temperatures
from kuralab.analysis._pellet import CellConstant, cell_constant
from kuralab.analysis._spectra import Spectrum, input_files, kelvin, spectra_from
from kuralab.analysis.impedance import (
    SpectrumParameters,
    spectrum_results,
    spectrum_warnings,
)
from kuralab.analysis.literature import plausibility_note
from kuralab.errors import InputError
from kuralab.model import AnalysisRecord, Covariance, Measurement, Result
from kuralab.science.kinetics import BOLTZMANN_EV, ArrheniusFit
from kuralab.units import Quantity


def _offset(given: object) -> object:
    return f"{given:g}" if isinstance(given, int | float) else given


class ArrheniusParameters(SpectrumParameters):
    """Options of ``arrhenius``."""

    temperatures: Annotated[tuple[Quantity, ...] | None, BeforeValidator(listed_temperatures)] = Field(
        default=None,
        description='One temperature per spectrum, in order: "413 K, 423 K"; else from the files.',
    )
    weighting: Literal["uncertainty", "none"] = Field(
        default="uncertainty",
        description="Weight of each temperature in the line: its uncertainty, or none.",
    )
    kelvin_offset: Annotated[Literal["273.15", "273"], BeforeValidator(_offset)] = Field(
        default="273.15", description="What is added to degrees Celsius."
    )
    temperature_uncertainty: Annotated[Quantity, BeforeValidator(InUnit("K"))] = Field(
        default=Quantity(value=0.87, unit="K"),
        description="Standard uncertainty of an offset common to all temperatures; "
        "0.87 K is a thermocouple of class 1 (IEC 60584-1, +-1.5 K).",
    )


def analyse_arrhenius(measurements: Sequence[Measurement], parameters: ArrheniusParameters) -> Outcome:
    """Activation energies of bulk, grain-boundary and total conduction.

        ln(sigma T) = ln(A) - E_a / (k_B T)

    All spectra are fitted with one circuit, chosen by their common evidence. Arcs are matched
    between temperatures by time constant. The geometry is common to all temperatures: it does not
    touch E_a, and enters the conductivity at 25 degC once. An offset of the thermocouple is
    propagated by repeating the line with it, and widens the conductivity at every temperature.

    Parameters
    ----------
    measurements : impedance spectra; parameters : see ``ArrheniusParameters``

    Returns
    -------
    Outcome
        Flags: ``few_points`` below four temperatures, ``extrapolated`` where 25 degC lies outside
        them, ``outlier`` for a temperature off the line through the others, ``model_inadequate``
        where the line is curved or its points scatter; each where it is significant (p < 0.01) and
        exceeds the uncertainty that is stated.

    Raises
    ------
    InputError
        A temperature is missing, all are equal, or as for ``analyse_impedance``.
    """
    circuit = requested_circuit(parameters.circuit)
    spectra = spectra_from(measurements, parameters.frequency_range, parameters.resistance_limit)
    temperatures = _temperature_of_each(spectra, parameters)
    order = sorted(range(len(spectra)), key=lambda i: temperatures[i].value)
    spectra = [spectra[i] for i in order]
    temperatures = [temperatures[i] for i in order]
    cells = [cell_constant(spectrum.measurement, parameters) for spectrum in spectra]
    series = fit_series(spectra, circuit=circuit, cells=cells, temperatures=temperatures)
    lines, skipped = conduction_lines(
        [
            within_limit(
                conduction_of(details.fit, details.arcs, file=spectrum.measurement.raw.name),
                details.fit,
                cell,
                spectrum.limit,
            )
            for spectrum, details, cell in zip(spectra, series.details, cells, strict=True)
        ],
        temperature=[temperature.value for temperature in temperatures],
        cells=cells,
        weighted=parameters.weighting == "uncertainty",
        temperature_std=parameters.temperature_uncertainty.value,
    )
    results: list[Result] = []
    covariance: list[Covariance] = []
    for i, spectrum in enumerate(spectra):
        found, between = spectrum_results(
            spectrum,
            series,
            i,
            cells[i],
            first=len(results),
            in_series=in_series(lines, i, temperature=temperatures[i].value),
        )
        results += found
        covariance += between
    notes: list[str] = []
    sources = tuple(dict.fromkeys(spectrum.source for spectrum in spectra))
    for line in lines:
        results.append(_activation_energy(line, parameters, sources))
    for part in skipped:
        results.append(_undetermined(part, sources))
    total = next((line for line in lines if line.part == "total"), None)
    if total is not None and all(cell is not None for cell in cells):
        room = _room_temperature(total, cells, parameters, sources)
        energy = next(
            i for i, result in enumerate(results) if result.quantity == "activation_energy_total"
        )
        covariance.append(
            Covariance(results=(energy, len(results)), value=_energy_room_covariance(total.line))
        )
        results.append(room)
        assert room.value is not None
        notes.append(plausibility_note(conductivity=room.value))
    return Outcome(
        record=AnalysisRecord(
            technique="arrhenius",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            models=series.models,
            warnings=(
                *(text for line in lines for text in line.warnings()),
                *spectrum_warnings(spectra, series.details, cells),
            ),
        ),
        spectra=series.details,
        lines=tuple(line.line for line in lines),
        notes=tuple(notes),
    )


def _temperature_of_each(spectra: Sequence[Spectrum], parameters: ArrheniusParameters) -> list[Quantity]:
    given = parameters.temperatures
    if given is not None and len(given) != len(spectra):
        raise InputError(
            f"{len(given)} temperatures for {len(spectra)} spectra",
            field="temperatures",
            hint="Give one for each spectrum, in the order of the files.",
        )
    offset = float(parameters.kelvin_offset)
    found: list[Quantity] = []
    for i, spectrum in enumerate(spectra):
        written = given[i] if given is not None else spectrum.measurement.temperature
        if written is None:
            raise InputError(
                "the temperature is neither in the header nor in the file name",
                file=spectrum.measurement.raw.name,
                field="temperatures",
                hint='Give one for each file: --temperatures "413 K, 423 K".',
            )
        found.append(kelvin(written, offset=offset))
        if not found[-1].value > 0:
            raise InputError(
                f"{written} is not above absolute zero",
                file=spectrum.measurement.raw.name,
                field="temperatures",
                hint="Correct the temperature.",
            )
    if len({temperature.value for temperature in found}) < 2:
        raise InputError(
            f"only one temperature, {found[0]}; an activation energy needs two or more",
            field="temperatures",
            hint="Add spectra at other temperatures, or use `kuralab analyze impedance`.",
        )
    return found


def _method(parameters: ArrheniusParameters) -> str:
    weight = "weighted by uncertainty" if parameters.weighting == "uncertainty" else "unweighted"
    return (
        f"line of ln(σT) against 1/T, {weight}; kelvin offset {parameters.kelvin_offset} K; "
        f"offset of all temperatures {parameters.temperature_uncertainty.value:g} K"
    )


def _activation_energy(
    conduction: ConductionLine, parameters: ArrheniusParameters, sources: tuple[int, ...]
) -> Result:
    line = conduction.line
    return Result(
        quantity=f"activation_energy_{line.part}",
        value=line.fit.activation_energy,
        uncertainty=line.activation_energy_std,
        unit="eV",
        flags=conduction.flags(curved=conduction.is_curved),
        method=f"{_method(parameters)}; of the line alone ± {line.fit.activation_energy_std:.2g} eV",
        conditions=_temperature_range(line),
        input=sources,
    )


def _undetermined(part: Part, sources: tuple[int, ...]) -> Result:
    return Result(
        quantity=f"activation_energy_{part}",
        value=None,
        uncertainty=None,
        unit="eV",
        flags=("not_identifiable",),
        method="fewer than two temperatures at which the data determine this part",
        input=sources,
    )


def _temperature_range(line: ArrheniusLine) -> dict[str, Quantity | str]:
    return {
        "temperature_lowest": Quantity(value=float(line.temperature.min()), unit="K"),
        "temperature_highest": Quantity(value=float(line.temperature.max()), unit="K"),
    }


def _log_room(fit: ArrheniusFit) -> float:
    return float(np.log(fit.conductivity_at([ROOM_TEMPERATURE])[0]))


def _room_temperature(
    conduction: ConductionLine,
    cells: Sequence[CellConstant | None],
    parameters: ArrheniusParameters,
    sources: tuple[int, ...],
) -> Result:
    """Conductivity at 25 degC on the line; the geometry enters here, once."""
    line = conduction.line
    geometry = max(cell.relative_std for cell in cells if cell is not None)
    value = float(line.fit.conductivity_at([ROOM_TEMPERATURE])[0])
    relative = np.sqrt(
        float(line.fit.relative_std_at([ROOM_TEMPERATURE])[0]) ** 2
        + (_log_room(line.shifted) - _log_room(line.fit)) ** 2
        + geometry**2
    )
    bend = conduction.departures.room_bend
    flags = conduction.flags(curved=bend > relative)
    method = _method(parameters)
    if bend > relative:
        method += f"; a parabola differs by {100.0 * bend:.2g} %"
    if not line.temperature.min() - 0.5 <= ROOM_TEMPERATURE <= line.temperature.max() + 0.5:
        flags = ("extrapolated", *flags)
    return Result(
        quantity="ionic_conductivity_25C",
        value=value,
        uncertainty=float(value * relative),
        unit="S/cm",
        flags=flags,
        method=method,
        conditions={"temperature": Quantity(value=ROOM_TEMPERATURE, unit="K")},
        input=sources,
    )


def _energy_room_covariance(line: ArrheniusLine) -> float:
    """Covariance of E_a and the conductivity at 25 degC, eV S/cm: one line, one thermocouple."""
    fit = line.fit
    of_line = fit.covariance[0, 1] - fit.covariance[1, 1] / (BOLTZMANN_EV * ROOM_TEMPERATURE)
    of_offset = (line.shifted.activation_energy - fit.activation_energy) * (
        _log_room(line.shifted) - _log_room(fit)
    )
    return float((of_line + of_offset) * np.exp(_log_room(fit)))
