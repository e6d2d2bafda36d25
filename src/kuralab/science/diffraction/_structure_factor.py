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
    hr = np.empty((order, 3))
    ht = np.empty(order)
    for i in range(n):
        for o in range(order):
            for k in range(3):
                hr[o, k] = (
                    h[i, 0] * rotations[o, 0, k]
                    + h[i, 1] * rotations[o, 1, k]
                    + h[i, 2] * rotations[o, 2, k]
                )
            ht[o] = (
                h[i, 0] * translations[o, 0]
                + h[i, 1] * translations[o, 1]
                + h[i, 2] * translations[o, 2]
            )
        pr, pi, qr, qi = 0.0, 0.0, 0.0, 0.0
        for j in range(m):
            a, b = 0.0, 0.0
            for o in range(order):
                turns = (
                    hr[o, 0] * positions[j, 0]
                    + hr[o, 1] * positions[j, 1]
                    + hr[o, 2] * positions[j, 2]
                    + ht[o]
                )
                angle = 2.0 * math.pi * turns
                damping = 1.0
                if anisotropic[j]:
                    exponent = 0.0
                    for k in range(3):
                        for w in range(3):
                            exponent += hr[o, k] * beta[j, k, w] * hr[o, w]
                    damping = math.exp(-exponent)
                a += damping * math.cos(angle)
                b += damping * math.sin(angle)
            weight = weights[j]
            if not anisotropic[j]:
                weight *= math.exp(-0.25 * b_iso[j] * q[i])
            p, s = weight * real[kinds[j], i], weight * imaginary[kinds[j], i]
            pr += p * a
            pi += p * b
            qr += s * a
            qi += s * b
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
    hr = np.empty((order, 3))
    ht = np.empty(order)
    geometry = np.empty((m, 8))
    amplitude = np.empty((m, 2))
    damped = np.empty(m)
    for i in range(n):
        for o in range(order):
            for k in range(3):
                hr[o, k] = (
                    h[i, 0] * rotations[o, 0, k]
                    + h[i, 1] * rotations[o, 1, k]
                    + h[i, 2] * rotations[o, 2, k]
                )
            ht[o] = (
                h[i, 0] * translations[o, 0]
                + h[i, 1] * translations[o, 1]
                + h[i, 2] * translations[o, 2]
            )
        pr, pi, qr, qi = 0.0, 0.0, 0.0, 0.0
        for j in range(m):
            for k in range(8):
                geometry[j, k] = 0.0
            for o in range(order):
                turns = (
                    hr[o, 0] * positions[j, 0]
                    + hr[o, 1] * positions[j, 1]
                    + hr[o, 2] * positions[j, 2]
                    + ht[o]
                )
                angle = 2.0 * math.pi * turns
                damping = 1.0
                if anisotropic[j]:
                    exponent = 0.0
                    for k in range(3):
                        for w in range(3):
                            exponent += hr[o, k] * beta[j, k, w] * hr[o, w]
                    damping = math.exp(-exponent)
                cosine, sine = damping * math.cos(angle), damping * math.sin(angle)
                geometry[j, 0] += cosine
                geometry[j, 1] += sine
                for k in range(3):
                    geometry[j, 2 + k] -= 2.0 * math.pi * hr[o, k] * sine
                    geometry[j, 5 + k] += 2.0 * math.pi * hr[o, k] * cosine
            damped[j] = 1.0
            if not anisotropic[j]:
                damped[j] = math.exp(-0.25 * b_iso[j] * q[i])
            amplitude[j, 0] = damped[j] * real[kinds[j], i]
            amplitude[j, 1] = damped[j] * imaginary[kinds[j], i]
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
