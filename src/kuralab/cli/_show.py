"""An outcome as tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from kuralab.cli._series import series_of, series_tables
from kuralab.cli._style import console, table_of
from kuralab.views import format_value, rows_of_results

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.model import AnalysisRecord, ModelTried, Result


def show_outcome(outcome: Outcome) -> None:
    """Results, models tried, parameters of the one that was used, and notes."""
    out, record = console(), outcome.record
    results = list(record.results)
    side_by_side = series_tables(record, series_of(record), console=out)
    for table in side_by_side:
        out.print(table)
    if side_by_side:
        results = [result for result in results if record.input and len(result.input) != 1]
    if results:
        out.print(_results_table(record, results))
    if record.models:
        out.print(_models_table(record))
    for model in record.models:
        if model.parameters:
            out.print(_parameters_table(model))
    for note in outcome.notes:
        out.print(Text(note))


def _results_table(record: AnalysisRecord, results: Sequence[Result]) -> Table:
    """One row for each of these results."""
    several = len(record.input) > 1
    table = table_of("quantity", "conditions", "value", "flags", *(["file"] if several else []))
    shown = record.model_copy(update={"results": tuple(results)})
    for row, result in zip(rows_of_results(shown), results, strict=True):
        cells = [row.name, row.conditions, row.value, row.flags]
        table.add_row(*map(Text, [*cells, _files(record, result.input)][: 4 + several]))
    return table


def _models_table(record: AnalysisRecord) -> Table:
    several = len(record.input) > 1
    table = table_of("model", "adequate", "reason", *(["file"] if several else []))
    for model in record.models:
        cells = [model.name, "yes" if model.adequate else "no", model.reason]
        table.add_row(*map(Text, [*cells, _files(record, model.input)][: 3 + several]))
    return table


def _parameters_table(model: ModelTried) -> Table:
    table = table_of(f"parameters of {model.name}", "value")
    for parameter in model.parameters:
        unit = "" if parameter.unit == "1" else parameter.unit
        if parameter.uncertainty is None:
            value = f"about {parameter.value:.2g} {unit}".rstrip() + ", not identifiable"
        else:
            value = format_value(parameter.value, parameter.uncertainty, unit)
        table.add_row(Text(parameter.name), Text(value))
    return table


def _files(record: AnalysisRecord, indices: Sequence[int]) -> str:
    """The file of a row; a row of several files says how many."""
    if len(indices) == 1:
        return PurePath(record.input[indices[0]].file).name
    return f"{len(indices)} files" if indices else ""
