"""Campaigns that come with kuralab: each a file, with its protocol and its table beside it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from kuralab.errors import unknown_name

CAMPAIGNS: Final = ("obelix", "li3ps4_lii", "high_pressure_hydride", "proton_conductor")


def campaign_file(name: str) -> Path:
    """The file of a packaged campaign; what it names stands beside it.

    Raises
    ------
    InputError
        Unknown name; near misses are offered.
    """
    if name not in CAMPAIGNS:
        raise unknown_name(name, CAMPAIGNS, what="campaign")
    return Path(str(files("kuralab.workflows.campaign_files").joinpath(f"{name}.yaml")))
