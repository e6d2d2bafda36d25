"""A fit without starting values, and the choice among models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr._fit import EsrFit, finished, refine
from kuralab.science.esr._model import PARAMETERS, Axis, Kind, Model
from kuralab.science.esr._nuclei import MAGNETON, Nucleus, nuclei_of
from kuralab.science.esr._search import Library, baseline_columns, blurred, coarse
from kuralab.science.esr._signal import Spectrum

Floats = NDArray[np.float64]
Wanted = Literal["auto", "isotropic", "axial", "hyperfine", "superhyperfine", "strain"]

MOST_SITES: Final = 4
LIGANDS: Final = 4
_POLISHED: Final = 8
_FURTHER: Final = 4
_PAIRS: Final = 12
_FINISHED: Final = 3
_ROUGH_KNOTS: Final = 31
_BLUR: Final = 0.04
_SCANNED: Final = 66
_COMBS: Final = (0.75, 1.33)
_ROUNDS: Final = 3
_ALONG: Final = (0.15, 0.22, 0.3, 0.37, 0.44, 0.52, 0.6, 0.7)
"""Of the largest coupling that a nucleus has: distances of lines along the axis that are tried."""
_BETTER: Final = 1e-4
_STRAIN: Final = {
    "g_strain_parallel": 0.004,
    "g_strain_perpendicular": 0.002,
    "hyperfine_strain_parallel": 15.0,
    "hyperfine_strain_perpendicular": 5.0,
    "strain_correlation": 0.3,
}
_POOR: Final = 0.95
_GOOD: Final = 0.99
_STRONG: Final = 6.0
"""What the criterion must gain before a parameter more is believed (R. E. Kass, A. E. Raftery, 1995)."""
_LIGAND: Final = 40.0


@final
@dataclass(frozen=True)
class Choice:
    """Fits of several models: the chosen one, and all, it first, with their criterion relative to its.

    independent: number of independent residuals of the most flexible model; all models are judged by it.
    nuclei: the isotopes; inverted: the data had the opposite sign and were turned.
    """

    best: EsrFit
    tried: tuple[tuple[EsrFit, float], ...]
    independent: float
    nuclei: tuple[Nucleus, ...]
    inverted: bool


def fit_spectrum(
    spectrum: Spectrum,
    *,
    nucleus: str = "Cu",
    model: Wanted = "auto",
    sites: int | None = None,
    ligands: int = LIGANDS,
) -> Choice:
    """Fit sites to a spectrum without starting values.

    A few thousand sites, spread evenly over what the field range can show, are compared with the data at
    low resolution; the best are refined. With several sites, each further one is searched in what the
    others leave. Of the models whose criterion (``EsrFit.criterion``) is within 6 of the least, the
    simplest is chosen. A second site that nobody asked for is believed only if its amplitude is
    significant, and the model then leaves no more than noise or no single site explains 95 % of the
    variance: otherwise it may as well stand for a line shape that is missing.

    Parameters
    ----------
    nucleus : element, isotope, or "none"
    model : "isotropic": g only, as of an exchange-narrowed line; "axial": g without hyperfine coupling;
        "hyperfine": g and A; "superhyperfine": with ``ligands`` equivalent 14N too; "strain": with
        distributions of g and A; "auto": the best of the first four
    sites : how many; None lets "auto" choose one or two, the second one with or without hyperfine lines

    Raises
    ------
    ScienceError
        The nucleus is unknown, the number of sites is not 1 to 4, or the field range holds no line
        that the frequency allows.
    """
    nuclei = nuclei_of(nucleus)
    if sites is not None and not 1 <= sites <= MOST_SITES:
        raise ScienceError(f"1 to {MOST_SITES} sites can be fitted.")
    if model in ("hyperfine", "superhyperfine") and not nuclei:
        raise ScienceError("a model with hyperfine coupling needs a nucleus.")
    fitter = _Fitter(spectrum, nucleus, nuclei, ligands)
    inverted = fitter.points_downwards()
    if inverted:
        fitter = _Fitter(replace(spectrum, intensity=-spectrum.intensity), nucleus, nuclei, ligands)
    fits = fitter.fits(model, sites)
    independent = min(fits, key=lambda fit: fit.sum_of_squares).independent
    scored = [(fit, fit.criterion(independent)) for fit in fits]
    poor = max(fit.r_squared for fit in fits if len(fit.sites) == (sites or 1)) < _POOR
    believed = [
        (fit, score)
        for fit, score in scored
        if len(fit.sites) == (sites or 1) or (fit.significant and (poor or fit.to_the_noise))
    ]
    least = min(score for _, score in believed)
    # The simplest of those that are about as good.
    best, least = min(
        (pair for pair in believed if pair[1] <= least + _STRONG),
        key=lambda pair: (pair[0].free, pair[1]),
    )
    ordered = sorted(
        ((fit, score - least) for fit, score in scored), key=lambda pair: (pair[0] is not best, pair[1])
    )
    return Choice(best, tuple(ordered), independent, nuclei, inverted)


class _Fitter:
    """Fits of one spectrum; what one model found is the start of the next."""

    def __init__(
        self, spectrum: Spectrum, nucleus: str, nuclei: tuple[Nucleus, ...], ligands: int
    ) -> None:
        self.spectrum, self.nucleus, self.nuclei, self.ligands = spectrum, nucleus, nuclei, ligands
        field, absorption = coarse(spectrum)
        self.rough = Spectrum(field, absorption, spectrum.frequency, 0)
        # A running integral keeps the lines, but its misfit has fewer false minima.
        self.smooth = replace(spectrum, intensity=spectrum.absorption, harmonic=0)
        self.degree = 1 + spectrum.harmonic
        self.baseline = baseline_columns(self.degree)
        self.blur = _BLUR * float(field[-1] - field[0])
        self.blurred = replace(self.rough, intensity=blurred(field, absorption, self.blur))
        self.libraries: dict[Kind, Library] = {}

    def library(self, kind: Kind) -> Library:
        """The sites to start from, made on first use."""
        if kind not in self.libraries:
            self.libraries[kind] = Library(self.spectrum, kind, self.nuclei[0] if self.nuclei else None)
        return self.libraries[kind]

    def points_downwards(self) -> bool:
        """Whether the best single site has a negative amplitude."""
        found = self.library("hyperfine" if self.nuclei else "axial").best(
            self.rough.intensity, self.baseline, count=1, sign=None
        )
        return bool(found) and found[0][1] < 0.0

    def fits(self, wanted: Wanted, sites: int | None) -> list[EsrFit]:
        """The fits of the model that is wanted, or of all that are to be compared."""
        count = sites or 1
        if wanted == "isotropic":
            return [self.several("isotropic", count)[-1]]
        if wanted == "axial":
            return [self.several("axial", count)[-1]]
        if wanted != "auto":
            plain = self.several("hyperfine" if self.nuclei else "axial", count)[-1]
            return [plain if wanted == "hyperfine" else self.extended(plain, wanted)]
        found = self.several("isotropic", count)[-1:] + self.several("axial", count)[-1:]
        if self.nuclei:
            chain = self.several("hyperfine", count)
            found.append(chain[-1])
            if self.ligands:
                found.append(self.extended(chain[-1], "superhyperfine"))
        if sites is None and not any(fit.to_the_noise for fit in found):
            found += self.second(found)
        return found

    def several(self, kind: Kind, count: int) -> list[EsrFit]:
        """Fits with 1, 2, ... sites of a kind."""
        found = [self.first(kind)]
        while len(found) < count:
            found.append(self.with_another(found[-1], kind))
        return found

    def first(self, kind: Kind) -> EsrFit:
        """The best single site of a kind."""
        model = Model((kind,))
        found = self._best(model, self._starts(kind, self.baseline))
        return self._with_other_combs(found) if kind == "hyperfine" else found

    def _with_other_combs(self, fit: EsrFit) -> EsrFit:
        """The fit, or a better one whose lines along the axis lie elsewhere.

        The integral in which sites are searched makes slow waves of noise, in which weak lines along the
        axis drown; here they are looked for in the data themselves.
        """
        spectrum, model, known = self.spectrum, fit.model, _values(fit)
        axis = Axis(spectrum.field, spectrum.frequency, spectrum.harmonic, self.nuclei)
        x = np.linspace(-1.0, 1.0, len(spectrum.field))
        orthogonal = np.linalg.qr(np.column_stack([x**k for k in range(2)]))[0]
        rest = spectrum.intensity - orthogonal @ (orthogonal.T @ spectrum.intensity)
        nu, largest = 1e3 * spectrum.frequency, self.nuclei[0].largest
        fields = np.linspace(spectrum.field[0], spectrum.field[-1], _SCANNED)[1:-1]
        trials, gains = [], []
        for g in (nu / (MAGNETON * fields)).tolist():
            for share in _ALONG:
                trials.append(np.array([g, known[1], share * largest, *known[3:]]))
                own = axis.spectrum(model, 0, trials[-1])
                own = own - orthogonal @ (orthogonal.T @ own)
                gains.append(max(float(own @ rest), 0.0) ** 2 / max(float(own @ own), 1e-300))
        best = fit
        for i in np.argsort(gains)[::-1][:_FURTHER]:
            x_found, _ = refine(spectrum, model, self.nuclei, trials[i], evaluations=30)
            other = finished(spectrum, model, self.nuclei, x_found, self.nucleus)
            if other.r_squared > best.r_squared + _BETTER:
                best = other
        return best

    def with_another(self, fit: EsrFit, kind: Kind) -> EsrFit:
        """A fit with one more site.

        It is searched in what the others leave, and where they explain little, a second one also in
        pairs: a single site may have stood for two.
        """
        model = replace(fit.model, kinds=(*fit.model.kinds, kind))
        known = _values(fit)
        columns = np.column_stack([self.baseline, *self._components(fit.model, known)])
        candidates = [np.concatenate([known, start]) for start in self._starts(kind, columns)[:_FURTHER]]
        if fit.r_squared >= _GOOD:
            # The others stand where they should.
            return self._finished(model, [self._rough(model, one) for one in candidates])
        if len(model.kinds) == 2:
            first = self.library(model.kinds[0])
            candidates += first.pairs(
                self.library(kind), self.rough.intensity, self.baseline, count=_PAIRS
            )
        rough = [self._rough(model, self._from_afar(model, one)) for one in candidates]
        for _ in range(_ROUNDS):
            least = min(rest for _, rest in rough)
            rough = self._with_aliases(model, rough)
            best = min(rough, key=lambda pair: pair[1])[0]
            rough += [self._rough(model, one) for one in self._scanned(model, best)]
            best = min(rough, key=lambda pair: pair[1])[0]
            anew = self._anew(model, best)
            rough += [self._rough(model, self._from_afar(model, one)) for one in anew]
            if min(rest for _, rest in rough) > 0.99 * least:
                break
        return self._finished(model, rough)

    def _scanned(self, model: Model, values: Floats) -> list[Floats]:
        """Values with the lines across, or along, the axis of one site moved over the field range.

        Two sites easily share their lines wrongly: each with its own along and the other's across.
        """
        axis = Axis(self.rough.field, self.rough.frequency, 0, self.nuclei, _ROUGH_KNOTS)
        parts, components = model.split(values), self._components(model, values)
        moved = []
        for number, kind in enumerate(model.kinds):
            if kind != "hyperfine":
                continue
            columns = np.column_stack([self.baseline, *components[:number], *components[number + 1 :]])
            orthogonal = np.linalg.qr(columns)[0]
            rest = self.rough.intensity - orthogonal @ (orthogonal.T @ self.rough.intensity)
            for block in self._blocks(parts[number]):
                gains = []
                for one in block:
                    own = axis.spectrum(model, number, one)
                    own = own - orthogonal @ (orthogonal.T @ own)
                    overlap = max(float(own @ rest), 0.0)
                    gains.append(overlap**2 / max(float(own @ own), 1e-300))
                for i in np.argsort(gains)[::-1][:_FURTHER]:
                    changed = [block[i] if k == number else part for k, part in enumerate(parts)]
                    moved.append(np.concatenate(changed))
        return moved

    def _blocks(self, site: Floats) -> list[list[Floats]]:
        """A site with other lines across its axis, and with other lines along it."""
        nu, nucleus = 1e3 * self.spectrum.frequency, self.nuclei[0]
        fields = np.linspace(self.rough.field[0], self.rough.field[-1], _SCANNED)[1:-1]
        across, along = [], []
        for g in (nu / (MAGNETON * fields)).tolist():
            across += [np.array([site[0], g, site[2], s * site[2], *site[4:]]) for s in (0.06, 0.15)]
            along += [
                np.array([g, site[1], share * nucleus.largest, *site[3:]])
                for share in (0.3, 0.4, 0.5, 0.6, 0.7)
            ]
        return [across, along]

    def _anew(self, model: Model, values: Floats) -> list[Floats]:
        """Values with each site in turn searched again in what all others leave."""
        parts = model.split(values)
        found = []
        for number, kind in enumerate(model.kinds):
            components = self._components(model, values)
            del components[number]
            columns = np.column_stack([self.baseline, *components])
            for start in self._starts(kind, columns)[:_FURTHER]:
                moved = [start if i == number else part for i, part in enumerate(parts)]
                found.append(np.concatenate(moved))
        return found

    def _components(self, model: Model, values: Floats) -> list[Floats]:
        """The sites' absorptions on the coarse field."""
        axis = Axis(self.rough.field, self.rough.frequency, 0, self.nuclei, _ROUGH_KNOTS)
        return [axis.spectrum(model, i, one) for i, one in enumerate(model.split(values))]

    def second(self, found: list[EsrFit]) -> list[EsrFit]:
        """Two-site fits beside the best fit with one."""
        if not self.nuclei:
            return [self.with_another(found[1], "isotropic")]
        fit = found[2]
        return [self.with_another(fit, "hyperfine"), self.with_another(fit, "isotropic")]

    def extended(self, fit: EsrFit, by: Wanted) -> EsrFit:
        """A fit with superhyperfine coupling or strain added."""
        model = (
            replace(fit.model, ligands=self.ligands)
            if by == "superhyperfine"
            else replace(fit.model, strain=True)
        )
        values: list[float] = []
        for i, site in enumerate(fit.sites):
            known = dict(site.values)
            if by == "superhyperfine" and "hyperfine_parallel" in known:
                # The splitting takes over a part of the width.
                known |= {"superhyperfine": _LIGAND}
                known["gaussian"] *= 0.5
                known["lorentzian"] *= 0.5
            if by == "strain":
                # So does the strain.
                known["gaussian"] *= 0.7
                known["lorentzian"] *= 0.7
            values += [{**_STRAIN, **known}[name] for name in model.names(i)]
        x, _ = refine(self.spectrum, model, self.nuclei, values)
        return finished(self.spectrum, model, self.nuclei, x, self.nucleus)

    def _starts(self, kind: Kind, columns: Floats) -> list[Floats]:
        found = self.library(kind).best(self.rough.intensity, columns, count=_POLISHED)
        if not found:
            # Nothing in the library goes the way of the data: any of it is as good.
            return [self.library(kind).values[0].copy()]
        return [values for values, _ in found]

    def _best(self, model: Model, candidates: list[Floats]) -> EsrFit:
        """Refine the absorption at low resolution, and what becomes of the best as usual."""
        rough = [self._rough(model, one) for one in candidates]
        return self._finished(model, self._with_aliases(model, rough))

    def _finished(self, model: Model, rough: list[tuple[Floats, float]]) -> EsrFit:
        """Refine the best few with all points of the absorption, and the best of them with the data."""
        smooth = [
            refine(
                self.smooth, model, self.nuclei, x,
                evaluations=15, degree=self.degree, precision=1e-4,
            )
            for x in self._different(model, rough)
        ]  # fmt: skip
        x = min(smooth, key=lambda pair: pair[1])[0]
        best, _ = refine(self.spectrum, model, self.nuclei, x)
        return finished(self.spectrum, model, self.nuclei, best, self.nucleus)

    def _rough(self, model: Model, start: Floats) -> tuple[Floats, float]:
        return refine(
            self.rough, model, self.nuclei, start,
            evaluations=12, degree=self.degree, knots=_ROUGH_KNOTS, precision=1e-3,
        )  # fmt: skip

    def _from_afar(self, model: Model, start: Floats) -> Floats:
        """A start refined against blurred data, whose lines reach farther; with its own widths again."""
        widths = np.array([name == "gaussian" for name in model.all_names])
        wide = np.where(widths, np.hypot(start, self.blur), start)
        found, _ = refine(
            self.blurred, model, self.nuclei, wide,
            evaluations=12, degree=self.degree, knots=_ROUGH_KNOTS, precision=1e-3,
        )  # fmt: skip
        least = 0.1 * self.blur
        own = np.sqrt(np.maximum(found**2 - self.blur**2, least**2))
        return np.where(widths, own, found)

    def _with_aliases(
        self, model: Model, found: list[tuple[Floats, float]]
    ) -> list[tuple[Floats, float]]:
        """With the best one's parallel lines counted otherwise, as long as that leaves less.

        A comb of lines fits badly, but locally best, where only some of its lines match: here each line
        is kept in turn while the distance to the others is changed.
        """
        for _ in range(2):
            best, least = min(found, key=lambda pair: pair[1])
            moved = [self._rough(model, one) for one in self._aliases(model, best)]
            found = found + moved
            if not moved or min(rest for _, rest in moved) > 0.99 * least:
                break
        return found

    def _aliases(self, model: Model, values: Floats) -> list[Floats]:
        """Values with the comb of one site changed."""
        nu = 1e3 * self.spectrum.frequency
        parts = model.split(values)
        moved = []
        for number, kind in enumerate(model.kinds):
            if kind != "hyperfine":
                continue
            x, spin = parts[number], self.nuclei[0].spin
            centre, distance = nu / (MAGNETON * x[0]), x[2] / (MAGNETON * x[0])
            kept = (np.arange(int(2.0 * spin + 1.5)) - spin).tolist()
            combs = [(1.0, m) for m in (-1.0, 1.0)]
            combs += [(factor, m * (1.0 - factor)) for factor in _COMBS for m in kept]
            for factor, shift in combs:
                b = centre + shift * distance
                if not self.rough.field[0] < b < self.rough.field[-1]:
                    continue
                g = nu / (MAGNETON * b)
                a = min(factor * distance * MAGNETON * g, self.nuclei[0].largest)
                one = np.array([g, x[1], a, *x[3:]])
                moved.append(
                    np.concatenate([one if i == number else part for i, part in enumerate(parts)])
                )
        return moved

    def _different(self, model: Model, found: list[tuple[Floats, float]]) -> list[Floats]:
        """The best few that are no near copies of a better one."""
        scale = np.array([PARAMETERS[name].scale for name in model.all_names])
        kept: list[Floats] = []
        for x, _ in sorted(found, key=lambda pair: pair[1]):
            if all((np.abs(x - other) / scale).max() > 0.3 for other in kept):
                kept.append(x)
            if len(kept) == _FINISHED:
                break
        return kept


def _values(fit: EsrFit) -> Floats:
    return np.array([value for site in fit.sites for value in site.values.values()])
