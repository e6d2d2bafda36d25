"""The board on the wall: which instrument is busy, which place is taken, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, final
from zoneinfo import ZoneInfo

from kuralab.lab._jobs import Job
from kuralab.lab._moves import Permitted, Route, permitted_atmospheres, route
from kuralab.lab._progress import RunProgress, StepProgress
from kuralab.lab._scheduler import Candidate, programme_of
from kuralab.model import Facility, Instrument, Station
from kuralab.model.protocol import Value
from kuralab.store import Event, Fact
from kuralab.units import Quantity


@final
class Board:
    """Occupancy of instruments, shared resources and stations."""

    def __init__(self, facility: Facility) -> None:
        self._facility = facility
        self._instruments = {instrument.name: instrument for instrument in facility.instruments}
        self._stations = {station.name: station for station in facility.stations}
        self._used = dict.fromkeys(self._instruments, 0)
        self._shared = {resource.name: resource.count for resource in facility.resources}
        self._occupied: dict[str, tuple[str, int]] = {}
        self._where: dict[str, str] = {}
        self._at = dict.fromkeys(self._stations, 0)
        self._able: dict[tuple[str, str], str | None] = {}
        self._routes: dict[tuple[Permitted | None, str, str], Route | None] = {}
        self._permitted: dict[str, Permitted | None] = {}

    # -- what is taken ----------------------------------------------------------------------

    def place(self, run: RunProgress) -> None:
        """Put the samples of a run where they are."""
        for sample in run.samples.values():
            if sample.present and sample.station is not None:
                self._put(sample.identity, sample.station)

    def apply(self, event: Event) -> None:
        """Follow samples as they are made, moved and used up."""
        payload = event.payload
        if event.kind in ("sample.created", "sample.moved") and payload.get("station"):
            self._put(payload["sample"], payload["station"])
        elif event.kind == "sample.changed" and payload.get("state", "present") != "present":
            station = self._where.pop(payload["sample"], None)
            if station is not None:
                self._at[station] -= 1

    def put_away(self, run: RunProgress) -> None:
        """The samples of a run that has ended are stored: nothing here moves them any more."""
        for sample in run.samples.values():
            station = self._where.pop(sample.identity, None)
            if station is not None:
                self._at[station] -= 1

    def _put(self, sample: str, station: str) -> None:
        before = self._where.get(sample)
        if before == station:
            return
        if before is not None:
            self._at[before] -= 1
        self._where[sample] = station
        self._at[station] += 1

    def occupy(self, job: Job) -> None:
        """Take the positions that a job needs, and what it shares."""
        instrument = self._instruments[job.instrument]
        size = instrument.capacity if instrument.batch else max(1, len(job.order.samples))
        self._used[instrument.name] += size
        self._occupied[job.order.key] = (instrument.name, size)
        for resource in instrument.also:
            self._shared[resource] -= 1

    def release(self, job: Job) -> None:
        """Give back what a job took; twice does no harm."""
        name, size = self._occupied.pop(job.order.key, (job.instrument, 0))
        if size:
            self._used[name] -= size
            for resource in self._instruments[name].also:
                self._shared[resource] += 1

    # -- what is free -----------------------------------------------------------------------

    def free(self, now: datetime) -> list[tuple[Instrument, int]]:
        """Instruments that may start something now, with their free positions."""
        return [
            (instrument, left)
            for instrument in self._instruments.values()
            if (left := instrument.capacity - self._used[instrument.name]) > 0
            and self.is_open(instrument, now)
            and all(self._shared[resource] > 0 for resource in instrument.also)
        ]

    def is_open(self, instrument: Instrument, now: datetime) -> bool:
        """Whether work may begin: inside one of its shifts, or always where it has none."""
        if not instrument.shifts:
            return True
        local = now.astimezone(self._zone)
        hour = local.hour + local.minute / 60.0 + local.second / 3600.0
        return any(
            local.weekday() in shift.days and shift.opens <= hour < shift.closes
            for shift in instrument.shifts
        )

    def next_opening(self, now: datetime) -> datetime | None:
        """The next moment within eight days at which a closed instrument opens."""
        found: list[datetime] = []
        local = now.astimezone(self._zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        for instrument in self._instruments.values():
            for shift in instrument.shifts:
                for day in range(8):
                    opening = midnight + timedelta(days=day, hours=shift.opens)
                    if opening > local and opening.weekday() in shift.days:
                        found.append(opening)
                        break
        return min(found, default=None)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._facility.time_zone)

    # -- what is possible -------------------------------------------------------------------

    def can_take(self, instrument: Instrument, candidate: Candidate, run: RunProgress) -> bool:
        """Ranges, room at its station, and a way to it."""
        if self._inability(instrument, candidate.programme, candidate.operation, candidate.parameters):
            return False
        if any(self._shared[resource] < 1 for resource in instrument.also):
            return False
        incoming = [s for s in candidate.samples if self._where.get(s) != instrument.station]
        room = self._stations[instrument.station].positions - self._at[instrument.station]
        makes = len(run.steps[candidate.step].step.makes)
        if len(incoming) + makes > room:
            return False
        return all(
            self._route(run, self._where[sample], instrument.station) is not None for sample in incoming
        )

    def why_not(self, progress: StepProgress, run: RunProgress) -> str:
        """Why no instrument takes a step, in words."""
        step = progress.step
        reasons = []
        for instrument in self._instruments.values():
            if all(c.operation != step.operation for c in instrument.capabilities):
                continue
            reason = self._inability(instrument, programme_of(step), step.operation, step.parameters)
            reasons.append(f"{instrument.name}: {reason or 'no room at its station, or no way to it'}")
        return "; ".join(reasons) or f"no instrument here performs {step.operation}"

    def _inability(
        self, instrument: Instrument, programme: str, operation: str, parameters: Mapping[str, Value]
    ) -> str | None:
        """Why an instrument cannot do this, in words; the answer is kept for each programme."""
        key = (instrument.name, programme)
        if key not in self._able:
            reasons = [
                ", ".join(
                    f"{name} is {parameters[name]}, the limit {_text(limit)}"
                    for name, limit in capability.broken_limits(parameters).items()
                )
                for capability in instrument.capabilities
                if capability.operation == operation
            ]
            self._able[key] = None if "" in reasons else next(iter(reasons), f"no {operation}")
        return self._able[key]

    # -- ways -------------------------------------------------------------------------------

    def station_of(self, instrument: str) -> Station:
        """Where an instrument stands."""
        return self._stations[self._instruments[instrument].station]

    def travel(self, run: RunProgress, name: str, instrument: str) -> float:
        """Seconds that a sample needs to get to an instrument."""
        start, end = self._where[run.identity(name)], self._instruments[instrument].station
        found = self._route(run, start, end)
        return 0.0 if found is None else found.seconds

    def moves(self, job: Job) -> list[Fact]:
        """Facts of bringing a job's samples to its instrument."""
        station = self.station_of(job.instrument)
        facts = []
        for run, progress in job.members:
            for name in progress.step.samples:
                sample = run.identity(name)
                if self._where[sample] == station.name:
                    continue
                found = self._route(run, self._where[sample], station.name)
                payload: dict[str, Any] = {
                    "run": run.run,
                    "sample": sample,
                    "station": station.name,
                    "atmosphere": station.atmosphere.value,
                    "through": [a.value for a in found.atmospheres] if found is not None else [],
                }
                facts.append(Fact("sample.moved", run.run, payload))
        return facts

    def _route(self, run: RunProgress, start: str, end: str) -> Route | None:
        """The quickest way through atmospheres that a run's samples may meet."""
        if run.run not in self._permitted:
            self._permitted[run.run] = permitted_atmospheres(run.protocol)
        key = (self._permitted[run.run], start, end)
        if key not in self._routes:
            self._routes[key] = route(self._facility, start, end, permitted=key[0])
        return self._routes[key]


def _text(limit: Quantity | tuple[str, ...]) -> str:
    return " or ".join(limit) if isinstance(limit, tuple) else str(limit)
