"""A long BioLogic file reads at 50 MB/s or faster."""

from __future__ import annotations

import struct
from pathlib import Path
from time import perf_counter

import pytest

from kuralab.formats import read


def enlarged(content: bytes, factor: int) -> bytes:
    """The same file with its records repeated (new-style modules, data version 11)."""
    start = content.index(b"MODULEVMP data")
    (length,) = struct.unpack_from("<Q", content, start + 45)
    body = content[start + 65 : start + 65 + length]
    (rows,) = struct.unpack_from("<I", body)
    body = struct.pack("<I", rows * factor) + body[4:1007] + body[1007:] * factor
    head = content[start : start + 45] + struct.pack("<Q", len(body)) + content[start + 53 : start + 65]
    return content[:start] + head + body + content[start + 65 + length :]


@pytest.mark.slow
def test_a_long_mpr_is_read_fast(electrochemistry: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.mpr"
    path.write_bytes(enlarged((electrochemistry / "eis/assb-ncm-lpscl/CP_SSB.mpr").read_bytes(), 60))
    seconds = []
    for _ in range(3):
        start = perf_counter()
        (measurement,) = read(path)
        seconds.append(perf_counter() - start)
    assert measurement.n_rows == 60 * 30208
    rate = path.stat().st_size / 1e6 / min(seconds)
    assert rate > 50, f"{rate:.0f} MB/s"
    print(f"{rate:.0f} MB/s")
