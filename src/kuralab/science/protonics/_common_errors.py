"""What is common to a whole series, such as a saturator that is off, in the covariance of the joint
fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from kuralab.errors import ScienceError
from kuralab.science.protonics._emf import Gas
from kuralab.science.protonics._joint import (
    ConductivityData,
    JointFit,
    UptakeData,
    VoltageData,
    fit_jointly,
)
from kuralab.science.protonics._transport import ProtonConductor

Data = tuple[UptakeData | None, VoltageData | None, ConductivityData | None]


@final
@dataclass(frozen=True)
class CommonErrors:
    """Standard uncertainties that all points of a series share. water: relative, of each saturator (one
    at the balance, one at each electrode; conductivity has that of electrode II); temperature: K, of the
    balance and of the rig for voltages and conductivities; voltage: V, of the cell without a
    gradient."""

    water: float = 0.01
    temperature: float = 1.0
    voltage: float = 2e-4

    def __post_init__(self) -> None:
        if not min(self.water, self.temperature, self.voltage) >= 0.0:
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
    """The joint fit, its covariance widened by what every common error does to it.

        C = C_fit + sum_k d_k d_k^T

    d_k: change of the parameters when the k-th common error is one standard uncertainty. To first order
    that is what adding each error to the fit, held by its uncertainty, would give if the data told
    nothing of it.

    Raises
    ------
    ScienceError
        As ``fit_jointly``.
    """

    def fit(begin: ProtonConductor, data: Data) -> JointFit:
        one, two, three = data
        return fit_jointly(begin, uptake=one, emf=two, conductivity=three, hold=hold, priors=priors)

    data = (uptake, emf, conductivity)
    found = fit(start, data)
    centre = np.array([getattr(found.material, name) for name in found.names])
    covariance = found.covariance.copy()
    for shifted in _shifted(data, errors):
        # From the start again: the weak priors are around it.
        moved = fit(start, shifted)
        step = np.array([getattr(moved.material, name) for name in found.names]) - centre
        covariance += np.outer(step, step)
    return replace(found, covariance=covariance)


def _shifted(data: Data, errors: CommonErrors) -> Iterator[Data]:
    """The data with one common error after the other."""
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
    if emf is not None:
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
