"""What a sample truly is, which no instrument ever reads exactly."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final, final

from kuralab.instruments.twins._ceramic import TrueCeramic
from kuralab.instruments.twins._hydride import TrueHydride
from kuralab.science.impedance import DistributedArc, PelletCell
from kuralab.science.protonics import copper_system
from kuralab.science.synthesis import (
    Phases,
    hopping_conductivity,
    li3ps4_lii,
    pellet_conductivity,
    phases_of_sample,
)

ROOM_TEMPERATURE: Final = 298.15
VACUUM_PERMITTIVITY: Final = 8.8541878128e-14
"""F/cm"""
BOLTZMANN_EV: Final = 8.617333262145179e-5


@final
@dataclass(frozen=True)
class Faces:
    """How one pellet meets its electrodes and how its time constants are spread.

    boundary_share: of the resistance at 25 degC; boundary_energy: eV above the bulk's; widths: of
    ln(tau); permittivity: relative; boundary_capacitance: F/cm; blocking_q: S s^n/cm2.
    """

    boundary_share: float
    boundary_energy: float
    bulk_width: float
    boundary_width: float
    permittivity: float
    boundary_capacitance: float
    blocking_q: float
    blocking_n: float


@final
@dataclass(frozen=True)
class Material:
    """conductivity: S/cm of a pellet, all of it, at 25 degC; activation_energy: eV, of ln(sigma T);
    density: g/cm3 without pores."""

    entry: str
    conductivity: float
    activation_energy: float
    density: float

    def conductivity_at(self, temperature: float) -> float:
        """S/cm at a temperature in K."""
        return hopping_conductivity(
            room=self.conductivity, energy=self.activation_energy, temperature=temperature
        )


@final
@dataclass(frozen=True)
class TrueSample:
    """The state of a sample: of (100-x)Li3PS4-xLiI, of a library's material, of La-Ni, or of an oxide.

    iodide: mol% of LiI; mass: g; precursors: fraction that never reacted; alpha, beta: fractions of
    the reacted Li3PS4; hydrolysed: fraction; factor, energy_shift: how it conducts beside the
    ideal; relative_density, thickness and diameter (mm), faces: of a pellet; station, since: where
    it was left, and when (ISO time); material: of a library, in place of iodide and phases;
    hydride: of La-Ni, likewise; ceramic: of BaZr0.4Ce0.4Y0.1Yb0.1O3 with CuO, likewise.
    """

    identity: str
    iodide: float
    mass: float
    form: str
    factor: float
    energy_shift: float
    precursors: float = 1.0
    alpha: float = 0.0
    beta: float = 0.0
    hydrolysed: float = 0.0
    relative_density: float | None = None
    thickness: float | None = None
    diameter: float | None = None
    faces: Faces | None = None
    station: str | None = None
    since: str | None = None
    material: Material | None = None
    hydride: TrueHydride | None = None
    ceramic: TrueCeramic | None = None

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> TrueSample:
        """The sample of a record that ``to_json`` made."""
        faces, material = record.get("faces"), record.get("material")
        hydride, ceramic = record.get("hydride"), record.get("ceramic")
        return cls(
            **{
                **record,
                "faces": None if faces is None else Faces(**faces),
                "material": None if material is None else Material(**material),
                "hydride": None if hydride is None else TrueHydride(**hydride),
                "ceramic": None if ceramic is None else TrueCeramic.from_json(ceramic),
            }
        )

    def to_json(self) -> dict[str, Any]:
        """The state as plain values."""
        return asdict(self)

    @property
    def density(self) -> float:
        """g/cm3 without pores."""
        if self.ceramic is not None:
            return copper_system()["powder"]["density"]
        return self.phases().density if self.material is None else self.material.density

    def phases(self) -> Phases:
        """What a sample of (100-x)Li3PS4-xLiI consists of."""
        return phases_of_sample(
            iodide=self.iodide,
            precursors=self.precursors,
            alpha=self.alpha,
            beta=self.beta,
            system=li3ps4_lii(),
        )

    def resistances(self, temperature: float) -> tuple[float, float]:
        """Bulk and grain boundaries of a pellet in ohm, at a temperature in K."""
        faces, length, area = self._geometry()
        whole = length / (area * self._conductivity(temperature))
        slower = math.exp(
            faces.boundary_energy / BOLTZMANN_EV * (1.0 / temperature - 1.0 / ROOM_TEMPERATURE)
        )
        return (1.0 - faces.boundary_share) * whole, faces.boundary_share * whole * slower

    def _conductivity(self, temperature: float) -> float:
        """S/cm as if the grain boundaries were as steep as the bulk."""
        if self.material is not None:
            # A published conductivity is that of a pellet, with its pores.
            return self.factor * self.material.conductivity_at(temperature)
        return pellet_conductivity(
            phases=self.phases(),
            relative_density=self.relative_density or 1.0,
            hydrolysed=self.hydrolysed,
            temperature=temperature,
            system=li3ps4_lii(),
            factor=self.factor,
            energy_shift=self.energy_shift,
        )

    def conductivity(self, temperature: float) -> float:
        """Total conductivity of a pellet in S/cm at a temperature in K: what a perfect lab finds."""
        _, length, area = self._geometry()
        return length / (area * sum(self.resistances(temperature)))

    def cell(self, temperature: float, **leads: float) -> PelletCell:
        """The pellet between blocking faces at a temperature in K; ``leads`` as in PelletCell."""
        faces, length, area = self._geometry()
        bulk, boundary = self.resistances(temperature)
        return PelletCell(
            bulk=DistributedArc(
                bulk, faces.permittivity * VACUUM_PERMITTIVITY * area / length, faces.bulk_width
            ),
            boundary=DistributedArc(
                boundary, faces.boundary_capacitance * area / length, faces.boundary_width
            ),
            blocking_q=faces.blocking_q * area,
            blocking_n=faces.blocking_n,
            **leads,
        )

    def _geometry(self) -> tuple[Faces, float, float]:
        """Faces, thickness in cm, area in cm2."""
        if self.faces is None or self.thickness is None or self.diameter is None:
            raise ValueError(f"{self.identity} is no pellet")
        return self.faces, self.thickness / 10.0, math.pi * (self.diameter / 10.0) ** 2 / 4.0
