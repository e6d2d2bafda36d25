"""The joint fit with errors that are common to a whole series, such as a saturator that is off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._emf import Gas
from kuralab.science.protonics._hydration import GAS
from kuralab.science.protonics._joint import (
    ConductivityData,
    JointFit,
    UptakeData,
    VoltageData,
    fit_jointly,
)
from kuralab.science.protonics._transport import ProtonConductor, conduction

Floats = NDArray[np.float64]

_REFERENCE: Final = 973.15
_STEEPER: Final = 50e3
"""J/mol by which electrodes are usually steeper than a proton conductor: 1.0 eV and 0.5 eV, assumed."""
Data = tuple[UptakeData | None, VoltageData | None, ConductivityData | None]


@final
@dataclass(frozen=True)
class CommonErrors:
    """Standard uncertainties that all points of a series share.

    water: relative, of each saturator (one at the balance, one at each electrode; conductivity has that
    of electrode II); temperature: K, of the balance, and of the rig for voltages and conductivities;
    voltage: V, of the cell without a gradient; formula: relative, of the mass of a formula unit, so of
    all protons; electrodes: their resistance over that of the ions at 700 degC, which takes its part of
    the voltage as far as electrons leak: E / (1 + r t_h).
    """

    water: float = 0.01
    temperature: float = 1.0
    voltage: float = 2e-4
    formula: float = 0.01
    electrodes: float = 0.1

    def __post_init__(self) -> None:
        if not min(getattr(self, field.name) for field in fields(self)) >= 0.0:
            raise ScienceError("a standard uncertainty cannot be negative")


def fit_with_common_errors(
    start: ProtonConductor,
    *,
    errors: CommonErrors,
    uptake: UptakeData | None = None,
    emf: VoltageData | None = None,
    conductivity: ConductivityData | None = None,
    hold: Sequence[str] = ("acceptor",),
    priors: Mapping[str, float] | None = None,
) -> JointFit:
    """The joint fit with every common error fitted too, each held by its own uncertainty.

        minimise |r + sum_k a_k D_k|^2 + sum_k a_k^2
        x = x_0 + sum_k a_k d_k,    C = C_0 + d (D^T D + 1)^-1 d^T

    r, x_0, C_0: residuals, parameters and covariance of the fit without common errors; D_k, d_k: how
    residuals and parameters change when the k-th error is one standard uncertainty and all is fitted
    again; a_k: the error in units of that. Linear in the errors, which are small. As in the joint fit
    the covariance is widened by the reduced chi squared where that is above 1.

    Raises
    ------
    ScienceError
        As ``fit_jointly``.
    """
    data = (uptake, emf, conductivity)

    def fit(of: Data) -> JointFit:
        one, two, three = of
        return fit_jointly(start, uptake=one, emf=two, conductivity=three, hold=hold, priors=priors)

    def scaled(found: JointFit) -> Floats:
        """Residuals of all kinds, then what the fit thinks of dry reference and geometry."""
        own = [
            found.mass_offset / uptake.offset_std if uptake is not None and uptake.offset_std else 0.0,
            found.log_geometry / conductivity.common_std
            if conductivity is not None and conductivity.common_std
            else 0.0,
        ]
        return np.concatenate([*found.residuals, own])

    found = fit(data)
    names = found.names
    moved = [fit(shifted) for shifted in _shifted(data, errors, found.material)]
    if not moved:
        return found
    centre = np.array([getattr(found.material, name) for name in names])
    rest = scaled(found)
    D = np.column_stack([scaled(one) - rest for one in moved])
    d = np.column_stack(
        [np.array([getattr(one.material, name) for name in names]) - centre for one in moved]
    )
    spread = np.linalg.inv(D.T @ D + np.eye(len(moved)))
    a = -spread @ (D.T @ rest)
    left = rest + D @ a
    chi = float(left @ left + a @ a)
    own = found.covariance / max(found.reduced, 1.0) + d @ spread @ d.T
    values = centre + d @ a
    sizes = np.cumsum([len(one) for one in found.residuals])[:-1]
    return replace(
        found,
        material=replace(found.material, **dict(zip(names, map(float, values), strict=True))),
        covariance=own * max(chi / max(found.free, 1), 1.0),
        chi_squared=chi,
        residuals=tuple(np.split(left[: sum(map(len, found.residuals))], sizes)),
    )


def _shifted(data: Data, errors: CommonErrors, material: ProtonConductor) -> Iterator[Data]:
    """The data as they would be without one common error after the other; material: as fitted without
    any."""
    uptake, emf, conductivity = data
    up = 1.0 + errors.water
    if uptake is not None:
        if errors.water:
            yield replace(uptake, water=up * uptake.water), emf, conductivity
        if errors.temperature:
            yield (
                replace(uptake, temperature=uptake.temperature + errors.temperature),
                emf,
                conductivity,
            )
        if errors.formula:
            protons = (1.0 + errors.formula) * uptake.protons
            yield replace(uptake, protons=protons), emf, conductivity
    if emf is not None:
        if errors.electrodes:
            mean = [np.sqrt((one.water * two.water, one.oxygen * two.oxygen)) for one, two in emf.gases]
            water, oxygen = np.transpose(mean)
            holes = conduction(material, temperature=emf.temperature, water=water, oxygen=oxygen).t_hole
            inverse = 1.0 / emf.temperature - 1.0 / _REFERENCE
            share = errors.electrodes * np.exp(_STEEPER / GAS * inverse) * holes
            voltage = emf.voltage * (1.0 + share)
            yield uptake, replace(emf, voltage=voltage), conductivity
        if errors.water:
            drier = tuple((Gas(up * one.water, one.oxygen), two) for one, two in emf.gases)
            yield uptake, replace(emf, gases=drier), conductivity
        if errors.voltage:
            yield uptake, replace(emf, voltage=emf.voltage + errors.voltage), conductivity
    if errors.water and (emf is not None or conductivity is not None):
        yield (
            uptake,
            None
            if emf is None
            else replace(
                emf,
                gases=tuple((one, Gas(up * two.water, two.oxygen)) for one, two in emf.gases),
            ),
            None if conductivity is None else replace(conductivity, water=up * conductivity.water),
        )
    if errors.temperature and (emf is not None or conductivity is not None):
        yield (
            uptake,
            None if emf is None else replace(emf, temperature=emf.temperature + errors.temperature),
            None
            if conductivity is None
            else replace(conductivity, temperature=conductivity.temperature + errors.temperature),
        )
