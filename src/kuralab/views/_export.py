"""Results as CSV and JSON for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Final

from kuralab.model import AnalysisRecord, Result
from kuralab.units import Quantity, quantity_kind
from kuralab.views._tables import condition_text

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
    conditions = _condition_columns(records)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [*_COLUMNS, *conditions], lineterminator="\n", restval="")
    writer.writeheader()
    for record in records:
        for result in record.results:
            writer.writerow(_row(record, result, conditions))
    return buffer.getvalue()


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
) -> dict[str, str]:
    kind = quantity_kind(result.quantity)
    row = {
        "technique": record.technique,
        "quantity": result.quantity,
        "symbol": kind.symbol,
        "name_en": kind.en,
        "name_ja": kind.ja,
        "value": _number(result.value),
        "uncertainty": _number(result.uncertainty),
        "unit": result.unit,
        "flags": "; ".join(result.flags),
        "method": result.method,
        "input_files": "; ".join(record.input[i].file for i in result.input),
    }
    for title, (name, unit) in conditions.items():
        value = result.conditions.get(name)
        if isinstance(value, Quantity) and unit is not None:
            row[title] = _number(value.value)
        elif value is not None:
            row[title] = condition_text(value)
    return row


def _number(value: float | None) -> str:
    """All digits, so that reading gives the same number again."""
    return "" if value is None else repr(value)
