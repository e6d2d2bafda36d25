"""A small campaign on dummies: one variable, a planner that needs no model, a known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kuralab.campaigns import Campaign, Evaluation
from kuralab.clock import WallClock, keyed_generator
from kuralab.lab import Lab
from kuralab.model.campaign import Budget, Objective, Observed, PlannerSettings, Reason, Suggestion
from kuralab.model.campaign_definition import CampaignDefinition, ReferenceSettings
from kuralab.model.space import Continuous, Point
from kuralab.store import Ledger
from tests.lab.dummy import dummies, facility

TEMPLATE = """\
name: template
values: {milling_time: 4 h}
steps:
  - weigh: {composition: Li3PS4, mass: 1 g}
    makes: powder
  - ball_mill: {speed: 500 rpm, duration: "{milling_time}"}
  - press_pellet: {pressure: 360 MPa, diameter: 10 mm}
  - impedance_spectrum: {temperature: 25 degC}
"""
QUANTITY = "ionic_conductivity_25C"


def definition(**changes: Any) -> CampaignDefinition:
    """Twelve experiments, three at once, over the milling time; best is 30 h."""
    fields: dict[str, Any] = {
        "name": "milling",
        "variables": (Continuous(name="milling_time", low=2.0, high=40.0, unit="h"),),
        "objectives": (
            Objective(quantity=QUANTITY, direction="maximise", unit="S/cm", scale="log", goal=0.9e-3),
        ),
        "protocol": TEMPLATE,
        "budget": Budget(experiments=12),
        "planner": PlannerSettings(method="random"),
        "parallel": 3,
        "reference": ReferenceSettings(experiments=30, seeds=3),
    }
    return CampaignDefinition.model_validate({**fields, **changes})


def milling_time(lab_folder: Path, run: str) -> float:
    """What a run was asked to do, in h."""
    with Ledger.open(lab_folder, clock=WallClock(), writer=False) as ledger:
        created = next(iter(ledger.events(stream=run, kind="run.created")))
    steps = created.payload["protocol"]["steps"]
    (mill,) = (step for step in steps if step["operation"] == "ball_mill")
    return float(mill["parameters"]["duration"]["value"])


def truth(hours: float) -> float:
    """1 mS/cm at 30 h, a decade less 10 h away from it."""
    return float(1e-3 * 10 ** (-(((hours - 30.0) / 10.0) ** 2)))


def evaluate(lab_folder: Path, run: str) -> Evaluation:
    """The truth, as if it had been measured; times below 5 h do not press, those above 39 h read NaN."""
    hours = milling_time(lab_folder, run)
    value = float("nan") if hours > 39 else truth(hours)
    flags = ("censored_below",) if value < 1e-8 else ()
    found = Observed(value=value, uncertainty=0.05 * value, unit="S/cm", flags=flags)
    return Evaluation({QUANTITY: found} if hours > 5 else {})


class ChancePlanner:
    """Draws by number and by how much was told, so that another order would choose otherwise."""

    def __init__(self, definition: CampaignDefinition, space: Any, _cost: Any = None) -> None:
        self._seed, self._space = definition.seed, space
        self._next = 1
        self.heard: list[tuple[str, int]] = []
        self.asked: list[Suggestion] = []
        self.fit_failures = 0

    def ask(self, count: int = 1) -> list[Suggestion]:
        return [self._suggest() for _ in range(count)]

    def _suggest(self) -> Suggestion:
        generator = keyed_generator(self._seed, "ask", self._next, str(self.heard))
        point = dict(self._space.sample(1, generator).point_of(0))
        return self._taken(point, Reason(how="planned", data=str(len(self.heard))))

    def _taken(self, point: dict[str, Any], reason: Reason) -> Suggestion:
        suggestion = Suggestion(number=self._next, point=point, reason=reason)
        self._next += 1
        self.asked.append(suggestion)
        return suggestion

    def tell(self, number: int, observed: Mapping[str, Observed]) -> None:
        self.heard.append(("told", number))

    def fail(self, number: int) -> None:
        self.heard.append(("failed", number))

    def veto(self, number: int) -> None:
        self.heard.append(("vetoed", number))

    def add(self, point: Point, how: Any) -> Suggestion:
        return self._taken(dict(point), Reason(how=how))

    def replay(self, suggestion: Suggestion) -> None:
        self._next = suggestion.number + 1
        self.asked.append(suggestion)

    def predict(self, points: Sequence[Point]) -> list[dict[str, Any]]:
        return [{} for _ in points]

    def importance(self) -> Mapping[str, float]:
        return {}

    def regret(self) -> None:
        return None


def open_lab(
    folder: Path, place: Any = None, clock: Any = None, trouble: Mapping[str, str] | None = None
) -> Lab:
    """A lab of dummies."""
    return Lab.open(
        folder,
        facility=place or facility(),
        clock=clock,
        drivers=lambda clock: dummies(folder / "dummies", clock, trouble),
    )


def campaign(lab: Lab, wanted: CampaignDefinition | None = None, **more: Any) -> Campaign:
    """The campaign, with the planner above."""
    return Campaign(
        wanted or definition(),
        lab,
        **{"evaluate": evaluate, "planner_of": ChancePlanner, **more},
    )


def decisions(found: Campaign) -> list[tuple[int, str, Any, str, str]]:
    """All that was chosen, with its reason, and when it was told."""
    return [
        (n, e.suggestion.model_dump_json(), e.observed, str(e.ended), e.state)
        for n, e in found.state.experiments.items()
    ]
