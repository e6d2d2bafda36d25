"""Patterns and phases together: one vector of named parameters, residuals and their gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.diffraction._histogram import Histogram
from kuralab.science.diffraction._pattern import Pattern
from kuralab.science.diffraction._phase import Phase

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Model:
    """Every parameter of a refinement by name, and where each pattern finds its own.

    Structures are shared by all patterns. With several patterns the names of a pattern's own parameters
    start with its label ("neutron/zero"). ``ties`` make a parameter follow another one, times a
    factor.
    """

    phases: tuple[Phase, ...]
    histograms: tuple[Histogram, ...]
    names: tuple[str, ...]
    start: Floats
    ties: Mapping[str, tuple[str, float]]

    def index(self, name: str) -> int:
        """Where a parameter stands in the vector."""
        return self._places[name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _of_structures(self) -> frozenset[str]:
        """Names that all patterns share."""
        return frozenset(f"{phase.name}.{name}" for phase in self.phases for name in phase.names)

    def tied(self, values: Floats) -> Floats:
        """The values with each follower where its leader puts it."""
        if not self.ties:
            return values
        moved = values.copy()
        for follower, (leader, factor) in self.ties.items():
            moved[self.index(follower)] = factor * moved[self.index(leader)]
        return moved

    def prefix(self, number: int) -> str:
        """What stands before the names of one pattern's own parameters."""
        return f"{self.histograms[number].pattern.label}/" if len(self.histograms) > 1 else ""

    def own(self, number: int, values: Floats) -> dict[str, float]:
        """One pattern's own parameters by their names within it."""
        prefix = self.prefix(number)
        return {
            name: float(values[self.index(prefix + name)]) for name in self.histograms[number].names()
        }

    def of_phases(self, values: Floats) -> list[Floats]:
        """The values (k,) of each phase's own parameters."""
        found, begin = [], 0
        for phase in self.phases:
            found.append(values[begin : begin + len(phase.names)])
            begin += len(phase.names)
        return found

    def calculate(
        self, number: int, values: Floats, active: Sequence[str] = ()
    ) -> tuple[Floats, Floats, Floats]:
        """One pattern: calculated (n,), background (n,), gradient (n, k) by the active parameters."""
        histogram, prefix = self.histograms[number], self.prefix(number)
        values = self.tied(values)
        own_names = set(histogram.names())
        wanted: list[str] = []
        columns: list[tuple[int, float]] = []
        for column, name in enumerate(active):
            followers = [(f, factor) for f, (leader, factor) in self.ties.items() if leader == name]
            for member, factor in [(name, 1.0), *followers]:
                local = member.removeprefix(prefix) if prefix else member
                if (member.startswith(prefix) and local in own_names) or member in self._of_structures:
                    wanted.append(local if local in own_names else member)
                    columns.append((column, factor))
        y, background, gradient = histogram.calculate(
            self.own(number, values), self.of_phases(values), wanted
        )
        if [column for column, _ in columns] == list(range(len(active))):
            return y, background, gradient
        spread = np.zeros((len(y), len(active)))
        for n, (column, factor) in enumerate(columns):
            spread[:, column] += factor * gradient[:, n]
        return y, background, spread

    def residuals(self, values: Floats, active: Sequence[str] = ()) -> tuple[Floats, Floats]:
        """Residuals (n,) of all patterns and their gradient (n, k), both over the uncertainty."""
        rests, gradients = [], []
        for number, histogram in enumerate(self.histograms):
            pattern = histogram.pattern
            y, _, gradient = self.calculate(number, values, active)
            rests.append((pattern.intensity - y) / pattern.uncertainty)
            gradient /= pattern.uncertainty[:, None]
            gradients.append(gradient)
        if len(rests) == 1:
            return rests[0], gradients[0]
        return np.concatenate(rests), np.concatenate(gradients)


def model_of(
    patterns: Sequence[Pattern],
    phases: Sequence[Phase],
    *,
    background: int,
    ties: Mapping[str, tuple[str, float]] | None = None,
) -> Model:
    """Put patterns and phases together; background: number of Chebyshev coefficients.

    Raises
    ------
    ScienceError
        No pattern or phase, names or labels that repeat, ties to unknown parameters.
    """
    if not patterns or not phases:
        raise ScienceError("a refinement needs a pattern and a phase")
    for what, found in (
        ("phases", [phase.name for phase in phases]),
        ("patterns", [pattern.label for pattern in patterns]),
    ):
        if len(set(found)) != len(found):
            raise ScienceError(f"two {what} have one name: {', '.join(found)}")
    histograms = tuple(Histogram(pattern, tuple(phases), background) for pattern in patterns)
    names = [f"{phase.name}.{name}" for phase in phases for name in phase.names]
    start = [float(value) for phase in phases for value in phase.start]
    for histogram in histograms:
        prefix = f"{histogram.pattern.label}/" if len(histograms) > 1 else ""
        given = histogram.instrument_values()
        for name in histogram.names():
            names.append(prefix + name)
            start.append(given.get(name, 1.0 if name.endswith((".scale", ".orientation")) else 0.0))
    known = set(names)
    for follower, (leader, _) in (ties or {}).items():
        for name in (follower, leader):
            if name not in known:
                raise ScienceError(f"there is no parameter {name!r} to tie")
    return Model(tuple(phases), histograms, tuple(names), np.array(start), dict(ties or {}))
