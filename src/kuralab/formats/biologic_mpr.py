"""BioLogic EC-Lab ``.mpr``: a binary file of modules, little-endian.

    file    52 bytes "BIO-LOGIC MODULAR FILE"..., then modules
    module  "MODULE", short name (10), long name (25), [0xFFFFFFFF in newer files],
            length (4, or 8 after the mark), version (4), date (8), body
    data    rows (4), number of columns (1, since version 10: 2),
            column numbers (2 each, in version 0: 1), gap, records

Where the records begin follows from the version: 100 (version 0), 405 (2), 406 (3), 1007 (10, 11).
Checked with files of EC-Lab 11.32 (version 3, no mark), 11.50 and 11.61 (version 11, mark); versions
0, 2 and 10 have not met a real file. A layout that does not fill its records exactly is refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._biologic import with_current
from kuralab.formats._build import Facts, measurements_from_table
from kuralab.formats._labels import label_from_text
from kuralab.formats._mpr_columns import COLUMNS, FLAGS, TECHNIQUES
from kuralab.formats._source import Source
from kuralab.formats._table import Field, Table
from kuralab.formats._when import NO_ZONE, when_from_ole
from kuralab.model import Measurement

FORMAT = "biologic-mpr"
_MAGIC = b"BIO-LOGIC MODULAR FILE"
_FIRST_MODULE = 52
_LONG_MARK = b"\xff\xff\xff\xff"
_RECORDS_AT = {0: 100, 2: 405, 3: 406, 10: 1007, 11: 1007}
_FLAG_BYTE = "flags"
# The start of the acquisition in the log, an OLE date; older versions have it elsewhere.
_STARTED_AT = (585, 465, 469, 473)
_COMMENT_AT = slice(8, 264)
_AGAIN = "Copy it again from the instrument's computer when the measurement is finished."


@dataclass(frozen=True)
class _Module:
    name: str
    version: int
    body: memoryview


@dataclass(frozen=True)
class _Layout:
    """Type of one record, and the column numbers that were passed over as unknown."""

    dtype: np.dtype[np.void]
    unknown: tuple[int, ...]


def recognises(source: Source) -> bool:
    """The file begins with BioLogic's name."""
    return source.content.startswith(_MAGIC)


def read(source: Source) -> tuple[Measurement, ...]:
    """Read an EC-Lab binary file.

    Raises
    ------
    InputError
        The file is cut short, holds no points, or has a layout that is not known.
    """
    modules = _modules(source)
    data = next((m for m in modules if m.name == "VMP data"), None)
    if data is None:
        raise source.error("the file has no data module (VMP data)", hint=_AGAIN)
    facts = _facts(modules, data)
    records = _records(source, data, facts)
    names = records.dtype.names or ()
    fields = tuple(
        Field(label_from_text(_label_of(name)), records[name].astype(np.float64))
        for name in names
        if name != _FLAG_BYTE
    )
    table = Table(fields, np.arange(1, records.size + 1), place="row")
    _warn_of_errors(records, facts)
    return measurements_from_table(source, with_current(table, facts), format=FORMAT, facts=facts)


def _modules(source: Source) -> list[_Module]:
    """All modules in order; each announced length is checked against what is there."""
    content, modules, position = memoryview(source.content), [], _FIRST_MODULE
    while position < len(content):
        head = bytes(content[position : position + 65])
        long = head[41:45] == _LONG_MARK
        size = 65 if long else 57
        if not head.startswith(b"MODULE") or len(head) < size:
            raise source.error(
                f"a module should begin at byte {position}, but does not; the file is damaged",
                hint=_AGAIN,
            )
        length, version = struct.unpack_from("<QI" if long else "<II", head, 45 if long else 41)
        body = content[position + size : position + size + length]
        name = head[6:16].decode("latin-1").strip()
        if len(body) < length:
            raise source.error(
                f"the file is cut short: {name!r} announces {length} bytes, {len(body)} are there",
                hint=_AGAIN,
            )
        modules.append(_Module(name, version, body))
        position += size + length
    return modules


def _records(source: Source, data: _Module, facts: Facts) -> NDArray[np.void]:
    """The records of the data module as a structured array, without copying."""
    if len(data.body) < 5:
        raise source.error("the data module is too short", hint=_AGAIN)
    n_rows, n_columns = struct.unpack_from("<IB", data.body)
    width, listed_at = (1 if data.version == 0 else 2), (6 if data.version >= 10 else 5)
    start = _RECORDS_AT.get(data.version)
    if start is None:
        raise source.error(
            f"version {data.version} of the data module is not known",
            hint="Export the file as text (.mpt) from EC-Lab, and tell us the version of EC-Lab.",
        )
    available = len(data.body) - start
    if n_rows == 0 or n_columns == 0:
        raise source.error("the file holds no points yet", hint=_AGAIN)
    if available < n_rows or listed_at + width * n_columns > start:
        raise source.error(
            f"the data module announces {n_rows} rows but has no room for them", hint=_AGAIN
        )
    numbers = struct.unpack_from(f"<{n_columns}{'B' if width == 1 else 'H'}", data.body, listed_at)
    layout = _layout(source, numbers, size=available // n_rows, exact=available % n_rows == 0)
    if layout.unknown:
        listed = ", ".join(map(str, layout.unknown))
        facts.warnings.append(f"columns of unknown meaning were passed over (BioLogic numbers {listed})")
    return np.frombuffer(data.body, dtype=layout.dtype, count=n_rows, offset=start)


def _layout(source: Source, numbers: tuple[int, ...], *, size: int, exact: bool) -> _Layout:
    """Where each column stands in a record of ``size`` bytes.

    An unknown number has an unknown width: columns before the first one are counted from the front,
    columns after the last one from the end of the record, and those between are passed over too.
    """
    known = [(n, *_type_of(n)) for n in _one_flag_byte(numbers)]
    unknown = [i for i, (_, _, type_) in enumerate(known) if type_ is None]
    first, last = (unknown[0], unknown[-1]) if unknown else (len(known), len(known) - 1)
    names: list[str] = []
    types: list[str] = []
    offsets: list[int] = []

    def place(columns: list[tuple[int, str | None, str | None]], offset: int) -> int:
        for number, label, type_ in columns:
            if label is not None and type_ is not None:
                names.append(_FLAG_BYTE if number in FLAGS else f"{len(names)} {label}")
                types.append(type_)
                offsets.append(offset)
            offset += _width(type_)
        return offset

    tail = sum(_width(type_) for _, _, type_ in known[last + 1 :])
    front = place(known[:first], 0)
    room = size - front - tail
    place(known[last + 1 :], size - tail)
    if not exact or room < len(unknown) or (not unknown and room != 0):
        raise source.error(
            f"the columns take {front + tail} bytes but a record has {size}; this layout is not known",
            hint="Export the file as text (.mpt) from EC-Lab.",
        )
    dtype = np.dtype({"names": names, "formats": types, "offsets": offsets, "itemsize": size})
    passed = tuple(number for number, _, _ in known[first : last + 1])
    return _Layout(dtype, passed)


def _one_flag_byte(numbers: tuple[int, ...]) -> list[int]:
    flags = [n for n in numbers if n in FLAGS]
    return [n for n in numbers if n not in FLAGS or n == flags[0]]


def _type_of(number: int) -> tuple[str | None, str | None]:
    if number in FLAGS:
        return _FLAG_BYTE, "|u1"
    return COLUMNS.get(number, (None, None))


def _width(type_: str | None) -> int:
    return 0 if type_ is None else int(type_[-1])


def _label_of(name: str) -> str:
    """The label in a field's name, which begins with its index to be unique."""
    return name.split(" ", 1)[1]


def _warn_of_errors(records: NDArray[np.void], facts: Facts) -> None:
    if _FLAG_BYTE in (records.dtype.names or ()):
        n = int(np.count_nonzero(records[_FLAG_BYTE] & FLAGS[3][1]))
        if n:
            facts.warnings.append(f"{n} rows carry the instrument's error flag")


def _facts(modules: list[_Module], data: _Module) -> Facts:
    facts = Facts(metadata={"data_version": str(data.version)})
    for module in modules:
        if module.name == "VMP Set" and len(module.body) > 0:
            code = module.body[0]
            facts.metadata["technique"] = TECHNIQUES.get(code, f"BioLogic number {code}")
            comment = bytes(module.body[_COMMENT_AT]).split(b"\0")[0].decode("latin-1").strip()
            if comment and all(c.isprintable() or c in "\r\n\t" for c in comment):
                facts.metadata["comments"] = " ".join(comment.split())
        elif module.name == "VMP LOG":
            for offset in _STARTED_AT:
                if facts.started is None and len(module.body) >= offset + 8:
                    facts.started = when_from_ole(struct.unpack_from("<d", module.body, offset)[0])
    if facts.started is not None:
        facts.metadata["time_zone"] = NO_ZONE
    return facts
