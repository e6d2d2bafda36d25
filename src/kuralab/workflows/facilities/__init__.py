"""Facilities that come with kuralab, one file each."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Final

from kuralab.errors import unknown_name
from kuralab.formats import read_facility
from kuralab.model import Facility

FACILITIES: Final = (
    "solid_electrolyte",
    "conductor_library",
    "high_pressure_hydride",
    "proton_conductor",
)
"""The first is the default."""


def facility_named(name: str) -> Facility:
    """A facility of the package by its name.

    Raises
    ------
    InputError
        Unknown name; near misses are offered.
    """
    if name not in FACILITIES:
        raise unknown_name(name, FACILITIES, what="facility")
    with as_file(files("kuralab.workflows.facilities").joinpath(f"{name}.yaml")) as path:
        return read_facility(path)


def default_facility() -> Facility:
    """The facility that runs protocols when nobody names another: twins for solid electrolytes."""
    return facility_named(FACILITIES[0])
