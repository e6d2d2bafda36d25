"""Enthalpy and entropy of hydration from protons at several temperatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._hydration import GAS, content_of, hydration_constant

Floats = NDArray[np.float64]

_BOUND: Final = 1000.0


@final
@dataclass(frozen=True)
class HydrationFit:
    """enthalpy J/mol, entropy J/mol/K, their covariance (2, 2) in that order, widened by the reduced chi
    squared where that is above 1; acceptor with its uncertainty after the fit; offset: protons per
    formula unit that the dry reference seems to be wrong by, with its uncertainty; residuals (n,)
    measured minus fitted; whether the points determine both numbers."""

    enthalpy: float
    entropy: float
    covariance: Floats
    acceptor: float
    acceptor_std: float
    offset: float
    offset_std: float
    residuals: Floats
    chi_squared: float
    free: int
    determined: bool
    whole: Floats
    """Covariance (4, 4) of enthalpy, entropy, acceptor, offset."""

    @property
    def inadequate(self) -> bool:
        """Whether the residuals reject the model (p < 0.01)."""
        from scipy.stats import chi2

        return self.free > 0 and float(chi2.sf(self.chi_squared, self.free)) < 0.01

    def protons_at(self, temperature: ArrayLike, water: ArrayLike) -> tuple[Floats, Floats]:
        """Fitted protons per formula unit (n,) without the offset, and their uncertainty (n,)."""
        T, p = np.asarray(temperature, dtype=float), np.asarray(water, dtype=float)
        at = np.array([self.enthalpy, self.entropy, self.acceptor])

        def curve(x: Floats) -> Floats:
            return content_of(hydration_constant(T, enthalpy=x[0], entropy=x[1]) * p, float(x[2]))

        steps = np.array([10.0, 0.01, 1e-6])
        slopes = np.stack(
            [
                (curve(at + steps * unit) - curve(at - steps * unit)) / (2.0 * step)
                for unit, step in zip(np.eye(3), steps, strict=True)
            ],
            axis=-1,
        )
        variance = np.einsum("...i,ij,...j->...", slopes, self.whole[:3, :3], slopes)
        return curve(at), np.sqrt(np.maximum(variance, 0.0))


def fit_hydration(
    temperature: ArrayLike,
    water: ArrayLike,
    protons: ArrayLike,
    std: ArrayLike,
    *,
    acceptor: float,
    acceptor_std: float = 0.0,
    offset_std: float = 0.0,
) -> HydrationFit:
    """Least squares of the closed form, like a van 't Hoff plot that needs no saturated state.

    temperature (n,) K, water (n,) atm, protons (n,) per formula unit with independent standard
    uncertainties (n,). The acceptor content and the offset of the dry reference are fitted too, each
    held by its own uncertainty.

    Raises
    ------
    ScienceError
        Fewer than two temperatures, a water pressure or an uncertainty that is not positive, or S
        outside (0, 2).
    """
    from scipy.optimize import least_squares

    T, p, h, u = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (temperature, water, protons, std))
    if T.size < 2 or np.ptp(T) < 5.0:
        raise ScienceError("an enthalpy of hydration needs protons at two temperatures at least")
    if not (p > 0.0).all() or not (u > 0.0).all() or not (T > 0.0).all():
        raise ScienceError("temperatures, water pressures and uncertainties have to be above zero")
    if not 0.0 < acceptor < 2.0:
        raise ScienceError(f"{acceptor:g} acceptors per formula unit leave no perovskite")
    centre = 1.0 / float(np.mean(1.0 / T))
    tight_acceptor, tight_offset = max(acceptor_std, 1e-9), max(offset_std, 1e-9)

    # ln K at the middle and the enthalpy are almost independent; enthalpy and entropy are not.
    def curve(x: Floats) -> Floats:
        log_k = x[0] - 1e4 * x[1] / GAS * (1.0 / T - 1.0 / centre)
        S = max(acceptor + tight_acceptor * x[2], 1e-6)
        K = np.exp(np.clip(log_k, -60.0, 60.0))
        return np.asarray(content_of(K * p, S) + tight_offset * x[3])

    def rest(x: Floats) -> Floats:
        # The enthalpy's own spread of 1000 kJ/mol only keeps the search from running away.
        return np.concatenate([(h - curve(x)) / u, x[2:], [x[1] / (0.1 * _BOUND)]])

    try:
        begin = [
            least_squares(rest, np.array([log_k, -8.0, 0.0, 0.0]), x_scale="jac", max_nfev=300)
            for log_k in (1.0, 4.0, 8.0)
        ]
    except (ValueError, np.linalg.LinAlgError) as error:
        raise ScienceError("the protons and their uncertainties are no numbers to fit") from error
    found = min(begin, key=lambda one: float(one.cost))
    jacobian = np.asarray(found.jac)
    normal = np.linalg.pinv(jacobian.T @ jacobian, hermitian=True)
    residuals = h - curve(found.x)
    chi = float(((residuals / u) ** 2).sum() + (found.x[2:] ** 2).sum())
    free = T.size - 2
    factor = max(chi / free, 1.0) if free > 0 else 1.0
    turn = np.array(
        [
            [0.0, 1e4, 0.0, 0.0],
            [GAS, 1e4 / centre, 0.0, 0.0],
            [0.0, 0.0, tight_acceptor, 0.0],
            [0.0, 0.0, 0.0, tight_offset],
        ]
    )
    whole = factor * turn @ normal @ turn.T
    log_k, enthalpy = float(found.x[0]), 1e4 * float(found.x[1])
    spread = float(np.sqrt(whole[0, 0]))
    return HydrationFit(
        enthalpy=enthalpy,
        entropy=GAS * log_k + enthalpy / centre,
        covariance=whole[:2, :2],
        acceptor=acceptor + tight_acceptor * float(found.x[2]),
        acceptor_std=float(np.sqrt(whole[2, 2])),
        offset=tight_offset * float(found.x[3]),
        offset_std=float(np.sqrt(whole[3, 3])),
        residuals=residuals,
        chi_squared=chi,
        free=free,
        determined=bool(found.success) and spread < 150e3 and abs(enthalpy) < 1e3 * _BOUND,
        whole=whole,
    )
