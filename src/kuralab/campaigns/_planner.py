"""What a campaign asks of a planner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from kuralab.model.campaign import Observed, Predicted, Suggestion
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.model.space import Point

if TYPE_CHECKING:
    from kuralab.planning import CandidateSpace


class Regret(Protocol):
    """How much better the best candidate may still be, on the objective's scale."""

    @property
    def bound(self) -> float: ...
    @property
    def text(self) -> str: ...


class Verdict(Protocol):
    """Whether an earlier campaign is followed."""

    @property
    def text(self) -> str: ...


class Planner(Protocol):
    """Chooses experiments; equal questions and answers in equal order give equal choices."""

    def ask(self, count: int = 1) -> list[Suggestion]:
        """What to do next; fewer than asked for where no candidate is left."""

    def tell(self, number: int, observed: Mapping[str, Observed]) -> None:
        """What was measured."""

    def fail(self, number: int) -> None:
        """Nothing was."""

    def add(self, point: Point, how: Literal["added", "pinned"]) -> Suggestion:
        """A person's experiment."""

    def veto(self, number: int) -> None:
        """A person does not want an experiment that was suggested."""

    def replay(self, suggestion: Suggestion) -> None:
        """A suggestion that was made before, taken as asked for."""

    def predict(self, points: Sequence[Point]) -> list[dict[str, Predicted]]:
        """What the model expects."""

    def importance(self) -> Mapping[str, float]:
        """Share of each feature in what the model learnt."""

    def regret(self) -> Regret | None:
        """None while nothing can be said."""

    @property
    def fit_failures(self) -> int: ...
    @property
    def verdicts(self) -> Sequence[Verdict]: ...


Cost = Callable[[Sequence[Point]], Sequence[float]]
"""Instrument-hours that experiments are expected to take."""

PlannerOf: TypeAlias = "Callable[[CampaignDefinition, CandidateSpace, Cost], Planner]"


def planner_of(definition: CampaignDefinition, space: CandidateSpace, cost: Cost) -> Planner:
    """The planner of this package."""
    from kuralab.planning import Earlier
    from kuralab.planning import Planner as OurPlanner

    planner: Planner = OurPlanner(
        space,
        definition.objectives,
        seed=definition.seed,
        settings=definition.planner,
        cost=cost,
        earlier=[Earlier.of(one.name, space, one.points, one.observed) for one in definition.earlier],
    )
    return planner
