"""The compositions that a mixture allows: counted, listed and drawn exactly uniformly.

With a step they are lattice vectors, counted by dynamic programming (``_lattice``,
``_limited_lattice``). Without one they fill a convex body, which is cut into simplices
(``_polytope``): a simplex is chosen by its volume, a point in it by flat Dirichlet weights. Neither
refuses a draw, however narrow the window.

Two cases are too large for that; they refuse some draws, which keeps them exact. Without a step,
more than seven or eight components in a box are drawn from a simplex around it. With a step so fine
that linear limits have too many different sums, points of the continuous body are rounded (``_cells``).

``most`` without a step: compositions with fewer than the greatest possible number of components have no
volume, so every draw has that number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model.space import Limits, Mixture
from kuralab.planning._cells import cells, rounded
from kuralab.planning._faces import Box, Union, faces
from kuralab.planning._lattice import LARGEST, Lattice, Whole, draw_ranks
from kuralab.planning._limited_lattice import LimitedLattice, TooManyStatesError, whole_limits
from kuralab.planning._linear import Linear, element_limits, rational
from kuralab.planning._polytope import EmptyError, Floats, Polytope, widest

_OFF_STEP: Final = 1e-6
_SUM: Final = 1e-6
_TRIES: Final = 2_000_000
_ROUND: Final = 50_000


@final
class Simplex:
    """Compositions of one mixture.

    parts: the number of steps in the whole, None without a step; count: how many compositions there
    are, None where they are infinite or too many states to count; low, high: (m,) the least and
    greatest fraction that a component can have in any of them.

    Raises
    ------
    InputError
        No composition keeps all limits; it says which of them contradict.
    """

    def __init__(self, mixture: Mixture, further: Sequence[Linear] = ()) -> None:
        self.name = mixture.name
        self.components = mixture.components
        self.parts = None if mixture.step is None else round(1 / mixture.step)
        size = len(mixture.components)
        self.most = size if mixture.most is None else min(mixture.most, size)
        self._limits = [*element_limits(mixture.components, mixture.elements), *further]
        ranges = [mixture.limits.get(name, Limits()) for name in mixture.components]
        self._low = np.array([limit.low for limit in ranges])
        self._high = np.array([limit.high for limit in ranges])
        self._check_sums()
        normals = np.array([[float(a) for a in limit.coefficients] for limit in self._limits])
        bounds = np.array([float(limit.bound) for limit in self._limits])
        self._box = Box(self._low, self._high, normals.reshape(-1, size), bounds)
        self._halfspaces = self._box.halfspaces
        self._lattice: Lattice | LimitedLattice | None = None
        self._union: Union | None = None
        self._whole: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        if self.parts is None:
            self._union = self._faces()
        else:
            self._count(self.parts)
        self.low, self.high = self._span()

    @property
    def _whole_mixture(self) -> bool:
        """Whether all components may be present at once."""
        return self.most == len(self.components)

    @property
    def count(self) -> int | None:
        return None if self._lattice is None else self._lattice.count

    def unrank(self, ranks: Whole) -> Floats:
        """(n, m) compositions of n ranks; only where they are counted."""
        assert self._lattice is not None
        assert self.parts is not None
        fractions: Floats = self._lattice.unrank(ranks) / self.parts
        return fractions

    def chunks(self, size: int) -> Iterator[Floats]:
        """Every composition of a mixture with a step, in a fixed order, ``size`` at a time."""
        assert self.parts is not None
        source = self._lattice or self._plain(self.parts)
        for start in range(0, source.count, size):
            stop = min(start + size, source.count)
            ranks = (
                np.arange(start, stop) if stop <= LARGEST else np.array(range(start, stop), dtype=object)
            )
            found = source.unrank(ranks) / self.parts
            if self._lattice is None:
                found = found[self.keeps(found)]
            if len(found):
                yield found

    def sample(self, count: int, generator: np.random.Generator) -> Floats:
        """(count, m) independent compositions, exactly uniform.

        Raises
        ------
        InputError
            One of the two large cases of the module refuses nearly everything.
        """
        if self._lattice is not None:
            return self.unrank(draw_ranks(self._lattice.count, count, generator))
        assert self._union is not None
        found: list[Floats] = []
        have, tried = 0, 0
        while have < count:
            size = count if self._union.exact else _ROUND
            points, chosen = self._union.draw(size, generator)
            points = self._accepted(points, chosen)
            found.append(points)
            have, tried = have + len(points), tried + size
            if tried >= _TRIES and have < 1e-5 * tried:
                raise InputError(
                    f"{have} of {tried} compositions keep the limits of {self.name}",
                    field=self.name,
                    hint="Give a coarser step, fewer components or wider limits.",
                )
        return np.concatenate(found)[:count] if found else np.empty((0, len(self.components)))

    def keeps(self, fractions: Floats) -> NDArray[np.bool_]:
        """(n,) which of (n, m) compositions are allowed."""
        kept: NDArray[np.bool_] = np.abs(fractions.sum(axis=1) - 1) <= _SUM
        kept &= (fractions > _SUM).sum(axis=1) <= self.most
        if self.parts is None:
            return kept & self._halfspaces.keeps(fractions, tolerance=_SUM)
        numbers = np.rint(fractions * self.parts)
        kept &= (np.abs(fractions * self.parts - numbers) <= _OFF_STEP * self.parts).all(axis=1)
        low, high = self._ends(self.parts)
        kept &= ((numbers >= low) & (numbers <= high)).all(axis=1)
        if self._whole is None:
            return kept & self._halfspaces.keeps(numbers / self.parts)
        coefficients, bounds = self._whole
        return kept & (numbers.astype(np.int64) @ coefficients.T <= bounds).all(axis=1)

    def problem(self, fractions: Floats) -> str | None:
        """Why (m,) fractions are not allowed, in words, or None."""
        if abs(fractions.sum() - 1) > _SUM:
            return f"the fractions sum to {fractions.sum():.9g}, not to 1"
        for name, x, low, high in zip(self.components, fractions, self._low, self._high, strict=True):
            if not low - _SUM <= x <= high + _SUM:
                return f"{name} is {x:.9g}, expected {low:g} to {high:g}"
            if self.parts and abs(x * self.parts - round(x * self.parts)) > _OFF_STEP * self.parts:
                return f"{name} is {x:.9g}, expected a multiple of {1 / self.parts:g}"
        if (present := int((fractions > _SUM).sum())) > self.most:
            return f"{present} components are present, expected at most {self.most}"
        if not self.keeps(fractions[None, :])[0]:
            for limit in self._limits:
                total = float(
                    sum(a * Fraction(x) for a, x in zip(limit.coefficients, fractions, strict=True))
                )
                if total > float(limit.bound) - _SUM:
                    return f"{limit.words} does not hold"
        return None

    def directions(self, point: Floats) -> Floats:
        """(d, m) along which a composition without a step can move with the components that it has."""
        assert self._union is not None
        present = np.flatnonzero(point > _SUM)
        for face in self._union.members:
            if isinstance(face.body, Polytope) and set(present) <= set(face.present):
                found = np.zeros((face.body.dimension, len(point)))
                found[:, face.present] = face.body.axes
                return found
        flat = np.eye(len(point))[present] - np.isin(np.arange(len(point)), present) / len(present)
        return flat

    def reach(self, point: Floats, directions: Floats) -> Floats:
        """(n,) how far one can go from a point along each of (n, m) directions."""
        slopes = directions @ self._halfspaces.normals.T
        slack = np.maximum(self._halfspaces.bounds - self._halfspaces.normals @ point, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.where(slopes > 1e-12, slack / slopes, np.inf)
        reached: Floats = far.min(axis=1)
        return reached

    def _check_sums(self) -> None:
        if (least := float(self._low.sum())) > 1 + _SUM:
            raise self._empty(f"the least fractions sum to {least:g}, above 1", "Lower some of them.")
        needed = int((self._low > 0).sum())
        if needed > self.most:
            raise self._empty(
                f"{needed} components have a least fraction, but at most {self.most} may be present",
                "Allow more components.",
            )
        # Those that must be present take their places before the others.
        room = sorted(self._high[self._low == 0], reverse=True)[: self.most - needed]
        greatest = float(self._high[self._low > 0].sum() + sum(room))
        if greatest < 1 - _SUM:
            among = f" of {self.most} components" if self.most < len(self.components) else ""
            raise self._empty(
                f"the greatest fractions{among} sum to {greatest:g}, below 1", "Raise some."
            )

    def _ends(self, parts: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        low = [math.ceil(rational(value) * parts) for value in self._low]
        high = [math.floor(rational(value) * parts) for value in self._high]
        return np.array(low), np.array(high)

    def _plain(self, parts: int) -> Lattice:
        """The lattice without linear limits."""
        low, high = self._ends(parts)
        return Lattice(low.tolist(), high.tolist(), parts, self.most)

    def _count(self, parts: int) -> None:
        plain = self._plain(parts)
        if plain.count == 0:
            raise self._empty(
                f"no fractions in steps of {1 / parts:g} lie within the limits and sum to 1",
                "Give a finer step or wider limits.",
            )
        if not self._limits:
            self._lattice = plain
            return
        try:
            coefficients, bounds = whole_limits(self._limits, parts)
            self._whole = coefficients, np.array(bounds)
            self._lattice = self._limited(parts, len(self._limits))
        except TooManyStatesError:
            ends = self._ends(parts)
            self._union = cells(self._box, *ends, parts, self.most, whole=self._whole_mixture)
            if not self._union.members:
                raise self._nothing(len(self._limits) - 1) from None
            return
        if self._lattice.count == 0:
            broken = next(
                (n for n in range(1, len(self._limits)) if self._limited(parts, n).count == 0),
                len(self._limits),
            )
            raise self._nothing(broken - 1)

    def _limited(self, parts: int, limits: int) -> LimitedLattice:
        low, high = self._ends(parts)
        return LimitedLattice(low.tolist(), high.tolist(), parts, self._limits[:limits], self.most)

    def _faces(self) -> Union:
        try:
            members = faces(self._box, (self.most,))
        except InputError as error:
            raise error.located(field=self.name) from None
        if not members:
            for number in range(len(self._limits)):
                part = Box(
                    self._low,
                    self._high,
                    self._box.normals[: number + 1],
                    self._box.bounds[: number + 1],
                )
                if not faces(part, (self.most,)):
                    raise self._nothing(number)
        greatest = max(face.body.dimension for face in members)
        return Union([face for face in members if face.body.dimension == greatest], len(self.components))

    def _accepted(self, points: Floats, chosen: NDArray[np.int64]) -> Floats:
        assert self._union is not None
        if self.parts is not None:
            points = rounded(points, chosen, self._union, self.parts, whole=self._whole_mixture)
            return points[self.keeps(points)]
        return points if self._union.exact else points[self._halfspaces.keeps(points)]

    def _span(self) -> tuple[Floats, Floats]:
        if self._limits:
            try:
                return widest(self._halfspaces)
            except EmptyError:
                raise self._nothing(len(self._limits) - 1) from None
        others = self._low.sum() - self._low
        high = np.minimum(self._high, 1 - others)
        room = [np.sort(np.delete(self._high, i))[::-1][: self.most - 1].sum() for i in range(len(high))]
        return np.clip(1 - np.array(room), self._low, high), high

    def _nothing(self, number: int) -> InputError:
        words = self._limits[number].words
        return self._empty(
            f"no composition keeps {words!r} together with the other limits",
            "Widen one of them, or give a finer step." if self.parts else "Widen one of them.",
        )

    def _empty(self, message: str, hint: str) -> InputError:
        return InputError(message, field=self.name, hint=hint)
