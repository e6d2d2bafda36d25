"""Damaged files of ceramics: read and analysed, or one InputError; never anything else."""

from __future__ import annotations

import io
import os
import re
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import kuralab
from kuralab.errors import InputError
from kuralab.formats import read
from kuralab.model import Kind
from tests.formats.test_fuzz import mutated

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "proton_ceramic"
_TECHNIQUES = {
    Kind.THERMOGRAM: ("thermogravimetry", {"composition": "BaZr0.8Y0.2O2.9", "sample_mass": "10 mg"}),
    Kind.CELL_VOLTAGE: (
        "emf",
        {"temperature": "600 degC", "water_one": "0.01 atm", "water_two": "0.03 atm"},
    ),
    Kind.COMPOSITION: ("composition", {"formula": "BaZr0.8Y0.2O2.9"}),
    Kind.DILATOGRAM: ("dilatometry", {"green_density": "55 %", "length": "5 mm"}),
    Kind.CONDUCTIVITY: ("proton_conduction", {"composition": "BaZr0.8Y0.2O2.9"}),
}
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_NUMBERS = (b"0", b"1e-300", b"1e-9", b"0.5", b"77", b"9999", b"1e6", b"1e300", b"nan", b"-3", b"inf")


def _originals() -> list[tuple[str, bytes]]:
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "tga"
    found = [(p.name, p.read_bytes()) for p in sorted(folder.glob("netzsch*.txt"))]
    found += [(p.name, p.read_bytes()) for p in sorted(_EXAMPLES.glob("*.csv"))]
    found += [(p.name, p.read_bytes()) for p in sorted(folder.glob("*.ngb-ss3"))]
    return found


def _other_number(content: bytes, rng: np.random.Generator) -> bytes:
    """One number exchanged for one that nobody measured: this gets far into the analysis."""
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    at = numbers[int(rng.integers(len(numbers)))]
    return content[: at.start()] + _NUMBERS[int(rng.integers(len(_NUMBERS)))] + content[at.end() :]


def _other_stream(content: bytes, rng: np.random.Generator) -> bytes:
    """One stream of an archive damaged, the archive itself whole."""
    out = io.BytesIO()
    damaged = int(rng.integers(1, 4))
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            if not re.search(r"stream_[123]\.", name):
                continue
            stream = bytearray(whole.read(name))
            if f"stream_{damaged}." in name:
                for place in rng.integers(0, len(stream), 40):
                    stream[int(place)] = int(rng.integers(256))
                if rng.uniform() < 0.3:
                    del stream[int(rng.integers(len(stream))) :]
            archive.writestr(name, bytes(stream))
    return out.getvalue()


def _damaged(name: str, content: bytes, i: int, rng: np.random.Generator) -> bytes:
    if name.endswith(".ngb-ss3"):
        return _other_stream(content, rng) if i % 2 else mutated(content, rng)
    return mutated(content, rng) if i % 2 else _other_number(content, rng)


def _fuzz(n: int, seed: int, *, analyse: int) -> tuple[int, int]:
    """How many were read, and how many analysed (every ``analyse``-th is tried)."""
    originals = _originals()
    rng = np.random.default_rng(seed)
    n_read = n_analysed = 0
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for i in range(n):
            name, content = originals[i % len(originals)]
            path = Path(folder) / name
            path.write_bytes(_damaged(name, content, i // len(originals), rng))
            try:
                measurements = read(path)
                n_read += 1
                assert all(m.n_rows > 0 for m in measurements)
                kind = measurements[0].kind
                if kind in _TECHNIQUES and i % analyse == 0:
                    technique, given = _TECHNIQUES[kind]
                    kuralab.analyze(technique, path, **given).record.to_json()
                    n_analysed += 1
            except InputError:
                pass
            except Exception as error:
                error.add_note(f"mutation {i} of {name}, seed {seed}")
                raise
    return n_read, n_analysed


def test_60_damaged_files() -> None:
    n_read, n_analysed = _fuzz(60, seed=1, analyse=1)
    assert 0 < n_analysed <= n_read < 60


@pytest.mark.slow
def test_6_000_damaged_files() -> None:
    n_read, n_analysed = _fuzz(6_000, seed=2, analyse=2)
    assert 800 < n_analysed <= n_read < 6_000
