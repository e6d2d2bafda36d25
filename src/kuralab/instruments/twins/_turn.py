"""Taking turns, in whichever event loop is running."""

from __future__ import annotations

import asyncio
from typing import final


@final
class Turn:
    """A lock for coroutines that survives its event loop.

    ``asyncio.Lock`` belongs to one loop, and a lab may run several, one after the other.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()

    def of_loop(self) -> asyncio.Lock:
        """The lock of the running loop."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._lock = loop, asyncio.Lock()
        return self._lock
