"""What is believed of one quantity over the whole space, from what has been told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from kuralab.planning._bounds import moment_matched
from kuralab.planning._fit import Density, Priors, drawn, hyperparameters, most_probable
from kuralab.planning._gaussian_process import GaussianProcess

Floats = NDArray[np.float64]
Signs = NDArray[np.int_]

_DRAWS: Final = ((120, 3), (250, 1))
"""Draws of the hyperparameters beside the most probable ones, up to so many observations; none above."""
_BISECTIONS: Final = 60
_BOUND_ROUNDS: Final = 2


@final
@dataclass(frozen=True)
class Observations:
    """x: (n, d) features; y: (n,) on the objective's scale; noise: (n,) known variances of y; side:
    (n,) 0 for values, -1 where the truth is below y, +1 where it is above; basis: (n, p) of the mean."""

    x: Floats
    y: Floats
    noise: Floats
    side: Signs
    basis: Floats


@final
@dataclass(frozen=True)
class Prediction:
    """A mixture of K normal distributions for each of m candidates; means, variances: (K, m)."""

    means: Floats
    variances: Floats

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation (m,) of the mixture."""
        mean = self.means.mean(axis=0)
        spread = (self.variances + self.means**2).mean(axis=0) - mean**2
        return mean, np.sqrt(np.maximum(spread, 1e-18))

    def with_noise(self, variance: float) -> Prediction:
        """What a measurement of this variance would show."""
        return Prediction(self.means, self.variances + variance)

    def quantile(self, level: float) -> Floats:
        """(m,) where the mixture's distribution reaches a level, by bisection."""
        deviation = np.sqrt(self.variances)
        low = (self.means - 10.0 * deviation).min(axis=0)
        high = (self.means + 10.0 * deviation).max(axis=0)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            below = ndtr((middle - self.means) / deviation).mean(axis=0) < level
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Floats = 0.5 * (low + high)
        return found


@final
class Surrogate:
    """Gaussian processes that share the data and differ in their hyperparameters.

    The first has the most probable ones; ``location`` and ``spread`` turn its standardised outputs
    into the objective's scale.
    """

    def __init__(self, members: tuple[GaussianProcess, ...], location: float, spread: float) -> None:
        self.members = members
        self.location = location
        self.spread = spread

    @property
    def length_scales(self) -> Floats:
        """(d,) of the most probable member."""
        return self.members[0].given.length_scales

    @property
    def learned_noise(self) -> float:
        """Variance of an observation beside what is known of it, on the objective's scale."""
        return float(np.mean([member.given.noise for member in self.members])) * self.spread**2

    def first(self) -> Surrogate:
        """Only the most probable member."""
        return Surrogate(self.members[:1], self.location, self.spread)

    def predict(self, x: Floats, basis: Floats) -> Prediction:
        """The noise-free quantity at (m, d), on the objective's scale."""
        found = [member.predict(x, basis) for member in self.members]
        means = np.array([mean for mean, _ in found]) * self.spread + self.location
        variances = np.array([variance for _, variance in found]) * self.spread**2
        return Prediction(means, variances)

    def at_data(self) -> Prediction:
        """The noise-free quantity at the observations."""
        return self.predict(self.members[0].x, self.members[0].basis)

    def left_out(self) -> tuple[Floats, Floats]:
        """Mean and variance (n,) of each observation predicted from all others, first member."""
        mean, variance = self.members[0].left_out()
        return mean * self.spread + self.location, variance * self.spread**2

    def expecting(self, x: Floats, basis: Floats) -> Surrogate:
        """After pending experiments at (m, d) have shown what each member expects of them.

        D. Ginsbourger, R. Le Riche, L. Carraro (2010), "Kriging believer".
        """
        more = []
        for member in self.members:
            mean, _ = member.predict(x, basis)
            noise = np.full(len(x), member.given.noise)
            more.append(member.with_more(x, mean, noise, basis))
        return Surrogate(tuple(more), self.location, self.spread)


def learnt(
    told: Observations, generator: np.random.Generator, *, priors: Priors | None = None
) -> Surrogate:
    """Fit to what has been told; the same data and generator give the same.

    Raises
    ------
    ScienceError
        No hyperparameters give the data a finite likelihood.
    """
    priors = priors or Priors()
    n = len(told.y)
    location = float(told.y.mean())
    # A constant column has no spread of its own; 1 keeps the scale of the priors.
    spread = float(told.y.std()) or 1.0
    y = (told.y - location) / spread
    known = told.noise / spread**2
    learned = np.ones(n)
    density = Density(told.x, y, known=known, learned=learned, basis=told.basis, priors=priors)
    theta = most_probable(density)
    coefficients = told.basis.shape[1]
    for _ in range(_BOUND_ROUNDS if told.side.any() else 0):
        given = hyperparameters(theta, coefficients=coefficients, priors=priors)
        flat = GaussianProcess(told.x, y, given=given, noise=np.ones(n), basis=told.basis)
        prior = flat.prior_covariance(told.x, told.basis, told.x, told.basis)
        bound = (told.y - location) / spread
        values, variances, _ = moment_matched(
            prior, bound, told.noise / spread**2 + given.noise, told.side
        )
        exact = told.side == 0
        y = np.where(exact, y, values)
        known = np.where(exact, known, variances)
        learned = np.where(exact, 1.0, 0.0)
        density = Density(told.x, y, known=known, learned=learned, basis=told.basis, priors=priors)
        theta = most_probable(density)
    draws = next((count for most, count in _DRAWS if n <= most), 0)
    thetas = [theta, *drawn(density, theta, draws, generator)]
    members = []
    for each in thetas:
        given = hyperparameters(each, coefficients=coefficients, priors=priors)
        noise = known + learned * given.noise + 1e-9
        members.append(GaussianProcess(told.x, y, given=given, noise=noise, basis=told.basis))
    return Surrogate(tuple(members), location, spread)
