"""Which of some candidate phases are in a powder pattern, and which peaks none of them explains."""

from __future__ import annotations

from collections.abc import Sequence

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._powder_patterns import PatternParameters, patterns_of
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Measurement, ModelTried, Result
from kuralab.science.diffraction import (
    Pattern,
    PhaseCheck,
    PhaseMatch,
    find_peaks,
    match_phases,
    phase_lines,
    spacing_at,
)
from kuralab.units import Quantity

_METHOD = "positions and strengths of peaks against the lines of each candidate"
_SEARCH = "peak search"
_WIDE_ZERO = 0.8
"""deg, for an instrument that nobody has adjusted; tried where no candidate fits without."""


class PhasesParameters(PatternParameters):
    """Options of ``phases``."""

    def stated(self) -> dict[str, str]:
        """What was set, files by what they hold."""
        return self.files_stated()


def analyse_phases(measurements: Sequence[Measurement], parameters: PhasesParameters) -> Outcome:
    """Check one pattern against candidate phases; without candidates, only find its peaks.

    Parameters
    ----------
    measurements : one powder pattern; parameters : see ``PhasesParameters``

    Returns
    -------
    Outcome
        ``phase_share`` of the peaks' area for each candidate (``not_identifiable`` where the pattern
        cannot tell), ``unexplained_fraction``, and ``d_spacing`` of every peak that no present phase
        explains.

    Raises
    ------
    InputError
        No powder pattern, an unknown wavelength, no peaks, or a structure without atoms.
    """
    (pattern,) = patterns_of(measurements, parameters)
    name = measurements[0].raw.name
    try:
        if not parameters.structure:
            peaks = find_peaks(pattern.x, pattern.intensity, pattern.uncertainty)
            results = _spacings(pattern, peaks.position.tolist(), method=_SEARCH)
            return Outcome(record=_record(measurements, parameters, results, ()))
        ends = {"first": float(pattern.x[0]), "last": float(pattern.x[-1])}
        lines = [phase_lines(one, pattern.instrument, **ends) for one in parameters.structure]
        check = match_phases(pattern, lines)
        if not check.present() and pattern.instrument.flight is None:
            check = match_phases(pattern, lines, most_zero=_WIDE_ZERO)
    except ScienceError as error:
        raise InputError(str(error), file=name) from None
    results = [_share(phase) for phase in check.phases]
    results.append(_unexplained(check))
    results += _spacings(pattern, check.unexplained.tolist(), method=_METHOD)
    models = tuple(
        ModelTried(
            name=phase.name,
            adequate=phase.verdict == "present",
            reason=f"{phase.verdict}: {phase.reason}",
            input=(0,),
        )
        for phase in check.phases
    )
    return Outcome(record=_record(measurements, parameters, results, models))


def _record(
    measurements: Sequence[Measurement],
    parameters: PhasesParameters,
    results: Sequence[Result],
    models: tuple[ModelTried, ...],
) -> AnalysisRecord:
    return AnalysisRecord(
        technique="phases",
        input=input_files(measurements),
        parameters=parameters.stated(),
        software=f"kuralab {__version__}",
        results=tuple(results),
        models=models,
        warnings=tuple(f"{m.raw.name}: {text}" for m in measurements for text in m.warnings),
    )


def _share(phase: PhaseMatch) -> Result:
    """Share of the area; of one that is not there, the largest that the pattern allows."""
    there = phase.verdict == "present"
    unknown = phase.verdict == "cannot tell"
    return Result(
        quantity="phase_share",
        value=None if unknown else phase.share if there else phase.share_upper,
        uncertainty=None,
        unit="",
        flags=() if there else ("not_identifiable",) if unknown else ("censored_below",),
        method=_METHOD,
        conditions={"phase": phase.name, "verdict": phase.verdict},
        input=(0,),
    )


def _unexplained(check: PhaseCheck) -> Result:
    return Result(
        quantity="unexplained_fraction",
        value=check.unexplained_share,
        uncertainty=check.unexplained_share_std,
        unit="",
        method=_METHOD,
        input=(0,),
    )


def _spacings(pattern: Pattern, positions: Sequence[float], *, method: str) -> list[Result]:
    flight = pattern.instrument.flight is not None
    return [
        Result(
            quantity="d_spacing",
            value=spacing_at(pattern.instrument, float(position)),
            uncertainty=None,
            unit="angstrom",
            method=method,
            conditions={"position": Quantity(value=float(position), unit="us" if flight else "deg")},
            input=(0,),
        )
        for position in positions
    ]
