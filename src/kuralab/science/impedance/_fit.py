"""Complex weighted least squares of a circuit, without starting values and without a noise level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.impedance._circuit import Circuit
from kuralab.science.impedance._kernel import network, refine
from kuralab.science.impedance._model import checked_spectrum, circuit_from
from kuralab.science.impedance._start import (
    arc_elements,
    bounds_for,
    ladder_from_circuit,
    spread_starts,
    starts_for_ladder,
)

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Weighting = Literal["modulus", "proportional", "unit"]
Run = tuple[Floats, float, Floats, bool]

SHORT_STEPS: Final = 12
LONG_STEPS: Final = 200
FEW_STARTS: Final = 4
MORE_STARTS: Final = 40
# Four standard deviations of white noise on a usual spectrum of 57 points.
SUSPECT_CORRELATION: Final = 0.4
TOLERANCE: Final = 1e-10
# A parameter is determined when its relative standard uncertainty stays below this.
LARGEST_RELATIVE_STD: Final = 0.5
LARGEST_EXPONENT_STD: Final = 0.15


@dataclass(frozen=True)
class CircuitFit:
    """An equivalent circuit fitted to a spectrum.

    frequency (n,) Hz; impedance (n,) and fitted (n,) ohm; values and std (p,) in the order and
    units of ``circuit.parameter_names``; covariance (p, p); rms: root mean square of the 2n parts
    of the residuals divided by |Z|; bic: Bayesian information criterion (lower is better);
    identifiable (p,): False where the data do not determine a parameter.
    """

    circuit: Circuit
    frequency: Floats
    impedance: Complexes
    fitted: Complexes
    values: Floats
    std: Floats
    covariance: Floats
    identifiable: NDArray[np.bool_]
    rms: float
    bic: float
    converged: bool

    def value(self, name: str) -> float:
        """Value of one parameter in its unit."""
        return float(self.values[self.circuit.index[name]])

    def std_of(self, name: str) -> float:
        """Standard uncertainty of one parameter in its unit."""
        return float(self.std[self.circuit.index[name]])

    def residuals(self) -> Complexes:
        """(n,) fitted minus measured, divided by the measured |Z|."""
        return (self.fitted - self.impedance) / np.abs(self.impedance)

    @property
    def correlation(self) -> float:
        """Correlation of neighbouring residuals: about 0 for noise, near 1 for a model error."""
        return correlation_of_neighbours(self.frequency, self.residuals())

    def impedance_at(self, frequency: ArrayLike) -> Complexes:
        """(m,) ohm at other frequencies (m,) Hz."""
        return _impedance(self.circuit, self.values, np.asarray(frequency, dtype=np.float64))

    def impedance_of(self, part: Circuit) -> Complexes:
        """(n,) ohm of a part of the circuit, made of its elements, at the measured frequencies."""
        values = np.array([self.value(name) for name in part.parameter_names])
        return _impedance(part, values, self.frequency)

    def sum_of(self, *names: str) -> tuple[float, float]:
        """Sum of several parameters of one unit, and its standard uncertainty."""
        chosen = [self.circuit.index[name] for name in names]
        variance = self.covariance[np.ix_(chosen, chosen)].sum()
        return float(self.values[chosen].sum()), float(np.sqrt(max(variance, 0.0)))


def fit_circuit(
    *,
    frequency: ArrayLike,
    impedance: ArrayLike,
    circuit: Circuit | str,
    weighting: Weighting = "modulus",
) -> CircuitFit:
    """Fit a circuit to a spectrum; no starting values, no noise level.

        minimise sum_k (w'_k Re r_k)^2 + (w''_k Im r_k)^2,   r_k = Z(f_k) - Z_k

    Parameters are fitted as ln(R), ln(Q), ... and n in [0.3, 1]. Starts come from a linear solve
    over a grid of time constants (series of arcs), or are spread evenly (other circuits); each is
    refined briefly and the best to the end. The noise level is estimated from the residuals.

    Parameters
    ----------
    frequency : (n,) Hz, positive
    impedance : (n,) complex, ohm, capacitive is negative
    circuit : expression such as ``R0-p(R1,CPE1)-CPE2``
    weighting : "modulus" w = 1/|Z|, "proportional" w' = 1/|Re Z|, w'' = 1/|Im Z|, "unit" w = 1

    Returns
    -------
    CircuitFit
        Arcs of one form are returned with the fastest first.

    Raises
    ------
    ScienceError
        Malformed circuit or spectrum, or fewer measured numbers (2n) than parameters + 1.

    Source
    ------
    Weighting: B. A. Boukamp, Solid State Ionics 20, 31 (1986),
    DOI 10.1016/0167-2738(86)90031-7. Separation of linear parameters: G. H. Golub, V. Pereyra,
    SIAM J. Numer. Anal. 10, 413 (1973), DOI 10.1137/0710036. Departure: only starts use it.

    Examples
    --------
    >>> from kuralab.science.impedance import impedance_from_circuit
    >>> f = np.logspace(6, 0, 31)
    >>> true = {"R1": 100.0, "C1": 1e-8, "C2": 1e-5}
    >>> z = impedance_from_circuit(frequency=f, circuit="p(R1,C1)-C2", parameters=true)
    >>> round(fit_circuit(frequency=f, impedance=z, circuit="p(R1,C1)-C2").value("R1"), 6)
    100.0
    """
    circuit = circuit_from(circuit)
    f, z = checked_spectrum(frequency, impedance)
    size = len(circuit.parameter_names)
    if 2 * f.size <= size:
        raise ScienceError(
            f"{f.size} points cannot determine the {size} parameters of {circuit}; "
            f"give at least {size // 2 + 1} points or a simpler circuit."
        )
    omega = 2.0 * np.pi * f
    weight = _weights(z, weighting)
    low, high = bounds_for(circuit, omega, z)
    program = circuit.program
    log_omega = np.log(omega)
    free = np.ones(size, dtype=np.bool_)

    def descend(start: Floats, steps: int) -> Run:
        return refine(
            program.code, program.parent, program.first, log_omega, z, weight,
            start, low, high, free, steps, TOLERANCE,
        )  # fmt: skip

    def best_from(starts: Floats, steps: int) -> Run:
        short = [descend(start, steps) for start in starts]
        return descend(min(short, key=_sum_of_squares)[0], LONG_STEPS)

    ladder = ladder_from_circuit(circuit)
    if ladder is not None:

        def best_of(most: int) -> Run:
            starts = starts_for_ladder(ladder, size, omega, z, weight, most)
            return best_from(starts, SHORT_STEPS)

        run = best_of(FEW_STARTS)
        if _is_suspect(circuit, run[0], f, z, (low, high)):
            run = min(run, best_of(MORE_STARTS), key=_sum_of_squares)
    else:
        rough = [descend(start, 4) for start in spread_starts(circuit, omega, z)]
        rough.sort(key=_sum_of_squares)
        run = best_from(np.array([x for x, *_ in rough[:24]]), 40)
    x, total, hessian, converged = run
    # Only the lower triangle came back, and exchanging arcs mixes both.
    x, hessian = _fastest_first(circuit, x, np.tril(hessian) + np.tril(hessian, -1).T)
    return _described(circuit, f, z, x, total, hessian, (low, high), converged)


def _impedance(circuit: Circuit, values: Floats, frequency: Floats) -> Complexes:
    program = circuit.program
    x = np.where(program.logarithmic, np.log(values), values)
    log_omega = np.log(2.0 * np.pi * frequency)
    return network(program.code, program.parent, program.first, x, log_omega)[0]


def _weights(z: Complexes, weighting: Weighting) -> Complexes:
    magnitude = np.abs(z)
    if weighting == "unit":
        return np.full(z.shape, (1.0 + 1.0j) / magnitude.max())
    if weighting == "modulus":
        return (1.0 + 1.0j) / magnitude
    # A part that crosses zero would otherwise rule the fit alone.
    floor = 1e-3 * magnitude
    return 1.0 / np.maximum(np.abs(z.real), floor) + 1.0j / np.maximum(np.abs(z.imag), floor)


def _sum_of_squares(run: Run) -> float:
    return run[1]


def _is_suspect(
    circuit: Circuit, x: Floats, f: Floats, z: Complexes, bounds: tuple[Floats, Floats]
) -> bool:
    """Whether a minimum may be a false one: residuals that follow one another, or a bound reached.

    Needs no noise level, and costs a right fit nothing.
    """
    if ((x <= bounds[0]) | (x >= bounds[1])).any():
        return True
    values = np.where(circuit.program.logarithmic, np.exp(x), x)
    fitted = _impedance(circuit, values, f)
    return correlation_of_neighbours(f, (fitted - z) / np.abs(z)) > SUSPECT_CORRELATION


def correlation_of_neighbours(frequency: Floats, residuals: Complexes) -> float:
    """Lag-one autocorrelation of residuals in the order of frequency: 0 for noise, 1 for misfit."""
    ordered = residuals[np.argsort(frequency, kind="stable")]
    power = float((np.abs(ordered) ** 2).sum())
    return float((ordered[1:] * ordered[:-1].conj()).real.sum()) / power if power > 0 else 0.0


def _fastest_first(circuit: Circuit, x: Floats, hessian: Floats) -> tuple[Floats, Floats]:
    """Exchange arcs of one form so that their time constants rise in the written order."""
    forms: dict[bool, list[tuple[float, list[int]]]] = {}
    for branch in circuit.branches:
        arc = arc_elements(branch)
        if arc is None:
            continue
        names = arc[0].parameter_names + arc[1].parameter_names
        where = [circuit.index[name] for name in names]
        n = x[where[2]] if len(where) == 3 else 1.0
        forms.setdefault(len(where) == 3, []).append(((x[where[0]] + x[where[1]]) / n, where))
    order = np.arange(x.size)
    for arcs in forms.values():
        for (_, to), (_, source) in zip(arcs, sorted(arcs), strict=True):
            order[to] = source
    return x[order], hessian[np.ix_(order, order)]


def _described(
    circuit: Circuit,
    f: Floats,
    z: Complexes,
    x: Floats,
    total: float,
    hessian: Floats,
    bounds: tuple[Floats, Floats],
    converged: bool,
) -> CircuitFit:
    program = circuit.program
    size = x.size
    values = np.where(program.logarithmic, np.exp(x), x)
    fitted = _impedance(circuit, values, f)
    scale = np.sqrt(np.diag(hessian))
    pressed = (x <= bounds[0]) | (x >= bounds[1])
    # An exponent of 1 is a bound that hides how little n is known: it still counts as free.
    inside = (~pressed | ~program.logarithmic) & (scale > 0)
    covariance = np.full((size, size), 0.0)
    variance = total / (2 * f.size - inside.sum())
    kept = np.flatnonzero(inside)
    if kept.size:
        normal = hessian[np.ix_(kept, kept)] / np.outer(scale[kept], scale[kept])
        inverse = np.linalg.pinv(normal, rcond=1e-12, hermitian=True)
        covariance[np.ix_(kept, kept)] = variance * inverse / np.outer(scale[kept], scale[kept])
    relative = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    limit = np.where(program.logarithmic, LARGEST_RELATIVE_STD, LARGEST_EXPONENT_STD)
    natural = np.where(program.logarithmic, values, 1.0)
    relative_residuals = (fitted - z) / np.abs(z)
    parts = 2 * f.size
    return CircuitFit(
        circuit=circuit,
        frequency=f,
        impedance=z,
        fitted=fitted,
        values=values,
        std=relative * natural,
        covariance=covariance * np.outer(natural, natural),
        identifiable=inside & (relative < limit),
        rms=float(np.sqrt((np.abs(relative_residuals) ** 2).sum() / parts)),
        bic=float(parts * np.log(max(total, 1e-300) / parts) + size * np.log(parts)),
        converged=converged,
    )
