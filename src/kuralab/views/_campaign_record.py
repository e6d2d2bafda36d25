"""What a campaign's figures and report show, gathered and computed by whoever asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from kuralab.model.campaign import (
    Budget,
    Experiment,
    Objective,
    PlannerSettings,
    SpeedAccount,
)

Ending = Literal[
    "running", "goal", "experiments", "instrument_hours", "days", "regret", "exhausted", "stopped"
]
"""Why a campaign ended: it did not yet; its goal; a limit of its budget; the regret is believed
small enough; no candidate is left; a person stopped it."""


@dataclass(frozen=True)
class VariableShown:
    """A variable as it is written; ``components`` are those of a mixture, else empty."""

    name: str
    kind: Literal["continuous", "integer", "categorical", "mixture"]
    unit: str = ""
    components: tuple[str, ...] = ()
    scale: Literal["linear", "log"] = "linear"


@dataclass(frozen=True)
class Spent:
    """What a campaign has used of its budget."""

    experiments: int
    instrument_hours: float
    days: float


@dataclass(frozen=True)
class Coverage:
    """Of ``count`` predictions made before measurement, how many intervals held the measured value."""

    quantity: str
    within_68: int
    within_95: int
    count: int


@dataclass(frozen=True)
class Progress:
    """The best so far of one way of working: an entry per measured or failed experiment as it ended.

    quantity: an objective's, or ``hypervolume``; days: lab time since the arm began; best: in the
    objective's unit, None while nothing counts (a failed experiment repeats the entry before).
    """

    quantity: str
    arm: str
    days: tuple[float, ...]
    best: tuple[float | None, ...]
    seed: int = 0


@dataclass(frozen=True)
class Landscape:
    """What the model believes of a mixture: median of ``quantity`` at points of mole fractions."""

    mixture: str
    quantity: str
    points: tuple[tuple[Mapping[str, float], float], ...]


@dataclass(frozen=True)
class CampaignOverview:
    """Everything that the report of a campaign shows.

    Observed and predicted values are in the unit of their objective.

    Parameters
    ----------
    experiments : in the order of their numbers
    variables : in the order of the campaign's file
    ending, ending_text : why it ended; details of it in words
    began : the campaign's first moment, from which ``Experiment.ended`` is counted in days
    labels : by number of the experiment, what was made: a composition, an entry's name
    row_names : of a table's rows with a label, what they are called: ``Li7BiO6 (jqc)`` for ``jqc``
    best : numbers of the best experiments, best first (of several objectives those of the front)
    front : numbers of the experiments on the Pareto front, in any order; empty for one objective
    reference_point : by quantity, from which the hypervolume is counted
    ours, references : best so far, of this campaign and of each reference arm (each seed one entry)
    importance : share of each variable, sums to 1; None without a model
    regret_bound, regret_text : how much better the best may still be, on the objective's scale
    calibration : of predictions made before measurement, one entry for each quantity
    notes : further sentences about the planner's work, such as transfer having been switched off
    attribution : sources and licences of data
    synthetic : whether anything here comes from twins
    """

    name: str
    title: str
    objectives: tuple[Objective, ...]
    variables: tuple[VariableShown, ...]
    budget: Budget
    spent: Spent
    experiments: tuple[Experiment, ...] = ()
    ending: Ending = "running"
    ending_text: str = ""
    began: datetime | None = None
    seed: int = 0
    settings: PlannerSettings = field(default_factory=PlannerSettings)
    labels: Mapping[int, str] = field(default_factory=dict)
    row_names: Mapping[str, str] = field(default_factory=dict)
    best: tuple[int, ...] = ()
    front: tuple[int, ...] = ()
    reference_point: Mapping[str, float] = field(default_factory=dict)
    ours: tuple[Progress, ...] = ()
    references: tuple[Progress, ...] = ()
    importance: Mapping[str, float] | None = None
    regret_bound: float | None = None
    regret_text: str = ""
    fit_failures: int = 0
    calibration: tuple[Coverage, ...] = ()
    landscape: Landscape | None = None
    speed: SpeedAccount | None = None
    notes: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    synthetic: bool = False

    def experiment(self, number: int) -> Experiment:
        """The experiment of one number.

        Raises
        ------
        KeyError
            There is none.
        """
        for experiment in self.experiments:
            if experiment.suggestion.number == number:
                return experiment
        raise KeyError(number)
