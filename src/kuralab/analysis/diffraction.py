"""Powder patterns to cells, phase fractions and structures, by Rietveld's or Le Bail's method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._diffraction_results import Book, write_results
from kuralab.analysis._powder_patterns import PatternParameters, patterns_of
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import (
    AnalysisRecord,
    Measurement,
    RefinementPlan,
)
from kuralab.science.diffraction import (
    Phase,
    Settings,
    phase_of,
    refine,
)


class DiffractionParameters(PatternParameters):
    """Options of ``diffraction``."""

    mode: Literal["rietveld", "lebail"] = Field(
        default="rietveld",
        description="Fit structures (rietveld), or cells with free intensities (lebail).",
    )
    config: RefinementPlan = Field(
        default=RefinementPlan(),
        description="What to refine, fix, tie and leave out, a YAML file.",
        json_schema_extra={"file": "plan"},
    )

    def stated(self) -> dict[str, str]:
        """What was set, files by what they hold."""
        plan = self.config.model_dump(exclude_defaults=True)
        return {"mode": self.mode, **self.files_stated()} | {
            f"config.{name}": str(value) for name, value in plan.items()
        }


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
    patterns = patterns_of(measurements, parameters, parameters.config)
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
