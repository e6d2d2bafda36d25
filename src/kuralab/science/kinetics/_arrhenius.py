"""Activation energy of ion conduction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.numerics import LineFit, fit_line

Floats = NDArray[np.float64]

BOLTZMANN_EV: Final = 8.617333262145179e-5
"""k_B in eV/K, exact since 2019: 1.380649e-23 / 1.602176634e-19."""


@dataclass(frozen=True)
class ArrheniusFit:
    """A line ln(sigma T) = ln(A) - E_a / (k_B T).

    activation_energy: E_a in eV; log_prefactor: ln(A / (S K/cm)); covariance (2, 2) of (ln A, E_a);
    reduced_chi_square: of a weighted line, None for an unweighted one; curvature_p_value:
    probability that a straight line shows this much curvature by chance, None below four points;
    residuals (n,) of ln(sigma T).
    """

    activation_energy: float
    log_prefactor: float
    covariance: Floats
    reduced_chi_square: float | None
    curvature_p_value: float | None
    residuals: Floats

    @property
    def activation_energy_std(self) -> float:
        """Standard uncertainty of E_a in eV, from the scatter and the points' uncertainties."""
        return float(np.sqrt(self.covariance[1, 1]))

    def conductivity_at(self, temperature: ArrayLike) -> Floats:
        """(m,) S/cm on the line at temperature (m,) K."""
        return arrhenius_conductivity(
            temperature=temperature,
            activation_energy=self.activation_energy,
            log_prefactor=self.log_prefactor,
        )

    def relative_std_at(self, temperature: ArrayLike) -> Floats:
        """(m,) relative standard uncertainty of the line at temperature (m,) K."""
        t = np.asarray(temperature, dtype=np.float64)
        design = np.column_stack([np.ones(t.size), -1.0 / (BOLTZMANN_EV * t.ravel())])
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def arrhenius_conductivity(
    *, temperature: ArrayLike, activation_energy: float, log_prefactor: float
) -> Floats:
    """Conductivity from an Arrhenius law.

        sigma = (A / T) exp(-E_a / (k_B T))

    Parameters
    ----------
    temperature : (n,) K; activation_energy : eV; log_prefactor : ln(A / (S K/cm))

    Returns
    -------
    (n,) S/cm

    Source
    ------
    A. R. West, Solid State Chemistry and its Applications, 2nd ed. (2014), chapter 8.
    """
    t = np.asarray(temperature, dtype=np.float64)
    return np.exp(log_prefactor - activation_energy / (BOLTZMANN_EV * t)) / t


def fit_arrhenius(
    *, temperature: ArrayLike, conductivity: ArrayLike, std: ArrayLike | None = None
) -> ArrheniusFit:
    """Activation energy of ion conduction.

        ln(sigma T) = ln(A) - E_a / (k_B T)

    Fitting ln(sigma) instead lowers E_a by about k_B T (0.026 eV at 300 K).

    Parameters
    ----------
    temperature : (n,) K
    conductivity : (n,) S/cm, positive; leave censored points out
    std : (n,) S/cm, standard uncertainty (k = 1) of each point for itself; an uncertainty common
        to all points (geometry) does not belong here. None gives every point the same weight.

    Returns
    -------
    ArrheniusFit

    Raises
    ------
    ScienceError
        Shapes differ, a value is not positive, or all temperatures are equal.

    Source
    ------
    The factor T comes from the Nernst-Einstein relation for hopping ions: A. R. West, Solid State
    Chemistry and its Applications, 2nd ed. (2014), chapter 8.

    Examples
    --------
    >>> T = np.array([300.0, 350.0, 400.0, 450.0])
    >>> s = arrhenius_conductivity(temperature=T, activation_energy=0.30, log_prefactor=11.0)
    >>> round(fit_arrhenius(temperature=T, conductivity=s, std=0.02 * s).activation_energy, 6)
    0.3
    """
    t = np.asarray(temperature, dtype=np.float64)
    sigma = np.asarray(conductivity, dtype=np.float64)
    if not ((t > 0).all() and (sigma > 0).all()):
        raise ScienceError("temperatures (K) and conductivities must be positive.")
    relative = None if std is None else np.asarray(std, dtype=np.float64) / sigma
    line = fit_line(x=-1.0 / (BOLTZMANN_EV * t), y=np.log(sigma * t), std=relative)
    return _from_line(line)


def _from_line(line: LineFit) -> ArrheniusFit:
    return ArrheniusFit(
        activation_energy=line.slope,
        log_prefactor=line.intercept,
        covariance=line.covariance,
        reduced_chi_square=line.reduced_chi_square,
        curvature_p_value=line.curvature_p_value,
        residuals=line.residuals,
    )
