"""The planetary ball mill: precursors and crystals become glass, an oxide becomes finer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import ceramic_prior
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.protonics import milled_body
from kuralab.science.synthesis import crystalline_fraction_left, li3ps4_lii


@final
class BallMill:
    """Amorphisation with the cube of the speed; no two jars mill alike, and powder stays in them.

    Physics: science.synthesis. Setting: ``pause_share`` (0.5), pauses for cooling relative to the
    net milling time.
    """

    operations: tuple[str, ...] | None = ("ball_mill",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._pauses = settings.number("pause_share", "1", default=0.5)

    def seconds(self, order: Order) -> float:
        """Net time and the pauses in between."""
        return quantity(order, "duration", "s") * (1.0 + self._pauses)

    def places(self, order: Order) -> int:
        """One jar for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """A pellet does not go into a jar."""
        return wants_form(order, "powder")

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """Powders with less of everything crystalline."""
        values = prior()["milling"]
        system = li3ps4_lii()
        milled = {}
        for sample in samples:
            jar = happening.generator(sample.identity, order.key, "milling").normal()
            if sample.ceramic is not None:
                milled[sample.identity] = _ground(order, sample, happening.share, float(jar))
                continue
            kept = crystalline_fraction_left(
                duration=quantity(order, "duration", "h") * happening.share,
                speed=quantity(order, "speed", "rpm"),
                milling=replace(
                    system.milling,
                    rate=system.milling.rate * math.exp(values["rate_scatter"] * jar),
                ),
            )
            milled[sample.identity] = replace(
                sample,
                mass=sample.mass * (1.0 - values["loss"]),
                precursors=sample.precursors * kept,
                alpha=sample.alpha * kept,
                beta=sample.beta * kept,
            )
        return Outcome(samples=milled)


def _ground(order: Order, sample: TrueSample, share: float, jar: float) -> TrueSample:
    """An oxide after milling: finer, with a little of the balls."""
    values = ceramic_prior()["milling"]
    assert sample.ceramic is not None
    body = milled_body(
        sample.ceramic.body,
        duration=quantity(order, "duration", "h") * share * math.exp(values["rate_scatter"] * jar),
        speed=quantity(order, "speed", "rpm"),
    )
    mass = sample.mass * (1.0 - values["loss"])
    return replace(sample, mass=mass, ceramic=replace(sample.ceramic, body=body))
