"""The answers of ``kuralab calc``, by name; each is a dotted name that is imported on use."""

from __future__ import annotations

from typing import Final

from kuralab.analysis._entry import Entry
from kuralab.errors import unknown_name


class Calculation(Entry):
    """A calculation that needs no file: its function takes the parameters alone. The technique of its
    outcome is "calc" and the name."""


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
