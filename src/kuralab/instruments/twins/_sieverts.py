"""The Sieverts apparatus: hydrogen dosed from a known volume, content against pressure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._hydride import hydride_prior
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings

Floats = NDArray[np.float64]

GAS_CONSTANT: Final = 8.314462618
DAY: Final = 86400.0
HIGHEST: Final = 200.0
"""bar"""


@final
class Sieverts:
    """Isotherms of the LaNi5 in a sample; its other compounds neither take nor give at these pressures.

    Plateau: ideal gas, which is right below 100 bar. Artefacts: errors of doses that add up, a leak
    that is taken for absorption, a temperature that drifts over the day, noise of the manometer.
    Writes csv. Settings: ``dose_time`` (10 min).
    """

    operations: tuple[str, ...] | None = ("hydrogen_isotherm",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._dose = settings.number(
            "dose_time", "s", default=60.0 * hydride_prior()["sieverts"]["dose_time"]
        )

    def seconds(self, order: Order) -> float:
        """All doses of all branches, one sample after the other."""
        doses = hydride_prior()["sieverts"]["points"] * len(_branches(order))
        return doses * self._dose * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One sample holder each."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Pressures and temperatures beyond the apparatus."""
        problems = wants_form(order, "powder")
        pressure = quantity(order, "pressure_high", "bar")
        if not 1.0 <= pressure <= HIGHEST:
            problems.append(f"{pressure:g} bar is outside 1 to {HIGHEST:g} bar")
        temperature = quantity(order, "temperature", "degC")
        if not -30.0 <= temperature <= 300.0:
            problems.append(f"{temperature:g} degC is outside -30 to 300 degC")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One csv file for each sample."""
        files = {}
        for sample in samples:
            if sample.hydride is None:
                continue
            share = sample.hydride.phases.get("LaNi5", 0.0) * (1.0 - sample.hydride.foreign)
            celsius = quantity(order, "temperature", "degC")
            name = f"{file_stem(sample.identity)}_{celsius:g}degC_isotherm.csv"
            generator = happening.generator(sample.identity, order.key, "sieverts")
            files[sample.identity] = (name, self._isotherm(order, share, happening, generator))
        return Outcome(files=files)

    def _isotherm(self, order: Order, share: float, happening: Happening, generator: Generator) -> bytes:
        values = hydride_prior()["sieverts"]
        asked = quantity(order, "temperature", "K")
        # A leak is a property of the apparatus and its seals: it stays for a while.
        leak = values["leak"] * float(happening.generator(happening.instrument, "leak").normal())
        phase = float(happening.generator(happening.instrument, "day").uniform(0.0, 2.0 * math.pi))
        lines = [
            "# kuralab twin (a model, no measurement): Sieverts apparatus",
            f"# started: {happening.started.isoformat()}",
            "pressure [bar],hydrogen content [wt%],temperature [degC],branch",
        ]
        points = int(values["points"])
        elapsed, off = 0.0, 0.0
        for branch in _branches(order):
            steps = _doses(asked, quantity(order, "pressure_high", "bar"), branch, points)
            time = elapsed + self._dose * np.arange(1, points + 1)
            elapsed = float(time[-1])
            drift = values["temperature_drift"] * np.sin(2.0 * math.pi * time / DAY + phase)
            true = share * content(steps, asked + drift, branch)
            errors = off + np.cumsum(values["content_noise"] * generator.normal(size=points))
            off = float(errors[-1])
            found = true + errors + abs(leak) * time / 3600.0
            read = steps * (1.0 + values["pressure_noise"] * generator.normal(size=points))
            for p, c in zip(read, found, strict=True):
                lines.append(f"{p:.5g},{max(c, 0.0):.4f},{asked - 273.15:.2f},{branch}")
        return ("\n".join(lines) + "\n").encode()


def content(pressure: Floats, temperature: Floats, branch: str) -> Floats:
    """wt% of hydrogen in LaNi5 at pressure (n,) bar and temperature (n,) K.

        c = c_s min(p / p_m, 1)^(1/2) + s [c_m - c_s + b ln(1 + p / p_m)]
        s = 1 / [1 + (p_m / p)^(1/w)]

    p_m: middle of the plateau, ln(p_m) = dH/(RT) - dS/R, lower by the hysteresis on desorption; w:
    width of the plateau in ln(p); solid solution below it goes with the square root of p.
    """
    values = hydride_prior()["sieverts"]
    middle = np.exp(
        1e3 * values["enthalpy"] / (GAS_CONSTANT * temperature) - values["entropy"] / GAS_CONSTANT
    )
    if branch == "desorption":
        middle = middle * math.exp(-values["hysteresis"])
    step = 1.0 / (1.0 + (middle / pressure) ** (1.0 / values["slope"]))
    solution = values["dissolved"] * np.sqrt(np.minimum(pressure / middle, 1.0))
    beyond = values["rise"] * np.log1p(pressure / middle)
    return np.asarray(solution + step * (values["capacity"] - values["dissolved"] + beyond))


def _doses(temperature: float, highest: float, branch: str, points: int) -> Floats:
    """(points,) bar in the order of a branch: doses of gas, so that a plateau gets its points."""
    fine = np.geomspace(hydride_prior()["sieverts"]["lowest"], highest, 2000)
    held = content(fine, np.full_like(fine, temperature), branch)
    # A dose raises the pressure where the metal is full, and the content where it is not.
    way = held / held[-1] + 0.5 * np.linspace(0.0, 1.0, fine.size)
    found = np.interp(np.linspace(way[0], way[-1], points), way, fine)
    return found if branch == "absorption" else found[::-1]


def _branches(order: Order) -> tuple[str, ...]:
    if str(order.parameters.get("branches", "both")) == "both":
        return ("absorption", "desorption")
    return ("absorption",)
