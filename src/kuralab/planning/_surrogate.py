"""What is believed of one quantity over the whole space, from what has been told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from kuralab.planning._bounds import moment_matched
from kuralab.planning._fit import PRIORS, Density, Priors, drawn, hyperparameters, most_probable
from kuralab.planning._gaussian_process import GaussianProcess

Floats = NDArray[np.float64]
Signs = NDArray[np.int_]

_DRAWS: Final = ((150, 1),)
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

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """(levels, m) where the mixture's distribution reaches each level, by bisection."""
        deviation = np.sqrt(self.variances)
        shape = (len(levels), self.means.shape[1])
        low = np.broadcast_to((self.means - 10.0 * deviation).min(axis=0), shape)
        high = np.broadcast_to((self.means + 10.0 * deviation).max(axis=0), shape)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            reached = ndtr((middle[:, None] - self.means) / deviation).mean(axis=1)
            below = reached < np.array(levels)[:, None]
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Floats = 0.5 * (low + high)
        return found


@final
class Surrogate:
    """Gaussian processes that share the data and differ in their hyperparameters.

    The first ``modes`` have the most probable ones under each prior; ``location`` and ``spread`` turn
    standardised outputs into the objective's scale.
    """

    def __init__(
        self, members: tuple[GaussianProcess, ...], location: float, spread: float, *, modes: int
    ) -> None:
        self.members = members
        self.modes = modes
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
        """Only the most probable members."""
        return Surrogate(self.members[: self.modes], self.location, self.spread, modes=self.modes)

    def predict(self, x: Floats, basis: Floats) -> Prediction:
        """The noise-free quantity at (m, d), on the objective's scale."""
        found = [member.predict(x, basis) for member in self.members]
        means = np.array([mean for mean, _ in found]) * self.spread + self.location
        variances = np.array([variance for _, variance in found]) * self.spread**2
        return Prediction(means, variances)

    def at_data(self) -> Prediction:
        """The noise-free quantity at the observations."""
        return self.predict(self.members[0].x, self.members[0].basis)

    def standardised(self, x: Floats, basis: Floats) -> Floats:
        """(m,) mean at (m, d), in standard deviations of the data from their mean."""
        found: Floats = np.mean([member.mean(x, basis) for member in self.members], axis=0)
        return found

    def coefficients(self) -> Floats:
        """(p,) of the mean's basis for standardised outputs; the most probable members' average."""
        found: Floats = np.mean([one.coefficients() for one in self.members[: self.modes]], axis=0)
        return found

    def left_out_density(self, which: NDArray[np.bool_]) -> float:
        """Sum over some observations of the log density at which all others foretell them.

        A density of the most probable members' mixture, of standardised outputs.
        """
        densities = []
        for member in self.members[: self.modes]:
            mean, variance = member.left_out()
            misfit = (member.y - mean) ** 2 / variance
            densities.append(-0.5 * (misfit + np.log(2.0 * np.pi * variance))[which])
        return float((logsumexp(densities, axis=0) - np.log(len(densities))).sum())

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
        return Surrogate(tuple(more), self.location, self.spread, modes=self.modes)


def learnt(
    told: Observations, generator: np.random.Generator, *, priors: Sequence[Priors] = PRIORS
) -> Surrogate:
    """Fit to what has been told; the same data and generator give the same.

    Raises
    ------
    ScienceError
        No hyperparameters give the data a finite likelihood.
    """
    location = float(told.y.mean())
    # A constant column has no spread of its own; 1 keeps the scale of the priors.
    spread = float(told.y.std()) or 1.0
    draws = next((count for most, count in _DRAWS if len(told.y) <= most), 0)
    modes, drawn_ones = [], []
    for prior in priors:
        mode, *others = _members(told, location, spread, prior, draws, generator)
        modes.append(mode)
        drawn_ones += others
    return Surrogate((*modes, *drawn_ones), location, spread, modes=len(modes))


def _members(
    told: Observations,
    location: float,
    spread: float,
    priors: Priors,
    draws: int,
    generator: np.random.Generator,
) -> list[GaussianProcess]:
    """The most probable process under one prior, and draws beside it."""
    n, coefficients = len(told.y), told.basis.shape[1]
    stated = (told.y - location) / spread
    noise = told.noise / spread**2
    y, known, learned = stated, noise, np.ones(n)
    density = Density(told.x, y, known=known, learned=learned, basis=told.basis, priors=priors)
    theta = most_probable(density)
    for _ in range(_BOUND_ROUNDS if told.side.any() else 0):
        given = hyperparameters(theta, coefficients=coefficients, priors=priors)
        flat = GaussianProcess(told.x, y, given=given, noise=np.ones(n), basis=told.basis)
        prior = flat.prior_covariance(told.x, told.basis, told.x, told.basis)
        values, variances, _ = moment_matched(prior, stated, noise + given.noise, told.side)
        exact = told.side == 0
        y = np.where(exact, stated, values)
        known = np.where(exact, noise, variances)
        learned = np.where(exact, 1.0, 0.0)
        density = Density(told.x, y, known=known, learned=learned, basis=told.basis, priors=priors)
        theta = most_probable(density)
    members = []
    for each in [theta, *drawn(density, theta, draws, generator)]:
        given = hyperparameters(each, coefficients=coefficients, priors=priors)
        spoken = known + learned * given.noise + 1e-9
        members.append(GaussianProcess(told.x, y, given=given, noise=spoken, basis=told.basis))
    return members
