"""Resonance fields of one orientation: full diagonalisation, and second order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr._nuclei import MAGNETON, NUCLEAR_MAGNETON, Nucleus
from kuralab.science.esr._site import Site

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_ITERATIONS: Final = 30
_CONVERGED: Final = 1e-9
_NUCLEAR_FLOOR: Final = 1e-12


@final
@dataclass(frozen=True)
class Resonances:
    """Fields (n, k) in mT and intensities (n, k) of k transitions in n orientations.

    The intensity is the transition probability, averaged over the directions of the microwave field
    across the static field, over dE/dB: what a field sweep sees. For an isotropic g without nucleus it
    is g. A field is NaN where a transition does not occur.
    """

    field: Floats
    intensity: Floats


def spin_matrices(spin: float) -> tuple[Complexes, Complexes, Complexes]:
    """Matrices (2I+1, 2I+1) of I_x, I_y, I_z, from m = I down to -I."""
    m = spin - np.arange(int(2.0 * spin + 1.5))
    raising = np.diag(np.sqrt(spin * (spin + 1.0) - m[1:] * (m[1:] + 1.0)), 1).astype(np.complex128)
    lowering = raising.conj().T
    return (raising + lowering) / 2.0, (raising - lowering) / 2.0j, np.diag(m).astype(np.complex128)


def resonances_by_diagonalisation(
    *,
    site: Site,
    nucleus: Nucleus | None,
    frequency: float,
    theta: Floats,
    phi: Floats | None = None,
) -> Resonances:
    """Resonance fields and intensities from the eigenvalues of the whole spin Hamiltonian.

    Each pair of a lower and an upper level is brought to resonance by Newton's method, with dE/dB from
    the eigenvectors; all (2I+1)^2 pairs are returned, forbidden ones with small intensity.

    Parameters
    ----------
    frequency : GHz; theta, phi : (n,) rad, direction of the field in the axes of g
    nucleus : None for a site without one; the site's couplings are those of this isotope

    Returns
    -------
    Resonances
        (n, (2I+1)^2), ordered by upper level (falling m) and then by lower level: the allowed ones of
        one m are entries 0, 2I+2, 2(2I+2), ...

    Raises
    ------
    ScienceError
        The frequency is not positive.
    """
    if not (np.isfinite(frequency) and frequency > 0.0):
        raise ScienceError("the microwave frequency must be a positive number of GHz.")
    energy = 1e3 * frequency
    azimuth = np.zeros_like(theta) if phi is None else phi
    n = np.column_stack(
        [np.sin(theta) * np.cos(azimuth), np.sin(theta) * np.sin(azimuth), np.cos(theta)]
    )
    static, per_field, moments = _operators(site, nucleus, n)
    size = static.shape[-1] // 2
    effective_g = np.linalg.norm(n * np.array(site.g), axis=1)
    field = np.full((len(theta), size, size), np.nan)
    intensity = np.zeros((len(theta), size, size))
    for upper in range(size):
        for lower in range(size):
            b = energy / (MAGNETON * effective_g)
            high, low = size + (size - 1 - upper), lower
            # Levels rise with m in the upper multiplet and fall with it in the lower one.
            vectors: Complexes = np.empty((0, 0, 0), dtype=np.complex128)
            slope = step = np.zeros(len(theta))
            for _ in range(_ITERATIONS):
                values, vectors = np.linalg.eigh(static + b[:, None, None] * per_field)
                gap = values[:, high] - values[:, low]
                slope = _expectation(vectors[:, :, high], per_field) - _expectation(
                    vectors[:, :, low], per_field
                )
                step = (energy - gap) / np.where(np.abs(slope) > 1e-6, slope, 1e-6)
                b = np.clip(b + step, 1e-3, 3.0 * energy / (MAGNETON * effective_g))
                if np.abs(step).max() < _CONVERGED:
                    break
            found = np.abs(step) < 1e-4
            field[:, upper, lower] = np.where(found, b, np.nan)
            amplitude = np.einsum(
                "ni,nkij,nj->nk", vectors[:, :, high].conj(), moments, vectors[:, :, low]
            )
            probability = 2.0 * (np.abs(amplitude) ** 2).sum(axis=1)
            intensity[:, upper, lower] = np.where(found, probability * MAGNETON / np.abs(slope), 0.0)
    return Resonances(field.reshape(len(theta), -1), intensity.reshape(len(theta), -1))


def _operators(site: Site, nucleus: Nucleus | None, n: Floats) -> tuple[Complexes, Complexes, Complexes]:
    """H without field (d, d), dH/dB (n, d, d) and the moments across the field (n, 2, d, d)."""
    spin = nucleus.spin if nucleus is not None else 0.0
    inner = np.array(spin_matrices(spin))
    one = np.eye(inner.shape[-1])
    electron = np.array([np.kron(s, one) for s in spin_matrices(0.5)])
    nuclear = np.array([np.kron(np.eye(2), i) for i in inner])
    static = np.zeros_like(electron[0])
    for k in range(3):
        static = static + site.hyperfine[k] * electron[k] @ nuclear[k]
    static = static + site.quadrupole * (
        1.5 * nuclear[2] @ nuclear[2] - 0.5 * spin * (spin + 1.0) * np.eye(len(static))
    )
    moment = np.array(site.g)[:, None, None] * electron
    g_n = nucleus.g_n if nucleus is not None else 0.0
    per_field = np.einsum("nk,kij->nij", n, MAGNETON * moment - g_n * NUCLEAR_MAGNETON * nuclear)
    helper = np.where(np.abs(n[:, 2:]) < 0.9, np.array([[0.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 0.0]]))
    first = np.cross(n, helper)
    first /= np.linalg.norm(first, axis=1)[:, None]
    second = np.cross(n, first)
    across = np.einsum("ank,kij->naij", np.array([first, second]), moment)
    return static, per_field, across


def _expectation(vectors: Complexes, operator: Complexes) -> Floats:
    return np.asarray(np.einsum("ni,nij,nj->n", vectors.conj(), operator, vectors).real)


def resonances_to_second_order(
    *, site: Site, nucleus: Nucleus | None, frequency: float, theta: Floats
) -> Resonances:
    """Fields of the allowed lines of an axial site to second order in A, without nuclear Zeeman term.

        B = (nu - K m - D) / (g muB/h)
        g^2 = gp^2 c^2 + gt^2 s^2,   K^2 g^2 = gp^2 Ap^2 c^2 + gt^2 At^2 s^2
        D = 1/nu { At^2 (Ap^2 + K^2) / (4 K^2) [I(I+1) - m^2]
                   + m^2/2 ((Ap^2 - At^2)/K)^2 (gp gt/g^2)^2 s^2 c^2 }

    gp, gt: g along the axis and across it, Ap, At: hyperfine couplings, c, s: cosine and sine of theta,
    nu: microwave frequency, m: nuclear quantum number. Quadrupole coupling is left out.

    Parameters
    ----------
    frequency : GHz; theta : (n,) rad

    Returns
    -------
    Resonances
        (n, 2I+1), from m = I to m = -I.

    Raises
    ------
    ScienceError
        The site is not axial, or the frequency is not positive.

    Source
    ------
    A. Abragam, B. Bleaney, Electron Paramagnetic Resonance of Transition Ions, Oxford 1970, chapter 3.
    Intensity with dB/dE: R. Aasa, T. Vänngård, J. Magn. Reson. 19 (1975) 308.
    """
    if not site.is_axial:
        raise ScienceError("this formula needs an axial site.")
    if not (np.isfinite(frequency) and frequency > 0.0):
        raise ScienceError("the microwave frequency must be a positive number of GHz.")
    nu = 1e3 * frequency
    across, along = site.g[0], site.g[2]
    a_across, a_along = site.hyperfine[0], site.hyperfine[2]
    c2, s2 = np.cos(theta) ** 2, np.sin(theta) ** 2
    g2 = along**2 * c2 + across**2 * s2
    g = np.sqrt(g2)
    k2 = np.maximum((along**2 * a_along**2 * c2 + across**2 * a_across**2 * s2) / g2, _NUCLEAR_FLOOR)
    spin = nucleus.spin if nucleus is not None else 0.0
    m = spin - np.arange(int(2.0 * spin + 1.5))
    flips = a_across**2 * (a_along**2 + k2) / (4.0 * k2)
    tilts = 0.5 * (a_along**2 - a_across**2) ** 2 / k2 * (along * across / g2) ** 2 * s2 * c2
    shift = flips[:, None] * (spin * (spin + 1.0) - m**2) + tilts[:, None] * m**2
    field = (nu - np.sqrt(k2)[:, None] * m - shift / nu) / (MAGNETON * g[:, None])
    intensity = 0.5 * across**2 * (along**2 / g2 + 1.0) / g
    return Resonances(field, np.repeat(intensity[:, None], len(m), axis=1))
