"""The parameters of one glass system as frozen records, read from their file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kuralab.science.numerics import parameters_from_file


@dataclass(frozen=True)
class GlassConduction:
    """ln(A / (S K/cm)), activation energies in eV, best share and solubility of LiI in mol%."""

    log_prefactor: float
    energy_without_iodide: float
    energy_minimum: float
    best_share: float
    solubility: float


@dataclass(frozen=True)
class PhaseConduction:
    """Dense conductivity at 25 degC in S/cm and activation energy in eV of each other phase."""

    alpha_conductivity: float
    alpha_energy: float
    beta_conductivity: float
    beta_energy: float
    lithium_iodide_conductivity: float
    lithium_iodide_energy: float
    precursors_conductivity: float
    precursors_energy: float


@dataclass(frozen=True)
class Densities:
    """Theoretical densities in g/cm3."""

    glass: float
    alpha: float
    beta: float
    lithium_iodide: float
    precursors: float


@dataclass(frozen=True)
class Milling:
    """rate in 1/h of amorphisation at reference_speed in rpm."""

    rate: float
    reference_speed: float


@dataclass(frozen=True)
class Heckel:
    """heckel_constant in 1/MPa; heckel_intercept without a unit."""

    heckel_constant: float
    heckel_intercept: float


@dataclass(frozen=True)
class Hydrolysis:
    """hydrolysis_rate in 1/(s Pa), shell_conductivity in S/cm, water vapour in Pa."""

    hydrolysis_rate: float
    shell_conductivity: float
    pellet_factor: float
    water_in_dry_air: float
    water_in_air: float


@dataclass(frozen=True)
class GlassSystem:
    """All that this package needs to know of (100-x)Li3PS4-xLiI."""

    glass: GlassConduction
    phases: PhaseConduction
    densities: Densities
    milling: Milling
    pressing: Heckel
    air: Hydrolysis


@cache
def li3ps4_lii() -> GlassSystem:
    """The values of ``li3ps4_lii.yaml``, where each one has its source."""
    found = parameters_from_file(package="kuralab.science.synthesis", file="li3ps4_lii.yaml")
    return GlassSystem(
        glass=GlassConduction(**found["glass"]),
        phases=PhaseConduction(**found["phases"]),
        densities=Densities(**found["densities"]),
        milling=Milling(**found["milling"]),
        pressing=Heckel(**found["pressing"]),
        air=Hydrolysis(**found["air"]),
    )
