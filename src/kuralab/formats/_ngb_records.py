"""The streams of a NETZSCH .ngb archive as tables of numbered fields.

A stream is a serialised list of records. Each begins with a fixed mark, names a field and a data type,
and holds one value or an array. A record that holds a reference opens a table; the fields after it
belong to that table. The layout is known from the documentation of pyngb (G. Bellamy, MIT licence:
docs/binary-format.md of GraysonBellamy/pyngb).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Value: TypeAlias = int | float | str | bytes | Floats | None

_MARK: Final = b"\x18\xfc\xff\xff\x03\x80\x01"
_BRIDGE: Final = b"\x00\x00\x01\x00\x00\x00\x0c\x00\x17\xfc\xff\xff"
_HEAD: Final = len(_MARK) + 2 + len(_BRIDGE) + 1 + 2
_ONE, _MANY = b"\x80\x01", b"\xa0\x01"
_KIND_OF_TABLE: Final = b"\x02\x00\x00\x80"
_FAR: Final = 96
"""Bytes within which a table's opening record names its kind."""

_SCALARS: Final = {0x02: "<H", 0x03: "<i", 0x04: "<f", 0x05: "<d", 0x10: "<B"}
_ARRAYS: Final = {0x02: "<u2", 0x03: "<i4", 0x04: "<f4", 0x05: "<f8"}
_SIZES: Final = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x10: 1, 0x14: 8, 0x48: 16}
_REFERENCE, _STRING = 0x1A, 0x1F
MAGIC: Final = b"Netzsch TA file"


class DamagedStreamError(Exception):
    """A stream that breaks off, or an array longer than its stream."""


@dataclass
class NgbTable:
    """A table: its category and kind, and its fields' values by number."""

    category: int
    kind: int
    fields: dict[int, Value] = field(default_factory=dict)


def tables_of(stream: bytes) -> list[NgbTable]:
    """The tables of one stream, in order.

    Raises
    ------
    DamagedStreamError
        An array goes beyond the end of the stream, or its mark is missing.
    """
    if stream[2 : 2 + len(MAGIC)] != MAGIC:
        raise DamagedStreamError("a stream does not begin as NETZSCH writes it")
    tables: list[NgbTable] = []
    for number, kind_of_data, value, kind in _records(stream):
        if kind_of_data == _REFERENCE:
            if kind is not None:
                tables.append(NgbTable(number, kind))
        elif tables:
            tables[-1].fields.setdefault(number, value)
    return tables


def _records(stream: bytes) -> Iterator[tuple[int, int, Value, int | None]]:
    """Field number, data type and value; for a reference also the kind of the table that it opens."""
    at = stream.find(_MARK)
    while at >= 0:
        start = at + len(_MARK)
        body = at + _HEAD
        bridge = stream[start + 2 : start + 2 + len(_BRIDGE)]
        mode = stream[body - 2 : body]
        following = at + 1
        if bridge == _BRIDGE and mode in (_ONE, _MANY):
            (number,) = struct.unpack_from("<H", stream, start)
            kind_of_data = stream[body - 3]
            if kind_of_data == _REFERENCE:
                yield number, kind_of_data, None, _kind(stream, body)
                following = body
            elif mode == _MANY:
                value, following = _array(stream, kind_of_data, body)
                yield number, kind_of_data, value, None
            else:
                value, following = _scalar(stream, kind_of_data, body)
                yield number, kind_of_data, value, None
        at = stream.find(_MARK, following)


def _kind(stream: bytes, body: int) -> int | None:
    place = stream.find(_KIND_OF_TABLE, body, body + _FAR)
    if place < 0 or place + 6 > len(stream):
        return None
    (kind,) = struct.unpack_from("<H", stream, place + len(_KIND_OF_TABLE))
    return int(kind)


def _array(stream: bytes, kind_of_data: int, body: int) -> tuple[Value, int]:
    if body + 4 > len(stream):
        raise DamagedStreamError("a stream ends inside an array")
    (count,) = struct.unpack_from("<I", stream, body)
    size = _SIZES.get(kind_of_data)
    if size is None:
        return None, body + 4
    start, end = body + 4, body + 4 + count * size
    if end > len(stream):
        raise DamagedStreamError(f"an array of {count} numbers goes beyond the end of its stream")
    if kind_of_data in _ARRAYS:
        numbers = np.frombuffer(stream, dtype=_ARRAYS[kind_of_data], count=count, offset=start)
        # A damaged number may be a NaN that signals.
        with np.errstate(invalid="ignore"):
            return numbers.astype(np.float64), end
    return stream[start:end], end


def _scalar(stream: bytes, kind_of_data: int, body: int) -> tuple[Value, int]:
    if kind_of_data == _STRING:
        return _string(stream, body)
    size = _SIZES.get(kind_of_data, 0)
    if body + size > len(stream):
        raise DamagedStreamError("a stream ends inside a number")
    if kind_of_data in _SCALARS:
        (value,) = struct.unpack_from(_SCALARS[kind_of_data], stream, body)
        return value, body + size
    return stream[body : body + size], body + size


def _string(stream: bytes, body: int) -> tuple[str | None, int]:
    """UTF-16 behind a mark and a count of characters, or UTF-8 behind a count of bytes."""
    if stream[body : body + 3] == b"\xff\xfe\xff" and body + 4 <= len(stream):
        end = body + 4 + 2 * stream[body + 3]
        return _decoded(stream[body + 4 : end], "utf-16-le"), end
    if body + 4 > len(stream):
        raise DamagedStreamError("a stream ends inside a text")
    (length,) = struct.unpack_from("<I", stream, body)
    end = body + 4 + length
    if end > len(stream):
        # A damaged length: the next mark is searched from here.
        return None, body + 4
    content = stream[body + 4 : end]
    return _decoded(content, "utf-8") or _decoded(content, "utf-16-le"), end


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding).replace("\x00", "").strip() or None
    except UnicodeDecodeError:
        return None
