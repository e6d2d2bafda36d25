"""The calciner: precursors react in air, below the temperature of sintering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import ROOM, ceramic_prior, furnace_programme
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.protonics import copper_system, fired_body

HIGHEST: Final = 1573.15
"""K"""
DEFAULT_RATE: Final = 5.0


@final
class Calciner:
    """Heat, hold, cool: carbonate gives off CO2, Cu begins to dissolve.

    Physics: science.protonics. Artefacts: the furnace's offset, crucibles that break and lose their
    powder. Settings: ``cooling_rate`` (5 K/min), ``spill_rate``.
    """

    operations: tuple[str, ...] | None = ("calcine",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._cooling = settings.number("cooling_rate", "K/min", default=5.0)
        self._spills = settings.number(
            "spill_rate", "1", default=ceramic_prior()["calciner"]["spill_rate"]
        )

    def seconds(self, order: Order) -> float:
        """The whole programme."""
        rise = quantity(order, "temperature", "K") - ROOM
        rate = quantity(order, "heating_rate", "K/min", default=DEFAULT_RATE)
        return 60.0 * rise * (1.0 / rate + 1.0 / self._cooling) + quantity(order, "duration", "s")

    def places(self, order: Order) -> int:
        """One crucible for each powder."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """What this furnace does not reach."""
        problems = wants_form(order, "powder")
        temperature = quantity(order, "temperature", "K")
        if not ROOM + 100.0 <= temperature <= HIGHEST:
            problems.append(
                f"{temperature - 273.15:g} degC is outside {ROOM - 173.15:g} to {HIGHEST - 273.15:g} "
                f"degC"
            )
        if not 0 < quantity(order, "heating_rate", "K/min", default=DEFAULT_RATE) <= 30:
            problems.append("the heating rate is outside 0 to 30 K/min")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """Powders that have reacted, or the words that one was spilt."""
        values = ceramic_prior()["calciner"]
        offset = float(happening.generator(happening.instrument, "thermocouple").normal())
        states: dict[str, TrueSample | None] = {}
        lost = []
        for sample in samples:
            if sample.ceramic is None:  # refused at the start
                continue
            generator = happening.generator(sample.identity, order.key, "calcine")
            if float(generator.uniform()) < self._spills and happening.share >= 1:
                states[sample.identity] = None
                lost.append(sample.identity)
                continue
            scatter = float(generator.normal())
            time, temperature = furnace_programme(
                temperature=quantity(order, "temperature", "K")
                + values["temperature_offset"] * offset
                + values["temperature_scatter"] * scatter,
                hold=quantity(order, "duration", "s"),
                heating=quantity(order, "heating_rate", "K/min", default=DEFAULT_RATE),
                cooling=self._cooling,
            )
            seen = max(2, int((time <= happening.share * time[-1]).sum()))
            before = sample.ceramic.body
            after = fired_body(
                before, time=time[:seen], temperature=temperature[:seen], pressed=False
            ).body
            gone = copper_system()["powder"]["carbon_dioxide"] * (before.unreacted - after.unreacted)
            states[sample.identity] = replace(
                sample, mass=sample.mass * (1.0 - gone), ceramic=replace(sample.ceramic, body=after)
            )
        message = f"the crucible broke and the powder of {', '.join(lost)} was lost" if lost else ""
        return Outcome(samples=states, message=message)
