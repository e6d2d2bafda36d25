"""Campaign files: what may vary, what is wanted, the protocol's template, the budget.

The syntax is described in ``docs/campaigns.md``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from kuralab.errors import InputError
from kuralab.formats._campaign_earlier import read_earlier
from kuralab.formats._campaign_objectives import read_limits, read_objectives
from kuralab.formats._campaign_settings import (
    read_budget,
    read_planner,
    read_reference,
    read_seed,
    read_word,
    said,
)
from kuralab.formats._campaign_space import read_pool, read_variables
from kuralab.formats._fields import Fields, near_miss, open_yaml, text_of
from kuralab.formats._problems import Problems
from kuralab.formats._products import products_of
from kuralab.formats._yaml import Mapping, Scalar
from kuralab.formats.protocol import names_to_fill, parse_protocol
from kuralab.model.campaign import Objective
from kuralab.model.campaign_definition import CampaignDefinition, PoolTable
from kuralab.model.space import Categorical, Mixture, Variable

if TYPE_CHECKING:
    from kuralab.planning import CandidateSpace

_ROW: Final = re.compile(r"^row (\d+)")
"""Of a pool's error; the table has its header in line 1."""


def read_campaign(path: str | Path) -> CampaignDefinition:
    """Read a campaign file, with the protocol and the table that it names beside it.

    Raises
    ------
    InputError
        Not YAML, an unknown or missing field, a value without unit, a space that is empty, a
        constraint with an unknown name, an objective that the protocol does not produce, a variable
        that it does not use. One error lists every problem with its line.
    """
    file, folder = str(path), Path(path).parent
    problems = Problems(file)
    fields = open_yaml(Path(path), problems, what="a campaign")
    name = fields.text("name", required=True)
    pool, variables, constraints = _candidates(fields, folder)
    objectives = read_objectives(fields)
    template = _template(fields, folder, pool, variables, objectives)
    definition: dict[str, Any] = {
        "name": name,
        "title": fields.text("title"),
        "variables": variables,
        "constraints": constraints,
        "pool": pool,
        "objectives": objectives,
        "protocol": template,
        "budget": read_budget(fields),
        "until": read_word(fields, "until", ("goal", "budget"), "budget"),
        "planner": read_planner(fields),
        "seed": read_seed(fields),
        "parallel": fields.whole_number("parallel", default=1),
        "facility": _facility(fields, folder),
        "limits": read_limits(fields),
        "reference": read_reference(fields),
        "earlier": read_earlier(fields, folder, pool, variables, objectives),
        "attribution": fields.texts("attribution"),
    }
    fields.finish()
    if definition["until"] == "goal" and all(objective.goal is None for objective in objectives):
        fields.problem(
            "until", "no objective has a goal", hint="Give one a goal, or write until: budget."
        )
    problems.raise_if_any()
    try:
        found = CampaignDefinition.model_validate(definition)
    except ValidationError as error:
        raise InputError(said(error), file=file) from None
    _check_space(found, fields)
    problems.raise_if_any()
    return found


# -- candidates -----------------------------------------------------------------------------


def _candidates(
    fields: Fields, folder: Path
) -> tuple[PoolTable | None, tuple[Variable, ...], tuple[str, ...]]:
    has_pool, has_space = fields.has("pool"), fields.has("space")
    if has_pool == has_space:
        what = "there are both" if has_pool else "'space' is missing"
        fields.problem("pool" if has_pool else None, what, hint="Write either space: or pool:.")
    space = fields.mapping("space", required=has_space and not has_pool, within="space")
    variables = read_variables(space)
    pool_fields = fields.mapping("pool", within="pool")
    pool = read_pool(pool_fields, folder) if has_pool else None
    constraints = fields.texts("constraints")
    if pool is not None and constraints:
        fields.problem("constraints", "a pool takes none", hint="Leave the rows out of the table.")
    return pool, variables, constraints


def candidate_space(definition: CampaignDefinition) -> CandidateSpace:
    """The candidates of a campaign, for a planner.

    Raises
    ------
    InputError
        A constraint that cannot be read, or no candidate meets all of them.
    """
    from kuralab.planning import Pool, Space

    if definition.pool is None:
        return Space(definition.variables, definition.constraints)
    pool = definition.pool
    return Pool.from_rows(
        [dict(zip(pool.columns, row, strict=True)) for row in pool.rows],
        tuple(dict.fromkeys((*pool.formulas, *pool.inputs))),
        label=pool.label,
        formulas=pool.formulas,
    )


def _check_space(definition: CampaignDefinition, fields: Fields) -> None:
    """Whether the space holds a candidate, and every constraint can be read."""
    try:
        candidate_space(definition)
    except InputError as error:
        line, field = _place(fields, error)
        table = fields.mapping("pool", within="pool").text("table")
        message = _ROW.sub(lambda row: f"{table}:{int(row[1]) + 1}", error.message)
        fields.problems.add(message, line=line, field=field, hint=error.hint)


def _place(fields: Fields, error: InputError) -> tuple[int, str]:
    """The constraint or the variable that an error is about, or else all of them."""
    for node in fields.items("constraints"):
        if isinstance(node, Scalar) and node.text.strip()[:40] in error.message:
            return node.line, "constraints"
    space = fields.node.entries.get("space")
    if isinstance(space, Mapping) and error.field in space.lines:
        return space.lines[error.field], f"space.{error.field}"
    key = "space" if fields.has("space") else "pool"
    return fields.line(key), key


# -- the protocol's template ----------------------------------------------------------------


def _template(
    fields: Fields,
    folder: Path,
    pool: PoolTable | None,
    variables: tuple[Variable, ...],
    objectives: tuple[Objective, ...],
) -> str:
    name = fields.text("protocol", required=True)
    if not name:
        return ""
    file = str(folder / name)
    try:
        text = text_of(Path(file))
        values, open_names = names_to_fill(text, file=file)
        protocol = parse_protocol(text, file=file)
    except InputError as error:
        fields.problem("protocol", str(error))
        return ""
    fillable = [*values, *open_names]
    _check_names(fields, name, pool, variables, values=values, fillable=fillable)
    # A variable that could not be read is named all the same; the columns of such a table are unknown.
    known = list(fields.mapping("space", within="space").node.entries if pool is None else pool.columns)
    open_labels = {f"{step.label}.{p}" for step in protocol.steps for p in step.open_parameters}
    for label in sorted(open_labels) if pool is not None or fields.has("space") else ():
        if label not in known and label.rpartition(".")[2] not in known:
            fields.problem(
                "protocol",
                f"{name} leaves {label} open, which nothing fills",
                hint=near_miss(label, known),
            )
    for variable in variables:
        if variable.name in fillable:
            _check_values(fields, name, text, variable)
    products = products_of(protocol)
    for objective in objectives:
        if objective.quantity not in products:
            fields.problems.add(
                f"{name} does not produce {objective.quantity}",
                line=_line_of(fields, objective),
                field="objectives.quantity",
                hint=near_miss(objective.quantity, products).replace("Known are", "It gives"),
            )
    return text


def _check_values(fields: Fields, name: str, text: str, variable: Variable) -> None:
    """Whether the template takes the ends of a range, or each choice."""
    if isinstance(variable, Mixture):
        texts = list(variable.components)
    elif isinstance(variable, Categorical):
        texts = list(variable.choices)
    else:
        texts = [f"{end:.9g} {variable.unit}".rstrip() for end in (variable.low, variable.high)]
    for value in texts:
        try:
            parse_protocol(text, file=name, parameters={variable.name: value})
        except InputError as error:
            space = fields.mapping("space", within="space")
            space.problem(variable.name, f"{value} does not fit {error}")
            return


def _line_of(fields: Fields, objective: Objective) -> int:
    for node in fields.items("objectives"):
        quantity = node.entries.get("quantity") if isinstance(node, Mapping) else None
        if isinstance(quantity, Scalar) and quantity.text.strip() == objective.quantity:
            return quantity.line
    return fields.line("objectives")


def _check_names(
    fields: Fields,
    name: str,
    pool: PoolTable | None,
    variables: tuple[Variable, ...],
    *,
    values: tuple[str, ...],
    fillable: list[str],
) -> None:
    """Every variable must do something; of a table, one column must."""
    if pool is not None:
        if not set(pool.columns) & set(fillable):
            listed = ", ".join(pool.columns)
            fields.problem(
                "protocol",
                f"{name} uses no column of the table",
                hint=f"Put one of {listed} under its values.",
            )
        return
    space = fields.mapping("space", within="space")
    for variable in variables:
        if variable.name not in fillable:
            space.problem(
                variable.name,
                f"{name} does not use it",
                hint=f"Add it under 'values' there. {near_miss(variable.name, fillable)}",
            )
        elif not isinstance(variable, Mixture) and variable.when and variable.name not in values:
            space.problem(
                variable.name,
                f"it is not always chosen, so {name} needs a value for it",
                hint="Add it under 'values' there.",
            )


def _facility(fields: Fields, folder: Path) -> str | None:
    """A file beside the campaign's, or else the name of a packaged facility."""
    name = fields.text("facility")
    if not name:
        return None
    return str(folder / name) if (folder / name).is_file() else name
