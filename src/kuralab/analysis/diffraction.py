"""Powder patterns to cells, phase fractions and structures, by Rietveld's or Le Bail's method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._diffraction_results import Book, write_results
from kuralab.analysis._parameters import Parameters
from kuralab.analysis._radiation import instrument_of, lines_from_text, one_for_each
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import (
    AnalysisRecord,
    Crystal,
    Kind,
    Line,
    Measurement,
    PowderInstrument,
    RefinementPlan,
)
from kuralab.science.diffraction import (
    Pattern,
    Phase,
    Settings,
    pattern_of,
    phase_of,
    refine,
)


def _several(given: Any) -> Any:
    """The parts of "xray, neutron"."""
    return tuple(part.strip() for part in given.split(",")) if isinstance(given, str) else given


def _wavelengths(given: Any) -> Any:
    parts = _several(given)
    return tuple(lines_from_text(part) if isinstance(part, str) else part for part in parts)


class DiffractionParameters(Parameters):
    """Options of ``diffraction``."""

    structure: tuple[Crystal, ...] = Field(
        default=(),
        description="Structure of a phase, a CIF; repeat it for several phases.",
        json_schema_extra={"file": "crystals"},
    )
    mode: Literal["rietveld", "lebail"] = Field(
        default="rietveld",
        description="Fit structures (rietveld), or cells with free intensities (lebail).",
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
    config: RefinementPlan = Field(
        default=RefinementPlan(),
        description="What to refine, fix, tie and leave out, a YAML file.",
        json_schema_extra={"file": "plan"},
    )

    def stated(self) -> dict[str, str]:
        """What was set, files by what they hold."""
        said: dict[str, str] = {"mode": self.mode}
        for name, found in (
            ("structure", [crystal.name for crystal in self.structure]),
            ("radiation", list(self.radiation)),
            (
                "wavelength",
                [" + ".join(f"{x.wavelength:g}" for x in lines) for lines in self.wavelength],
            ),
            ("instrument", [one.name for one in self.instrument]),
        ):
            if found:
                said[name] = ", ".join(found)
        plan = self.config.model_dump(exclude_defaults=True)
        return said | {f"config.{name}": str(value) for name, value in plan.items()}


def analyse_diffraction(
    measurements: Sequence[Measurement], parameters: DiffractionParameters
) -> Outcome:
    """Refine phases against one pattern, or against several of one sample together.

    Parameters
    ----------
    measurements : powder patterns; parameters : see ``DiffractionParameters``

    Returns
    -------
    Outcome
        Flags: ``model_inadequate`` where the model leaves more than noise, and without any value where
        it does not explain the pattern; ``not_identifiable`` for coordinates and other parameters of
        atoms that the patterns cannot determine.

    Raises
    ------
    InputError
        No powder pattern or structure, an unknown wavelength, a name in the plan that no parameter has,
        a pattern that cannot be refined.
    """
    patterns = _patterns(measurements, parameters)
    phases = _phases(parameters)
    plan = parameters.config
    settings = Settings(
        refine=plan.refine,
        fix=plan.fix,
        set_values=plan.set_values,
        ties={follower: (leader, factor) for follower, leader, factor in plan.ties},
        background=plan.background,
    )
    try:
        refinement = refine(patterns, phases, settings)
    except ScienceError as error:
        only = measurements[0].raw.name if len(measurements) == 1 else None
        raise InputError(str(error), file=only) from None
    book = write_results(refinement, mode=parameters.mode)
    return Outcome(record=_record(book, measurements, parameters), refinement=refinement)


def _record(
    book: Book, measurements: Sequence[Measurement], parameters: DiffractionParameters
) -> AnalysisRecord:
    warnings = [f"{m.raw.name}: {text}" for m in measurements for text in m.warnings]
    return AnalysisRecord(
        technique="diffraction",
        input=input_files(measurements),
        parameters=parameters.stated(),
        software=f"kuralab {__version__}",
        results=tuple(book.results),
        covariance=tuple(book.covariance),
        models=tuple(book.models),
        warnings=(*warnings, *book.warnings),
    )


def _patterns(measurements: Sequence[Measurement], parameters: DiffractionParameters) -> list[Pattern]:
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
                _pattern(
                    measurement,
                    instrument_of(measurement, instrument=instrument, radiation=radiation, lines=lines),
                    parameters.config,
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


def _pattern(
    measurement: Measurement, instrument: PowderInstrument, plan: RefinementPlan, label: str
) -> Pattern:
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


def _phases(parameters: DiffractionParameters) -> list[Phase]:
    if not parameters.structure:
        raise InputError(
            "no structure was given",
            field="structure",
            hint="Give --structure FILE.cif, one for each phase in the sample.",
        )
    names = [crystal.name for crystal in parameters.structure]
    for name in parameters.config.orientation:
        if name not in names:
            raise InputError(
                f"there is no phase {name!r}", field="config", hint=f"The phases are {', '.join(names)}."
            )
    found = []
    for crystal in parameters.structure:
        try:
            found.append(
                phase_of(
                    crystal,
                    intensities_free=parameters.mode == "lebail",
                    axis=parameters.config.orientation.get(crystal.name),
                )
            )
        except ScienceError as error:
            hint = (
                "Complete the CIF, or use --mode lebail, which needs no atoms."
                if not crystal.sites
                else "Correct the CIF."
            )
            raise InputError(f"{crystal.name}: {error}", field="structure", hint=hint) from None
    return found
