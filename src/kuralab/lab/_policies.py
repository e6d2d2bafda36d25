"""Who may run what, and whose turn it is: two questions that an office answers later."""

from __future__ import annotations

from typing import Protocol, final

from kuralab.lab._progress import RunProgress


class AccessPolicy(Protocol):
    """May this run use this instrument?"""

    def refusal(self, run: RunProgress, instrument: str) -> str | None:
        """Why not, in words; None if it may."""


class SharePolicy(Protocol):
    """Whose step goes first?"""

    def urgency(self, run: RunProgress) -> float:
        """Higher goes first among steps without a deadline."""


@final
class EveryoneMay:
    """Nobody is refused."""

    def refusal(self, run: RunProgress, instrument: str) -> str | None:
        """None: allowed."""
        return None


@final
class FirstComeFirstServed:
    """Runs in the order in which they were handed in."""

    def urgency(self, run: RunProgress) -> float:
        """Earlier runs first."""
        return float(-run.number)
