"""A campaign's experiments as CSV, and all of it as JSON, for other programs."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from kuralab.model import SCHEMA_VERSION
from kuralab.model.campaign import Experiment
from kuralab.views._campaign_data import ended
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_words import unit_of
from kuralab.views._export import Cell, csv_of

_INTERVALS: Final = ("median", "low_68", "high_68", "low_95", "high_95")


def campaign_csv(overview: CampaignOverview) -> str:
    """One row for each experiment: settings, what was predicted, what was measured, when and how.

    A mixture has a column for each component, ``name: component [mol/mol]``. A variable that does not
    exist for a candidate, a missing prediction and a missing value are empty cells. Several flags are
    separated by ``"; "``.
    """
    days = {found.experiment.suggestion.number: found.days for found in ended(overview)}
    rows = [_row(overview, experiment, days) for experiment in overview.experiments]
    titles = list(dict.fromkeys(title for row in [_titles(overview), *rows] for title in row))
    return csv_of(titles, rows)


def campaign_json(overview: CampaignOverview) -> str:
    """The whole overview in plain values, with a schema number; no NaN and no infinity."""
    content = {"schema": SCHEMA_VERSION, **_plain(overview)}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _titles(overview: CampaignOverview) -> dict[str, Cell]:
    """All columns in their order, so that a campaign without experiments has them too."""
    names = ["number", "label", "state", "how"]
    for variable in overview.variables:
        if variable.kind == "mixture":
            names += [f"{variable.name}: {c} [mol/mol]" for c in variable.components]
        else:
            names.append(_titled(variable.name, variable.unit))
    for objective in overview.objectives:
        quantity, unit = objective.quantity, unit_of(objective)
        names += [_titled(quantity, unit), _titled(f"{quantity} uncertainty", unit), f"{quantity} flags"]
        names += [_titled(f"{quantity} predicted {end}", unit) for end in _INTERVALS]
    names += ["acquisition", "feasible", "seed", "data", "reason"]
    return dict.fromkeys([*names, "suggested", "ended", "days", "instrument_hours", "run", "message"])


def _row(
    overview: CampaignOverview, experiment: Experiment, days: Mapping[int, float | None]
) -> dict[str, Cell]:
    suggestion, reason = experiment.suggestion, experiment.suggestion.reason
    row: dict[str, Cell] = {
        "number": str(suggestion.number),
        "label": overview.labels.get(suggestion.number, ""),
        "state": experiment.state,
        "how": reason.how,
        **_settings(overview, experiment),
        "acquisition": reason.acquisition,
        "feasible": reason.feasible,
        "seed": str(reason.seed),
        "data": reason.data,
        "reason": reason.text,
        "suggested": experiment.suggested.isoformat() if experiment.suggested else None,
        "ended": experiment.ended.isoformat() if experiment.ended else None,
        "days": days.get(suggestion.number),
        "instrument_hours": float(experiment.instrument_hours),
        "run": experiment.run,
        "message": experiment.message,
    }
    units = {objective.quantity: unit_of(objective) for objective in overview.objectives}
    for quantity, observed in experiment.observed.items():
        unit = units.get(quantity, observed.unit)
        row[_titled(quantity, unit)] = observed.value
        row[_titled(f"{quantity} uncertainty", unit)] = observed.uncertainty
        row[f"{quantity} flags"] = "; ".join(observed.flags)
    for quantity, predicted in reason.predicted.items():
        for end in _INTERVALS:
            title = _titled(f"{quantity} predicted {end}", units.get(quantity, ""))
            row[title] = float(getattr(predicted, end))
    return row


def _settings(overview: CampaignOverview, experiment: Experiment) -> dict[str, Cell]:
    units = {variable.name: variable.unit for variable in overview.variables}
    cells: dict[str, Cell] = {}
    for name, setting in experiment.suggestion.point.items():
        if isinstance(setting, dict):
            cells |= {f"{name}: {c} [mol/mol]": float(x) for c, x in setting.items()}
        elif isinstance(setting, float):
            cells[_titled(name, units.get(name, ""))] = setting
        else:
            cells[_titled(name, units.get(name, ""))] = str(setting)
    return cells


def _titled(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _plain(value: Any) -> Any:
    """Records and containers as JSON has them; what is not finite becomes null."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: _plain(entry) for name, entry in found}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
