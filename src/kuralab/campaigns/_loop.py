"""The closed loop: each time an experiment ends, the planner is told, and the next one begins.

Every decision is in the ledger before it has an effect, and follows from what is there: a campaign
that was killed decides as it would have undisturbed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from kuralab.campaigns import _record as record
from kuralab.campaigns._budget import beside, instrument_hours, why_no_more
from kuralab.campaigns._cost import Costs
from kuralab.campaigns._evaluation import Evaluate, outcome_of
from kuralab.campaigns._judge import reaches_goal
from kuralab.campaigns._planner import Planner, PlannerOf, Regret, planner_of
from kuralab.campaigns._protocols import Templates
from kuralab.campaigns._reading import understood
from kuralab.campaigns._record import CampaignState, Ending, Request, Word
from kuralab.errors import InputError
from kuralab.formats import candidate_space
from kuralab.lab import Lab, RunSummary, StepQuestion
from kuralab.model.campaign import Observed, Suggestion
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.model.space import Point
from kuralab.store import Catalogue, Event, Fact

if TYPE_CHECKING:
    from kuralab.planning import CandidateSpace


_AMENDABLE: Final = ("title", "budget", "until", "reference", "attribution")
_ENDED_RUN: Final = ("finished", "failed", "cancelled")


@final
class Campaign:
    """A campaign in an open lab: begin it or go on with it, say a person's word, work.

    evaluate: what a finished run means; progress: is called after each experiment that ended.

    Raises
    ------
    InputError
        The space is empty, or what the ledger says of the campaign does not fit it.
    LedgerError
        The ledger cannot be written.
    """

    def __init__(
        self,
        definition: CampaignDefinition,
        lab: Lab,
        *,
        evaluate: Evaluate,
        planner_of: PlannerOf = planner_of,
        progress: Callable[[Campaign], object] = lambda _: None,
    ) -> None:
        self.lab = lab
        self.space: CandidateSpace = candidate_space(definition)
        self.templates = Templates(definition)
        cost = Costs(self.templates, lab.facility)
        self.planner: Planner = planner_of(definition, self.space, cost)
        self.regret: Regret | None = None
        self.waiting: tuple[StepQuestion, ...] = ()
        self._evaluate = evaluate
        self._progress = progress
        self._exhausted = False
        identity = record.campaign_identity(definition, lab.facility)
        events = list(lab.ledger.events(stream=identity))
        if not events:
            fact = record.created(identity, definition, lab.facility)
            events = lab.clock.run(lab.ledger.append(fact))
        self.state = understood(events, lab.folder)
        self._replay(events)
        self._amend(definition)

    def _replay(self, events: Sequence[Event]) -> None:
        """Tell the planner all that it was told, in the order in which it was."""
        for event in events:
            payload = event.payload
            if event.kind == "campaign.suggested":
                suggestion = Suggestion.model_validate(payload["suggestion"])
                try:
                    self.space.check(suggestion.point)
                except InputError as error:
                    raise InputError(
                        f"experiment {suggestion.number} is not of this space: {error.message}",
                        file=str(self.lab.folder),
                        field=f"event {event.sequence}",
                        hint="Somebody has changed the ledger; restore a backup.",
                    ) from None
                self.planner.replay(suggestion)
            elif event.kind == "campaign.told":
                self._tell(payload["number"])
            elif event.kind == "campaign.vetoed":
                self.planner.veto(payload["number"])

    def _amend(self, definition: CampaignDefinition) -> None:
        wanted, known = definition.model_dump(mode="json"), self.state.definition.model_dump(mode="json")
        changes = {key: wanted[key] for key in _AMENDABLE if wanted[key] != known[key]}
        if changes:
            self._append(record.amended(self.state.campaign, changes))

    # -- a person's word --------------------------------------------------------------------

    def wish(self, how: Word, point: Point, *, actor: str, reason: str) -> None:
        """A person's experiment: ``pinned`` takes the next free place, ``added`` is one more.

        Raises
        ------
        InputError
            The candidate is not of the space, the protocol cannot be made, or no place will be free.
        """
        self.space.check(point)
        self.templates.protocol(point, 0)
        if how == "pinned" and (why := why_no_more(self.state)) is not None:
            raise InputError(f"no place will be free: {why[1]}", field="pin", hint="Use --add instead.")
        request = Request(len(self.state.requests), how, dict(point), actor, reason)
        self._append(record.requested(self.state.campaign, request))

    def veto(self, number: int, *, actor: str, reason: str) -> None:
        """End an experiment that is under way; its place is free again.

        Raises
        ------
        InputError
            There is no such experiment, or it has ended.
        """
        experiment = self.state.experiment(number)
        if experiment.state not in record.UNDER_WAY or experiment.run is None:
            raise InputError(
                f"experiment {number} is {experiment.state}, so it cannot be vetoed", field="veto"
            )
        fact = record.vetoed(self.state.campaign, number, actor=actor, reason=reason)
        if self.lab.summary(experiment.run).state.value in _ENDED_RUN:
            self._append(fact)
        else:
            self.lab.cancel(experiment.run, actor=actor, reason=reason, also=[fact])
            self.state.apply(self._newest())
        self.planner.veto(number)

    def _newest(self) -> Event:
        *_, newest = self.lab.ledger.events(stream=self.state.campaign)
        return newest

    # -- work -------------------------------------------------------------------------------

    def work(self, *, observer: Callable[[Event], None] | None = None) -> CampaignState:
        """Carry the campaign on until it has ended or waits for a person."""
        if self.state.ended is not None:
            return self.state
        runs = self.lab.clock.run(self._catch_up())
        summaries = self.lab.work(runs, observer=observer, follow=self._follow)
        self.waiting = tuple(question for summary in summaries for question in summary.waiting)
        if not self.state.under_way:
            self._append(record.ended(self.state.campaign, *self._ending()))
        return self.state

    def _ending(self) -> tuple[Ending, str]:
        found = why_no_more(self.state) or self._why_enough()
        return found or ("exhausted", "every candidate has been tried")

    def _why_enough(self) -> tuple[Ending, str] | None:
        within = self.state.definition.planner.stop_within
        if within is None or self.regret is None or self.regret.bound >= within:
            return None
        return "regret", self.regret.text

    async def _catch_up(self) -> list[str]:
        """Do what an interrupted process would have done next, in the same order."""
        await self._fill()
        ended = [e for e in self.state.under_way if e.run is not None]
        found = await self.lab.clock.in_thread(self._ends, [e.run for e in ended if e.run is not None])
        for _, run in sorted(found):
            await self._follow(await self.lab.clock.in_thread(self.lab.summary, run))
        return [e.run for e in self.state.under_way if e.run is not None]

    def _ends(self, runs: Sequence[str]) -> list[tuple[int, str]]:
        """Where in the ledger runs ended, of those that did."""
        found = []
        for run in runs:
            for event in self.lab.ledger.events(stream=run, kind="run.state"):
                if event.payload["state"] in _ENDED_RUN:
                    found.append((event.sequence, run))
                    break
        return found

    async def _follow(self, summary: RunSummary) -> list[str]:
        """An experiment has ended: find out what came of it, tell the planner, begin the next."""
        number = next(n for n, e in self.state.experiments.items() if e.run == summary.run)
        in_thread = self.lab.clock.in_thread
        facts, observed, message = await in_thread(self._outcome, summary)
        hours = await in_thread(self._hours, number, summary.run)
        assert summary.ended is not None
        fact = record.told(
            self.state.campaign,
            number,
            observed=observed,
            message=message,
            instrument_hours=hours,
            ended=summary.ended,
            goal=reaches_goal(self.state.definition, observed),
        )
        self._apply(await self.lab.ledger.append(*facts, fact))
        await in_thread(self._tell, number)
        begun = await self._fill()
        self._progress(self)
        return begun

    def _outcome(self, summary: RunSummary) -> tuple[Sequence[Fact], dict[str, Observed], str]:
        folder = self.lab.folder
        return outcome_of(summary, self.state.definition, lab_folder=folder, evaluate=self._evaluate)

    def _hours(self, number: int, run: str) -> float:
        return instrument_hours(Catalogue(self.lab.folder), run, beside(self.state, number))

    def _tell(self, number: int) -> None:
        experiment = self.state.experiments[number]
        if experiment.observed:
            self.planner.tell(number, experiment.observed)
        else:
            self.planner.fail(number)

    async def _fill(self) -> list[str]:
        """Begin experiments while there is room; the new runs."""
        begun: list[str] = []
        while True:
            request = self._next_request()
            if request is None and not await self._has_room():
                return begun
            run = await self._begin(request)
            if run is None:
                self._exhausted = True
                return begun
            begun.append(run)

    def _next_request(self) -> Request | None:
        """A person's experiment that can begin now: one that was added, or a pinned one with room."""
        free = self._free_places() > 0 and why_no_more(self.state) is None
        return next((r for r in self.state.waiting if r.how == "added" or free), None)

    def _free_places(self) -> int:
        taken = [e for e in self.state.under_way if e.suggestion.reason.how != "added"]
        return self.state.definition.parallel - len(taken)

    async def _has_room(self) -> bool:
        if self._exhausted or self._free_places() <= 0 or why_no_more(self.state) is not None:
            return False
        self.regret = await self.lab.clock.in_thread(self.planner.regret)
        return self._why_enough() is None

    async def _begin(self, request: Request | None) -> str | None:
        in_thread = self.lab.clock.in_thread
        if request is not None:
            suggestion = await in_thread(self.planner.add, request.point, request.how)
        else:
            asked = await in_thread(self.planner.ask, 1)
            if not asked:
                return None
            (suggestion,) = asked
        protocol = await in_thread(self.templates.protocol, suggestion.point, suggestion.number)
        number = None if request is None else request.number
        events = await self.lab.hand_in(
            protocol,
            seed=self.state.definition.seed,
            also=lambda run: [
                record.suggested(self.state.campaign, suggestion, run=run, request=number)
            ],
        )
        self._apply(events)
        return events[0].stream

    # -- plumbing ---------------------------------------------------------------------------

    def _append(self, *facts: Fact) -> None:
        self._apply(self.lab.clock.run(self.lab.ledger.append(*facts)))

    def _apply(self, events: Sequence[Event]) -> None:
        for event in events:
            self.state.apply(event)

    def now(self) -> datetime:
        """The time in the lab."""
        return self.lab.clock.now()
