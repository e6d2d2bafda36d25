"""Hyperparameters of a Gaussian process: the most probable ones, and draws around them.

Outputs are expected at zero mean and unit variance. The prior of a length scale is log-normal with a
median that grows as the root of the number of inputs, after C. Hvarfner, E. O. Hellsten, L. Nardi,
ICML 2024 (arXiv 2402.02229).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs
from scipy.optimize import minimize

from kuralab.errors import ScienceError
from kuralab.planning._gaussian_process import Hyperparameters

Floats = NDArray[np.float64]

_SHORTEST, _LONGEST = np.log(0.02), np.log(50.0)
_SIGNAL: Final = (-4.0, 4.0)
_NOISE: Final = (-13.0, 1.0)
_SLICE: Final = 3.0
_STEPS_OUT: Final = 60
_BAD: Final = 1e10
_FLOOR: Final = 1e-9


@final
@dataclass(frozen=True)
class Priors:
    """Location and width of ln(l) - ln(d)/2, ln(s^2) and ln(noise); mean: variance of a coefficient.

    Dimension-scaled length scales are often quoted for the density of l itself, whose mode in ln(l)
    lies by the squared width lower; the locations here are those of ln(l).
    """

    length: tuple[float, float]
    signal: tuple[float, float] = (0.0, 0.3)
    noise: tuple[float, float] = (-5.0, 1.5)
    mean: float = 1.0


PRIORS: Final = tuple(Priors(length=(location, 1.0)) for location in (-0.5, 1.0))
"""Two opinions on how far one experiment speaks for others, between which few data cannot decide.

Members of both are averaged with equal weight. On the tuning pools of ``benchmarks/planner.py`` this
was never much worse than the better one alone, which is not the same one for all.
"""


@final
class Density:
    """Log posterior density of theta = (ln l_1..d, ln s^2, ln noise), up to a constant.

    x: (n, d); y: (n,), standardised; known: (n,) variances of the observations; learned: (n,) 1 where
    the learned noise comes on top, else 0; basis: (n, p).
    """

    def __init__(
        self, x: Floats, y: Floats, *, known: Floats, learned: Floats, basis: Floats, priors: Priors
    ) -> None:
        n, d = x.shape
        self._y, self._known, self._learned, self._shape = y, known, learned, (n, n)
        self._differences = ((x.T[:, :, None] - x.T[:, None, :]) ** 2).reshape(d, n * n)
        self._constant = priors.mean * (basis @ basis.T)
        self._unit = np.eye(n)
        self.centre: Floats = np.array(
            [priors.length[0] + 0.5 * np.log(d)] * d + [priors.signal[0], priors.noise[0]]
        )
        self._width: Floats = np.array([priors.length[1]] * d + [priors.signal[1], priors.noise[1]])
        self.low: Floats = np.array([_SHORTEST] * d + [_SIGNAL[0], _NOISE[0]])
        self.high: Floats = np.array([_LONGEST] * d + [_SIGNAL[1], _NOISE[1]])

    def _factor(self, theta: Floats) -> tuple[Floats | None, Floats, Floats, Floats]:
        scaled = np.exp(-2.0 * theta[:-2])
        root = np.sqrt(5.0 * (scaled @ self._differences))
        decay = np.exp(theta[-2] - root)
        kernel = (1.0 + root + root * root / 3.0) * decay
        covariance = kernel.reshape(self._shape) + self._constant
        covariance[np.diag_indices_from(covariance)] += (
            self._known + self._learned * np.exp(theta[-1]) + _FLOOR
        )
        lower, bad = dpotrf(covariance, lower=1, clean=0, overwrite_a=0)
        return (None if bad else lower), kernel, root, decay

    def __call__(self, theta: Floats) -> float:
        """The log density; minus infinity outside the limits."""
        if (theta < self.low).any() or (theta > self.high).any():
            return -np.inf
        lower, *_ = self._factor(theta)
        if lower is None:
            return -np.inf
        misfit = (theta - self.centre) / self._width
        weights, _ = dpotrs(lower, self._y, lower=1)
        return float(-0.5 * self._y @ weights - np.log(lower.diagonal()).sum() - 0.5 * misfit @ misfit)

    def descent(self, theta: Floats) -> tuple[float, Floats]:
        """Minus the log density and its gradient, for a minimiser."""
        lower, kernel, root, decay = self._factor(theta)
        if lower is None:
            return _BAD, np.zeros_like(theta)
        inverse, _ = dpotrs(lower, self._unit, lower=1)
        weights = inverse @ self._y
        misfit = (theta - self.centre) / self._width
        value = 0.5 * self._y @ weights + np.log(lower.diagonal()).sum() + 0.5 * misfit @ misfit
        pull = np.outer(weights, weights) - inverse
        flat = pull.ravel()
        scaled = np.exp(-2.0 * theta[:-2])
        lengths = (self._differences @ (flat * (5.0 / 3.0) * (1.0 + root) * decay)) * scaled
        gradient = np.concatenate(
            [lengths, [flat @ kernel, np.exp(theta[-1]) * (self._learned @ pull.diagonal())]]
        )
        return float(value), -0.5 * gradient + misfit / self._width


def most_probable(density: Density, starts: Sequence[Floats] = (), *, iterations: int = 50) -> Floats:
    """Theta of the highest density that is reached from the prior's centre and the ``starts``.

    Raises
    ------
    ScienceError
        No start led to a finite density.
    """
    best: tuple[float, Floats] | None = None
    limits = list(zip(density.low, density.high, strict=True))
    for start in (density.centre, *starts):
        found = minimize(
            density.descent,
            np.clip(start, density.low, density.high),
            jac=True,
            method="L-BFGS-B",
            bounds=limits,
            options={"maxiter": iterations},
        )
        if np.isfinite(found.fun) and found.fun < _BAD and (best is None or found.fun < best[0]):
            best = (float(found.fun), np.asarray(found.x))
    if best is None:
        raise ScienceError("no hyperparameters give these observations a finite likelihood")
    return best[1]


def drawn(
    density: Density, start: Floats, count: int, generator: np.random.Generator, *, sweeps: int = 8
) -> list[Floats]:
    """Draws of theta by slice sampling along random directions, ``sweeps`` apart, beginning at a mode.

    R. M. Neal, Annals of Statistics 31, 705 (2003), doi 10.1214/aos/1056562461.
    """
    theta, height = start, density(start)
    draws = []
    for _ in range(count):
        for _ in range(sweeps):
            theta, height = _slice(density, theta, height, generator)
        draws.append(theta)
    return draws


def _slice(
    density: Density, theta: Floats, height: float, generator: np.random.Generator
) -> tuple[Floats, float]:
    direction = generator.normal(size=len(theta))
    direction /= np.linalg.norm(direction)
    level = height + np.log(generator.uniform())
    low = -_SLICE * generator.uniform()
    high = low + _SLICE
    for _ in range(_STEPS_OUT):
        step = low + (high - low) * generator.uniform()
        there = theta + step * direction
        found = density(there)
        if found > level:
            return there, found
        low, high = (step, high) if step < 0 else (low, step)
    return theta, height


def hyperparameters(theta: Floats, *, coefficients: int, priors: Priors) -> Hyperparameters:
    """Theta as what a process is built from."""
    return Hyperparameters(
        length_scales=np.exp(theta[:-2]),
        signal=float(np.exp(theta[-2])),
        noise=float(np.exp(theta[-1])) + _FLOOR,
        mean=np.full(coefficients, priors.mean),
    )
