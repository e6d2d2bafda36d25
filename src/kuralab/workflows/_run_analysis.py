"""What a run's measurements mean: each sample's spectra analysed, the results as facts.

An analysis is a function of stored measurements and of the sample's stored dimensions. Its results
carry identities that follow from what went in, so that the same analysis is stored once however
often it is repeated. One that fails is a result without a value that says why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kuralab import __version__
from kuralab.analysis import Outcome
from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.errors import KuralabError
from kuralab.model import Measurement, Result
from kuralab.store import Catalogue, Fact, MeasurementRow, SampleRow, StepRow, Tables
from kuralab.units import quantity_kind
from kuralab.views import Finding

SPECTRA: Final = "impedance_spectrum"
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
    """Analyse the impedance spectra of a run, sample by sample.

    Two temperatures or more give an Arrhenius line, one gives a conductivity. A sample whose
    measurements have not all ended is analysed, but its results are not facts yet.

    synthetic: the instruments are twins, and every result says so; progress: is told each sample.
    """
    catalogue, tables = Catalogue(folder), Tables(folder)
    spectra: dict[str, list[MeasurementRow]] = {}
    for row in catalogue.measurements(run=run, technique=SPECTRA):
        if row.rows == 0:  # kept as a raw file only, because no reader understood it
            continue
        spectra.setdefault(row.sample, []).append(row)
    busy = _unfinished(catalogue.steps(run))
    known = {result.id for result in catalogue.results(run=run)}
    findings: list[Finding] = []
    facts: list[Fact] = []
    for sample in catalogue.samples(run):
        rows = spectra.get(sample.sample)
        if not rows:
            continue
        progress(sample.name)
        finding = _analysed(sample, rows, tables)
        if synthetic and finding.outcome is not None:
            finding = replace(finding, outcome=_marked_synthetic(finding.outcome))
        findings.append(finding)
        if sample.sample not in busy:
            facts += [fact for fact in _facts(finding) if fact.payload["id"] not in known]
    return RunAnalysis(tuple(findings), tuple(facts))


def result_identity(*, sample: str, technique: str, result: Result, inputs: Sequence[str]) -> str:
    """The same for the same quantity of the same sample from the same measurements and software."""
    conditions = result.model_dump(mode="json")["conditions"]
    content = [sample, technique, result.quantity, conditions, list(inputs), SOFTWARE]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _unfinished(steps: Sequence[StepRow]) -> set[str]:
    """Samples for which a step has not ended yet."""
    return {sample for step in steps if step.state in _OPEN for sample in step.samples}


def _analysed(sample: SampleRow, rows: Sequence[MeasurementRow], tables: Tables) -> Finding:
    try:
        measurements = [_with_temperature(tables.read(row.id), row) for row in rows]
        outcome = _outcome(sample, measurements)
    except KuralabError as error:
        return Finding(sample, None, message=str(error), inputs=tuple(row.id for row in rows))
    except (ArithmeticError, ValueError) as error:
        # A spectrum that breaks a fit must not take the other samples' results with it.
        message = f"{type(error).__name__}: {error}"
        return Finding(sample, None, message=message, inputs=tuple(row.id for row in rows))
    # Two measurements of equal bytes are one file of the record.
    by_file = {row.raw_sha256: row.id for row in reversed(rows)}
    inputs = tuple(by_file[file.sha256] for file in outcome.record.input)
    return Finding(sample, outcome, inputs=inputs)


def _outcome(sample: SampleRow, measurements: Sequence[Measurement]) -> Outcome:
    dimensions = {key: sample.values[key] for key in _DIMENSIONS if key in sample.values}
    temperatures = {m.temperature.to("K").value for m in measurements if m.temperature is not None}
    if len(temperatures) > 1:
        return analyse_arrhenius(measurements, ArrheniusParameters.model_validate(dimensions))
    return analyse_impedance(measurements, ImpedanceParameters.model_validate(dimensions))


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


def _facts(finding: Finding) -> list[Fact]:
    if finding.outcome is None:
        return [_fact(finding, "impedance", _failure(finding.message), finding.inputs)]
    record = finding.outcome.record
    return [
        _fact(finding, record.technique, result, [finding.inputs[i] for i in result.input])
        for result in record.results
    ]


def _failure(message: str) -> Result:
    quantity = "ionic_conductivity_25C"
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
