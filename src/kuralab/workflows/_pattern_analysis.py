"""Stored powder patterns of a sample with the structures that their steps name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kuralab.analysis import Outcome
from kuralab.analysis.diffraction import DiffractionParameters, analyse_diffraction
from kuralab.analysis.phase_check import check_phases
from kuralab.analysis.structures import structure_sets, structures_named
from kuralab.errors import InputError
from kuralab.model import Crystal, Measurement, RefinementPlan, Value
from kuralab.science.diffraction import phase_of
from kuralab.units import Quantity

NEUTRON: Final = "neutron_pattern"
LEAST: Final = 3.0
"""wt%; less of a phase is left out of a refinement, which it would only disturb."""
LITTLE: Final = 5.0
"""wt%; of less the cell stays as it is listed, for too few lines are seen."""
MUCH: Final = 15.0
"""wt%; of less the displacements of atoms and the texture are left alone."""


@dataclass(frozen=True)
class AskedPattern:
    """A pattern with the operation and the parameters of its step."""

    measurement: Measurement
    operation: str
    parameters: Mapping[str, Value]

    @property
    def radiation(self) -> str:
        """xray or neutron."""
        return "neutron" if self.operation == NEUTRON else "xray"

    @property
    def wavelength(self) -> str | None:
        """As an analysis reads it, where the step says it."""
        given = self.parameters.get("wavelength") or self.parameters.get("radiation")
        return str(given) if isinstance(given, Quantity | str) else None

    @property
    def to_be_refined(self) -> bool:
        """Unless the step asks for a check only."""
        return self.parameters.get("analysis", "refine") == "refine"


def checked_pattern(asked: AskedPattern) -> Outcome:
    """What the structures that a step names explain of its pattern.

    Raises
    ------
    InputError
        The step names no structures, or the pattern cannot be used.
    """
    options = _options([asked])
    return check_phases(
        asked.measurement,
        crystals=crystals_of(asked.parameters),
        radiation=asked.radiation,
        lines=options.wavelength[0] if options.wavelength else None,
    )


def refined_patterns(asked: Sequence[AskedPattern], checks: Sequence[Outcome]) -> Outcome | None:
    """One refinement of all patterns of a sample; none where they hold something unknown.

    checks: what ``checked_pattern`` found, in the order of the patterns. The first pattern decides
    which phases are there.

    Raises
    ------
    InputError
        The patterns cannot be refined.
    """
    if not asked or any(not model.adequate for check in checks for model in check.record.models):
        return None
    found = {
        str(result.conditions["phase"]): result.value or 0.0
        for result in checks[0].record.of("phase_fraction")
    }
    known = {crystal.name: crystal for crystal in crystals_of(asked[0].parameters)}
    phases = [known[name] for name, share in found.items() if share >= LEAST]
    minor = [crystal.name for crystal in phases if found[crystal.name] < MUCH]
    plan = RefinementPlan(
        # The divergence of a beam belongs to a calibration: with one sample it trades with the cell.
        fix=(
            "axial.*",
            *(f"{name}.*.b_iso" for name in minor),
            *(
                f"{name}.{edge}"
                for name in minor
                if found[name] < LITTLE
                for edge in _edges(known[name])
            ),
        ),
        orientation={c.name: (0, 0, 1) for c in phases if c.name not in minor and not _cubic(c)},
    )
    return analyse_diffraction(
        [one.measurement for one in asked], _options(asked, structure=tuple(phases), config=plan)
    )


def crystals_of(parameters: Mapping[str, Value]) -> tuple[Crystal, ...]:
    """The structures that a step names: sets that come with kuralab, or files, with ``+`` between.

    Raises
    ------
    InputError
        None is named, or there is no such set and no such file.
    """
    from kuralab.formats import read_crystals

    named = str(parameters.get("structures") or "")
    if not named:
        raise InputError(
            "the step names no structures, so that the pattern is kept but not analysed",
            field="structures",
            hint=f"Name a CIF file, or of {', '.join(structure_sets())}.",
        )
    found: list[Crystal] = []
    for name in (part.strip() for part in named.split("+")):
        path = Path(name)
        found += read_crystals(path) if path.is_file() else structures_named(name)
    return tuple(found)


def _options(asked: Sequence[AskedPattern], **more: Any) -> DiffractionParameters:
    wavelengths = [one.wavelength for one in asked]
    given: dict[str, Any] = {"radiation": tuple(one.radiation for one in asked), **more}
    if all(wavelengths):
        given["wavelength"] = tuple(wavelengths)
    return DiffractionParameters(**given)


def _edges(crystal: Crystal) -> list[str]:
    """Names of the free cell parameters."""
    phase = phase_of(crystal)
    return list(phase.names[: phase.n_cell])


def _cubic(crystal: Crystal) -> bool:
    cell = crystal.cell
    return cell.a == cell.b == cell.c and cell.alpha == cell.beta == cell.gamma == 90.0
