"""The synthesis robot: powders of a library's materials, each in a furnace of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import final

from kuralab.errors import InputError, did_you_mean
from kuralab.instruments._driver import Order
from kuralab.instruments.twins._library import LIBRARIES, Entry, library
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.model.composition import Composition


@final
class SynthesisRobot:
    """Makes any entry of a library by its published route. The conductivity was really measured;
    the time that a route takes, and how often it fails, are assumed.

    Settings: ``library`` (obelix), ``synthesis_time`` (24 h), ``failed_syntheses`` (0.05), the share
    of syntheses that end without the wanted phase. The instrument's capacity is its furnaces.
    """

    operations: tuple[str, ...] | None = ("synthesise",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._library = settings.text("library", default="obelix", choices=LIBRARIES)
        self._time = settings.number("synthesis_time", "s", default=86400.0)
        self._failed = settings.number("failed_syntheses", "1", default=0.05)

    def seconds(self, order: Order) -> float:
        """Weighing, grinding, firing: the same for every route."""
        return self._time

    def places(self, order: Order) -> int:
        """One furnace."""
        return 1

    def refusals(self, order: Order) -> list[str]:
        """No such entry, or another formula than the entry's."""
        entries, name = library(self._library), str(order.parameters.get("entry"))
        if name not in entries:
            near = did_you_mean(name, entries)
            return [f"{name!r} is no entry of {self._library}. {near}".rstrip()]
        try:
            asked = Composition.parse(str(order.parameters.get("composition")))
        except InputError as error:
            return [str(error)]
        if asked != entries[name].composition:
            return [f"entry {name} of {self._library} is {entries[name].composition}, not {asked}"]
        return []

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """A powder, or none."""
        identity = order.makes[0]
        generator = happening.generator(identity, order.key, "synthesis")
        entry = library(self._library)[str(order.parameters["entry"])]
        if generator.uniform() < self._failed:
            return Outcome(message=f"the synthesis of {entry.composition} failed: other phases formed")
        powder = _powder(identity, entry, quantity(order, "mass", "g"), float(generator.normal()))
        return Outcome(samples={identity: powder})


def _powder(identity: str, entry: Entry, mass: float, draw: float) -> TrueSample:
    values = prior()["library"]
    return TrueSample(
        identity=identity,
        iodide=0.0,
        mass=mass * (1.0 - values["loss"]),
        form="powder",
        factor=math.exp(values["conductivity_scatter"] * draw),
        energy_shift=0.0,
        precursors=0.0,
        material=entry.material,
    )
