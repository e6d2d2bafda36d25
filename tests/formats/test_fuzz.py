"""Damaged copies of real files: read, or one InputError; never anything else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import read
from tests.formats.mpr import mpr_file

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_LARGEST = 200_000
_TOKENS = (
    b"nan",
    b"inf",
    b"1e999",
    b"-1",
    b"0",
    b"\xff",
    b"\0",
    b",",
    b"\t",
    b"\n",
    b'"',
    b"99999999999",
    b"-",
)


def _originals() -> list[tuple[str, bytes]]:
    """The real spectra, where they are, and synthetic files."""
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "electrochemistry"
    found = [
        (path.name, path.read_bytes())
        for path in sorted((folder / "eis").rglob("*"))
        if path.is_file() and path.stat().st_size <= _LARGEST
    ]
    rows = "".join(f"{f:.6g}\t{10 + i}\t{-i - 1}\n" for i, f in enumerate(np.geomspace(1e6, 1, 20)))
    return [
        *found,
        ("old.mpr", mpr_file(version=3, long=False)),
        ("text.txt", ("freq/Hz\tRe(Z)/Ohm\tIm(Z)/Ohm\n" + rows).encode()),
        (
            "comma.csv",
            ("周波数(Hz);Z' (Ω);-Z'' (Ω)\n" + rows.replace("\t", ";")).encode("cp932", "replace"),
        ),
        ("wide.txt", ("Frequency (Hz)\tZ' (Ω)\t-Z'' (Ω)\n" + rows).encode("utf-16")),
        (
            "z.mpt",
            ("EC-Lab ASCII FILE\nNb header lines : 3\nfreq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n" + rows).encode(),
        ),
        ("t.csv", ("time/s\tEwe/V\tI/mA\n" + rows).encode()),
    ]


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Random injuries: mostly one or two, so that many get past the first check."""
    for _ in range(int(rng.geometric(0.6))):
        if not content:
            return content
        a, b = sorted(int(x) for x in rng.integers(0, len(content) + 1, 2))
        short = min(b, a + int(rng.integers(1, 20)))
        match int(rng.integers(8)):
            case 0:
                flipped = bytearray(content)
                for at in rng.integers(0, len(content), int(rng.integers(1, 8))):
                    flipped[at] = int(rng.integers(256))
                content = bytes(flipped)
            case 1:
                content = content[:a]
            case 2:
                content = content[:a] + content[short:]
            case 3:
                content = content[:b] + content[a:b] + content[b:]
            case 4:
                lines = content.split(b"\n")
                content = b"\n".join(lines[i] for i in rng.permutation(len(lines)))
            case 5:
                content = content[:a] + _TOKENS[int(rng.integers(len(_TOKENS)))] + content[short:]
            case 6:
                # Headers are where counts and lengths stand.
                at = int(rng.integers(0, min(len(content), 8000)))
                content = content[:at] + rng.bytes(4) + content[at + 4 :]
            case _:
                content = content[:a] + content[b:]
    return content


def _fuzz(n: int, seed: int) -> int:
    originals = _originals()
    rng = np.random.default_rng(seed)
    n_read = 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(n):
            name, content = originals[i % len(originals)]
            path = Path(folder) / name
            path.write_bytes(mutated(content, rng))
            try:
                measurements = read(path)
            except InputError as error:
                if error.file != str(path) or not error.message:
                    pytest.fail(f"mutation {i} of {name}, seed {seed}: {error!r}")
            except Exception as error:
                error.add_note(f"mutation {i} of {name}, seed {seed}")
                raise
            else:
                n_read += 1
                assert all(m.n_rows > 0 for m in measurements)
                for measurement in measurements:
                    measurement.model_dump_json()
    return n_read


def test_300_damaged_files() -> None:
    assert 0 < _fuzz(300, seed=1) < 300


@pytest.mark.slow
def test_10_000_damaged_files() -> None:
    assert 1000 < _fuzz(10_000, seed=2) < 10_000
