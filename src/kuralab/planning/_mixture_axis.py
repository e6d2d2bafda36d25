"""A mixture as columns of numbers: its fractions, each scaled by what it can span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, did_you_mean
from kuralab.model.space import Mixture, Setting
from kuralab.planning._axes import Floats, number_of, of_fraction
from kuralab.planning._linear import Linear
from kuralab.planning._simplex import Simplex

_MOVES: Final = 4
_EXCHANGED: Final = 0.2


@final
class MixtureAxis:
    """Mole fractions of a mixture's components.

    Raises
    ------
    InputError
        The limits contradict.
    """

    def __init__(self, mixture: Mixture, further: Sequence[Linear] = ()) -> None:
        self.name = mixture.name
        self.names = tuple(f"{mixture.name}.{component}" for component in mixture.components)
        self.simplex = Simplex(mixture, further)
        self.count = self.simplex.count
        self.width = len(mixture.components)
        spans = self.simplex.high - self.simplex.low
        self._scale = np.where(spans > 0, spans, 1.0)
        self.absent = np.full(self.width, 0.5)
        self.mobility = 1.0

    def draw(self, count: int, generator: np.random.Generator) -> Floats:
        return self.simplex.sample(count, generator)

    def unrank(self, ranks: NDArray[Any]) -> Floats:
        return self.simplex.unrank(ranks)

    def features(self, values: Floats) -> Floats:
        return of_fraction((values - self.simplex.low) / self._scale)

    def move(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        """Some of one component becomes another one, on the lattice or on its own scale; now and then
        one that is absent takes the place of one that is present."""
        moved = np.repeat(value[None, :], len(widths), axis=0)
        for _ in range(_MOVES):
            still = np.flatnonzero((moved == value).all(axis=1))
            if len(still) == 0:
                break
            exchange = generator.random(len(still)) < _EXCHANGED
            for rows, change in ((still[exchange], self._exchanged), (still[~exchange], self._shifted)):
                if len(rows):
                    tried = change(value, widths[rows], generator)
                    kept = self.simplex.keeps(tried)
                    moved[rows[kept]] = tried[kept]
        return moved

    def columns(self, values: Floats) -> Mapping[str, NDArray[Any]]:
        return dict(zip(self.names, values.T, strict=True))

    def read(self, setting: Setting) -> Floats:
        components = self.simplex.components
        if not isinstance(setting, Mapping):
            raise InputError(
                f"expected fractions of {', '.join(components)}, got {str(setting)[:40]!r}",
                field=self.name,
            )
        for name in setting:
            if name not in components:
                near = did_you_mean(name, components)
                raise InputError(
                    f"{name!r} is no component",
                    field=self.name,
                    hint=f"{near}Known: {', '.join(components)}.",
                )
        return np.array(
            [number_of(f"{self.name}.{name}", setting.get(name, 0.0)) for name in components]
        )

    def problem(self, value: Floats) -> str | None:
        return self.simplex.problem(value)

    def setting(self, value: Floats) -> Setting:
        return dict(zip(self.simplex.components, map(float, value), strict=True))

    def _exchanged(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        """All of one component becomes another one."""
        tried = np.repeat(value[None, :], len(widths), axis=0)
        rows = np.arange(len(widths))
        one, other = self._pairs(len(widths), generator)
        tried[rows, other] += tried[rows, one]
        tried[rows, one] = 0.0
        return tried

    def _shifted(self, value: Floats, widths: Floats, generator: np.random.Generator) -> Floats:
        far = np.abs(generator.standard_normal(len(widths))) * widths
        if self.simplex.parts is None:
            along = self.simplex.directions(value)
            if len(along) == 0:
                return np.repeat(value[None, :], len(widths), axis=0)
            directions = generator.standard_normal((len(widths), len(along))) @ along
            directions /= np.linalg.norm(directions / self._scale, axis=1, keepdims=True)
            length = np.minimum(far, self.simplex.reach(value, directions))
            tried: Floats = np.maximum(value + length[:, None] * directions, 0.0)
            return tried
        return self._stepped(value, far, self.simplex.parts, generator)

    def _stepped(self, value: Floats, far: Floats, parts: int, generator: np.random.Generator) -> Floats:
        numbers = np.repeat(np.rint(value * parts)[None, :], len(far), axis=0)
        rows = np.arange(len(far))
        # A second exchange leaves the edges of the simplex and follows limits of elements.
        for again in (np.ones(len(far)), generator.integers(0, 2, size=len(far))):
            one, other = self._pairs(len(far), generator)
            amount = np.rint(far * np.minimum(self._scale[one], self._scale[other]) * parts)
            room = np.minimum(
                numbers[rows, one] - np.ceil(self.simplex.low[one] * parts - 1e-6),
                np.floor(self.simplex.high[other] * parts + 1e-6) - numbers[rows, other],
            )
            amount = np.clip(np.maximum(amount, 1), 0, np.maximum(room, 0)) * again
            numbers[rows, one] -= amount
            numbers[rows, other] += amount
        return numbers / parts

    def _pairs(
        self, count: int, generator: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        one = generator.integers(0, self.width, size=count)
        other = np.mod(one + generator.integers(1, self.width, size=count), self.width)
        return one, other
