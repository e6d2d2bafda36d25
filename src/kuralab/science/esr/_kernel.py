"""Resonance fields over a sphere, laid onto a histogram of the field.

Axial sites: the electron spin is removed from the Hamiltonian to second order in A; what remains for
each electron level is a small, real, symmetric Hamiltonian of the nucleus, whose levels give fields and,
by the overlap of the two nuclear states, intensities, forbidden transitions included.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kuralab.science.esr._nuclei import MAGNETON, NUCLEAR_MAGNETON
from kuralab.science.numerics import compiled

Floats = NDArray[np.float64]

_SWEEPS = 12
_SMALL = 1e-16
_FORBIDDEN = 1e-5


@compiled
def _triangle(t: float) -> float:
    """Integral of a triangular bin of half width 1 from below up to t."""
    if t <= -1.0:
        return 0.0
    if t >= 1.0:
        return 1.0
    if t < 0.0:
        return 0.5 * (t + 1.0) * (t + 1.0)
    return 1.0 - 0.5 * (1.0 - t) * (1.0 - t)


@compiled
def _spread(row: Floats, low: float, high: float, weight: float) -> None:
    """Lay a weight evenly between two positions, in bins; what falls outside is left out."""
    if high < low:
        low, high = high, low
    n = len(row)
    if high <= 0.0 or low >= n - 1.0:
        return
    width = high - low
    if width < 1e-6:
        k = int(low)
        if low > 0.0 and k + 1 < n:
            row[k] += weight * (k + 1.0 - low)
            row[k + 1] += weight * (low - k)
        return
    first = max(int(np.floor(low)), 0)
    last = min(int(np.floor(high)) + 1, n - 1)
    factor = weight / width
    for k in range(first, last + 1):
        row[k] += factor * (_triangle(high - k) - _triangle(low - k))


@compiled
def _lay(
    rows: Floats, variances: Floats, low: float, high: float, weight: float, variance: float
) -> None:
    """Lay a weight into the two rows whose variances enclose a line's own."""
    levels = len(variances)
    if levels == 1:
        _spread(rows[0], low, high, weight)
        return
    k = 0
    while k < levels - 2 and variances[k + 1] < variance:
        k += 1
    share = (variance - variances[k]) / (variances[k + 1] - variances[k])
    share = min(max(share, 0.0), 1.0)
    if share < 1.0:
        _spread(rows[k], low, high, weight * (1.0 - share))
    if share > 0.0:
        _spread(rows[k + 1], low, high, weight * share)


@compiled
def _diagonalise(h: Floats, v: Floats) -> None:
    """Eigenvalues on the diagonal of h, eigenvectors in the columns of v, by Jacobi's rotations."""
    n = h.shape[0]
    for i in range(n):
        for j in range(n):
            v[i, j] = 1.0 if i == j else 0.0
    for _ in range(_SWEEPS):
        off = 0.0
        size = 0.0
        for i in range(n):
            size += h[i, i] * h[i, i]
            for j in range(i):
                off += h[i, j] * h[i, j]
        if off <= _SMALL * size:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(h[p, q]) < 1e-300:
                    continue
                ratio = (h[q, q] - h[p, p]) / (2.0 * h[p, q])
                t = 1.0 / (abs(ratio) + np.sqrt(ratio * ratio + 1.0))
                if ratio < 0.0:
                    t = -t
                c = 1.0 / np.sqrt(t * t + 1.0)
                s = t * c
                for k in range(n):
                    a = h[k, p]
                    b = h[k, q]
                    h[k, p] = c * a - s * b
                    h[k, q] = s * a + c * b
                for k in range(n):
                    a = h[p, k]
                    b = h[q, k]
                    h[p, k] = c * a - s * b
                    h[q, k] = s * a + c * b
                for k in range(n):
                    a = v[k, p]
                    b = v[k, q]
                    v[k, p] = c * a - s * b
                    v[k, q] = s * a + c * b
    # Falling order, so that a level keeps its place from one orientation to the next.
    for i in range(n - 1):
        best = i
        for j in range(i + 1, n):
            if h[j, j] > h[best, best]:
                best = j
        if best != i:
            h[i, i], h[best, best] = h[best, best], h[i, i]
            for k in range(n):
                v[k, i], v[k, best] = v[k, best], v[k, i]


@compiled
def project_axial(
    rows: Floats,
    variances: Floats,
    start: float,
    step: float,
    frequency: float,
    values: Floats,
    strains: Floats,
    spin: float,
    g_n: float,
    weight: float,
    knots: int,
) -> None:
    """Add an axial powder with a nucleus to a histogram.

    rows (levels, n): one histogram for each of the variances (levels,) in mT^2; start and step of its
    field in mT; frequency in MHz; values: g across, g along, A across, A along, P (MHz); strains:
    standard deviations of the first four, and their correlation; knots: orientations from the axis to
    the plane.
    """
    gt, gp, at, ap, quadrupole = values[0], values[1], values[2], values[3], values[4]
    n = int(2.0 * spin + 1.5)
    m = np.empty(n)
    ix = np.zeros((n, n))
    for i in range(n):
        m[i] = spin - i
    for i in range(n - 1):
        ix[i, i + 1] = 0.5 * np.sqrt(spin * (spin + 1.0) - m[i + 1] * (m[i + 1] + 1.0))
        ix[i + 1, i] = ix[i, i + 1]
    square = spin * (spin + 1.0)
    ix2 = ix @ ix
    upper = np.empty((n, n))
    lower = np.empty((n, n))
    v_upper = np.empty((n, n))
    v_lower = np.empty((n, n))
    position = np.empty((3, n, n))
    strength = np.empty((2, n, n))
    spread = np.zeros((2, n, n))
    # <I_z> and <I_x> of each level, upper and lower: dE/dA.
    moment = np.empty((2, 2, n))
    strained = strains[0] + strains[1] + strains[2] + strains[3] > 0.0
    cosine_before = 1.0
    for j in range(knots):
        theta = 0.5 * np.pi * j / (knots - 1.0)
        c = np.cos(theta)
        s = np.sin(theta)
        if j == knots - 1:
            c = 0.0
        g = np.sqrt(gp * gp * c * c + gt * gt * s * s)
        uz = gp * c / g
        ux = gt * s / g
        kz = ap * uz
        kx = at * ux
        # The hyperfine field across the electron spin: in the plane of the axis, and out of it.
        bx = at * uz
        bz = -ap * ux
        larmor = g_n * NUCLEAR_MAGNETON * frequency / (g * MAGNETON)
        quarter = 0.25 / frequency
        for i in range(n):
            for k in range(n):
                flip = bx * bx * ix2[i, k] + bx * bz * (m[i] + m[k]) * ix[i, k] - at * at * ix2[i, k]
                both = -larmor * s * ix[i, k] + quarter * at * bz * ix[i, k]
                hyperfine = 0.5 * kx * ix[i, k]
                if i == k:
                    # I_y^2 = I(I+1) - I_x^2 - I_z^2
                    flip += bz * bz * m[i] * m[i] + at * at * (square - m[i] * m[i])
                    both += -larmor * c * m[i] - quarter * at * bx * m[i]
                    both += quadrupole * (1.5 * m[i] * m[i] - 0.5 * square)
                    hyperfine += 0.5 * kz * m[i]
                upper[i, k] = hyperfine + both + quarter * flip
                lower[i, k] = -hyperfine + both - quarter * flip
        _diagonalise(upper, v_upper)
        _diagonalise(lower, v_lower)
        if strained:
            for a in range(n):
                for level in range(2):
                    v = v_upper if level == 0 else v_lower
                    z = 0.0
                    x = 0.0
                    for i in range(n):
                        z += m[i] * v[i, a] * v[i, a]
                        if i + 1 < n:
                            x += 2.0 * ix[i, i + 1] * v[i, a] * v[i + 1, a]
                    moment[level, 0, a] = z
                    moment[level, 1, a] = x
        probability = 0.5 * gt * gt * (gp * gp / (g * g) + 1.0) / g
        now = j % 2
        for a in range(n):
            for b in range(n):
                overlap = 0.0
                for i in range(n):
                    overlap += v_upper[i, a] * v_lower[i, b]
                field = (frequency - upper[a, a] + lower[b, b]) / (g * MAGNETON)
                position[j % 3, a, b] = (field - start) / step
                strength[now, a, b] = probability * overlap * overlap
                if strained:
                    z = 0.5 * (moment[0, 0, a] + moment[1, 0, b])
                    x = 0.5 * (moment[0, 1, a] + moment[1, 1, b])
                    g_along = -field * gp * c * c / (g * g) * strains[1]
                    g_across = -field * gt * s * s / (g * g) * strains[0]
                    a_along = -uz * z / (g * MAGNETON) * strains[3]
                    a_across = -ux * x / (g * MAGNETON) * strains[2]
                    spread[now, a, b] = (
                        g_along * g_along
                        + g_across * g_across
                        + a_along * a_along
                        + a_across * a_across
                        + 2.0 * strains[4] * (g_along * a_along + g_across * a_across)
                    )
        if j > 0:
            share = weight * (cosine_before - c)
            for a in range(n):
                for b in range(n):
                    mean = 0.5 * (strength[0, a, b] + strength[1, a, b])
                    if mean > _FORBIDDEN:
                        last = position[(j - 1) % 3, a, b]
                        here = position[j % 3, a, b]
                        # Fields are even about the axis. The chord's mean differs from the curve's.
                        before = position[(j - 2) % 3, a, b] if j > 1 else here
                        bend = (here - 2.0 * last + before) / 12.0
                        _lay(
                            rows,
                            variances,
                            last - bend,
                            here - bend,
                            share * mean,
                            0.5 * (spread[0, a, b] + spread[1, a, b]),
                        )
        cosine_before = c


@compiled
def project_general(
    row: Floats,
    start: float,
    step: float,
    frequency: float,
    g: Floats,
    hyperfine: Floats,
    spin: float,
    weight: float,
    knots: int,
    azimuths: int,
) -> None:
    """Add a powder of any g and A with common axes to a histogram (n,), to second order in A.

    As in M. Iwasaki, J. Magn. Reson. 16 (1974) 417, for collinear tensors and without nuclear Zeeman
    term; azimuths: directions in a quarter of the plane.
    """
    n = int(2.0 * spin + 1.5)
    square = spin * (spin + 1.0)
    g_square = g[0] ** 2 + g[1] ** 2 + g[2] ** 2
    a_square = hyperfine[0] ** 2 + hyperfine[1] ** 2 + hyperfine[2] ** 2
    position = np.empty((3, n))
    strength = np.empty(2)
    for f in range(azimuths):
        # Midpoints: the integrand is even about both ends.
        phi = 0.5 * np.pi * (f + 0.5) / azimuths
        cosine_before = 1.0
        for j in range(knots):
            theta = 0.5 * np.pi * j / (knots - 1.0)
            c = np.cos(theta) if j < knots - 1 else 0.0
            s = np.sin(theta)
            x = s * np.cos(phi)
            y = s * np.sin(phi)
            gx = g[0] * x
            gy = g[1] * y
            gz = g[2] * c
            effective = np.sqrt(gx * gx + gy * gy + gz * gz)
            kx = hyperfine[0] * gx / effective
            ky = hyperfine[1] * gy / effective
            kz = hyperfine[2] * gz / effective
            k2 = kx * kx + ky * ky + kz * kz
            k = np.sqrt(k2)
            long = 0.0
            if k > 0.0:
                long = (
                    (hyperfine[0] * kx) ** 2 + (hyperfine[1] * ky) ** 2 + (hyperfine[2] * kz) ** 2
                ) / k2
            now = j % 2
            turned = ((g[0] * gx) ** 2 + (g[1] * gy) ** 2 + (g[2] * gz) ** 2) / effective**2
            strength[now] = 0.5 * (g_square - turned) / effective
            for i in range(n):
                m = spin - i
                shift = m * m * (long - k2) + 0.5 * (square - m * m) * (a_square - long)
                field = (frequency - k * m - 0.5 * shift / frequency) / (effective * MAGNETON)
                position[j % 3, i] = (field - start) / step
            if j > 0:
                share = weight * (cosine_before - c) / azimuths * 0.5 * (strength[0] + strength[1])
                for i in range(n):
                    last = position[(j - 1) % 3, i]
                    here = position[j % 3, i]
                    before = position[(j - 2) % 3, i] if j > 1 else here
                    bend = (here - 2.0 * last + before) / 12.0
                    _spread(row, last - bend, here - bend, share)
            cosine_before = c


@compiled
def spread_all(row: Floats, position: Floats, weight: Floats) -> None:
    """Lay the stretches between positions (n,), in bins, with weights (n - 1,) onto a histogram."""
    for j in range(len(weight)):
        if np.isfinite(position[j]) and np.isfinite(position[j + 1]):
            before = position[j - 1] if j > 0 else position[j + 1]
            bend = (position[j + 1] - 2.0 * position[j] + before) / 12.0
            if not np.isfinite(bend):
                bend = 0.0
            _spread(row, position[j] - bend, position[j + 1] - bend, weight[j])
