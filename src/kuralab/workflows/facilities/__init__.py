"""Facilities that come with kuralab, one file each."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Final

from kuralab.formats import read_facility
from kuralab.model import Facility

_DEFAULT: Final = "solid_electrolyte.yaml"


def default_facility() -> Facility:
    """The facility that runs protocols when nobody names another: twins for solid electrolytes."""
    with as_file(files("kuralab.workflows.facilities").joinpath(_DEFAULT)) as path:
        return read_facility(path)
