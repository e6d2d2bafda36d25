"""What a refinement leaves beside its report: structures as CIF, curves as CSV."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kuralab.formats import write_crystal
from kuralab.views._diffraction_tables import lost_parameters
from kuralab.views._export import csv_of

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.science.diffraction import PatternFit, Refinement


def refinement_files(outcome: Outcome) -> dict[str, str]:
    """Texts by file name: a CIF for each phase, the curves of each pattern; {} without a refinement."""
    refinement = outcome.refinement
    if refinement is None:
        return {}
    unknown = lost_parameters(outcome)
    files: dict[str, str] = {}
    for number, crystal in enumerate(refinement.crystals):
        lost = sorted(f"{site}.{kind}" for phase, site, kind in unknown if phase == crystal.name)
        warning = f"# not determined by the patterns: {', '.join(lost)}\n" if lost else ""
        text = warning + write_crystal(crystal, uncertainties=_uncertainties(refinement, number))
        files[_free(files, crystal.name or "phase", ".cif")] = text
    for fit in refinement.patterns:
        files[_free(files, f"curves-{fit.pattern.label}".rstrip("-"), ".csv")] = curves_csv(fit)
    return files


def curves_csv(fit: PatternFit) -> str:
    """One row for each point: position, observed with its uncertainty, calculated, background."""
    position = "two_theta [deg]" if fit.pattern.instrument.flight is None else "time_of_flight [us]"
    titles = [position, "observed", "uncertainty", "calculated", "background", "difference"]
    pattern = fit.pattern
    columns = (
        pattern.x,
        pattern.intensity,
        pattern.uncertainty,
        fit.calculated,
        fit.background,
        pattern.intensity - fit.calculated,
    )
    # Six digits are more than counts are worth; positions keep all of theirs.
    rows = (
        {
            title: float(value) if n == 0 else float(f"{value:.6g}")
            for n, (title, value) in enumerate(zip(titles, row, strict=True))
        }
        for row in zip(*columns, strict=True)
    )
    return csv_of(titles, rows)


def _uncertainties(refinement: Refinement, number: int) -> dict[str, float]:
    """Standard uncertainties of one phase by the names within it; edges that follow others included."""
    phase = refinement.model.phases[number]
    _, covariance = refinement.cell(phase.name)
    std = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    names = ("a", "b", "c", "alpha", "beta", "gamma")
    found = {name: float(width) for name, width in zip(names, std, strict=False) if width > 0.0}
    for name in phase.names[phase.n_cell :]:
        width = refinement.std(f"{phase.name}.{name}")
        if width is not None:
            found[name] = width
    return found


def _free(taken: dict[str, str], name: str, suffix: str) -> str:
    """A file name of letters that every system takes, unlike those before it."""
    stem = re.sub(r"[^A-Za-z0-9._+-]+", "-", name).strip("-.") or "phase"
    number = 1
    while (chosen := f"{stem}{f'-{number}' if number > 1 else ''}{suffix}") in taken:
        number += 1
    return chosen
