"""Compiled sums over atoms: |F|^2 of powder reflections and its derivatives.

Friedel pairs are averaged: with f = p + iq (q from anomalous dispersion) the mean of |F(h)|^2 and
|F(-h)|^2 is |sum p G|^2 + |sum q G|^2, where G is the geometric part of each atom.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kuralab.science.numerics import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@compiled
def _turned(h: Floats, rotations: Floats) -> Integers:
    """(n, order, 3) indices of reflections h (n, 3) under each rotation: the rows h R."""
    n, order = h.shape[0], rotations.shape[0]
    found = np.empty((n, order, 3), dtype=np.int64)
    for i in range(n):
        for o in range(order):
            for k in range(3):
                found[i, o, k] = round(
                    h[i, 0] * rotations[o, 0, k]
                    + h[i, 1] * rotations[o, 1, k]
                    + h[i, 2] * rotations[o, 2, k]
                )
    return found


@compiled
def _tables(positions: Floats, top: int) -> tuple[Floats, Floats]:
    """(3, 2 top + 1, m) cosine and sine of 2 pi h x for every h from -top to top along each axis."""
    m = positions.shape[0]
    cosine, sine = np.empty((3, 2 * top + 1, m)), np.empty((3, 2 * top + 1, m))
    for axis in range(3):
        for index in range(top + 1):
            for j in range(m):
                angle = 2.0 * math.pi * index * positions[j, axis]
                c, s = math.cos(angle), math.sin(angle)
                cosine[axis, top + index, j], sine[axis, top + index, j] = c, s
                cosine[axis, top - index, j], sine[axis, top - index, j] = c, -s
    return cosine, sine


@compiled
def _shift(h: Floats, translation: Floats) -> float:
    """Phase (rad) that the translation of an operation brings."""
    turns = h[0] * translation[0] + h[1] * translation[1] + h[2] * translation[2]
    return 2.0 * math.pi * float(turns)


@compiled
def _damping(hr: Integers, beta: Floats) -> float:
    """Of one atom with anisotropic displacements."""
    exponent = 0.0
    for k in range(3):
        for w in range(3):
            exponent += hr[k] * beta[k, w] * hr[w]
    return math.exp(-exponent)


@compiled
def squared(
    h: Floats,
    q: Floats,
    rotations: Floats,
    translations: Floats,
    kinds: Integers,
    real: Floats,
    imaginary: Floats,
    positions: Floats,
    weights: Floats,
    b_iso: Floats,
    beta: Floats,
    anisotropic: NDArray[np.bool_],
) -> Floats:
    """(n,) |F|^2; h (n, 3), q (n,) 1/d^2, amplitudes (kinds, n), sites (m, ...), beta (m, 3, 3).

    ``weights`` holds occupancy times multiplicity over the number of operations in the sum.
    """
    n, m, order = h.shape[0], positions.shape[0], rotations.shape[0]
    found = np.empty(n)
    hr = _turned(h, rotations)
    top = np.abs(hr).max() if n else 0
    cosine, sine = _tables(positions, top)
    any_tensor = anisotropic.any()
    a, b = np.empty(m), np.empty(m)
    for i in range(n):
        a[:] = 0.0
        b[:] = 0.0
        for o in range(order):
            shift = _shift(h[i], translations[o])
            c0, s0 = math.cos(shift), math.sin(shift)
            cx, sx = cosine[0, top + hr[i, o, 0]], sine[0, top + hr[i, o, 0]]
            cy, sy = cosine[1, top + hr[i, o, 1]], sine[1, top + hr[i, o, 1]]
            cz, sz = cosine[2, top + hr[i, o, 2]], sine[2, top + hr[i, o, 2]]
            for j in range(m):
                c1, s1 = c0 * cx[j] - s0 * sx[j], c0 * sx[j] + s0 * cx[j]
                c2, s2 = c1 * cy[j] - s1 * sy[j], c1 * sy[j] + s1 * cy[j]
                c3, s3 = c2 * cz[j] - s2 * sz[j], c2 * sz[j] + s2 * cz[j]
                if any_tensor and anisotropic[j]:
                    damping = _damping(hr[i, o], beta[j])
                    c3, s3 = damping * c3, damping * s3
                a[j] += c3
                b[j] += s3
        pr, pi, qr, qi = 0.0, 0.0, 0.0, 0.0
        for j in range(m):
            weight = weights[j]
            if not anisotropic[j]:
                weight *= math.exp(-0.25 * b_iso[j] * q[i])
            p, s = weight * real[kinds[j], i], weight * imaginary[kinds[j], i]
            pr += p * a[j]
            pi += p * b[j]
            qr += s * a[j]
            qi += s * b[j]
        found[i] = pr * pr + pi * pi + qr * qr + qi * qi
    return found


@compiled
def squared_with_gradient(
    h: Floats,
    q: Floats,
    rotations: Floats,
    translations: Floats,
    kinds: Integers,
    real: Floats,
    imaginary: Floats,
    positions: Floats,
    weights: Floats,
    b_iso: Floats,
    beta: Floats,
    anisotropic: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """|F|^2 (n,) and its derivatives (n, m, 5) by x, y, z, B and weight of each site."""
    n, m, order = h.shape[0], positions.shape[0], rotations.shape[0]
    found = np.empty(n)
    gradient = np.empty((n, m, 5))
    hr = _turned(h, rotations)
    top = np.abs(hr).max() if n else 0
    cosine, sine = _tables(positions, top)
    geometry = np.empty((m, 8))
    amplitude = np.empty((m, 2))
    for i in range(n):
        geometry[:] = 0.0
        for o in range(order):
            shift = _shift(h[i], translations[o])
            c0, s0 = math.cos(shift), math.sin(shift)
            hx, hy, hz = hr[i, o, 0], hr[i, o, 1], hr[i, o, 2]
            for j in range(m):
                c, s = cosine[0, top + hx, j], sine[0, top + hx, j]
                c1, s1 = c0 * c - s0 * s, c0 * s + s0 * c
                c, s = cosine[1, top + hy, j], sine[1, top + hy, j]
                c2, s2 = c1 * c - s1 * s, c1 * s + s1 * c
                c, s = cosine[2, top + hz, j], sine[2, top + hz, j]
                c3, s3 = c2 * c - s2 * s, c2 * s + s2 * c
                if anisotropic[j]:
                    damping = _damping(hr[i, o], beta[j])
                    c3, s3 = damping * c3, damping * s3
                geometry[j, 0] += c3
                geometry[j, 1] += s3
                for k in range(3):
                    geometry[j, 2 + k] -= 2.0 * math.pi * hr[i, o, k] * s3
                    geometry[j, 5 + k] += 2.0 * math.pi * hr[i, o, k] * c3
        pr, pi, qr, qi = 0.0, 0.0, 0.0, 0.0
        for j in range(m):
            damped = 1.0
            if not anisotropic[j]:
                damped = math.exp(-0.25 * b_iso[j] * q[i])
            amplitude[j, 0] = damped * real[kinds[j], i]
            amplitude[j, 1] = damped * imaginary[kinds[j], i]
            pr += weights[j] * amplitude[j, 0] * geometry[j, 0]
            pi += weights[j] * amplitude[j, 0] * geometry[j, 1]
            qr += weights[j] * amplitude[j, 1] * geometry[j, 0]
            qi += weights[j] * amplitude[j, 1] * geometry[j, 1]
        found[i] = pr * pr + pi * pi + qr * qr + qi * qi
        for j in range(m):
            along_a = 2.0 * (pr * amplitude[j, 0] + qr * amplitude[j, 1])
            along_b = 2.0 * (pi * amplitude[j, 0] + qi * amplitude[j, 1])
            for k in range(3):
                gradient[i, j, k] = weights[j] * (
                    along_a * geometry[j, 2 + k] + along_b * geometry[j, 5 + k]
                )
            by_weight = along_a * geometry[j, 0] + along_b * geometry[j, 1]
            gradient[i, j, 3] = 0.0 if anisotropic[j] else -0.25 * q[i] * weights[j] * by_weight
            gradient[i, j, 4] = by_weight
    return found, gradient
