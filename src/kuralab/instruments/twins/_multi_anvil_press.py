"""The multi-anvil press: alloy and a source of hydrogen at gigapascals, in a capsule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.instruments._driver import Order
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._hydride import TrueHydride, hydride_prior, rate_at, recovered
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.synthesis import (
    compounds_after_synthesis,
    la_ni_h,
    la_ni_h_growth,
    recovered_mass_fractions,
)

Floats = NDArray[np.float64]

ROOM: Final = 298.15
HIGHEST_PRESSURE: Final = 10.0
"""GPa"""
TEMPERATURES: Final = (673.15, 1473.15)
"""K, between which the model of growth is meant to hold."""
QUENCH: Final = 60.0
"""s from the hold to room temperature: the power is cut."""
DEFAULT_RATE: Final = 100.0
DEFAULT_CAPSULE: Final = "NaCl"
DEFAULT_SOURCE: Final = "AlD3"
_LOGGED: Final = 60.0
"""s between two lines of the log."""


@dataclass(frozen=True)
class _Programme:
    """Asked for: pressure in GPa, temperature in K; times in s from the beginning."""

    pressure: float
    temperature: float
    compressed: float
    hot: float
    held: float
    quenched: float
    released: float

    def pressure_at(self, time: Floats) -> Floats:
        """GPa."""
        times = (0.0, self.compressed, self.quenched, self.released)
        return np.asarray(np.interp(time, times, (0.0, self.pressure, self.pressure, 0.0)))

    def temperature_at(self, time: Floats) -> Floats:
        """K."""
        times = (0.0, self.compressed, self.hot, self.held, self.quenched)
        hot = self.temperature
        return np.asarray(np.interp(time, times, (ROOM, ROOM, hot, hot, ROOM)))


@final
class MultiAnvilPress:
    """Compress, heat, hold, quench, release. Hydrogen is in excess as long as the capsule is tight.

    Physics: science.synthesis (what is stable, how far it grows), science.hydrogen (chemical
    potential of H2, also for deuterium). Artefacts: calibration of the pressure, offset and loss of
    the thermocouple, blow-out (the sample is lost), capsules that leak unnoticed, MgO, stress.
    Delivers the log of the run as csv. Settings: ``compression_rate``, ``release_rate``,
    ``blow_out_rate``, ``leak_rate``.
    """

    operations: tuple[str, ...] | None = ("high_pressure_synthesis",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        values = hydride_prior()["press"]
        self._compression = settings.number(
            "compression_rate", "GPa/h", default=values["compression_rate"]
        )
        self._release = settings.number("release_rate", "GPa/h", default=values["release_rate"])
        self._blow_out = settings.number("blow_out_rate", "1", default=values["blow_out_rate"])
        self._leak = settings.number("leak_rate", "1", default=values["leak_rate"])

    def seconds(self, order: Order) -> float:
        """From the first load to the release."""
        return self._programme(order).released

    def places(self, order: Order) -> int:
        """One capsule."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Pressures and temperatures that this press, or the model, does not reach."""
        problems = wants_form(order, "powder")
        pressure = quantity(order, "pressure", "GPa")
        if not 0.5 <= pressure <= HIGHEST_PRESSURE:
            problems.append(f"{pressure:g} GPa is outside 0.5 to {HIGHEST_PRESSURE:g} GPa")
        temperature = quantity(order, "temperature", "K")
        low, high = TEMPERATURES
        if not low <= temperature <= high:
            problems.append(
                f"{temperature - 273.15:g} degC is outside {low - 273.15:g} to {high - 273.15:g} degC, "
                "where the twin's model of growth is meant to hold"
            )
        if not 0 < quantity(order, "heating_rate", "K/min", default=DEFAULT_RATE) <= 500:
            problems.append("the heating rate is outside 0 to 500 K/min")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """A recovered powder with the log of its run; or the log only."""
        sample = samples[0]
        if sample.hydride is None:  # refused at the start
            return Outcome()
        generator = happening.generator(sample.identity, order.key, "press")
        programme = self._programme(order)
        rate = rate_at(
            self._blow_out,
            at=programme.pressure,
            reference=hydride_prior()["press"]["blow_out_reference"],
            scale=hydride_prior()["press"]["blow_out_scale"],
            most=1.0,
        )
        chance, moment, lost = (float(value) for value in generator.uniform(size=3))
        broken = lost < hydride_prior()["press"]["lost_thermocouple_rate"]
        name = f"{file_stem(sample.identity)}_press.csv"
        if chance < rate and happening.share >= 1:
            # Most gaskets fail on the way down.
            end = programme.quenched + moment * (programme.released - programme.quenched)
            at = float(programme.pressure_at(np.array([end]))[0])
            log = _log(order, programme, happening, generator, end=end, broken=broken, blown=True)
            return Outcome(
                samples={sample.identity: None},
                files={sample.identity: (name, log)},
                message=f"blow-out at {at:.1f} GPa during release: capsule and sample are lost",
            )
        end = happening.share * programme.released
        log = _log(order, programme, happening, generator, end=end, broken=broken, blown=False)
        hydride = self._hydride(order, sample.hydride, happening, generator, end, broken)
        lost_mass = sample.mass * hydride_prior()["press"]["loss"]
        return Outcome(
            samples={sample.identity: replace(sample, mass=sample.mass - lost_mass, hydride=hydride)},
            files={sample.identity: (name, log)},
        )

    def _hydride(
        self,
        order: Order,
        before: TrueHydride,
        happening: Happening,
        generator: Generator,
        end: float,
        broken: bool,
    ) -> TrueHydride:
        """What the capsule holds in the end; nothing has changed if it never became hot."""
        programme, values = self._programme(order), hydride_prior()["press"]
        held = min(end, programme.held) - programme.hot
        draw = generator.normal(size=3)
        own = happening.generator(happening.instrument, "calibration").normal(size=2)
        leaks, moment = (float(value) for value in generator.uniform(size=2))
        if held <= 0:
            return replace(before, pressed=True)
        pressure = programme.pressure * (1.0 + values["calibration"] * float(own[0]))
        pressure = max(pressure + values["pressure_scatter"] * float(draw[0]), 0.1)
        temperature = programme.temperature + values["thermocouple_offset"] * float(own[1])
        temperature += values["temperature_scatter"] * float(draw[1])
        if broken:
            temperature += values["lost_thermocouple_scatter"] * float(draw[2])
        source = str(order.parameters.get("hydrogen_source", DEFAULT_SOURCE))
        leak = rate_at(
            self._leak,
            at=programme.temperature - 273.15,
            reference=values["leak_reference"],
            scale=values["leak_scale"],
        )
        # A hydride whose hydrogen has gone is no hydride: a leak undoes what was there.
        tight = source != "none" and leaks >= leak
        minutes = held / 60.0 if tight or source == "none" else (1.0 - moment) * held / 60.0
        compounds, isotope = la_ni_h(), "D" if "D" in source else "H"
        moles = compounds_after_synthesis(
            lanthanum=before.lanthanum,
            pressure=pressure,
            temperature=temperature,
            duration=minutes,
            hydrogen_potential=_potential(pressure, temperature) if tight else None,
            compounds=compounds,
            growth=la_ni_h_growth(),
        )
        phases = recovered_mass_fractions(moles, compounds=compounds, isotope=isotope)
        return recovered(before, phases, isotope, generator)

    def _programme(self, order: Order) -> _Programme:
        pressure = quantity(order, "pressure", "GPa")
        temperature = quantity(order, "temperature", "K")
        rate = quantity(order, "heating_rate", "K/min", default=DEFAULT_RATE)
        compressed = 3600.0 * pressure / self._compression
        hot = compressed + 60.0 * (temperature - ROOM) / rate
        held = hot + quantity(order, "duration", "s")
        return _Programme(
            pressure=pressure,
            temperature=temperature,
            compressed=compressed,
            hot=hot,
            held=held,
            quenched=held + QUENCH,
            released=held + QUENCH + 3600.0 * pressure / self._release,
        )


def _potential(pressure: float, temperature: float) -> float:
    """kJ/mol H2 beyond the gas at 1 bar and the same temperature."""
    from kuralab.science.hydrogen import hydrogen_state

    try:
        return hydrogen_state(pressure=pressure, temperature=temperature).chemical_potential
    except ScienceError as error:  # pragma: no cover - the press's limits lie inside the equation's
        raise ValueError(f"no chemical potential of hydrogen: {error}") from error


def _log(
    order: Order,
    programme: _Programme,
    happening: Happening,
    generator: Generator,
    *,
    end: float,
    broken: bool,
    blown: bool,
) -> bytes:
    """Time, load, pressure by the calibration, temperature by the thermocouple, heating power."""
    time = np.arange(0.0, end + _LOGGED, _LOGGED).clip(max=end)
    pressure, temperature = programme.pressure_at(time), programme.temperature_at(time)
    noise = generator.normal(size=(3, time.size))
    # 1 MN gives about 1.2 GPa at first and less later: a curve as presses have it.
    load = (pressure + 0.02 * pressure**2) / 1.2 * (1.0 + 0.001 * noise[0])
    power = 0.9 * ((temperature - ROOM) / 1000.0) * (1.0 + 0.01 * noise[1])
    read = temperature - 273.15 + 0.5 * noise[2]
    lost = programme.compressed + 0.5 * (programme.held - programme.compressed) if broken else math.inf
    lines = [
        "# multi-anvil press, run log; kuralab twin (a model, no measurement)",
        f"# started: {happening.started.isoformat()}",
        f"# capsule: {order.parameters.get('capsule', DEFAULT_CAPSULE)}",
        f"# hydrogen source: {order.parameters.get('hydrogen_source', DEFAULT_SOURCE)}",
        *(["# thermocouple lost; power was held"] if broken and end > lost else []),
        *([f"# blow-out after {end:.0f} s"] if blown else []),
        "elapsed / s,load / MN,pressure / GPa,thermocouple / degC,heating power / kW",
    ]
    for t, force, p, celsius, kilowatt in zip(time, load, pressure, read, power, strict=True):
        seen = "" if t > lost else f"{celsius:.1f}"
        lines.append(f"{t:.0f},{force:.3f},{p:.3f},{seen},{max(kilowatt, 0.0):.3f}")
    return ("\n".join(lines) + "\n").encode()
