"""The uniaxial press: powder becomes a pellet, whose thickness and mass are measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import TrueCeramic
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._prior import draw_faces, prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.protonics import green_density
from kuralab.science.synthesis import li3ps4_lii, pellet_thickness, relative_density
from kuralab.units import Quantity


@final
class Press:
    """Density by Heckel's equation, of an oxide by another; the whole powder becomes one pellet.

    Physics: science.synthesis. Delivers thickness (micrometer), diameter (of the die) and mass
    (balance), each with its standard uncertainty. Setting: ``pressing_time`` (10 min).
    """

    operations: tuple[str, ...] | None = ("press_pellet",)
    knows_samples = True
    sealed = False

    def __init__(self, settings: Settings) -> None:
        self._time = settings.number("pressing_time", "s", default=600.0)

    def seconds(self, order: Order) -> float:
        """Filling, pressing and measuring one pellet after another."""
        return self._time * len(order.samples)

    def places(self, order: Order) -> int:
        """One after another, but all belong to the order."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """A pellet is not pressed again."""
        return wants_form(order, "powder")

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """Pellets and their dimensions; a press that broke off has not touched the powder."""
        if happening.share < 1:
            return Outcome()
        pellets: dict[str, TrueSample | None] = {}
        read: dict[str, dict[str, Quantity]] = {}
        for sample in samples:
            pellet = _pressed(order, sample, happening)
            pellets[sample.identity] = pellet
            read[sample.identity] = _dimensions(order, pellet, happening)
        return Outcome(samples=pellets, values=read)


def _pressed(order: Order, sample: TrueSample, happening: Happening) -> TrueSample:
    values = prior()["pressing"]
    generator = happening.generator(sample.identity, "pressing")
    draw = generator.normal(size=3)
    pressure = quantity(order, "pressure", "MPa")
    if sample.ceramic is not None:
        ideal = green_density(pressure)
    else:
        ideal = relative_density(pressure=pressure, heckel=li3ps4_lii().pressing)
    dense = float(min(max(ideal + values["density_scatter"] * draw[0], 0.3), 0.999))
    mass = sample.mass * (1.0 - values["loss"])
    diameter = quantity(order, "diameter", "mm") + values["die_tolerance"] * float(draw[1])
    return replace(
        sample,
        form="pellet",
        mass=mass,
        relative_density=dense,
        diameter=diameter,
        thickness=pellet_thickness(
            mass=mass, density=sample.density, relative_density=dense, diameter=diameter
        ),
        factor=sample.factor * math.exp(values["conductivity_scatter"] * draw[2]),
        faces=None if sample.ceramic is not None else draw_faces(generator),
        ceramic=_with_density(sample.ceramic, dense),
    )


def _with_density(ceramic: TrueCeramic | None, dense: float) -> TrueCeramic | None:
    return (
        None if ceramic is None else replace(ceramic, body=replace(ceramic.body, relative_density=dense))
    )


def _dimensions(order: Order, pellet: TrueSample, happening: Happening) -> dict[str, Quantity]:
    values = prior()["pressing"]
    draw = happening.generator(pellet.identity, "micrometer").normal(size=2)
    assert pellet.thickness is not None
    return {
        "thickness": Quantity(
            value=round(pellet.thickness + values["micrometer"] * float(draw[0]), 3),
            uncertainty=values["micrometer"],
            unit="mm",
        ),
        # The die's nominal diameter is all that a laboratory knows of it.
        "diameter": Quantity(
            value=quantity(order, "diameter", "mm"), uncertainty=values["die_tolerance"], unit="mm"
        ),
        "mass": Quantity(
            value=round(pellet.mass + values["balance"] * float(draw[1]), 4),
            uncertainty=values["balance"],
            unit="g",
        ),
    }
