"""A powder pattern held against known phases: what they explain, and how much they leave over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._powder_patterns import fitted_pattern
from kuralab.analysis._radiation import instrument_of
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import (
    AnalysisRecord,
    Crystal,
    Flag,
    Kind,
    Line,
    Measurement,
    ModelTried,
    PowderInstrument,
    RefinementPlan,
    Resolution,
    Result,
)
from kuralab.science.diffraction import Pattern, Screening, screen_phases

NOTHING_NEW: Final = 0.2
"""Unexplained shares below this are usual: impurities, tails of strong lines, background."""
_METHOD: Final = "non-negative scales of calculated patterns, both made coarse (0.25 deg), no refinement"
_SCATTER: Final = 0.1
"""Relative standard uncertainty of a mass fraction from a screening: texture and microabsorption."""
_USUAL_NEUTRONS: Final = Resolution(u=0.2, v=-0.2, w=0.15)
"""Of a common powder diffractometer at a reactor, where nobody says better; recalled."""


def _screened(
    measurement: Measurement, crystals: Sequence[Crystal], instrument: PowderInstrument
) -> Screening:
    try:
        return screen_phases(_powder_pattern(measurement, instrument), crystals)
    except ScienceError as error:
        raise InputError(str(error), file=measurement.raw.name) from None


def _powder_pattern(measurement: Measurement, instrument: PowderInstrument) -> Pattern:
    names = {column.name for column in measurement.columns}
    if measurement.kind is not Kind.POWDER_PATTERN or not {"two_theta", "intensity"} <= names:
        raise InputError(
            f"holds a {measurement.kind.value}, but intensity against 2theta is needed",
            file=measurement.raw.name,
        )
    return fitted_pattern(measurement, instrument, RefinementPlan(), "")


def check_phases(
    measurement: Measurement,
    *,
    crystals: Sequence[Crystal],
    radiation: str | None = None,
    lines: tuple[Line, ...] | None = None,
) -> Outcome:
    """What known phases explain of a pattern, and what they do not.

    radiation, lines: where the file does not say them.

    Returns
    -------
    Outcome
        ``unexplained_fraction``, and a ``phase_fraction`` among the known phases for each that is
        there. Flag ``model_inadequate`` where more is unexplained than is usual.

    Raises
    ------
    InputError
        No powder pattern, an unknown wavelength, or a pattern that cannot be used.
    """
    instrument = instrument_of(measurement, instrument=None, radiation=radiation, lines=lines)
    if instrument.radiation == "neutron" and instrument.resolution == Resolution():
        instrument = instrument.model_copy(update={"resolution": _USUAL_NEUTRONS})
    found = _screened(measurement, crystals, instrument)
    new = found.unexplained > max(NOTHING_NEW, 2.0 * found.unexplained_std)
    flags: tuple[Flag, ...] = ("model_inadequate",) if new else ()
    results = [
        Result(
            quantity="unexplained_fraction",
            value=found.unexplained,
            uncertainty=found.unexplained_std,
            unit="",
            method=_METHOD,
            input=(0,),
        ),
        *(
            Result(
                quantity="phase_fraction",
                value=100.0 * found.fractions[name],
                uncertainty=100.0 * _SCATTER * found.fractions[name] + 0.5,
                unit="wt%",
                flags=flags,
                method=f"{_METHOD}; among the known phases only",
                conditions={"phase": name},
                input=(0,),
            )
            for name in found.present()
        ),
    ]
    names = ", ".join(crystal.name for crystal in crystals)
    share = f"{100.0 * found.unexplained:.0f} % of the intensity is away from their lines"
    return Outcome(
        record=AnalysisRecord(
            technique="phase_check",
            input=input_files([measurement]),
            parameters={"phases": names},
            software=f"kuralab {__version__}",
            results=tuple(results),
            models=(ModelTried(name=names, adequate=not new, reason=share, input=(0,)),),
            warnings=tuple(f"{measurement.raw.name}: {text}" for text in measurement.warnings),
        )
    )
