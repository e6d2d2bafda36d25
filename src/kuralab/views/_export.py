"""Results as CSV and JSON for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kuralab.model import AnalysisRecord, Result
from kuralab.units import Quantity, quantity_kind
from kuralab.views._tables import condition_text

Cell = str | float | None

_COLUMNS: Final = (
    "technique",
    "quantity",
    "symbol",
    "name_en",
    "name_ja",
    "value",
    "uncertainty",
    "unit",
    "flags",
    "method",
    "input_files",
)


def results_csv(records: Sequence[AnalysisRecord]) -> str:
    """One row for each result; the conditions are columns such as ``temperature [degC]``.

    Several flags or files in one cell are separated by ``"; "``; a missing value is an empty cell.
    """
    return csv_of(*result_rows(records))


def result_rows(
    records: Sequence[AnalysisRecord], about: Sequence[Mapping[str, Cell]] = ()
) -> tuple[list[str], list[dict[str, Cell]]]:
    """Column titles and rows; ``about`` says more of each record, in columns that come first."""
    conditions = _condition_columns(records)
    first = list(dict.fromkeys(title for more in about for title in more))
    rows = [
        {**more, **_row(record, result, conditions)}
        for record, more in zip(records, about or [{}] * len(records), strict=True)
        for result in record.results
    ]
    return [*first, *_COLUMNS, *conditions], rows


def csv_of(titles: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """A table as text; numbers with all of their digits, so that reading gives them again."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, titles, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows({title: _text(cell) for title, cell in row.items()} for row in rows)
    return buffer.getvalue()


def parquet_of(titles: Sequence[str], rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """The same table as Parquet: a column of numbers is one of doubles, all others are texts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {}
    for title in titles:
        cells = [row.get(title) for row in rows]
        numeric = all(isinstance(cell, float | None) for cell in cells) and any(
            cell is not None for cell in cells
        )
        kind = pa.float64() if numeric or title in ("value", "uncertainty") else pa.string()
        texts = cells if kind == pa.float64() else [None if c is None else _text(c) for c in cells]
        columns[title] = pa.array(texts, kind)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


def results_json(records: Sequence[AnalysisRecord]) -> str:
    """The record, or a list of records when there are several."""
    if len(records) == 1:
        return records[0].to_json() + "\n"
    listed = [json.loads(record.to_json()) for record in records]
    return json.dumps(listed, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _condition_columns(records: Sequence[AnalysisRecord]) -> dict[str, tuple[str, str | None]]:
    """Column titles: each condition's name, and its unit where all results share one."""
    units: dict[str, set[str | None]] = {}
    for record in records:
        for result in record.results:
            for name, value in result.conditions.items():
                units.setdefault(name, set()).add(value.unit if isinstance(value, Quantity) else None)
    columns: dict[str, tuple[str, str | None]] = {}
    for name, found in units.items():
        unit = next(iter(found)) if len(found) == 1 else None
        title = f"{name} [{unit}]" if unit else name
        # A condition must not hide a column of ours, such as "method".
        columns[f"condition {title}" if title in _COLUMNS else title] = (name, unit)
    return columns


def _row(
    record: AnalysisRecord, result: Result, conditions: dict[str, tuple[str, str | None]]
) -> dict[str, Cell]:
    kind = quantity_kind(result.quantity)
    row: dict[str, Cell] = {
        "technique": record.technique,
        "quantity": result.quantity,
        "symbol": kind.symbol,
        "name_en": kind.en,
        "name_ja": kind.ja,
        "value": result.value,
        "uncertainty": result.uncertainty,
        "unit": result.unit,
        "flags": "; ".join(result.flags),
        "method": result.method,
        "input_files": "; ".join(record.input[i].file for i in result.input),
    }
    for title, (name, unit) in conditions.items():
        value = result.conditions.get(name)
        if isinstance(value, Quantity) and unit is not None:
            row[title] = value.value
        elif value is not None:
            row[title] = condition_text(value)
    return row


def _text(cell: Cell) -> str:
    return "" if cell is None else repr(cell) if isinstance(cell, float) else cell
