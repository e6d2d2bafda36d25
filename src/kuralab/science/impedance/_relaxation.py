"""Distribution of relaxation times (DRT): how resistance is spread over time constants."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import find_peaks

from kuralab.science.impedance._model import checked_spectrum
from kuralab.science.numerics import RidgeProblem

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

POINTS_PER_DECADE: Final = 10
SMALLEST_PEAK: Final = 0.03
# Residuals of real spectra follow one another; plain cross-validation then smooths too little.
CAUTION: Final = 3.0


@dataclass(frozen=True)
class RelaxationPeak:
    """A peak of the distribution: its time constant (s) and the resistance under it (ohm)."""

    time_constant: float
    resistance: float


@dataclass(frozen=True)
class RelaxationTimes:
    """Distribution of relaxation times.

    tau (m,) s, rising; gamma (m,) ohm, resistance per unit of ln(tau); regularisation: strength
    chosen by cross-validation; peaks inside the measured range, fastest first; fitted (n,) ohm.
    The width of a peak is set by the regularisation as much as by the sample.
    """

    tau: Floats
    gamma: Floats
    regularisation: float
    peaks: tuple[RelaxationPeak, ...]
    fitted: Complexes


def relaxation_times(
    *, frequency: ArrayLike, impedance: ArrayLike, electrode: ArrayLike | None = None
) -> RelaxationTimes:
    """Distribution of relaxation times by non-negative ridge regression.

        Z(w) - Z_electrode(w) = R + j w L + integral gamma(ln tau) / (1 + j w tau) d(ln tau)

    gamma >= 0 is smooth (second differences are penalised); the strength of the penalty is the
    one of least generalised cross-validation, every degree of freedom counted three times. The
    part of a blocking electrode, orders of magnitude larger than the rest, is taken from a fitted
    circuit and subtracted. Peaks smaller than 3 % of the highest are left out.

    Parameters
    ----------
    frequency : (n,) Hz; impedance : (n,) complex, ohm
    electrode : (n,) complex, ohm, what to subtract; None subtracts nothing

    Raises
    ------
    ScienceError
        Malformed spectrum.

    Source
    ------
    M. Saccoccio et al., Electrochim. Acta 147, 470 (2014), DOI 10.1016/j.electacta.2014.09.058.
    Departure: piecewise constant in ln(tau), non-negative least squares.

    Examples
    --------
    >>> from kuralab.science.impedance import impedance_from_circuit
    >>> f = np.logspace(6, 0, 61)
    >>> z = impedance_from_circuit(
    ...     frequency=f, circuit="p(R1,CPE1)", parameters={"R1": 100, "CPE1.Q": 1e-5, "CPE1.n": 0.9}
    ... )
    >>> [round(peak.resistance, -1) for peak in relaxation_times(frequency=f, impedance=z).peaks]
    [100.0]
    """
    f, z = checked_spectrum(frequency, impedance)
    omega = 2.0 * np.pi * f
    low, high = -np.log(omega.max()) - np.log(10.0), -np.log(omega.min()) + np.log(10.0)
    log_tau = np.linspace(low, high, int((high - low) / np.log(10.0) * POINTS_PER_DECADE) + 1)
    width = log_tau[1] - log_tau[0]
    kernel = width / (1.0 + 1j * omega[:, None] * np.exp(log_tau))
    free = np.column_stack([np.ones(f.size, dtype=np.complex128), 1j * omega / omega.max()])
    rest = z if electrode is None else z - np.asarray(electrode, dtype=np.complex128)
    # The noise belongs to what was measured, so the weight stays that of the whole.
    weight = 1.0 / np.abs(z)
    scale = float(np.median(np.abs(rest)))
    problem = RidgeProblem(
        _parts(kernel, weight),
        _parts(free, weight),
        _parts(rest[:, None] / scale, weight)[:, 0],
        _second_differences(log_tau.size),
    )
    strength = problem.best_strength(caution=CAUTION)
    gamma, offsets = problem.solve_non_negative(strength)
    gamma, offsets = gamma * scale, offsets * scale
    tau = np.exp(log_tau)
    return RelaxationTimes(
        tau=tau,
        gamma=gamma,
        regularisation=strength,
        peaks=_peaks(tau, gamma, width, 1.0 / omega.max(), 1.0 / omega.min()),
        fitted=kernel @ gamma + free @ offsets + (z - rest),
    )


def _parts(columns: Complexes, weight: Floats) -> Floats:
    weighted = columns * weight[:, None]
    return np.concatenate([weighted.real, weighted.imag])


def _second_differences(size: int) -> Floats:
    penalty = np.diff(np.eye(size + 2), n=2, axis=0)[:, 1:-1]
    return penalty


def _peaks(
    tau: Floats, gamma: Floats, width: float, shortest: float, longest: float
) -> tuple[RelaxationPeak, ...]:
    inside = (tau >= shortest) & (tau <= longest)
    if not gamma[inside].any():
        return ()
    tops, _ = find_peaks(gamma, prominence=SMALLEST_PEAK * gamma[inside].max())
    valleys = [left + int(np.argmin(gamma[left:right])) for left, right in pairwise(tops)]
    edges = [0, *valleys, gamma.size]
    return tuple(
        RelaxationPeak(float(tau[top]), float(gamma[left:right].sum() * width))
        for top, left, right in zip(tops, edges, edges[1:], strict=False)
        if inside[top]
    )
