"""A space of candidates made of variables, with conditions and constraints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.clock import keyed_generator
from kuralab.errors import InputError, did_you_mean
from kuralab.model.space import Point, Variable
from kuralab.planning._candidates import Candidates, Floats
from kuralab.planning._lattice import LARGEST, Whole, draw_ranks
from kuralab.planning._layout import Layout, Values, others
from kuralab.planning._ranks import Ranks
from kuralab.planning._rules import Rules, Tally, read_constraints, split_constraints

_LISTED: Final = 1_000_000
_ROUND: Final = 16_384
_MOST_ROUND: Final = 200_000


@final
class Space:
    """Candidates over numbers, whole numbers, choices and mixtures.

    names: of the features, by which variables are known to a model: a number scaled to 0 to 1 (on its
    own scale), a choice as its descriptors or one column each, a mixture as its fractions. Where a
    variable does not exist its features have one neutral value.

    Drawing is exactly uniform over a finite space. Otherwise every variable is uniform on its scale,
    given those it depends on, and constraints refuse what they forbid; only limits that are linear in
    the fractions of a mixture refuse nothing, because the mixture is drawn within them.

    A space is called finite where its candidates can be counted and so listed; a mixture with a step
    and limits of elements that is too fine to be counted is drawn from like a continuous one.

    Raises
    ------
    InputError
        No variables, a name twice, a condition or constraint with an unknown name, limits that
        contradict, or nothing found that keeps the constraints.

    Examples
    --------
    >>> from kuralab.model.space import Categorical, Integer
    >>> gas = Categorical(name="gas", choices=("Ar", "N2"))
    >>> space = Space([Integer(name="n", low=1, high=3), gas], ["n < 3 or gas == 'Ar'"])
    >>> space.size, space.names
    (5, ('n', 'gas=N2'))
    >>> space.key({"gas": "Ar", "n": 3})
    '"n"=3;"gas"="Ar"'
    """

    def __init__(self, variables: Sequence[Variable], constraints: Sequence[str] = ()) -> None:
        names = [variable.name for variable in variables]
        if not variables:
            raise InputError("a space needs at least one variable", field="space")
        for number, name in enumerate(names):
            if name in names[:number]:
                raise InputError(f"two variables are called {name!r}", field="space")
        self.variables = tuple(variables)
        self.constraints = tuple(constraints)
        read = read_constraints(constraints, variables)
        further, rest = split_constraints(read, variables)
        self._rules = Rules(rest)
        self._layout = Layout(variables, further)
        self.names = self._layout.names
        counted = all(axis.count is not None for axis in self._layout.axes)
        self._ranks = Ranks(self._layout.axes, self._layout.conditions) if counted else None
        self.finite = counted
        # Of a finite space that constraints thin out, the ranks that they allow.
        self._allowed: NDArray[np.int64] | None = None
        self._check_not_empty()

    @property
    def size(self) -> int | None:
        """How many candidates there are; None where they are infinite or, under constraints, more than
        a million to try."""
        if self._ranks is None:
            return None
        if not self._rules:
            return self._ranks.count
        return None if self._allowed is None else len(self._allowed)

    def chunks(self, size: int) -> Iterator[Candidates]:
        """Every candidate of a finite space once, ``size`` at a time, never all in memory."""
        if self._ranks is None:
            raise InputError("a space with a real number has no end", hint="Draw from it with sample.")
        if self._allowed is not None:
            for start in range(0, len(self._allowed), size):
                yield self._layout.candidates(self._ranks.unrank(self._allowed[start : start + size]))
            return
        for start in range(0, self._ranks.count, size):
            stop = min(start + size, self._ranks.count)
            ranks = (
                np.arange(start, stop) if stop <= LARGEST else np.array(range(start, stop), dtype=object)
            )
            values = self._kept(self._ranks.unrank(ranks))
            if len(values[0]):
                yield self._layout.candidates(values)

    def sample(self, count: int, generator: np.random.Generator) -> Candidates:
        """``count`` candidates; of a finite space without repetition, at most all.

        Raises
        ------
        InputError
            After a million draws fewer than one in a hundred thousand keeps the constraints.
        """
        if self._ranks is None:
            return self._layout.candidates(self._drawn(count, generator))
        if self._allowed is not None:
            chosen = generator.choice(len(self._allowed), min(count, len(self._allowed)), replace=False)
            return self._layout.candidates(self._ranks.unrank(self._allowed[chosen]))
        return self._layout.candidates(self._distinct(min(count, self._ranks.count), generator))

    def near(
        self, point: Point, count: int, generator: np.random.Generator, *, width: float
    ) -> Candidates:
        """At most ``count`` allowed candidates around one: half of them differ in one variable.

        width: typical distance in features; whole numbers and lattices take at least one step, and a
        choice, which is seldom changed, any other. Where moving finds few, the nearest of candidates
        drawn from the whole space come along.
        """
        base = self._layout.values([point])
        moved = self._layout.moved([value[0] for value in base], 2 * count, width, generator)
        found = others(self._kept(moved), base)[:count]
        candidates = self._layout.candidates(self._layout.split(found))
        if len(found) >= max(1, count // 4):
            return candidates
        drawn = self.sample(20 * count, generator)
        far = others(self._layout.values([drawn.point_of(i) for i in range(len(drawn))]), base)
        features = self._layout.features(self._layout.split(far))
        nearest = np.argsort(((features - self._layout.features(base)) ** 2).sum(axis=1), kind="stable")
        both = self._layout.split(np.vstack([found, far[nearest]]))
        return self._layout.candidates(self._layout.split(others(both, base)[:count]))

    def encode(self, points: Sequence[Point]) -> Floats:
        """(n, d) features of points; of a point beyond the limits as they would be there."""
        return self._layout.features(self._layout.values(points))

    def key(self, point: Point) -> str:
        """The same text for the same candidate: variables in their order, nine significant digits."""
        return self._layout.key(self._layout.values([point]))

    def check(self, point: Point) -> None:
        """Whether a point is of this space.

        Raises
        ------
        InputError
            An unknown or missing variable, a setting that its variable does not allow, or a
            constraint that does not hold; it names the variable and what was expected.
        """
        for name in point:
            known = [variable.name for variable in self.variables]
            if name not in known:
                near = did_you_mean(name, known)
                raise InputError(f"unknown variable {name!r}", hint=f"{near}Known: {', '.join(known)}.")
        values = self._layout.values([point])
        for number in self._layout.order:
            axis, condition = self._layout.axes[number], self._layout.conditions[number]
            exists = condition is None or bool(condition.holds(values[condition.parent])[0])
            if exists and axis.name not in point:
                raise InputError("it has no setting", field=axis.name, hint="Give every variable one.")
            if condition is not None and not exists and axis.name in point:
                parent = self._layout.axes[condition.parent].name
                raise InputError(
                    f"it does not exist for this {parent}", field=axis.name, hint="Leave it out."
                )
            if exists and (problem := axis.problem(values[number][0])):
                raise InputError(problem, field=axis.name)
        for constraint in self._rules.constraints:
            if not Rules([constraint]).allow(*self._layout.columns(values, constraint.names))[0]:
                raise InputError(f"{constraint.text!r} does not hold", field="constraints")

    def _check_not_empty(self) -> None:
        """Whether anything keeps the constraints; a space that is small enough is listed once."""
        if not self._rules:
            return
        tally = Tally(self._rules)
        if self._ranks is None or self._ranks.count > _LISTED:
            generator = keyed_generator(0, "space", *self.constraints)
            size = _ROUND
            while not tally.allowed:
                if tally.hopeless:
                    raise tally.refusal()
                self._kept(self._tried(size, generator), tally)
                size = min(2 * size, _MOST_ROUND)
            return
        found = []
        for start in range(0, self._ranks.count, _MOST_ROUND):
            ranks = np.arange(start, min(start + _MOST_ROUND, self._ranks.count))
            found.append(ranks[self._allow(self._ranks.unrank(ranks), tally)])
        self._allowed = np.concatenate(found)
        if len(self._allowed) == 0:
            raise tally.refusal()

    def _tried(self, count: int, generator: np.random.Generator) -> Values:
        """Values that constraints have not seen yet."""
        if self._ranks is not None:
            return self._ranks.unrank(draw_ranks(self._ranks.count, count, generator))
        return self._layout.drawn(count, generator)

    def _drawn(self, count: int, generator: np.random.Generator) -> Values:
        if not self._rules:
            return self._tried(count, generator)
        tally = Tally(self._rules)
        found: list[Floats] = []
        size = max(count, 256)
        while (have := sum(map(len, found))) < count:
            if tally.hopeless:
                raise tally.refusal()
            found.append(np.hstack(self._kept(self._tried(size, generator), tally)))
            rate = max(tally.allowed / tally.tried, Tally.RATE)
            size = int(min(max((count - have) / rate, 256), _MOST_ROUND))
        return self._layout.split(np.concatenate(found)[:count])

    def _distinct(self, count: int, generator: np.random.Generator) -> Values:
        """Different candidates of a finite space that is not listed."""
        assert self._ranks is not None
        if not self._rules and 2 * count >= self._ranks.count:
            ranks = generator.permutation(self._ranks.count)[:count]
            return self._ranks.unrank(ranks)
        tally = Tally(self._rules) if self._rules else None
        seen: dict[int, None] = {}
        found: list[Floats] = []
        while (have := sum(map(len, found))) < count:
            if tally is not None and (tally.hopeless or len(seen) == self._ranks.count):
                if tally.hopeless and not have:
                    raise tally.refusal()
                break
            rate = max(tally.allowed / tally.tried, Tally.RATE) if tally and tally.tried else 1.0
            size = int(min(max(1.1 * (count - have) / rate, 64), _MOST_ROUND))
            ranks = draw_ranks(self._ranks.count, size, generator)
            fresh = [rank for rank in dict.fromkeys(ranks.tolist()) if rank not in seen]
            seen.update(dict.fromkeys(fresh))
            new: Whole = np.array(fresh, dtype=self._ranks.dtype)
            found.append(np.hstack(self._kept(self._ranks.unrank(new), tally)))
        return self._layout.split(np.concatenate(found)[:count])

    def _kept(self, values: Values, tally: Tally | None = None) -> Values:
        if not self._rules:
            return values
        allowed = self._allow(values, tally)
        return [value[allowed] for value in values]

    def _allow(self, values: Values, tally: Tally | None = None) -> NDArray[np.bool_]:
        if len(values[0]) == 0:
            return np.ones(0, dtype=bool)
        return self._rules.allow(*self._layout.columns(values, self._rules.names), tally)
