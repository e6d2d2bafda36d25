"""The answers of ``kuralab calc``, by name; each is a dotted name that is imported on use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kuralab.errors import unknown_name

if TYPE_CHECKING:
    from pydantic import BaseModel

    from kuralab.analysis._details import Outcome


@dataclass(frozen=True)
class Calculation:
    """A calculation that needs no file: its name, one line for help pages, and where its code is.

    ``parameters`` names one pydantic class, from which flags and forms are generated; ``function``
    takes the parameters and returns an Outcome, whose technique is "calc" and the name.
    """

    name: str
    summary: str
    module: str
    parameters: str
    function: str

    def parameter_class(self) -> type[BaseModel]:
        found: type[BaseModel] = getattr(import_module(self.module), self.parameters)
        return found

    def calculate(self) -> Callable[..., Outcome]:
        found: Callable[..., Any] = getattr(import_module(self.module), self.function)
        return found


CALCULATIONS: Final = {
    calculation.name: calculation
    for calculation in (
        Calculation(
            name="hydrogen",
            summary="Chemical potential, fugacity and volume of hydrogen up to 20 GPa.",
            module="kuralab.analysis.hydrogen",
            parameters="HydrogenParameters",
            function="calculate_hydrogen",
        ),
    )
}


def calculation_named(name: str) -> Calculation:
    """The calculation of one name.

    Raises
    ------
    InputError
        Unknown name; near misses are offered.
    """
    if name not in CALCULATIONS:
        raise unknown_name(name, CALCULATIONS, what="calculation")
    return CALCULATIONS[name]
