"""Which equivalent circuit a spectrum, or a series of spectra, is evidence for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.impedance._circuit import Circuit, parse_circuit
from kuralab.science.impedance._fit import CircuitFit, fit_circuit

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Spectrum = tuple[Floats, Complexes]

USUAL_ACCURACY: Final = 0.01
"""Residual, relative to |Z|, that an impedance analyser's own accuracy explains."""

NOISE_FACTOR: Final = 1.5
# What the Kramers-Kronig test leaves beyond this is no noise, and excuses no circuit.
LARGEST_NOISE: Final = 0.03
# A further element needs strong evidence: R. E. Kass, A. E. Raftery, J. Am. Stat. Assoc. 90, 773
# (1995), DOI 10.1080/01621459.1995.10476572.
STRONG_EVIDENCE: Final = 6.0

_FEW_ARCS: Final = (
    "R0-CPE1",
    "p(R1,CPE1)-CPE2",
    "R0-p(R1,CPE1)-CPE2",
    "R0-p(R1,CPE1)",
    "p(R1,CPE1)-p(R2,CPE2)-CPE3",
    "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3",
    "R0-p(R1,CPE1)-p(R2,CPE2)",
)
_THREE_ARCS: Final = (
    "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4",
    "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4",
    "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)",
)


@dataclass(frozen=True)
class Candidate:
    """A circuit that was tried on every spectrum of a series.

    fits: one of each spectrum; bic: their summed criterion; adequate: whether all residuals stay
    within the analyser's accuracy or the noise; reason: why, in words.
    """

    circuit: Circuit
    fits: tuple[CircuitFit, ...]
    bic: float
    adequate: bool
    reason: str


@dataclass(frozen=True)
class CircuitChoice:
    """The candidates in the order in which they were tried, and which one the evidence favours."""

    candidates: tuple[Candidate, ...]
    best: Candidate


def choose_circuit(*, spectra: Sequence[Spectrum], noise: Sequence[float]) -> CircuitChoice:
    """The circuit of a pellet or cell, by evidence over all spectra at once.

    Candidates have up to two arcs p(R,CPE), with and without a series resistor and a blocking
    electrode; the summed Bayesian information criterion decides, and a further element needs
    strong evidence (6). Three arcs are tried only when two leave more than 1 % of |Z|: with a
    model error below that, a further arc splits one that is not two. An inductor joins where a
    spectrum ends inductive.

    Parameters
    ----------
    spectra : of (frequency (n,) Hz, impedance (n,) ohm)
    noise : one relative noise level of each, from the Kramers-Kronig test

    Raises
    ------
    ScienceError
        No candidate can be fitted (too few points).

    Source
    ------
    G. Schwarz, Ann. Stat. 6, 461 (1978), DOI 10.1214/aos/1176344136.
    """
    inductive = any(_ends_inductive(f, z) for f, z in spectra)
    tried = list(_tried(_FEW_ARCS, spectra, noise, inductive))
    if not any(candidate.adequate for candidate in tried):
        tried += _tried(_THREE_ARCS, spectra, noise, inductive)
    if not tried:
        raise ScienceError("too few points for the simplest circuit; measure at least 8.")
    limit = min(candidate.bic for candidate in tried) + STRONG_EVIDENCE
    good = [candidate for candidate in tried if candidate.bic <= limit]
    best = min(good, key=lambda candidate: (len(candidate.circuit.parameter_names), candidate.bic))
    return CircuitChoice(tuple(tried), best)


def try_circuit(circuit: Circuit, *, spectra: Sequence[Spectrum], noise: Sequence[float]) -> Candidate:
    """One circuit on every spectrum, with the verdict whether it describes them."""
    fits = tuple(fit_circuit(frequency=f, impedance=z, circuit=circuit) for f, z in spectra)
    allowed = [max(USUAL_ACCURACY, NOISE_FACTOR * min(level, LARGEST_NOISE)) for level in noise]
    over = [fit.rms / limit for fit, limit in zip(fits, allowed, strict=True)]
    worst = int(np.argmax(over))
    bic = sum(fit.bic for fit in fits)
    adequate = over[worst] <= 1.0
    where = f" (spectrum {worst + 1})" if len(fits) > 1 else ""
    reason = (
        f"residual {100 * fits[worst].rms:.2g} % of |Z|{where}, "
        f"{'within' if adequate else 'above'} {100 * allowed[worst]:.2g} %; BIC {bic:.1f}"
    )
    return Candidate(circuit, fits, bic, adequate, reason)


def _tried(
    expressions: Sequence[str],
    spectra: Sequence[Spectrum],
    noise: Sequence[float],
    inductive: bool,
) -> Iterator[Candidate]:
    fewest = min(f.size for f, _ in spectra)
    for expression in expressions:
        circuit = _parsed(f"L0-{expression}" if inductive else expression)
        if fewest > len(circuit.parameter_names):
            yield try_circuit(circuit, spectra=spectra, noise=noise)


@lru_cache(maxsize=64)
def _parsed(expression: str) -> Circuit:
    return parse_circuit(expression)


def _ends_inductive(f: Floats, z: Complexes) -> bool:
    """Whether the highest frequencies lie above the real axis."""
    highest = np.argsort(f)[-3:]
    return bool((z.imag[highest] > 0).sum() >= 2)
