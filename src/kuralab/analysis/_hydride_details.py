"""What an analysis of isotherms found besides its results: what the figures draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kuralab.science.hydrogen import Isotherm, Plateau, VantHoff

Floats = NDArray[np.float64]

ContentUnit = Literal["wt%", "H/M", "H/f.u."]


@dataclass(frozen=True)
class IsothermDetails:
    """One branch at one temperature; plateau is None where the data have none."""

    isotherm: Isotherm
    content_unit: ContentUnit
    plateau: Plateau | None


@dataclass(frozen=True)
class VantHoffLine:
    """Plateaus of one branch: temperature (n,) K, ln f (n,), its standard uncertainty, and the line.

    ``fugacity`` is False where pressures stand in for fugacities; the line is None with fewer than two
    temperatures.
    """

    branch: str
    temperature: Floats
    log_fugacity: Floats
    std: Floats
    fugacity: bool
    fit: VantHoff | None


@dataclass(frozen=True)
class HydrideDetails:
    """One sample: its isotherms and the lines through their plateaus."""

    sample: str
    isotherms: tuple[IsothermDetails, ...]
    lines: tuple[VantHoffLine, ...]
