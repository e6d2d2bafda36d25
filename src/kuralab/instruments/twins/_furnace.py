"""Muffle and rapid furnaces: glass crystallises as fast as it is heated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.instruments.twins._world import exposed
from kuralab.model.sample import Atmosphere
from kuralab.science.kinetics import (
    Crystallised,
    crystallise,
    heating_programme,
    li3ps4_crystallisation,
)

ROOM: Final = 298.15
HIGHEST: Final = 673.15
"""K: above it alpha would be the stable phase, which the kinetics do not know."""


@final
class Furnace:
    """Heat, hold, cool. The sample follows the programme with the furnace's own error: an offset of
    its thermocouple and a difference between its positions.

    Physics: science.kinetics. Settings: ``heating_rate`` and ``cooling_rate``, the fastest that it
    can. The order's gas, or else the station's atmosphere, surrounds the samples.
    """

    operations: tuple[str, ...] | None = ("heat",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings, *, heating_rate: float, cooling_rate: float) -> None:
        self._heating = settings.number("heating_rate", "K/min", default=heating_rate)
        self._cooling = settings.number("cooling_rate", "K/min", default=cooling_rate)
        self._own_gas = settings.text("gas", default="argon", choices=tuple(Atmosphere))

    def seconds(self, order: Order) -> float:
        """Heating, holding and cooling back to room temperature."""
        rise = quantity(order, "temperature", "K") - ROOM
        rate = quantity(order, "heating_rate", "K/min")
        return 60.0 * rise * (1.0 / rate + 1.0 / self._cooling) + quantity(order, "duration", "s")

    def places(self, order: Order) -> int:
        """One position for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Rates and temperatures that this furnace, or the model, does not reach."""
        problems = []
        rate = quantity(order, "heating_rate", "K/min")
        if not 0 < rate <= self._heating * (1 + 1e-9):
            problems.append(f"a heating rate of {rate:g} K/min is outside 0 to {self._heating:g} K/min")
        temperature = quantity(order, "temperature", "K")
        if not ROOM + 1 < temperature <= HIGHEST:
            problems.append(
                f"{temperature - 273.15:g} degC is outside 26 to {HIGHEST - 273.15:g} degC, "
                "where the twin's kinetics hold"
            )
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """Samples with more crystals; after a gas that is not inert also with less sulfide."""
        values = prior()["furnace"]
        offset = values["temperature_offset"] * float(
            happening.generator(happening.instrument, "thermocouple").normal()
        )
        gas = Atmosphere(str(order.parameters.get("gas", self._own_gas)))
        heated = {}
        for position, sample in enumerate(samples):
            place = happening.generator(happening.instrument, "position", position).normal()
            target = quantity(order, "temperature", "K") + offset + values["position_scatter"] * place
            time, temperature = heating_programme(
                start=ROOM,
                target=max(float(target), ROOM + 0.5),
                heating_rate=quantity(order, "heating_rate", "K/min"),
                hold=quantity(order, "duration", "s"),
                cooling_rate=self._cooling,
            )
            if happening.share < 1:
                # What broke off early has seen the first part of the programme only.
                seen = max(2, int((time <= happening.share * time[-1]).sum()))
                time, temperature = time[:seen], temperature[:seen]
            found = crystallise(
                time=time,
                temperature=temperature,
                competition=li3ps4_crystallisation(),
                before=Crystallised(
                    glass=max(0.0, 1.0 - sample.alpha - sample.beta),
                    alpha=sample.alpha,
                    beta=sample.beta,
                ),
            )
            heated[sample.identity] = exposed(
                replace(sample, alpha=found.alpha, beta=found.beta),
                gas,
                seconds=float(time[-1]),
                factor=values["hot_air_factor"],
            )
        return Outcome(samples=heated)
