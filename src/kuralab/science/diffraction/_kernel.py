"""Compiled sums of peaks: pseudo-Voigt profiles, and the same behind two exponentials (time of flight).

Every function adds to arrays that it is given. ``first`` and ``last`` (p,) bound the points that a peak
reaches. Gradients come as coefficients (p, k): by how much area, centre, width and mixing of a peak
change with each of k parameters.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kuralab.science.numerics import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LN2 = math.log(2.0)
_GAUSS = math.sqrt(4.0 * _LN2 / math.pi)


@compiled
def _voigt(t: float, width: float, eta: float) -> float:
    """Pseudo-Voigt of area 1 at a distance t from its centre."""
    inverse = 1.0 / width
    square = 4.0 * (t * inverse) ** 2
    value = eta * (2.0 / math.pi) * inverse / (1.0 + square)
    if square < 60.0:
        value += (1.0 - eta) * _GAUSS * inverse * math.exp(-_LN2 * square)
    return value


@compiled
def add_voigt(
    x: Floats,
    first: Integers,
    last: Integers,
    area: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    y: Floats,
) -> None:
    """Add pseudo-Voigt peaks of FWHM ``width`` and Lorentzian share ``eta`` to y (n,)."""
    for p in range(area.size):
        for i in range(first[p], last[p]):
            y[i] += area[p] * _voigt(x[i] - centre[p], width[p], eta[p])


@compiled
def add_voigt_with_gradient(
    x: Floats,
    first: Integers,
    last: Integers,
    area: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    by_area: Floats,
    by_centre: Floats,
    by_width: Floats,
    by_eta: Floats,
    y: Floats,
    gradient: Floats,
) -> None:
    """As ``add_voigt``, and the gradient (n, k).

    by_area is (p, k), the others (p, m) for the last m of the k parameters; the first ones change
    nothing but areas.
    """
    k, m = by_area.shape[1], by_centre.shape[1]
    for p in range(area.size):
        inverse = 1.0 / width[p]
        gauss_scale = _GAUSS * inverse
        lorentz_scale = 2.0 / math.pi * inverse
        for i in range(first[p], last[p]):
            r = (x[i] - centre[p]) * inverse
            square = 4.0 * r * r
            bell = 1.0 / (1.0 + square)
            lorentz = lorentz_scale * bell
            gauss = 0.0
            if square < 60.0:
                gauss = gauss_scale * math.exp(-_LN2 * square)
            shape = eta[p] * lorentz + (1.0 - eta[p]) * gauss
            y[i] += area[p] * shape
            for j in range(k):
                gradient[i, j] += by_area[p, j] * shape
            # d/dr of each part over itself: -8 r / (1 + 4 r^2) and -8 ln2 r.
            slope = -8.0 * r * (eta[p] * lorentz * bell + (1.0 - eta[p]) * gauss * _LN2)
            d_centre = -area[p] * slope * inverse
            d_width = -area[p] * (shape + r * slope) * inverse
            d_eta = area[p] * (lorentz - gauss)
            for j in range(m):
                gradient[i, k - m + j] += (
                    by_centre[p, j] * d_centre + by_width[p, j] * d_width + by_eta[p, j] * d_eta
                )


@compiled
def share_out(
    x: Floats,
    first: Integers,
    last: Integers,
    owner: Integers,
    area: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    ratio: Floats,
    total: Floats,
    weight: Floats,
) -> None:
    """Rietveld's division: for each owner of peaks the observed share of its area, and its area.

    ratio (n,) observed over calculated, both above the background. ``total`` and ``weight`` (m,) sum
    shape x ratio and shape over the points, times the area.
    """
    for p in range(area.size):
        for i in range(first[p], last[p]):
            value = area[p] * _voigt(x[i] - centre[p], width[p], eta[p])
            total[owner[p]] += value * ratio[i]
            weight[owner[p]] += value


@compiled
def _scaled_erfc(g: float, e: float, y: float) -> float:
    """exp(e) erfc(y), where exp(e) = g exp(y^2) and g = exp(e - y^2) may be all that is finite."""
    if y < 5.0:
        return math.exp(e) * math.erfc(y)
    # Continued fraction of erfc, from below; ten terms are exact to 1e-12 above 5.
    tail = y
    for n in range(20, 0, -1):
        tail = y + 0.5 * n / tail
    return g / (math.sqrt(math.pi) * tail)


@compiled
def _exponential_integral(z: complex) -> complex:
    """exp(z) E1(z) for complex z off the negative real axis."""
    size = abs(z)
    if size < 4.0 or (z.real < 0.0 and size < 25.0 and abs(z.imag) < 10.0):
        total = -0.57721566490153286 - np.log(z)
        term = 1.0 + 0.0j
        for n in range(1, 120):
            term *= z * (-1.0 / n)
            step = term * (-1.0 / n)
            total += step
            if abs(step.real) + abs(step.imag) < 1e-16 * (abs(total.real) + abs(total.imag)):
                break
        return complex(np.exp(z) * total)
    # A continued fraction needs fewer terms far out; near the negative axis it needs many.
    terms = 4 + int(90.0 / size) if z.real >= 0.0 else 60
    tail = z + 0.0j
    for n in range(terms, 0, -1):
        tail = z + n / (1.0 + n / tail)
    return 1.0 / tail


@compiled
def _flight_shape(t: float, alpha: float, beta: float, width: float, eta: float, out: Floats) -> None:
    """Area-normalised shape and its derivatives by t, alpha, beta, width and eta, in out (6,).

    Back-to-back exponentials with a pseudo-Voigt of FWHM ``width``.
    """
    sigma = width / 2.3548200450309493
    scale = 0.5 * alpha * beta / (alpha + beta)
    root = 1.0 / (math.sqrt(2.0) * sigma)
    g = math.exp(-0.5 * (t / sigma) ** 2) if abs(t) < 38.0 * sigma else 0.0
    edge = 2.0 / math.sqrt(math.pi) * g
    y = (alpha * sigma * sigma + t) * root
    z = (beta * sigma * sigma - t) * root
    up = _scaled_erfc(g, 0.5 * alpha * (alpha * sigma * sigma + 2.0 * t), y)
    down = _scaled_erfc(g, 0.5 * beta * (beta * sigma * sigma - 2.0 * t), z)
    both = up + down
    gauss = scale * both
    gauss_t = scale * (alpha * up - beta * down)
    scale_alpha = scale * beta / (alpha * (alpha + beta))
    scale_beta = scale * alpha / (beta * (alpha + beta))
    by_alpha = (alpha * sigma * sigma + t) * up - edge * sigma / math.sqrt(2.0)
    by_beta = (beta * sigma * sigma - t) * down - edge * sigma / math.sqrt(2.0)
    gauss_alpha = scale_alpha * both + scale * by_alpha
    gauss_beta = scale_beta * both + scale * by_beta
    by_sigma = (
        alpha * alpha * sigma * up
        + beta * beta * sigma * down
        - edge * (alpha - t / (sigma * sigma)) / math.sqrt(2.0)
        - edge * (beta + t / (sigma * sigma)) / math.sqrt(2.0)
    )
    gauss_width = scale * by_sigma / 2.3548200450309493
    if eta < 1e-9:
        out[0], out[1], out[2], out[3], out[4] = gauss, gauss_t, gauss_alpha, gauss_beta, gauss_width
        out[5] = 0.0
        return
    factor = -2.0 * scale / math.pi
    p = complex(alpha * t, 0.5 * alpha * width)
    q = complex(-beta * t, 0.5 * beta * width)
    fp, fq = _exponential_integral(p), _exponential_integral(q)
    dp, dq = fp - 1.0 / p, fq - 1.0 / q
    sides = fp.imag + fq.imag
    lorentz = factor * sides
    lorentz_t = factor * (alpha * dp.imag - beta * dq.imag)
    lorentz_alpha = -2.0 * scale_alpha / math.pi * sides + factor * (dp * complex(t, 0.5 * width)).imag
    lorentz_beta = -2.0 * scale_beta / math.pi * sides + factor * (dq * complex(-t, 0.5 * width)).imag
    lorentz_width = factor * 0.5 * (alpha * dp.real + beta * dq.real)
    rest = 1.0 - eta
    out[0] = eta * lorentz + rest * gauss
    out[1] = eta * lorentz_t + rest * gauss_t
    out[2] = eta * lorentz_alpha + rest * gauss_alpha
    out[3] = eta * lorentz_beta + rest * gauss_beta
    out[4] = eta * lorentz_width + rest * gauss_width
    out[5] = lorentz - gauss


@compiled
def add_flight_with_gradient(
    x: Floats,
    first: Integers,
    last: Integers,
    area: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    alpha: Floats,
    beta: Floats,
    by_area: Floats,
    by_centre: Floats,
    by_width: Floats,
    by_eta: Floats,
    by_alpha: Floats,
    by_beta: Floats,
    y: Floats,
    gradient: Floats,
) -> None:
    """Add time-of-flight peaks to y (n,) and their gradient (n, k), by_area (p, k) and the others (p, m)
    as for ``add_voigt_with_gradient``; k may be 0."""
    k, m = by_area.shape[1], by_centre.shape[1]
    out = np.empty(6)
    for p in range(area.size):
        for i in range(first[p], last[p]):
            _flight_shape(x[i] - centre[p], alpha[p], beta[p], width[p], eta[p], out)
            y[i] += area[p] * out[0]
            for j in range(k):
                gradient[i, j] += by_area[p, j] * out[0]
            for j in range(m):
                gradient[i, k - m + j] += area[p] * (
                    by_alpha[p, j] * out[2]
                    + by_beta[p, j] * out[3]
                    + by_width[p, j] * out[4]
                    + by_eta[p, j] * out[5]
                    - by_centre[p, j] * out[1]
                )


@compiled
def share_out_flight(
    x: Floats,
    first: Integers,
    last: Integers,
    owner: Integers,
    area: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    alpha: Floats,
    beta: Floats,
    ratio: Floats,
    total: Floats,
    weight: Floats,
) -> None:
    """As ``share_out``, for time-of-flight peaks."""
    out = np.empty(6)
    for p in range(area.size):
        for i in range(first[p], last[p]):
            _flight_shape(x[i] - centre[p], alpha[p], beta[p], width[p], eta[p], out)
            total[owner[p]] += area[p] * out[0] * ratio[i]
            weight[owner[p]] += area[p] * out[0]


@compiled
def fill_shapes(
    x: Floats,
    first: Integers,
    last: Integers,
    owner: Integers,
    share: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    shapes: Floats,
) -> None:
    """Add each peak's shape times its share to its owner's column of shapes (n, m)."""
    for p in range(share.size):
        for i in range(first[p], last[p]):
            shapes[i, owner[p]] += share[p] * _voigt(x[i] - centre[p], width[p], eta[p])


@compiled
def fill_flight_shapes(
    x: Floats,
    first: Integers,
    last: Integers,
    owner: Integers,
    share: Floats,
    centre: Floats,
    width: Floats,
    eta: Floats,
    alpha: Floats,
    beta: Floats,
    shapes: Floats,
) -> None:
    """As ``fill_shapes``, for time-of-flight peaks."""
    out = np.empty(6)
    for p in range(share.size):
        for i in range(first[p], last[p]):
            _flight_shape(x[i] - centre[p], alpha[p], beta[p], width[p], eta[p], out)
            shapes[i, owner[p]] += share[p] * out[0]
