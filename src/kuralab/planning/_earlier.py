"""What an earlier campaign saw, and what a model of it foretells for this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self, final

import numpy as np
from numpy.typing import NDArray

from kuralab.clock import keyed_generator
from kuralab.errors import InputError
from kuralab.model.campaign import Objective, Observed
from kuralab.model.space import Point
from kuralab.planning._candidates import CandidateSpace
from kuralab.planning._history import checked, on_scale, side_of, variance_on_scale
from kuralab.planning._means import Mean
from kuralab.planning._surrogate import Observations, Surrogate, learnt

Floats = NDArray[np.float64]

_MOST: Final = 250
"""Experiments that are learnt from; of more, as many are drawn, since each meets every candidate."""
_LEAST: Final = 3


@final
@dataclass(frozen=True)
class Earlier:
    """An earlier campaign, in a space that has at least one feature in common with the current one.

    names: of its features, (d,); features: (n, d), scaled as the current space scales those of the same
    name; observed: n, by quantity, empty where nothing was measured.

    Raises
    ------
    InputError
        Lengths differ, a feature is not finite, or an observation cannot be learnt from.
    """

    name: str
    names: tuple[str, ...]
    features: Floats
    observed: tuple[Mapping[str, Observed], ...]

    def __post_init__(self) -> None:
        if self.features.shape != (len(self.observed), len(self.names)):
            raise InputError(
                f"{len(self.observed)} experiments and {len(self.names)} features do not fit an array "
                f"of shape {self.features.shape}",
                field=self.name,
            )
        if not np.isfinite(self.features).all():
            raise InputError("a feature is not finite", field=self.name)

    def measured(self, quantity: str) -> bool:
        """Whether any of its experiments measured a quantity."""
        return any(quantity in seen for seen in self.observed)

    @classmethod
    def of(
        cls,
        name: str,
        space: CandidateSpace,
        points: Sequence[Point],
        observed: Sequence[Mapping[str, Observed]],
    ) -> Self:
        """An earlier campaign in the same space; its limits may have been others."""
        return cls(name, space.names, space.encode(points), tuple(observed))


@final
class Foretold:
    """What an earlier campaign's own model expects of an objective, in its standard deviations.

    names: features of the current space, of which only those are used that the earlier one has too.

    Raises
    ------
    InputError
        The two have no feature in common, or fewer than three experiments measured the objective.
    """

    def __init__(self, earlier: Earlier, objective: Objective, names: Sequence[str]) -> None:
        self.name = earlier.name
        shared = [name for name in names if name in earlier.names]
        if not shared:
            raise InputError(
                "this earlier campaign has no feature of this space",
                field=earlier.name,
                hint=f"It has {', '.join(earlier.names)}; here are {', '.join(names)}.",
            )
        self._columns = [list(names).index(name) for name in shared]
        self._features = earlier.features[:, [earlier.names.index(name) for name in shared]]
        self._objective = objective
        quantity = objective.quantity
        self._rows = [i for i, seen in enumerate(earlier.observed) if quantity in seen]
        self._seen = [checked(earlier.observed[i], [objective])[quantity] for i in self._rows]
        if len(self._rows) < _LEAST:
            raise InputError(
                f"fewer than {_LEAST} of its experiments measured {quantity}", field=earlier.name
            )
        learnt_from = min(len(self._rows), _MOST)
        whole = "" if learnt_from == len(self._rows) else f"{learnt_from} of "
        self.words = f"{whole}{len(self._rows)} experiments"
        if len(shared) < max(len(names), len(earlier.names)):
            self.words += f", of whose features {', '.join(shared)} are known here"

    @cached_property
    def _model(self) -> Surrogate:
        generator = keyed_generator(0, "earlier", self.name, self._objective.quantity)
        drawn = np.sort(generator.permutation(len(self._rows))[:_MOST])
        seen = [self._seen[i] for i in drawn]
        x = self._features[[self._rows[i] for i in drawn]]
        data = Observations(
            x=x,
            y=np.array([on_scale(self._objective, one.value or 0.0) for one in seen]),
            noise=np.array([variance_on_scale(self._objective, one) for one in seen]),
            side=np.array([side_of(one) for one in seen]),
            basis=np.ones((len(x), 1)),
        )
        return learnt(data, generator).first()

    def __call__(self, x: Floats) -> Floats:
        """(m,) at features (m, d) of the current space."""
        return self._model.standardised(x[:, self._columns], np.ones((len(x), 1)))


@final
@dataclass(frozen=True)
class FollowingMean:
    """A mean, and one coefficient more for what each earlier campaign foretells."""

    usual: Mean
    earlier: tuple[Foretold, ...]

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Those of the usual mean, then one for each earlier campaign."""
        return (*self.usual.coefficients, *(one.name for one in self.earlier))

    def basis(self, x: Floats) -> Floats:
        """(n, p + earlier campaigns)."""
        return np.column_stack([self.usual.basis(x), *(one(x) for one in self.earlier)])
