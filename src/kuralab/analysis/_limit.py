"""The analyser's own limit: a resistance that is known only to lie above it."""

from __future__ import annotations

from typing import Final

import numpy as np

from kuralab.analysis._conduction import ELECTRODE_CAPACITANCE, Conduction
from kuralab.analysis._pellet import CellConstant
from kuralab.errors import InputError, UnitError
from kuralab.model import Measurement
from kuralab.science.impedance import CircuitFit
from kuralab.units import Quantity

METADATA: Final = "resistance_limit"


def resistance_limit(measurement: Measurement, stated: Quantity | None) -> float | None:
    """Ohm up to which the analyser measures the sample: as stated, or else as the file says.

    Raises
    ------
    InputError
        The file's text is no resistance.
    """
    written = measurement.metadata.get(METADATA)
    if stated is not None or written is None:
        return None if stated is None else stated.to("ohm").value
    try:
        limit = Quantity.parse(written, unit="ohm").value
    except UnitError as error:
        raise _unreadable(measurement, str(error)) from None
    if not limit > 0:
        raise _unreadable(measurement, f"{written} is not above zero")
    return limit


def within_limit(
    conduction: Conduction, fit: CircuitFit, cell: CellConstant | None, limit: float | None
) -> Conduction:
    """The conduction, or only that the total resistance is above the limit.

    It is if a resistance above it was fitted, or if |Z| at the lowest frequency exceeds it while
    that impedance is the pellet's (1 / (w |Z|) below 3e-8 F/cm, which is no electrode's): a pellet's
    resistance is never less than its |Z|, whether the spectrum shows it or not.
    """
    if limit is None:
        return conduction
    fitted = conduction.identifiable["total"] and conduction.value["total"] > limit
    lowest = int(np.argmin(fit.frequency))
    size = float(np.abs(fit.impedance[lowest]))
    capacitance = 1.0 / (2.0 * np.pi * fit.frequency[lowest] * size)
    of_pellet = capacitance < ELECTRODE_CAPACITANCE / (cell.value if cell is not None else 1.0)
    if not (fitted or (of_pellet and size > limit)):
        return conduction
    return Conduction(
        parts=("total",),
        resistors={"total": conduction.resistors["total"]},
        value={"total": limit},
        std={"total": 0.0},
        identifiable={"total": False},
        covariance=np.zeros((1, 1)),
        beyond=True,
    )


def _unreadable(measurement: Measurement, message: str) -> InputError:
    return InputError(
        f"the resistance limit in the file cannot be read: {message}",
        file=measurement.raw.name,
        field="resistance_limit",
        hint='Give it: --resistance-limit "1 Gohm".',
    )
