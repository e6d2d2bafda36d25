"""Names within a protocol that mean the right thing inside repeats.

What is made while x is 10 is called ``pellet x=10``. Where x is 10, ``pellet`` finds it again, also
in another repeat and whatever else is repeated around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final, final

from kuralab.errors import InputError

Pairs = tuple[tuple[str, str], ...]
"""Variables of the repeats around a place with their values, outermost first."""

LONGEST: Final = 80
_FORBIDDEN: Final = re.compile(r"[=/\\\x00-\x1f]")


def full_name(base: str, pairs: Pairs) -> str:
    """A name with the values of its repeats, such as ``pellet x=10``."""
    return " ".join([base, *(f"{variable}={value}" for variable, value in pairs)])


def check_base(base: str, field: str) -> None:
    """Refuse names that could not be told from others, or that would be paths.

    Raises
    ------
    InputError
        The name is empty, too long or has a character that is not for names.
    """
    if not base or len(base) > LONGEST or _FORBIDDEN.search(base):
        raise InputError(
            f"{base[:20]!r} is no name",
            field=field,
            hint=f"Use up to {LONGEST} characters without '=', '/' and backslash.",
        )


@final
class Names:
    """The samples, or the steps, that have been named so far."""

    def __init__(self) -> None:
        self._full: dict[str, None] = {}
        self._within: dict[tuple[str, frozenset[tuple[str, str]]], str] = {}
        self._of_base: dict[str, list[tuple[str, Pairs]]] = {}

    def add(self, base: str, pairs: Pairs) -> str:
        """Remember a name and return it in full; the caller has seen that it is new."""
        full = full_name(base, pairs)
        self._full[full] = None
        self._within[base, frozenset(pairs)] = full
        self._of_base.setdefault(base, []).append((full, pairs))
        return full

    def find(self, name: str, pairs: Pairs) -> str | None:
        """What a name means at a place: the one that shares the most repeats with it."""
        if name in self._full:
            return name
        for count in range(len(pairs), -1, -1):
            for chosen in combinations(pairs, count):
                if full := self._within.get((name, frozenset(chosen))):
                    return full
        return None

    def every(self, base: str, pairs: Pairs) -> tuple[str, ...]:
        """All that a name has in the repeats inside a place."""
        here = set(pairs)
        return tuple(full for full, theirs in self._of_base.get(base, ()) if here <= set(theirs))

    def __contains__(self, full: str) -> bool:
        return full in self._full

    def __iter__(self) -> Iterator[str]:
        return iter(self._full)


def listed(names: Iterable[str], *, most: int = 8) -> str:
    """Some names for a message."""
    found = list(names)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return (", ".join(found[:most]) or "none") + more
