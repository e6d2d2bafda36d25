"""From a campaign's definition to its report: the loop, the analysis of each run, the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from kuralab.campaigns import (
    Campaign,
    CampaignState,
    Evaluation,
    Templates,
    check_intact,
    run_references,
    speed_account,
)
from kuralab.clock import Clock, keyed_generator
from kuralab.errors import InputError
from kuralab.formats import candidate_space, read_facility
from kuralab.lab import Lab, StepQuestion
from kuralab.model import Facility, Protocol
from kuralab.model.campaign import SpeedAccount
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.model.space import Point
from kuralab.store import Catalogue, Event
from kuralab.views import CampaignOverview, Language, write_campaign_report
from kuralab.workflows._campaign_overview import overview_of
from kuralab.workflows._run_analysis import analyse_run
from kuralab.workflows._run_quantities import failures_of, quantities_of_run
from kuralab.workflows.facilities import default_facility, facility_named

REFERENCE: Final = "reference"
"""Folder of the reference's labs, within the campaign's."""

_TRIED: Final = 8


@dataclass(frozen=True)
class PersonsWord:
    """What a person says before a campaign goes on: an experiment vetoed, pinned or added, and why.

    number: of the experiment to veto; point: the candidate to pin or to add.
    """

    what: Literal["veto", "pin", "add"]
    reason: str
    actor: str = "operator"
    number: int | None = None
    point: Point | None = None


@dataclass(frozen=True)
class CampaignOutcome:
    """A campaign as it stands after it was carried on, with all that its report shows."""

    state: CampaignState
    overview: CampaignOverview
    speed: SpeedAccount | None
    waiting: tuple[StepQuestion, ...]

    def write_report(self, folder: Path, *, language: Language = "en") -> tuple[Path, ...]:
        """The report and its data; see ``write_campaign_report``."""
        return tuple(write_campaign_report(self.overview, folder, language=language))


def carry_out_campaign(
    definition: CampaignDefinition,
    *,
    lab_folder: Path,
    facility: Facility | None = None,
    words: Sequence[PersonsWord] = (),
    reference: bool = True,
    observer: Callable[[Event], None] | None = None,
    progress: Callable[[Campaign], object] = lambda _: None,
) -> CampaignOutcome:
    """Run a campaign in a lab directory, or go on with it; then its reference, and the speed account.

    facility: else the definition's; words: recorded before anything else is done; reference:
    whether to work the reference too; observer: is told every event of the lab; progress: is told
    after each experiment, of the reference too.

    Raises
    ------
    InputError
        The lab directory cannot be used or was changed by hand, the space is empty, or a person's
        word cannot be followed.
    LedgerError
        The ledger cannot be written.
    """
    place = facility or facility_of(definition)
    check_intact(lab_folder)

    def open_lab(folder: Path, where: Facility, clock: Clock | None = None) -> Lab:
        return Lab.open(folder, facility=where, clock=clock, seed=definition.seed)

    def evaluate(folder: Path, run: str) -> Evaluation:
        return evaluate_run(folder, run, synthetic=place.kind == "twin")

    with open_lab(lab_folder, place) as lab:
        campaign = Campaign(definition, lab, evaluate=evaluate, progress=progress)
        for word in words:
            _say(campaign, word)
        state = campaign.work(observer=observer)
    references: list[CampaignState] = []
    if reference and state.ended is not None:
        references += run_references(
            definition,
            folder=lab_folder / REFERENCE,
            facility=place,
            began=state.created,
            evaluate=evaluate,
            open_lab=open_lab,
            progress=progress,
        )
    account = speed_account(state, references)
    return CampaignOutcome(state, overview_of(campaign, references, account), account, campaign.waiting)


def _say(campaign: Campaign, word: PersonsWord) -> None:
    if word.what == "veto" and word.number is not None:
        campaign.veto(word.number, actor=word.actor, reason=word.reason)
    elif word.what != "veto" and word.point is not None:
        how: Literal["pinned", "added"] = "pinned" if word.what == "pin" else "added"
        campaign.wish(how, word.point, actor=word.actor, reason=word.reason)


def evaluate_run(folder: Path, run: str, *, synthetic: bool) -> Evaluation:
    """A run's measurements analysed: the results as facts, and one value of each quantity."""
    analysis = analyse_run(folder, run, synthetic=synthetic)
    return Evaluation(
        observed=quantities_of_run(analysis.findings, Catalogue(folder).steps(run)),
        facts=analysis.facts,
        trouble=failures_of(analysis.findings),
    )


def facility_of(definition: CampaignDefinition) -> Facility:
    """The facility that a campaign names: a file, or one that comes with kuralab.

    Raises
    ------
    InputError
        There is no such file and no such name, or the file cannot be understood.
    """
    name = definition.facility
    if name is None:
        return default_facility()
    return read_facility(name) if Path(name).is_file() else facility_named(name)


def trial_protocols(definition: CampaignDefinition) -> list[Protocol]:
    """Protocols of a few candidates, to be checked against a facility before anything begins.

    Raises
    ------
    InputError
        A setting does not fit the protocol's template.
    """
    space, templates = candidate_space(definition), Templates(definition)
    found = space.sample(_TRIED, keyed_generator(definition.seed, "trial"))
    return [templates.protocol(found.point_of(i), 0) for i in range(len(found))]


def point_from_text(definition: CampaignDefinition, text: str) -> Point:
    """A candidate as a person writes it: ``milling_time=20 h, composition=55Li3PS4-45LiI``.

    Of a pool, any columns that mean one row; of a space, every variable.

    Raises
    ------
    InputError
        No such name, or a value that its variable cannot have.
    """
    from kuralab.workflows._candidate_text import read_point

    if not text.strip():
        raise InputError("no candidate is given", hint="Write it as 'milling_time=20 h'.")
    return read_point(definition, text)
