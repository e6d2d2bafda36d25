"""Virtual time: an event loop that jumps to its next timer when nothing else is going on.

A loop that jumps whenever it would wait is wrong as soon as a thread works for it: a commit of a
millisecond would let an hour pass. Here time stands still until every thread has answered. The
answers are handed over one at a time, in the order of the questions and only when nothing else is
ready, so that the speed of the disk changes nothing: a run equals its repetition, commit by commit.
Sockets and other threads are not waited for; a virtual lab has none.
"""

from __future__ import annotations

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, final

from kuralab.clock._clock import THREADS, Args
from kuralab.errors import KuralabError

T = TypeVar("T")


@final
class ClockError(KuralabError):
    """Virtual time cannot go on: everything waits and nothing will ever happen."""


@final
class VirtualClock:
    """Time that passes as fast as the work allows; ``start`` may be any time with a zone.

    Examples
    --------
    >>> clock = VirtualClock(datetime(2026, 11, 1, tzinfo=UTC))
    >>> clock.run(clock.sleep(86400))
    >>> str(clock.now())
    '2026-11-02 00:00:00+00:00'
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a virtual clock starts at a time with a zone")
        self._start = start.astimezone(UTC)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kuralab")
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The virtual time, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    async def sleep(self, seconds: float) -> None:
        """Wait for virtual seconds.

        Raises
        ------
        ClockError
            The running loop is not of this clock, so that real seconds would pass.
        """
        self._own_loop()
        await asyncio.sleep(seconds)

    async def in_thread(self, function: Callable[[*Args], T], *args: *Args) -> T:
        """What a blocking function returns or raises; no virtual time passes meanwhile.

        Raises
        ------
        ClockError
            The running loop is not of this clock.
        """
        return await self._own_loop().run_in_executor(None, function, *args)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end on a loop of its own, from the time reached so far.

        Raises
        ------
        ClockError
            Every task waits, no timer is set and no thread works.
        """
        with asyncio.Runner(loop_factory=lambda: _GuardedLoop(self, self._pool)) as runner:
            return runner.run(coroutine)

    def _own_loop(self) -> _GuardedLoop:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, _GuardedLoop) or loop.clock is not self:
            raise ClockError("this coroutine needs the loop of its virtual clock; start it by clock.run")
        return loop


class _GuardedLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: VirtualClock, pool: ThreadPoolExecutor) -> None:
        self.clock = clock
        self._pool = pool
        self._jobs: deque[tuple[Future[Any], asyncio.Future[Any]]] = deque()
        super().__init__(_IdleSelector(self._when_idle))
        # Timers this close are due together. asyncio's 1 ns is lost in a float after some months, and
        # a timer that is never quite reached would hang the loop.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.clock._elapsed

    # Every way to a thread leads here, asyncio.to_thread too.
    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Args], T], *args: *Args
    ) -> asyncio.Future[T]:
        answer: asyncio.Future[T] = self.create_future()
        self._jobs.append(((executor or self._pool).submit(func, *args), answer))
        return answer

    def _when_idle(self, timeout: float | None) -> None:
        if self._jobs:
            job, answer = self._jobs.popleft()
            error = job.exception()
            if answer.cancelled():
                return
            if error is None:
                answer.set_result(job.result())
            else:
                answer.set_exception(error)
        elif timeout is None:
            raise ClockError(
                "virtual time stands still: every task waits, but no timer is set and no thread works"
            )
        else:
            self.clock._elapsed += timeout


class _IdleSelector(selectors.DefaultSelector):
    def __init__(self, when_idle: Callable[[float | None], None]) -> None:
        super().__init__()
        self._when_idle = when_idle

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout != 0:
            self._when_idle(timeout)
        return events
