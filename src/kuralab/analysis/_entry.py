"""An entry of a registry: what it is called, and where its code is, imported on use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

    from kuralab.analysis._details import Outcome


@dataclass(frozen=True)
class Entry:
    """Its name, one line for help pages, and dotted names: ``parameters`` is one pydantic class, from
    which flags and forms are generated, ``function`` returns an Outcome."""

    name: str
    summary: str
    module: str
    parameters: str
    function: str

    def parameter_class(self) -> type[BaseModel]:
        found: type[BaseModel] = getattr(import_module(self.module), self.parameters)
        return found

    def load(self) -> Callable[..., Outcome]:
        """The function; importing its module is what takes time."""
        found: Callable[..., Any] = getattr(import_module(self.module), self.function)
        return found
