"""What the report of a campaign shows, from its state and its planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final, Literal

from kuralab.campaigns import (
    Campaign,
    CampaignState,
    best_experiments,
    best_so_far,
    calibration,
    front_of,
    reference_of,
    row_name,
    spent,
)
from kuralab.errors import InputError
from kuralab.model.campaign import SpeedAccount
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.model.space import Mixture, Point, Variable
from kuralab.views import CampaignOverview, Coverage, Landscape, Progress, Spent, VariableShown

OURS: Final = "kuralab"
_POINTS: Final = {2: 40, 3: 20, 4: 8}
"""Divisions of a mixture's landscape, by the number of its components."""


def overview_of(
    campaign: Campaign, references: Sequence[CampaignState], speed: SpeedAccount | None
) -> CampaignOverview:
    """Everything that the report shows."""
    state, definition = campaign.state, campaign.state.definition
    used, corner = spent(state), reference_of(state)
    variables = _variables(definition)
    why, text = state.ended or ("running", "")
    return CampaignOverview(
        name=definition.name,
        title=definition.title or definition.name,
        objectives=definition.objectives,
        variables=variables,
        budget=definition.budget,
        spent=Spent(used.experiments, used.instrument_hours, used.days),
        experiments=tuple(state.experiments[number] for number in sorted(state.experiments)),
        ending=why,
        ending_text=text,
        began=state.created,
        seed=definition.seed,
        settings=definition.planner,
        labels={n: campaign.templates.label(e.suggestion.point) for n, e in state.experiments.items()},
        row_names=_row_names(state),
        best=tuple(e.suggestion.number for e in best_experiments(state)),
        front=tuple(e.suggestion.number for e in front_of(state)),
        reference_point=corner,
        ours=_progress(state, OURS, corner),
        references=tuple(
            progress
            for reference in references
            for progress in _progress(reference, reference.definition.planner.method, corner)
        ),
        importance=_importance(campaign, [variable.name for variable in variables]),
        regret_bound=None if campaign.regret is None else campaign.regret.bound,
        regret_text="" if campaign.regret is None else campaign.regret.text,
        fit_failures=campaign.planner.fit_failures,
        calibration=tuple(
            Coverage(c.quantity, c.within_68, c.within_95, c.count) for c in calibration(state)
        ),
        landscape=_landscape(campaign),
        speed=speed,
        notes=tuple(verdict.text for verdict in campaign.planner.verdicts),
        attribution=definition.attribution,
        synthetic=state.facility.kind == "twin",
    )


def _progress(state: CampaignState, arm: str, corner: Mapping[str, float]) -> tuple[Progress, ...]:
    return tuple(
        Progress(best.quantity, arm, best.days, best.best, state.definition.seed)
        for best in best_so_far(state, corner=dict(corner))
    )


def _variables(definition: CampaignDefinition) -> tuple[VariableShown, ...]:
    pool = definition.pool
    if pool is None:
        return tuple(map(_shown, definition.variables))
    first = dict(zip(pool.columns, pool.rows[0], strict=True))

    def kind(name: str) -> Literal["continuous", "categorical"]:
        return "continuous" if isinstance(first[name], float) else "categorical"

    return tuple(VariableShown(name, kind(name)) for name in (*pool.formulas, *pool.inputs))


def _row_names(state: CampaignState) -> Mapping[str, str]:
    """Of the rows that were tried or nearly so."""
    pool = state.definition.pool
    if pool is None or pool.label is None:
        return {}
    suggested = [e.suggestion for e in state.experiments.values()]
    points = [point for s in suggested for point in (s.point, *(r.point for r in s.reason.runners_up))]
    shown = {point.get(pool.label) for point in points}
    rows = (dict(zip(pool.columns, row, strict=True)) for row in pool.rows)
    return {str(row[pool.label]): row_name(pool, row) for row in rows if row[pool.label] in shown}


def _shown(variable: Variable) -> VariableShown:
    return VariableShown(
        variable.name,
        variable.kind,
        unit=getattr(variable, "unit", ""),
        components=variable.components if isinstance(variable, Mixture) else (),
        scale=getattr(variable, "scale", "linear"),
    )


def _importance(campaign: Campaign, names: Sequence[str]) -> Mapping[str, float] | None:
    """Features gathered by the variable that they describe: ``composition.LiI`` is composition's."""
    shares: dict[str, float] = {}
    for feature, share in campaign.planner.importance().items():
        owner = next(
            (n for n in names if feature == n or feature.startswith((f"{n}.", f"{n}="))), feature
        )
        shares[owner] = shares.get(owner, 0.0) + share
    return shares or None


def _landscape(campaign: Campaign) -> Landscape | None:
    """The first objective over the first mixture, all else as in the best experiment."""
    state = campaign.state
    mixture = next((v for v in state.definition.variables if isinstance(v, Mixture)), None)
    best = best_experiments(state)
    if mixture is None or not best or len(mixture.components) not in _POINTS:
        return None
    divisions = _POINTS[len(mixture.components)]
    points: list[Point] = []
    for parts in product(range(divisions + 1), repeat=len(mixture.components) - 1):
        if sum(parts) <= divisions:
            whole = [*parts, divisions - sum(parts)]
            fractions = {c: n / divisions for c, n in zip(mixture.components, whole, strict=True)}
            point = {**best[0].suggestion.point, mixture.name: fractions}
            if _allowed(campaign, point):
                points.append(point)
    quantity = state.definition.objectives[0].quantity
    predicted = campaign.planner.predict(points) if points else []
    found = [
        (dict(shares), expected[quantity].median)
        for point, expected in zip(points, predicted, strict=True)
        if quantity in expected and isinstance(shares := point[mixture.name], dict)
    ]
    return Landscape(mixture.name, quantity, tuple(found)) if found else None


def _allowed(campaign: Campaign, point: Point) -> bool:
    try:
        campaign.space.check(point)
    except InputError:
        return False
    return True
