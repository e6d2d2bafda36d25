"""Where a fit starts: no starting values are asked of anyone.

Most circuits of a solid are a series of arcs p(R,CPE) with resistors, inductors and one blocking
element. With time constants and exponents held, their impedance is linear in what remains, so
every choice of time constants on a grid is solved at once and the best few become starts. Other
circuits (nested ones, finite diffusion) start from points spread evenly over all that the
spectrum's impedance and frequency range allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from kuralab.science.impedance._circuit import Circuit, Connection, Element, Node
from kuralab.science.impedance._elements import (
    CAPACITOR,
    CPE,
    EXPONENT_RANGE,
    INDUCTOR,
    RESISTOR,
    WARBURG,
    WARBURG_OPEN,
    WARBURG_SHORT,
)
from kuralab.science.impedance._kernel import search_grid

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

ARC_EXPONENT: Final = 0.85
BLOCKING_EXPONENTS: Final = (0.9, 0.6)
TIME_CONSTANTS_PER_DECADE: Final = 3
MOST_ARCS: Final = 3
SPREAD_STARTS: Final = 256


@dataclass(frozen=True)
class Ladder:
    """A circuit that is a series of single elements and arcs: indices of its parameters.

    single: (element code, parameter index); arcs: (index of R, index of Q or C, exponent free).
    """

    single: tuple[tuple[int, int], ...]
    arcs: tuple[tuple[int, int, bool], ...]


@lru_cache(maxsize=256)
def ladder_from_circuit(circuit: Circuit) -> Ladder | None:
    """The circuit as a ladder, or None where it is no ladder."""
    single: list[tuple[int, int]] = []
    arcs: list[tuple[int, int, bool]] = []
    for branch in circuit.branches:
        arc = arc_elements(branch)
        if arc is not None:
            resistor, capacitive = arc
            arcs.append(
                (
                    circuit.index[resistor.parameter_names[0]],
                    circuit.index[capacitive.parameter_names[0]],
                    capacitive.kind.code == CPE,
                )
            )
        elif isinstance(branch, Element) and branch.kind.code <= WARBURG:
            single.append((branch.kind.code, circuit.index[branch.parameter_names[0]]))
        else:
            return None
    return Ladder(tuple(single), tuple(arcs)) if len(arcs) <= MOST_ARCS else None


def arc_elements(node: Node) -> tuple[Element, Element] | None:
    """Resistor and capacitive element of p(R,CPE) or p(R,C), in either order; else None."""
    if not isinstance(node, Connection) or not node.parallel or len(node.branches) != 2:
        return None
    leaves = [branch for branch in node.branches if isinstance(branch, Element)]
    resistors = [leaf for leaf in leaves if leaf.kind.code == RESISTOR]
    capacitive = [leaf for leaf in leaves if leaf.kind.code in (CAPACITOR, CPE)]
    return (resistors[0], capacitive[0]) if len(resistors) == len(capacitive) == 1 else None


def starts_for_ladder(
    ladder: Ladder, size: int, omega: Floats, impedance: Complexes, weight: Complexes, most: int
) -> Floats:
    """Internal parameters (m, size) to start from, the best first, at most ``most`` of them."""
    log_omega = np.log(omega)
    decades = (log_omega.max() - log_omega.min()) / np.log(10.0) + 1.0
    points = max(int(TIME_CONSTANTS_PER_DECADE * decades) + 1, len(ladder.arcs) + 2)
    log_tau = np.linspace(-log_omega.max() - 1.15, -log_omega.min() + 1.15, points)
    arcs = 1.0 / (1.0 + np.exp(ARC_EXPONENT * (log_omega[:, None] + log_tau)) * 1j**ARC_EXPONENT)
    found: list[tuple[float, Floats]] = []
    scale = np.abs(impedance).min()
    exponents = BLOCKING_EXPONENTS if any(code == CPE for code, _ in ladder.single) else (1.0,)
    for exponent in exponents:
        columns = [_single_column(code, omega, exponent) for code, _ in ladder.single]
        basis = np.column_stack([*columns, arcs]) if columns else arcs
        weighted = np.concatenate([basis.real * weight.real[:, None], basis.imag * weight.imag[:, None]])
        norms = np.sqrt(np.einsum("ij,ij->j", weighted, weighted))
        weighted /= norms
        target = np.concatenate([impedance.real * weight.real, impedance.imag * weight.imag])
        choices, gains, coefficients = search_grid(
            weighted.T @ weighted, weighted.T @ target, len(columns), points, len(ladder.arcs)
        )
        for m in _separate_best(choices, gains, most):
            x = np.empty(size)
            for k, (code, index) in enumerate(ladder.single):
                value = max(coefficients[m, k] / norms[k], 1e-3 * scale * _unit_scale(code, omega))
                x[index] = -np.log(value) if code in (CPE, CAPACITOR) else np.log(value)
                if code == CPE:
                    x[index + 1] = exponent
            for k, (resistor, capacitive, free) in enumerate(ladder.arcs):
                column = choices[m, k]
                value = coefficients[m, len(columns) + k] / norms[len(columns) + column]
                x[resistor] = np.log(max(value, 1e-2 * scale))
                n = ARC_EXPONENT if free else 1.0
                x[capacitive] = n * log_tau[column] - x[resistor]
                if free:
                    x[capacitive + 1] = n
            found.append((gains[m], x))
    found.sort(key=lambda pair: -pair[0])
    return np.array([x for _, x in found[:most]])


def _single_column(code: int, omega: Floats, exponent: float) -> Complexes:
    """Impedance of one element with a unit coefficient."""
    s = 1j * omega.astype(np.complex128)
    if code == RESISTOR:
        return np.ones_like(s)
    if code == INDUCTOR:
        return s
    if code == WARBURG:
        return np.asarray((1.0 - 1.0j) / np.sqrt(omega), dtype=np.complex128)
    return s ** -(exponent if code == CPE else 1.0)


def _unit_scale(code: int, omega: Floats) -> float:
    """Coefficient with which an element reaches one ohm inside the spectrum."""
    if code == INDUCTOR:
        return float(1.0 / omega.max())
    if code == RESISTOR:
        return 1.0
    return float(omega.min() ** 0.5 if code == WARBURG else omega.min())


def _separate_best(choices: NDArray[np.int64], gains: Floats, most: int) -> list[int]:
    """Best choices that are not neighbours on the grid of a better one."""
    kept: list[int] = []
    for m in np.argsort(-gains, kind="stable")[: 40 * most]:
        if (np.abs(choices[kept] - choices[m]).max(axis=1, initial=0) > 1).all():
            kept.append(int(m))
            if len(kept) == most:
                break
    return kept


def spread_starts(circuit: Circuit, omega: Floats, impedance: Complexes) -> Floats:
    """Internal parameters (m, p) spread evenly (Halton) over what the spectrum allows."""
    size = len(circuit.parameter_names)
    unit = qmc.Halton(d=2 * size, scramble=False).random(SPREAD_STARTS + 1)[1:]
    magnitude = np.abs(impedance)
    low_z, high_z = np.log(magnitude.min() / 3.0), np.log(magnitude.max() * 3.0)
    low_tau, high_tau = np.log(0.3 / omega.max()), np.log(3.0 / omega.min())
    starts = np.empty((SPREAD_STARTS, size))
    for element in circuit.elements:
        i = circuit.index[element.parameter_names[0]]
        log_r = low_z + unit[:, 2 * i] * (high_z - low_z)
        log_tau = low_tau + unit[:, 2 * i + 1] * (high_tau - low_tau)
        code = element.kind.code
        if code == CAPACITOR:
            starts[:, i] = log_tau - log_r
        elif code == CPE:
            n = 0.5 + 0.5 * unit[:, 2 * i + 2]
            starts[:, i] = n * log_tau - log_r
            starts[:, i + 1] = n
        elif code == INDUCTOR:
            starts[:, i] = log_tau + log_r
        elif code == WARBURG:
            starts[:, i] = log_r - 0.5 * log_tau
        else:
            starts[:, i] = log_r
            if code in (WARBURG_OPEN, WARBURG_SHORT):
                starts[:, i + 1] = log_tau
    return starts


def bounds_for(circuit: Circuit, omega: Floats, impedance: Complexes) -> tuple[Floats, Floats]:
    """Widest sensible range (p,), (p,) of the internal parameters: ten decades to either side."""
    low = np.empty(len(circuit.parameter_names))
    high = np.empty_like(low)
    log_z = np.log(np.abs(impedance))
    log_w = np.log(omega)
    wide = np.log(1e6)
    for element in circuit.elements:
        i = circuit.index[element.parameter_names[0]]
        code = element.kind.code
        if code in (CAPACITOR, CPE):
            least, most = -log_z.max() - log_w.max(), -log_z.min() - log_w.min()
        elif code == INDUCTOR:
            least, most = log_z.min() - log_w.max(), log_z.max() - log_w.min()
        elif code == WARBURG:
            least, most = log_z.min() + 0.5 * log_w.min(), log_z.max() + 0.5 * log_w.max()
        else:
            least, most = log_z.min(), log_z.max()
        low[i], high[i] = least - wide, most + wide
        if code == CPE:
            low[i + 1], high[i + 1] = EXPONENT_RANGE
        elif code in (WARBURG_OPEN, WARBURG_SHORT):
            low[i + 1], high[i + 1] = -log_w.max() - wide, -log_w.min() + wide
    return low, high
