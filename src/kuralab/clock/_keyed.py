"""Random numbers that depend on what they are for, not on what was drawn before."""

from __future__ import annotations

import hashlib
import json

import numpy as np


def keyed_generator(seed: int, *key: str | int) -> np.random.Generator:
    """A generator of its own for every key, so that a resumed run draws what it would have drawn.

    The key is what the numbers are for, such as run, step and attempt. ``1`` and ``"1"`` differ.

    Examples
    --------
    >>> keyed_generator(7, "mill-1", 2).normal() == keyed_generator(7, "mill-1", 2).normal()
    True
    """
    parts = [part if isinstance(part, str) else int(part) for part in (seed, *key)]
    digest = hashlib.sha256(json.dumps(parts).encode()).digest()
    return np.random.Generator(np.random.PCG64DXSM(int.from_bytes(digest, "big")))
