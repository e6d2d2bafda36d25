"""Powder diffraction: refinements of measured patterns and a large pattern, against peers and limits.

    make peers
    .venv/bin/python benchmarks/diffraction.py [--peers all|none] [--minutes 5] [--json FILE]

Compared in the same run, one thread each: easydiffraction 0.11.1 (cryspy, lmfit) refines two of the
patterns with as many parameters, and pymatgen calculates the pattern of 108 atoms. Times start at the
files and end with uncertainties; both programs start from the cells of the structure files.
easydiffraction also gets a scale, a profile and a zero near the end, which ours finds. ``cold`` is a new
process, with Python's start and all imports.

easydiffraction's "weighted R factor" weights with the uncertainty where everybody weights with its
inverse square; both are printed for both programs, from their calculated patterns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

# ruff: noqa: E402  (the threads are chosen before numpy is imported)
import numpy as np
from _diffraction_cases import CASES, D1A, HRPT, pattern, supercell, wr

from kuralab.formats import read_crystals
from kuralab.science.diffraction import reflections

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = ROOT / ".venv-peers-diffraction" / "bin" / "python"
PEER = ROOT / "benchmarks" / "_diffraction_peer.py"
WAVELENGTH = 1.54184
RANGE = (10.0, 90.0)
D_MIN = 0.5 * WAVELENGTH / np.sin(np.radians(0.5 * RANGE[1]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared-data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--peers", choices=("all", "none"), default="all")
    parser.add_argument("--minutes", type=float, default=5.0, help="limit of each peer's refinement")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = given.shared_data / "diffraction"
    if not folder.is_dir():
        print(f"skipped: {folder} does not exist")
        return 0
    if given.case:
        CASES[given.case](folder)
        return 0
    ours = {name: _ours(name, folder, given.repeats) for name in CASES}
    ours["108 atoms"] = _large(given.repeats)
    for name, one in ours.items():
        print(_line(name, one))
    peers = {}
    if given.peers == "all" and PEER_PYTHON.exists():
        peers = {
            "LBCO, the peer's 15 parameters": _asked(_lbco(folder), given.minutes),
            "PbSO4 neutrons, positions fixed": _asked(_pbso4(folder), given.minutes),
            "108 atoms": _asked(_sticks(), given.minutes),
        }
        for name, file, instrument in (
            ("LBCO, the peer's 15 parameters", "lbco_hrpt_psi.xye", HRPT),
            ("PbSO4 neutrons, positions fixed", "pbso4_d1a_ill.xye", D1A),
        ):
            if "calculated" in peers[name]:
                measured = pattern(folder / file, instrument)
                peers[name] |= _factors(measured, np.array(peers[name].pop("calculated")))
        if "two_theta" in peers["108 atoms"]:
            peers["108 atoms"]["farthest"] = _farthest(peers["108 atoms"].pop("two_theta"))
        for name, one in peers.items():
            print(_line(f"peer: {name}", one))
    elif given.peers == "all":
        print("the peers are not installed: run `make peers` first", file=sys.stderr)
    if given.json:
        given.json.write_text(json.dumps({"ours": ours, "peers": peers}, indent=1) + "\n")
    bars = _bars(ours, peers)
    for text, met in bars:
        print(f"{'met   ' if met else 'MISSED'} {text}")
    return 0 if all(met for _, met in bars) else 1


def _ours(name: str, folder: Path, repeats: int) -> dict[str, Any]:
    CASES[name](folder)
    times = []
    for _ in range(repeats):
        begin = perf_counter()
        found = CASES[name](folder)
        times.append(perf_counter() - begin)
    begin = perf_counter()
    command = [sys.executable, __file__, "--case", name, "--shared-data", str(folder.parent)]
    subprocess.run(command, check=True)
    answer: dict[str, Any] = {
        "seconds": min(times),
        "cold": perf_counter() - begin,
        "parameters": len(found.active),
        "evaluations": found.evaluations,
        "settled": found.settled,
        "s_squared": [fit.agreement.goodness_of_fit**2 for fit in found.patterns],
        "values": {one: [found.value(one), found.std(one)] for one in found.active},
    }
    for fit in found.patterns:
        for what, value in _factors(fit.pattern, fit.calculated).items():
            answer.setdefault(what, []).append(value[0])
    return answer


def _factors(measured: Any, calculated: np.ndarray) -> dict[str, list[float]]:
    y, sigma = measured.intensity, measured.uncertainty
    return {
        "wr": [wr(y, calculated, 1.0 / sigma**2)],
        "wr_with_sigma": [wr(y, calculated, sigma)],
    }


def _farthest(two_theta: list[float]) -> float:
    """Degrees: how far the peer's lines are from ours, at most."""
    found = reflections(supercell(), radiation="xray", d_min=D_MIN, wavelength=WAVELENGTH)
    lines = 2.0 * np.degrees(np.arcsin(0.5 * WAVELENGTH / found.d))
    return float(np.abs(np.subtract.outer(two_theta, lines)).min(axis=1).max())


def _large(repeats: int) -> dict[str, Any]:
    crystal = supercell()
    times = []
    for _ in range(10 * repeats):
        begin = perf_counter()
        found = reflections(crystal, radiation="xray", d_min=D_MIN, wavelength=WAVELENGTH)
        times.append(perf_counter() - begin)
    return {"seconds": min(times), "median": float(np.median(times)), "lines": len(found.d)}


def _asked(job: dict[str, Any], minutes: float) -> dict[str, Any]:
    command = [str(PEER_PYTHON), "-P", str(PEER)]
    try:
        run = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=60.0 * minutes,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"note": f"not finished after {minutes:g} minutes"}
    said = (run.stdout + run.stderr).strip().splitlines() or ["nothing was said"]
    if run.returncode:
        return {"note": f"failed: {said[-1]}"}
    answer: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return answer


def _lbco(folder: Path) -> dict[str, Any]:
    return {
        "what": "refinement",
        "space_group": "P m -3 m",
        "setting": "1",
        "cell": {"length_a": 3.88},
        "data": str(folder / "lbco_hrpt_psi.xye"),
        "scale": 8.0,
        "instrument": {"setup_wavelength": 1.494, "calib_twotheta_offset": 0.6},
        "peak": {
            "broad_gauss_u": 0.1,
            "broad_gauss_v": -0.1,
            "broad_gauss_w": 0.1,
            "broad_lorentz_x": 0.0,
            "broad_lorentz_y": 0.1,
        },
        "background": [[x, 170] for x in (10, 30, 50, 110, 165)],
        "free_cell": ["length_a"],
        "free_instrument": ["calib_twotheta_offset"],
        "free_peak": ["broad_gauss_u", "broad_gauss_v", "broad_gauss_w", "broad_lorentz_y"],
        "sites": _sites(folder / "lbco.cif", "aabc"),
        "free_b_iso": ["La", "Co", "O"],
        "ties": {"Ba": "La"},
    }


def _pbso4(folder: Path) -> dict[str, Any]:
    return {
        "what": "refinement",
        "space_group": "P n m a",
        "setting": "abc",
        "cell": {"length_a": 8.4774, "length_b": 5.396, "length_c": 6.957},
        "data": str(folder / "pbso4_d1a_ill.xye"),
        "scale": 1.0,
        "instrument": {"setup_wavelength": 1.91, "calib_twotheta_offset": -0.04},
        "peak": {
            "broad_gauss_u": 0.1,
            "broad_gauss_v": -0.3,
            "broad_gauss_w": 0.3,
            "broad_lorentz_x": 0.0,
            "broad_lorentz_y": 0.1,
        },
        "background": [[x, 200] for x in (10, 15, 30, 50, 70, 90, 110, 153)],
        "free_cell": ["length_a", "length_b", "length_c"],
        "free_instrument": ["calib_twotheta_offset"],
        "free_peak": ["broad_gauss_u", "broad_gauss_v", "broad_gauss_w", "broad_lorentz_y"],
        "sites": _sites(folder / "pbso4_start.cif", "ccccd"),
        "free_b_iso": [],
        "ties": {},
    }


def _sites(path: Path, letters: str) -> list[Any]:
    """What the peer wants of each site: label, element, Wyckoff letter, position, occupancy, B."""
    return [
        [site.label, site.scatterer, letter, site.position, site.occupancy, site.b_iso]
        for site, letter in zip(read_crystals(path)[0].sites, letters, strict=True)
    ]


def _sticks() -> dict[str, Any]:
    crystal = supercell()
    return {
        "what": "pattern",
        "cell": crystal.cell.as_tuple(),
        "sites": [[site.scatterer, *site.position] for site in crystal.sites],
        "wavelength": WAVELENGTH,
        "range": RANGE,
        "repeats": 5,
    }


def _line(name: str, one: dict[str, Any]) -> str:
    if "note" in one:
        return f"{name:40} {one['note']}"
    parts = [f"{name:40} {1e3 * one['seconds']:9.1f} ms"]
    if "cold" in one:
        parts.append(f"cold {one['cold']:.2f} s")
    if "seconds_with_import" in one:
        parts.append(f"with import {one['seconds_with_import']:.1f} s")
    if "lines" in one:
        parts.append(f"{one['lines']} lines")
    if "parameters" in one:
        parts.append(f"{one['parameters']} parameters")
    if "wr" in one:
        parts.append("wR " + ", ".join(f"{value:.2f}" for value in one["wr"]) + " %")
        parts.append("with sigma " + ", ".join(f"{value:.2f}" for value in one["wr_with_sigma"]) + " %")
    if "s_squared" in one:
        parts.append("S^2 " + ", ".join(f"{value:.2f}" for value in one["s_squared"]))
    if "reduced_chi_square" in one:
        parts.append(f"S^2 {one['reduced_chi_square']:.2f}")
    for parameter in ("a", "length_a", "wavelength"):
        for full, (value, std) in one.get("values", {}).items():
            if full.replace("/", ".").rsplit(".", 1)[-1] == parameter:
                parts.append(f"{parameter} {value:.5f}" + (f"({std:.5f})" if std else ""))
    return "  ".join(parts)


def _bars(ours: dict[str, Any], peers: dict[str, Any]) -> list[tuple[str, bool]]:
    lbco, fixed = ours["LBCO, the peer's 15 parameters"], ours["PbSO4 neutrons, positions fixed"]
    a = next(value for name, (value, _) in lbco["values"].items() if name.endswith(".a"))
    both = ours["PbSO4 both"]
    wavelength = next(v for name, (v, _) in both["values"].items() if name.endswith("wavelength"))
    bars = [
        ("LBCO in under 2 s", lbco["seconds"] < 2.0),
        ("LBCO in under 0.4 s (goal)", lbco["seconds"] < 0.4),
        (
            "LBCO wR with sigma at most 0.1 above easydiffraction's 4.41 %",
            lbco["wr_with_sigma"][0] < 4.51,
        ),
        (f"LBCO a = {a:.5f}, within 0.0001 A of easydiffraction's 3.89087(4)", abs(a - 3.89087) <= 1e-4),
        (
            "PbSO4 neutrons, positions fixed: wR with sigma within 0.2 of 4.27 %",
            abs(fixed["wr_with_sigma"][0] - 4.27) < 0.2,
        ),
        ("PbSO4 both: wavelength 1.9115 A", abs(1.91 * wavelength - 1.9115) < 3e-4),
        ("every refinement settled", all(one.get("settled", True) for one in ours.values())),
        (
            "Si time of flight under 10 s, S^2 under 5.42",
            ours["Si time of flight"]["seconds"] < 10.0
            and ours["Si time of flight"]["s_squared"][0] < 5.42,
        ),
        ("108 atoms in under 30 ms", ours["108 atoms"]["seconds"] < 0.030),
        ("108 atoms in under 10 ms (goal)", ours["108 atoms"]["seconds"] < 0.010),
    ]
    for name, answer in peers.items():
        if "seconds" not in answer:
            continue
        ratio = answer["seconds"] / ours[name]["seconds"]
        bars.append((f"{name}: {ratio:.0f} times as fast as the peer", ratio > 1.0))
        if "farthest" in answer:
            text = f"108 atoms: the peer's lines are ours within {answer['farthest']:.1e} deg"
            bars.append((text, answer["farthest"] < 1e-4))
        if "wr" in answer:
            for what in ("wr", "wr_with_sigma"):
                mine, its = ours[name][what][0], answer[what][0]
                bars.append((f"{name}: {what} {mine:.2f} %, peer {its:.2f} %", mine < its + 0.1))
    return bars


if __name__ == "__main__":
    sys.exit(main())
