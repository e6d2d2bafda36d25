"""Composition of a material: a formula, or a mixture in mol%."""

from __future__ import annotations

from typing import final

from kuralab.model._base import Record


@final
class Component(Record):
    """One formula of a mixture and its share in mol%."""

    formula: str
    share: float = 100.0


@final
class Composition(Record):
    """Placeholder shape while the parser is written."""

    text: str
    components: tuple[Component, ...] = ()
