"""Dilatograms to shrinkage, relative density and the onset of sintering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._parameters import InUnit, Parameters, positive_quantity
from kuralab.analysis._protonic_details import DilatogramDetails, ProtonicDetails
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError, UnitError
from kuralab.model import AnalysisRecord, Flag, Kind, Measurement, Result
from kuralab.science.protonics import Onset, density_of_shrinkage, onset_by_tangents
from kuralab.units import Quantity, dimension_of

Floats = NDArray[np.float64]

_EXPANSION_STD: Final = 0.1
"""Relative standard uncertainty of an expansion that was stated without one or read from a line."""
_HOLD: Final = 2.0
"""K below the highest temperature where heating ends."""


def _green(given: object) -> object:
    if not isinstance(given, str | Quantity):
        return given
    try:
        found = Quantity.parse(given) if isinstance(given, str) else given
        dimension = dimension_of(found.unit)
        found = found.to("g/cm^3") if dimension == "density" else found.to("%")
    except UnitError as error:
        raise ValueError(str(error)) from None
    if not found.value > 0.0 or (found.unit == "%" and found.value >= 100.0):
        raise ValueError(f"{given} is no density of a green body")
    return found


class DilatometryParameters(Parameters):
    """Options of ``dilatometry``."""

    length: Annotated[Quantity | None, positive_quantity("mm")] = Field(
        default=None, description="Length of the green body, where the file has changes in um."
    )
    green_density: Annotated[Quantity | None, BeforeValidator(_green)] = Field(
        default=None,
        description='Density before, relative ("55 %") or absolute ("3.4 g/cm^3"); the relative density '
        "needs it.",
    )
    crystal_density: Annotated[Quantity | None, positive_quantity("g/cm^3")] = Field(
        default=None, description="Density of the crystal, for an absolute green density."
    )
    expansion: Annotated[Quantity | None, BeforeValidator(InUnit("1/K"))] = Field(
        default=None,
        description='Linear thermal expansion, such as "1e-5 1/K"; without it, of the line before '
        "shrinkage begins.",
    )
    length_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=0.05, unit="%"),
        description="Standard uncertainty of dL/L0: gauge, calibration and sample holder.",
    )

    @model_validator(mode="after")
    def _density_is_complete(self) -> DilatometryParameters:
        green, crystal = self.green_density, self.crystal_density
        if green is not None and green.unit != "%":
            if crystal is None:
                raise ValueError(
                    f"a green density of {green} needs the crystal's: --crystal-density, or give it in %"
                )
            if green.value >= crystal.value:
                raise ValueError(f"a green body of {green} is denser than its crystal of {crystal}")
        return self


def analyse_dilatometry(
    measurements: Sequence[Measurement], parameters: DilatometryParameters
) -> Outcome:
    """Shrinkage without thermal expansion, density by isotropy, onset by tangents.

        s = 1 - (1 + dL/L_0) / (1 + a (T - T_0)),    rho = rho_0 / (1 - s)^3

    Parameters
    ----------
    measurements : one dilatogram; parameters : see ``DilatometryParameters``

    Returns
    -------
    Outcome
        Flags: ``not_identifiable`` for an onset where nothing shrinks; ``outside_validity`` where
        shrinkage is still at its steepest when heating ends, and for a relative density above 1.

    Raises
    ------
    InputError
        No dilatogram, several, or a length of the green body that is not known.
    """
    if len(measurements) != 1:
        raise InputError(
            f"one dilatogram is analysed at a time, {len(measurements)} were given",
            hint="Analyse them singly.",
        )
    measurement = measurements[0]
    T, length, time = _curve(measurement, parameters)
    hold_begins = float(T.max()) - _HOLD
    heating = int(np.argmax(hold_begins <= T)) + 1
    warnings = list(measurement.warnings)
    onset: Onset | None = None
    try:
        onset = onset_by_tangents(T[:heating], length[:heating])
    except ScienceError as error:
        warnings.append(f"no onset: {error}")
    expansion, expansion_std = _expansion(T[:heating], length[:heating], onset, parameters)
    shrinkage = 1.0 - (1.0 + length) / (1.0 + expansion * (T - T[0]))
    density = _density(shrinkage, parameters)
    results = _results(T, shrinkage, density, onset, (expansion, expansion_std), parameters)
    details = DilatogramDetails(
        label=measurement.raw.name,
        temperature=T,
        length=length,
        time=time,
        heating=heating,
        onset=onset,
        density=density,
    )
    return Outcome(
        record=AnalysisRecord(
            technique="dilatometry",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            warnings=tuple(f"{measurement.raw.name}: {text}" for text in warnings),
        ),
        protonics=ProtonicDetails(dilatogram=details),
    )


def _curve(
    measurement: Measurement, parameters: DilatometryParameters
) -> tuple[Floats, Floats, Floats | None]:
    """Temperature (n,) K, dL/L_0 (n,) from the first row on, time (n,) s or None."""
    name = measurement.raw.name
    if measurement.kind is not Kind.DILATOGRAM:
        raise InputError(
            f"holds a {measurement.kind.value}, no dilatogram",
            file=name,
            hint="Name a file with temperature and change of length.",
        )
    T = measurement.values("temperature", unit="K")
    names = {column.name for column in measurement.columns}
    if "length_change_percent" in names:
        length = 0.01 * measurement.values("length_change_percent")
    else:
        first = _length(measurement, parameters)
        length = measurement.values("length_change", unit="mm") / first
    if T.size < 5:
        raise InputError(f"{T.size} rows make no dilatogram", file=name, hint="Export it again.")
    time = measurement.values("time", unit="s") if "time" in names else None
    return T, (1.0 + length) / (1.0 + length[0]) - 1.0, time


def _length(measurement: Measurement, parameters: DilatometryParameters) -> float:
    if parameters.length is not None:
        return parameters.length.value
    written = measurement.metadata.get("length")
    try:
        found = None if written is None else Quantity.parse(written).to("mm").value
    except UnitError:
        found = None
    if found is None or not found > 0.0:
        raise InputError(
            "the length of the green body is not known",
            file=measurement.raw.name,
            field="length",
            hint='Give it: --length "5 mm".',
        )
    return found


def _expansion(
    T: Floats, length: Floats, onset: Onset | None, parameters: DilatometryParameters
) -> tuple[float, float]:
    """1/K and its standard uncertainty: as stated, of the baseline, or of all where nothing shrinks."""
    stated = parameters.expansion
    if stated is not None:
        spread = stated.uncertainty
        return stated.value, _EXPANSION_STD * abs(stated.value) if spread is None else spread
    if onset is not None:
        return onset.expansion, max(_EXPANSION_STD * abs(onset.expansion), onset.expansion_std)
    slope = float(np.polyfit(T, length, 1)[0]) if np.ptp(T) > 10.0 else 0.0
    return max(slope, 0.0), _EXPANSION_STD * 1e-5


def _density(shrinkage: Floats, parameters: DilatometryParameters) -> Floats | None:
    green = _relative_green(parameters)
    return None if green is None else density_of_shrinkage(shrinkage, green=green[0])


def _relative_green(parameters: DilatometryParameters) -> tuple[float, float] | None:
    """Relative green density and its standard uncertainty."""
    green, crystal = parameters.green_density, parameters.crystal_density
    if green is None:
        return None
    if green.unit == "%" or crystal is None:
        return 0.01 * green.value, 0.01 * (green.uncertainty or 0.0)
    value = green.value / crystal.value
    relative = np.hypot(
        (green.uncertainty or 0.0) / green.value, (crystal.uncertainty or 0.0) / crystal.value
    )
    return value, value * float(relative)


def _results(
    T: Floats,
    shrinkage: Floats,
    density: Floats | None,
    onset: Onset | None,
    expansion: tuple[float, float],
    parameters: DilatometryParameters,
) -> list[Result]:
    end = {"temperature": Quantity(value=round(float(T[-1]) - 273.15, 1), unit="degC")}
    highest = Quantity(value=round(float(T.max()) - 273.15, 1), unit="degC")
    conditions: dict[str, Quantity | str] = {**end, "highest_temperature": highest}
    s = float(shrinkage[-1])
    std = float(
        np.hypot(0.01 * parameters.length_uncertainty.value, expansion[1] * abs(float(T[-1] - T[0])))
    )
    results = [
        Result(
            quantity="linear_shrinkage",
            value=100.0 * s,
            uncertainty=100.0 * std,
            unit="%",
            method=f"at the end of the run, expansion of {expansion[0]:.3g} 1/K taken off",
            conditions=conditions,
            input=(0,),
        )
    ]
    green = _relative_green(parameters)
    if density is not None and green is not None:
        rho = float(density[-1])
        spread = rho * float(np.hypot(green[1] / green[0], 3.0 * std / max(1.0 - s, 1e-3)))
        over: tuple[Flag, ...] = ("outside_validity",) if rho > 1.0 + 2.0 * spread else ()
        results.append(
            Result(
                quantity="relative_density",
                value=100.0 * rho,
                uncertainty=100.0 * spread,
                unit="%",
                flags=over,
                method="green density over (1 - s)^3: alike in all directions, no loss of mass",
                conditions=conditions,
                input=(0,),
            )
        )
    flags: tuple[Flag, ...] = ("not_identifiable",)
    if onset is not None:
        flags = () if onset.finished else ("outside_validity",)
    results.append(
        Result(
            quantity="onset_temperature",
            value=None if onset is None else onset.temperature - 273.15,
            uncertainty=None if onset is None else onset.std,
            unit="degC",
            flags=flags,
            method="tangent of the steepest shrinkage on heating meets the line of thermal expansion",
            conditions={}
            if onset is None
            else {"steepest_at": Quantity(value=round(onset.steepest - 273.15, 1), unit="degC")},
            input=(0,),
        )
    )
    return results
