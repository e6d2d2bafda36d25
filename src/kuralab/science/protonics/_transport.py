"""Defects and what carries the current: protons, oxide ions (vacancies) and electron holes.

Holes come from oxygen, O2/2 + v = O + 2 holes, and are taken as few: they take no part in the balance
of charges. Mobilities are activated, u T = u0 exp(-E/RT), so that each conductivity is
sigma = concentration x A / T exp(-E/RT).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.protonics._hydration import GAS, content_of, hydration_constant

Floats = NDArray[np.float64]

_LARGEST: Final = 300.0
"""Of an exponent; no conductor comes near, but a search may pass there."""


@final
@dataclass(frozen=True)
class ProtonConductor:
    """One consistent set of parameters.

    acceptor: S per formula unit. hydration_enthalpy J/mol, hydration_entropy J/mol/K. For protons,
    oxide ions and holes the logarithm of the prefactor (K S/cm, per defect in a formula unit; of holes
    at 1 atm O2, per square root of vacancies over oxide ions) and the activation energy in J/mol.
    """

    acceptor: float
    hydration_enthalpy: float
    hydration_entropy: float
    log_proton: float
    proton_energy: float
    log_oxide: float
    oxide_energy: float
    log_hole: float
    hole_energy: float

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The parameters in their order."""
        return tuple(one.name for one in fields(cls))


@final
@dataclass(frozen=True)
class Conduction:
    """(n,) conductivities in S/cm and protons per formula unit; transport numbers are their shares."""

    protons: Floats
    proton: Floats
    oxide_ion: Floats
    hole: Floats

    @property
    def total(self) -> Floats:
        """(n,) S/cm."""
        return self.proton + self.oxide_ion + self.hole

    @property
    def t_proton(self) -> Floats:
        """(n,) transport number of protons."""
        return self.proton / self.total

    @property
    def t_oxide_ion(self) -> Floats:
        """(n,) transport number of oxide ions."""
        return self.oxide_ion / self.total

    @property
    def t_hole(self) -> Floats:
        """(n,) transport number of holes."""
        return self.hole / self.total


def conduction(
    material: ProtonConductor, *, temperature: ArrayLike, water: ArrayLike, oxygen: ArrayLike
) -> Conduction:
    """Conductivities at temperature (n,) K, water and oxygen pressure (n,) atm.

    Method: defect equilibria as in N. Bonanos, Solid State Ionics 145 (2001) 265,
    doi:10.1016/S0167-2738(01)00951-3.

    Raises
    ------
    ScienceError
        A temperature or an oxygen pressure that is not positive, or a negative water pressure.
    """
    T, p_water, p_oxygen = np.broadcast_arrays(
        np.asarray(temperature, dtype=float),
        np.asarray(water, dtype=float),
        np.asarray(oxygen, dtype=float),
    )
    if not (T > 0.0).all() or not (p_oxygen > 0.0).all() or (p_water < 0.0).any():
        raise ScienceError("temperature and oxygen pressure have to be positive, water not negative")
    S = material.acceptor
    K = hydration_constant(T, enthalpy=material.hydration_enthalpy, entropy=material.hydration_entropy)
    h = content_of(K * p_water, S)
    vacancies = 0.5 * np.maximum(S - h, 0.0)
    oxide = 0.5 * (6.0 - S - h)
    holes = np.sqrt(vacancies / oxide) * p_oxygen**0.25

    def carried(amount: Floats, log_prefactor: float, energy: float) -> Floats:
        exponent = np.clip(log_prefactor - energy / (GAS * T), -_LARGEST, _LARGEST)
        return np.asarray(amount * np.exp(exponent) / T)

    return Conduction(
        protons=h,
        proton=carried(h, material.log_proton, material.proton_energy),
        oxide_ion=carried(vacancies, material.log_oxide, material.oxide_energy),
        hole=carried(holes, material.log_hole, material.hole_energy),
    )
