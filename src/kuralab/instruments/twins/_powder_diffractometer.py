"""The laboratory powder diffractometer: X-ray patterns in counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, final

import numpy as np

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._hydride import TrueHydride, hydride_prior
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._pattern_file import pattern_file
from kuralab.instruments.twins._pattern_order import Scan, patterns_of
from kuralab.instruments.twins._powder_pattern import Optics, peaks_of_phases
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings

LINES: Final = {
    "CuKa": ((1.540593, 1.0), (1.544427, 0.5), (1.392234, 1.0)),
    "MoKa": ((0.709317, 1.0), (0.713607, 0.5), (0.632305, 1.0)),
}
"""K-alpha1, K-alpha2, K-beta in angstrom with their weights; that of K-beta times ``foreign_line``."""

_SCAN: Final = Scan(low=15.0, high=100.0, step=0.02, highest=160.0)


@final
class PowderDiffractometer:
    """Bragg-Brentano patterns with Poisson noise.

    Physics: science.diffraction, ``reflections``. Artefacts: split Pearson VII peaks, displacement,
    zero, preferred orientation, microabsorption, a hump of the holder, a rest of K-beta. Settings:
    ``mounting_time`` (10 min), ``flux`` (relative, 1).
    """

    operations: tuple[str, ...] | None = ("x_ray_pattern",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._mounting = settings.number("mounting_time", "s", default=600.0)
        self._flux = settings.number("flux", "1", default=1.0)

    def seconds(self, order: Order) -> float:
        """Mounting and counting, one sample after the other."""
        counting = _SCAN.angles(order).size * quantity(order, "counting_time", "s", default=1.0)
        return (self._mounting + counting) * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One holder for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Angles that make no pattern, or no powder."""
        return [*wants_form(order, "powder"), *_SCAN.problems(order)]

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One .xye file for each sample."""
        return patterns_of(
            samples, "xrd", lambda identity, hydride: self._pattern(order, identity, hydride, happening)
        )

    def _pattern(self, order: Order, identity: str, hydride: TrueHydride, happening: Happening) -> bytes:
        values = hydride_prior()["x_ray"]
        generator = happening.generator(identity, order.key, "x_ray")
        zero = values["zero"] * float(happening.generator(happening.instrument, "zero").normal())
        height = values["displacement"] * float(generator.normal())
        angles, radiation = _SCAN.angles(order), str(order.parameters.get("radiation", "CuKa"))
        *main, other = LINES[radiation]
        optics = Optics(
            lines=(*main, (other[0], values["foreign_line"])),
            u=values["u"],
            v=values["v"],
            w=values["w"],
            exponents=(values["exponent_low"], values["exponent_high"]),
            asymmetry=values["asymmetry"],
            zero=zero,
            shift=math.degrees(2.0 * height / values["radius"]),
        )
        peaks = peaks_of_phases(
            angles,
            hydride.crystals(neutrons=False),
            radiation="xray",
            optics=optics,
            microstrain=hydride.microstrain,
            texture=hydride.texture,
            absorption=values["grain"],
        )
        rise = values["rise"] * np.exp(-angles / values["rise_width"])
        hump = np.exp(-0.5 * ((angles - values["hump_centre"]) / values["hump_width"]) ** 2)
        rate = values["flux"] * peaks + values["background"] * (1.0 + rise) + values["hump"] * hump
        seconds = quantity(order, "counting_time", "s", default=1.0)
        counts = generator.poisson(self._flux * rate * seconds)
        wavelengths = ", ".join(f"{line[0]:.6f}" for line in main)
        return pattern_file(
            angles,
            counts,
            (
                "kuralab twin (a model, no measurement): powder X-ray diffractometer",
                f"started: {happening.started.isoformat()}",
                f"radiation: {radiation}, wavelengths {wavelengths} angstrom",
                f"counting time: {seconds:g} s",
                "two_theta_deg counts uncertainty",
            ),
        )
