"""An outcome as tables in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kuralab.units import Quantity, quantity_kind
from kuralab.views import format_quantity, format_value

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.model import AnalysisRecord, Result

# Wide enough that nothing wraps when a table goes into a file or a pipe.
WIDTH_OF_A_FILE = 160


def console() -> Console:
    """A console on stdout that leaves texts as they are."""
    found = Console(highlight=False, soft_wrap=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH_OF_A_FILE)


def table_of(*headings: str) -> Table:
    """An empty table in the one style that we use."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading))
    return table


def show_outcome(outcome: Outcome) -> None:
    """Results, models tried and notes."""
    out, record = console(), outcome.record
    out.print(_results_table(record))
    if record.models:
        out.print()
        out.print(_models_table(record))
    for note in outcome.notes:
        out.print()
        out.print(Text(note))


def _results_table(record: AnalysisRecord) -> Table:
    names = _condition_names(record.results)
    several = len(record.input) > 1
    table = table_of("quantity", *names, "value", "flags", *(["file"] if several else []))
    for result in record.results:
        conditions = [_condition(result.conditions.get(name)) for name in names]
        value = format_value(result.value, result.uncertainty, result.unit)
        row = [quantity_kind(result.quantity).en, *conditions, value, ", ".join(result.flags)]
        table.add_row(*map(Text, row), *([_files(record, result.input)] if several else []))
    return table


def _models_table(record: AnalysisRecord) -> Table:
    several = len(record.input) > 1
    table = table_of("model", "adequate", "reason", *(["file"] if several else []))
    for model in record.models:
        row = [model.name, "yes" if model.adequate else "no", model.reason]
        table.add_row(*map(Text, row), *([_files(record, model.input)] if several else []))
    return table


def _condition_names(results: Iterable[Result]) -> list[str]:
    return list(dict.fromkeys(name for result in results for name in result.conditions))


def _condition(value: Quantity | str | None) -> str:
    if isinstance(value, Quantity):
        return format_quantity(value)
    return value or ""


def _files(record: AnalysisRecord, indices: Sequence[int]) -> str:
    """The file of a row; a row of several files says how many."""
    if len(indices) == 1:
        return record.input[indices[0]].file
    return f"{len(indices)} files" if indices else ""
