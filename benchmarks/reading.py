"""How fast a long BioLogic file is read, against the limit of 50 MB/s and against copying its bytes.

    .venv/bin/python benchmarks/reading.py [--shared-data DIR]

A real file's records are repeated into a file of about 80 MB in a temporary folder, and read end to
end: bytes, SHA-256, columns, units. Warm page cache, best and median of five.
"""

from __future__ import annotations

import argparse
import struct
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from kuralab.formats import read

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 50.0
FILE = "electrochemistry/eis/assb-ncm-lpscl/CP_SSB.mpr"
HEADER_OF_DATA = 1007


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared-data", type=Path, default=ROOT.parent / "shared" / "data")
    source = parser.parse_args().shared_data / FILE
    if not source.exists():
        print(f"skipped: {source} does not exist")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.mpr"
        path.write_bytes(enlarged(source.read_bytes(), 60))
        size = path.stat().st_size / 1e6
        reading = [_seconds(lambda: read(path)) for _ in range(5)]
        copying = [_seconds(path.read_bytes) for _ in range(5)]
    rate = size / median(reading)
    print(f"{size:.0f} MB: median {rate:.0f} MB/s, best {size / min(reading):.0f} MB/s (warm)")
    print(f"reading the bytes alone: {size / median(copying):.0f} MB/s")
    print(f"{'met   ' if rate >= LIMIT else 'MISSED'} at least {LIMIT:.0f} MB/s")
    return 0 if rate >= LIMIT else 1


def enlarged(content: bytes, factor: int) -> bytes:
    """The same file with its records repeated (new-style modules, data version 11)."""
    start = content.index(b"MODULEVMP data")
    (length,) = struct.unpack_from("<Q", content, start + 45)
    body = content[start + 65 : start + 65 + length]
    (rows,) = struct.unpack_from("<I", body)
    records = body[HEADER_OF_DATA:] * factor
    body = struct.pack("<I", rows * factor) + body[4:HEADER_OF_DATA] + records
    head = content[start : start + 45] + struct.pack("<Q", len(body)) + content[start + 53 : start + 65]
    return content[:start] + head + body + content[start + 65 + length :]


def _seconds(action) -> float:  # type: ignore[no-untyped-def]
    began = perf_counter()
    action()
    return perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
