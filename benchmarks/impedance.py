"""Impedance fits without starting values, against impedance.py in the same run.

    make peers
    .venv/bin/python benchmarks/impedance.py [--spectra 2000] [--peer 100] [--peer-true 40]

Success: R1 and R2 within 10 % of the truth and a residual below 0.6 % of |Z|. Coverage: share of
spectra whose truth lies within 1.96 stated standard uncertainties; a failed fit is not covered.
kuralab gets no start; impedance.py starts with every R and Q wrong by a log-uniform factor of
0.1 to 10 and n = 0.8, and once more at the truth. One core each, one after the other.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._spectra import CIRCUIT, SEED, DrawnSpectrum, drawn_spectra
from kuralab.science.impedance import fit_circuit, parse_circuit
from kuralab.science.impedance._fit import TOLERANCE
from kuralab.science.impedance._kernel import network, refine
from kuralab.science.impedance._start import bounds_for

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
LARGEST_RMS = 0.006


class Score(NamedTuple):
    """Shares between 0 and 1, and seconds per spectrum."""

    success: float
    covered_1: float
    covered_2: float
    mean: float
    median: float
    count: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spectra", type=int, default=2000)
    parser.add_argument("--peer", type=int, default=100, help="spectra that impedance.py fits")
    parser.add_argument("--peer-true", type=int, default=40, help="of these, also from the truth")
    given = parser.parse_args()
    spectra = list(drawn_spectra(given.spectra))

    began = time.perf_counter()
    _fit(spectra[0])
    cold = time.perf_counter() - began
    ours = _ours(spectra)
    from_truth = _from_truth(spectra)
    rows = {"kuralab, no start": ours, "kuralab's kernel, started at the truth": from_truth}
    if PEER_PYTHON.exists():
        rows |= _peer(spectra, given.peer, given.peer_true)
    else:
        print("impedance.py is not installed: run `make peers` first", file=sys.stderr)
    _show(rows, cold)
    return _verdict(rows)


def _fit(spectrum: DrawnSpectrum):  # type: ignore[no-untyped-def]
    return fit_circuit(frequency=spectrum.frequency, impedance=spectrum.impedance, circuit=CIRCUIT)


def _score(
    spectra: Sequence[DrawnSpectrum],
    arcs: Sequence[NDArray[np.float64] | None],
    rms: Sequence[float | None],
    seconds: Sequence[float],
) -> Score:
    """``arcs``: ((R1, std), (R2, std)) of each spectrum, None where the fit failed."""
    success, covered = 0, np.zeros(2)
    for spectrum, found, residual in zip(spectra, arcs, rms, strict=True):
        if found is None or residual is None:
            continue
        truth = np.array([spectrum.truth["R1"], spectrum.truth["R2"]])
        errors = np.abs(found[:, 0] - truth)
        success += bool((errors < 0.1 * truth).all() and residual < LARGEST_RMS)
        covered += errors < 1.96 * found[:, 1]
    n = len(spectra)
    return Score(success / n, *(covered / n), float(np.mean(seconds)), float(np.median(seconds)), n)


def _ours(spectra: Sequence[DrawnSpectrum]) -> Score:
    arcs, rms, seconds = [], [], []
    for spectrum in spectra:
        began = time.perf_counter()
        fit = _fit(spectrum)
        seconds.append(time.perf_counter() - began)
        arcs.append(np.array([(fit.value(name), fit.std_of(name)) for name in ("R1", "R2")]))
        rms.append(fit.rms)
    return _score(spectra, arcs, rms, seconds)


def _from_truth(spectra: Sequence[DrawnSpectrum]) -> Score:
    """The same least squares, begun at the answer: what no search can beat."""
    circuit = parse_circuit(CIRCUIT)
    program = circuit.program
    arcs, rms, seconds = [], [], []
    for spectrum in spectra:
        log_omega = np.log(2 * np.pi * spectrum.frequency)
        z = spectrum.impedance
        values = np.array([spectrum.truth[name] for name in circuit.parameter_names])
        start = np.where(program.logarithmic, np.log(values), values)
        low, high = bounds_for(circuit, np.exp(log_omega), z)
        began = time.perf_counter()
        x, total, hessian, _ = refine(
            program.code, program.parent, program.first, log_omega, z, (1 + 1j) / np.abs(z),
            start, low, high, np.ones(values.size, dtype=np.bool_), 200, TOLERANCE,
        )  # fmt: skip
        seconds.append(time.perf_counter() - began)
        normal = np.tril(hessian) + np.tril(hessian, -1).T
        variance = total / (2 * z.size - values.size)
        std = np.sqrt(variance * np.diag(np.linalg.pinv(normal, hermitian=True)))
        found = [(np.exp(x[i]), np.exp(x[i]) * std[i]) for i in map(circuit.index.get, ("R1", "R2"))]
        arcs.append(np.array(found))
        fitted = network(program.code, program.parent, program.first, x, log_omega)[0]
        rms.append(float(np.sqrt((np.abs((fitted - z) / z) ** 2).mean() / 2)))
    return _score(spectra, arcs, rms, seconds)


def _peer(spectra: Sequence[DrawnSpectrum], wrong: int, true: int) -> dict[str, Score]:
    truths = np.array([list(spectrum.truth.values()) for spectrum in spectra[:wrong]])
    exponents = [name.endswith(".n") for name in spectra[0].truth]
    factors = np.exp(np.random.default_rng(SEED + 1).uniform(np.log(0.1), np.log(10), truths.shape))
    starts = np.where(exponents, 0.8, truths * factors)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spectra.npz"
        np.savez(
            path,
            frequency=spectra[0].frequency,
            impedance=np.array([spectrum.impedance for spectrum in spectra[:wrong]]),
            start_wrong=starts,
            start_true=truths[:true],
        )
        # -P: the peer must not find this very folder, which has an impedance.py of its own.
        command = [str(PEER_PYTHON), "-P", str(ROOT / "benchmarks" / "_impedance_peer.py"), str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    names = {"wrong": "impedance.py, wrong starts", "true": "impedance.py, started at the truth"}
    scores = {}
    for line in run.stdout.splitlines():
        answer = json.loads(line)
        rows = answer["rows"]
        scores[names[answer["start"]]] = _score(
            spectra[: len(rows)],
            [None if row["arcs"] is None else np.array(row["arcs"]) for row in rows],
            [row["rms"] for row in rows],
            [row["seconds"] for row in rows],
        )
    return scores


def _show(rows: dict[str, Score], cold: float) -> None:
    table = Table("fit", "spectra", "success", "coverage R1", "coverage R2", "mean ms", "median ms")
    for name, score in rows.items():
        table.add_row(
            name,
            str(score.count),
            f"{100 * score.success:.1f} %",
            f"{score.covered_1:.3f}",
            f"{score.covered_2:.3f}",
            f"{1e3 * score.mean:.2f}",
            f"{1e3 * score.median:.2f}",
        )
    Console(width=110).print(table)
    print(
        f"first fit in this process: {1e3 * cold:.0f} ms (longer once after installation: it compiles)"
    )


def _verdict(rows: dict[str, Score]) -> int:
    ours, truth, *peers = rows.values()
    bars = {
        "success >= 98.5 %": ours.success >= 0.985,
        "success >= truth-started - 0.5 points": ours.success >= truth.success - 0.005,
        "coverage of R1 in [0.93, 0.97]": 0.93 <= ours.covered_1 <= 0.97,
        "coverage of R2 in [0.93, 0.97]": 0.93 <= ours.covered_2 <= 0.97,
    }
    if peers:
        ratio = peers[0].mean / ours.mean
        print(f"impedance.py with wrong starts takes {ratio:.0f} times as long (means)")
        bars["at least 100 times faster than impedance.py"] = ratio >= 100
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'MISSED'} {bar}")
    return 0 if all(bars.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
