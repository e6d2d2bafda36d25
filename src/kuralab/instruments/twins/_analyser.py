"""The impedance analyser with its temperature chamber and channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._mpt import SpectrumFile, spectrum_file
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.impedance import pellet_impedance

Floats = NDArray[np.float64]

ROOM: Final = 298.15
HIGHEST_FREQUENCY: Final = 7e6
LOWEST_FREQUENCY: Final = 1.0
POINTS_PER_DECADE: Final = 10
CYCLES: Final = 3.0
SHORTEST_POINT: Final = 0.1
"""s; a point takes three cycles, but never less than this."""
LARGEST_SHARE: Final = 0.01
"""Of the current, that may pass through the analyser's input instead of the pellet."""


@final
class ImpedanceAnalyser:
    """Spectra of pellets between blocking faces, one channel after the other at one temperature.

    Physics: science.impedance, ``pellet_impedance``. Artefacts: noise, lead inductance, contact
    resistance, lost contacts, a thermocouple's offset common to the chamber, the rest of the way to
    the temperature that was asked for, finite digits. Writes BioLogic text. Settings:
    ``settling_time`` (40 min), ``noise``, ``inductance``, ``contact_loss_rate``;
    ``input_resistance`` (none) and ``input_capacitance`` (3 pF) lie parallel to the pellet: an
    analyser that has them states in every file the resistance up to which it is to be believed.
    """

    operations: tuple[str, ...] | None = ("impedance_spectrum",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        values = prior()["analyser"]
        self._settling = settings.number("settling_time", "s", default=2400.0)
        self._noise = settings.number("noise", "1", default=values["noise"])
        self._inductance = settings.number("inductance", "nH", default=values["inductance"])
        self._loss_rate = settings.number("contact_loss_rate", "1", default=values["contact_loss_rate"])
        self._input_resistance = settings.number("input_resistance", "ohm", default=math.inf)
        self._input_capacitance = settings.number("input_capacitance", "pF", default=3.0)

    def seconds(self, order: Order) -> float:
        """Settling, then a sweep of every channel."""
        frequency = _frequencies(order)
        sweep = float(np.maximum(CYCLES / frequency, SHORTEST_POINT).sum())
        return self._settling + sweep * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One channel for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Something else than a pellet, or frequencies that it does not have."""
        high = quantity(order, "frequency_high", "Hz", default=HIGHEST_FREQUENCY)
        low = quantity(order, "frequency_low", "Hz", default=LOWEST_FREQUENCY)
        problems = wants_form(order, "pellet")
        if not 1e-3 <= low < high <= HIGHEST_FREQUENCY:
            problems.append(
                f"{low:g} Hz to {high:g} Hz is outside 1 mHz to {HIGHEST_FREQUENCY / 1e6:g} MHz"
            )
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One file for each sample."""
        files = {}
        for channel, sample in enumerate(samples, start=1):
            celsius = quantity(order, "temperature", "degC")
            content = self._spectrum(order, sample, happening, channel)
            files[sample.identity] = (f"{file_stem(sample.identity)}_{celsius:g}degC.mpt", content)
        return Outcome(files=files)

    def _spectrum(self, order: Order, sample: TrueSample, happening: Happening, channel: int) -> bytes:
        values = prior()["analyser"]
        generator = happening.generator(sample.identity, order.key, "spectrum")
        leads = happening.generator(happening.instrument, "channel", channel).normal(size=2)
        lost = generator.uniform() < self._loss_rate
        cell = sample.cell(
            self._temperature(order, happening),
            inductance=max(1e-9 * self._inductance * (1.0 + 0.15 * float(leads[0])), 0.0),
            contact=max(values["contact"] * (1.0 + 0.3 * float(leads[1])), 0.0),
            touching=float(generator.uniform(values["touching_low"], values["touching_high"]))
            if lost
            else 1.0,
            gap=values["gap"],
        )
        frequency = _frequencies(order)
        z = self._through_input(frequency, pellet_impedance(frequency=frequency, cell=cell))
        size = self._noise * np.abs(z)
        z = z + size * (generator.normal(size=z.size) + 1j * generator.normal(size=z.size))
        return spectrum_file(
            SpectrumFile(
                frequency=frequency,
                impedance=z,
                temperature=quantity(order, "temperature", "degC"),
                started=happening.started,
                channel=channel,
                sample=sample.identity,
                point_time=np.maximum(CYCLES / frequency, SHORTEST_POINT),
                digits=int(values["digits"]),
                resistance_limit=LARGEST_SHARE * self._input_resistance
                if math.isfinite(self._input_resistance)
                else None,
            )
        )

    def _through_input(self, frequency: Floats, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """What the analyser sees of a pellet beside its own input."""
        if not math.isfinite(self._input_resistance):
            return z
        farad = 1e-12 * self._input_capacitance
        admittance = 1.0 / self._input_resistance + 2j * np.pi * frequency * farad
        return np.asarray(1.0 / (1.0 / z + admittance))

    def _temperature(self, order: Order, happening: Happening) -> float:
        """K of the pellet; its thermocouple reads what was asked for."""
        values = prior()["analyser"]
        asked = quantity(order, "temperature", "K")
        offset = float(happening.generator(happening.instrument, "thermocouple").normal())
        # Coming from room temperature, an exponential approach leaves this much of the way.
        left = math.exp(-self._settling / (60.0 * values["settling_constant"]))
        return asked + values["temperature_offset"] * offset + (ROOM - asked) * left


def _frequencies(order: Order) -> Floats:
    """(n,) Hz from high to low, ten in each decade."""
    high = quantity(order, "frequency_high", "Hz", default=HIGHEST_FREQUENCY)
    low = quantity(order, "frequency_low", "Hz", default=LOWEST_FREQUENCY)
    points = round(POINTS_PER_DECADE * math.log10(high / low)) + 1
    return np.geomspace(high, low, max(points, 8))
