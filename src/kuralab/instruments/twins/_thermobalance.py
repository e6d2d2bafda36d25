"""The thermobalance with dry and wet gas: mass of a dried oxide while it takes up water."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import ROOM, TrueCeramic, ceramic_prior
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.protonics import (
    copper_system,
    gas_density,
    mass_change_of,
    proton_content,
)

Floats = NDArray[np.float64]

INTERVAL: Final = 60.0
"""s between two points."""
RAMP: Final = 10.0
"""K/min."""
PIECE: Final = 300.0
"""mg of the sample, at most."""
STEP: Final = 50.0
STEP_TIME: Final = 5400.0
DRYING: Final = 10800.0
HIGHEST: Final = 1273.15
"""K"""
_BLANKS: Final = "empty"
_GAS: Final = 8.314462618


@dataclass(frozen=True)
class _Programme:
    """Time (n,) s, temperature (n,) K, whether the gas is wet (n,)."""

    time: Floats
    temperature: Floats
    wet: NDArray[np.bool_]


@final
class Thermobalance:
    """Dried at the highest temperature, then wet gas, in steps downwards. Nitrogen.

    Physics: science.protonics. Artefacts: buoyancy, drift, noise, water that is left in the dry gas, a
    saturator that is off, protons that have not spread through the grains yet at the lowest steps,
    carbonate of the grain boundary that goes while the sample is dried. Writes csv. Setting:
    ``jump_rate``.
    """

    operations: tuple[str, ...] | None = ("hydration_thermogram",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._jumps = settings.number(
            "jump_rate", "1", default=ceramic_prior()["thermobalance"]["jump_rate"]
        )

    def seconds(self, order: Order) -> float:
        """One programme after the other."""
        return float(_programme(order).time[-1]) * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One crucible."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Temperatures and gases that it does not have."""
        problems = []
        high = quantity(order, "temperature_high", "K")
        low = quantity(order, "temperature_low", "K")
        step = quantity(order, "temperature_step", "K", default=STEP)
        if not ROOM + 50.0 <= low < high <= HIGHEST:
            problems.append(
                f"{low - 273.15:g} to {high - 273.15:g} degC is outside 75 to {HIGHEST - 273.15:g} degC"
            )
        elif not 1 <= (high - low) / step <= 60:
            problems.append(f"a step of {step:g} K does not fit between the temperatures")
        water = quantity(order, "water", "atm")
        if not 1e-4 <= water <= 0.2:
            problems.append(f"{water:g} atm of water is outside 0.0001 to 0.2 atm")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One csv file for each sample; of an empty crucible likewise."""
        empty = order.parameters.get("crucible") == _BLANKS
        files = {}
        for sample in samples:
            generator = happening.generator(sample.identity, order.key, "balance")
            if float(generator.uniform()) < self._jumps:
                return Outcome(message="the crucible touched the wall of the furnace: the mass jumped")
            if sample.ceramic is None:  # refused at the start
                continue
            content = self._thermogram(order, sample, happening, generator, empty=empty)
            word = "blank" if empty else "thermogram"
            files[sample.identity] = (f"{file_stem(sample.identity)}_{word}.csv", content)
        return Outcome(files=files)

    def _thermogram(
        self,
        order: Order,
        sample: TrueSample,
        happening: Happening,
        generator: Generator,
        *,
        empty: bool,
    ) -> bytes:
        values = ceramic_prior()["thermobalance"]
        programme = _programme(order)
        asked = quantity(order, "water", "atm")
        saturator, thermometer = happening.generator(happening.instrument, "saturator").normal(size=2)
        wet = asked * math.exp(values["water_error"] * float(saturator))
        water = np.where(programme.wet, wet, values["rest_of_water"])
        true = programme.temperature + values["temperature_offset"] * float(thermometer)
        volume = values["holder"]
        mass = np.zeros(programme.time.size)
        assert sample.ceramic is not None
        start = min(PIECE, 1e3 * sample.mass)
        if not empty:
            volume += start / copper_system()["powder"]["density"]
            mass = start * _gain(sample.ceramic, programme.time, true, water)
        dry_gas = gas_density(true, {"N2": 1.0})
        wet_gas = gas_density(true, {"N2": 1.0 - wet, "H2O": wet})
        mass = mass - volume * np.where(programme.wet, wet_gas, dry_gas)
        mass = mass + values["drift"] * float(generator.normal()) * programme.time / 3600.0
        read = (
            mass
            - mass[0]
            + (0.0 if empty else start)
            + values["noise"] * generator.normal(size=mass.size)
        )
        shown = np.where(programme.wet, asked, 0.0)
        lines = [
            "# kuralab twin (a model, no measurement): thermobalance, nitrogen",
            f"# started: {happening.started.isoformat()}",
            f"# crucible: {'empty' if empty else 'loaded'}",
            f"time [s],temperature [degC],{'mass change' if empty else 'mass'} [mg],water pressure "
            f"[atm]",
        ]
        for t, T, m, p in zip(programme.time, programme.temperature, read, shown, strict=True):
            lines.append(f"{t:.0f},{T - 273.15:.2f},{m:.4f},{p:.6g}")
        return ("\n".join(lines) + "\n").encode()


def _gain(ceramic: TrueCeramic, time: Floats, temperature: Floats, water: Floats) -> Floats:
    """Relative to the dry oxide (n,): water in the grains, carbonate of the boundary.

    A sample that lay in air begins with nine tenths of the protons that it can hold. They follow the gas
    with the relaxation time of the moment.
    """
    values = ceramic_prior()["thermobalance"]
    material = ceramic.material
    target = proton_content(
        temperature,
        water,
        acceptor=material.acceptor,
        enthalpy=material.hydration_enthalpy,
        entropy=material.hydration_entropy,
    )
    inverse = 1.0 / temperature - 1.0 / 773.15
    relaxation = 60.0 * values["settling"] * np.exp(1e3 * values["settling_energy"] / _GAS * inverse)
    protons = np.empty(time.size)
    protons[0] = 0.9 * material.acceptor
    for i in range(1, time.size):
        left = math.exp(-(time[i] - time[i - 1]) / relaxation[i])
        protons[i] = target[i] + (protons[i - 1] - target[i]) * left
    gain = mass_change_of(protons, dry_mass=ceramic.molar_mass)
    dioxide = values["carbonate"] * ceramic.expelled * 44.0095 / ceramic.molar_mass
    # Once given off it does not come back: the gas holds no CO2.
    hottest = np.maximum.accumulate(temperature)
    gone = 1.0 / (1.0 + np.exp(-(hottest - 1073.15) / 15.0))
    return np.asarray(gain + dioxide * (1.0 - gone))


def _programme(order: Order) -> _Programme:
    high, low = quantity(order, "temperature_high", "K"), quantity(order, "temperature_low", "K")
    step = quantity(order, "temperature_step", "K", default=STEP)
    each = quantity(order, "step_time", "s", default=STEP_TIME)
    levels = high - step * np.arange(math.floor((high - low) / step + 1e-6) + 1)
    up = 60.0 * (high - ROOM) / RAMP
    corners, heat = [0.0, up, up + DRYING], [ROOM, high, high]
    for k, level in enumerate(levels):
        if k:
            corners.append(corners[-1] + 60.0 * step / RAMP)
            heat.append(float(level))
        corners.append(corners[-1] + each)
        heat.append(float(level))
    time = np.arange(0.0, corners[-1] + 0.5 * INTERVAL, INTERVAL)
    return _Programme(time, np.interp(time, corners, heat), time > up + DRYING)
