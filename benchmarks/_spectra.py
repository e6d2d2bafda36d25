"""The synthetic spectra of the benchmark, drawn anew from their seed.

Circuit R0-p(R1,CPE1)-p(R2,CPE2)-CPE3, 57 points from 10 MHz to 0.1 Hz, noise of 0.5 % of |Z| on
either part. A spectrum counts when the Cramer-Rao bound on R1 and on R2 is below 5 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kuralab.science.impedance import derivatives_from_circuit

CIRCUIT = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3"
SEED = 20251204
NOISE = 0.005
LARGEST_BOUND = 0.05


@dataclass(frozen=True)
class DrawnSpectrum:
    """Frequency (57,) Hz, noisy impedance (57,) ohm, and the true parameters."""

    frequency: NDArray[np.float64]
    impedance: NDArray[np.complex128]
    truth: dict[str, float]


def drawn_spectra(count: int) -> Iterator[DrawnSpectrum]:
    """The first ``count`` spectra that can be determined, always the same ones."""
    rng = np.random.default_rng(SEED)
    frequency = np.logspace(7, -1, 57)
    found = 0
    while found < count:
        truth = _drawn_truth(rng)
        z, slopes = derivatives_from_circuit(frequency=frequency, circuit=CIRCUIT, parameters=truth)
        magnitude = np.abs(z)
        noise = rng.standard_normal(57) + 1j * rng.standard_normal(57)
        if _is_determined(slopes, magnitude, truth):
            found += 1
            yield DrawnSpectrum(frequency, z + NOISE * magnitude * noise, truth)


def _drawn_truth(rng: np.random.Generator) -> dict[str, float]:
    def log_uniform(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    r0, r1, r2 = log_uniform(1, 100), log_uniform(100, 1e4), log_uniform(100, 1e4)
    tau1 = log_uniform(1e-6, 1e-3)
    tau2 = tau1 * log_uniform(10, 1000)
    n1, n2 = float(rng.uniform(0.75, 0.95)), float(rng.uniform(0.75, 0.95))
    q3, n3 = log_uniform(1e-6, 1e-4), float(rng.uniform(0.8, 0.95))
    return {
        "R0": r0,
        "R1": r1,
        "CPE1.Q": tau1**n1 / r1,
        "CPE1.n": n1,
        "R2": r2,
        "CPE2.Q": tau2**n2 / r2,
        "CPE2.n": n2,
        "CPE3.Q": q3,
        "CPE3.n": n3,
    }


def _is_determined(
    slopes: NDArray[np.complex128], magnitude: NDArray[np.float64], truth: dict[str, float]
) -> bool:
    weighted = slopes * np.array(list(truth.values())) / (NOISE * magnitude[:, None])
    jacobian = np.concatenate([weighted.real, weighted.imag])
    bound = np.sqrt(np.diag(np.linalg.inv(jacobian.T @ jacobian)))
    names = list(truth)
    return bool(max(bound[names.index("R1")], bound[names.index("R2")]) < LARGEST_BOUND)
