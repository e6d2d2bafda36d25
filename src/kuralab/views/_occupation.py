"""What each instrument did when, and how much of a run it worked: the numbers of the Gantt chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kuralab.model.facility import Facility, Instrument
    from kuralab.store import StepRow

_BROKEN: Final = ("failed", "unknown", "cancelled")


@dataclass(frozen=True)
class Bar:
    """One step on an instrument, in seconds from the start of the run; ``lane`` is its position."""

    operation: str
    samples: tuple[str, ...]
    start: float
    end: float
    lane: int
    order: str
    ended_badly: bool
    open_end: bool


@dataclass(frozen=True)
class Occupation:
    """The bars of one instrument.

    working: share of the run during which at least one position was in use; filled: share of all
    positions times the run.
    """

    instrument: Instrument
    lanes: int
    bars: tuple[Bar, ...]
    working: float
    filled: float


def occupations(facility: Facility, steps: Sequence[StepRow]) -> tuple[list[Occupation], float]:
    """Each instrument that did something, in the facility's order, and the run's length in seconds."""
    begun = [step for step in steps if step.started is not None and step.instrument]
    starts = [step.started for step in begun if step.started is not None]
    if not starts:
        return [], 0.0
    origin = min(starts)
    length = max((_seconds(step.finished or step.started, origin) for step in begun), default=0.0)
    found = []
    for instrument in facility.instruments:
        own = [step for step in begun if step.instrument == instrument.name]
        if own:
            found.append(_occupation(instrument, own, origin, length))
    return found, length


def percent(share: float) -> str:
    """A share as it is read; what is little is not nothing.

    Examples
    --------
    >>> percent(0.742), percent(0.003), percent(0.0)
    ('74 %', '< 1 %', '0 %')
    """
    return "< 1 %" if 0.0 < share < 0.005 else f"{100 * share:.0f} %"


def _occupation(
    instrument: Instrument, steps: Sequence[StepRow], origin: datetime, length: float
) -> Occupation:
    bars: list[Bar] = []
    free: list[float] = []
    for step in sorted(steps, key=lambda step: (_seconds(step.started, origin), step.order or "")):
        start = _seconds(step.started, origin)
        end = length if step.finished is None else _seconds(step.finished, origin)
        lane = next((i for i, until in enumerate(free) if until <= start), len(free))
        free[lane : lane + 1] = [end]
        bars.append(
            Bar(
                operation=step.operation or "",
                samples=step.samples,
                start=start,
                end=end,
                lane=lane,
                order=step.order or step.step,
                ended_badly=step.state in _BROKEN,
                open_end=step.finished is None,
            )
        )
    lanes = max(len(free), instrument.capacity if len(free) > 1 else 1)
    whole = length or 1.0
    return Occupation(
        instrument=instrument,
        lanes=lanes,
        bars=tuple(bars),
        working=_covered([(bar.start, bar.end) for bar in bars]) / whole,
        filled=sum(bar.end - bar.start for bar in bars) / (whole * max(lanes, instrument.capacity)),
    )


def _covered(spans: Sequence[tuple[float, float]]) -> float:
    """Length of the union of spans."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _seconds(time: datetime | None, origin: datetime) -> float:
    return 0.0 if time is None else (time - origin).total_seconds()
