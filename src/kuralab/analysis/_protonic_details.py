"""What analyses of proton-conducting ceramics found, as arrays that figures draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kuralab.science.protonics import HydrationFit, Onset, Plateau, SiteBalance, TransportNumbers

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class PlateauDetails:
    """A plateau with its mass change in wt% of the dry mass and protons per formula unit, each with its
    own standard uncertainty and without that of the dry reference; water in atm, None where unknown."""

    plateau: Plateau
    role: Literal["dry", "wet", "unknown"]
    change: float
    change_std: float
    protons: float | None
    protons_std: float | None
    water: float | None
    used: bool


@dataclass(frozen=True)
class ThermogramDetails:
    """time (n,) s, temperature (n,) K, change and measured (n,) in wt% of the reference mass, with and
    without the corrections; blank (n,) likewise, None without a baseline. reference: where 0 is."""

    label: str
    time: Floats
    temperature: Floats
    change: Floats
    measured: Floats
    blank: Floats | None
    plateaus: tuple[PlateauDetails, ...]
    reference: str
    dry: bool


@dataclass(frozen=True)
class HydrationDetails:
    """Protons per formula unit (n,) at temperature (n,) K and water (n,) atm, and the closed form fitted
    to them; offset_std: common to all points."""

    temperature: Floats
    water: Floats
    protons: Floats
    std: Floats
    offset_std: float
    acceptor: float
    fit: HydrationFit | None


@dataclass(frozen=True)
class EmfDetails:
    """Voltages at one temperature (K): E (n,) V against the driving term (n,) V, the voltage at t_H = 1
    and t_O = 0; log_ratio (n,) of the water pressures, II over I; t_proton_std with the part that the
    water pressures have in it."""

    temperature: float
    log_ratio: Floats
    ideal: Floats
    voltage: Floats
    std: Floats
    fitted: Floats
    fit: TransportNumbers
    t_proton_std: float


@dataclass(frozen=True)
class SharesDetails:
    """Transport numbers of protons, oxide ions and holes (n, 3) with standard uncertainties (n, 3) at
    temperature (n,) K; measured: points (temperature K, t_H, std) that were read from voltages alone."""

    temperature: Floats
    numbers: Floats
    std: Floats
    conditions: str
    measured: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class SiteDetails:
    """Atoms per formula unit by element with standard uncertainties; nominal: of the formula."""

    label: str
    amounts: dict[str, float]
    stds: dict[str, float]
    nominal: dict[str, float] | None
    interstitial: tuple[str, ...]
    balance: SiteBalance


@dataclass(frozen=True)
class DilatogramDetails:
    """temperature (n,) K, length (n,) dL/L_0, time (n,) s or None; heating: rows that the tangents were
    drawn in; density (n,) relative, None without a green density."""

    label: str
    temperature: Floats
    length: Floats
    time: Floats | None
    heating: int
    onset: Onset | None
    density: Floats | None


@dataclass(frozen=True)
class JointDetails:
    """Residuals of the joint fit in standard uncertainties by kind of data."""

    residuals: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class ProtonicDetails:
    """Everything that one analysis of a proton-conducting ceramic has to draw."""

    thermograms: tuple[ThermogramDetails, ...] = ()
    hydration: HydrationDetails | None = None
    emf: tuple[EmfDetails, ...] = ()
    shares: SharesDetails | None = None
    sites: SiteDetails | None = None
    dilatogram: DilatogramDetails | None = None
    joint: JointDetails | None = None
