"""One set of parameters for thermogravimetry, EMF and conductivity together, with its covariance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._emf import Gas, pressures_of, voltages_of
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
PRIORS: Final = {
    "acceptor": 0.5,
    "hydration_enthalpy": 100e3,
    "hydration_entropy": 100.0,
    "log_proton": 12.0,
    "proton_energy": 60e3,
    "log_oxide": 12.0,
    "oxide_energy": 60e3,
    "log_hole": 12.0,
    "hole_energy": 60e3,
}
"""Standard uncertainty of each parameter before any data: as wide as proton conductors differ. What the
data leave open keeps it, instead of looking certain."""

TYPICAL: Final = ProtonConductor(
    acceptor=0.2,
    hydration_enthalpy=-85e3,
    hydration_entropy=-95.0,
    log_proton=13.8,
    proton_energy=50e3,
    log_oxide=14.9,
    oxide_energy=80e3,
    log_hole=13.8,
    hole_energy=95e3,
)
"""Where a fit starts: hydration between those of barium zirconate and cerate (Kreuer 2003), mobilities
assumed."""


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
    reduced chi squared where that is above 1; chi squared and degrees of freedom; whether it settled.

    undetermined: parameters that the data tell little more of than ``PRIORS`` did. mass_offset: protons
    per formula unit by which the dry reference seems wrong. log_geometry: of the conductivities.
    residuals: of each kind of data (n,), in standard uncertainties.
    """

    material: ProtonConductor
    names: tuple[str, ...]
    covariance: Floats
    chi_squared: float
    free: int
    settled: bool
    undetermined: tuple[str, ...] = ()
    mass_offset: float = 0.0
    log_geometry: float = 0.0
    residuals: tuple[Floats, ...] = ()

    @property
    def reduced(self) -> float:
        """chi squared per degree of freedom."""
        return self.chi_squared / max(self.free, 1)

    @property
    def inadequate(self) -> bool:
        """Whether the residuals reject the model (p < 0.01)."""
        from scipy.stats import chi2

        return self.free > 0 and float(chi2.sf(self.chi_squared, self.free)) < 0.01

    def std(self, name: str) -> float | None:
        """Standard uncertainty of one parameter; None where it was held."""
        if name not in self.names:
            return None
        place = self.names.index(name)
        return float(np.sqrt(self.covariance[place, place]))

    def propagated(self, function: Callable[[ProtonConductor], Floats]) -> tuple[Floats, Floats]:
        """What a function (m,) of the material gives, and its covariance (m, m), to first order."""
        centre = np.asarray(function(self.material), dtype=float)
        slopes = np.empty((centre.size, len(self.names)))
        for j, name in enumerate(self.names):
            step = 1e-3 * _SCALES[name]
            value = getattr(self.material, name)
            up, down = (replace(self.material, **{name: value + s}) for s in (step, -step))
            slopes[:, j] = (np.asarray(function(up)) - np.asarray(function(down))) / (2.0 * step)
        return centre, np.asarray(slopes @ self.covariance @ slopes.T)


def fit_jointly(
    start: ProtonConductor,
    *,
    uptake: UptakeData | None = None,
    emf: VoltageData | None = None,
    conductivity: ConductivityData | None = None,
    hold: Sequence[str] = ("acceptor",),
    priors: Mapping[str, float] | None = None,
) -> JointFit:
    """Weighted least squares over all data at once.

    The offset of thermogravimetry and the factor of the geometry are fitted as well, each pulled to zero
    by its own uncertainty, so that what is common to a series does not count as independent. Every
    parameter is held weakly around its start by ``PRIORS``, or by a standard uncertainty in ``priors``
    that is known, such as that of the acceptor content.

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
    wide = np.array([{**PRIORS, **(priors or {})}[name] for name in names])
    weak = scale / wide
    begin = np.array([getattr(start, name) for name in names])
    pressures = None if emf is None else pressures_of(emf.gases)
    count = len(names)

    def material_at(x: Floats) -> ProtonConductor:
        values = begin + scale * x[:count]
        return replace(start, **dict(zip(names, map(float, values), strict=True)))

    def rest(x: Floats) -> Floats:
        found = _residuals(material_at(x), uptake, emf, pressures, conductivity, x[count:])
        return np.concatenate([*found, x[count:], weak * x[:count]])

    try:
        with np.errstate(over="ignore", invalid="ignore"):
            found = least_squares(rest, np.zeros(count + 2), x_scale="jac", method="trf", max_nfev=400)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise ScienceError("the data and their uncertainties are no numbers to fit") from error
    jacobian = np.asarray(found.jac)
    inverse = np.linalg.pinv(jacobian.T @ jacobian)[:count, :count]
    residuals = tuple(
        _residuals(material_at(found.x), uptake, emf, pressures, conductivity, found.x[count:])
    )
    chi = float(sum(float(one @ one) for one in residuals) + float((found.x[count:] ** 2).sum()))
    free = points - count
    own = inverse * np.outer(scale, scale)
    return JointFit(
        material=material_at(found.x),
        names=names,
        covariance=own * max(chi / max(free, 1), 1.0),
        chi_squared=chi,
        free=free,
        settled=bool(found.success),
        undetermined=tuple(
            name
            for name, variance, prior in zip(names, np.diag(own), wide, strict=True)
            if variance > (0.5 * prior) ** 2 and name not in (priors or {})
        ),
        mass_offset=float(found.x[count]) * (uptake.offset_std if uptake is not None else 0.0),
        log_geometry=float(found.x[count + 1])
        * (conductivity.common_std if conductivity is not None else 0.0),
        residuals=residuals,
    )


def _residuals(
    material: ProtonConductor,
    uptake: UptakeData | None,
    emf: VoltageData | None,
    pressures: Floats | None,
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
    if emf is not None and pressures is not None:
        volts = voltages_of(material, temperature=emf.temperature, gases=pressures)
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
