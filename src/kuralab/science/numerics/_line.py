"""A straight line through points, weighted or not, and whether it ought to be curved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LineFit:
    """y = intercept + slope x.

    covariance (2, 2) of (intercept, slope); reduced_chi_square: of the weighted line, None for an
    unweighted one; curvature_p_value: probability that a straight line shows as much curvature by
    chance (t test of a quadratic term), None below four points; residuals (n,).
    """

    intercept: float
    slope: float
    covariance: Floats
    reduced_chi_square: float | None
    curvature_p_value: float | None
    residuals: Floats

    def std_at(self, x: ArrayLike) -> Floats:
        """(m,) standard uncertainty of the line at x (m,)."""
        at = np.asarray(x, dtype=np.float64)
        design = np.column_stack([np.ones(at.size), at.ravel()])
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def fit_line(*, x: ArrayLike, y: ArrayLike, std: ArrayLike | None = None) -> LineFit:
    """Least-squares line, weighted by 1/std^2 where ``std`` is given.

    The covariance of a weighted line is scaled up by its reduced chi-square when that exceeds one
    (Birge ratio): the points then scatter more than they claim. It is never scaled down. The
    covariance of an unweighted line comes from the scatter alone.

    Parameters
    ----------
    x, y : (n,), at least two different x; std : (n,), positive

    Raises
    ------
    ScienceError
        Shapes differ, a number is not finite, a std is not positive, or all x are equal.

    Source
    ------
    R. T. Birge, Phys. Rev. 40, 207 (1932), DOI 10.1103/PhysRev.40.207.

    Examples
    --------
    >>> line = fit_line(x=[0, 1, 2, 3], y=[1, 3, 5, 7])
    >>> round(line.slope, 9), round(line.intercept, 9)
    (2.0, 1.0)
    """
    at, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    sigma = None if std is None else np.asarray(std, dtype=np.float64)
    _check(at, values, sigma)
    weight = np.ones(at.size) if sigma is None else 1.0 / sigma
    # Centring keeps the normal equations well conditioned when x is far from zero.
    centre = float(np.average(at, weights=weight**2))
    beta, inverse, residuals = _solve(at - centre, values, weight, degree=1)
    freedom = at.size - 2
    scatter = float(((weight * residuals) ** 2).sum())
    factor = scatter / freedom if freedom > 0 else 0.0
    chi_square = None if sigma is None or freedom <= 0 else factor
    centred = inverse * (factor if sigma is None else max(1.0, factor))
    shift = np.array([[1.0, -centre], [0.0, 1.0]])
    return LineFit(
        intercept=float(beta[0] - beta[1] * centre),
        slope=float(beta[1]),
        covariance=shift @ centred @ shift.T,
        reduced_chi_square=chi_square,
        curvature_p_value=_curvature_p_value(at - centre, values, weight),
        residuals=residuals,
    )


def _check(x: Floats, y: Floats, std: Floats | None) -> None:
    if x.ndim != 1 or x.shape != y.shape or (std is not None and std.shape != x.shape):
        raise ScienceError("x, y and std must be one-dimensional and of one length.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ScienceError("x and y must be finite numbers.")
    if std is not None and not (np.isfinite(std).all() and (std > 0).all()):
        raise ScienceError("every standard uncertainty must be positive.")
    if x.size < 2 or np.ptp(x) == 0.0:
        raise ScienceError("a line needs points at two different x.")


def _solve(x: Floats, y: Floats, weight: Floats, *, degree: int) -> tuple[Floats, Floats, Floats]:
    design = np.vander(x, degree + 1, increasing=True)
    scale = np.abs(design).max(axis=0)
    scaled = design / scale * weight[:, None]
    beta, *_ = np.linalg.lstsq(scaled, y * weight, rcond=None)
    inverse = np.linalg.pinv(scaled.T @ scaled, hermitian=True) / np.outer(scale, scale)
    beta = beta / scale
    return beta, inverse, y - design @ beta


def _curvature_p_value(x: Floats, y: Floats, weight: Floats) -> float | None:
    freedom = x.size - 3
    if freedom < 1 or np.unique(x).size < 4:
        return None
    beta, inverse, residuals = _solve(x, y, weight, degree=2)
    variance = float(((weight * residuals) ** 2).sum()) / freedom
    std = float(np.sqrt(variance * inverse[2, 2]))
    if std <= 1e-12 * abs(beta[2]):
        # Points without scatter: exact curvature, or an exact line within rounding.
        return 0.0 if abs(beta[2]) * np.ptp(x) ** 2 > 1e-9 * np.ptp(y) else 1.0
    return float(2.0 * stats.t.sf(abs(beta[2]) / std, freedom))
