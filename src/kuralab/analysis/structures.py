"""Crystal structures that come with kuralab, in sets: what a powder pattern is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kuralab.errors import unknown_name
from kuralab.model import Cell, Crystal, Site


@cache
def structure_sets() -> Mapping[str, tuple[Crystal, ...]]:
    """All sets of ``structures.yaml`` by name; each structure has its source there."""
    import yaml

    text = files("kuralab.analysis").joinpath("structures.yaml").read_text("utf-8")
    return MappingProxyType(
        {
            name: tuple(_crystal(key, entry) for key, entry in entries.items())
            for name, entries in yaml.safe_load(text).items()
        }
    )


def structures_named(names: str) -> tuple[Crystal, ...]:
    """The structures of one set, or of several with ``+`` between them.

    Raises
    ------
    InputError
        No such set; near misses are offered.

    Examples
    --------
    >>> [crystal.name for crystal in structures_named("la_ni_d_new")]
    ['LaNi2D3.08', 'LaNiD1.01', 'LaNi2']
    """
    found: list[Crystal] = []
    for name in (part.strip() for part in names.split("+")):
        if name not in structure_sets():
            raise unknown_name(name, structure_sets(), what="set of structures")
        found += structure_sets()[name]
    return tuple(found)


def structure_named(name: str) -> Crystal:
    """The one structure of a name, in whichever set.

    Raises
    ------
    InputError
        No such structure; near misses are offered.
    """
    known = {crystal.name: crystal for crystals in structure_sets().values() for crystal in crystals}
    if name not in known:
        raise unknown_name(name, known, what="structure")
    return known[name]


def _crystal(name: str, entry: Mapping[str, Any]) -> Crystal:
    a, b, c, alpha, beta, gamma = (float(value) for value in entry["cell"])
    return Crystal(
        name=name,
        cell=Cell(a=a, b=b, c=c, alpha=alpha, beta=beta, gamma=gamma),
        space_group=entry["space_group"],
        sites=tuple(
            Site(label=label, scatterer=scatterer, position=(x, y, z), occupancy=occupancy)
            for label, (scatterer, x, y, z, occupancy) in entry["sites"].items()
        ),
    )
