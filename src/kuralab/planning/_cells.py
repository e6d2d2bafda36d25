"""Lattice compositions by rounding points of a wider continuous body.

Every lattice vector k owns the cube of side 1 around it, in all coordinates of those present but
the last. A body that holds the cubes of all allowed vectors is: every limit widened by half the sum of
its slopes along these coordinates. A uniform point of it, rounded, is every allowed vector with the same
chance; what is rounded to a vector that is not allowed is refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._faces import Box, Face, Union, body_of, supports
from kuralab.planning._polytope import Floats

Ints = NDArray[np.int64]


def cells(box: Box, low: Ints, high: Ints, parts: int, most: int, *, whole: bool) -> Union:
    """The widened bodies, in fractions; low, high: (m,) of the lattice vectors, whose sum is parts.

    whole: all components may be present, so one body holds all; otherwise one for each choice of
    those that are above zero.
    """
    m = len(low)
    members = []
    for present in supports(box, (m,) if whole else tuple(range(1, most + 1))):
        part = box.on(present)
        half = np.full(len(present), 0.5)
        half[-1] *= len(present) - 1
        least = low[present] if whole else np.maximum(low[present], 1)
        slopes = np.abs(part.normals - part.normals[:, -1:]).sum(axis=1)
        widened = Box(
            (least - half) / parts,
            (high[present] + half) / parts,
            part.normals,
            part.bounds + slopes / 2 / parts,
        )
        body = body_of(widened)
        if body is not None:
            members.append(Face(present, body))
    return Union(members, m, parts)


def rounded(points: Floats, chosen: Ints, union: Union, parts: int, *, whole: bool) -> Floats:
    """Compositions of the lattice vectors in whose cubes the points lie, without those of another choice
    of components than the point's body; limits are still to be checked."""
    last = np.array([face.present[-1] for face in union.members])[chosen]
    rows = np.arange(len(points))
    numbers = np.rint(points * parts)
    numbers[rows, last] = 0
    numbers[rows, last] = parts - numbers.sum(axis=1)
    kept = (numbers >= 0).all(axis=1)
    if not whole:
        sizes = np.array([len(face.present) for face in union.members])[chosen]
        kept &= (numbers > 0).sum(axis=1) == sizes
    found: Floats = numbers[kept] / parts
    return found
