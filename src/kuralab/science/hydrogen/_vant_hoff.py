"""Enthalpy and entropy of a hydride from plateaus at several temperatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.numerics import LineFit, fit_line

Floats = NDArray[np.float64]

GAS_CONSTANT: Final = 8.31446261815324
"""J/(mol K), exact since 2019."""


@dataclass(frozen=True)
class VantHoff:
    """A line ln(f/bar) = dH/(RT) - dS/R, per mole of H2 in the direction of absorption.

    enthalpy: dH in kJ/mol; entropy: dS in J/(K mol); covariance (2, 2) of the two in these units, with
    the thermometer; line_covariance (2, 2) of the line alone; reduced_chi_square: None below three
    points or unweighted; curvature_p_value: probability that a straight line shows this much
    curvature by chance, None below four points; residuals (n,) of ln f.
    """

    enthalpy: float
    entropy: float
    covariance: Floats
    line_covariance: Floats
    reduced_chi_square: float | None
    curvature_p_value: float | None
    residuals: Floats

    @property
    def enthalpy_std(self) -> float:
        """kJ/mol"""
        return float(np.sqrt(self.covariance[0, 0]))

    @property
    def entropy_std(self) -> float:
        """J/(K mol)"""
        return float(np.sqrt(self.covariance[1, 1]))

    def gibbs_energy_at(self, temperature: float) -> tuple[float, float]:
        """dH - T dS at a temperature in K, and its standard uncertainty, kJ/mol of H2."""
        gradient = np.array([1.0, -1e-3 * temperature])
        value = self.enthalpy - 1e-3 * temperature * self.entropy
        return value, float(np.sqrt(max(gradient @ self.covariance @ gradient, 0.0)))

    def log_fugacity_at(self, temperature: ArrayLike) -> Floats:
        """(m,) ln(f/bar) on the line at temperature (m,) K."""
        t = np.asarray(temperature, dtype=np.float64)
        return np.asarray((1e3 * self.enthalpy / t - self.entropy) / GAS_CONSTANT)

    def std_at(self, temperature: ArrayLike) -> Floats:
        """(m,) standard uncertainty of ln f on the line, of the line alone, at temperature (m,) K."""
        t = np.asarray(temperature, dtype=np.float64).ravel()
        design = np.column_stack([1e3 / t, -np.ones(t.size)]) / GAS_CONSTANT
        variance = np.einsum("ij,jk,ik->i", design, self.line_covariance, design)
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def fit_vant_hoff(
    *,
    temperature: ArrayLike,
    log_fugacity: ArrayLike,
    std: ArrayLike | None = None,
    temperature_std: float = 0.0,
) -> VantHoff:
    """Enthalpy and entropy of hydride formation from plateau fugacities.

        ln(f/bar) = dH/(R T) - dS/R,     per mole of H2, absorption

    With pressures instead of fugacities dH is too weak where the plateau is high: CeNi5, 189-672 bar,
    -13.0 instead of -15.5 kJ/mol.

    Parameters
    ----------
    temperature : (n,) K, at least two different ones
    log_fugacity : (n,) natural logarithm of f/bar
    std : (n,) standard uncertainty of each ln f for itself; None weighs all points alike
    temperature_std : K, of an offset common to all temperatures; propagated by repeating the line

    Returns
    -------
    VantHoff

    Raises
    ------
    ScienceError
        Shapes differ, a temperature is not positive, or all are equal.

    Source
    ------
    J. H. van 't Hoff's equation with fugacity as standard treatments have it, such as Y. Fukai, The
    Metal-Hydrogen System, 2nd ed. (2005); weighting and covariance: ``numerics.fit_line``.

    Examples
    --------
    >>> T = np.array([273.0, 298.0, 323.0])
    >>> found = fit_vant_hoff(temperature=T, log_fugacity=(-31.1e3 / T + 111.2) / GAS_CONSTANT)
    >>> round(found.enthalpy, 6), round(found.entropy, 6)
    (-31.1, -111.2)
    """
    t = np.asarray(temperature, dtype=np.float64)
    values = np.asarray(log_fugacity, dtype=np.float64)
    if not (t > 0).all():
        raise ScienceError("temperatures (K) must be positive.")
    line = fit_line(x=1.0 / t, y=values, std=std)
    shifted = fit_line(x=1.0 / (t + temperature_std), y=values, std=std)
    offset = _thermodynamic(shifted) - _thermodynamic(line)
    scale = np.diag([-GAS_CONSTANT, 1e-3 * GAS_CONSTANT])
    of_line = scale @ line.covariance @ scale
    # The line gives (intercept, slope), the hydride (dH, dS): the other way round.
    of_line = of_line[::-1, ::-1]
    enthalpy, entropy = _thermodynamic(line)
    return VantHoff(
        enthalpy=float(enthalpy),
        entropy=float(entropy),
        covariance=of_line + np.outer(offset, offset),
        line_covariance=of_line,
        reduced_chi_square=line.reduced_chi_square,
        curvature_p_value=line.curvature_p_value,
        residuals=line.residuals,
    )


def hysteresis(
    *, absorption: tuple[float, float], desorption: tuple[float, float]
) -> tuple[float, float]:
    """ln(f_abs / f_des) and its standard uncertainty, from ln f of either branch with its own.

    The energy lost in one cycle is RT times it, per mole of H2.

    Source
    ------
    T. B. Flanagan, C.-N. Park, W. A. Oates, Prog. Solid State Chem. 23, 291 (1995),
    DOI 10.1016/0079-6786(95)00006-G.
    """
    return absorption[0] - desorption[0], float(np.hypot(absorption[1], desorption[1]))


def _thermodynamic(line: LineFit) -> Floats:
    """(dH in kJ/mol, dS in J/(K mol)) of a line of ln f against 1/T."""
    return np.array([1e-3 * GAS_CONSTANT * line.slope, -GAS_CONSTANT * line.intercept])
