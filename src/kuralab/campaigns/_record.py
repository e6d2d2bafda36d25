"""What has happened in a campaign: its events, and its state folded from them.

campaign.created    definition and facility; its stream is the campaign's identity
campaign.amended    another budget, another end or another reference
campaign.requested  a person's experiment, with actor and reason
campaign.suggested  an experiment with its reason and its run, in one append with the run's creation
campaign.told       what was measured, or why nothing was, and what the planner was told
campaign.vetoed     a person's word against an experiment, in one append with the run's end
campaign.ended      why
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, final

from kuralab.errors import InputError
from kuralab.model import Facility
from kuralab.model.campaign import Experiment, Observed, Suggestion
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.store import Fact

Word = Literal["pinned", "added"]
Ending = Literal["goal", "experiments", "instrument_hours", "days", "regret", "exhausted"]
UNDER_WAY = ("suggested", "running")


class Happened(Protocol):
    """The part of an event that a campaign's state depends on."""

    @property
    def kind(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


@final
@dataclass(frozen=True)
class Request:
    """An experiment that a person wants: ``pinned`` takes the next free place, ``added`` is one more
    than the budget allows. ``number`` counts the requests."""

    number: int
    how: Word
    point: dict[str, Any]
    actor: str
    reason: str


@final
@dataclass
class CampaignState:
    """A campaign as its events tell it. ``apply`` takes them in order, live or from the ledger.

    told: numbers of experiments in the order in which the planner heard of them; goal: the first
    one that reached what the campaign was made for; ended: why, and in words.
    """

    campaign: str
    definition: CampaignDefinition
    facility: Facility
    created: datetime
    experiments: dict[int, Experiment] = field(default_factory=dict)
    told: list[int] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    waiting: list[Request] = field(default_factory=list)
    goal: int | None = None
    ended: tuple[Ending, str] | None = None

    @classmethod
    def begun(cls, event: Happened) -> CampaignState:
        """The state at ``campaign.created``."""
        payload = event.payload
        return cls(
            campaign=payload["campaign"],
            definition=CampaignDefinition.model_validate(payload["definition"]),
            facility=Facility.model_validate(payload["facility"]),
            created=event.time,
        )

    @classmethod
    def of(cls, events: Iterable[Happened]) -> CampaignState:
        """The state after a campaign's events, the first of which is its creation."""
        found = iter(events)
        state = cls.begun(next(found))
        for event in found:
            state.apply(event)
        return state

    def apply(self, event: Happened) -> None:
        """Take one event into account; what is of no campaign changes nothing."""
        payload = event.payload
        if event.kind == "campaign.suggested":
            suggestion = Suggestion.model_validate(payload["suggestion"])
            self.experiments[suggestion.number] = Experiment(
                suggestion=suggestion, state="running", run=payload["run"], suggested=event.time
            )
            self.waiting = [r for r in self.waiting if r.number != payload["request"]]
        elif event.kind == "campaign.told":
            self._told(payload)
        elif event.kind == "campaign.vetoed":
            self._change(payload["number"], state="vetoed", ended=event.time, message=payload["reason"])
        elif event.kind == "campaign.requested":
            request = Request(**{key: payload[key] for key in Request.__dataclass_fields__})
            self.requests.append(request)
            self.waiting.append(request)
            self.ended = None
        elif event.kind == "campaign.amended":
            self.definition = self.definition.model_validate(
                self.definition.model_dump() | payload["changes"]
            )
            self.ended = None
        elif event.kind == "campaign.ended":
            self.ended = payload["why"], payload["text"]

    def _told(self, payload: Mapping[str, Any]) -> None:
        number = payload["number"]
        observed = {key: Observed.model_validate(found) for key, found in payload["observed"].items()}
        self._change(
            number,
            state="measured" if observed else "failed",
            observed=observed,
            ended=datetime.fromisoformat(payload["ended"]),
            instrument_hours=payload["instrument_hours"],
            message=payload["message"],
        )
        self.told.append(number)
        if payload["goal"] and self.goal is None:
            self.goal = number

    def _change(self, number: int, **changes: Any) -> None:
        self.experiments[number] = self.experiments[number].model_copy(update=changes)

    @property
    def under_way(self) -> list[Experiment]:
        """Experiments that were begun and not told, in the order of their numbers."""
        return [e for e in self.experiments.values() if e.state in UNDER_WAY]

    @property
    def measured(self) -> list[Experiment]:
        """Experiments with results, in the order in which they were told."""
        found = [self.experiments[number] for number in self.told]
        return [experiment for experiment in found if experiment.state == "measured"]

    def experiment(self, number: int) -> Experiment:
        """The experiment of one number.

        Raises
        ------
        InputError
            There is none.
        """
        if number not in self.experiments:
            last = max(self.experiments, default=None)
            hint = "None has begun." if last is None else f"They are numbered up to {last}."
            raise InputError(f"there is no experiment {number}", field="number", hint=hint)
        return self.experiments[number]


def campaign_identity(definition: CampaignDefinition, facility: Facility) -> str:
    """The same for the same decisions: space, objectives, template, planner, seed and facility."""
    content = json.dumps([definition.digest(), facility.model_dump_json()])
    return f"campaign-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def created(campaign: str, definition: CampaignDefinition, facility: Facility) -> Fact:
    """A campaign begins."""
    payload = {
        "campaign": campaign,
        "name": definition.name,
        "definition": definition.model_dump(mode="json"),
        "facility": facility.model_dump(mode="json"),
    }
    return Fact("campaign.created", campaign, payload)


def amended(campaign: str, changes: Mapping[str, Any]) -> Fact:
    """The file now says something else that decides nothing of the past."""
    return Fact("campaign.amended", campaign, {"campaign": campaign, "changes": dict(changes)})


def requested(campaign: str, request: Request) -> Fact:
    """A person wants an experiment."""
    payload = {
        "campaign": campaign,
        "number": request.number,
        "how": request.how,
        "point": request.point,
        "actor": request.actor,
        "reason": request.reason,
    }
    return Fact("campaign.requested", campaign, payload, request.actor)


def suggested(campaign: str, suggestion: Suggestion, *, run: str, request: int | None) -> Fact:
    """An experiment begins; ``request`` is the number of the person's wish that it fulfils."""
    payload = {
        "campaign": campaign,
        "number": suggestion.number,
        "suggestion": suggestion.model_dump(mode="json"),
        "run": run,
        "request": request,
    }
    return Fact("campaign.suggested", campaign, payload)


def told(
    campaign: str,
    number: int,
    *,
    observed: Mapping[str, Observed],
    message: str,
    instrument_hours: float,
    ended: datetime,
    goal: bool,
) -> Fact:
    """What came of an experiment; nothing observed means that it failed, and ``message`` says why."""
    payload = {
        "campaign": campaign,
        "number": number,
        "observed": {key: found.model_dump(mode="json") for key, found in observed.items()},
        "message": message,
        "instrument_hours": instrument_hours,
        "ended": ended.isoformat(),
        "goal": goal,
    }
    return Fact("campaign.told", campaign, payload)


def vetoed(campaign: str, number: int, *, actor: str, reason: str) -> Fact:
    """A person does not want an experiment."""
    payload = {"campaign": campaign, "number": number, "actor": actor, "reason": reason}
    return Fact("campaign.vetoed", campaign, payload, actor)


def ended(campaign: str, why: Ending, text: str) -> Fact:
    """A campaign has come to its end."""
    return Fact("campaign.ended", campaign, {"campaign": campaign, "why": why, "text": text})
