"""From a table to measurements: bad rows out, sweeps apart, what is known attached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._columns import Settled, settle_columns
from kuralab.formats._name import temperature_from_name
from kuralab.formats._sweeps import split_sweeps
from kuralab.formats._table import Table
from kuralab.model import Column, Kind, Measurement
from kuralab.units import Quantity

if TYPE_CHECKING:
    from kuralab.formats._source import Source

Floats = NDArray[np.float64]

# What Gamry writes where no thermometer is connected.
_NO_THERMOMETER = 327.67


@dataclass
class Facts:
    """What a file says besides its table."""

    temperature: Quantity | None = None
    thickness: Quantity | None = None
    diameter: Quantity | None = None
    started: datetime | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def measurements_from_table(
    source: Source, table: Table, *, format: str, facts: Facts, vendor: bool = True
) -> tuple[Measurement, ...]:
    """The measurements of one table, one per sweep; a time series is not split.

    Raises
    ------
    InputError
        The table cannot be used, a frequency is negative, or no row is left.
    """
    settled = settle_columns(source, table, vendor=vendor)
    keep = _usable_rows(source, table, settled)
    rows = slice(None) if keep.all() else keep
    columns = {name: (unit, values[rows]) for name, (unit, values) in settled.columns.items()}
    cycle = None if settled.cycle is None else settled.cycle[rows]
    if settled.kind is Kind.IMPEDANCE:
        sweeps = split_sweeps(frequency=columns["frequency"][1], cycle=cycle)
    else:
        sweeps = (slice(0, int(np.count_nonzero(keep))),)
    temperature, origin = _temperature(source, settled, columns, facts)
    for _, values in columns.values():
        values.flags.writeable = False
    first = Measurement(
        kind=settled.kind,
        format=format,
        raw=source.raw,
        columns=_columns_at(sweeps[0], columns),
        temperature=temperature,
        thickness=facts.thickness,
        diameter=facts.diameter,
        started=facts.started,
        metadata=facts.metadata | ({"temperature_from": origin} if origin else {}),
        warnings=tuple(facts.warnings + settled.warnings),
    )
    # The other sweeps have the same columns, so what was checked once holds for all.
    return first, *(
        first.model_copy(update={"sweep": i, "columns": _columns_at(sweep, columns)})
        for i, sweep in enumerate(sweeps[1:], start=2)
    )


def _columns_at(rows: slice, columns: dict[str, tuple[str, Floats]]) -> tuple[Column, ...]:
    # Float arrays, read-only already: validation would go through a million values one by one.
    return tuple(
        Column.model_construct(name=name, unit=unit, values=values[rows])
        for name, (unit, values) in columns.items()
    )


def _usable_rows(source: Source, table: Table, settled: Settled) -> NDArray[np.bool_]:
    """Rows with everything that the kind needs; the others are named in a warning."""
    if settled.kind is Kind.TIME_SERIES:
        needed = ["time"]
    else:
        needed = ["frequency", "impedance_real", "impedance_imaginary"]
        negative = np.flatnonzero(settled.columns["frequency"][1] < 0)
        if negative.size:
            raise source.error(
                f"the frequency is negative ({settled.columns['frequency'][1][negative[0]]:g} Hz)",
                line=int(table.places[negative[0]]) if table.place == "line" else None,
                field="frequency" if table.place == "line" else f"frequency, row {negative[0] + 1}",
                hint="Correct or delete the row, or check which column the header calls frequency.",
            )
    keep = np.ones(table.places.size, dtype=np.bool_)
    for name in needed:
        keep &= np.isfinite(settled.columns[name][1])
    if settled.kind is Kind.IMPEDANCE:
        keep &= settled.columns["frequency"][1] > 0
    if not keep.any():
        raise source.error(
            "no row has a usable number in every column that is needed"
            if keep.size
            else "the table has no rows",
            hint="Export the measurement again when it is finished.",
        )
    dropped = table.places[~keep]
    if dropped.size:
        where = ", ".join(str(place) for place in dropped[:5]) + (", ..." if dropped.size > 5 else "")
        plural = "s" if dropped.size > 1 else ""
        reason = "frequency 0 or a missing number" if settled.kind is Kind.IMPEDANCE else "no time"
        settled.warnings.append(
            f"{dropped.size} row{plural} left out: {reason} ({table.place}{plural} {where})"
        )
    return keep


def _temperature(
    source: Source, settled: Settled, columns: dict[str, tuple[str, Floats]], facts: Facts
) -> tuple[Quantity | None, str]:
    """Temperature and where it was stated: the header before a column before the file's name."""
    named = temperature_from_name(source.path.name, kind=settled.kind)
    if facts.temperature is not None:
        if named is not None and named != facts.temperature:
            settled.warnings.append(
                f"the file's name says {named}, its header {facts.temperature}; the header's is taken"
            )
        return facts.temperature, "header"
    if "temperature" in columns:
        unit, values = columns["temperature"]
        finite = values[np.isfinite(values)]
        if finite.size == 0 or np.any(np.isclose(np.abs(finite), _NO_THERMOMETER)):
            del columns["temperature"]
        elif np.ptp(finite) <= 2.0 and settled.kind is Kind.IMPEDANCE:
            return Quantity(value=float(finite.mean()), unit=unit), "column"
    return named, "file name" if named is not None else ""
