"""A run as tables in a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from kuralab.cli._style import console, table_of
from kuralab.views import format_value, literature_lines, run_json, sample_lines

if TYPE_CHECKING:
    from kuralab.workflows.runs import CarriedOut

Truth = Mapping[str, Mapping[str, Any]]


def show_run(found: CarriedOut, truth: Truth | None) -> None:
    """State, results of each sample, literature, what waits for an answer."""
    out, summary, overview = console(), found.summary, found.overview
    steps = ", ".join(f"{count} {state}" for state, count in summary.steps.items())
    out.print(Text(f"{summary.name}  run {summary.run}  {summary.state.value}: {steps}"))
    if summary.message:
        out.print(Text(summary.message))
    lines = sample_lines(overview)
    if lines:
        table = table_of("sample", "composition", "σ(25 °C)", "Eₐ", "spectra", "flags")
        for line in lines:
            flags = line.message or ", ".join(english for english, _ in line.flags)
            cells = [line.label, line.composition, line.conductivity, line.energy]
            table.add_row(*map(Text, [*cells, str(line.spectra), flags]))
        out.print(table)
    published = literature_lines(overview)
    if published:
        table = table_of("literature", "structure", "σ(25 °C)", "reference", "nearest sample", "ratio")
        for entry in published:
            cells = [entry.composition, entry.structure_en, entry.published, entry.reference]
            table.add_row(*map(Text, [*cells, entry.label, entry.factor]))
        out.print(table)
    if truth is not None:
        _show_truth(found, truth)
    for step in overview.steps:
        if step.state == "failed":
            out.print(Text(f"failed: {step.step}: {step.message or ''}"))
    _show_waiting(found)


def _show_truth(found: CarriedOut, truth: Truth) -> None:
    """What the twins know, beside what was found."""
    table = table_of("sample", "true σ(25 °C)", "found", "true Eₐ", "found")
    lines = {line.label: line for line in sample_lines(found.overview)}
    for finding in found.overview.drawn:
        known = truth.get(finding.sample.sample, {})
        line = lines[found.overview.label(finding.sample)]
        cells = [
            line.label,
            _true(known.get("conductivity"), "S/cm"),
            line.conductivity,
            _true(known.get("activation_energy"), "eV"),
            line.energy,
        ]
        table.add_row(*map(Text, cells))
    console().print(table)


def _true(value: float | None, unit: str) -> str:
    return "" if value is None else format_value(value, None, unit).partition(" (")[0]


def _show_waiting(found: CarriedOut) -> None:
    if not found.summary.waiting:
        return
    table = table_of("waits for an answer", "question")
    for question in found.summary.waiting:
        table.add_row(Text(question.step), Text(question.question))
    console().print(table)
    first = found.summary.waiting[0]
    click.echo(
        f"Answer with: kuralab answer {first.run} '{first.step}' happened|repeat|failed --reason TEXT"
    )


def run_as_json(found: CarriedOut, paths: Sequence[Path], truth: Truth | None) -> str:
    """The report's JSON with what waits and where the files are; strict, without NaN."""
    content = run_json(found.overview)
    content["waiting"] = [
        {"run": q.run, "step": q.step, "question": q.question} for q in found.summary.waiting
    ]
    content["files"] = [str(path) for path in paths]
    if truth is not None:
        content["truth"] = truth
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
