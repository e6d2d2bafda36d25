"""Space groups as arrays: unique reflections, site multiplicities, what symmetry lets an atom do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.diffraction._cell import reciprocal_metric

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SAME_PLACE: Final = 0.02
"""Angstrom-like closeness in fractions: nearer images of an atom are one atom on a special position."""
_MOST_REFLECTIONS: Final = 200_000


@final
@dataclass(frozen=True)
class Group:
    """A space group. rotations (s, 3, 3) and translations (s, 3) of one lattice point's operations;
    centring (c, 3); laue (m, 3, 3) rotations with inversion, by which powder reflections are equal.
    """

    symbol: str
    number: int
    system: str
    rotations: Integers
    translations: Floats
    centring: Floats
    laue: Integers

    @property
    def order(self) -> int:
        """Number of general positions in the cell."""
        return len(self.rotations) * len(self.centring)


@lru_cache(maxsize=256)
def space_group(symbol: str) -> Group:
    """The group of one symbol, such as "P n m a", "F d -3 m:2" or "R -3 m:H".

    Operations from gemmi (International Tables A).

    Raises
    ------
    ScienceError
        No group has that symbol.
    """
    import gemmi

    found = gemmi.find_spacegroup_by_name(symbol)
    if found is None:
        raise ScienceError(f"there is no space group {symbol!r}")
    operations = found.operations()
    rotations = np.array([op.rot for op in operations.sym_ops], dtype=np.int64) // gemmi.Op.DEN
    translations = np.array([op.tran for op in operations.sym_ops], dtype=float) / gemmi.Op.DEN
    centring = np.array(list(operations.cen_ops), dtype=float) / gemmi.Op.DEN
    laue = np.unique(np.concatenate([rotations, -rotations]).reshape(-1, 9), axis=0).reshape(-1, 3, 3)
    return Group(
        symbol=found.xhm(),
        number=found.number,
        system=found.crystal_system_str(),
        rotations=rotations,
        translations=translations,
        centring=centring,
        laue=laue,
    )


def unique_reflections(
    group: Group, cell: tuple[float, ...], d_min: float, d_max: float = np.inf
) -> tuple[Integers, Integers]:
    """Allowed reflections with d_min <= d <= d_max, one of each set of equivalents.

    Returns
    -------
    h (n, 3), multiplicity (n,)
        By falling d; Friedel pairs are counted together, as a powder does.

    Raises
    ------
    ScienceError
        d_min is not positive, or there are more reflections than anybody could resolve.
    """
    if not d_min > 0.0:
        raise ScienceError(f"the smallest d has to be positive, not {d_min:g}")
    star = reciprocal_metric(cell)
    # |h_i| <= |a_i| / d, from the projection of the sphere on each axis.
    edges = np.asarray(cell[:3])
    largest = np.floor(edges / d_min).astype(int)
    if np.prod(2.0 * largest + 1.0) > 40.0 * _MOST_REFLECTIONS:
        raise ScienceError(
            f"d down to {d_min:g} angstrom means more reflections than a pattern can hold"
        )
    ranges = [np.arange(-n, n + 1, dtype=np.int64) for n in largest]
    ranges[0] = ranges[0][ranges[0] >= 0]
    h = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, 3)
    q = np.einsum("ni,ij,nj->n", h, star, h)
    h = h[(q <= 1.0 / d_min**2) & (q > max(1e-12, 1.0 / d_max**2))]
    base = 2 * int(largest.max()) + 3
    weights = np.array([base * base, base, 1], dtype=np.int64)
    # The equivalents of h under R are the rows h R; the greatest key stands for the set.
    keys = np.einsum("ni,mij,j->nm", h, group.laue, weights)
    own = h @ weights
    chosen = own == keys.max(axis=1)
    h, keys = h[chosen], np.sort(keys[chosen], axis=1)
    multiplicity = 1 + (np.diff(keys, axis=1) != 0).sum(axis=1)
    allowed = ~_absent(group, h)
    h, multiplicity = h[allowed], multiplicity[allowed]
    order = np.argsort(np.einsum("ni,ij,nj->n", h, star, h), kind="stable")
    return h[order], multiplicity[order]


def _absent(group: Group, h: Integers) -> NDArray[np.bool_]:
    """(n,) systematic absences: an operation maps h on itself with a phase."""
    absent = np.zeros(len(h), dtype=bool)
    for shift in group.centring:
        absent |= _has_phase(h @ shift)
    for rotation, translation in zip(group.rotations, group.translations, strict=True):
        if not translation.any():
            continue
        same = (h @ rotation == h).all(axis=1)
        absent |= same & _has_phase(h @ translation)
    return absent


def _has_phase(turns: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.abs(turns - np.round(turns)) > 1e-6)


@final
@dataclass(frozen=True)
class SiteSymmetry:
    """Of one position: its multiplicity in the cell, the position moved exactly onto its symmetry
    element, and the directions (k, 3) in which symmetry lets it move, each of one axis as far as
    possible (x, x, 0 is one direction)."""

    multiplicity: int
    position: tuple[float, float, float]
    directions: Floats


def site_symmetry(group: Group, position: tuple[float, float, float]) -> SiteSymmetry:
    """What a space group makes of a position (fractions)."""
    return site_symmetries(group, np.array([position], dtype=float))[0]


def site_symmetries(group: Group, positions: Floats) -> tuple[SiteSymmetry, ...]:
    """What a space group makes of positions (m, 3) in fractions."""
    images = np.einsum("oij,mj->moi", group.rotations, positions) + group.translations
    offset = images[:, :, None, :] + group.centring - positions[:, None, None, :]
    offset = offset.reshape(len(positions), -1, 3)
    offset -= np.round(offset)
    fixed = (np.abs(offset) < _SAME_PLACE).all(axis=2)
    count = fixed.sum(axis=1)
    exact = positions + (offset * fixed[:, :, None]).sum(axis=1) / count[:, None]
    return tuple(
        SiteSymmetry(
            multiplicity=group.order // int(number),
            position=(float(x), float(y), float(z)),
            directions=_directions(group.symbol, which.tobytes()),
        )
        for number, (x, y, z), which in zip(count, exact, fixed, strict=True)
    )


@lru_cache(maxsize=4096)
def _directions(symbol: str, fixed: bytes) -> Floats:
    """(k, 3) in which a site can move that is fixed by those operations (order,) of a group."""
    group = space_group(symbol)
    which = np.frombuffer(fixed, dtype=bool)
    rotations = np.repeat(group.rotations, len(group.centring), axis=0)
    return _reduced(rotations[which].mean(axis=0).T)


def _reduced(rows: Floats) -> Floats:
    """Reduced row echelon form without empty rows: each direction leads with its own axis."""
    matrix = np.array(rows, dtype=float)
    found = 0
    for column in range(matrix.shape[1]):
        pivot = found + int(np.argmax(np.abs(matrix[found:, column]))) if found < len(matrix) else found
        if found >= len(matrix) or abs(matrix[pivot, column]) < 1e-6:
            continue
        matrix[[found, pivot]] = matrix[[pivot, found]]
        matrix[found] /= matrix[found, column]
        others = np.arange(len(matrix)) != found
        matrix[others] -= np.outer(matrix[others, column], matrix[found])
        found += 1
    return matrix[:found]
