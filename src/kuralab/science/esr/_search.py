"""Where to start a fit: many spectra of little resolution, compared with the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.esr import _kernel
from kuralab.science.esr._nuclei import MAGNETON, Nucleus
from kuralab.science.esr._signal import Spectrum, noise_of

Floats = NDArray[np.float64]

_POINTS: Final = 192
_CANDIDATES: Final = 1500
_WIDTHS: Final = (0.008, 0.02, 0.05)
_KNOTS: Final = 25
_OUTSIDE: Final = 0.02
_SIGNAL: Final = 0.02


@final
@dataclass(frozen=True)
class Start:
    """A rough site: g, |A| in MHz, width (FWHM) in mT, the sum of squares that it leaves, its sign."""

    g_parallel: float
    g_perpendicular: float
    hyperfine_parallel: float
    hyperfine_perpendicular: float
    width: float
    rest: float
    sign: float


def coarse(spectrum: Spectrum) -> tuple[Floats, Floats]:
    """Field and absorption averaged over about 200 stretches of equal length."""
    field, absorption = spectrum.field, spectrum.absorption
    if len(field) <= _POINTS:
        at = np.linspace(field[0], field[-1], _POINTS)
        return at, np.interp(at, field, absorption)
    edges = np.linspace(field[0], field[-1], _POINTS + 1)
    # Averages from the running integral: every point counts, wherever the edges fall.
    total = np.concatenate([[0.0], np.cumsum(0.5 * (absorption[1:] + absorption[:-1]) * np.diff(field))])
    averaged = np.diff(np.interp(edges, field, total)) / np.diff(edges)
    return 0.5 * (edges[1:] + edges[:-1]), averaged


def starts(
    spectrum: Spectrum, nucleus: Nucleus | None, *, subtract: Sequence[Floats] = (), count: int = 12
) -> list[Start]:
    """The best of a few thousand axial sites, spread evenly over what the field range can show.

    Absorption is compared: of a derivative the running integral, with a baseline one degree higher. The
    amplitude and the baseline are solved for, and so are those of ``subtract``, absorptions (192,) on
    the coarse field of sites that are known already. Sites of either sign are returned.
    """
    field, absorption = coarse(spectrum)
    step = float(field[1] - field[0])
    x = np.linspace(-1.0, 1.0, len(field))
    known = np.column_stack([x**k for k in range(2 + spectrum.harmonic)] + list(subtract))
    orthogonal = np.linalg.qr(known)[0]
    rest = absorption - orthogonal @ (orthogonal.T @ absorption)
    low, high = _extent(spectrum)
    span = high - low
    pad = len(field) // 2
    size = 2 * len(field)
    angular = 2.0 * np.pi * np.fft.rfftfreq(size, step)
    widths = np.array([w * (field[-1] - field[0]) for w in _WIDTHS])
    widths = np.maximum(widths, 1.5 * step)
    filters = np.exp(-0.5 * (widths[:, None] / 2.3548 * angular) ** 2)
    nu = 1e3 * spectrum.frequency
    found: list[Start] = []
    spin, largest = (nucleus.spin, nucleus.largest) if nucleus is not None else (0.0, 0.0)
    # Fields of the parallel and of the perpendicular centre, and their hyperfine steps.
    for u in halton(_CANDIDATES, 4).tolist():
        b_perp = low - _OUTSIDE * span + (1.0 + 2.0 * _OUTSIDE) * span * u[0]
        b_par = low - _OUTSIDE * span + (1.0 + 2.0 * _OUTSIDE) * span * u[1]
        a_par = a_perp = 0.0
        if spin:
            room = min(b_par - low, high - b_par) + 0.1 * span
            a_par = min(u[2] * room / spin, largest * b_par / nu)
            a_perp = u[3] * min(0.6 * a_par, (min(b_perp - low, high - b_perp) + 0.1 * span) / spin)
        g_par, g_perp = nu / (MAGNETON * b_par), nu / (MAGNETON * b_perp)
        if not (0.3 < g_par < 15.0 and 0.3 < g_perp < 15.0):
            continue
        values = np.array([g_perp, g_par, a_perp * MAGNETON * g_perp, a_par * MAGNETON * g_par, 0.0])
        row = np.zeros((1, size))
        _kernel.project_axial(
            row, np.zeros(1), float(field[0]) - pad * step, step, nu, values, np.zeros(5), spin,
            nucleus.g_n if nucleus is not None else 0.0, 1.0, _KNOTS,
        )  # fmt: skip
        models = np.fft.irfft(np.fft.rfft(row[0]) * filters, size)[:, pad : pad + len(field)]
        models -= (models @ orthogonal) @ orthogonal.T
        norms = np.einsum("ij,ij->i", models, models)
        overlaps = models @ rest
        gains = np.where(norms > 0.0, overlaps**2 / np.maximum(norms, 1e-300), 0.0)
        best = int(np.argmax(gains))
        found.append(
            Start(
                g_par, g_perp, values[3], values[2], float(widths[best]),
                float(rest @ rest - gains[best]), float(np.sign(overlaps[best])),
            )
        )  # fmt: skip
    return _different(sorted(found, key=lambda start: start.rest), count, span * MAGNETON * 2.0)


def _extent(spectrum: Spectrum) -> tuple[float, float]:
    """The fields between which the signal lies, with a margin: where it leaves the line of its ends."""
    field, y = spectrum.field, spectrum.intensity
    ends = max(len(field) // 20, 1)
    chord = np.interp(field, [field[0], field[-1]], [y[:ends].mean(), y[-ends:].mean()])
    size = np.abs(y - chord)
    inside = np.flatnonzero(size > max(_SIGNAL * float(size.max()), 5.0 * noise_of(y)))
    if not inside.size:
        return float(field[0]), float(field[-1])
    margin = 0.05 * float(field[-1] - field[0])
    low, high = float(field[inside[0]]) - margin, float(field[inside[-1]]) + margin
    return max(low, float(field[0])), min(high, float(field[-1]))


def _different(ordered: Sequence[Start], count: int, size: float) -> list[Start]:
    """The first few that are no near copies of a better one."""
    kept: list[Start] = []
    for start in ordered:
        if len(kept) == count:
            break
        if all(
            abs(start.g_parallel - other.g_parallel) > 0.01
            or abs(start.g_perpendicular - other.g_perpendicular) > 0.005
            or abs(start.hyperfine_parallel - other.hyperfine_parallel) > 0.02 * size
            for other in kept
        ):
            kept.append(start)
    return kept


def halton(count: int, dimensions: int) -> Floats:
    """(count, dimensions) points that fill the unit cube evenly, without chance.

    J. H. Halton, Numer. Math. 2 (1960) 84, DOI 10.1007/BF01386213.
    """
    points = np.empty((count, dimensions))
    for d, base in enumerate((2, 3, 5, 7, 11, 13)[:dimensions]):
        index = np.arange(1, count + 1)
        value, factor = np.zeros(count), 1.0
        while index.any():
            factor /= base
            value += factor * (index % base)
            index = index // base
        points[:, d] = value
    return points
