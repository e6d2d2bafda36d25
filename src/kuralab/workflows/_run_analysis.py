"""What a run's measurements mean: each sample's measurements analysed, the results as facts.

Spectra of a sample are analysed together, isotherms likewise. Powder patterns are each held against the
structures that their steps name; where these explain them all, they are refined together. What was
measured of a ceramic: see ``_ceramic_analysis``.

An analysis is a function of stored measurements and of the sample's stored dimensions. Its results
carry identities that follow from what went in, so that the same analysis is stored once however
often it is repeated. One that fails is a result without a value that says why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from kuralab import __version__, formats
from kuralab.analysis import Outcome
from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.analysis.pct import PctParameters, analyse_pct
from kuralab.errors import KuralabError
from kuralab.model import Measurement, Protocol, Result
from kuralab.store import Catalogue, Fact, MeasurementRow, RawStore, SampleRow, StepRow, Tables
from kuralab.units import quantity_kind
from kuralab.views import Finding
from kuralab.workflows._ceramic_analysis import (
    OF_FAILURE,
    OPERATIONS,
    Asked,
    ceramic_groups,
    ceramic_outcome,
)
from kuralab.workflows._pattern_analysis import AskedPattern, checked_pattern, refined_patterns
from kuralab.workflows._request import request_of

SPECTRA: Final = "impedance_spectrum"
ISOTHERMS: Final = "hydrogen_isotherm"
PATTERNS: Final = ("x_ray_pattern", "neutron_pattern")
TECHNIQUES: Final = (SPECTRA, *PATTERNS, ISOTHERMS, *OPERATIONS)
"""What can be analysed, by operation, in the order in which it is."""
_OF_FAILURE: Final = {
    "impedance": "ionic_conductivity_25C",
    "phase_check": "unexplained_fraction",
    "diffraction": "phase_fraction",
    "pct": "hydrogen_capacity",
    **OF_FAILURE,
}
"""The quantity of the result without a value that stands for an analysis that failed."""
SOFTWARE: Final = f"kuralab {__version__}"
_OPEN: Final = ("waiting", "ready", "claimed", "started", "unknown")
_DIMENSIONS: Final = ("thickness", "diameter")


@dataclass(frozen=True)
class RunAnalysis:
    """Every measured sample with its outcome, and the facts that are not in the ledger yet."""

    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...]


def analyse_run(
    folder: Path, run: str, *, synthetic: bool, progress: Callable[[str], object] = lambda _: None
) -> RunAnalysis:
    """Analyse the measurements of a run, sample by sample.

    Spectra at two temperatures or more give an Arrhenius line, one gives a conductivity; isotherms
    give plateaus; powder patterns are checked against structures, and refined. A sample whose
    measurements have not all ended is analysed, but its results are not facts yet.

    synthetic: the instruments are twins, and every result says so; progress: is told each sample.
    """
    catalogue, tables = Catalogue(folder), Tables(folder)
    measured: dict[str, list[MeasurementRow]] = {}
    for technique in TECHNIQUES:
        for row in catalogue.measurements(run=run, technique=technique):
            if row.rows == 0:  # kept as a raw file only, because no reader understood it
                continue
            measured.setdefault(row.sample, []).append(row)
    lab = _Lab(folder, run, tables)
    busy = _unfinished(catalogue.steps(run))
    known = {result.id for result in catalogue.results(run=run)}
    findings: list[Finding] = []
    facts: list[Fact] = []
    for sample in catalogue.samples(run):
        of_sample = measured.get(sample.sample, [])
        if of_sample:
            progress(sample.name)
        for analysis, rows in _groups(of_sample):
            finding = _analysed(sample, analysis, rows, lab)
            if finding is None:
                continue
            if synthetic and finding.outcome is not None:
                finding = replace(finding, outcome=_marked_synthetic(finding.outcome))
            findings.append(finding)
            if sample.sample not in busy:
                found = _facts(finding, analysis)
                facts += [fact for fact in found if fact.payload["id"] not in known]
    return RunAnalysis(tuple(findings), tuple(facts))


def x_rays_alone(folder: Path, run: str, *, synthetic: bool = True) -> Outcome | None:
    """The first X-ray pattern of a run that is explained, refined without its neutron pattern.

    Nothing is stored: it shows what X-rays cannot tell.
    """
    lab = _Lab(folder, run, Tables(folder))
    for row in Catalogue(folder).measurements(run=run, technique=PATTERNS[0]):
        try:
            outcome = _of_patterns("diffraction", [lab.pattern(row)]) if row.rows else None
        except (KuralabError, ArithmeticError, ValueError):
            continue
        if outcome is not None:
            return _marked_synthetic(outcome) if synthetic else outcome
    return None


def result_identity(*, sample: str, technique: str, result: Result, inputs: Sequence[str]) -> str:
    """The same for the same quantity of the same sample from the same measurements and software."""
    conditions = result.model_dump(mode="json")["conditions"]
    content = [sample, technique, result.quantity, conditions, list(inputs), SOFTWARE]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _groups(rows: Sequence[MeasurementRow]) -> list[tuple[str, list[MeasurementRow]]]:
    """What is analysed together, and how."""
    spectra = [row for row in rows if row.technique == SPECTRA]
    patterns = [row for row in rows if row.technique in PATTERNS]
    isotherms = [row for row in rows if row.technique == ISOTHERMS]
    groups = [("impedance", spectra), *(("phase_check", [row]) for row in patterns)]
    groups += [("diffraction", patterns), ("pct", isotherms), *ceramic_groups(rows)]
    return [(analysis, of_group) for analysis, of_group in groups if of_group]


@dataclass(frozen=True)
class _Lab:
    """Where the measurements of one run, and what was asked of them, are read."""

    folder: Path
    run: str
    tables: Tables

    @cached_property
    def protocol(self) -> Protocol:
        """As it was handed in."""
        return request_of(self.folder, self.run)[0]

    def pattern(self, row: MeasurementRow) -> AskedPattern:
        """A pattern with what was asked of it."""
        (measurement,) = self.measurements(row)
        return AskedPattern(measurement, row.technique, self.protocol.step(row.step).parameters)

    def asked(self, row: MeasurementRow) -> Asked:
        """A measurement of a ceramic with what was asked of it."""
        (measurement,) = self.measurements(row)
        return Asked(measurement, row.technique, self.protocol.step(row.step).parameters)

    def measurements(self, row: MeasurementRow) -> tuple[Measurement, ...]:
        """The measurement of a row; of an isotherm every branch that its file holds."""
        stored = self.tables.read(row.id)
        if row.technique != ISOTHERMS:
            return (_with_temperature(stored, row),)
        # The table holds the first branch only; the bytes hold all of them.
        branches = formats.read(RawStore(self.folder).path(row.raw_sha256))
        named = {"name": stored.raw.name}
        return tuple(
            _with_temperature(
                branch.model_copy(update={"raw": branch.raw.model_copy(update=named)}), row
            )
            for branch in branches
        )


def _unfinished(steps: Sequence[StepRow]) -> set[str]:
    """Samples for which a step has not ended yet."""
    return {sample for step in steps if step.state in _OPEN for sample in step.samples}


def _analysed(
    sample: SampleRow, analysis: str, rows: Sequence[MeasurementRow], lab: _Lab
) -> Finding | None:
    """None where there is nothing to be said."""
    try:
        outcome = _outcome(sample, analysis, rows, lab)
    except KuralabError as error:
        return Finding(sample, None, message=str(error), inputs=tuple(row.id for row in rows))
    except (ArithmeticError, ValueError) as error:
        # A spectrum that breaks a fit must not take the other samples' results with it.
        message = f"{type(error).__name__}: {error}"
        return Finding(sample, None, message=message, inputs=tuple(row.id for row in rows))
    if outcome is None:
        return None
    # Two measurements of equal bytes are one file of the record.
    by_file = {row.raw_sha256: row.id for row in reversed(rows)}
    inputs = tuple(by_file[file.sha256] for file in outcome.record.input)
    return Finding(sample, outcome, inputs=inputs)


def _outcome(
    sample: SampleRow, analysis: str, rows: Sequence[MeasurementRow], lab: _Lab
) -> Outcome | None:
    if analysis in ("phase_check", "diffraction"):
        return _of_patterns(analysis, [lab.pattern(row) for row in rows])
    if analysis in OF_FAILURE:
        return ceramic_outcome(analysis, [lab.asked(row) for row in rows], sample.values)
    measurements = [found for row in rows for found in lab.measurements(row)]
    if analysis == "pct":
        return analyse_pct(measurements, PctParameters())
    dimensions = {key: sample.values[key] for key in _DIMENSIONS if key in sample.values}
    temperatures = {m.temperature.to("K").value for m in measurements if m.temperature is not None}
    if len(temperatures) > 1:
        return analyse_arrhenius(measurements, ArrheniusParameters.model_validate(dimensions))
    return analyse_impedance(measurements, ImpedanceParameters.model_validate(dimensions))


def _of_patterns(analysis: str, asked: Sequence[AskedPattern]) -> Outcome | None:
    if analysis == "phase_check":
        return checked_pattern(asked[0])
    asked = [one for one in asked if one.to_be_refined]
    return refined_patterns(asked, [checked_pattern(one) for one in asked])


def _with_temperature(measurement: Measurement, row: MeasurementRow) -> Measurement:
    """What the instrument wrote, or else what was asked of it."""
    if measurement.temperature is not None or row.temperature is None:
        return measurement
    return measurement.model_copy(update={"temperature": row.temperature})


def _marked_synthetic(outcome: Outcome) -> Outcome:
    results = tuple(
        result.model_copy(update={"flags": (*result.flags, "synthetic")})
        for result in outcome.record.results
    )
    return replace(outcome, record=outcome.record.model_copy(update={"results": results}))


def _facts(finding: Finding, analysis: str) -> list[Fact]:
    if finding.outcome is None:
        failure = _failure(_OF_FAILURE[analysis], finding.message)
        return [_fact(finding, analysis, failure, finding.inputs)]
    record = finding.outcome.record
    return [
        _fact(finding, record.technique, result, [finding.inputs[i] for i in result.input])
        for result in record.results
    ]


def _failure(quantity: str, message: str) -> Result:
    return Result(
        quantity=quantity,
        value=None,
        uncertainty=None,
        unit=quantity_kind(quantity).unit,
        flags=("not_identifiable",),
        method=f"the analysis failed: {message}",
    )


def _fact(finding: Finding, technique: str, result: Result, inputs: Sequence[str]) -> Fact:
    sample = finding.sample
    payload: dict[str, Any] = {
        "run": sample.run,
        "sample": sample.sample,
        "id": result_identity(sample=sample.sample, technique=technique, result=result, inputs=inputs),
        "composition": sample.composition,
        "technique": technique,
        "result": result.model_dump(mode="json"),
        "inputs": list(inputs),
        "software": SOFTWARE,
    }
    return Fact(kind="result.stored", stream=sample.run, payload=payload)
