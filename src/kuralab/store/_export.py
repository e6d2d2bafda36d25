"""Rows of a search as files for other programs.

A quantity becomes three columns, so that its number stays a number: ``temperature``,
``temperature_uncertainty``, ``temperature_unit``. Lists and maps become JSON.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from kuralab.store._chain import time_text, to_json
from kuralab.store._paths import write_whole
from kuralab.store._rows import MeasurementRow, ResultRow, RunRow, SampleRow, StepRow
from kuralab.units import Quantity

Rows: TypeAlias = Sequence[RunRow | StepRow | SampleRow | MeasurementRow | ResultRow]

_QUANTITIES = ("temperature",)


def export_csv(rows: Rows, path: Path) -> None:
    """Write rows of one kind as CSV (UTF-8, times in ISO 8601); no rows make an empty file."""
    table = [dict(_flat(row)) for row in rows]
    text = io.StringIO(newline="")
    if table:
        writer = csv.DictWriter(text, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        for line in table:
            writer.writerow({k: time_text(v) if isinstance(v, datetime) else v for k, v in line.items()})
    write_whole(path, text.getvalue().encode())


def export_parquet(rows: Rows, path: Path) -> None:
    """Write rows of one kind as Parquet, with numbers and times as such."""
    import pyarrow
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(_flat(row)) for row in rows]), buffer)
    write_whole(path, buffer.getvalue())


def _flat(row: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(row):
        name, value = field.name, getattr(row, field.name)
        if name in _QUANTITIES:
            quantity = value or None
            yield name, quantity and quantity.value
            yield f"{name}_uncertainty", quantity and quantity.uncertainty
            yield f"{name}_unit", quantity and quantity.unit
        elif isinstance(value, tuple):
            yield name, to_json(value)
        elif isinstance(value, Mapping):
            yield name, to_json({key: _plain(part) for key, part in value.items()})
        else:
            yield name, value


def _plain(value: Quantity | str) -> Any:
    return value.model_dump() if isinstance(value, Quantity) else value
