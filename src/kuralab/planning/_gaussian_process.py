"""Exact Gaussian-process regression with a Matern-5/2 kernel and a length scale for every input.

Covariance of the outputs at x and x', with r^2 = sum_k (x_k - x'_k)^2 / l_k^2:

    k = s^2 (1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r) + b(x)' B b(x')

The second term stands for a mean that is linear in a basis b, whose coefficients have the prior
variances B and are integrated out with the rest. C. E. Rasmussen, C. K. I. Williams, Gaussian
Processes for Machine Learning, MIT Press 2006, chapters 2 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]

ROOT5: Final = 5.0**0.5
JITTERS: Final = (0.0, 1e-10, 1e-8, 1e-6)
"""Added to the diagonal in turn, as a share of the largest variance, until the matrix factorises."""


@final
@dataclass(frozen=True)
class Hyperparameters:
    """length_scales: (d,) in units of the inputs; signal, noise: variances; mean: prior variance of
    each coefficient of the basis (p,)."""

    length_scales: Floats
    signal: float
    noise: float
    mean: Floats


def squared_distances(a: Floats, b: Floats, length_scales: Floats) -> Floats:
    """(n, m) r^2 between the rows of (n, d) and (m, d)."""
    a, b = a / length_scales, b / length_scales
    squared: Floats = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)[None, :]
    # In place here and below: with many candidates the time goes into memory.
    products: Floats = a @ b.T
    products *= 2.0
    squared -= products
    return np.maximum(squared, 0.0, out=squared)


def matern(squared: Floats) -> Floats:
    """Correlation of the Matern-5/2 kernel at r^2."""
    root = 5.0 * squared
    np.sqrt(root, out=root)
    quadratic = root * root
    quadratic /= 3.0
    correlation: Floats = 1.0 + root
    correlation += quadratic
    np.negative(root, out=root)
    correlation *= np.exp(root, out=root)
    return correlation


def factorised(matrix: Floats) -> Floats:
    """Lower Cholesky factor.

    Raises
    ------
    ScienceError
        Not positive definite, or not finite.
    """
    if not np.isfinite(matrix).all():
        raise ScienceError("the covariance matrix is not finite")
    largest = float(matrix.diagonal().max(initial=0.0))
    for jitter in JITTERS:
        try:
            lower: Floats = cholesky(
                matrix + jitter * largest * np.eye(len(matrix)), lower=True, check_finite=False
            )
        except np.linalg.LinAlgError:
            continue
        return lower
    raise ScienceError("the covariance matrix is not positive definite")


@final
class GaussianProcess:
    """The posterior of one output, given n observations.

    x: (n, d); y: (n,); noise: (n,) variance of each observation, known and learned together;
    basis: (n, p) of the mean at x.

    Raises
    ------
    ScienceError
        The covariance matrix cannot be factorised.
    """

    def __init__(
        self, x: Floats, y: Floats, *, given: Hyperparameters, noise: Floats, basis: Floats
    ) -> None:
        self.x, self.y, self.noise, self.basis = x, y, noise, basis
        self.given = given
        covariance = self.prior_covariance(x, basis, x, basis)
        covariance[np.diag_indices_from(covariance)] += noise
        self._lower = factorised(covariance)
        self._weights: Floats = cho_solve((self._lower, True), y, check_finite=False)

    def prior_covariance(self, a: Floats, basis_a: Floats, b: Floats, basis_b: Floats) -> Floats:
        """(n, m) covariance before any observation."""
        squared = squared_distances(a, b, self.given.length_scales)
        covariance: Floats = matern(squared)
        covariance *= self.given.signal
        covariance += (basis_a * self.given.mean) @ basis_b.T
        return covariance

    def predict(self, x: Floats, basis: Floats) -> tuple[Floats, Floats]:
        """Mean and variance (m,) of the noise-free output at (m, d)."""
        cross = self.prior_covariance(self.x, self.basis, x, basis)
        mean: Floats = cross.T @ self._weights
        half = solve_triangular(self._lower, cross, lower=True, check_finite=False)
        prior = self.given.signal + (basis * basis) @ self.given.mean
        variance: Floats = np.maximum(prior - np.einsum("ij,ij->j", half, half), 1e-12 * prior)
        return mean, variance

    def mean(self, x: Floats, basis: Floats) -> Floats:
        """(m,) mean alone of the output at (m, d), which is cheaper."""
        return self.prior_covariance(x, basis, self.x, self.basis) @ self._weights

    def coefficients(self) -> Floats:
        """(p,) posterior means of the coefficients of the mean's basis."""
        return self.given.mean * (self.basis.T @ self._weights)

    def covariance(self, x: Floats, basis: Floats) -> Floats:
        """(m, m) posterior covariance of the noise-free output at (m, d)."""
        cross = self.prior_covariance(self.x, self.basis, x, basis)
        half = solve_triangular(self._lower, cross, lower=True, check_finite=False)
        posterior: Floats = self.prior_covariance(x, basis, x, basis) - half.T @ half
        return posterior

    def left_out(self) -> tuple[Floats, Floats]:
        """Mean and variance (n,) of each observation, its noise included, predicted from all others.

        S. Sundararajan, S. S. Keerthi, Neural Computation 13, 1103 (2001).
        """
        inverse = cho_solve((self._lower, True), np.eye(len(self.x)), check_finite=False)
        spread: Floats = 1.0 / inverse.diagonal()
        return self.y - self._weights * spread, spread

    def log_likelihood(self) -> float:
        """Log of the marginal likelihood of the observations."""
        return float(
            -0.5 * self.y @ self._weights
            - np.log(self._lower.diagonal()).sum()
            - 0.5 * len(self.y) * np.log(2.0 * np.pi)
        )

    def rougher(self, factor: float) -> GaussianProcess:
        """The posterior with all length scales times a factor."""
        return GaussianProcess(
            self.x,
            self.y,
            given=replace(self.given, length_scales=self.given.length_scales * factor),
            noise=self.noise,
            basis=self.basis,
        )

    def with_more(self, x: Floats, y: Floats, noise: Floats, basis: Floats) -> GaussianProcess:
        """The posterior after further observations, with the same hyperparameters."""
        return GaussianProcess(
            np.vstack([self.x, x]),
            np.concatenate([self.y, y]),
            given=self.given,
            noise=np.concatenate([self.noise, noise]),
            basis=np.vstack([self.basis, basis]),
        )
