"""Compiled: the impedance of any circuit, its derivatives, and the least-squares refinement.

One kernel serves every circuit, because a circuit is data (see ``Program``): nothing is compiled
per expression. Parameters are ln(R), ln(Q), ... and n as it is. The derivative of the whole with
respect to one node is passed down the tree:

    series    Z = sum Z_i          dZ/dZ_i = 1
    parallel  1/Z = sum 1/Z_i      dZ/dZ_i = (Z / Z_i)^2

Source
------
Refinement: D. W. Marquardt, J. Soc. Ind. Appl. Math. 11, 431 (1963), DOI 10.1137/0111030.
Departures: steps are cut at the bounds, and a parameter that presses on its bound is left out.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kuralab.science.impedance._elements import (
    CAPACITOR,
    CPE,
    INDUCTOR,
    PARALLEL,
    RESISTOR,
    SERIES,
    WARBURG,
    WARBURG_OPEN,
)
from kuralab.science.numerics import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Complexes = NDArray[np.complex128]
Bools = NDArray[np.bool_]


@compiled
def _finite_warburg(
    resistance: float, tau: float, omega: float, open_end: bool
) -> tuple[complex, complex]:
    """Impedance and its derivative with respect to ln(tau)."""
    x = complex(1.0, 1.0) * math.sqrt(0.5 * omega * tau)
    if x.real < 0.02:
        # Series: tanh(x)/x - 1 and its derivative vanish in the rounding of 1.
        s = x * x
        if open_end:
            z = resistance * (1.0 / s + 1.0 / 3.0 - s / 45.0)
            return z, resistance * (-1.0 / s - s / 45.0)
        z = resistance * (1.0 - s / 3.0 + 2.0 * s * s / 15.0)
        return z, resistance * (-s / 3.0 + 4.0 * s * s / 15.0)
    e = np.exp(-2.0 * x)
    tanh = (1.0 - e) / (1.0 + e)
    sech2 = 4.0 * e / ((1.0 + e) * (1.0 + e))
    if open_end:
        z = resistance / (x * tanh)
        return z, -0.5 * resistance * (1.0 / (x * tanh) + sech2 / (tanh * tanh))
    z = resistance * tanh / x
    return z, 0.5 * resistance * (sech2 - tanh / x)


@compiled
def _constants(code: Ints, first: Ints, x: Floats, constant: Complexes) -> None:
    """What does not depend on frequency: the value of each element, or e^(-j n pi/2) / Q."""
    for i in range(code.size):
        if code[i] >= SERIES:
            continue
        if code[i] == CPE:
            angle = -0.5 * math.pi * x[first[i] + 1]
            constant[i] = math.exp(-x[first[i]]) * complex(math.cos(angle), math.sin(angle))
        else:
            constant[i] = complex(math.exp(x[first[i]]), 0.0)


@compiled
def _point(
    code: Ints,
    parent: Ints,
    first: Ints,
    x: Floats,
    constant: Complexes,
    log_omega: float,
    z: Complexes,
    back: Complexes,
    dz: Complexes,
) -> complex:
    """Impedance at one frequency; ``dz`` receives the derivatives, ``z`` and ``back`` are scratch."""
    nodes = code.size
    omega = math.exp(log_omega)
    for i in range(nodes):
        z[i] = 0.0
    for i in range(nodes):
        k = code[i]
        p = first[i]
        c = constant[i]
        if k == RESISTOR:
            z[i] = c
        elif k == CPE:
            z[i] = c * math.exp(-x[p + 1] * log_omega)
        elif k == CAPACITOR:
            z[i] = complex(0.0, -1.0 / (omega * c.real))
        elif k == INDUCTOR:
            z[i] = complex(0.0, omega * c.real)
        elif k == WARBURG:
            z[i] = complex(1.0, -1.0) * (c.real / math.sqrt(omega))
        elif k == PARALLEL:
            z[i] = 1.0 / z[i]
        elif k != SERIES:
            value, slope = _finite_warburg(c.real, math.exp(x[p + 1]), omega, k == WARBURG_OPEN)
            z[i] = value
            dz[p + 1] = slope
        if parent[i] >= 0:
            if code[parent[i]] == PARALLEL:
                z[parent[i]] += 1.0 / z[i]
            else:
                z[parent[i]] += z[i]
    back[nodes - 1] = 1.0
    for i in range(nodes - 1, -1, -1):
        if parent[i] >= 0:
            if code[parent[i]] == PARALLEL:
                ratio = z[parent[i]] / z[i]
                back[i] = back[parent[i]] * ratio * ratio
            else:
                back[i] = back[parent[i]]
        k = code[i]
        p = first[i]
        if k >= SERIES:
            continue
        if k == CAPACITOR:
            dz[p] = -back[i] * z[i]
        elif k == CPE:
            dz[p] = -back[i] * z[i]
            dz[p + 1] = dz[p] * complex(log_omega, 0.5 * math.pi)
        else:
            dz[p] = back[i] * z[i]
            if k > WARBURG:
                dz[p + 1] *= back[i]
    return complex(z[nodes - 1])


@compiled
def network(
    code: Ints, parent: Ints, first: Ints, x: Floats, log_omega: Floats
) -> tuple[Complexes, Complexes]:
    """Impedance (n,) and its derivatives (n, p) with respect to the internal parameters."""
    total = np.empty(log_omega.size, dtype=np.complex128)
    slopes = np.empty((log_omega.size, x.size), dtype=np.complex128)
    constant = np.empty(code.size, dtype=np.complex128)
    z = np.empty(code.size, dtype=np.complex128)
    back = np.empty(code.size, dtype=np.complex128)
    _constants(code, first, x, constant)
    for k in range(log_omega.size):
        total[k] = _point(code, parent, first, x, constant, log_omega[k], z, back, slopes[k])
    return total, slopes


@compiled
def normal_equations(
    code: Ints,
    parent: Ints,
    first: Ints,
    x: Floats,
    log_omega: Floats,
    measured: Complexes,
    weight: Complexes,
    hessian: Floats,
    gradient: Floats,
) -> float:
    """Weighted sum of squares; fills J'J and J'r. The weight's parts multiply Re and Im."""
    constant = np.empty(code.size, dtype=np.complex128)
    z = np.empty(code.size, dtype=np.complex128)
    back = np.empty(code.size, dtype=np.complex128)
    dz = np.empty(x.size, dtype=np.complex128)
    re = np.empty(x.size)
    im = np.empty(x.size)
    _constants(code, first, x, constant)
    hessian[:] = 0.0
    gradient[:] = 0.0
    total = 0.0
    for k in range(log_omega.size):
        model = _point(code, parent, first, x, constant, log_omega[k], z, back, dz)
        difference = model - measured[k]
        a = difference.real * weight[k].real
        b = difference.imag * weight[k].imag
        total += a * a + b * b
        for i in range(x.size):
            re[i] = dz[i].real * weight[k].real
            im[i] = dz[i].imag * weight[k].imag
            gradient[i] += re[i] * a + im[i] * b
            for j in range(i + 1):
                hessian[i, j] += re[i] * re[j] + im[i] * im[j]
    return total


@compiled
def _solve(matrix: Floats, right: Floats, size: int) -> bool:
    """Cholesky in place on the lower triangle; the solution replaces ``right``."""
    for i in range(size):
        for j in range(i + 1):
            s = matrix[i, j]
            for k in range(j):
                s -= matrix[i, k] * matrix[j, k]
            if i == j:
                if not s > 0.0:
                    return False
                matrix[i, i] = math.sqrt(s)
            else:
                matrix[i, j] = s / matrix[j, j]
    for i in range(size):
        s = right[i]
        for k in range(i):
            s -= matrix[i, k] * right[k]
        right[i] = s / matrix[i, i]
    for i in range(size - 1, -1, -1):
        s = right[i]
        for k in range(i + 1, size):
            s -= matrix[k, i] * right[k]
        right[i] = s / matrix[i, i]
    return True


@compiled
def refine(
    code: Ints,
    parent: Ints,
    first: Ints,
    log_omega: Floats,
    measured: Complexes,
    weight: Complexes,
    start: Floats,
    low: Floats,
    high: Floats,
    free: Bools,
    steps: int,
    tolerance: float,
) -> tuple[Floats, float, Floats, bool]:
    """Levenberg-Marquardt from one start: parameters, sum of squares, J'J (lower), converged.

    Converged: the next step would lower the sum of squares by less than ``tolerance`` of it.
    """
    size = start.size
    x = np.minimum(np.maximum(start, low), high)
    hessian = np.empty((size, size))
    gradient = np.empty(size)
    trial_hessian = np.empty((size, size))
    trial_gradient = np.empty(size)
    matrix = np.empty((size, size))
    step = np.empty(size)
    inside = np.empty(size, dtype=np.int64)
    total = normal_equations(code, parent, first, x, log_omega, measured, weight, hessian, gradient)
    damping = 1e-2
    converged = False
    for _ in range(steps):
        count = 0
        steepest = 0.0
        for i in range(size):
            pressed = (x[i] <= low[i] and gradient[i] > 0.0) or (x[i] >= high[i] and gradient[i] < 0.0)
            if free[i] and not pressed:
                inside[count] = i
                count += 1
                steepest = max(steepest, hessian[i, i])
        if count == 0:
            converged = True
            break
        floor = 1e-14 * steepest
        for a in range(count):
            for b in range(a + 1):
                matrix[a, b] = hessian[inside[a], inside[b]]
            matrix[a, a] = hessian[inside[a], inside[a]] * (1.0 + damping) + floor
            step[a] = -gradient[inside[a]]
        if not _solve(matrix, step, count):
            damping = max(10.0 * damping, 1e-6)
            if damping > 1e12:
                break
            continue
        expected = 0.0
        trial = x.copy()
        for a in range(count):
            i = inside[a]
            expected -= step[a] * gradient[i]
            trial[i] = min(max(x[i] + min(max(step[a], -3.0), 3.0), low[i]), high[i])
        if expected <= tolerance * total:
            # A tiny step under heavy damping says nothing about the minimum.
            converged = damping < 1e3
            break
        trial_total = normal_equations(
            code, parent, first, trial, log_omega, measured, weight, trial_hessian, trial_gradient
        )
        if trial_total < total:
            x = trial
            total = trial_total
            hessian, trial_hessian = trial_hessian, hessian
            gradient, trial_gradient = trial_gradient, gradient
            damping = max(0.15 * damping, 1e-12)
        else:
            damping *= 6.0
            if damping > 1e12:
                break
    return x, total, hessian, converged


@compiled
def _non_negative(gram: Floats, right: Floats, size: int, matrix: Floats, x: Floats) -> float:
    """Least squares with x >= 0 from the normal equations; returns how much it lowers the sum.

    The most negative unknown is dropped until none is left: exact enough for a start.
    """
    inside = np.empty(size, dtype=np.int64)
    kept = np.ones(size, dtype=np.bool_)
    step = np.empty(size)
    for _ in range(size):
        count = 0
        for i in range(size):
            x[i] = 0.0
            if kept[i]:
                inside[count] = i
                count += 1
        if count == 0:
            return 0.0
        for a in range(count):
            for b in range(a + 1):
                matrix[a, b] = gram[inside[a], inside[b]]
            matrix[a, a] *= 1.0 + 1e-12
            step[a] = right[inside[a]]
        if not _solve(matrix, step, count):
            return 0.0
        worst = 0
        for a in range(count):
            if step[a] < step[worst]:
                worst = a
        if step[worst] < 0.0:
            kept[inside[worst]] = False
            continue
        gain = 0.0
        for a in range(count):
            x[inside[a]] = step[a]
            gain += step[a] * right[inside[a]]
        return gain
    return 0.0


@compiled
def search_grid(
    gram: Floats, right: Floats, fixed: int, points: int, arcs: int
) -> tuple[Ints, Floats, Floats]:
    """Every choice of ``arcs`` different time constants of a grid, each solved linearly.

    The first ``fixed`` columns of the normal equations are in every choice, the other ``points``
    are one arc each. Returns the choices (m, arcs), how much each lowers the sum of squares (m,),
    and its coefficients (m, fixed + arcs), in lexical order.
    """
    total = 1
    for k in range(arcs):
        total = total * (points - k) // (k + 1)
    choices = np.empty((total, arcs), dtype=np.int64)
    gains = np.empty(total)
    coefficients = np.empty((total, fixed + arcs))
    size = fixed + arcs
    chosen = np.arange(size)
    sub = np.empty((size, size))
    part = np.empty(size)
    matrix = np.empty((size, size))
    for m in range(total):
        for a in range(size):
            part[a] = right[chosen[a]]
            for b in range(size):
                sub[a, b] = gram[chosen[a], chosen[b]]
        gains[m] = _non_negative(sub, part, size, matrix, coefficients[m])
        for k in range(arcs):
            choices[m, k] = chosen[fixed + k] - fixed
        k = arcs - 1
        while k >= 0 and chosen[fixed + k] == fixed + points - arcs + k:
            k -= 1
        if k >= 0:
            chosen[fixed + k] += 1
            for later in range(k + 1, arcs):
                chosen[fixed + later] = chosen[fixed + later - 1] + 1
    return choices, gains, coefficients
