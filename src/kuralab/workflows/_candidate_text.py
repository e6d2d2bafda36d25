"""A candidate as a person writes it on a command line."""

from __future__ import annotations

import math

from kuralab.campaigns import row_of
from kuralab.errors import InputError, UnitError, unknown_name
from kuralab.model import Composition
from kuralab.model.campaign_definition import CampaignDefinition, PoolTable
from kuralab.model.space import Categorical, Mixture, Point, Setting, Variable
from kuralab.units import Quantity


def read_point(definition: CampaignDefinition, text: str) -> Point:
    """``milling_time=20 h, composition=55Li3PS4-45LiI``; see ``point_from_text``."""
    given: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise InputError(f"{part.strip()!r} sets nothing", hint="Write it as 'milling_time=20 h'.")
        given[name.strip()] = value.strip()
    if definition.pool is not None:
        return _row(definition.pool, given)
    variables = {variable.name: variable for variable in definition.variables}
    for name in given:
        if name not in variables:
            raise unknown_name(name, list(variables), what="variable")
    return {name: _setting(variables[name], value) for name, value in given.items()}


def _row(pool: PoolTable, given: dict[str, str]) -> Point:
    wanted: dict[str, Setting] = {}
    for name, text in given.items():
        if name not in pool.columns:
            raise unknown_name(name, pool.columns, what="column")
        place = pool.columns.index(name)
        numeric = isinstance(pool.rows[0][place], float)
        wanted[name] = _number(name, text) if numeric else text
    row = row_of(pool, wanted)
    kept = {pool.label} if pool.label else {*pool.inputs, *pool.formulas}
    return {name: cell for name, cell in row.items() if name in kept}


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{text!r} is no number", field=name)
    return value


def _setting(variable: Variable, text: str) -> Setting:
    if isinstance(variable, Categorical):
        if text not in variable.choices:
            raise unknown_name(text, variable.choices, what=variable.name)
        return text
    if isinstance(variable, Mixture):
        return _fractions(variable, text)
    try:
        value = Quantity.parse(text, unit=variable.unit or None).value
    except UnitError as error:
        raise InputError(str(error), field=variable.name) from None
    if variable.kind == "integer":
        if value != int(value):
            raise InputError(f"{text!r} is no whole number", field=variable.name)
        return int(value)
    return value


def _fractions(variable: Mixture, text: str) -> Setting:
    found = Composition.parse(text)
    shares = {component.formula: component.share for component in found.components}
    for formula in shares:
        if formula not in variable.components:
            raise unknown_name(formula, variable.components, what=variable.name)
    total = sum(shares.values())
    return {name: round(shares.get(name, 0.0) / total, 9) for name in variable.components}
