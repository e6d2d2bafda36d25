"""Least squares of sites and a straight baseline to a spectrum; amplitudes are solved for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr._model import PARAMETERS, Axis, Model
from kuralab.science.esr._nuclei import MAGNETON, Nucleus
from kuralab.science.esr._signal import Spectrum, noise_of
from kuralab.science.esr._site import Site

Floats = NDArray[np.float64]

_TOO_CLOSE: Final = 1e-12
_LAG_WIDTHS: Final = 3.0
_NOISE_RATIO: Final = 1.5
_OUTSIDE: Final = 0.05


@final
@dataclass(frozen=True)
class SiteFit:
    """One site of a fit: values and standard uncertainties by name, and its share of the spins.

    amplitude: factor on the spectrum of ``site``, in the unit of the data; its powder spectrum has the
    site's mean g as area, so amplitudes are in the ratio of the numbers of spins.
    """

    site: Site
    values: dict[str, float]
    std: dict[str, float]
    amplitude: float
    amplitude_std: float
    component: Floats


@final
@dataclass(frozen=True)
class EsrFit:
    """A model fitted to a spectrum.

    names and covariance (k, k): parameters such as ``1.g_parallel``, in the unit of each; the covariance
    includes the serial correlation of the residuals. fitted, baseline, residuals (n,): in the unit of
    the data. r_squared: share of the variance about the best straight line; noise: its standard
    deviation in the data; systematic: root mean square of what the model leaves beyond noise, over the
    peak-to-peak height; independent: number of residuals that are independent of their neighbours.
    """

    model: Model
    nucleus: str
    spectrum: Spectrum
    sites: tuple[SiteFit, ...]
    names: tuple[str, ...]
    covariance: Floats
    fitted: Floats
    baseline: Floats
    residuals: Floats
    sum_of_squares: float
    r_squared: float
    noise: float
    systematic: float
    independent: float

    @property
    def to_the_noise(self) -> bool:
        """Whether the residuals are hardly larger than the noise."""
        mean = self.sum_of_squares / len(self.residuals)
        return mean <= (_NOISE_RATIO * self.noise) ** 2

    @property
    def significant(self) -> bool:
        """Whether the amplitude of every site is more than two standard uncertainties."""
        return all(site.amplitude > 2.0 * site.amplitude_std for site in self.sites)

    @property
    def free(self) -> int:
        """Number of parameters, amplitudes and baseline included."""
        return len(self.names)

    def criterion(self, independent: float) -> float:
        """Schwarz's criterion with a number of independent points in place of all points.

        Residuals of a systematic misfit go together over a line width: counted one by one they would
        make any further parameter look significant.

        Source
        ------
        G. Schwarz, Ann. Stat. 6 (1978) 461, DOI 10.1214/aos/1176344136. Departure: the count.
        """
        mean = max(self.sum_of_squares / len(self.residuals), (0.5 * self.noise) ** 2, 1e-300)
        return float(independent * np.log(mean) + self.free * np.log(max(independent, 2.0)))


class _Problem:
    """Residuals of scaled data, projected off amplitudes and baseline."""

    def __init__(
        self,
        spectrum: Spectrum,
        model: Model,
        nuclei: tuple[Nucleus, ...],
        degree: int = 1,
        knots: int | None = None,
    ) -> None:
        self.model = model
        self.axis = Axis(spectrum.field, spectrum.frequency, spectrum.harmonic, nuclei, knots)
        self.size = float(np.abs(spectrum.intensity - np.median(spectrum.intensity)).max())
        self.data = spectrum.intensity / self.size
        x = np.interp(spectrum.field, [spectrum.field[0], spectrum.field[-1]], [-1.0, 1.0])
        self.base = np.column_stack([x**k for k in range(degree + 1)])
        self._at = np.empty(0)
        self._spectra = np.empty((0, 0))
        self._weights = np.empty(0)

    def solve(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Unit spectra (n, s), amplitudes with baseline (s + b,), and what is left (n,)."""
        if not np.array_equal(values, self._at):
            self._at = values.copy()
            self._spectra = np.column_stack(
                [
                    self.axis.spectrum(self.model, i, one)
                    for i, one in enumerate(self.model.split(values))
                ]
            )
            self._weights = _amplitudes(self._spectra, self.base, self.data)
        design = np.hstack([self._spectra, self.base])
        return self._spectra, self._weights, design @ self._weights - self.data

    def residuals(self, values: Floats) -> Floats:
        return self.solve(values)[2]

    def jacobian(self, values: Floats) -> Floats:
        """Kaufman's approximation: the derivative of the model, projected off what is solved for."""
        spectra, weights, _ = self.solve(values)
        gradient = self.gradient(values, spectra, weights)
        free = weights[: len(self.model.kinds)] != 0.0
        orthogonal = np.linalg.qr(_unit(np.hstack([spectra[:, free], self.base])))[0]
        return np.asarray(gradient - orthogonal @ (orthogonal.T @ gradient))

    def gradient(self, values: Floats, spectra: Floats, weights: Floats) -> Floats:
        """(n, k) derivative of the fitted spectrum by the parameters of all sites."""
        return np.hstack(
            [
                weights[i] * self.axis.gradient(self.model, i, one, spectra[:, i])
                for i, one in enumerate(self.model.split(values))
            ]
        )


def _unit(columns: Floats) -> Floats:
    return np.asarray(columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-300))


def _amplitudes(spectra: Floats, base: Floats, data: Floats) -> Floats:
    """Least squares with amplitudes that are not negative, and a baseline of any sign."""
    design = np.hstack([spectra, base])
    scale = np.maximum(np.linalg.norm(design, axis=0), 1e-300)
    free = np.ones(design.shape[1], dtype=bool)
    solution = np.zeros(design.shape[1])
    for _ in range(design.shape[1]):
        found = np.linalg.lstsq(design[:, free] / scale[free], data, rcond=None)[0]
        solution[:] = 0.0
        solution[free] = found / scale[free]
        negative = solution[: spectra.shape[1]] < 0.0
        if not negative.any():
            break
        free[: spectra.shape[1]] &= ~negative
    return solution


def refine(
    spectrum: Spectrum,
    model: Model,
    nuclei: tuple[Nucleus, ...],
    start: Sequence[float] | Floats,
    *,
    evaluations: int = 60,
    degree: int = 1,
    knots: int | None = None,
    precision: float = 1e-8,
) -> tuple[Floats, float]:
    """Values (k,) near a start that leave the least, and the sum of squares of the scaled data.

    degree: of the baseline's polynomial; precision: relative change of the sum of squares at the end. g
    stays where its line lies in the field range, or just outside.
    """
    from scipy.optimize import least_squares

    problem = _Problem(spectrum, model, nuclei, degree, knots)
    known = [PARAMETERS[name] for name in model.all_names]
    low, high = np.array([p.low for p in known]), np.array([p.high for p in known])
    field = spectrum.field
    margin = _OUTSIDE * (field[-1] - field[0])
    nearest = 1e3 * spectrum.frequency / (MAGNETON * np.array([field[-1] + margin, field[0] - margin]))
    for i, name in enumerate(model.all_names):
        if name in ("g", "g_parallel", "g_perpendicular"):
            low[i] = max(low[i], nearest[0])
            high[i] = min(high[i], nearest[1]) if nearest[1] > 0.0 else high[i]
        if name in ("hyperfine_parallel", "hyperfine_perpendicular") and nuclei:
            high[i] = nuclei[0].largest
    if not (low < high).all():
        raise ScienceError("hardly any g that could be meant lies in the field range.")
    inside = np.clip(np.asarray(start, dtype=np.float64), low + 1e-9, high - 1e-9)
    found = least_squares(
        problem.residuals,
        inside,
        jac=problem.jacobian,
        bounds=(low, high),
        x_scale=np.array([p.scale for p in known]),
        max_nfev=evaluations,
        xtol=0.1 * precision,
        ftol=precision,
        gtol=1e-12,
    )
    return np.asarray(found.x), float(2.0 * found.cost)


def finished(
    spectrum: Spectrum, model: Model, nuclei: tuple[Nucleus, ...], values: Floats, nucleus: str
) -> EsrFit:
    """The fit at its final values, with covariance and what it leaves."""
    problem = _Problem(spectrum, model, nuclei)
    order = np.argsort(-problem.solve(values)[1][: len(model.kinds)], kind="stable")
    # The site with most spins comes first.
    values = np.concatenate([model.split(values)[i] for i in order])
    model = replace(model, kinds=tuple(model.kinds[i] for i in order))
    problem = _Problem(spectrum, model, nuclei)
    spectra, weights, rest = problem.solve(values)
    gradient = problem.gradient(values, spectra, weights)
    whole = np.hstack([gradient, spectra, problem.base])
    parts = model.split(values)
    width = max(
        site.gaussian + site.lorentzian for site in (model.site(i, one) for i, one in enumerate(parts))
    )
    step = float(np.median(np.diff(spectrum.field)))
    lags = min(int(np.ceil(_LAG_WIDTHS * width / step)), len(rest) // 10)
    covariance = _covariance(whole, rest, lags)
    count = len(parts)
    names = [f"{i + 1}.{name}" for i in range(count) for name in model.names(i)]
    inner = len(names)
    names += [f"{i + 1}.amplitude" for i in range(count)] + ["baseline", "baseline_slope"]
    unit = np.ones(len(names))
    unit[inner:] = problem.size
    covariance = covariance * np.outer(unit, unit)
    std = np.sqrt(np.diag(covariance))
    sites, at = [], 0
    for i, one in enumerate(parts):
        own = model.names(i)
        sites.append(
            SiteFit(
                site=model.site(i, one),
                values=dict(zip(own, map(float, one), strict=True)),
                std=dict(zip(own, map(float, std[at : at + len(own)]), strict=True)),
                amplitude=float(weights[i] * problem.size),
                amplitude_std=float(std[inner + i]),
                component=spectra[:, i] * weights[i] * problem.size,
            )
        )
        at += len(own)
    baseline = problem.base @ weights[count:]
    # About the best straight line: sites that cancel one another or the baseline explain nothing.
    straight = np.linalg.lstsq(problem.base, problem.data, rcond=None)[0]
    signal = problem.data - problem.base @ straight
    noise = noise_of(problem.data)
    square = float(rest @ rest)
    beyond = max(square / len(rest) - noise**2, 0.0)
    return EsrFit(
        model=model,
        nucleus=nucleus,
        spectrum=spectrum,
        sites=tuple(sites),
        names=tuple(names),
        covariance=covariance,
        fitted=(problem.data + rest) * problem.size,
        baseline=baseline * problem.size,
        residuals=rest * problem.size,
        sum_of_squares=square * problem.size**2,
        r_squared=1.0 - square / max(float(signal @ signal), 1e-300),
        noise=noise * problem.size,
        systematic=float(np.sqrt(beyond) / max(float(np.ptp(signal)), 1e-300)),
        independent=independent_points(rest),
    )


def independent_points(residuals: Floats) -> float:
    """How many independent numbers tell as much about a mean as these residuals do.

    n / (1 + 2 sum rho_k), over the lags before the autocorrelation rho first becomes negative.
    """
    n = len(residuals)
    about = residuals - residuals.mean()
    power = np.abs(np.fft.rfft(about, 2 * n)) ** 2
    correlation = np.fft.irfft(power)[:n]
    if correlation[0] <= 0.0:
        return float(n)
    rho = correlation / correlation[0]
    negative = np.flatnonzero(rho <= 0.0)
    end = int(negative[0]) if negative.size else n
    return float(n / max(1.0 + 2.0 * rho[1:end].sum(), 1.0))


def _covariance(whole: Floats, rest: Floats, lags: int) -> Floats:
    """(k, k) covariance: in each direction the larger of least squares and of a sandwich with lags.

    Bartlett's weights over a few line widths hold where neighbouring residuals go together:
    W. K. Newey, K. D. West, Econometrica 55 (1987) 703, doi:10.2307/1913610.
    """
    scale = np.linalg.norm(whole, axis=0)
    # What the spectrum does not depend on gets an uncertainty beyond all measure.
    scale = np.maximum(scale, 1e-12 * float(scale.max()))
    unit = whole / scale
    inverse = np.linalg.pinv(unit.T @ unit, rcond=_TOO_CLOSE, hermitian=True)
    plain = inverse * float(rest @ rest) / max(len(rest) - whole.shape[1], 1)
    scores = unit * rest[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        product = scores[lag:].T @ scores[:-lag]
        meat = meat + (1.0 - lag / (lags + 1.0)) * (product + product.T)
    robust = inverse @ meat @ inverse
    ratio = np.maximum(np.diag(robust), 0.0) / np.maximum(np.diag(plain), 1e-300)
    widened = np.sqrt(np.maximum(ratio, 1.0))
    return np.asarray(plain * np.outer(widened, widened) / np.outer(scale, scale))
