"""The voltage of a cell between two gases, and the transport numbers that it tells.

E of electrode II against I = RT/4F (t_O + t_H) ln(pO2_II/pO2_I) - RT/2F t_H ln(pH2O_II/pH2O_I):
for protons the wet side is negative. Water made from gases dilutes oxygen, so its term stays.
T. Norby, Solid State Ionics 28-30 (1988) 1586, doi:10.1016/0167-2738(88)90424-0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._hydration import FARADAY, GAS
from kuralab.science.protonics._transport import ProtonConductor, conduction

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_AT: Final = 0.5 * (_NODES + 1.0)
_SHARES: Final = 0.5 * _WEIGHTS


@final
@dataclass(frozen=True)
class Gas:
    """Partial pressures of water and oxygen at one electrode, atm."""

    water: float
    oxygen: float


def nernst_slope(temperature: float, *, electrons: int = 2) -> float:
    """RT/nF in V.

    Examples
    --------
    >>> round(1e3 * nernst_slope(873.15), 3), round(1e3 * nernst_slope(973.15), 3)
    (37.621, 41.93)
    """
    return GAS * temperature / (electrons * FARADAY)


def voltage(*, temperature: float, one: Gas, two: Gas, t_proton: float, t_oxide_ion: float) -> float:
    """V, electrode II against I, for transport numbers that are the same throughout.

    Raises
    ------
    ScienceError
        A pressure that is not positive.
    """
    by_oxygen, by_water = _logarithms(one, two)
    slope = nernst_slope(temperature)
    return float(0.5 * slope * (t_oxide_ion + t_proton) * by_oxygen - slope * t_proton * by_water)


def voltage_of(material: ProtonConductor, *, temperature: float, one: Gas, two: Gas) -> float:
    """V, electrode II against I, with transport numbers that change along the gradient.

    The local form is integrated along the straight line between the logarithms of the pressures. With
    equal pO2 on both sides that is exact; else the true path depends on the fluxes, which are small.

    Raises
    ------
    ScienceError
        A pressure that is not positive.
    """
    return float(voltages_of(material, temperature=[temperature], gases=[(one, two)])[0])


def voltages_of(
    material: ProtonConductor, *, temperature: ArrayLike, gases: Sequence[tuple[Gas, Gas]] | Floats
) -> Floats:
    """V (n,), as ``voltage_of`` for temperature (n,) K; gases (n,) pairs, or (n, 4) atm: water I, oxygen
    I, water II, oxygen II.

    Raises
    ------
    ScienceError
        A pressure that is not positive.
    """
    T = np.asarray(temperature, dtype=float)
    logs = np.log(gases if isinstance(gases, np.ndarray) else pressures_of(gases))
    by_water, by_oxygen = logs[:, 2] - logs[:, 0], logs[:, 3] - logs[:, 1]
    found = conduction(
        material,
        temperature=T[:, None],
        water=np.exp(logs[:, 0, None] + _AT * by_water[:, None]),
        oxygen=np.exp(logs[:, 1, None] + _AT * by_oxygen[:, None]),
    )
    slope = GAS * T / (2.0 * FARADAY)
    t_proton, t_ion = found.t_proton @ _SHARES, (found.t_proton + found.t_oxide_ion) @ _SHARES
    return np.asarray(0.5 * slope * t_ion * by_oxygen - slope * t_proton * by_water)


def pressures_of(gases: Sequence[tuple[Gas, Gas]]) -> Floats:
    """(n, 4) atm: water I, oxygen I, water II, oxygen II.

    Raises
    ------
    ScienceError
        A pressure that is not positive.
    """
    for one, two in gases:
        _logarithms(one, two)
    return np.array([[one.water, one.oxygen, two.water, two.oxygen] for one, two in gases])


def integrated(
    numbers: Callable[[Floats, Floats], tuple[Floats, Floats]], *, temperature: float, one: Gas, two: Gas
) -> float:
    """V, for t_H and t_O as functions of water and oxygen pressure (n,) atm.

    Raises
    ------
    ScienceError
        A pressure that is not positive.
    """
    by_oxygen, by_water = _logarithms(one, two)
    water = np.exp(np.log(one.water) + _AT * by_water)
    oxygen = np.exp(np.log(one.oxygen) + _AT * by_oxygen)
    t_proton, t_oxide_ion = numbers(water, oxygen)
    slope = nernst_slope(temperature)
    local = 0.5 * slope * (t_oxide_ion + t_proton) * by_oxygen - slope * t_proton * by_water
    return float(_SHARES @ local)


def _logarithms(one: Gas, two: Gas) -> tuple[float, float]:
    for pressure in (one.water, two.water, one.oxygen, two.oxygen):
        if not pressure > 0.0:
            raise ScienceError(f"an EMF needs pressures above zero on both sides, not {pressure:g} atm")
    return float(np.log(two.oxygen / one.oxygen)), float(np.log(two.water / one.water))


@final
@dataclass(frozen=True)
class TransportNumbers:
    """Mean transport numbers over the gradients and their covariance (2, 2), protons first.

    t_oxide_ion is None where the oxygen pressures are alike, so that nothing tells it. offset: of the
    electrodes in V with its standard uncertainty, None where it was not fitted. curvature: by how many
    standard uncertainties the voltage departs from a straight line in ln(pH2O_II/pH2O_I), None where
    there are too few gradients. residuals (n,) V, chi squared and degrees of freedom.
    """

    t_proton: float
    t_oxide_ion: float | None
    covariance: Floats
    offset: float | None
    residuals: Floats
    offset_std: float | None = None
    curvature: float | None = None
    chi_squared: float = 0.0
    free: int = 0


def transport_numbers(
    measured: Sequence[float] | Floats,
    stds: Sequence[float] | Floats,
    gases: Sequence[tuple[Gas, Gas]],
    *,
    temperature: float,
    offset: bool | None = None,
) -> TransportNumbers:
    """Transport numbers from voltages (n,) V with standard uncertainties (n,) V and gases (n,).

    Weighted least squares of the voltage with constant transport numbers; an offset of the electrodes
    is fitted too if ``offset``, by default where three gradients or more can tell it. What is fitted
    beside t_H widens its uncertainty.

    Raises
    ------
    ScienceError
        No voltage, an uncertainty that is not positive, or water pressures that are alike.
    """
    E, std = np.asarray(measured, dtype=float), np.asarray(stds, dtype=float)
    if not len(E) or not (std > 0.0).all():
        raise ScienceError("voltages are needed, each with an uncertainty above zero")
    logs = np.array([_logarithms(one, two) for one, two in gases])
    slope = nernst_slope(temperature)
    if np.abs(logs[:, 1]).max() < 1e-3:
        raise ScienceError("the water pressures on both sides are alike: no proton shows")
    by_proton = 0.5 * slope * logs[:, 0] - slope * logs[:, 1]
    by_oxide = 0.5 * slope * logs[:, 0]
    columns = [by_proton]
    with_oxide = _apart(by_oxide, by_proton) and len(E) >= 2
    if with_oxide:
        columns.append(by_oxide)
    told = len(E) > len(columns) + 1 and float(np.ptp(by_proton)) > 0.2 * np.abs(by_proton).max()
    spread = told if offset is None else offset and told
    if spread:
        columns.append(np.ones(len(E)))
    covariance, found = _solved(columns, E, std)
    rest = E - np.column_stack(columns) @ found
    free = len(E) - len(columns)
    chi = float(((rest / std) ** 2).sum())
    if free > 0:
        covariance = covariance * max(chi / free, 1.0)
    whole = np.full((2, 2), np.nan)
    count = 2 if with_oxide else 1
    whole[:count, :count] = covariance[:count, :count]
    return TransportNumbers(
        t_proton=float(found[0]),
        t_oxide_ion=float(found[1]) if with_oxide else None,
        covariance=whole,
        offset=float(found[-1]) if spread else None,
        residuals=rest,
        offset_std=float(np.sqrt(covariance[-1, -1])) if spread else None,
        curvature=_bend(columns, by_proton, E, std),
        chi_squared=chi,
        free=free,
    )


def _solved(columns: Sequence[Floats], E: Floats, std: Floats) -> tuple[Floats, Floats]:
    """Covariance and solution of weighted linear least squares."""
    design = np.column_stack(columns) / std[:, None]
    if not np.isfinite(design).all() or not np.isfinite(E / std).all():
        raise ScienceError("the voltages and their uncertainties are no numbers to fit")
    covariance = np.linalg.pinv(design.T @ design)
    return np.asarray(covariance), np.asarray(covariance @ design.T @ (E / std))


def _bend(columns: Sequence[Floats], by_proton: Floats, E: Floats, std: Floats) -> float | None:
    """A quadratic term over its standard uncertainty."""
    if len(E) < len(columns) + 1:
        return None
    scaled = by_proton / np.abs(by_proton).max()
    # A symmetric curve would pass for an offset: gradients of both signs or of several sizes tell.
    square = scaled * np.abs(scaled)
    design = np.column_stack([*columns, square]) / std[:, None]
    if np.linalg.matrix_rank(design, tol=1e-6 * float(np.linalg.norm(design))) < design.shape[1]:
        return None
    covariance, found = _solved([*columns, square], E, std)
    rest = E - np.column_stack([*columns, square]) @ found
    free = len(E) - len(columns) - 1
    factor = max(float(((rest / std) ** 2).sum()) / free, 1.0) if free > 0 else 1.0
    return float(found[-1] / np.sqrt(covariance[-1, -1] * factor))


def _apart(one: Floats, other: Floats) -> bool:
    """Whether two columns say different things, and the first says anything."""
    size = float(np.linalg.norm(one))
    if size < 0.05 * float(np.linalg.norm(other)):
        return False
    rest = one - other * float(one @ other) / float(other @ other)
    return bool(np.linalg.norm(rest) > 0.05 * size)
