"""The report of a search for dense proton conductors: a story in sentences, maps, every body's
results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from kuralab.analysis import Outcome
from kuralab.model import Result
from kuralab.model.campaign import Experiment
from kuralab.views import (
    CopperBody,
    Fired,
    Language,
    ReportFigure,
    copper_effects,
    firing_map,
    format_value,
    write_report,
)
from kuralab.workflows.campaigns import CampaignOutcome
from kuralab.workflows.runs import CarriedOut

DENSITY: Final = "relative_density"
TRANSPORT: Final = "proton_transport_number"
BOOK: Final = (3.0, {"Ba": 0.81, "Cu": 0.02})
"""mol% CuO and atoms per formula unit by ICP-MS: H. Takamura in the abstract book of the E-IMR workshop,
2025."""

SAME_SITE: Final = 0.01
"""Sites whose g along the axis is as near as this are taken as one kind; fields of coordinations are
wider."""

ATTRIBUTION: Final = (
    "What CuO does to BaZr0.4Ce0.4Y0.1Yb0.1O3, and Ba 0.81 with 3 mol% of it: H. Takamura (Tohoku "
    "University) in "
    "the abstract book of the E-IMR workshop, 4 December 2025; T. Unaki et al., J. Mater. Chem. A 2025, "
    "doi:10.1039/d5ta03169a.",
    "The twins are synthetic: no open measurement of this system exists. Their parameters are assumed "
    "or "
    "recalled, see docs/workflows/proton_conductor.md. Nothing here was measured on hardware.",
)
_ORDER: Final = ("dilatometry", "composition", "esr", "proton_conduction", "thermogravimetry", "emf")
_MAP_EN: Final = (
    "Bodies of the search: (a) relative density, (b) proton transport number at 700 °C in moist "
    "nitrogen. Areas "
    "are straight between neighbouring bodies. Crosses: cracked, or too porous for a cell."
)
_MAP_JA: Final = (
    "探索した試料: (a) 相対密度、(b) 加湿窒素中 700 °C のプロトン輸率。面は隣り合う試料の間の線形補間。"
    "×: 割れた試料、または多孔質で起電力が測れない試料。"
)
_COPPER_EN: Final = (
    "What copper does: (a) Ba and Cu by ICP-MS, (b) protons in 2 kPa of water, (c) proton transport "
    "number, "
    "(d) g and A of Cu²⁺ beside typical ranges of planar and octahedral coordination."
)
_COPPER_JA: Final = (
    "銅の効果: (a) ICP-MS による Ba と Cu、(b) 水蒸気 2 kPa でのプロトン量、(c) プロトン輸率、"
    "(d) Cu²⁺ の g と A（平面 4 配位と八面体配位の典型的な範囲とともに）。"
)


@dataclass(frozen=True)
class SampleBody:
    """A body of the second stage with its outcomes by technique; copper in mol% CuO as weighed,
    temperature in degC of sintering."""

    label: str
    copper: float
    temperature: float
    outcomes: dict[str, Outcome]

    def result(self, technique: str, quantity: str, **conditions: str) -> Result | None:
        """The first result of a quantity that has a value and these conditions."""
        outcome = self.outcomes.get(technique)
        return next(
            (
                result
                for result in (() if outcome is None else outcome.record.of(quantity))
                if result.value is not None
                and all(str(result.conditions.get(k)) == v for k, v in conditions.items())
            ),
            None,
        )

    def at(self, technique: str, quantity: str, temperature: float) -> Result | None:
        """The result of a quantity at a temperature in degC."""
        outcome = self.outcomes.get(technique)
        for result in () if outcome is None else outcome.record.of(quantity):
            given = result.conditions.get("temperature")
            if result.value is None or given is None or isinstance(given, str):
                continue
            if abs(given.to("degC").value - temperature) < 3.0 and result.conditions.get("gas") != "dry":
                return result
        return None


def bodies_of(attempts: Sequence[CarriedOut]) -> tuple[SampleBody, ...]:
    """Every body that was sintered in the second stage, with what was found of it.

    Of a body that was made several times the attempt of which most is known counts, as a whole.
    """
    best: dict[str, SampleBody] = {}
    for done in attempts:
        found: dict[str, SampleBody] = {}
        for finding in done.overview.findings:
            name = re.search(r"x=(\S+) T=(\S+) degC", finding.sample.name)
            if finding.outcome is None or name is None:
                continue
            copper, temperature = float(name[1]), float(name[2])
            label = f"{copper:g} mol%, {temperature:.0f} °C"
            body = found.setdefault(label, SampleBody(label, copper, temperature, {}))
            body.outcomes[finding.outcome.record.technique] = _labelled(finding.outcome, label)
        for label, body in found.items():
            if label not in best or len(body.outcomes) > len(best[label].outcomes):
                best[label] = body
    return tuple(sorted(best.values(), key=_place))


def _place(body: SampleBody) -> tuple[float, float]:
    return body.copper, body.temperature


def _labelled(outcome: Outcome, label: str) -> Outcome:
    """Every result says which body it is of."""
    record = outcome.record
    results = tuple(
        result.model_copy(update={"conditions": {"body": label, **result.conditions}})
        for result in record.results
    )
    return replace(
        outcome,
        record=record.model_copy(update={"results": results}),
        notes=(f"{label}.", *outcome.notes),
    )


def write_proton_report(
    folder: Path,
    *,
    campaign: CampaignOutcome,
    candidate: Experiment | None,
    attempts: Sequence[CarriedOut],
    bodies: Sequence[SampleBody],
    densities: dict[int, float],
    title: str,
    language: Language,
) -> tuple[Path, ...]:
    """``report.html`` with its data, and the campaign's own report in ``search``."""
    search = campaign.write_report(folder / "search", language=language)
    outcomes = [
        body.outcomes[technique]
        for body in bodies
        for technique in _ORDER
        if technique in body.outcomes
        and not (technique == "thermogravimetry" and "proton_conduction" in body.outcomes)
    ]
    if not outcomes:
        return search
    leading = [map_of(campaign, candidate, densities, language=language)]
    leading.append(copper_figure(bodies, language=language))
    paths = write_report(
        outcomes,
        folder,
        title=title,
        introduction="\n\n".join(story(campaign, candidate, attempts, bodies)),
        attribution=ATTRIBUTION,
        leading=leading,
        language=language,
    )
    return (*paths, *search)


def map_of(
    campaign: CampaignOutcome,
    candidate: Experiment | None,
    densities: dict[int, float],
    *,
    language: Language = "en",
) -> ReportFigure:
    """Density and transport number over CuO and temperature."""
    bodies = []
    for number, experiment in sorted(campaign.state.experiments.items()):
        point, shares = experiment.suggestion.point, experiment.suggestion.point["composition"]
        if experiment.state not in ("measured", "failed") or not isinstance(shares, dict):
            continue
        protons = experiment.observed.get(TRANSPORT)
        bodies.append(
            Fired(
                copper=100.0 * float(shares["CuO"]),
                temperature=float(str(point["temperature"])),
                density=densities.get(number),
                protons=None if protons is None else protons.value,
                chosen=candidate is not None and candidate.suggestion.number == number,
            )
        )
    figure = firing_map(bodies, limit=limit_of(campaign), language=language)
    return ReportFigure("map", _MAP_EN, _MAP_JA, figure)


def limit_of(campaign: CampaignOutcome) -> float | None:
    """The lowest proton transport number that the search allows."""
    return next((o.low for o in campaign.overview.objectives if o.quantity == TRANSPORT), None)


def copper_figure(bodies: Sequence[SampleBody], *, language: Language = "en") -> ReportFigure:
    """Ba, protons, transport number and ESR of the bodies of the second stage."""
    figure = copper_effects([_shown(body) for body in bodies], published=BOOK, language=language)
    return ReportFigure("copper", _COPPER_EN, _COPPER_JA, figure)


def _shown(body: SampleBody) -> CopperBody:
    atoms = {}
    for element in ("Ba", "Cu"):
        found = body.result("composition", "site_stoichiometry", element_symbol=element)
        if found is not None:
            atoms[element] = _pair(found)
    protons = body.at("thermogravimetry", "proton_concentration", 500.0)
    transport = body.at("emf", TRANSPORT, 700.0)
    g, hyperfine = body.result("esr", "g_parallel"), body.result("esr", "hyperfine_parallel")
    return CopperBody(
        label=body.label,
        copper=body.copper,
        atoms=atoms,
        protons=None if protons is None else _pair(protons),
        transport=None if transport is None else _pair(transport),
        g=None if g is None else _pair(g),
        hyperfine=None if hyperfine is None else _pair(hyperfine),
    )


def _pair(result: Result) -> tuple[float, float]:
    return result.value or 0.0, result.uncertainty or 0.0


def story(
    campaign: CampaignOutcome,
    candidate: Experiment | None,
    attempts: Sequence[CarriedOut],
    bodies: Sequence[SampleBody],
) -> list[str]:
    """What happened, in paragraphs."""
    experiments = campaign.state.experiments.values()
    measured = [e for e in experiments if e.state == "measured"]
    failed = [e for e in experiments if e.state == "failed"]
    cracked = sum("cracked" in e.message for e in failed)
    porous = sum("not gas-tight" in e.message for e in failed)
    told = [
        f"{len(measured) + len(failed)} bodies were sintered in the search: {len(measured)} gave "
        f"density and transport number, {cracked} cracked, {porous} were too porous for a cell, "
        f"{len(failed) - cracked - porous} failed otherwise. All of it is synthetic: the twins are made "
        "after the mechanism of the literature, with assumed numbers."
    ]
    if candidate is None:
        told.append(
            "No body kept enough of the current for protons; only the bodies of reference were made "
            "again."
        )
    else:
        density, protons = (candidate.observed[key] for key in (DENSITY, TRANSPORT))
        number = candidate.suggestion.number
        limit = limit_of(campaign)
        told.append(
            f"The densest that kept a proton transport number of {limit:g} is experiment {number} "
            f"({campaign.overview.labels[number]}): relative density "
            f"{format_value(density.value or 0.0, density.uncertainty, '%')}, proton transport number "
            f"{format_value(protons.value or 0.0, protons.uncertainty, '')} at 700 °C."
        )
    lost = [step for done in attempts for step in done.overview.steps if step.state == "failed"]
    if lost:
        told.append(
            f"In the second stage {len(lost)} step{'s' if len(lost) > 1 else ''} failed "
            f"({'; '.join(s.message or '' for s in lost)}); these bodies were made again, up to three "
            "times."
        )
    return [*told, *_mechanism(bodies)]


def _mechanism(bodies: Sequence[SampleBody]) -> list[str]:
    told = []
    sentences = [text for body in bodies if (text := _of_body(body))]
    if sentences:
        told.append(" ".join(sentences))
    cold = next((b for b in bodies if b.copper > 0 and b.temperature < 1000), None)
    hot = next((b for b in bodies if b.copper == getattr(cold, "copper", None) and b is not cold), None)
    if cold is not None and hot is not None:
        told += _cold_and_hot(cold, hot)
    return told


def _cold_and_hot(cold: SampleBody, hot: SampleBody) -> list[str]:
    """What a body that never saw a liquid has in common with one that did."""
    densities = [body.result("dilatometry", DENSITY) for body in (cold, hot)]
    barium = [
        body.result("composition", "site_stoichiometry", element_symbol="Ba") for body in (cold, hot)
    ]
    g = [body.result("esr", "g_parallel") for body in (cold, hot)]
    told = []
    if densities[0] is not None and densities[1] is not None:
        told.append(
            f"With {cold.copper:g} mol% CuO, {cold.temperature:.0f} °C leaves a relative density of "
            f"{_with_unit(densities[0])}, {hot.temperature:.0f} °C gives {_with_unit(densities[1])}."
        )
    if barium[0] is not None and barium[1] is not None and g[0] is not None and g[1] is not None:
        std = float(np.hypot(barium[0].uncertainty or 0.0, barium[1].uncertainty or 0.0))
        alike = abs((barium[0].value or 0.0) - (barium[1].value or 0.0)) < 3.0 * std
        alike = alike and abs((g[0].value or 0.0) - (g[1].value or 0.0)) < SAME_SITE
        told.append(
            f"Ba is {_with_unit(barium[0])} and {_with_unit(barium[1])}, g∥ {_with_unit(g[0])} and "
            f"{_with_unit(g[1])}: "
            + (
                "the same in both, so that copper dissolves and drives out Ba before a liquid forms."
                if alike
                else "they differ, and the two bodies do not hold the same copper."
            )
        )
    return [" ".join(told)] if told else []


def _of_body(body: SampleBody) -> str:
    """A sentence with what was found."""
    parts = []
    for name, result in (
        ("Ba", body.result("composition", "site_stoichiometry", element_symbol="Ba")),
        ("protons at 500 °C", body.at("thermogravimetry", "proton_concentration", 500.0)),
        ("t(H) at 700 °C", body.at("emf", TRANSPORT, 700.0)),
        ("g∥", body.result("esr", "g_parallel")),
        ("|A∥|", body.result("esr", "hyperfine_parallel")),
    ):
        if result is not None:
            parts.append(f"{name} {_with_unit(result)}")
    return f"{body.label}: {', '.join(parts)}." if parts else ""


def _with_unit(result: Result) -> str:
    return format_value(result.value or 0.0, result.uncertainty, result.unit)
