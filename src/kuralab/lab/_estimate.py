"""How long a protocol will take: its steps played through on an idle facility.

The list scheduler of real runs decides, so that an estimate and a run agree but for what nobody
can know before: failures, other runs, and the true durations.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

from kuralab.lab._board import Board
from kuralab.lab._places import Routes
from kuralab.lab._scheduler import BATCH_WAIT, Assignment, Candidate, ListScheduler, programme_of
from kuralab.model import Facility, Instrument, Step


@dataclass(frozen=True)
class Estimate:
    """Seconds until the last step ends, and hours on each instrument; None if it never ends."""

    seconds: float | None
    instrument_hours: Mapping[str, float]


@final
class Play:
    """Steps, instruments and samples at one moment of the estimate."""

    def __init__(
        self,
        steps: Sequence[Step],
        facility: Facility,
        *,
        seconds: Callable[[Sequence[Step], str], float],
        able: Mapping[str, frozenset[str]],
        routes: Routes,
        start: datetime | None,
    ) -> None:
        self._steps = {step.key: step for step in steps}
        self._index = {step.key: i for i, step in enumerate(steps)}
        self._seconds = seconds
        self._able = able
        self._routes = routes
        self._start = start
        self._board = Board(facility)
        self._instruments = {instrument.name: instrument for instrument in facility.instruments}
        self._free = {instrument.name: instrument.capacity for instrument in facility.instruments}
        self._shared = {resource.name: resource.count for resource in facility.resources}
        self._where: dict[str, str] = {}
        self._missing = {step.key: len(step.after) for step in steps}
        self._followers: dict[str, list[tuple[Step, float]]] = {step.key: [] for step in steps}
        for step in steps:
            for link in step.after:
                lag = 0.0 if link.lag_minimum is None else link.lag_minimum.to("s").value
                self._followers[link.step].append((step, lag))
        self._earliest = dict.fromkeys(self._steps, 0.0)
        self._queue = ListScheduler()
        self._running: dict[tuple[str, ...], tuple[float, str, int]] = {}
        self._events: list[tuple[float, int, tuple[str, ...], bool]] = []
        self._number = 0
        self._now = 0.0
        self._hours = dict.fromkeys(self._instruments, 0.0)

    def estimate(self) -> Estimate:
        """Play all steps through."""
        self._later(0.0, tuple(key for key, count in self._missing.items() if count == 0), ended=False)
        last = 0.0
        while self._events or self._wait_for_opening():
            self._now = self._events[0][0]
            while self._events and self._events[0][0] <= self._now:
                _, _, keys, ended = heapq.heappop(self._events)
                if ended:
                    self._end(keys)
                    last = self._now
                else:
                    self._make_ready(keys)
            self._assign()
        hours = {name: hours for name, hours in self._hours.items() if hours}
        return Estimate(None if len(self._queue) else last, hours)

    def _later(self, seconds: float, keys: tuple[str, ...], *, ended: bool) -> None:
        self._number += 1
        heapq.heappush(self._events, (self._now + seconds, self._number, keys, ended))

    def _make_ready(self, keys: Sequence[str]) -> None:
        for key in keys:
            step = self._steps[key]
            self._queue.add(
                Candidate(
                    run="",
                    step=key,
                    operation=step.operation,
                    parameters=step.parameters,
                    programme=programme_of(step),
                    samples=step.samples,
                    deadline=None,
                    urgency=0.0,
                    turn=(self._now, 0, self._index[key]),
                )
            )

    def _end(self, keys: tuple[str, ...]) -> None:
        _, name, size = self._running.pop(keys)
        self._free[name] += size
        for resource in self._instruments[name].also:
            self._shared[resource] += 1
        for key in keys:
            for follower, lag in self._followers[key]:
                self._missing[follower.key] -= 1
                earliest = max(self._earliest[follower.key], self._now + lag)
                self._earliest[follower.key] = earliest
                if self._missing[follower.key] == 0:
                    self._later(earliest - self._now, (follower.key,), ended=False)

    def _assign(self) -> None:
        if not len(self._queue):
            return
        # Batches last: what begins now may be what a batch should wait for.
        for batch in (False, True):
            free = [
                (instrument, left)
                for name, instrument in self._instruments.items()
                if instrument.batch is batch
                and (left := self._free[name]) > 0
                and self._is_open(instrument)
                and all(self._shared[resource] > 0 for resource in instrument.also)
            ]
            for assignment in self._queue.assign(free, possible=self._possible, arriving=self._arriving):
                instrument = self._instruments[assignment.instrument]
                # An assignment before this one may have taken what they share.
                if all(self._shared[resource] > 0 for resource in instrument.also):
                    self._begin(instrument, assignment)
                else:
                    for candidate in assignment.candidates:
                        self._queue.add(candidate)

    def _begin(self, instrument: Instrument, assignment: Assignment) -> None:
        steps = [self._steps[candidate.step] for candidate in assignment.candidates]
        samples = [sample for step in steps for sample in step.samples]
        travel = max((self._travel(sample, instrument) for sample in samples), default=0.0)
        seconds = travel + self._seconds(steps, instrument.name)
        size = instrument.capacity if instrument.batch else sum(c.size for c in assignment.candidates)
        self._free[instrument.name] -= size
        for resource in instrument.also:
            self._shared[resource] -= 1
        for step in steps:
            for sample in (*step.samples, *step.makes):
                self._where[sample] = instrument.station
        self._hours[instrument.name] += seconds / 3600
        keys = tuple(step.key for step in steps)
        self._running[keys] = (self._now + seconds, instrument.name, size)
        self._later(seconds, keys, ended=True)

    def _travel(self, sample: str, instrument: Instrument) -> float:
        found = self._routes.between(self._where[sample], instrument.station)
        return 0.0 if found is None else found.seconds

    def _possible(self, instrument: Instrument, candidate: Candidate) -> bool:
        return instrument.name in self._able[candidate.step] and all(
            self._routes.between(self._where[sample], instrument.station) is not None
            for sample in candidate.samples
        )

    def _arriving(self, instrument: Instrument, programme: str) -> bool:
        for keys, (ends, _, _) in self._running.items():
            for key in keys:
                for follower, _ in self._followers[key]:
                    if self._missing[follower.key] == 1 and programme_of(follower) == programme:
                        patience = BATCH_WAIT * self._seconds([follower], instrument.name)
                        if ends - self._now < patience:
                            return True
        return False

    def _is_open(self, instrument: Instrument) -> bool:
        return self._start is None or self._board.is_open(instrument, self._moment(self._start))

    def _moment(self, start: datetime) -> datetime:
        return start + timedelta(seconds=self._now)

    def _wait_for_opening(self) -> bool:
        """Nothing runs but something waits: go on when the next instrument opens."""
        if self._start is None or not len(self._queue):
            return False
        now = self._moment(self._start)
        opening = self._board.next_opening(now)
        if opening is None:
            return False
        self._later((opening - now).total_seconds(), (), ended=False)
        return True
