"""Which candidates a space's constraints allow, and why a search for them fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model.space import Categorical, Mixture, Variable
from kuralab.planning._expressions import Constraint
from kuralab.planning._linear import Linear, linear_limits

Columns = Mapping[str, NDArray[Any]]


def read_constraints(texts: Sequence[str], variables: Sequence[Variable]) -> list[Constraint]:
    """Constraints over the names of variables and ``mixture.component``.

    Raises
    ------
    InputError
        A text is no condition or has an unknown name.
    """
    names = []
    for variable in variables:
        if isinstance(variable, Mixture):
            names += [f"{variable.name}.{component}" for component in variable.components]
        elif not isinstance(variable, Categorical):
            names.append(variable.name)
    choices = {v.name: v.choices for v in variables if isinstance(v, Categorical)}
    return [Constraint.parse(text, names, choices=choices) for text in texts]


def split_constraints(
    constraints: Sequence[Constraint], variables: Sequence[Variable]
) -> tuple[dict[str, list[Linear]], list[Constraint]]:
    """Linear limits on the fractions of one mixture, by its name, and what remains."""
    further: dict[str, list[Linear]] = {}
    rest = []
    for constraint in constraints:
        for variable in variables:
            if isinstance(variable, Mixture):
                names = [f"{variable.name}.{component}" for component in variable.components]
                if limits := linear_limits(constraint, names):
                    further.setdefault(variable.name, []).extend(limits)
                    break
        else:
            rest.append(constraint)
    return further, rest


@final
class Rules:
    """Constraints that are checked candidate by candidate.

    A constraint that names a variable which does not exist in a candidate says nothing about it.
    """

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self.constraints = tuple(constraints)
        self.names = frozenset(name for constraint in constraints for name in constraint.names)

    def __bool__(self) -> bool:
        return bool(self.constraints)

    def allow(self, columns: Columns, exists: Columns, tally: Tally | None = None) -> NDArray[np.bool_]:
        """(n,) whether all constraints hold; exists: for each name where its variable is."""
        size = len(next(iter(columns.values())))
        allowed = np.ones(size, dtype=bool)
        for number, constraint in enumerate(self.constraints):
            holds = constraint.holds(columns)
            for name in constraint.names:
                holds |= ~exists[name]
            if tally is not None:
                tally.kept[number] += int(holds.sum())
            allowed &= holds
        if tally is not None:
            tally.tried += size
            tally.allowed += int(allowed.sum())
        return allowed


@final
class Tally:
    """How many candidates each constraint has let through, so that a search can say what stops it.

    It gives up after ``MOST`` draws of which fewer than one in a hundred thousand is allowed.
    """

    MOST = 1_000_000
    RATE = 1e-5

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.kept = np.zeros(len(rules.constraints), dtype=np.int64)
        self.tried = 0
        self.allowed = 0

    @property
    def hopeless(self) -> bool:
        return self.tried >= self.MOST and self.allowed < self.RATE * self.tried

    def refusal(self) -> InputError:
        """What was tried, and which constraint lets the fewest through."""
        worst = int(self.kept.argmin())
        return InputError(
            f"{self.allowed} of {self.tried} candidates keep all constraints; "
            f"{self._rules.constraints[worst].text!r} alone keeps {self.kept[worst]}",
            field="constraints",
            hint="Narrow the ranges of its variables to where it can hold, or correct it.",
        )
