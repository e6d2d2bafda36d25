"""Damaged patterns, structures, instruments and plans: read, or one InputError; nothing else."""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import (
    read,
    read_crystals,
    read_instrument,
    read_refinement_plan,
    write_crystal,
)
from tests.formats.patterns import csv, gsas, ras, rasx, xrdml, xye
from tests.formats.test_fuzz import mutated
from tests.formats.test_powder_instrument import INSTPRM, PLAN, TOF, YAML

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_NUMBERS = (b"0", b"-1", b"1e-300", b"1e300", b"360", b"1e6", b"nan", b"?", b"0.333333", b"99999999")
_WORDS = (
    b"'",
    b"_",
    b"loop_",
    b"data_",
    b"P m -3 m",
    b"-x,-y,-z",
    b"BANK",
    b"<",
    b"\n",
    b":",
    b",",
    b"(",
)


def _patterns() -> list[tuple[str, bytes]]:
    found = [
        ("a.xye", xye().encode()),
        ("a.csv", csv().encode()),
        ("a.xrdml", xrdml().encode()),
        ("a.rasx", rasx()),
        ("a.ras", ras().encode()),
        *(
            (f"{kind}.gsa", gsas(kind).encode())
            for kind in ("STD", "free", "ESD", "FXYE", "SLOG", "ALT")
        ),
    ]
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "diffraction"
    names = ("PBSO4.CWN", "co2sio4_d20_ill.xye", "ho2ti2o7_vip_llb_5K5T_polarised.cif")
    return [*found, *((name, (folder / name).read_bytes()) for name in names if folder.is_dir())]


def _structures() -> list[tuple[str, bytes]]:
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "diffraction"
    found = [(p.name, p.read_bytes()) for p in sorted(folder.glob("*.cif")) if p.stat().st_size < 3000]
    if not found:
        pytest.skip(f"no structures in {folder}")
    # With its symmetry as operations, and everything else that is written.
    own = [
        (f"own-{name}", write_crystal(crystal).encode())
        for name, _ in found[:3]
        for crystal in read_crystals(folder / name)
    ]
    return found + own


def _instruments() -> list[tuple[str, bytes]]:
    own = (("a.prm", TOF[: TOF.index("INS  2")]), ("a.instprm", INSTPRM), ("a.yaml", YAML))
    folder = Path(os.environ.get("KURALAB_SHARED_DATA", _SHARED)) / "diffraction"
    names = ("INST_XRY.PRM", "inst_d1a.prm")
    return [
        *((name, text.encode()) for name, text in own),
        *((name, (folder / name).read_bytes()) for name in names if folder.is_dir()),
    ]


def _rewritten(content: bytes, rng: np.random.Generator) -> bytes:
    """Numbers and words exchanged for those that get far into a reader."""
    for _ in range(int(rng.integers(1, 4))):
        places = list(_NUMBER.finditer(content))
        if places and rng.random() < 0.7:
            at = places[int(rng.integers(len(places)))]
            new = _NUMBERS[int(rng.integers(len(_NUMBERS)))]
            content = content[: at.start()] + new + content[at.end() :]
        else:
            i = int(rng.integers(len(content) + 1))
            content = content[:i] + _WORDS[int(rng.integers(len(_WORDS)))] + content[i:]
    return content


def _fuzz(
    originals: list[tuple[str, bytes]], reader: Callable[[Path], Any], n: int, seed: int
) -> Counter[str]:
    """How many were read and how many refused."""
    rng = np.random.default_rng(seed)
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for i in range(n):
            name, content = originals[i % len(originals)]
            path = Path(folder) / name
            path.write_bytes((mutated if i % 3 == 0 else _rewritten)(content, rng))
            try:
                reader(path)
                told["read"] += 1
            except InputError as error:
                told["refused"] += 1
                if not error.message or not (error.hint or name.endswith(".yaml")):
                    pytest.fail(f"mutation {i} of {name}, seed {seed}: {error!r}")
            except Exception as error:
                error.add_note(f"mutation {i} of {name}, seed {seed}")
                raise
    return told


def _structures_and_back(path: Path) -> None:
    for crystal in read_crystals(path):
        again = path.with_suffix(".again.cif")
        again.write_text(write_crystal(crystal), "utf-8")
        (found,) = read_crystals(again)
        assert found.space_group == crystal.space_group
        assert len(found.sites) == len(crystal.sites)


_READERS: dict[str, tuple[Callable[[], list[tuple[str, bytes]]], Callable[[Path], Any]]] = {
    "patterns": (_patterns, read),
    "structures": (_structures, _structures_and_back),
    "instruments": (_instruments, read_instrument),
    "plans": (lambda: [("plan.yaml", PLAN.encode())], read_refinement_plan),
}


@pytest.mark.parametrize("what", sorted(_READERS))
def test_some_damaged_files(what: str) -> None:
    originals, reader = _READERS[what]
    told = _fuzz(originals(), reader, 60, seed=1)
    assert told["read"] + told["refused"] == 60
    assert told["refused"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "n"), [("patterns", 4000), ("structures", 5000), ("instruments", 2500), ("plans", 1500)]
)
def test_13_000_damaged_files(what: str, n: int) -> None:
    originals, reader = _READERS[what]
    told = _fuzz(originals(), reader, n, seed=2)
    assert told["read"] > n // 20
    assert told["refused"] > n // 20
