"""Impedance spectra: resistances and conductivities of bulk, grain boundaries and the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from kuralab import __version__
from kuralab.analysis._circuits import FittedSeries, fit_series, requested_circuit
from kuralab.analysis._conduction import ALONE, InSeries, conduction_of, conduction_results
from kuralab.analysis._details import Outcome, SpectrumDetails
from kuralab.analysis._limit import within_limit
from kuralab.analysis._parameters import OptionalRange, positive_quantity
from kuralab.analysis._pellet import CellConstant, PelletParameters, cell_constant
from kuralab.analysis._room_temperature import room_temperature_result
from kuralab.analysis._spectra import Spectrum, input_files, kelvin, spectra_from
from kuralab.analysis.literature import plausibility_note
from kuralab.model import AnalysisRecord, Covariance, Measurement, ModelTried, Result
from kuralab.units import Quantity

ROOM_TEMPERATURE: Final = (288.15, 308.15)
SYSTEMATIC: Final = 0.4
"""Correlation of neighbouring residuals above which they are no noise: four times its own
standard deviation for 50 points."""


class SpectrumParameters(PelletParameters):
    """What every analysis of impedance spectra may be told."""

    circuit: str = Field(
        default="auto",
        description='Equivalent circuit such as "R0-p(R1,CPE1)-CPE2", or "auto".',
    )
    frequency_range: OptionalRange = Field(
        default=None, description='Frequencies to use, such as "5 Hz, 1 MHz"; one end may be open.'
    )
    resistance_limit: Annotated[Quantity | None, positive_quantity("ohm")] = Field(
        default=None,
        description='Largest resistance that the analyser measures, such as "1 Gohm"; else from the '
        "file. Above it only a bound is given.",
    )


class ImpedanceParameters(SpectrumParameters):
    """Options of ``impedance``."""

    temperature: Annotated[Quantity | None, positive_quantity("K")] = Field(
        default=None,
        description='Temperature of the sample, such as "25 degC"; else from header or file name.',
    )


def analyse_impedance(measurements: Sequence[Measurement], parameters: ImpedanceParameters) -> Outcome:
    """Resistances, and with a geometry conductivities, of impedance spectra.

    Each spectrum is tested by Kramers-Kronig, fitted with the circuit that its evidence favours
    (or the one given), and its arcs are named by capacitance. Sign of Im Z: capacitive negative.

    Parameters
    ----------
    measurements : impedance spectra; parameters : see ``ImpedanceParameters``

    Returns
    -------
    Outcome
        Results flagged ``not_identifiable`` have no value; ``model_inadequate`` marks a circuit
        that leaves more than 1 % of |Z|; ``censored_below`` a conductivity that is at most the
        value, because the resistance is above the analyser's limit.

    Raises
    ------
    InputError
        No impedance spectrum, too few points, a malformed circuit, or a geometry of zero.
    """
    circuit = requested_circuit(parameters.circuit)
    spectra = spectra_from(measurements, parameters.frequency_range, parameters.resistance_limit)
    results: list[Result] = []
    covariance: list[Covariance] = []
    models: list[ModelTried] = []
    details: list[SpectrumDetails] = []
    notes: list[str] = []
    cells: list[CellConstant | None] = []
    for spectrum in spectra:
        cell = cell_constant(spectrum.measurement, parameters)
        written = parameters.temperature or spectrum.measurement.temperature
        temperature = None if written is None else kelvin(written)
        series = fit_series([spectrum], circuit=circuit, cells=[cell], temperatures=[temperature])
        found, between = spectrum_results(spectrum, series, 0, cell, first=len(results))
        results += found
        room = room_temperature_result(found)
        results += [room] if room is not None else []
        covariance += between
        models += series.models
        details += series.details
        cells.append(cell)
        notes += _plausibility(found)
    return Outcome(
        record=AnalysisRecord(
            technique="impedance",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            models=tuple(models),
            warnings=spectrum_warnings(spectra, details, cells),
        ),
        spectra=tuple(details),
        notes=tuple(dict.fromkeys(notes)),
    )


def spectrum_results(
    spectrum: Spectrum,
    series: FittedSeries,
    index: int,
    cell: CellConstant | None,
    *,
    first: int,
    in_series: InSeries = ALONE,
) -> tuple[list[Result], list[Covariance]]:
    """Results of one spectrum of a series; ``first`` is the index that its first result gets."""
    details = series.details[index]
    conditions: dict[str, Quantity | str] = {}
    if details.temperature is not None:
        conditions["temperature"] = details.temperature
    if spectrum.measurement.sweep > 1:
        conditions["sweep"] = str(spectrum.measurement.sweep)
    conduction = conduction_of(details.fit, details.arcs, file=spectrum.measurement.raw.name)
    conduction = within_limit(conduction, details.fit, cell, spectrum.limit)
    results, covariance = conduction_results(
        conduction,
        cell,
        method=f"complex least squares, weight 1/|Z|, {details.fit.circuit}",
        adequate=series.adequate,
        conditions=conditions,
        source=spectrum.source,
        first=first,
        series=in_series,
    )
    results.append(
        Result(
            quantity="kramers_kronig_residual",
            value=round(100.0 * details.kramers_kronig.rms, 3),
            uncertainty=None,
            unit="%",
            method=f"linear Kramers-Kronig test, {details.kramers_kronig.elements} elements",
            conditions=conditions,
            input=(spectrum.source,),
        )
    )
    return results, covariance


def spectrum_warnings(
    spectra: Sequence[Spectrum],
    details: Sequence[SpectrumDetails],
    cells: Sequence[CellConstant | None],
) -> tuple[str, ...]:
    """What a reader must know of the files, the tests and the geometry; each thing once."""
    warnings: list[str] = []
    systematic: list[str] = []
    for spectrum, found in zip(spectra, details, strict=True):
        name = spectrum.name
        warnings += [f"{name}: {text}" for text in spectrum.measurement.warnings]
        if not found.kramers_kronig.consistent:
            warnings.append(f"{name}: {found.kramers_kronig.reason}")
        if not _is_noise(found):
            systematic.append(name)
        inside = [arc for arc in found.arcs if arc.role != "electrode"]
        if len(inside) > 2:
            slow = ", ".join(arc.resistor for arc in inside[2:])
            warnings.append(f"{name}: {slow} counts in the total only")
    if systematic:
        where = systematic[0] if len(systematic) == 1 else f"{len(systematic)} spectra"
        warnings.append(
            f"{where}: the residuals are those of the circuit, not of noise; "
            "the uncertainties do not include the error of the model"
        )
    if any(cell is None for cell in cells):
        warnings.append(
            "no pellet geometry in the file; give --thickness and --diameter (or --area) "
            "for a conductivity"
        )
    elif not all(cell.uncertain for cell in cells if cell is not None):
        warnings.append(
            "thickness or face has no stated uncertainty (write '2.1 mm +- 0.05 mm'): "
            "the conductivities carry less uncertainty than they have"
        )
    return tuple(dict.fromkeys(warnings))


def _is_noise(details: SpectrumDetails) -> bool:
    """Whether the circuit leaves no more than the noise that the Kramers-Kronig test found."""
    noise = details.kramers_kronig.rms
    return details.fit.rms < 2.0 * noise or details.fit.correlation < SYSTEMATIC


def _plausibility(results: Sequence[Result]) -> list[str]:
    for result in results:
        temperature = result.conditions.get("temperature")
        if (
            result.quantity == "ionic_conductivity_total"
            and result.value is not None
            and isinstance(temperature, Quantity)
            and ROOM_TEMPERATURE[0] <= temperature.value <= ROOM_TEMPERATURE[1]
        ):
            return [plausibility_note(conductivity=result.value)]
    return []
