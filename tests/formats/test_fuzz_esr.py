"""Damaged ESR files: read and analysed, or one InputError; never anything else."""

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
from tests.formats.bruker import write_bes3t, write_esp
from tests.formats.test_fuzz import mutated

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "copper_esr"
_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"3",
    b"1e-300",
    b"1e300",
    b"nan",
    b"inf",
    b"9.5",
    b"64",
    b"65",
    b"1e9",
    b"350",
)
_LARGEST = 40_000


def _pairs(folder: Path) -> list[tuple[tuple[str, bytes], ...]]:
    """Files that belong together; the first one is named."""
    write_bes3t(folder, name="a")
    write_bes3t(folder, name="b", BSEQ="LIT", IRFMT="F", IKKF="CPLX")
    write_esp(folder, name="c")
    write_esp(folder, name="d", dos=False)
    found = []
    shared = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "esr"
    for place in (folder, shared):
        for path in sorted(place.glob("*")) if place.is_dir() else ():
            other = {".dsc": (".DTA", ".dta"), ".par": (".spc",)}.get(path.suffix.lower())
            if other is None or path.stat().st_size > _LARGEST:
                continue
            data = next(p for e in other if (p := path.with_suffix(e)).exists())
            pair = ((path.name, path.read_bytes()), (data.name, data.read_bytes()))
            found += [pair, pair[::-1]]
    table = (_EXAMPLES / "sample.csv").read_bytes().splitlines(keepends=True)
    return [*found, (("table.csv", b"".join([*table[:9], *table[9::6]])),)]


def _other_number(content: bytes, rng: np.random.Generator) -> bytes:
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    at = numbers[int(rng.integers(len(numbers)))]
    return content[: at.start()] + _NUMBERS[int(rng.integers(len(_NUMBERS)))] + content[at.end() :]


def _fuzz(n: int, seed: int, *, analyse_every: int) -> tuple[int, int]:
    """How many were read, and how many analysed."""
    rng = np.random.default_rng(seed)
    n_read = n_analysed = 0
    with tempfile.TemporaryDirectory() as made, warnings.catch_warnings():
        warnings.simplefilter("error")
        pairs = _pairs(Path(made))
        for i in range(n):
            pair = pairs[i % len(pairs)]
            with tempfile.TemporaryDirectory() as folder:
                damaged = int(rng.integers(len(pair)))
                for k, (name, content) in enumerate(pair):
                    text = not name.lower().endswith((".dta", ".spc"))
                    how = _other_number if text and i % 2 else mutated
                    Path(folder, name).write_bytes(how(content, rng) if k == damaged else content)
                path = Path(folder, pair[0][0])
                try:
                    (measurement,) = read(path)
                    n_read += 1
                    assert measurement.n_rows > 1
                    if n_read % analyse_every == 0:
                        model = ("isotropic", "axial", "hyperfine", "auto")[
                            (n_read // analyse_every) % 4
                        ]
                        outcome = kuralab.analyze(
                            "esr", path, frequency="9.5 GHz", detection="derivative", model=model
                        )
                        outcome.record.to_json()
                        n_analysed += 1
                except InputError:
                    pass
                except Exception as error:
                    error.add_note(f"mutation {i} of {pair[damaged][0]}, seed {seed}")
                    raise
    return n_read, n_analysed


def test_150_damaged_files() -> None:
    n_read, n_analysed = _fuzz(150, seed=1, analyse_every=45)
    assert 0 < n_analysed <= n_read < 150


@pytest.mark.slow
def test_4_000_damaged_files() -> None:
    n_read, n_analysed = _fuzz(4_000, seed=2, analyse_every=20)
    assert 50 < n_analysed <= n_read < 4_000
