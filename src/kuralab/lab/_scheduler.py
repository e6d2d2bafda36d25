"""Which instrument takes which steps now: one narrow interface, and a list scheduler behind it."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, final

from kuralab.model import Instrument, Step
from kuralab.model.protocol import Value
from kuralab.units import Quantity

Rank = tuple[float, float, float, int, int]


@dataclass(frozen=True)
class Candidate:
    """A step that is ready. ``programme`` is equal for steps that a batch can share.

    deadline, urgency and turn order the queue: earlier deadline first, then the higher urgency,
    then who has waited longer. turn: (ready since, number of the run, place in its protocol), which
    is the same after a restart.
    """

    run: str
    step: str
    operation: str
    parameters: Mapping[str, Value]
    programme: str
    samples: tuple[str, ...]
    deadline: datetime | None
    urgency: float
    turn: tuple[float, int, int]

    @property
    def size(self) -> int:
        """Positions that the step takes in an instrument."""
        return max(1, len(self.samples))

    @property
    def rank(self) -> Rank:
        """Sort key: the smallest goes first."""
        late = float("inf") if self.deadline is None else self.deadline.timestamp()
        return (late, -self.urgency, *self.turn)


@dataclass(frozen=True)
class Assignment:
    """Steps that an instrument starts together: one order."""

    instrument: str
    candidates: tuple[Candidate, ...]


class Scheduler(Protocol):
    """What the executor asks. Nothing is remembered but the queue."""

    def add(self, candidate: Candidate) -> None:
        """A step has become ready."""

    def remove(self, run: str, step: str) -> None:
        """A step shall not be started any more."""

    def assign(
        self,
        free: Sequence[tuple[Instrument, int]],
        *,
        possible: Callable[[Instrument, Candidate], bool],
        arriving: Callable[[Instrument, str], bool],
    ) -> list[Assignment]:
        """Assignments that can start now.

        free: instruments with the positions that are free, in order of preference; possible: whether
        one can take a step (ranges, room, opening hours); arriving: whether more steps of a programme
        are soon ready, so that a batch should wait for them.
        """

    def __len__(self) -> int: ...


# A queue may hold steps that nobody can take now; looking further than this is not worth the time.
LOOK_AHEAD: Final = 200
# A batch waits for steps that are ready within this share of its own duration.
BATCH_WAIT: Final = 0.5


@final
class ListScheduler:
    """Gives every free instrument the first step in line that it can take.

    Source
    ------
    R. L. Graham, SIAM J. Appl. Math. 17, 416 (1969), DOI 10.1137/0117039: with identical machines
    and no further constraints at most 2 - 1/m of the shortest time.
    """

    def __init__(self) -> None:
        self._queues: dict[str, list[tuple[Rank, Candidate]]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, candidate: Candidate) -> None:
        """A step has become ready."""
        heapq.heappush(self._queues.setdefault(candidate.operation, []), (candidate.rank, candidate))
        self._size += 1

    def remove(self, run: str, step: str) -> None:
        """A step shall not be started any more."""
        for queue in self._queues.values():
            kept = [entry for entry in queue if (entry[1].run, entry[1].step) != (run, step)]
            if len(kept) != len(queue):
                self._size -= len(queue) - len(kept)
                heapq.heapify(kept)
                queue[:] = kept

    def assign(
        self,
        free: Sequence[tuple[Instrument, int]],
        *,
        possible: Callable[[Instrument, Candidate], bool],
        arriving: Callable[[Instrument, str], bool],
    ) -> list[Assignment]:
        """Assignments that can start now, see ``Scheduler``."""
        found: list[Assignment] = []
        for instrument, positions in free:
            left = positions
            while left > 0:
                taken = self._take(instrument, left, possible, arriving)
                if not taken:
                    break
                found.append(Assignment(instrument.name, tuple(taken)))
                left = 0 if instrument.batch else left - sum(c.size for c in taken)
        return found

    def _take(
        self,
        instrument: Instrument,
        positions: int,
        possible: Callable[[Instrument, Candidate], bool],
        arriving: Callable[[Instrument, str], bool],
    ) -> list[Candidate]:
        queues = [
            self._queues[capability.operation]
            for capability in instrument.capabilities
            if self._queues.get(capability.operation)
        ]
        passed: list[Candidate] = []
        taken: list[Candidate] = []
        room = positions
        while queues and len(passed) < LOOK_AHEAD and room > 0:
            queue = min(queues, key=lambda q: q[0][0])
            candidate = heapq.heappop(queue)[1]
            if not queue:
                queues.remove(queue)
            self._size -= 1
            fits = candidate.size <= room and (
                not taken or (instrument.batch and candidate.programme == taken[0].programme)
            )
            if fits and possible(instrument, candidate):
                taken.append(candidate)
                room -= candidate.size
                if not instrument.batch:
                    break
            else:
                passed.append(candidate)
        if taken and instrument.batch and room > 0 and arriving(instrument, taken[0].programme):
            passed += taken
            taken = []
        self._put_back(passed)
        return taken

    def _put_back(self, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            self.add(candidate)


def programme_of(step: Step) -> str:
    """Equal for steps that can share a batch: the operation and all its parameters."""
    parameters = {
        key: [value.value, value.unit] if isinstance(value, Quantity) else value
        for key, value in sorted(step.parameters.items())
    }
    return json.dumps([step.operation, parameters])
