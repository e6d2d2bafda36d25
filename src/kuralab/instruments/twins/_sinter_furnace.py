"""The sinter furnace with its dilatometer: a pressed body becomes dense, or cracks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import (
    ROOM,
    TrueCeramic,
    ceramic_prior,
    furnace_programme,
)
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._hydride import rate_at
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.protonics import copper_system, fired_body
from kuralab.units import Quantity

Floats = NDArray[np.float64]

HIGHEST: Final = 2023.15
"""K"""
_LOGGED: Final = 2
"""Every second point of the programme."""


@dataclass(frozen=True)
class _Course:
    """A body along its programme: time (n,) s, temperature (n,) K as it is read, length (n,) mm without
    the artefacts of the dilatometer."""

    time: Floats
    temperature: Floats
    length: Floats


@final
class SinterFurnace:
    """One body at a time, its length followed by a push rod along the axis of pressing.

    Physics: science.protonics, ``fired_body`` (grains grow, closed pores bloat, precursors still react).
    Artefacts: the furnace's offset, shrinkage that is not alike in all directions, an expansion of the
    rod that its correction leaves, bodies that crack. Delivers the length as csv, thickness, diameter
    and mass. Settings: ``cooling_rate`` (5 K/min), ``crack_rate``.
    """

    operations: tuple[str, ...] | None = ("sinter",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._cooling = settings.number("cooling_rate", "K/min", default=5.0)
        self._cracks = settings.number(
            "crack_rate", "1", default=ceramic_prior()["sintering"]["crack_rate"]
        )

    def seconds(self, order: Order) -> float:
        """The whole programme."""
        rise = quantity(order, "temperature", "K") - ROOM
        rate = quantity(order, "heating_rate", "K/min")
        return 60.0 * rise * (1.0 / rate + 1.0 / self._cooling) + quantity(order, "duration", "s")

    def places(self, order: Order) -> int:
        """One body on the holder."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Powders, and what this furnace does not reach."""
        problems = wants_form(order, "pellet")
        temperature = quantity(order, "temperature", "K")
        if not ROOM + 100.0 <= temperature <= HIGHEST:
            problems.append(
                f"{temperature - 273.15:g} degC is outside {ROOM - 173.15:g} to {HIGHEST - 273.15:g} "
                f"degC"
            )
        if not 0 < quantity(order, "heating_rate", "K/min") <= 30:
            problems.append("the heating rate is outside 0 to 30 K/min")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """A body with its dimensions and its record, or only the record of one that cracked."""
        sample = samples[0]
        if sample.ceramic is None or sample.thickness is None:  # refused at the start
            return Outcome()
        values = ceramic_prior()["sintering"]
        generator = happening.generator(sample.identity, order.key, "sinter")
        chance, moment = (float(value) for value in generator.uniform(size=2))
        rate = rate_at(
            self._cracks,
            at=quantity(order, "heating_rate", "K/min"),
            reference=values["crack_reference"],
            scale=values["crack_scale"],
        )
        name = f"{file_stem(sample.identity)}_dilatometer.csv"
        body, course = self._fired(order, sample, happening, generator)
        if chance < rate and happening.share >= 1:
            # Bodies crack while they are heated, at the latest when they begin to shrink.
            up = 60.0 * (quantity(order, "temperature", "K") - ROOM)
            end = (0.3 + 0.7 * moment) * up / quantity(order, "heating_rate", "K/min")
            at = float(np.interp(end, course.time, course.temperature)) - 273.15
            record = _record(order, sample, course, happening, generator, end=end)
            return Outcome(
                samples={sample.identity: None},
                files={sample.identity: (name, record)},
                message=f"the body cracked on heating, near {at:.0f} degC",
            )
        fired = _sintered(sample, body, course)
        return Outcome(
            samples={sample.identity: fired},
            files={sample.identity: (name, _record(order, sample, course, happening, generator))},
            values={sample.identity: _dimensions(fired, generator)} if happening.share >= 1 else {},
        )

    def _fired(
        self, order: Order, sample: TrueSample, happening: Happening, generator: Generator
    ) -> tuple[TrueCeramic, _Course]:
        """The body after its programme, and its length along it."""
        values = ceramic_prior()["sintering"]
        assert sample.ceramic is not None and sample.thickness is not None
        own = float(happening.generator(happening.instrument, "thermocouple").normal())
        asked = quantity(order, "temperature", "K")
        off = values["temperature_offset"] * own
        off += values["temperature_scatter"] * float(generator.normal())
        time, read = furnace_programme(
            temperature=asked,
            hold=quantity(order, "duration", "s"),
            heating=quantity(order, "heating_rate", "K/min"),
            cooling=self._cooling,
        )
        seen = max(2, int((time <= happening.share * time[-1]).sum()))
        time, read = time[:seen], read[:seen]
        true = ROOM + (read - ROOM) * (asked + off - ROOM) / (asked - ROOM)
        found = fired_body(sample.ceramic.body, time=time, temperature=true)
        start, density = sample.ceramic.body.relative_density, found.relative_density
        # What differs from body to body grows with the shrinkage.
        progress = (density - start) / max(copper_system()["solid"]["densest"] - start, 1e-3)
        density = density + values["density_scatter"] * float(generator.normal()) * progress
        density = np.clip(density, start, 0.995)
        gone = copper_system()["powder"]["carbon_dioxide"] * (found.unreacted[0] - found.unreacted)
        mean = 1.0 - (start / density * (1.0 - gone)) ** (1.0 / 3.0)
        axial = 1.0 - mean * (1.0 + values["anisotropy"])
        length = sample.thickness * axial * (1.0 + values["expansion"] * (true - ROOM))
        body = replace(found.body, relative_density=float(density[-1]))
        return replace(sample.ceramic, body=body, sintered=True), _Course(time, read, length)


def _sintered(sample: TrueSample, ceramic: TrueCeramic, course: _Course) -> TrueSample:
    """The body as it comes out: its volume follows from mass and density."""
    assert sample.ceramic is not None
    system = copper_system()["powder"]
    gone = system["carbon_dioxide"] * (sample.ceramic.body.unreacted - ceramic.body.unreacted)
    mass = sample.mass * (1.0 - gone)
    thickness = float(course.length[-1])
    volume = mass / (system["density"] * ceramic.body.relative_density)
    diameter = 20.0 * math.sqrt(volume / (math.pi * thickness / 10.0))
    return replace(
        sample,
        mass=mass,
        ceramic=ceramic,
        relative_density=ceramic.body.relative_density,
        thickness=thickness,
        diameter=diameter,
    )


def _dimensions(body: TrueSample, generator: Generator) -> dict[str, Quantity]:
    values = ceramic_prior()["sintering"]
    draw = generator.normal(size=3)
    assert body.thickness is not None and body.diameter is not None

    def read(true: float, noise: float, std: float, digits: int, unit: str) -> Quantity:
        return Quantity(value=round(true + std * noise, digits), uncertainty=std, unit=unit)

    return {
        "thickness": read(body.thickness, float(draw[0]), values["micrometer"], 3, "mm"),
        "diameter": read(body.diameter, float(draw[1]), values["micrometer"], 3, "mm"),
        "mass": read(body.mass, float(draw[2]), values["balance"], 4, "g"),
    }


def _record(
    order: Order,
    sample: TrueSample,
    course: _Course,
    happening: Happening,
    generator: Generator,
    *,
    end: float = math.inf,
) -> bytes:
    """Time, temperature as it is read, change of length."""
    values = ceramic_prior()["sintering"]
    assert sample.thickness is not None
    kept = np.flatnonzero(course.time <= end)[::_LOGGED]
    time, read = course.time[kept], course.temperature[kept]
    rod = values["rod"] * float(happening.generator(happening.instrument, "rod").normal())
    change = 1e3 * (course.length[kept] - sample.thickness)
    change = change + 1e3 * sample.thickness * rod * (read - ROOM)
    change = change + values["noise"] * generator.normal(size=kept.size)
    measured = round(sample.thickness + values["micrometer"] * float(generator.normal()), 3)
    lines = [
        "# kuralab twin (a model, no measurement): push-rod dilatometer in a sinter furnace",
        f"# started: {happening.started.isoformat()}",
        f"# initial length: {measured:.3f} mm",
        *(["# the rod lost contact: the body is broken"] if math.isfinite(end) else []),
        "time [s],temperature [degC],length change [um]",
    ]
    lines += [f"{t:.0f},{T - 273.15:.2f},{x:.2f}" for t, T, x in zip(time, read, change, strict=True)]
    return ("\n".join(lines) + "\n").encode()
