"""Linear Kramers-Kronig test: is a spectrum that of a causal, linear and steady system?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.impedance._model import checked_spectrum

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

LARGEST_RESIDUAL: Final = 0.01
ELEMENTS_PER_DECADE: Final = 4
FEWEST_POINTS: Final = 6


@dataclass(frozen=True)
class KramersKronig:
    """Verdict of the linear Kramers-Kronig test.

    frequency (n,) Hz; residuals (n,): (model - measured) / |measured|; rms: root mean square of
    the 2n parts, corrected for the parameters used; consistent: no part exceeds 1 %;
    frequency_low, frequency_high: Hz, widest range to keep; reason: the verdict in words;
    elements: number of RC elements that the evidence asked for.
    """

    frequency: Floats
    residuals: Complexes
    rms: float
    consistent: bool
    frequency_low: float
    frequency_high: float
    reason: str
    elements: int


def kramers_kronig(*, frequency: ArrayLike, impedance: ArrayLike) -> KramersKronig:
    """Test a spectrum against a chain of RC elements, which obeys Kramers and Kronig by itself.

        Z(w) = R + j w L + 1/(j w C) + sum_k R_k / (1 + j w tau_k)

    The tau_k are fixed and evenly spaced over the measured range (and a decade below it, for a
    blocking electrode), so the fit is linear; R_k of either sign are allowed. Their number is the
    one with the lowest Bayesian information criterion, at most four a decade.

    Parameters
    ----------
    frequency : (n,) Hz, at least six points; impedance : (n,) complex, ohm

    Returns
    -------
    KramersKronig
        ``frequency_low`` and ``frequency_high`` cut off the points at either end that exceed 1 %.

    Raises
    ------
    ScienceError
        Malformed spectrum, or fewer than six points.

    Source
    ------
    B. A. Boukamp, J. Electrochem. Soc. 142, 1885 (1995), DOI 10.1149/1.2044210; M. Schoenleber,
    D. Klotz, E. Ivers-Tiffee, Electrochim. Acta 131, 20 (2014), DOI 10.1016/j.electacta.2014.01.034.
    Departure: the number of elements follows from evidence instead of the measure mu.

    Examples
    --------
    >>> from kuralab.science.impedance import impedance_from_circuit
    >>> f = np.logspace(5, 0, 26)
    >>> z = impedance_from_circuit(
    ...     frequency=f, circuit="R0-p(R1,C1)", parameters={"R0": 10, "R1": 100, "C1": 1e-5}
    ... )
    >>> kramers_kronig(frequency=f, impedance=z).consistent
    True
    """
    f, z = checked_spectrum(frequency, impedance)
    if f.size < FEWEST_POINTS:
        raise ScienceError(
            f"{f.size} points are too few for a Kramers-Kronig test; measure at least {FEWEST_POINTS}."
        )
    omega = 2.0 * np.pi * f
    decades = np.log10(f.max() / f.min())
    most = max(min(f.size - 3, int(ELEMENTS_PER_DECADE * decades)), 2)
    best: tuple[float, int, float, Complexes] | None = None
    for count in range(min(4, most), most + 1):
        residuals, rank = _residuals_of_chain(omega, z, count)
        parts = 2 * f.size
        power = float((np.abs(residuals) ** 2).sum())
        evidence = parts * np.log(max(power, 1e-30) / parts) + rank * np.log(parts)
        if best is None or evidence < best[0]:
            best = (evidence, count, float(np.sqrt(power / max(parts - rank, 1))), residuals)
    assert best is not None
    _, count, rms, residuals = best
    return _verdict(f, residuals, rms, count)


def _residuals_of_chain(omega: Floats, z: Complexes, count: int) -> tuple[Complexes, int]:
    log_tau = np.linspace(-np.log(omega.max()), -np.log(omega.min()) + np.log(10.0), count)
    basis = np.column_stack(
        [
            np.ones(omega.size, dtype=np.complex128),
            1j * omega / omega.max(),
            omega.min() / (1j * omega),
            1.0 / (1.0 + 1j * omega[:, None] * np.exp(log_tau)),
        ]
    )
    weighted = basis / np.abs(z)[:, None]
    target = z / np.abs(z)
    matrix = np.concatenate([weighted.real, weighted.imag])
    right = np.concatenate([target.real, target.imag])
    solution, _, rank, _ = np.linalg.lstsq(matrix, right, rcond=1e-10)
    difference = matrix @ solution - right
    return difference[: z.size] + 1j * difference[z.size :], int(rank)


def _verdict(f: Floats, residuals: Complexes, rms: float, count: int) -> KramersKronig:
    largest = np.maximum(np.abs(residuals.real), np.abs(residuals.imag))
    order = np.argsort(f)
    good = np.flatnonzero(largest[order] <= LARGEST_RESIDUAL)
    consistent = good.size == f.size
    worst = int(np.argmax(largest))
    found = f"largest residual {100 * largest[worst]:.2f} % at {f[worst]:.3g} Hz"
    low, high = (0, f.size - 1) if good.size == 0 else _widest_range(largest[order])
    low_f, high_f = float(f[order][low]), float(f[order][high])
    if consistent:
        reason = f"consistent with Kramers-Kronig: {found}"
    else:
        reason = f"not consistent with Kramers-Kronig: {found}; keep {low_f:.3g} Hz to {high_f:.3g} Hz"
    return KramersKronig(f, residuals, rms, consistent, low_f, high_f, reason, count)


def _widest_range(largest: Floats) -> tuple[int, int]:
    """Cut bad points off the ends; one bad point inside does not end a range."""
    bad = largest > LARGEST_RESIDUAL
    low, high = 0, largest.size - 1
    edge = max(2, largest.size // 5)
    head, tail = np.flatnonzero(bad[:edge]), np.flatnonzero(bad[-edge:])
    if head.size:
        low = int(head[-1]) + 1
    if tail.size:
        high = largest.size - edge + int(tail[0]) - 1
    return (low, high) if low < high else (0, largest.size - 1)
