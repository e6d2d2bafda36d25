"""Any text table of a dilatometer: its header names temperature and change of length."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._ceramic_roles import TEMPERATURE, TIME
from kuralab.formats._role_table import RoleHeader, find_roles, read_roles, role
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement

FORMAT = "dilatometer-table"
_RELATIVE: Final = role(
    "length_change_percent",
    "%",
    "dll0 dllo δll0 δllo deltall0 relativelengthchange linearstrain strain 線変化率 膨張率 収縮率",
    free=True,
    lowest=-1e4,
    highest=1e4,
    what="relative change of length",
)
_ABSOLUTE: Final = role(
    "length_change",
    "um",
    "dl δl deltal lengthchange displacement 変位 長さ変化",
    lowest=-1e6,
    highest=1e6,
    what="change of length",
)
_ROLES: Final = (TIME, TEMPERATURE, _RELATIVE, _ABSOLUTE)
_HINT: Final = re.compile(r"(?i)dl|Δl|delta\s*l|length|strain|displacement|変位|収縮|膨張|長さ|線変化")
_NONE_SHRINKS_MORE: Final = 0.9


def recognises(source: Source) -> bool:
    """A header that names temperature and a change of length."""
    return _header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The run; shrinkage is negative.

    Raises
    ------
    InputError
        A unit is missing or does not fit, a cell is no number, the time decreases, or a body shrinks to
        less than a tenth.
    """
    header = _header(source)
    if header is None:
        raise source.error("no header names temperature and change of length", hint="Add one.")
    table = read_roles(source, header, _ROLES)
    relative = "length_change_percent" in table.columns
    name = "length_change_percent" if relative else "length_change"
    values, unit = table.columns[name], "%" if relative else "um"
    if relative:
        written = table.units[name]
        if written not in ("", "%"):
            raise source.error(
                f"the unit {written!r} does not fit a relative change of length",
                line=table.header_line,
                hint="Write dL/L0 (%), or dL/L0 without a unit for a fraction.",
            )
        values = values if written == "%" else 100.0 * values
    keep = np.isfinite(values) & np.isfinite(table.columns["temperature"])
    if "time" in table.columns:
        keep &= np.isfinite(table.columns["time"])
    if np.count_nonzero(keep) < 2:
        raise source.error("fewer than two rows are complete", hint="Export the measurement again.")
    if relative and float(np.abs(values[keep]).max()) > 100.0 * _NONE_SHRINKS_MORE:
        worst = int(np.flatnonzero(keep)[int(np.argmax(np.abs(values[keep])))])
        raise source.error(
            f"a change of length by {values[worst]:.4g} % is impossible",
            line=table.lines[worst],
            hint="Is the column in % without saying so? Write dL/L0 (%).",
        )
    if "time" in table.columns and (np.diff(table.columns["time"][keep]) < 0.0).any():
        raise source.error("the time decreases", hint="Sort the rows by time, or split the runs.")
    columns = [] if "time" not in table.columns else [("time", "s", table.columns["time"])]
    columns += [("temperature", "degC", table.columns["temperature"]), (name, unit, values)]
    metadata = {"length" if k in ("l0", "initial_length") else k: v for k, v in table.metadata.items()}
    return (
        Measurement(
            kind=Kind.DILATOGRAM,
            format=FORMAT,
            raw=source.raw,
            columns=tuple(Column(name=n, unit=u, values=v[keep]) for n, u, v in columns),
            metadata=metadata,
        ),
    )


def _header(source: Source) -> RoleHeader | None:
    if source.text is None or not _HINT.search(source.text[:20000]):
        return None
    return find_roles(
        source,
        _ROLES,
        lambda found: (
            "temperature" in found and bool(found & {"length_change", "length_change_percent"})
        ),
    )
