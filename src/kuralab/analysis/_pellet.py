"""Geometry of a pellet: from options or from the file, with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from kuralab.analysis._parameters import Parameters, positive_quantity
from kuralab.errors import InputError
from kuralab.model import Measurement
from kuralab.units import Quantity


class PelletParameters(Parameters):
    """Thickness and face of a pellet, where the file does not say them."""

    thickness: Annotated[Quantity | None, positive_quantity("mm")] = Field(
        default=None, description='Thickness of the pellet, such as "2.1 mm +- 0.05 mm".'
    )
    diameter: Annotated[Quantity | None, positive_quantity("mm")] = Field(
        default=None, description='Diameter of the electrodes, such as "8 mm +- 0.1 mm".'
    )
    area: Annotated[Quantity | None, positive_quantity("cm2")] = Field(
        default=None, description='Area of the electrodes, such as "0.503 cm2", instead of a diameter.'
    )


@dataclass(frozen=True)
class CellConstant:
    """Thickness over area, L / A in 1/cm, with its standard uncertainty.

    ``uncertain`` is False where nobody stated an uncertainty of thickness or face.
    """

    value: float
    std: float
    uncertain: bool

    @property
    def relative_std(self) -> float:
        return self.std / self.value


def cell_constant(measurement: Measurement, parameters: PelletParameters) -> CellConstant | None:
    """L / A from the options, or else from the file; None where either dimension is missing.

    Raises
    ------
    InputError
        Both a diameter and an area are given, or the file's dimensions are not positive.
    """
    if parameters.diameter is not None and parameters.area is not None:
        raise InputError("a diameter and an area are both given", field="area", hint="Give one of them.")
    thickness = parameters.thickness or measurement.thickness
    diameter = parameters.diameter or measurement.diameter
    if thickness is None or (diameter is None and parameters.area is None):
        return None
    length = thickness.to("cm")
    if parameters.area is not None:
        face, relative_face = parameters.area.to("cm2"), 1.0
        area = face.value
    else:
        assert diameter is not None
        face, relative_face = diameter.to("cm"), 2.0
        area = math.pi * face.value**2 / 4.0
    if not (length.value > 0 and area > 0):
        raise InputError(
            f"thickness {thickness} and area {area:g} cm2 must be more than zero",
            file=measurement.raw.name,
            hint="Correct the file's header, or give --thickness and --diameter.",
        )
    parts = [
        (length.uncertainty or 0.0) / length.value,
        relative_face * (face.uncertainty or 0.0) / face.value,
    ]
    value = length.value / area
    return CellConstant(
        value=value,
        std=value * math.hypot(*parts),
        uncertain=length.uncertainty is not None and face.uncertainty is not None,
    )
