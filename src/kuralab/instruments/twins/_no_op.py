"""An instrument of no kind: takes its time and says how it ended, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import numpy as np

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._mpt import SpectrumFile, spectrum_file
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.model.operation import operation_kinds

_POINTS: Final = 16


@final
class NoOp:
    """Any operation on anything; knows no samples and is never occupied.

    Settings: ``duration`` (else the order's own time, else 1 h); ``refuses``, a reason to refuse
    every order. An impedance spectrum is a fixed small file.
    """

    operations: tuple[str, ...] | None = None
    knows_samples = False
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._duration = settings.number("duration", "s", default=-1.0)
        self._refuses = settings.words("refuses")

    def seconds(self, order: Order) -> float:
        """The set duration, or what the order says."""
        if self._duration >= 0:
            return self._duration
        kind = operation_kinds().get(order.operation)
        return quantity(order, kind.time, "s", default=3600.0) if kind and kind.time else 3600.0

    def places(self, order: Order) -> int:
        """It is never full."""
        return 0

    def refusals(self, order: Order) -> list[str]:
        """It takes anything, unless it was set to refuse."""
        return [self._refuses] if self._refuses else []

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """Nothing, or a spectrum that can be read."""
        if order.operation != "impedance_spectrum" or happening.share < 1:
            return Outcome()
        return Outcome(
            files={
                sample.identity: (
                    f"{file_stem(sample.identity)}.mpt",
                    _spectrum(order, sample.identity, happening),
                )
                for sample in order.samples
            }
        )


def _spectrum(order: Order, identity: str, happening: Happening) -> bytes:
    """1 kohm behind 1 uF; the resistance is the key's own, so that files can be told apart."""
    frequency = np.geomspace(1e6, 1.0, _POINTS)
    resistance = 1e3 * (1.0 + 0.1 * happening.generator(identity, order.key).normal())
    return spectrum_file(
        SpectrumFile(
            frequency=frequency,
            impedance=np.asarray(resistance - 1j / (2.0 * np.pi * frequency * 1e-6), np.complex128),
            temperature=quantity(order, "temperature", "degC", default=25.0),
            started=happening.started,
            channel=1,
            sample=identity,
            point_time=np.full(_POINTS, 0.1),
            digits=6,
        )
    )
