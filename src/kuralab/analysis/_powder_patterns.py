"""From measured patterns and what is said of their radiation to patterns that can be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab.analysis._parameters import Parameters
from kuralab.analysis._radiation import instrument_of, lines_from_text, one_for_each
from kuralab.errors import InputError, ScienceError
from kuralab.model import Crystal, Kind, Line, Measurement, PowderInstrument, RefinementPlan
from kuralab.science.diffraction import Pattern, pattern_of


def _several(given: Any) -> Any:
    """The parts of "xray, neutron"."""
    return tuple(part.strip() for part in given.split(",")) if isinstance(given, str) else given


def _wavelengths(given: Any) -> Any:
    parts = _several(given)
    return tuple(lines_from_text(part) if isinstance(part, str) else part for part in parts)


class PatternParameters(Parameters):
    """What techniques on powder patterns share."""

    structure: tuple[Crystal, ...] = Field(
        default=(),
        description="Structure of a phase, a CIF; repeat it for several phases.",
        json_schema_extra={"file": "crystals"},
    )
    radiation: Annotated[tuple[Literal["xray", "neutron"], ...], BeforeValidator(_several)] = Field(
        default=(),
        description="xray or neutron; one, or one for each pattern, with commas.",
        examples=["xray"],
    )
    wavelength: Annotated[tuple[tuple[Line, ...], ...], BeforeValidator(_wavelengths)] = Field(
        default=(),
        description='Such as "1.494 angstrom", or a tube: CuKa (both lines), CuKa1. One per pattern.',
        examples=["1.494 angstrom"],
    )
    instrument: tuple[PowderInstrument, ...] = Field(
        default=(),
        description="Instrument file (.yaml, .prm, .instprm); repeat it, one for each pattern.",
        json_schema_extra={"file": "instrument"},
    )

    def files_stated(self) -> dict[str, str]:
        """Structures, radiation and instruments as text."""
        found: dict[str, list[str]] = {
            "structure": [crystal.name for crystal in self.structure],
            "radiation": list(self.radiation),
            "wavelength": [" + ".join(f"{x.wavelength:g}" for x in lines) for lines in self.wavelength],
            "instrument": [one.name for one in self.instrument],
        }
        return {name: ", ".join(texts) for name, texts in found.items() if texts}


def patterns_of(
    measurements: Sequence[Measurement],
    parameters: PatternParameters,
    plan: RefinementPlan | None = None,
) -> list[Pattern]:
    """One pattern of each measurement, cut as the plan says.

    Raises
    ------
    InputError
        No powder pattern, an unknown wavelength or radiation, or a pattern that cannot be used.
    """
    if not measurements:
        raise InputError("no pattern was given", hint="Name a file with a powder pattern.")
    count = len(measurements)
    radiations = one_for_each(parameters.radiation, count, what="radiation")
    wavelengths = one_for_each(parameters.wavelength, count, what="wavelength")
    instruments = one_for_each(parameters.instrument, count, what="instrument")
    labels = _labels([measurement.raw.name for measurement in measurements])
    found = []
    for measurement, label, radiation, lines, instrument in zip(
        measurements, labels, radiations, wavelengths, instruments, strict=True
    ):
        name = measurement.raw.name
        if measurement.kind is not Kind.POWDER_PATTERN:
            raise InputError(
                f"holds an {measurement.kind.value}, no powder pattern",
                file=name,
                hint="Name a file with intensity against 2theta or time of flight.",
            )
        try:
            found.append(
                fitted_pattern(
                    measurement,
                    instrument_of(measurement, instrument=instrument, radiation=radiation, lines=lines),
                    plan or RefinementPlan(),
                    label,
                )
            )
        except ScienceError as error:
            raise InputError(str(error), file=name) from None
    return found


def _labels(names: Sequence[str]) -> list[str]:
    """File names without their ending, made different where they are alike."""
    stems = [name.rsplit(".", 1)[0] for name in names]
    return [
        stem if stems.count(stem) == 1 else f"{stem}-{stems[: n + 1].count(stem)}"
        for n, stem in enumerate(stems)
    ]


def fitted_pattern(
    measurement: Measurement, instrument: PowderInstrument, plan: RefinementPlan, label: str
) -> Pattern:
    """The points of a measurement that a plan leaves in, with their uncertainties where it has some.

    Raises
    ------
    ScienceError
        They cannot be used.
    """
    flight = instrument.radiation == "tof"
    x = (
        measurement.values("time_of_flight", unit="us")
        if flight
        else measurement.values("two_theta", unit="deg")
    )
    y = measurement.values("intensity")
    known = any(column.name == "intensity_uncertainty" for column in measurement.columns)
    sigma = measurement.values("intensity_uncertainty") if known else None
    inside = np.ones(len(x), dtype=bool)
    if plan.range is not None:
        inside &= (x >= plan.range[0]) & (x <= plan.range[1])
    for low, high in plan.exclude:
        inside &= ~((x >= low) & (x <= high))
    return pattern_of(
        x[inside],
        y[inside],
        instrument,
        uncertainty=None if sigma is None else sigma[inside],
        label=label,
    )
