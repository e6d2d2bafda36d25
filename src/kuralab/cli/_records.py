"""A record of the lab as plain values, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kuralab.errors import InputError
from kuralab.units import Quantity
from kuralab.views import format_quantity, format_value

if TYPE_CHECKING:
    from kuralab.store import Catalogue, MeasurementRow, ResultRow


def record_of(row: Any) -> dict[str, Any]:
    """A row of the catalogue as JSON has it."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def value_of(row: ResultRow) -> str:
    """A result's value with its uncertainty."""
    return format_value(row.value, row.uncertainty, row.unit)


def details_of(catalogue: Catalogue, lab: Path, identity: str) -> dict[str, Any]:
    """Everything about a run, a sample, a measurement or a result.

    Raises
    ------
    InputError
        Nothing in the lab has this identity.
    """
    for result in catalogue.results():
        if result.id == identity:
            return {"kind": "result", **record_of(result)}
    for measurement in catalogue.measurements():
        if measurement.id == identity:
            return {"kind": "measurement", **record_of(measurement), **_table(lab, measurement)}
    for sample in catalogue.samples():
        if sample.sample == identity:
            history = catalogue.sample_history(sample.run, sample.sample)
            told = [{"time": e.time.isoformat(), "kind": e.kind, **_told(e.payload)} for e in history]
            return {"kind": "sample", **record_of(sample), "history": told}
    for run in catalogue.runs():
        if run.run == identity:
            steps = [record_of(step) for step in catalogue.steps(run.run)]
            return {"kind": "run", **record_of(run), "steps": steps}
    raise InputError(
        f"nothing here is called {identity!r}",
        field="ID",
        hint="Find identities with `kuralab data search`.",
    )


def lines_of(found: Mapping[str, Any]) -> Iterator[str]:
    """One line for each thing that is known; what is listed is indented."""
    yield f"{found['kind']} {found.get('id') or found.get('sample') or found['run']}"
    for key, value in found.items():
        if key in ("kind", "id") or value in (None, "", [], {}):
            continue
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            yield f"{key}:"
            for entry in value:
                yield "  " + "  ".join(_short(v) for v in entry.values() if v not in (None, "", []))
        else:
            yield f"{key.replace('_', ' ')}: {_short(value)}"


def _table(lab: Path, row: MeasurementRow) -> dict[str, Any]:
    """Columns with their ranges, and where the raw bytes lie."""
    from kuralab.cli._describe import column_range
    from kuralab.store import RawStore, Tables

    raw = {"raw_file": str(RawStore(lab).path(row.raw_sha256))}
    if row.rows == 0:
        return {**raw, "columns": []}
    columns = []
    for column in Tables(lab).read(row.id).columns:
        low, high = column_range(column)
        columns.append({"name": column.name, "unit": column.unit, "minimum": low, "maximum": high})
    return {**raw, "columns": columns}


def _told(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of a sample, without what the sample itself repeats."""
    return {key: _plain(value) for key, value in payload.items() if key not in ("run", "sample")}


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return value.model_dump(mode="json")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value


def _short(value: Any) -> str:
    """Plain values as a person writes them."""
    if isinstance(value, Mapping) and set(value) == {"value", "uncertainty", "unit"}:
        return format_quantity(Quantity.model_validate(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(entry)}" for key, entry in value.items())
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
