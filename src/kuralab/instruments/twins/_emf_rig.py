"""The rig with two gas chambers: voltages of concentration cells, conductivity in several gases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import TrueCeramic, ceramic_prior
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.protonics import Gas, conduction, voltage_of

Floats = NDArray[np.float64]

STEP: Final = 50.0
GRADIENTS: Final = 5
SETTLING: Final = 3600.0
"""s at each temperature."""
EACH: Final = 1200.0
"""s at each gas."""
HIGHEST: Final = 1173.15
LOWEST: Final = 573.15
"""K"""
_GAS: Final = 8.314462618


@final
class EmfRig:
    """A dense body between two gases. Electrode I has the drier one, II the wetter one.

    Physics: science.protonics, the local form integrated along the gradient. Artefacts: electrodes that
    polarise as far as electrons leak, open pores that eat up the gradient, a difference of temperature
    between the faces, saturators and a thermometer that are off, seals that break. Writes csv. Setting:
    ``seal_rate``.
    """

    operations: tuple[str, ...] | None = ("emf_cell", "conductivity_in_gases")
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._seals = settings.number("seal_rate", "1", default=ceramic_prior()["emf"]["seal_rate"])

    def seconds(self, order: Order) -> float:
        """Settling at each temperature, then one gas after the other."""
        gases = _gradients(order) if order.operation == "emf_cell" else len(_gases(order))
        return len(_temperatures(order)) * (SETTLING + gases * EACH) * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One cell."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Powders, temperatures and gases that it does not have."""
        problems = wants_form(order, "pellet")
        temperatures = _temperatures(order)
        if not temperatures.size or temperatures.min() < LOWEST or temperatures.max() > HIGHEST:
            problems.append(
                f"the temperatures are outside {LOWEST - 273.15:g} to {HIGHEST - 273.15:g} degC"
            )
        dry, wet = quantity(order, "water_low", "atm"), quantity(order, "water_high", "atm")
        if not 1e-4 <= dry < wet <= 0.2:
            problems.append(f"water from {dry:g} to {wet:g} atm is no gradient within 0.0001 to 0.2 atm")
        if order.operation == "emf_cell" and not 1 <= _gradients(order) <= 20:
            problems.append("the number of gradients is outside 1 to 20")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One csv file for each sample, or the words that its cell was not tight."""
        values = ceramic_prior()["emf"]
        files = {}
        for sample in samples:
            if sample.ceramic is None:  # refused at the start
                continue
            generator = happening.generator(sample.identity, order.key, "emf")
            density = sample.relative_density or 0.0
            if order.operation == "emf_cell":
                if not sample.ceramic.sintered or density < values["not_tight"]:
                    return Outcome(message="the body is not gas-tight: no voltage was stable")
                if float(generator.uniform()) < self._seals:
                    return Outcome(message="the seal broke on heating: both chambers had the same gas")
                content = self._voltages(order, sample.ceramic, density, happening, generator)
                name = f"{file_stem(sample.identity)}_emf.csv"
            else:
                content = self._conductivities(order, sample.ceramic, density, happening, generator)
                name = f"{file_stem(sample.identity)}_conductivity.csv"
            files[sample.identity] = (name, content)
        return Outcome(files=files)

    def _water(self, happening: Happening) -> tuple[float, float]:
        """By what factors the two saturators are off."""
        draw = happening.generator(happening.instrument, "saturators").normal(size=2)
        size = ceramic_prior()["emf"]["water_error"]
        return math.exp(size * float(draw[0])), math.exp(size * float(draw[1]))

    def _kelvin(self, happening: Happening) -> float:
        draw = float(happening.generator(happening.instrument, "thermometer").normal())
        return ceramic_prior()["emf"]["temperature_offset"] * draw

    def _voltages(
        self,
        order: Order,
        ceramic: TrueCeramic,
        density: float,
        happening: Happening,
        generator: Generator,
    ) -> bytes:
        values = ceramic_prior()["emf"]
        factors, off = self._water(happening), self._kelvin(happening)
        dry, oxygen = quantity(order, "water_low", "atm"), quantity(order, "oxygen", "atm")
        porous = max(values["open"] - density, 0.0) / (values["open"] - values["not_tight"])
        kept = 1.0 - values["leak"] * porous
        own = math.exp(values["polarisation_scatter"] * float(generator.normal()))
        thermo = 1e-3 * values["thermo_voltage"] * float(generator.normal())
        lines = [
            *_head(happening, "voltages of a cell with two gases, electrode II against I"),
            "temperature [degC],water I [atm],oxygen I [atm],water II [atm],oxygen II [atm],voltage "
            "[mV]",
        ]
        for T in _temperatures(order):
            for wet in _waters(order):
                true_dry, true_wet = dry * factors[0], wet * factors[1]
                true_wet = true_dry * (true_wet / true_dry) ** kept
                volts = self._voltage(ceramic, float(T) + off, true_dry, true_wet, oxygen, own)
                read = 1e3 * (volts + thermo) + values["noise"] * float(generator.normal())
                lines.append(
                    f"{T - 273.15:.2f},{dry:.6g},{oxygen:.6g},{wet:.6g},{oxygen:.6g},{read:.3f}"
                )
        return ("\n".join(lines) + "\n").encode()

    def _voltage(
        self,
        ceramic: TrueCeramic,
        temperature: float,
        dry: float,
        wet: float,
        oxygen: float,
        own: float,
    ) -> float:
        """V, behind electrodes whose resistance is a share r of that of the ions: a leak of electrons
        through the body draws a current, and the electrodes take E r t_e / (1 + r t_e) of the
        voltage."""
        values = ceramic_prior()["emf"]
        material = ceramic.material
        emf = voltage_of(material, temperature=temperature, one=Gas(dry, oxygen), two=Gas(wet, oxygen))
        mean = conduction(material, temperature=temperature, water=math.sqrt(dry * wet), oxygen=oxygen)
        inverse = 1.0 / temperature - 1.0 / 973.15
        slower = math.exp(1e3 * values["polarisation_energy"] / _GAS * inverse)
        share = values["polarisation"] * own * slower * float(mean.t_hole)
        return emf / (1.0 + share)

    def _conductivities(
        self,
        order: Order,
        ceramic: TrueCeramic,
        density: float,
        happening: Happening,
        generator: Generator,
    ) -> bytes:
        values = ceramic_prior()["emf"]
        factor, off = self._water(happening)[1], self._kelvin(happening)
        # Pores carry nothing: Bruggeman's exponent for spheres.
        area = density**1.5 * math.exp(values["geometry"] * float(generator.normal()))
        lines = [
            *_head(happening, "total conductivity, four probes"),
            "temperature [degC],water pressure [atm],oxygen pressure [atm],conductivity [S/cm]",
        ]
        for T in _temperatures(order):
            for water, oxygen in _gases(order):
                total = conduction(
                    ceramic.material, temperature=float(T) + off, water=water * factor, oxygen=oxygen
                ).total
                noise = 1.0 + values["conductivity_noise"] * float(generator.normal())
                lines.append(
                    f"{T - 273.15:.2f},{water:.6g},{oxygen:.6g},{float(total) * area * noise:.5g}"
                )
        return ("\n".join(lines) + "\n").encode()


def _head(happening: Happening, what: str) -> list[str]:
    return [
        f"# kuralab twin (a model, no measurement): {what}",
        f"# started: {happening.started.isoformat()}",
    ]


def _temperatures(order: Order) -> Floats:
    """(n,) K downwards."""
    name = "temperature" if order.operation == "emf_cell" else "temperature_high"
    high = quantity(order, name, "K")
    low = quantity(order, "temperature_low", "K", default=high)
    step = quantity(order, "temperature_step", "K", default=STEP)
    return high - step * np.arange(math.floor((high - low) / step + 1e-6) + 1, dtype=float)


def _gradients(order: Order) -> int:
    return int(quantity(order, "gradients", "", default=GRADIENTS))


def _waters(order: Order) -> Floats:
    """(n,) atm at the wetter electrode: evenly in the logarithm, up to the highest."""
    dry, wet = quantity(order, "water_low", "atm"), quantity(order, "water_high", "atm")
    return np.geomspace(dry, wet, _gradients(order) + 1)[1:]


def _gases(order: Order) -> list[tuple[float, float]]:
    """Water and oxygen in atm: drier and wetter, inert and oxidising."""
    waters = [quantity(order, f"water_{end}", "atm") for end in ("low", "high")]
    oxygens = [quantity(order, f"oxygen_{end}", "atm") for end in ("low", "high")]
    return [(water, oxygen) for oxygen in oxygens for water in waters]
