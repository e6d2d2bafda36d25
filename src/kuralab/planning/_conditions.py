"""Which variables exist in a candidate: a variable may depend on one other's setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, did_you_mean, unknown_name
from kuralab.model.space import Categorical, Integer, Mixture, Variable, When

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Condition:
    """The variable with this number must have one of these values."""

    parent: int
    among: tuple[float, ...]

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """(n,) of the parent's (n, 1) values, which are NaN where it is absent itself."""
        return np.isin(values[:, 0], self.among)


def conditions(variables: Sequence[Variable]) -> list[Condition | None]:
    """The condition of each variable, with choices as their places.

    Raises
    ------
    InputError
        A condition on an unknown variable, on one that is no choice or whole number, or on a value that
        it cannot have; conditions that go round in a circle.
    """
    places = {variable.name: number for number, variable in enumerate(variables)}
    found: list[Condition | None] = []
    for variable in variables:
        when = None if isinstance(variable, Mixture) else variable.when
        if when is None:
            found.append(None)
            continue
        if when.variable not in places:
            near = unknown_name(when.variable, tuple(places), what="variable")
            raise InputError(near.message, hint=near.hint, field=f"{variable.name}.when")
        parent = variables[places[when.variable]]
        found.append(Condition(places[when.variable], _values(variable.name, when, parent)))
    in_order(found, [variable.name for variable in variables])
    return found


def in_order(found: Sequence[Condition | None], names: Sequence[str]) -> list[int]:
    """Numbers of the variables, each after the one on which it depends."""
    order: list[int] = []
    for number in range(len(found)):
        chain = [number]
        while (condition := found[chain[-1]]) is not None and condition.parent not in order:
            if condition.parent in chain:
                circle = " on ".join(names[i] for i in [*chain, condition.parent])
                raise InputError(
                    f"conditions go round in a circle: {circle}", field=f"{names[number]}.when"
                )
            chain.append(condition.parent)
        order += [i for i in reversed(chain) if i not in order]
    return order


def _values(name: str, when: When, parent: Variable) -> tuple[float, ...]:
    field = f"{name}.when"
    values = []
    for wanted in when.among:
        if isinstance(parent, Categorical):
            if wanted not in parent.choices:
                near = did_you_mean(str(wanted), parent.choices)
                raise InputError(
                    f"{parent.name} has no choice {wanted!r}",
                    field=field,
                    hint=f"{near}Known: {', '.join(parent.choices)}.",
                )
            values.append(float(parent.choices.index(str(wanted))))
        elif isinstance(parent, Integer):
            whole = not isinstance(wanted, str) and wanted == round(wanted)
            if not whole or not parent.low <= float(wanted) <= parent.high:
                raise InputError(
                    f"{parent.name} is never {wanted}",
                    field=field,
                    hint=f"It is a whole number from {parent.low} to {parent.high}.",
                )
            values.append(float(wanted))
        else:
            raise InputError(
                f"{parent.name} is neither a choice nor a whole number",
                field=field,
                hint="Make a condition on one of these, or write a constraint.",
            )
    return tuple(values)
