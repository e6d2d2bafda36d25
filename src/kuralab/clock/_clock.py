"""What the lab asks of a clock, and the one on the wall."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar, TypeVarTuple, final

T = TypeVar("T")
Args = TypeVarTuple("Args")

THREADS: Final = 4
"""Threads for blocking work: the ledger's, and a few for files and twins."""


class Clock(Protocol):
    """Time as the lab sees it. Timers of the loop that ``run`` starts obey the clock too."""

    def now(self) -> datetime:
        """The time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    async def in_thread(self, function: Callable[[*Args], T], *args: *Args) -> T:
        """What a blocking function returns or raises, while other coroutines go on."""

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end on an event loop of this clock."""


@final
class WallClock:
    """Real time.

    Examples
    --------
    >>> WallClock().now().tzinfo
    datetime.timezone.utc
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kuralab")

    def now(self) -> datetime:
        """The system's time, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for real seconds."""
        await asyncio.sleep(seconds)

    async def in_thread(self, function: Callable[[*Args], T], *args: *Args) -> T:
        """What a blocking function returns or raises, while other coroutines go on."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end on a loop of its own."""
        return asyncio.run(coroutine)
