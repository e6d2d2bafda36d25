"""What a planner has suggested and been told, and its identity."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model.campaign import Objective, Observed, Suggestion

Floats = NDArray[np.float64]

State = Literal["pending", "told", "failed", "vetoed"]


@final
@dataclass(frozen=True)
class Asked:
    """One suggestion as it stands; features: (d,) of its point."""

    suggestion: Suggestion
    key: str
    features: Floats
    state: State = "pending"
    observed: Mapping[str, Observed] = field(default_factory=dict)


@final
class History:
    """Suggestions by number, in the order of asking, and the order in which they were answered."""

    def __init__(self) -> None:
        self._asked: dict[int, Asked] = {}
        self._answers: list[int] = []

    def __len__(self) -> int:
        return len(self._asked)

    def next_number(self) -> int:
        """The number of the next suggestion."""
        return max(self._asked, default=0) + 1

    def add(self, asked: Asked) -> None:
        """One more suggestion.

        Raises
        ------
        InputError
            Its number was given before.
        """
        number = asked.suggestion.number
        if number in self._asked:
            raise InputError(f"suggestion {number} was made before", field="number")
        self._asked[number] = asked

    def answer(self, number: int, state: State, observed: Mapping[str, Observed] | None = None) -> None:
        """What became of a suggestion.

        Raises
        ------
        InputError
            There is no such suggestion, or it has been answered.
        """
        asked = self._asked.get(number)
        if asked is None or asked.state != "pending":
            waiting = ", ".join(map(str, self.pending())) or "none"
            raise InputError(
                f"suggestion {number} is not pending", field="number", hint=f"Pending are: {waiting}."
            )
        self._asked[number] = replace(asked, state=state, observed=dict(observed or {}))
        self._answers.append(number)

    def pending(self) -> tuple[int, ...]:
        """Numbers of what was asked and not answered."""
        return tuple(number for number, asked in self._asked.items() if asked.state == "pending")

    def of(self, *states: State) -> list[Asked]:
        """Suggestions in these states: answered ones in the order of their answers, then pending."""
        order = [*self._answers, *self.pending()]
        return [self._asked[number] for number in order if self._asked[number].state in states]

    def taken(self, *states: State) -> dict[str, Floats]:
        """Features of the candidates in these states, by identity."""
        return {asked.key: asked.features for asked in self.of(*states)}

    def keys(self, *states: State) -> set[str]:
        """Identities of the candidates in these states."""
        return {asked.key for asked in self.of(*states)}

    def digest(self) -> str:
        """Hash of all answers, in their order, and of what is pending."""
        content = [
            [
                asked.suggestion.number,
                asked.key,
                asked.state,
                {name: value.model_dump(mode="json") for name, value in asked.observed.items()},
            ]
            for asked in self.of("told", "failed", "vetoed", "pending")
        ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def checked(observed: Mapping[str, Observed], objectives: Sequence[Objective]) -> dict[str, Observed]:
    """What can be learnt from, by quantity.

    Raises
    ------
    InputError
        An objective has no finite value, or one that its logarithmic scale does not allow.
    """
    found = {}
    for objective in objectives:
        name = objective.quantity
        if name not in observed:
            raise InputError(
                "this objective was not measured",
                field=name,
                hint="Tell it, or report the experiment as failed.",
            )
        value, spread = observed[name].value, observed[name].uncertainty
        if value is None or not math.isfinite(value):
            raise InputError(
                f"{value} is no finite number", field=name, hint="Report the experiment as failed."
            )
        if objective.scale == "log" and value <= 0:
            raise InputError(f"{value:g} has no logarithm", field=name, hint="Use a linear scale.")
        if spread is not None and not (math.isfinite(spread) and spread >= 0):
            raise InputError(f"its uncertainty {spread} is no finite, positive number", field=name)
        found[name] = observed[name]
    return found


def on_scale(objective: Objective, value: float) -> float:
    """A value on the scale on which the objective's differences matter; decades where logarithmic."""
    return math.log10(value) if objective.scale == "log" else value


def from_scale(objective: Objective, value: float) -> float:
    """Back to the objective's own unit."""
    return 10.0 ** min(value, 300.0) if objective.scale == "log" else value


def variance_on_scale(objective: Objective, observed: Observed) -> float:
    """Known variance of an observation on that scale; 0 where it is not known."""
    assert observed.value is not None
    spread = observed.uncertainty or 0.0
    if objective.scale == "log":
        spread /= observed.value * math.log(10.0)
    return spread**2


def sign_of(objective: Objective) -> float:
    """-1 where less is better, else 1."""
    return -1.0 if objective.direction == "minimise" else 1.0


def side_of(observed: Observed) -> int:
    """-1 where the truth is below the value, +1 where it is above, else 0."""
    if "censored_below" in observed.flags:
        return -1
    return 1 if "censored_above" in observed.flags else 0
