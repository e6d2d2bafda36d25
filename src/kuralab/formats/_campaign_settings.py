"""The part of a campaign file that says what may be spent and how experiments are chosen."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from kuralab.errors import UnitError
from kuralab.formats._campaign_space import number, shown
from kuralab.formats._fields import Fields, near_miss
from kuralab.formats._yaml import Scalar
from kuralab.formats.facility import read_shift
from kuralab.model.campaign import Budget, PlannerSettings
from kuralab.model.campaign_definition import ReferenceSettings
from kuralab.units import Quantity

_SETTINGS: Final = {
    "method": ("model", "random", "spread"),
    "design": ("random", "spread"),
    "acquisition": ("auto", "eager", "log_ei", "noisy_ei", "ucb", "hypervolume", "explore"),
}


def read_budget(fields: Fields) -> Budget | None:
    """``{experiments: 40, instrument_hours: 300 h, days: 14 d}``."""
    of = fields.mapping("budget", required=True, within="budget")
    experiments = of.whole_number("experiments", default=1) if of.has("experiments") else None
    hours, days = _time(of, "instrument_hours", "h"), _time(of, "days", "d")
    of.finish(also=("experiments",))
    if not of.node.entries:
        if fields.has("budget"):
            fields.problem("budget", "nothing is given", hint="Write budget: {experiments: 40}.")
        return None
    if experiments is None and hours is None and days is None:
        return None
    try:
        return Budget(experiments=experiments, instrument_hours=hours, days=days)
    except ValidationError as error:
        fields.problem("budget", said(error))
        return None


def _time(of: Fields, key: str, unit: str) -> float | None:
    """A time above zero; its name says the unit of a bare number."""
    if not of.has(key):
        return None
    node = of.take(key)
    text = node.text if isinstance(node, Scalar) else ""
    bare = isinstance(node, Scalar) and isinstance(node.value, int | float)
    try:
        value = Quantity.parse(f"{text} {unit}" if bare else text, unit=unit).value
    except UnitError as error:
        of.problem(key, str(error))
        return None
    if value <= 0:
        of.problem(key, f"{text!r} is not above zero", hint="Leave the line out to set no such limit.")
        return None
    return value


def read_planner(fields: Fields) -> PlannerSettings:
    """How experiments are chosen."""
    of = fields.mapping("planner", within="planner")
    found: dict[str, Any] = {}
    for key, words in _SETTINGS.items():
        if of.has(key):
            found[key] = read_word(of, key, words, words[0])
    if of.has("starts"):
        found["starts"] = of.whole_number("starts")
    for key in ("per_hour", "replicates"):
        if of.has(key):
            found[key] = of.truth(key)
    if of.has("stop_within"):
        found["stop_within"] = number(of, "stop_within")
    of.finish(also=PlannerSettings.model_fields)
    try:
        return PlannerSettings.model_validate(found)
    except ValidationError as error:
        fields.problem("planner", said(error))
        return PlannerSettings()


def read_reference(fields: Fields) -> ReferenceSettings | None:
    """``reference: no``, or how the reference works."""
    node = fields.node.entries.get("reference")
    if isinstance(node, Scalar) and node.text.lower() in ("no", "none", "false"):
        fields.take("reference")
        return None
    of = fields.mapping("reference", within="reference")
    found: dict[str, Any] = {}
    if of.has("method"):
        found["method"] = read_word(of, "method", ("random", "grid"), "random")
    for key in ("lanes", "experiments", "seeds"):
        if of.has(key):
            found[key] = of.whole_number(key)
    if of.has("hours"):
        shifts = [read_shift(of, text, key="hours") for text in of.texts("hours")]
        found["shifts"] = tuple(shift for shift in shifts if shift is not None)
    of.finish(also=("method", "lanes", "experiments", "seeds", "hours"))
    return ReferenceSettings.model_validate(found)


def read_seed(fields: Fields) -> int:
    """The seed of all chance."""
    node = fields.take("seed")
    value = 0 if node is None else node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        fields.problem("seed", f"{shown(node)} is no seed", hint="Write a whole number, zero or above.")
        return 0
    return value


def read_word(of: Fields, key: str, words: tuple[str, ...], default: str | None) -> Any:
    """One of a closed list of words."""
    text = of.text(key, required=default is None)
    if not text:
        return default
    if text not in words:
        of.problem(key, f"{text!r} is no {key}", hint=near_miss(text, words))
        return default
    return text


def said(error: ValidationError) -> str:
    """What pydantic found, in one line."""
    return "; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors())
