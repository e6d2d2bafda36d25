"""The conductivity at 25 degC where a single spectrum was measured there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from kuralab.model import Result
from kuralab.science.kinetics import BOLTZMANN_EV
from kuralab.units import Quantity

ROOM_TEMPERATURE: Final = 298.15
NEAR: Final = 0.5
THERMOCOUPLE: Final = 0.87
"""K, standard uncertainty: class 1 of IEC 60584-1, +-1.5 K."""
USUAL_ENERGY: Final = 0.4
"""eV, assumed: a single spectrum knows no slope."""


def room_temperature_result(results: Sequence[Result]) -> Result | None:
    """The total conductivity as that at 25 degC, if it was measured within 0.5 K of it.

        u^2 = u_spectrum^2 + ((E / (k_B T^2) - 1 / T) u_T)^2

    u: relative standard uncertainties, E = 0.4 eV (assumed), u_T = 0.87 K of the thermometer.
    """
    for result in results:
        temperature = result.conditions.get("temperature")
        if (
            result.quantity == "ionic_conductivity_total"
            and isinstance(temperature, Quantity)
            and abs(temperature.value - ROOM_TEMPERATURE) <= NEAR
        ):
            return result.model_copy(
                update={
                    "quantity": "ionic_conductivity_25C",
                    "uncertainty": _with_thermometer(result),
                    "method": f"{result.method}; as measured, thermometer {THERMOCOUPLE} K at an "
                    f"assumed {USUAL_ENERGY} eV",
                }
            )
    return None


def _with_thermometer(result: Result) -> float | None:
    if result.value is None or result.uncertainty is None:
        return None
    slope = USUAL_ENERGY / (BOLTZMANN_EV * ROOM_TEMPERATURE**2) - 1.0 / ROOM_TEMPERATURE
    return result.value * math.hypot(result.uncertainty / result.value, slope * THERMOCOUPLE)
