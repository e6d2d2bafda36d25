"""What a run does while it runs, on stderr: instruments, steps, virtual time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from kuralab.model import Facility, Protocol
    from kuralab.store import Event

ENDS = ("finished", "failed", "cancelled")
REFRESH_PER_SECOND = 6


@dataclass
class Progress:
    """A run's progress, folded from its events as they come."""

    protocol: Protocol
    facility: Facility
    lab: Path
    run: str = ""
    began: datetime | None = None
    now: datetime | None = None
    ended: dict[str, str] = field(default_factory=dict)
    working: dict[str, dict[str, str]] = field(default_factory=dict)
    doing: str = ""

    def take(self, event: Event) -> None:
        """One event; the first one also brings what an earlier process had done."""
        if not self.run:
            self._begin(event)
        self.now = event.time
        if event.kind != "step.state":
            return
        payload = event.payload
        self._place(payload["step"], payload["state"], payload.get("instrument"))

    def analysing(self, sample: str) -> None:
        """A sample is being analysed."""
        self.doing = f"analysing {sample}"

    def _begin(self, event: Event) -> None:
        from kuralab.store import Catalogue

        self.run = event.stream
        catalogue = Catalogue(self.lab)
        self.began = catalogue.run(self.run).created
        for step in catalogue.steps(self.run):
            self._place(step.step, step.state, step.instrument)

    def _place(self, step: str, state: str, instrument: str | None) -> None:
        if state in ENDS:
            self.ended[step] = state
        if state == "started" and instrument is not None:
            self.working.setdefault(instrument, {})[step] = state
        elif state != "claimed":
            for steps in self.working.values():
                steps.pop(step, None)


@contextmanager
def live(progress: Progress) -> Iterator[None]:
    """Show the progress while the block runs: a table for a person, one line for a log."""
    total = len(progress.protocol.steps)
    if not sys.stderr.isatty():
        click.echo(f"{progress.protocol.name}: {total} steps", err=True)
        yield
        return
    with redrawn(lambda: _picture(progress)):
        yield


@contextmanager
def redrawn(picture: Callable[[], RenderableType]) -> Iterator[None]:
    """Draw a picture on stderr again and again while the block runs, and wipe it away at the end."""
    from rich.console import Console
    from rich.live import Live

    with Live(
        get_renderable=picture,
        console=Console(stderr=True, highlight=False),
        refresh_per_second=REFRESH_PER_SECOND,
        transient=True,
    ):
        yield


def _picture(progress: Progress) -> Group:
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    total, ended = len(progress.protocol.steps), len(progress.ended)
    head = Table.grid(padding=(0, 2))
    head.add_row(
        Text(progress.protocol.name, no_wrap=True),
        ProgressBar(total=total, completed=ended, width=30),
        Text(f"{ended} / {total} steps"),
        Text(elapsed(progress)),
    )
    rows = Table.grid(padding=(0, 2))
    for _ in range(3):
        rows.add_column(no_wrap=True, overflow="ellipsis")
    # Of another thread: a copy does not change while it is drawn.
    working = {name: list(steps) for name, steps in list(progress.working.items())}
    for instrument in progress.facility.instruments:
        steps = working.get(instrument.name, [])
        used = f"{len(steps)} of {instrument.capacity}" if instrument.capacity > 1 else ""
        rows.add_row(Text(f"  {instrument.name}"), Text(used), Text(", ".join(steps) or "·"))
    return Group(head, rows, Text(progress.doing))


def elapsed(progress: Progress) -> str:
    """The time that has passed in the lab: ``2 d 04:15``."""
    if progress.began is None or progress.now is None:
        return ""
    minutes = int((progress.now - progress.began).total_seconds() // 60)
    days, rest = divmod(minutes, 1440)
    return f"{days} d {rest // 60:02d}:{rest % 60:02d}"
