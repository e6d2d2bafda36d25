"""The part of a campaign file that says what is wanted, and within which limits it can be measured."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from kuralab.errors import InputError, UnitError
from kuralab.formats._campaign_settings import read_word, said
from kuralab.formats._fields import Fields
from kuralab.formats._yaml import Mapping
from kuralab.model import Range
from kuralab.model.campaign import Objective
from kuralab.units import Quantity, quantity_kind

_DIRECTIONS: Final = {
    "maximise": "maximise",
    "maximize": "maximise",
    "minimise": "minimise",
    "minimize": "minimise",
    "target": "target",
    "constraint": "constraint",
}


_MOST: Final = 3
_VALUES: Final = ("target", "low", "high", "goal")


def read_objectives(fields: Fields) -> tuple[Objective, ...]:
    """A list of quantities, each with a direction."""
    found: list[Objective] = []
    for node in fields.items("objectives", required=True):
        if not isinstance(node, Mapping):
            fields.problem(
                "objectives",
                "this is no objective",
                hint="Write '- {quantity: ionic_conductivity_25C, direction: maximise}'.",
            )
            continue
        of = Fields(node, fields.problems, "objectives")
        objective = _objective(of)
        if objective is not None and any(o.quantity == objective.quantity for o in found):
            of.problem("quantity", f"{objective.quantity} is an objective already")
        elif objective is not None:
            found.append(objective)
    searched = sum(objective.direction != "constraint" for objective in found)
    if found and not fields.problems and not 1 <= searched <= _MOST:
        fields.problem(
            "objectives",
            f"one to three objectives can be searched for, not {searched}",
            hint="The others can be constraints."
            if searched
            else "Give one a direction: maximise, minimise or target.",
        )
    return tuple(found)


def _objective(of: Fields) -> Objective | None:
    quantity = of.text("quantity", required=True)
    direction = read_word(of, "direction", tuple(_DIRECTIONS), None)
    scale = read_word(of, "scale", ("linear", "log"), "linear")
    try:
        unit = quantity_kind(quantity).unit if quantity else ""
    except InputError as error:
        of.problem("quantity", error.message, hint=error.hint)
        quantity, unit = "", ""
    given = [key for key in _VALUES if of.has(key)]
    # Without a known quantity nobody can say what unit its values need.
    values = {key: _value(of, key, unit) if quantity else of.take(key) for key in given}
    of.finish(also=_VALUES)
    if not quantity or direction is None or None in values.values():
        return None
    if scale == "log" and any(value <= 0 for value in values.values() if isinstance(value, float)):
        of.problem("scale", "a logarithmic scale begins above zero")
        return None
    try:
        return Objective.model_validate(
            {
                "quantity": quantity,
                "direction": _DIRECTIONS[direction],
                "unit": unit,
                "scale": scale,
                **values,
            }
        )
    except ValidationError as error:
        of.problem("direction", said(error).removeprefix(f"{quantity}: "))
        return None


def _value(of: Fields, key: str, unit: str) -> float | None:
    text = of.text(key, required=True)
    if not text:
        return None
    try:
        return Quantity.parse(text, unit=unit or None).to(unit).value
    except UnitError as error:
        of.problem(key, str(error))
        return None


def read_limits(fields: Fields) -> dict[str, Range]:
    """``{ionic_conductivity_25C: 1e-9 S/cm..}``: beyond it nothing can be told apart."""
    of = fields.mapping("limits", within="limits")
    found: dict[str, Range] = {}
    for quantity in of.node.entries:
        text = of.text(quantity, required=True)
        try:
            found[quantity] = Range.parse(text, unit=quantity_kind(quantity).unit)
        except UnitError as error:
            of.problem(quantity, str(error))
        except InputError as error:
            of.problem(quantity, error.message, hint=error.hint)
    return found
