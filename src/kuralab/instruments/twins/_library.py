"""Libraries: materials with conductivities that were measured by others, as truths of the twins."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, final

from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import BOLTZMANN_EV, ROOM_TEMPERATURE, Material
from kuralab.model.composition import Composition

LIBRARIES: Final = ("obelix",)
LIBRARY_OPERATIONS: Final = ("press_pellet", "impedance_spectrum", "split", "hold")
"""What the twins know of a library's materials; milling or heating them is in no library."""


@final
@dataclass(frozen=True)
class Entry:
    """A material and its formula."""

    composition: Composition
    material: Material


@cache
def library(name: str) -> Mapping[str, Entry]:
    """The entries of ``library/<name>.csv`` by their identifiers; SOURCES.md is beside it.

    What was published as a bound gets an assumed truth below it, and every material an activation
    energy that follows from its conductivity at one assumed prefactor (``prior.yaml``).
    """
    text = files("kuralab.instruments.twins").joinpath("library", f"{name}.csv").read_text("utf-8")
    return {row["entry"]: _entry(row) for row in csv.DictReader(text.splitlines())}


def _entry(row: Mapping[str, str]) -> Entry:
    values = prior()["library"]
    conductivity = float(row["conductivity"]) * (values["below_bound"] if row["censored"] else 1.0)
    energy = (values["log_prefactor"] - math.log(conductivity * ROOM_TEMPERATURE)) * (
        BOLTZMANN_EV * ROOM_TEMPERATURE
    )
    return Entry(
        composition=Composition.parse(row["composition"]),
        material=Material(
            entry=row["entry"],
            conductivity=conductivity,
            activation_energy=max(energy, values["lowest_energy"]),
            density=float(row["density"]),
        ),
    )
