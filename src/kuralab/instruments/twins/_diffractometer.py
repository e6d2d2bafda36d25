"""The laboratory diffractometer: phase fractions by an idealised analysis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.units import Quantity

CRYSTALLINE = ("alpha", "beta", "lithium_iodide", "precursors")


@final
class Diffractometer:
    """Mass fractions of the crystalline phases, with an uncertainty that falls with time.

    No pattern is modelled: the file holds what a whole-pattern analysis with an internal standard
    would give at best, and says so. The rest of the mass is amorphous.
    """

    operations: tuple[str, ...] | None = ("x_ray_diffraction",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._mounting = settings.number("mounting_time", "s", default=600.0)

    def seconds(self, order: Order) -> float:
        """Mounting and counting, one sample after the other."""
        return (self._mounting + quantity(order, "duration", "s")) * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One holder for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Counting for no time at all."""
        return [] if quantity(order, "duration", "s") > 0 else ["it must count for more than no time"]

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """A table and the crystalline fraction of each sample."""
        values = prior()["diffraction"]
        minutes = quantity(order, "duration", "min")
        std = values["uncertainty"] * math.sqrt(values["reference_time"] / minutes)
        files, read = {}, {}
        for sample in samples:
            draw = happening.generator(sample.identity, order.key, "diffraction").normal(
                size=len(CRYSTALLINE)
            )
            mass = sample.phases().mass
            found = {}
            for phase, noise in zip(CRYSTALLINE, draw, strict=True):
                seen = min(max(mass[phase] + std * float(noise), 0.0), 1.0)
                found[phase] = round(seen, 4) if seen >= values["detection_limit"] else 0.0
            name = f"{file_stem(sample.identity)}_xrd.csv"
            files[sample.identity] = (name, _table(found, std=std, minutes=minutes).encode())
            read[sample.identity] = {
                f"{phase}_mass_fraction": Quantity(value=value, uncertainty=round(std, 5), unit="")
                for phase, value in found.items()
            }
        return Outcome(files=files, values=read)


def _table(found: dict[str, float], *, std: float, minutes: float) -> str:
    lines = [
        "# mass fractions of a modelled sample: an idealised analysis, no pattern was modelled",
        f"# counting time / min: {minutes:g}",
        "phase,mass fraction,standard uncertainty",
        *(f"{phase},{value:.4f},{std:.4f}" for phase, value in found.items()),
        f"amorphous,{max(0.0, 1.0 - sum(found.values())):.4f},{2.0 * std:.4f}",
    ]
    return "\n".join(lines) + "\n"
