"""What is in a file, as the JSON of ``kuralab read``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kuralab.model import SCHEMA_VERSION, Column, Measurement
from kuralab.units import Quantity


def description(file: Path, measurements: Sequence[Measurement]) -> dict[str, Any]:
    """The file with all of its measurements; plain JSON values without NaN."""
    return {
        "schema": SCHEMA_VERSION,
        "file": str(file),
        "sha256": measurements[0].raw.sha256 if measurements else None,
        "measurements": [_measurement(measurement) for measurement in measurements],
    }


def column_range(column: Column) -> tuple[float | None, float | None]:
    """Lowest and highest finite value; None where there is none."""
    finite = column.values[np.isfinite(column.values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (None, None)


def _measurement(measurement: Measurement) -> dict[str, Any]:
    return {
        "format": measurement.format,
        "kind": str(measurement.kind),
        "sweep": measurement.sweep,
        "rows": measurement.n_rows,
        "columns": [_column(column) for column in measurement.columns],
        "temperature": _quantity(measurement.temperature),
        "thickness": _quantity(measurement.thickness),
        "diameter": _quantity(measurement.diameter),
        "started": measurement.started.isoformat() if measurement.started else None,
        "metadata": measurement.metadata,
        "warnings": list(measurement.warnings),
    }


def _column(column: Column) -> dict[str, Any]:
    minimum, maximum = column_range(column)
    return {"name": column.name, "unit": column.unit, "minimum": minimum, "maximum": maximum}


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    return None if quantity is None else quantity.model_dump(mode="json")
