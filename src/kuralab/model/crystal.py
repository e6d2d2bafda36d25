"""A crystal structure: cell, space group, sites."""

from __future__ import annotations

from typing import Annotated, Self, final

from pydantic import Field, model_validator

from kuralab.model._base import Record

Finite = Annotated[float, Field(allow_inf_nan=False)]
Edge = Annotated[float, Field(gt=0.0, lt=1000.0)]
Angle = Annotated[float, Field(gt=0.0, lt=180.0)]


@final
class Cell(Record):
    """Edges a, b, c in angstrom and angles alpha, beta, gamma in degrees."""

    a: Edge
    b: Edge
    c: Edge
    alpha: Angle = 90.0
    beta: Angle = 90.0
    gamma: Angle = 90.0

    def as_tuple(self) -> tuple[float, float, float, float, float, float]:
        """a, b, c, alpha, beta, gamma."""
        return (self.a, self.b, self.c, self.alpha, self.beta, self.gamma)


@final
class Site(Record):
    """One site of the asymmetric unit.

    ``scatterer`` is an element, an isotope ("D", "7Li") or an ion ("Pb2+"). ``position`` is
    fractional. ``b_iso`` in angstrom^2 (8 pi^2 U); ``u_aniso``, when given, holds U11, U22, U33, U12,
    U13, U23 in angstrom^2 and then stands instead of ``b_iso``.
    """

    label: str
    scatterer: str
    position: tuple[Finite, Finite, Finite]
    occupancy: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    b_iso: Finite = 0.5
    u_aniso: tuple[Finite, Finite, Finite, Finite, Finite, Finite] | None = None


@final
class Crystal(Record):
    """One phase: ``space_group`` is a symbol that leaves no doubt about the setting
    ("P n m a", "F d -3 m:2").

    Without sites it can be indexed, and fitted by Le Bail's method, but has no intensities.
    """

    name: str
    cell: Cell
    space_group: str
    sites: tuple[Site, ...] = ()

    @model_validator(mode="after")
    def _labels_are_unique(self) -> Self:
        labels = [site.label for site in self.sites]
        if len(set(labels)) != len(labels):
            repeated = sorted({label for label in labels if labels.count(label) > 1})
            raise ValueError(f"site labels repeat: {', '.join(repeated)}")
        return self
