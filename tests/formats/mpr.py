"""A writer of small BioLogic files for tests."""

from __future__ import annotations

import struct

_AT = {0: 100, 2: 405, 3: 406, 10: 1007, 11: 1007}
_VALUES = {32: (1000, 100, 10, 1), 37: (10, 20, 30, 40), 38: (1, 2, 3, 4)}


def mpr_file(
    *,
    rows: int | None = None,
    version: int = 11,
    long: bool = True,
    columns: list[tuple[int, str]] | None = None,
) -> bytes:
    """Four rows of f, Re Z and -Im Z; ``columns`` are numbers and struct codes."""
    columns = columns or [(32, "f"), (37, "f"), (38, "f")]
    width = "B" if version == 0 else "H"
    count = "H" if version >= 10 else "B"
    head = struct.pack(f"<I{count}", 4 if rows is None else rows, len(columns))
    head += struct.pack(f"<{len(columns)}{width}", *(number for number, _ in columns))
    body = head.ljust(_AT.get(version, 1007), b"\0")
    for i in range(4):
        for number, code in columns:
            if code:
                body += struct.pack(f"<{code}", _VALUES.get(number, (1, 2, 3, 4))[i])
    settings = _module("VMP Set", bytes([0x1D]) + bytes(300), 10, long=long)
    log = _module("VMP LOG", bytes(585) + struct.pack("<d", 45792.05) + bytes(100), 10, long=long)
    return (
        b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4)
        + settings + _module("VMP data", body, version, long=long) + log
    )  # fmt: skip


def _module(name: str, body: bytes, version: int, *, long: bool) -> bytes:
    size = struct.pack("<IQ", 0xFFFFFFFF, len(body)) if long else struct.pack("<I", len(body))
    head = b"MODULE" + name.encode().ljust(10) + b" " * 25 + size + struct.pack("<I", version)
    return head + b"05/15/25" + body
