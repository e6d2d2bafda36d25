"""``kuralab campaign FILE``: the closed loop, from a campaign file to its speed account."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from kuralab.cli._lab_options import lab_option
from kuralab.cli._options import common_options, say_where
from kuralab.errors import InputError

if TYPE_CHECKING:
    from kuralab.model import Facility
    from kuralab.model.campaign_definition import CampaignDefinition
    from kuralab.workflows.campaigns import CampaignOutcome, PersonsWord

NOT_DONE = 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@lab_option
@click.option(
    "--facility",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Facility file [default: the one that the campaign names].",
)
@click.option("--seed", type=int, help="Seed of planner and twins [default: the campaign's].")
@click.option("--veto", type=int, metavar="N", help="End experiment N, which is under way.")
@click.option(
    "--pin",
    metavar="CANDIDATE",
    help='Make this the next experiment, such as "milling_time=20 h, gas=argon".',
)
@click.option("--add", metavar="CANDIDATE", help="Begin this experiment beyond the budget.")
@click.option("--reason", metavar="TEXT", help="Why; --veto, --pin and --add need it.")
@click.option("--no-reference", is_flag=True, help="Leave out the reference and the speed account.")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the report here [default: reports/CAMPAIGN in the lab's directory].",
)
@click.option(
    "--language",
    type=click.Choice(["en", "ja"]),
    default="en",
    show_default=True,
    help="Language of the figures, and which comes first in the report.",
)
def campaign(
    file: Path,
    lab: Path,
    facility: Path | None,
    seed: int | None,
    veto: int | None,
    pin: str | None,
    add: str | None,
    reason: str | None,
    no_reference: bool,
    output: Path | None,
    language: Literal["en", "ja"],
    as_json: bool,
) -> int:
    """Choose, carry out and learn until the budget or the goal ends it, and write a report.

    FILE is a campaign file, or the name of a campaign that comes with kuralab (obelix,
    li3ps4_lii, high_pressure_hydride). The same command continues a campaign that was interrupted, with
    the same decisions, and shows one that has ended. A person's word is recorded with its reason before
    the campaign goes on. Exit code 1: the lab refuses, or the campaign waits for an answer.
    """
    from kuralab.cli._show_campaign import campaign_as_json, show_campaign
    from kuralab.formats import read_campaign

    definition = read_campaign(campaign_path(file))
    if seed is not None:
        definition = definition.model_copy(update={"seed": seed})
    place = _facility(definition, facility)
    words = _words(definition, veto=veto, pin=pin, add=add, reason=reason)
    if _refused(definition, place, file=str(file), as_json=as_json):
        return NOT_DONE
    outcome, paths = carry_out_campaign_live(
        definition,
        lab=lab,
        facility=place,
        words=words,
        reference=not no_reference,
        output=output,
        language=language,
    )
    if as_json:
        click.echo(campaign_as_json(outcome, paths))
    else:
        show_campaign(outcome)
    say_where(paths, as_json=as_json)
    return 0 if outcome.state.ended is not None else NOT_DONE


campaign.params.extend(common_options())


def carry_out_campaign_live(
    definition: CampaignDefinition,
    *,
    lab: Path,
    facility: Facility | None = None,
    words: Sequence[PersonsWord] = (),
    reference: bool = True,
    output: Path | None = None,
    language: Literal["en", "ja"] = "en",
) -> tuple[CampaignOutcome, tuple[Path, ...]]:
    """Carry on with live progress on stderr and write the report; where its files are."""
    from kuralab.cli._live_campaign import CampaignView, live_campaign
    from kuralab.cli._progress import compile_once
    from kuralab.workflows.campaigns import carry_out_campaign

    compile_once()
    view = CampaignView(definition)
    with live_campaign(view):
        outcome = carry_out_campaign(
            definition,
            lab_folder=lab,
            facility=facility,
            words=words,
            reference=reference,
            observer=view.event,
            progress=view.ended,
        )
        view.doing = "writing the report"
        folder = output or lab / "reports" / outcome.state.campaign
        return outcome, outcome.write_report(folder, language=language)


def campaign_path(file: Path) -> Path:
    """A file, or the one of a packaged campaign of this name."""
    from kuralab.workflows.campaign_files import CAMPAIGNS, campaign_file

    return campaign_file(str(file)) if str(file) in CAMPAIGNS and not file.is_file() else file


def _facility(definition: CampaignDefinition, file: Path | None) -> Facility:
    from kuralab.formats import read_facility
    from kuralab.workflows.campaigns import facility_of

    return facility_of(definition) if file is None else read_facility(file)


def _words(
    definition: CampaignDefinition,
    *,
    veto: int | None,
    pin: str | None,
    add: str | None,
    reason: str | None,
) -> list[PersonsWord]:
    from kuralab.workflows.campaigns import PersonsWord, point_from_text

    said = [
        name for name, given in (("--veto", veto), ("--pin", pin), ("--add", add)) if given is not None
    ]
    if said and not (reason or "").strip():
        raise InputError("a reason is missing", field=said[0], hint='Say why: --reason "...".')
    if reason and not said:
        raise InputError("there is nothing to give a reason for", field="--reason")
    words = []
    if veto is not None:
        words.append(PersonsWord("veto", reason=reason or "", number=veto))
    for what, text in (("pin", pin), ("add", add)):
        if text is not None:
            try:
                point = point_from_text(definition, text)
            except InputError as error:
                raise error.located(field=f"--{what}") from None
            words.append(
                PersonsWord("pin" if what == "pin" else "add", reason=reason or "", point=point)
            )
    return words


def _refused(definition: CampaignDefinition, place: Facility, *, file: str, as_json: bool) -> bool:
    """Whether the lab refuses all candidates that were tried; if some, the planner learns from them."""
    from kuralab.cli._preflight import refused
    from kuralab.lab.preflight import check
    from kuralab.workflows.campaigns import trial_protocols

    protocols = trial_protocols(definition)
    if any(check(protocol, place).can_run for protocol in protocols):
        return False
    return refused(protocols[0], place, file=file, as_json=as_json)
