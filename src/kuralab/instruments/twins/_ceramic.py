"""The true state of BaZr0.4Ce0.4Y0.1Yb0.1O3 with CuO, from the weighed powder to the sintered body."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model.composition import Composition
from kuralab.science.numerics import parameters_from_file
from kuralab.science.protonics import (
    Body,
    ProtonConductor,
    barium_left,
    conductor_with_copper,
    copper_system,
)

Floats = NDArray[np.float64]

CERAMIC_OPERATIONS: Final = (
    "ball_mill",
    "calcine",
    "press_pellet",
    "sinter",
    "hydration_thermogram",
    "emf_cell",
    "conductivity_in_gases",
    "esr_spectrum",
    "icp_ms",
    "split",
    "hold",
)
"""What the twins know of this oxide."""

OXIDE: Final = {"Ba": 1.0, "Zr": 0.4, "Ce": 0.4, "Y": 0.1, "Yb": 0.1}
_TOLERANCE: Final = 0.005
ROOM: Final = 298.15
STEP: Final = 60.0
"""s between two points of a programme."""


@cache
def ceramic_prior() -> Mapping[str, Mapping[str, float]]:
    """The values of ``ceramic_prior.yaml``, where each one has its source."""
    return parameters_from_file(package="kuralab.instruments.twins", file="ceramic_prior.yaml")


@final
@dataclass(frozen=True)
class TrueCeramic:
    """Powder or body of the oxide.

    body: as the physics knows it; barium, hole, oxide, proton: how this batch departs, relative for Ba
    lost, as shifts of the logarithms for what conducts; octahedral: share of the Cu spins on another
    site; sintered: whether it was fired as a pressed body.
    """

    body: Body
    barium: float = 1.0
    proton: float = 0.0
    oxide: float = 0.0
    hole: float = 0.0
    octahedral: float = 0.0
    sintered: bool = False

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> TrueCeramic:
        """The state of a record of plain values."""
        return cls(**{**record, "body": Body(**record["body"])})

    @property
    def material(self) -> ProtonConductor:
        """Defects of the grains of this batch."""
        found = conductor_with_copper(self.body.dissolved)
        return replace(
            found,
            log_proton=found.log_proton + self.proton,
            log_oxide=found.log_oxide + self.oxide,
            log_hole=found.log_hole + self.hole,
        )

    @property
    def amounts(self) -> dict[str, float]:
        """Atoms per formula unit in the grains, the boundary left out."""
        found = {**OXIDE, "Cu": self.body.dissolved}
        found["Zr"] += self.body.wear
        found["Ba"] = 1.0 - self.barium * (1.0 - barium_left(self.body.dissolved))
        return found

    @property
    def expelled(self) -> float:
        """Ba per formula unit at the grain boundary."""
        return 1.0 - self.amounts["Ba"]

    @property
    def molar_mass(self) -> float:
        """g/mol of the dry oxide, its oxygen as the charges of the cations ask for."""
        amounts = self.amounts
        oxygen = amounts["Ba"] + 2.0 * (amounts["Zr"] + amounts["Ce"])
        oxygen += 1.5 * (amounts["Y"] + amounts["Yb"]) + amounts["Cu"]
        return float(
            sum(amount * molar_mass_of(element) for element, amount in amounts.items())
            + oxygen * molar_mass_of("O")
        )


@cache
def molar_mass_of(element: str) -> float:
    """g/mol."""
    return Composition.parse(element).molar_mass.value


def is_ceramic(text: str) -> bool:
    """Whether a composition has the elements of this oxide, whatever their amounts."""
    try:
        elements = set(Composition.parse(text).elements)
    except InputError:
        return False
    return {"Ba", "Zr", "Ce"} <= elements


def copper_of_composition(text: str) -> float:
    """CuO per formula unit of a mixture with BaZr0.4Ce0.4Y0.1Yb0.1O3.

    Raises
    ------
    InputError
        No composition, another oxide, or more than 8 mol% CuO.

    Examples
    --------
    >>> round(copper_of_composition("97BaZr0.4Ce0.4Y0.1Yb0.1O3-3CuO"), 4)
    0.0309
    """
    elements = Composition.parse(text).elements
    barium = elements.get("Ba", 0.0)
    copper = elements.get("Cu", 0.0) / barium if barium > 0 else -1.0
    wanted = {name: amount * barium for name, amount in OXIDE.items()}
    known = {*OXIDE, "Cu", "O"}
    off = sum(abs(elements.get(name, 0.0) - amount) for name, amount in wanted.items())
    if copper < 0 or copper > 0.08 / 0.92 + 1e-6 or set(elements) - known or off > _TOLERANCE * barium:
        raise InputError(
            f"{text} is no mixture of BaZr0.4Ce0.4Y0.1Yb0.1O3 with at most 8 mol% CuO",
            field="composition",
            hint="Write a mixture such as 98BaZr0.4Ce0.4Y0.1Yb0.1O3-2CuO.",
        )
    return round(copper, 9)


def weighed(copper: float, generator: Generator) -> TrueCeramic:
    """A mixture of precursors near a composition, with what its batch will be like."""
    values = ceramic_prior()["batch"]
    draw = generator.normal(size=5)
    true = copper * math.exp(values["copper_scatter"] * float(draw[0]))
    return TrueCeramic(
        body=Body(copper=true, grain=copper_system()["powder"]["start"]),
        barium=1.0 + values["barium_scatter"] * float(draw[1]),
        proton=values["proton_scatter"] * float(draw[2]),
        oxide=values["oxide_scatter"] * float(draw[3]),
        hole=values["hole_scatter"] * float(draw[4]),
        octahedral=float(generator.uniform(values["octahedral_low"], values["octahedral_high"])),
    )


def furnace_programme(
    *, temperature: float, hold: float, heating: float, cooling: float
) -> tuple[Floats, Floats]:
    """Times (n,) s and temperatures (n,) K from room temperature and back; rates in K/min, hold in s."""
    up, down = (60.0 * (temperature - ROOM) / rate for rate in (heating, cooling))
    time = np.append(np.arange(0.0, up + hold + down, STEP), up + hold + down)
    corners = ([0.0, up, up + hold, up + hold + down], [ROOM, temperature, temperature, ROOM])
    return time, np.interp(time, *corners)
