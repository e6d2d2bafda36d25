"""What an order of a powder pattern asks for, for X-rays and neutrons alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._hydride import TrueHydride
from kuralab.instruments.twins._model import Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample

_LOWEST: Final = 3.0


@final
@dataclass(frozen=True)
class Scan:
    """First and last 2theta and the step, in deg, where an order does not say otherwise; highest: 2theta
    that the instrument reaches."""

    low: float
    high: float
    step: float
    highest: float

    def asked(self, order: Order) -> tuple[float, float, float]:
        """First, last and step of an order, deg."""
        return (
            quantity(order, "two_theta_low", "deg", default=self.low),
            quantity(order, "two_theta_high", "deg", default=self.high),
            quantity(order, "step", "deg", default=self.step),
        )

    def angles(self, order: Order) -> NDArray[np.float64]:
        """(n,) 2theta of the points, deg."""
        low, high, step = self.asked(order)
        return low + step * np.arange(round((high - low) / step) + 1, dtype=np.float64)

    def problems(self, order: Order) -> list[str]:
        """Angles that make no pattern of this instrument."""
        low, high, step = self.asked(order)
        if _LOWEST <= low < high <= self.highest and 20 <= (high - low) / step <= 50_000:
            return []
        return [f"{low:g} to {high:g} deg in steps of {step:g} deg is no pattern of this one"]


def patterns_of(
    samples: Sequence[TrueSample], ending: str, pattern: Callable[[str, TrueHydride], bytes]
) -> Outcome:
    """One .xye file for each sample that is a hydride; pattern: its content, by identity."""
    files = {}
    for sample in samples:
        if sample.hydride is not None:
            content = pattern(sample.identity, sample.hydride)
            files[sample.identity] = (f"{file_stem(sample.identity)}_{ending}.xye", content)
    return Outcome(files=files)
