"""The report of a search for hydrides: a story in sentences, its figures, and every result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kuralab.analysis import Outcome
from kuralab.model import Result
from kuralab.model.campaign import Experiment
from kuralab.views import (
    Language,
    ReportFigure,
    Synthesised,
    format_value,
    synthesis_map,
    write_report,
)
from kuralab.workflows.campaigns import CampaignOutcome
from kuralab.workflows.runs import CarriedOut

OBJECTIVE: Final = "unexplained_fraction"
NEW: Final = "LaNi2D3.08"
BOOK_A: Final = (4.50651, 0.00013)
BOOK_C: Final = (8.69841, 0.00033)
"""angstrom, with standard uncertainty: T. Sato in the abstract book of the E-IMR workshop, 2025."""

ATTRIBUTION: Final = (
    "LaNi2D3.08, its cell and space group, and the capacities of LaNi5: T. Sato (IMR, Tohoku "
    "University) in the abstract book of the E-IMR workshop, 4 December 2025. Z = 2 and the sites of "
    "LaNi2D3.08 are inferred.",
    "Other structures and the twins: recalled or assumed values, see "
    "docs/workflows/high_pressure_hydride.md. Nothing here was measured on hardware.",
)
_MAP_EN: Final = (
    "Syntheses of the search (a) over temperature and (b) over composition. Colour: share of the X-ray "
    "intensity that lies away from the lines of all known phases. Crosses: the press failed, no pattern."
)
_MAP_JA: Final = (
    "探索した合成条件: (a) 温度、(b) 組成に対する圧力。色: 既知相の反射位置以外にある X 線強度の割合。"
    "×: プレスまたはカプセルの失敗によりパターンなし。"
)


def published() -> tuple[float, float, float]:
    """GPa, degC and La/(La+Ni) of the synthesis in the literature: La2Ni3 at 6 GPa and 800 degC."""
    return 6.0, 800.0, 0.4


def write_search_report(
    folder: Path,
    *,
    campaign: CampaignOutcome,
    candidate: Experiment | None,
    attempts: Sequence[CarriedOut],
    hydrogen: Outcome,
    x_rays: Outcome | None,
    title: str,
    japanese: str,
    language: Language,
) -> tuple[Path, ...]:
    """``report.html`` with its data, and the campaign's own report in ``search``."""
    found = _of_winner(attempts)
    if x_rays is not None:
        found.insert(1, x_rays)
    paths = write_report(
        [hydrogen, *found],
        folder,
        title=title,
        introduction="\n\n".join([*story(campaign, candidate, attempts, x_rays), japanese]),
        attribution=ATTRIBUTION,
        leading=[map_of(campaign, candidate, language=language)],
        language=language,
    )
    return (*paths, *campaign.write_report(folder / "search", language=language))


def map_of(
    campaign: CampaignOutcome, candidate: Experiment | None, *, language: Language = "en"
) -> ReportFigure:
    """Where the search went, and what it saw there."""
    points = []
    for experiment in campaign.state.experiments.values():
        point, value = experiment.suggestion.point, experiment.observed.get(OBJECTIVE)
        shares = point["composition"]
        if experiment.state not in ("measured", "failed") or not isinstance(shares, dict):
            continue
        points.append(
            Synthesised(
                pressure=float(str(point["pressure"])),
                temperature=float(str(point["temperature"])),
                lanthanum=float(shares["La"]),
                unexplained=None if value is None else value.value,
                chosen=candidate is not None
                and candidate.suggestion.number == experiment.suggestion.number,
            )
        )
    figure = synthesis_map(points, published=published(), language=language)
    return ReportFigure("map", _MAP_EN, _MAP_JA, figure)


def story(
    campaign: CampaignOutcome,
    candidate: Experiment | None,
    attempts: Sequence[CarriedOut],
    x_rays: Outcome | None,
) -> list[str]:
    """What happened, in paragraphs."""
    experiments = campaign.state.experiments.values()
    measured = [e for e in experiments if OBJECTIVE in e.observed]
    failed = [e for e in experiments if e.state == "failed"]
    told = [
        f"{len(measured) + len(failed)} syntheses were made; {len(failed)} of them failed, and "
        f"{len(measured)} gave a pattern. All of it is synthetic: the thermodynamics behind the twins "
        "are a model that was made to have something to find."
    ]
    if candidate is None:
        return [
            *told,
            "No synthesis gave a pattern that known phases do not explain; no beam time was asked for.",
        ]
    value = candidate.observed[OBJECTIVE]
    number = candidate.suggestion.number
    settings = campaign.overview.labels[number].replace("degC", "°C")
    told.append(
        f"In experiment {number} ({settings}) no known phase explains "
        f"{100 * (value.value or 0.0):.0f} % of the intensity."
    )
    if len(attempts) > 1:
        told.append(
            f"{len(attempts)} candidates were made again; each one before the last was lost or did not "
            "show the new phase, as after a capsule that leaked."
        )
    lost = [a for a in attempts if a.summary.state.value == "failed"]
    if lost:
        steps = [s for a in lost for s in a.overview.steps if s.state == "failed"]
        told.append(f"Failed in the second stage: {'; '.join(s.message or '' for s in steps)}.")
    return [*told, *_of_structure(attempts, x_rays)]


def _of_structure(attempts: Sequence[CarriedOut], x_rays: Outcome | None) -> list[str]:
    refined = next((o for o in _of_winner(attempts) if o.record.technique == "diffraction"), None)
    if refined is None:
        return ["The second stage was not refined: its patterns hold what no structure explains."]
    edges = [
        f"{name} = {_with_unit(result)}, {_apart(result, book)}"
        for name, quantity, book in (("a", "lattice_a", BOOK_A), ("c", "lattice_c", BOOK_C))
        if (result := _of_phase(refined, quantity)) is not None
    ]
    told = []
    if edges:
        told.append(f"Refined with X-rays and neutrons together, {NEW} has {' and '.join(edges)}.")
    placed = _deuterium(refined)
    if placed is not None and placed.value is not None:
        told.append(
            f"Deuterium is at x = {format_value(placed.value, placed.uncertainty, '')} of the site 6f "
            "(x, 0, 1/4), around Ni."
        )
    alone = None if x_rays is None else _deuterium(x_rays)
    if alone is not None:
        unknown = alone.value is None or "not_identifiable" in alone.flags
        found = "" if alone.value is None else f": {format_value(alone.value, alone.uncertainty, '')}"
        told.append(f"X-rays alone do{' not' if unknown else ''} place it{found}.")
    return told


def _deuterium(outcome: Outcome) -> Result | None:
    """The coordinate of D in the new phase."""
    return next(
        (
            r
            for r in outcome.record.of("atom_coordinate")
            if r.conditions.get("phase") == NEW and r.conditions.get("site") == "D1"
        ),
        None,
    )


def _of_phase(outcome: Outcome, quantity: str) -> Result | None:
    return next(
        (r for r in outcome.record.of(quantity) if r.conditions.get("phase") == NEW and r.value), None
    )


def _with_unit(result: Result) -> str:
    assert result.value is not None
    return format_value(result.value, result.uncertainty, result.unit)


def _apart(result: Result, book: tuple[float, float]) -> str:
    """How far from the published value, in combined standard uncertainties."""
    assert result.value is not None
    std = ((result.uncertainty or 0.0) ** 2 + book[1] ** 2) ** 0.5
    return f"{abs(result.value - book[0]) / std:.1f} u from the book's {format_value(*book, 'angstrom')}"


def _of_winner(attempts: Sequence[CarriedOut]) -> list[Outcome]:
    """Refinements first, then isotherms and checks."""
    if not attempts:
        return []
    outcomes = [f.outcome for f in attempts[-1].overview.findings if f.outcome is not None]
    order = {"diffraction": 0, "pct": 1, "phase_check": 2}
    return sorted(outcomes, key=lambda o: order.get(o.record.technique, 3))
