"""Where to start a fit: a library of spectra of little resolution, compared with the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr import _kernel
from kuralab.science.esr._model import Kind
from kuralab.science.esr._nuclei import MAGNETON, Nucleus
from kuralab.science.esr._signal import Spectrum, noise_of

Floats = NDArray[np.float64]

POINTS: Final = 192
_CANDIDATES: Final = {"hyperfine": 2000, "axial": 600, "isotropic": 60}
_DIMENSIONS: Final = {"hyperfine": 4, "axial": 2, "isotropic": 1}
_WIDTHS: Final = {
    "hyperfine": (0.008, 0.02, 0.05),
    "axial": (0.008, 0.02, 0.05),
    "isotropic": (0.008, 0.02, 0.05, 0.12, 0.3),
}
_FWHM: Final = 2.3548200450309493
_GAUSSIAN_SHARE: Final = 0.7
_KNOTS: Final = 25
_OUTSIDE: Final = 0.02
_SIGNAL: Final = 0.02
_PAIRED: Final = 1500
_ALIKE: Final = 0.999


def coarse(spectrum: Spectrum) -> tuple[Floats, Floats]:
    """Field and absorption (192,) averaged over stretches of equal length."""
    field, absorption = spectrum.field, spectrum.absorption
    if len(field) <= POINTS:
        at = np.linspace(field[0], field[-1], POINTS)
        return at, np.interp(at, field, absorption)
    edges = np.linspace(field[0], field[-1], POINTS + 1)
    # Averages from the running integral: every point counts, wherever the edges fall.
    total = np.concatenate([[0.0], np.cumsum(0.5 * (absorption[1:] + absorption[:-1]) * np.diff(field))])
    averaged = np.diff(np.interp(edges, field, total)) / np.diff(edges)
    return 0.5 * (edges[1:] + edges[:-1]), averaged


def blurred(field: Floats, values: Floats, width: float) -> Floats:
    """Values (n,) on an even field, convolved with a Gaussian of a full width at half maximum in mT."""
    step = float(field[1] - field[0])
    reach = int(np.ceil(2.0 * width / step))
    offsets = step * np.arange(-reach, reach + 1)
    kernel = np.exp(-0.5 * (offsets * _FWHM / width) ** 2)
    padded = np.pad(values, reach, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


@final
class Library:
    """Sites of one kind, spread evenly over what the field range can show, with their absorptions.

    values (m, k): parameters in the order of ``Model.names``; models (m, 192): absorptions on the coarse
    field.
    """

    def __init__(self, spectrum: Spectrum, kind: Kind, nucleus: Nucleus | None) -> None:
        field, _ = coarse(spectrum)
        step = float(field[1] - field[0])
        low, high = _extent(spectrum)
        pad = len(field) // 2
        size = 2 * len(field)
        angular = 2.0 * np.pi * np.fft.rfftfreq(size, step)
        span = float(field[-1] - field[0])
        widths = np.maximum([w * span for w in _WIDTHS[kind]], 1.5 * step)
        filters = np.exp(-0.5 * (widths[:, None] / _FWHM * angular) ** 2)
        nu = 1e3 * spectrum.frequency
        spin, g_n = (
            (nucleus.spin, nucleus.g_n) if nucleus is not None and kind == "hyperfine" else (0.0, 0.0)
        )
        values, models = [], []
        for u in halton(_CANDIDATES[kind], _DIMENSIONS[kind]).tolist():
            fields = _fields(u, low, high, nucleus if kind == "hyperfine" else None, nu)
            g_perp, g_par = nu / (MAGNETON * fields[0]), nu / (MAGNETON * fields[1])
            if not (0.3 < g_par < 15.0 and 0.3 < g_perp < 15.0):
                continue
            a_perp, a_par = fields[2] * MAGNETON * g_perp, fields[3] * MAGNETON * g_par
            row = np.zeros((1, size))
            _kernel.project_axial(
                row, np.zeros(1), float(field[0]) - pad * step, step, nu,
                np.array([g_perp, g_par, a_perp, a_par, 0.0]), np.zeros(5), spin, g_n, 1.0, _KNOTS,
            )  # fmt: skip
            models.append(np.fft.irfft(np.fft.rfft(row[0]) * filters, size)[:, pad : pad + len(field)])
            shape = {"isotropic": [g_par], "axial": [g_par, g_perp]}.get(
                kind, [g_par, g_perp, a_par, a_perp]
            )
            values += [
                [*shape, _GAUSSIAN_SHARE * w, (1.0 - _GAUSSIAN_SHARE) * w] for w in widths.tolist()
            ]
        if not values:
            raise ScienceError(
                "at this frequency no g between 0.3 and 15 lies in the field range; check both."
            )
        self.values = np.array(values)
        self.models = np.concatenate(models)

    def best(
        self, absorption: Floats, known: Floats, *, count: int, sign: float | None = 1.0
    ) -> list[tuple[Floats, float]]:
        """Values (k,) of the sites that leave the least, no two alike, and their signs.

        known (192, c): baseline and sites whose amplitudes are solved for as well; sign: of the
        amplitude, None for either.
        """
        models, rest = _projected(self.models, absorption, known)
        norms = np.einsum("ij,ij->i", models, models)
        overlaps = models @ rest
        gains = overlaps**2 / np.maximum(norms, 1e-300)
        gains[norms <= 1e-12 * float(norms.max(initial=0.0))] = 0.0
        if sign is not None:
            gains[sign * overlaps <= 0.0] = 0.0
        unit = models / np.sqrt(np.maximum(norms, 1e-300))[:, None]
        kept: list[int] = []
        for i in np.argsort(-gains):
            if len(kept) == count or gains[i] <= 0.0:
                break
            if all(abs(float(unit[i] @ unit[j])) < _ALIKE for j in kept):
                kept.append(int(i))
        return [(self.values[i].copy(), float(np.sign(overlaps[i]))) for i in kept]

    def pairs(self, other: Library, absorption: Floats, known: Floats, *, count: int) -> list[Floats]:
        """Values (k + l,) of pairs of sites, one of each library, that together leave the least."""
        first, rest = _projected(self.models, absorption, known)
        second, _ = _projected(other.models, absorption, known)
        keep_a, keep_b = _strongest(first, rest), _strongest(second, rest)
        a, b = first[keep_a], second[keep_b]
        aa, bb = np.einsum("ij,ij->i", a, a)[:, None], np.einsum("ij,ij->i", b, b)[None, :]
        pa, pb = (a @ rest)[:, None], (b @ rest)[None, :]
        ab = a @ b.T
        determinant = aa * bb - ab**2
        # Both amplitudes positive, and the two not alike.
        good = (pa * bb > pb * ab) & (pb * aa > pa * ab) & (determinant > 1e-4 * aa * bb)
        gains = np.where(
            good, (pa**2 * bb - 2.0 * pa * pb * ab + pb**2 * aa) / np.where(good, determinant, 1.0), 0.0
        )
        most = min(40 * count, gains.size)
        order = np.argpartition(-gains, most - 1, axis=None)[:most]
        order = order[np.argsort(-gains.ravel()[order], kind="stable")]
        kept: list[tuple[int, int]] = []
        for flat in order:
            i, j = divmod(int(flat), gains.shape[1])
            if gains[i, j] <= 0.0 or len(kept) == count:
                break
            # A pair counts as another one when no site of it is in a better pair twice over.
            if sum(i == k for k, _ in kept) < 2 and sum(j == k for _, k in kept) < 2:
                if self is other and (j, i) in kept:
                    continue
                kept.append((i, j))
        return [np.concatenate([self.values[keep_a[i]], other.values[keep_b[j]]]) for i, j in kept]


def _strongest(models: Floats, rest: Floats) -> NDArray[np.intp]:
    norms = np.einsum("ij,ij->i", models, models)
    overlaps = models @ rest
    gains = np.where(overlaps > 0.0, overlaps**2 / np.maximum(norms, 1e-300), 0.0)
    return np.argsort(-gains)[:_PAIRED]


def baseline_columns(degree: int) -> Floats:
    """(192, degree + 1) powers of the coarse field."""
    x = np.linspace(-1.0, 1.0, POINTS)
    return np.column_stack([x**k for k in range(degree + 1)])


def _projected(models: Floats, absorption: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Models (m, 192) and data (192,) without what known columns explain."""
    orthogonal = np.linalg.qr(known / np.maximum(np.linalg.norm(known, axis=0), 1e-300))[0]
    rest = absorption - orthogonal @ (orthogonal.T @ absorption)
    return models - (models @ orthogonal) @ orthogonal.T, rest


def _fields(
    u: Sequence[float], low: float, high: float, nucleus: Nucleus | None, nu: float
) -> tuple[float, float, float, float]:
    """Fields of the perpendicular and the parallel centre, and their hyperfine steps, in mT."""
    span = high - low
    start, width = low - _OUTSIDE * span, (1.0 + 2.0 * _OUTSIDE) * span
    b_perp = start + width * u[0]
    b_par = start + width * u[1] if len(u) > 1 else b_perp
    if nucleus is None:
        return b_perp, b_par, 0.0, 0.0
    room = min(b_par - low, high - b_par) + 0.1 * span
    a_par = min(u[2] * room / nucleus.spin, nucleus.largest * b_par / nu)
    room = (min(b_perp - low, high - b_perp) + 0.1 * span) / nucleus.spin
    return b_perp, b_par, u[3] * min(0.6 * a_par, room), a_par


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
