"""Any text table of a cell between two gases: its header names a voltage and water or oxygen pressures,
or an EMF."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._ceramic_roles import (
    OXYGEN_ONE,
    OXYGEN_TWO,
    TEMPERATURE,
    TIME,
    WATER_ONE,
    WATER_TWO,
    gas_role,
)
from kuralab.formats._role_table import RoleHeader, RoleTable, find_roles, read_roles, role
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement

FORMAT = "cell-voltage-table"
_VOLTAGE: Final = role(
    "voltage",
    "V",
    "voltage v e u emf cellvoltage ocv 電圧 起電力",
    lowest=-10.0,
    highest=10.0,
    what="voltage",
)
_SPREAD: Final = role(
    "voltage_uncertainty",
    "V",
    "voltageuncertainty uncertainty emfuncertainty ue uv uemf stdvoltage sigmae se 不確かさ",
    lowest=0.0,
    highest=10.0,
    what="uncertainty of the voltage",
)
_TOTAL_ONE: Final = gas_role(
    "total_one", "totali total1 totalone ptotali ptotal1 ptoti ptot1", "total pressure"
)
_TOTAL_TWO: Final = gas_role(
    "total_two", "totalii total2 totaltwo ptotalii ptotal2 ptotii ptot2", "total pressure"
)
_TOTAL: Final = gas_role("total", "total totalpressure ptotal ptot 全圧", "total pressure")
_CURRENT: Final = role("current", "A", "current i im 電流", free=True)
_ROLES: Final = (
    TIME, TEMPERATURE, _VOLTAGE, _SPREAD, WATER_ONE, OXYGEN_ONE, WATER_TWO, OXYGEN_TWO, _TOTAL,
    _TOTAL_ONE, _TOTAL_TWO, _CURRENT,
)  # fmt: skip
_HINT: Final = re.compile(r"(?i)h2o|water|steam|\bemf\b|水蒸気|起電力")
_EMF: Final = re.compile(r"(?i)\be\.?m\.?f\b|起電力")
_ADDED: Final = 1.02
"""Partial pressures may exceed a rounded total pressure by 2 %."""
_GASES: Final = ("water_one", "oxygen_one", "water_two", "oxygen_two")


def recognises(source: Source) -> bool:
    """A header with a voltage, no current, and pressures of water or oxygen per side, or an EMF."""
    return _header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The table, rows with a voltage.

    Raises
    ------
    InputError
        A unit is missing or does not fit, a pressure is negative, partial pressures exceed the total
        pressure, a cell is no number, or no row has a voltage.
    """
    header = _header(source)
    if header is None:
        raise source.error("no header names a voltage and the gases of both sides", hint="Add one.")
    table = read_roles(source, header, _ROLES)
    keep = np.isfinite(table.columns["voltage"])
    if not keep.any():
        raise source.error("no row has a voltage", hint="Export the measurement again.")
    _check_totals(source, table)
    units = {"temperature": "degC", "voltage": "V", "voltage_uncertainty": "V", "time": "s"}
    order = ("time", "temperature", "voltage", "voltage_uncertainty", *_GASES)
    columns = [
        Column(name=name, unit=units.get(name, "atm"), values=table.columns[name][keep])
        for name in order
        if name in table.columns
    ]
    dropped = int(np.count_nonzero(~keep))
    plural = "s" if dropped > 1 else ""
    return (
        Measurement(
            kind=Kind.CELL_VOLTAGE,
            format=FORMAT,
            raw=source.raw,
            columns=tuple(columns),
            temperature=None if "temperature" in table.columns else table.temperature,
            metadata=table.metadata,
            warnings=(f"{dropped} row{plural} left out: no voltage",) if dropped else (),
        ),
    )


def _check_totals(source: Source, table: RoleTable) -> None:
    for side in ("one", "two"):
        total = table.columns.get(f"total_{side}", table.columns.get("total"))
        if total is None:
            continue
        gases = [table.columns[g] for g in (f"water_{side}", f"oxygen_{side}") if g in table.columns]
        if not gases:
            continue
        added = np.nansum(gases, axis=0)
        wrong = np.flatnonzero(added > _ADDED * total)
        if wrong.size:
            i = int(wrong[0])
            raise source.error(
                f"water and oxygen of electrode {'I' if side == 'one' else 'II'} add up to "
                f"{added[i]:.4g} atm, more than the total pressure of {total[i]:.4g} atm",
                line=table.lines[i],
                hint="Correct the partial pressures or the total pressure.",
            )


def _header(source: Source) -> RoleHeader | None:
    if source.text is None or not _HINT.search(source.text[:20000]):
        return None
    header = find_roles(source, _ROLES, lambda found: "voltage" in found and "current" not in found)
    if header is None:
        return None
    named = {label.role for label in header.labels if label is not None}
    words = " ".join(label.text for label in header.labels if label is not None)
    return header if named & set(_GASES) or _EMF.search(words) else None
