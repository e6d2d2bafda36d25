"""What an experiment is expected to cost: the instrument-hours of its protocol, by the preflight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from kuralab.campaigns._protocols import Templates
from kuralab.lab.preflight import check
from kuralab.model import Facility
from kuralab.model.space import Point

LEAST = 1e-3
"""h, for a protocol that the lab refuses: it costs next to nothing to learn that."""


@final
class Costs:
    """Instrument-hours of candidates; each protocol is checked once."""

    def __init__(self, templates: Templates, facility: Facility) -> None:
        self._templates = templates
        self._facility = facility
        self._known: dict[str, float] = {}

    def __call__(self, points: Sequence[Point]) -> list[float]:
        """(n,) h."""
        return [self._hours(point) for point in points]

    def _hours(self, point: Point) -> float:
        key = repr(sorted(self._templates.texts(point).items()))
        if key not in self._known:
            hours = check(self._templates.protocol(point, 0), self._facility).instrument_hours
            self._known[key] = max(LEAST, sum(hours.values()))
        return self._known[key]
