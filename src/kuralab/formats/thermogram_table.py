"""Any text table of a thermobalance: its header names time, temperature and mass with their units."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._ceramic_roles import OXYGEN, TEMPERATURE, TIME, WATER
from kuralab.formats._role_table import RoleHeader, find_roles, read_roles, role
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement

FORMAT = "thermogram-table"
_MASS: Final = role(
    "mass",
    "mg",
    "mass weight samplemass sampleweight m relativemass masspercent 質量 重量 試料質量",
    also=("%", "wt%"),
    lowest=-1e7,
    highest=1e9,
    what="mass",
)
_CHANGE: Final = role(
    "mass_change",
    "mg",
    "masschange weightchange dm δm deltam dmm tg tga 質量変化 重量変化",
    also=("%", "wt%"),
    lowest=-1e7,
    highest=1e7,
    what="mass change",
)
_ROLES: Final = (TIME, TEMPERATURE, _MASS, _CHANGE, WATER, OXYGEN)
_HINT: Final = re.compile(r"(?i)mass|weight|tga?\b|\bd?m\b|Δm|質量|重量")
_MASSES: Final = ("mass", "mass_change")
_NEAR_WHOLE: Final = 30.0
"""% from 100 within which a first value is the whole sample, and no change of it."""


def recognises(source: Source) -> bool:
    """A header that names time, temperature and mass."""
    return _header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The run, in one piece.

    Raises
    ------
    InputError
        A unit is missing or does not fit, a cell is no number, or no row has time, temperature and mass.
    """
    header = _header(source)
    if header is None:
        raise source.error("no header names time, temperature and mass", hint="Add one.")
    table = read_roles(source, header, _ROLES)
    name = next(one for one in _MASSES if one in table.columns)
    keep = np.ones(len(table.lines), dtype=bool)
    for needed in ("time", "temperature", name):
        keep &= np.isfinite(table.columns[needed])
    if np.count_nonzero(keep) < 2:
        raise source.error(
            "fewer than two rows have time, temperature and mass", hint="Export the measurement again."
        )
    back = np.flatnonzero(np.diff(table.columns["time"][keep]) < 0.0)
    if back.size:
        line = np.asarray(table.lines)[keep][int(back[0]) + 1]
        raise source.error(
            "the time decreases", line=int(line), hint="Sort the rows by time, or split the runs."
        )
    # Percent written for a mass or a change: the unit says which it is.
    percent = table.units[name] in ("%", "wt%")
    out, unit = ("mass_percent", "%") if percent else (name, "mg")
    values = table.columns[name]
    if percent and abs(float(values[keep][0]) - 100.0) > _NEAR_WHOLE:
        values = 100.0 + values
    order = [("time", "s"), ("temperature", "degC")]
    columns = [Column(name=n, unit=u, values=table.columns[n][keep]) for n, u in order]
    columns.append(Column(name=out, unit=unit, values=values[keep]))
    columns += [
        Column(name=n, unit="atm", values=table.columns[n][keep])
        for n in ("water_pressure", "oxygen_pressure")
        if n in table.columns
    ]
    dropped = int(np.count_nonzero(~keep))
    plural = "s" if dropped > 1 else ""
    return (
        Measurement(
            kind=Kind.THERMOGRAM,
            format=FORMAT,
            raw=source.raw,
            columns=tuple(columns),
            metadata=table.metadata,
            warnings=(f"{dropped} row{plural} left out: a number is missing",) if dropped else (),
        ),
    )


def _header(source: Source) -> RoleHeader | None:
    if source.text is None or not _HINT.search(source.text[:20000]):
        return None
    return find_roles(
        source,
        _ROLES,
        lambda found: {"time", "temperature"} <= found and bool(found & set(_MASSES)),
    )
