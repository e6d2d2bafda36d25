"""A campaign's words: objectives and budget, what was suggested and measured, the speed account."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal, Self, final

from pydantic import Field, model_validator

from kuralab.model._base import Record
from kuralab.model.space import Setting


@final
class Objective(Record):
    """A quantity of the vocabulary and what is wanted of it.

    direction: of the search; ``target`` aims at a value, ``constraint`` only bounds it by ``low``
    and ``high``. goal: the value at which the campaign has reached what it was made for.
    scale: the one on which differences matter; ``log`` for what spreads over decades.
    """

    quantity: str
    direction: Literal["maximise", "minimise", "target", "constraint"]
    unit: str = ""
    target: float | None = None
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.direction == "target") != (self.target is not None):
            raise ValueError(f"{self.quantity}: a target needs a value, and only a target has one")
        bounds = self.low is not None or self.high is not None
        if (self.direction == "constraint") != bounds:
            raise ValueError(f"{self.quantity}: a constraint needs low or high, and only it has them")
        numbers = (self.target, self.low, self.high, self.goal)
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise ValueError(f"{self.quantity}: numbers must be finite")
        return self


@final
class Budget(Record):
    """What a campaign may spend; the first limit that is met ends it."""

    experiments: int | None = Field(default=None, gt=0)
    instrument_hours: float | None = Field(default=None, gt=0)
    days: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _is_given(self) -> Self:
        if self.experiments is None and self.instrument_hours is None and self.days is None:
            raise ValueError("a budget needs experiments, instrument_hours or days")
        return self


@final
class Predicted(Record):
    """What was expected of a quantity before it was measured: median and central intervals."""

    median: float
    low_68: float
    high_68: float
    low_95: float
    high_95: float


@final
class Observed(Record):
    """What was measured of a quantity; ``flags`` as in results, of which the planner uses
    ``censored_below`` (the truth is below the value) and ``censored_above``."""

    value: float | None
    uncertainty: float | None = None
    unit: str = ""
    flags: tuple[str, ...] = ()


@final
class RunnerUp(Record):
    """A candidate that was not chosen, and its score on the chosen one's scale (1 = equal)."""

    point: dict[str, Setting]
    score: float


@final
class Reason(Record):
    """Why a candidate was suggested.

    how: a start, the model's choice, pinned or added by a person, or chosen without a model because
    its fit failed (``fallback``, which is counted and reported); model: in words, with
    its length scales; acquisition: by name; data: hash of all that had been told; feasible:
    probability that it can be made; text: one sentence.
    """

    how: Literal["start", "planned", "replicate", "pinned", "added", "reference", "fallback"]
    model: str = ""
    acquisition: str = ""
    seed: int = 0
    data: str = ""
    predicted: dict[str, Predicted] = Field(default_factory=dict)
    feasible: float | None = None
    runners_up: tuple[RunnerUp, ...] = ()
    text: str = ""


@final
class Suggestion(Record):
    """An experiment to do, numbered in the order of asking."""

    number: int
    point: dict[str, Setting]
    reason: Reason


@final
class Experiment(Record):
    """One experiment of a campaign as it stands; ``observed`` is by quantity, empty if it failed."""

    suggestion: Suggestion
    state: Literal["suggested", "running", "measured", "failed", "vetoed"]
    run: str | None = None
    observed: dict[str, Observed] = Field(default_factory=dict)
    suggested: datetime | None = None
    ended: datetime | None = None
    instrument_hours: float = 0.0
    message: str = ""


@final
class Arm(Record):
    """One way of working: how long it took to reach the goal, or None where it did not.

    days: lab time from the beginning to the end of the experiment that reached the goal; run_hours:
    median elapsed time of one experiment; lanes: mean number of experiments under way at once;
    open_share: of the week in which the instruments may start work.
    """

    name: str
    words: str
    experiments: int | None
    days: float | None
    experiments_done: int
    days_done: float
    run_hours: float
    lanes: float
    open_share: float
    seed: int = 0


@final
class Factor(Record):
    """One part of the decomposition: reference over ours, and both in words."""

    name: Literal["experiments", "hours", "lanes", "run_time"]
    value: float | None
    words: str


@final
class SpeedAccount(Record):
    """Days to the goal of a reference way of working over ours, measured on the same twins.

    ratio: of the reference's median to ours; a bound (``at_least``) where a reference did not
    reach the goal within its budget. The factors are not independent, so their product is
    not the ratio.
    """

    goal: str
    ours: Arm
    references: tuple[Arm, ...]
    ratio: float | None
    at_least: bool
    factors: tuple[Factor, ...]
    remark: str


@final
class PlannerSettings(Record):
    """How experiments are chosen.

    method: by a model, by chance, or by a fixed spread over the space; starts: experiments before the
    first model (None: by the size of the space); design: of those starts; acquisition: ``auto`` is
    eager noisy expected improvement for one objective and hypervolume improvement for several;
    per_hour: value for each instrument-hour; replicates: whether a measurement may be repeated where
    its noise hides which candidate is best; stop_within: end the campaign once the regret is
    believed below this, on the objective's scale (decades where that is logarithmic).
    """

    method: Literal["model", "random", "spread"] = "model"
    starts: int | None = Field(default=None, ge=1)
    design: Literal["random", "spread"] = "random"
    acquisition: Literal["auto", "eager", "log_ei", "noisy_ei", "ucb", "hypervolume", "explore"] = "auto"
    per_hour: bool = False
    replicates: bool = True
    stop_within: float | None = Field(default=None, gt=0)
