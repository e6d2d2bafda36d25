"""What was handed in: protocol and facility of a run."""

from __future__ import annotations

from pathlib import Path

from kuralab.clock import WallClock
from kuralab.model import Facility, Protocol
from kuralab.store import Catalogue, Ledger


def request_of(lab_folder: Path, run: str) -> tuple[Protocol, Facility]:
    """The protocol and the facility of a run, as they were when it was handed in.

    Raises
    ------
    InputError
        There is no such run.
    """
    Catalogue(lab_folder).run(run)
    with Ledger.open(lab_folder, clock=WallClock(), writer=False) as ledger:
        created = next(iter(ledger.events(stream=run, kind="run.created")))
    return (
        Protocol.model_validate(created.payload["protocol"]),
        Facility.model_validate(created.payload["facility"]),
    )
