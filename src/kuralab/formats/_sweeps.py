"""Where one frequency sweep ends and the next begins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A shorter piece is no spectrum: then the order is not that of sweeps, and nothing is split.
_SHORTEST = 4


def split_sweeps(*, frequency: Floats, cycle: Floats | None = None) -> tuple[slice, ...]:
    """The rows of each sweep.

    A new sweep begins where the cycle number changes; without one, where the frequency jumps back
    over at least half of the range just covered, or turns round for three steps or more.

    frequency: (n,) Hz, positive; cycle: (n,) or None. Returns slices that cover all n rows.

    Examples
    --------
    >>> split_sweeps(frequency=np.array([1e4, 1e3, 1e2, 10.0, 1e4, 1e3, 1e2, 10.0]))
    (slice(0, 4, None), slice(4, 8, None))
    """
    n = frequency.size
    if cycle is not None:
        changes = (np.flatnonzero(np.diff(cycle) != 0) + 1).tolist()
        pieces = _pieces(changes, n)
        if len(pieces) > 1 and _all_long(pieces):
            return pieces
    pieces = _pieces(_restarts(np.log(frequency)), n)
    return pieces if _all_long(pieces) else (slice(0, n),)


def _pieces(starts: list[int], n: int) -> tuple[slice, ...]:
    edges = [0, *starts, n]
    return tuple(slice(a, b) for a, b in pairwise(edges))


def _all_long(pieces: tuple[slice, ...]) -> bool:
    return all(piece.stop - piece.start >= _SHORTEST for piece in pieces)


def _restarts(log_frequency: Floats) -> list[int]:
    """First rows of the second and later sweeps."""
    steps = np.diff(log_frequency)
    steps[np.abs(steps) < 1e-3] = 0.0
    signs = np.sign(steps)
    turns = np.flatnonzero(signs[1:] != signs[:-1]) + 1
    candidates = np.unique(np.concatenate([[0], turns, turns + 1])).tolist()
    starts: list[int] = []
    start, direction = 0, 0.0
    for i in candidates:
        sign = float(signs[i]) if i < signs.size else 0.0
        if sign in (0.0, direction):
            continue
        if direction == 0.0:
            direction = sign
            continue
        jumped = abs(steps[i]) >= 0.5 * abs(log_frequency[i] - log_frequency[start]) and i - start >= 2
        turned = i - start >= 2 and signs[i : i + 3].tolist() == [sign] * 3
        if jumped or turned:
            # A turning point measured twice belongs to both sweeps.
            twice = not jumped and steps[i - 1] == 0.0
            start = i if twice else i + 1
            starts.append(start)
            direction = sign if turned and not jumped else 0.0
    return starts
