"""NETZSCH Proteus archives: ``.ngb-ss3`` (sample), ``.ngb-bs3`` (baseline), ``.ngb-ds3`` (both).

Stream 1 describes the measurement, streams 2 and 3 hold its channels. What an evaluation added to the
archive is not read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._ngb_records import DamagedStreamError, NgbTable, tables_of
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement

FORMAT = "netzsch-ngb"
Floats = NDArray[np.float64]

_MEMBER: Final = "Streams/stream_{}.table"
_LARGEST: Final = 256 * 1024**2
_HEADER, _VALUES, _STAGE, _DEVICE, _STATE, _RANGE = 0x2B22, 0x2B23, 0x2B0C, 0x2B07, 0x2B11, 0x2B0A
_DATA: Final = (0x0F40, 0x0F3D)
_END: Final = 0x87
"""A header without values at the end of a stream."""
_CHANNELS: Final[dict[int, tuple[str, str]]] = {
    0x8C: ("time", "s"),
    0x8D: ("temperature", "degC"),
    0x90: ("mass_change", "mg"),
    0x8E: ("dsc_signal", "uV"),
    0x9C: ("purge_flow_1", "mL/min"),
    0x9D: ("purge_flow_2", "mL/min"),
    0x9E: ("protective_flow", "mL/min"),
    0x30: ("furnace_temperature", "degC"),
    0x32: ("furnace_power", "%"),
    0x33: ("h_foil_temperature", "degC"),
}
_LEADING: Final = ("time", "temperature", "mass_change")
# Metadata: name, category of the table, number of the field.
_TEXTS: Final = (
    ("instrument", 0x1775, 0x1059),
    ("project", 0x1772, 0x083C),
    ("laboratory", 0x1772, 0x0834),
    ("operator", 0x1772, 0x0835),
    ("remark", 0x1772, 0x083D),
    ("crucible", 0x177E, 0x0840),
    ("furnace", 0x177A, 0x0840),
    ("sample", 0x7530, 0x0840),
    ("material", 0x7530, 0x0962),
    ("correction_file", 0x1770, 0x0843),
)
_MASS: Final = 0x0C9E
_STARTED: Final = (0x1772, 0x083E)
_GASES: Final = {30: "purge_gas_1", 31: "purge_gas_2", 32: "protective_gas"}
_STAGE_FIELDS: Final = (0x083F, 0x0E17, 0x0E13, 0x0E15)
"""Kind of stage, temperature in degC, rate in K/min, minutes."""


def recognises(source: Source) -> bool:
    """A ZIP archive with NETZSCH's streams."""
    if not source.content.startswith(b"PK\x03\x04"):
        return False
    return b"Streams/stream_1.table" in source.content or b"Streams/stream_2.table" in source.content


def read(source: Source) -> tuple[Measurement, ...]:
    """The measurement; a correction run that a ``.ngb-ds3`` also holds is named in a warning.

    Raises
    ------
    InputError
        The archive is damaged, or has no time, temperature and mass.
    """
    warnings: list[str] = []
    channels: dict[str, tuple[str, Floats]] = {}
    for number in (2, 3):
        tables = _tables(source, number, needed=number == 2)
        if _channels(tables, channels):
            warnings.append("the archive also holds the correction run, which was not read")
    lengths = {values.size for _, values in channels.values()}
    missing = [name for name in _LEADING if name not in channels]
    if missing or not lengths or lengths == {0}:
        raise source.error(
            f"there is no {', '.join(missing) or 'row'} in the archive",
            hint="Give a measurement with thermogravimetry; export it as text where it has none.",
        )
    if len(lengths) > 1:
        raise source.error("the channels have different lengths, so the archive is damaged", hint=_AGAIN)
    time = channels["time"][1]
    if not (np.isfinite(time).all() and (np.diff(time) >= 0.0).all()):
        raise source.error("the time decreases, so the archive is damaged", hint=_AGAIN)
    about = _tables(source, 1, needed=False)
    if not about:
        warnings.append("the description of the measurement could not be read")
    names = [*_LEADING, *(name for name in channels if name not in _LEADING)]
    return (
        Measurement(
            kind=Kind.THERMOGRAM,
            format=FORMAT,
            raw=source.raw,
            columns=tuple(
                Column(name=name, unit=channels[name][0], values=channels[name][1]) for name in names
            ),
            started=_started(about),
            metadata=_metadata(about),
            warnings=tuple(warnings),
        ),
    )


_AGAIN: Final = "Copy it again from the instrument's computer, or export the measurement as text."


def _tables(source: Source, number: int, *, needed: bool) -> list[NgbTable]:
    member = _MEMBER.format(number)
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            if member not in archive.namelist():
                if needed:
                    raise source.error(f"the archive has no {member}", hint=_AGAIN)
                return []
            if archive.getinfo(member).file_size > _LARGEST:
                raise source.error(f"{member} is larger than 256 MiB", hint="Export the data as text.")
            with archive.open(member) as stream:
                content = stream.read(_LARGEST + 1)
            if len(content) > _LARGEST:
                raise source.error(f"{member} is larger than 256 MiB", hint="Export the data as text.")
        return tables_of(content)
    except (
        zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError
    ) as error:  # fmt: skip
        raise source.error(f"the archive is damaged ({error})", hint=_AGAIN) from error
    except DamagedStreamError as error:
        if number == 1:
            return []
        raise source.error(f"{member} is damaged: {error}", hint=_AGAIN) from error


def _channels(tables: Sequence[NgbTable], found: dict[str, tuple[str, Floats]]) -> bool:
    """Adds one run's channels; True when a second run follows."""
    name: str | None = None
    unit = ""
    parts: list[Floats] = []
    here: set[str] = set()

    def finish() -> None:
        if name is not None and parts:
            values = np.concatenate(parts)
            found[name] = (unit, values * 60.0 if name == "time" else values)

    for table in tables:
        if table.kind == _HEADER:
            finish()
            number, parts = table.category & 0xFF, []
            name, unit = _CHANNELS.get(number, (f"channel_{number:02x}", ""))
            if name in here and number != _END:
                return True
            here.add(name)
        elif table.kind == _VALUES and name is not None:
            parts += [
                values
                for one in _DATA
                if isinstance(values := table.fields.get(one), np.ndarray) and values.size
            ]
    finish()
    return False


def _first(tables: Sequence[NgbTable], category: int, number: int) -> object:
    return next(
        (t.fields[number] for t in tables if t.category == category and number in t.fields), None
    )


def _started(tables: Sequence[NgbTable]) -> datetime | None:
    seconds = _first(tables, *_STARTED)
    if not isinstance(seconds, int) or not 0 < seconds < 2**32:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def _metadata(tables: Sequence[NgbTable]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, category, number in _TEXTS:
        text = _first(tables, category, number)
        if isinstance(text, str) and text.strip():
            found[name] = " ".join(text.split())[:300]
    mass = _first(tables, 0x7530, _MASS)
    if isinstance(mass, float) and 0.0 < mass < 1e6:
        found["sample_mass"] = f"{mass:g} mg"
    crucible = _crucible(tables)
    if crucible is not None:
        found["crucible_mass"] = f"{crucible:g} mg"
    found.update(_gases(tables))
    programme = _programme(tables)
    if programme:
        found["programme"] = programme
    return found


def _crucible(tables: Sequence[NgbTable]) -> float | None:
    """The mass of the sample's crucible: the table before it ends with another field than before the
    reference's."""
    for before, table in pairwise(tables):
        mass = table.fields.get(_MASS)
        if table.category == 0x177E and isinstance(mass, float) and 0x0C83 in before.fields:
            return mass if 0.0 < mass < 1e7 else None
    return None


def _gases(tables: Sequence[NgbTable]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        if table.kind == _DEVICE and table.fields.get(0x104B) == 2:
            role = _GASES.get(_whole(table.fields.get(0x083F)))
            gas = table.fields.get(0x0840)
            if role is not None and isinstance(gas, str) and gas.strip():
                found.setdefault(role, gas.strip()[:60])
    return found


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1


def _programme(tables: Sequence[NgbTable]) -> str:
    """The stages as "25 degC; 10 K/min to 825 degC; 30 min at 825 degC"."""
    stages = []
    for table in tables:
        if table.kind != _STAGE:
            continue
        kind, T, rate, minutes = (table.fields.get(number) for number in _STAGE_FIELDS)
        if isinstance(T, float) and isinstance(rate, float) and isinstance(minutes, float):
            stages.append((table.category, _whole(kind), T, rate, minutes))
    words = []
    for _, kind, T, rate, minutes in sorted(stages):
        if kind == 0:
            words.append(f"{T:g} degC")
        elif kind == 1 and rate > 0.0:
            words.append(f"{rate:g} K/min to {T:g} degC")
        elif kind == 1:
            words.append(f"{minutes:g} min at {T:g} degC")
    return "; ".join(words)[:600]
