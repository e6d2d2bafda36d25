"""Any text table of total conductivity against temperature and gas."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._ceramic_roles import OXYGEN, TEMPERATURE, WATER
from kuralab.formats._role_table import RoleHeader, find_roles, read_roles, role
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement

FORMAT = "conductivity-table"
_SIGMA: Final = role(
    "conductivity",
    "S/cm",
    "conductivity totalconductivity sigma σ sigmatot sigmatotal σtot 伝導度 導電率 全伝導度",
    lowest=0.0,
    highest=1e6,
    what="conductivity",
)
_SPREAD: Final = role(
    "conductivity_uncertainty",
    "S/cm",
    "conductivityuncertainty uncertainty usigma uσ stdconductivity ssigma 不確かさ",
    lowest=0.0,
    highest=1e6,
    what="uncertainty of the conductivity",
)
_ROLES: Final = (TEMPERATURE, _SIGMA, _SPREAD, WATER, OXYGEN)
_HINT: Final = re.compile(r"(?i)conductivity|sigma|σ|伝導度|導電率")


def recognises(source: Source) -> bool:
    """A header that names temperature and conductivity."""
    return _header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The table, rows with temperature and a conductivity above zero.

    Raises
    ------
    InputError
        A unit is missing or does not fit, a cell is no number, or no row is complete.
    """
    header = _header(source)
    if header is None:
        raise source.error("no header names temperature and conductivity", hint="Add one.")
    table = read_roles(source, header, _ROLES)
    sigma = table.columns["conductivity"]
    keep = np.isfinite(sigma) & np.isfinite(table.columns["temperature"]) & (np.nan_to_num(sigma) > 0.0)
    if not keep.any():
        raise source.error("no row has a temperature and a conductivity above zero", hint="Correct it.")
    units = {"temperature": "degC", "water_pressure": "atm", "oxygen_pressure": "atm"}
    dropped = int(np.count_nonzero(~keep))
    plural = "s" if dropped > 1 else ""
    return (
        Measurement(
            kind=Kind.CONDUCTIVITY,
            format=FORMAT,
            raw=source.raw,
            columns=tuple(
                Column(
                    name=one.name, unit=units.get(one.name, "S/cm"), values=table.columns[one.name][keep]
                )
                for one in _ROLES
                if one.name in table.columns
            ),
            metadata=table.metadata,
            warnings=(f"{dropped} row{plural} left out: no temperature or conductivity",)
            if dropped
            else (),
        ),
    )


def _header(source: Source) -> RoleHeader | None:
    if source.text is None or not _HINT.search(source.text[:20000]):
        return None
    return find_roles(source, _ROLES, lambda found: {"temperature", "conductivity"} <= found)
