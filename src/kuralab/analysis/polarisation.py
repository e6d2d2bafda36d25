"""Direct-current polarisation: electronic conductivity, or a transport number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._parameters import InUnit, positive_quantity
from kuralab.analysis._pellet import PelletParameters, cell_constant
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Flag, Kind, Measurement, Result
from kuralab.science.electrochemistry import (
    Polarisation,
    bruce_vincent,
    electronic_conductivity,
    read_polarisation,
)
from kuralab.units import Quantity


class PolarisationParameters(PelletParameters):
    """Options of ``polarisation``."""

    voltage: Annotated[Quantity | None, BeforeValidator(InUnit("V"))] = Field(
        default=None, description='Polarisation voltage, such as "0.5 V"; else the mean of the file.'
    )
    resistance_initial: Annotated[Quantity | None, positive_quantity("ohm")] = Field(
        default=None,
        description="Interface resistance before polarisation; with the steady one it gives the "
        "transport number (reversible electrodes).",
    )
    resistance_steady: Annotated[Quantity | None, positive_quantity("ohm")] = Field(
        default=None, description="Interface resistance in the steady state."
    )


def analyse_polarisation(
    measurements: Sequence[Measurement], parameters: PolarisationParameters
) -> Outcome:
    """Electronic conductivity between blocking electrodes, or transport number between reversible.

    With both interface resistances the electrodes are taken as reversible, and the transport
    number is that of Bruce and Vincent; without them as ion-blocking, and the steady current is
    electronic.

    Parameters
    ----------
    measurements : one time series of current; parameters : see ``PolarisationParameters``

    Returns
    -------
    Outcome
        Flag ``outside_validity`` where the current is not steady, the transport number leaves
        [0, 1], or the conductivity is negative.

    Raises
    ------
    InputError
        No time series with a current, no voltage, one interface resistance without the other, or
        no geometry for a conductivity.
    """
    measurement = _time_series(measurements)
    name = measurement.raw.name
    voltage = _voltage(measurement, parameters)
    time = measurement.values("time", unit="s")
    current = measurement.values("current", unit="A")
    # A row without a current (a range change, a differentiated charge) says nothing.
    known = np.isfinite(time) & np.isfinite(current)
    try:
        run = read_polarisation(time=time[known], current=current[known], voltage=voltage[0])
        both = (parameters.resistance_initial, parameters.resistance_steady)
        if both[0] is not None and both[1] is not None:
            result = _transport_number(run, voltage, both[0], both[1])
        elif both == (None, None):
            result = _electronic(run, voltage, measurement, parameters)
        else:
            missing = "resistance_initial" if both[0] is None else "resistance_steady"
            raise InputError(
                "both interface resistances are needed for a transport number",
                field=missing,
                hint="Give --resistance-initial and --resistance-steady, or neither.",
            )
    except ScienceError as error:
        raise InputError(str(error), file=name) from None
    warnings = [f"{name}: {text}" for text in measurement.warnings]
    if not run.steady:
        warnings.append(
            f"{name}: the current still changes by {100 * run.drift:.2g} % over the last fifth of "
            "the time; polarise longer"
        )
    return Outcome(
        record=AnalysisRecord(
            technique="polarisation",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=(result,),
            warnings=tuple(warnings),
        ),
        polarisation=run,
    )


def _time_series(measurements: Sequence[Measurement]) -> Measurement:
    measurement = measurements[0]
    names = {column.name for column in measurement.columns}
    if measurement.kind is not Kind.TIME_SERIES or not {"time", "current"} <= names:
        raise InputError(
            f"holds an {measurement.kind.value}, but current against time is needed",
            file=measurement.raw.name,
            hint="Use `kuralab analyze impedance` for a spectrum, or name another file.",
        )
    return measurement


def _voltage(measurement: Measurement, parameters: PolarisationParameters) -> tuple[float, float]:
    given = parameters.voltage
    if given is not None:
        return given.value, given.uncertainty or 0.0
    if all(column.name != "voltage" for column in measurement.columns):
        raise InputError(
            "the file has no voltage",
            file=measurement.raw.name,
            field="voltage",
            hint='Give --voltage "0.5 V".',
        )
    values = measurement.values("voltage", unit="V")
    values = values[np.isfinite(values)]
    if values.size == 0:
        raise InputError(
            "the voltage column is empty",
            file=measurement.raw.name,
            field="voltage",
            hint='Give --voltage "0.5 V".',
        )
    late = values[values.size // 2 :]
    return float(late.mean()), float(late.std() / np.sqrt(max(late.size, 1)))


def _electronic(
    run: Polarisation,
    voltage: tuple[float, float],
    measurement: Measurement,
    parameters: PolarisationParameters,
) -> Result:
    cell = cell_constant(measurement, parameters)
    if cell is None:
        raise InputError(
            "an electronic conductivity needs thickness and face of the pellet",
            file=measurement.raw.name,
            field="thickness",
            hint="Give --thickness and --diameter (or --area); for a transport number give "
            "--resistance-initial and --resistance-steady.",
        )
    value, std = electronic_conductivity(
        current=(run.steady_current, run.steady_current_std),
        voltage=voltage,
        cell_constant=(cell.value, cell.std),
    )
    flags: list[Flag] = [] if run.steady and value > 0 else ["outside_validity"]
    return Result(
        quantity="electronic_conductivity",
        value=value,
        uncertainty=std,
        unit="S/cm",
        flags=tuple(flags),
        method="steady current between ion-blocking electrodes (Hebb-Wagner), mean of the last fifth",
        conditions=_conditions(voltage, measurement),
        input=(0,),
    )


def _transport_number(
    run: Polarisation, voltage: tuple[float, float], initial: Quantity, steady: Quantity
) -> Result:
    value, std = bruce_vincent(
        voltage=voltage,
        initial_current=(run.initial_current, run.initial_current_std),
        steady_current=(run.steady_current, run.steady_current_std),
        initial_resistance=(initial.value, initial.uncertainty or 0.0),
        steady_resistance=(steady.value, steady.uncertainty or 0.0),
    )
    flags: list[Flag] = [] if run.steady and 0.0 <= value <= 1.0 else ["outside_validity"]
    return Result(
        quantity="transport_number",
        value=value,
        uncertainty=std,
        unit="",
        flags=tuple(flags),
        method="Bruce-Vincent, corrected for the interface resistances",
        conditions={
            "voltage": Quantity(value=voltage[0], unit="V"),
            "resistance_initial": initial,
            "resistance_steady": steady,
        },
        input=(0,),
    )


def _conditions(voltage: tuple[float, float], measurement: Measurement) -> dict[str, Quantity | str]:
    conditions: dict[str, Quantity | str] = {"voltage": Quantity(value=voltage[0], unit="V")}
    if measurement.temperature is not None:
        conditions["temperature"] = measurement.temperature
    return conditions
