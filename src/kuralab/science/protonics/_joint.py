"""One set of parameters for thermogravimetry, EMF and conductivity together, with its covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._emf import Gas, voltage_of
from kuralab.science.protonics._hydration import content_of, hydration_constant
from kuralab.science.protonics._transport import ProtonConductor, conduction

Floats = NDArray[np.float64]

_SCALES: Final = {
    "acceptor": 0.02,
    "hydration_enthalpy": 1e4,
    "hydration_entropy": 10.0,
    "log_proton": 1.0,
    "proton_energy": 1e4,
    "log_oxide": 1.0,
    "oxide_energy": 1e4,
    "log_hole": 1.0,
    "hole_energy": 1e4,
}


@final
@dataclass(frozen=True)
class UptakeData:
    """Protons per formula unit (n,) at temperature (n,) K and water (n,) atm; ``offset_std`` is common
    to all points (the dry reference)."""

    temperature: Floats
    water: Floats
    protons: Floats
    std: Floats
    offset_std: float = 0.0


@final
@dataclass(frozen=True)
class VoltageData:
    """Voltages (n,) V of electrode II against I at temperature (n,) K."""

    temperature: Floats
    gases: tuple[tuple[Gas, Gas], ...]
    voltage: Floats
    std: Floats


@final
@dataclass(frozen=True)
class ConductivityData:
    """ln of the total conductivity in S/cm (n,) at temperature (n,) K, water and oxygen (n,) atm;
    ``common_std`` of the logarithm is shared by all points (geometry)."""

    temperature: Floats
    water: Floats
    oxygen: Floats
    log_conductivity: Floats
    std: Floats
    common_std: float = 0.0


@final
@dataclass(frozen=True)
class JointFit:
    """The material that fits best; names of what was fitted and its covariance (k, k), widened by the
    reduced chi squared where that is above 1; chi squared and degrees of freedom; whether it settled."""

    material: ProtonConductor
    names: tuple[str, ...]
    covariance: Floats
    chi_squared: float
    free: int
    settled: bool

    @property
    def reduced(self) -> float:
        """chi squared per degree of freedom."""
        return self.chi_squared / max(self.free, 1)

    def std(self, name: str) -> float | None:
        """Standard uncertainty of one parameter; None where it was held."""
        if name not in self.names:
            return None
        place = self.names.index(name)
        return float(np.sqrt(self.covariance[place, place]))


def fit_jointly(
    start: ProtonConductor,
    *,
    uptake: UptakeData | None = None,
    emf: VoltageData | None = None,
    conductivity: ConductivityData | None = None,
    hold: Sequence[str] = ("acceptor",),
) -> JointFit:
    """Weighted least squares over all data at once.

    The offset of thermogravimetry and the factor of the geometry are fitted as well, each pulled to zero
    by its own uncertainty, so that what is common to a series does not count as independent.

    Raises
    ------
    ScienceError
        No data, fewer points than parameters, or an uncertainty that is not positive.
    """
    from scipy.optimize import least_squares

    names = tuple(name for name in ProtonConductor.names() if name not in hold)
    data = [one for one in (uptake, emf, conductivity) if one is not None]
    points = sum(len(one.std) for one in data)
    if points < len(names):
        raise ScienceError(f"{points} points cannot determine {len(names)} parameters; hold some")
    if any(not (np.asarray(one.std) > 0.0).all() for one in data):
        raise ScienceError("every point needs an uncertainty above zero")
    scale = np.array([_SCALES[name] for name in names])
    begin = np.array([getattr(start, name) for name in names])

    def rest(x: Floats) -> Floats:
        values = begin + scale * x[: len(names)]
        material = replace(start, **dict(zip(names, map(float, values), strict=True)))
        return np.concatenate(
            [*_residuals(material, uptake, emf, conductivity, x[len(names) :]), x[len(names) :]]
        )

    found = least_squares(rest, np.zeros(len(names) + 2), x_scale="jac", method="trf", max_nfev=400)
    jacobian = np.asarray(found.jac)
    inverse = np.linalg.pinv(jacobian.T @ jacobian)[: len(names), : len(names)]
    chi = float(2.0 * found.cost)
    free = points - len(names)
    covariance = inverse * np.outer(scale, scale) * max(chi / max(free, 1), 1.0)
    values = begin + scale * found.x[: len(names)]
    return JointFit(
        material=replace(start, **dict(zip(names, map(float, values), strict=True))),
        names=names,
        covariance=covariance,
        chi_squared=chi,
        free=free,
        settled=bool(found.success),
    )


def _residuals(
    material: ProtonConductor,
    uptake: UptakeData | None,
    emf: VoltageData | None,
    conductivity: ConductivityData | None,
    common: Floats,
) -> list[Floats]:
    """Weighted residuals of each kind of data; common (2,): offset of mass and factor of geometry."""
    found = []
    if uptake is not None:
        K = hydration_constant(
            uptake.temperature,
            enthalpy=material.hydration_enthalpy,
            entropy=material.hydration_entropy,
        )
        expected = content_of(K * uptake.water, material.acceptor) + common[0] * uptake.offset_std
        found.append((uptake.protons - expected) / uptake.std)
    if emf is not None:
        volts = np.array(
            [
                voltage_of(material, temperature=float(T), one=one, two=two)
                for T, (one, two) in zip(emf.temperature, emf.gases, strict=True)
            ]
        )
        found.append((emf.voltage - volts) / emf.std)
    if conductivity is not None:
        total = conduction(
            material,
            temperature=conductivity.temperature,
            water=conductivity.water,
            oxygen=conductivity.oxygen,
        ).total
        expected = np.log(total) + common[1] * conductivity.common_std
        found.append((conductivity.log_conductivity - expected) / conductivity.std)
    return found
