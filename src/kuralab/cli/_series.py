"""Results of a series of spectra side by side: a row for each spectrum, a column for each quantity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kuralab.cli._style import table_of
from kuralab.units import QuantityKind, quantity_kind
from kuralab.views import format_value, rows_of_results, unit_symbol

if TYPE_CHECKING:
    from kuralab.model import AnalysisRecord, Result

FEWEST_ROWS = 3
UNLIMITED = 10_000

Key = tuple[int, str]
"""The file and the conditions that results of one spectrum share."""


def series_of(record: AnalysisRecord) -> dict[Key, list[Result]]:
    """Results of one file each, by spectrum; empty where there is too little to stand side by side."""
    found: dict[Key, list[Result]] = {}
    for row, result in zip(rows_of_results(record), record.results, strict=True):
        # A calculation has no files: its conditions tell the rows apart.
        if len(result.input) == 1 or not record.input:
            source = result.input[0] if result.input else 0
            found.setdefault((source, row.conditions), []).append(result)
    kinds = {result.quantity for row in found.values() for result in row}
    # Where most rows lack most quantities, a list reads better than a table full of holes.
    filled = sum(len(row) for row in found.values())
    return found if len(found) >= FEWEST_ROWS and 2 * filled >= len(found) * len(kinds) else {}


def series_tables(
    record: AnalysisRecord, series: dict[Key, list[Result]], *, console: Console
) -> list[Table]:
    """One row for each spectrum, in one table or, on a narrow terminal, in one for each unit.

    Empty where that does not fit either. What the symbols mean stands in the vocabulary.
    """
    if not series:
        return []
    kinds = list(dict.fromkeys(result.quantity for row in series.values() for result in row))
    by_unit: dict[str, list[str]] = {}
    for kind in kinds:
        by_unit.setdefault(quantity_kind(kind).unit, []).append(kind)
    for division in ([kinds], list(by_unit.values())):
        tables = [_table(record, series, chosen) for chosen in division]
        unlimited = console.options.update(max_width=UNLIMITED)
        if all(console.measure(table, options=unlimited).maximum <= console.width for table in tables):
            return tables
    return []


def _table(record: AnalysisRecord, series: dict[Key, list[Result]], kinds: Sequence[str]) -> Table:
    """These quantities of each spectrum; the file is left out where the conditions tell them apart."""
    named = len({conditions for _, conditions in series}) < len(series)
    flagged = any(result.flags for row in series.values() for result in row)
    heads = [_head(quantity_kind(kind)) for kind in kinds]
    table = table_of(*["file"] * named, "conditions", *heads, *["flags"] * flagged)
    for (source, conditions), results in series.items():
        shown = {result.quantity: result for result in results if result.quantity in kinds}
        cells = [PurePath(record.input[source].file).name, conditions] if named else [conditions]
        cells += [_value(shown[kind]) if kind in shown else "" for kind in kinds]
        table.add_row(*map(Text, cells + [_flags(list(shown.values()))] * flagged))
    return table


def _head(kind: QuantityKind) -> str:
    return f"{kind.symbol} / {unit_symbol(kind.unit)}" if kind.unit else kind.symbol


def _value(result: Result) -> str:
    """The number alone, in the unit of the column's head."""
    if result.value is not None and result.uncertainty is None:
        return f"{result.value:.3g}"
    return format_value(result.value, result.uncertainty, "")


def _flags(results: Sequence[Result]) -> str:
    """Each flag once, with the quantities that it concerns unless these are all of the row."""
    flagged: dict[str, list[str]] = {}
    for result in results:
        for flag in result.flags:
            flagged.setdefault(flag, []).append(quantity_kind(result.quantity).symbol)
    return "; ".join(
        flag.replace("_", " ") + (f": {', '.join(of)}" if len(of) < len(results) else "")
        for flag, of in flagged.items()
    )
