"""What an analysis of ESR spectra found, for figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from kuralab.science.esr import Choice, LocalStructure, SpinCount


@final
@dataclass(frozen=True)
class EsrDetails:
    """One spectrum with its fits.

    explained: whether the chosen model explains the spectrum at all; structures: by site, of copper
    with a hyperfine coupling along the axis, None for the others; spins: where a standard was given.
    """

    label: str
    element: str
    choice: Choice
    explained: bool
    structures: tuple[LocalStructure | None, ...]
    spins: SpinCount | None = None
