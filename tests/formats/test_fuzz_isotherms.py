"""Damaged isotherms: read and analysed, or one InputError; never anything else."""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest

import kuralab
from kuralab.errors import InputError
from kuralab.formats import read
from kuralab.model import Kind
from tests.formats.test_fuzz import mutated

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_TABLE = (
    "# sample: LaNi5\nT (K),branch,hydrogen content (H/f.u.),pressure (bar)\n"
    + "".join(f"298,abs,{0.6 * i},{2.0 + 0.01 * i}\n" for i in range(1, 11))
    + "".join(f"323,des,{0.6 * i},{4.5 + 0.02 * i}\n" for i in range(1, 11))
)
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_NUMBERS = (
    b"0",
    b"1e-300",
    b"1e-9",
    b"0.5",
    b"77",
    b"298",
    b"9999",
    b"199999",
    b"1e6",
    b"1e300",
    b"nan",
    b"-3",
)


def _originals() -> list[tuple[str, bytes]]:
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "hydrides"
    found = [(p.name, p.read_bytes()) for p in sorted(folder.glob("*_PCI.csv"))]
    found += [(p.name, p.read_bytes()) for p in sorted(folder.glob("*.mh"))]
    return [*found, ("table.csv", _TABLE.encode()), ("LaNi5_25degC.txt", _TABLE.encode("utf-16"))]


def _other_number(content: bytes, rng: np.random.Generator) -> bytes:
    """One number exchanged for one that nobody measured: this gets far into the analysis."""
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    at = numbers[int(rng.integers(len(numbers)))]
    return content[: at.start()] + _NUMBERS[int(rng.integers(len(_NUMBERS)))] + content[at.end() :]


def _fuzz(n: int, seed: int) -> tuple[int, int]:
    """How many were read, and how many analysed."""
    originals = _originals()
    rng = np.random.default_rng(seed)
    n_read = n_analysed = 0
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for i in range(n):
            name, content = originals[i % len(originals)]
            path = Path(folder) / name
            path.write_bytes((mutated if i % 2 else _other_number)(content, rng))
            try:
                measurements = read(path)
                n_read += 1
                assert all(m.n_rows > 0 for m in measurements)
                if measurements[0].kind in (Kind.HYDROGEN_ISOTHERM, Kind.HYDRIDE_DATA):
                    given = {"formation_temperature": "600 K"} if i % 7 == 0 else {}
                    outcome = kuralab.analyze("pct", path, composition="LaNi5", **given)
                    outcome.record.to_json()
                    n_analysed += 1
            except InputError:
                pass
            except Exception as error:
                error.add_note(f"mutation {i} of {name}, seed {seed}")
                raise
    return n_read, n_analysed


def test_100_damaged_isotherms() -> None:
    n_read, n_analysed = _fuzz(100, seed=1)
    assert 0 < n_analysed <= n_read < 100


@pytest.mark.slow
def test_5_000_damaged_isotherms() -> None:
    n_read, n_analysed = _fuzz(5_000, seed=2)
    assert 1_000 < n_analysed <= n_read < 5_000
