"""Campaigns as the ledger tells them, and whether the ledger can be believed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from kuralab.campaigns._record import CampaignState
from kuralab.clock import WallClock
from kuralab.errors import InputError
from kuralab.store import Event, Ledger, last_event_time, verify


def check_intact(folder: Path) -> None:
    """Refuse a lab whose ledger is not as it was written, before anything is done with it.

    Raises
    ------
    InputError
        An event was changed, is missing or was added, or the projections differ from the events.
    """
    if last_event_time(folder) is None:
        return
    report = verify(folder)
    if not report.ok:
        place = "" if report.first_bad is None else f"event {report.first_bad}: "
        raise InputError(
            f"{place}{report.reason}",
            file=str(folder),
            hint="The campaign's state is not as it was written: restore a backup.",
        )


def campaign_state(lab_folder: Path, campaign: str | None = None) -> CampaignState:
    """A campaign as it stands, by its identity; without one, the lab's last.

    Raises
    ------
    InputError
        There is no lab, or no such campaign in it.
    """
    with Ledger.open(lab_folder, clock=WallClock(), writer=False) as ledger:
        known = [event.stream for event in ledger.events(kind="campaign.created")]
        wanted = campaign or (known[-1] if known else "")
        if wanted not in known:
            what = f"no campaign {campaign!r}" if campaign else "no campaign"
            raise InputError(
                f"there is {what} in this lab",
                file=str(lab_folder),
                hint=f"Known are {', '.join(known)}." if known else "",
            )
        return understood(ledger.events(stream=wanted), lab_folder)


def understood(events: Iterable[Event], lab_folder: Path) -> CampaignState:
    """A campaign's state after its events.

    Raises
    ------
    InputError
        They do not hold together.
    """
    try:
        return CampaignState.of(events)
    except (KeyError, TypeError, ValidationError, ValueError) as error:
        raise InputError(
            f"what the ledger says of the campaign cannot be understood: {error}",
            file=str(lab_folder),
            hint="Somebody has changed it; restore a backup.",
        ) from None
