"""How a refinement of powder patterns is to be done: what is free, fixed, tied and left out."""

from __future__ import annotations

from typing import Annotated, final

from pydantic import Field

from kuralab.model._base import Record

Finite = Annotated[float, Field(allow_inf_nan=False)]


@final
class RefinementPlan(Record):
    """Beyond the usual order; parameters are named as in reports ("lbco.O.b_iso", "width.u").

    ``refine`` and ``fix`` are globs ("background.*"); a tie holds a follower, its leader and the factor
    between them; ``set_values`` are starting values; ``range`` and ``exclude`` are in deg 2theta or us;
    ``background`` is a number of Chebyshev coefficients; ``orientation`` holds the axis of preferred
    orientation of a phase.
    """

    refine: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    ties: tuple[tuple[str, str, Finite], ...] = ()
    set_values: dict[str, Finite] = Field(default_factory=dict)
    range: tuple[Finite, Finite] | None = None
    exclude: tuple[tuple[Finite, Finite], ...] = ()
    background: Annotated[int, Field(ge=1, le=30)] | None = None
    orientation: dict[str, tuple[int, int, int]] = Field(default_factory=dict)
