"""Results of a series of spectra side by side: a row for each spectrum, a column for each quantity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from kuralab.cli._style import table_of
from kuralab.units import quantity_kind
from kuralab.views import format_value, rows_of_results, unit_symbol

if TYPE_CHECKING:
    from kuralab.model import AnalysisRecord, Result

FEWEST_ROWS = 3

Key = tuple[int, str]
"""The file and the conditions that results of one spectrum share."""


def series_of(record: AnalysisRecord) -> dict[Key, list[Result]]:
    """Results of one file each, by spectrum; empty where there are too few to stand side by side."""
    found: dict[Key, list[Result]] = {}
    for row, result in zip(rows_of_results(record), record.results, strict=True):
        if len(result.input) == 1:
            found.setdefault((result.input[0], row.conditions), []).append(result)
    return found if len(found) >= FEWEST_ROWS else {}


def series_table(record: AnalysisRecord, series: dict[Key, list[Result]]) -> Table:
    """One row for each spectrum; what the symbols mean stands in the report and the vocabulary."""
    kinds = list(dict.fromkeys(result.quantity for row in series.values() for result in row))
    heads = [quantity_kind(kind) for kind in kinds]
    table = table_of("file", "conditions", *(_head(kind.symbol, kind.unit) for kind in heads), "flags")
    for (source, conditions), results in series.items():
        values = {result.quantity: _value(result) for result in results}
        cells = [PurePath(record.input[source].file).name, conditions]
        cells += [values.get(kind, "") for kind in kinds]
        table.add_row(*map(Text, [*cells, _flags(results)]))
    return table


def _head(symbol: str, unit: str) -> str:
    return f"{symbol} / {unit_symbol(unit)}" if unit else symbol


def _value(result: Result) -> str:
    """The number alone, in the unit of the column's head."""
    if result.value is not None and result.uncertainty is None:
        return f"{result.value:.3g}"
    return format_value(result.value, result.uncertainty, "")


def _flags(results: Sequence[Result]) -> str:
    """Each flag once, with the quantities that it concerns where not all have it."""
    flagged: dict[str, list[str]] = {}
    for result in results:
        for flag in result.flags:
            flagged.setdefault(flag, []).append(quantity_kind(result.quantity).symbol)
    return "; ".join(f"{flag.replace('_', ' ')}: {', '.join(of)}" for flag, of in flagged.items())
