"""The part of a campaign file that says what may vary: variables and constraints, or a pool."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from kuralab.errors import InputError, UnitError
from kuralab.formats._fields import Fields, near_miss, text_of
from kuralab.formats._yaml import Mapping, Node, Scalar, Sequence
from kuralab.model import Range
from kuralab.model.campaign_definition import PoolTable
from kuralab.model.space import Categorical, Continuous, Integer, Limits, Mixture, Variable, When

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_SHARE: Final = re.compile(r"(?P<number>[0-9]*\.?[0-9]+)\s*(?P<percent>(?:mol|at)?%|mol %)?")
_HOW: Final = (
    "Write 'time: 2 h..40 h', '{integer: 1..8}', '{choices: [a, b]}' or '{components: [Li3PS4, LiI]}'."
)


def read_variables(fields: Fields) -> tuple[Variable, ...]:
    """The variables of a mapping, by name."""
    found: list[Variable] = []
    for name in fields.node.entries:
        if not _NAME.fullmatch(name):
            fields.take(name)
            fields.problem(
                name, "this is no name", hint="Use letters, digits and _, such as milling_time."
            )
            continue
        if (variable := _variable(name, fields, [v.name for v in found])) is not None:
            found.append(variable)
    return tuple(found)


def _variable(name: str, fields: Fields, known: list[str]) -> Variable | None:
    node = fields.node.entries[name]
    if isinstance(node, Scalar):
        text = fields.text(name, required=True)
        return None if not text else _checked(fields, name, lambda: _continuous(name, text))
    of = fields.mapping(name, within=fields.named(name) or name)
    kinds = [kind for kind in ("range", "integer", "choices", "components") if of.has(kind)]
    if len(kinds) != 1:
        what = (
            "it says nothing of what it may be" if not kinds else f"it is {' and '.join(kinds)} at once"
        )
        fields.problem(name, what, hint=_HOW)
        return None
    when = _when(of, known) if kinds[0] != "components" else None
    scale = "linear"
    if kinds[0] == "range":
        scale = of.text("scale") or scale
        if scale not in ("linear", "log"):
            of.problem("scale", f"{scale!r} is no scale", hint="Write linear or log.")
            scale = "linear"
    make: dict[str, Callable[[], Variable]] = {
        "range": lambda: _continuous(name, of.text("range", required=True), scale=scale, when=when),
        "integer": lambda: _integer(name, of.text("integer", required=True), when),
        "choices": lambda: _categorical(name, of, when),
        "components": lambda: _mixture(name, of),
    }
    found = _checked(fields, name, make[kinds[0]])
    of.finish()
    return found


def _checked(fields: Fields, name: str, make: Callable[[], Variable]) -> Variable | None:
    try:
        return make()
    except ValidationError as error:
        for problem in error.errors():
            message = problem["msg"].removeprefix("Value error, ").removeprefix(f"{name}: ")
            fields.problem(name, message)
    except UnitError as error:
        fields.problem(name, str(error), hint=_HOW)
    return None


def _ends(text: str) -> tuple[float, float, str]:
    """``2..40 h`` as two numbers and their unit."""
    found = Range.parse(text, unit="")
    if found.low is None or found.high is None:
        raise UnitError(f"{text!r} is open at one end")
    return found.low.to(found.high.unit).value, found.high.value, found.high.unit


def _continuous(name: str, text: str, **more: Any) -> Continuous:
    low, high, unit = _ends(text)
    return Continuous(name=name, low=low, high=high, unit=unit, **more)


def _integer(name: str, text: str, when: When | None) -> Integer:
    low, high, unit = _ends(text)
    if low != int(low) or high != int(high):
        raise UnitError(f"{text!r} does not end at whole numbers")
    return Integer(name=name, low=int(low), high=int(high), unit=unit, when=when)


def _categorical(name: str, of: Fields, when: When | None) -> Categorical:
    descriptors: dict[str, dict[str, float]] = {}
    for choice, numbers in of.mapping("descriptors", within=of.named("descriptors") or "").nested():
        descriptors[choice] = {key: number(numbers, key) for key in numbers.node.entries}
    return Categorical(name=name, choices=of.texts("choices"), descriptors=descriptors, when=when)


def _when(of: Fields, known: list[str]) -> When | None:
    """``when: {gas: [argon, vacuum]}``."""
    if not of.has("when"):
        return None
    condition = of.mapping("when", within=of.named("when") or "")
    names = list(condition.node.entries)
    if len(names) != 1:
        of.problem("when", "it names no single variable", hint="Write when: {gas: [argon]}.")
        return None
    if names[0] not in known:
        condition.take(names[0])
        condition.problem(names[0], "no variable above has this name", hint=near_miss(names[0], known))
        return None
    among = [
        node.text if node.quoted or isinstance(node.value, str | bool) else node.value
        for node in condition.items(names[0], required=True)
        if isinstance(node, Scalar)
    ]
    return When(variable=names[0], among=tuple(value for value in among if value is not None))


def _mixture(name: str, of: Fields) -> Mixture:
    most = of.whole_number("most", default=1) if of.has("most") else None
    step = None
    if of.has("step"):
        step = share(of, "step")
    return Mixture(
        name=name,
        components=of.texts("components"),
        step=step,
        limits=_limits(of, "limits"),
        most=most,
        elements=_limits(of, "elements"),
    )


def _limits(of: Fields, key: str) -> dict[str, Limits]:
    """``{LiI: 10..50 %}``, of components or of elements."""
    fields = of.mapping(key, within=of.named(key) or "")
    found: dict[str, Limits] = {}
    for name in fields.node.entries:
        low, dots, high = fields.text(name, required=True).partition("..")
        if not dots:
            fields.problem(name, "this is no range", hint="Write 10..50 %, ..30 % or 5 %.. .")
            continue
        percent = "%" in high
        ends = [_share(low + (" %" if percent and low.strip() and "%" not in low else "")), _share(high)]
        if any(text.strip() and end is None for text, end in zip((low, high), ends, strict=True)):
            fields.problem(name, "these are no shares", hint="Write 10..50 %, or 0.1..0.5.")
            continue
        try:
            given = {k: v for k, v in zip(("low", "high"), ends, strict=True) if v is not None}
            found[name] = Limits(**given)
        except ValidationError as error:
            fields.problem(name, error.errors()[0]["msg"].removeprefix("Value error, "))
    return found


def share(fields: Fields, key: str) -> float | None:
    """A mole fraction: ``5 %`` or ``0.05``."""
    text = fields.text(key, required=True)
    found = _share(text)
    if text and found is None:
        fields.problem(key, f"{text!r} is no share", hint="Write 5 % or 0.05.")
    return found


def _share(text: str) -> float | None:
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        return None
    value = float(found["number"])
    return round(value / 100, 12) if found["percent"] else value


def number(fields: Fields, key: str) -> float:
    """A finite number without unit."""
    node = fields.take(key)
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        fields.problem(key, f"{shown(node)} is no number")
        return 1.0
    return float(value)


def shown(node: Node | None) -> str:
    """What stands there, in a message."""
    if isinstance(node, Scalar):
        return repr(node.text)
    return (
        "a list"
        if isinstance(node, Sequence)
        else "a mapping"
        if isinstance(node, Mapping)
        else "nothing"
    )


# -- pools ----------------------------------------------------------------------------------


def read_pool(fields: Fields, folder: Path) -> PoolTable | None:
    """The table that a campaign file names; every cell of an input must be filled and finite."""
    name = fields.text("table", required=True)
    inputs, formulas = fields.texts("inputs"), fields.texts("formulas")
    label = fields.text("label") or None
    fields.finish()
    if not name:
        return None
    path = folder / name
    try:
        text = text_of(path)
    except InputError as error:
        fields.problem("table", f"{path}: {error.message}", hint=error.hint)
        return None
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    columns = tuple(cell.strip() for cell in rows[0]) if rows else ()
    before = len(columns)
    for key, wanted in (
        ("inputs", inputs),
        ("formulas", formulas),
        ("label", (label,) if label else ()),
    ):
        for column in wanted:
            if column not in columns:
                fields.problem(key, f"{path} has no column {column!r}", hint=near_miss(column, columns))
                before = 0
    if not (inputs or formulas):
        fields.problem(None, "nothing to learn from", hint="Name inputs: [...] or formulas: [...].")
        return None
    if not before:
        return None
    return _table(fields, path, columns, rows[1:], inputs=inputs, formulas=formulas, label=label)


def _table(
    fields: Fields,
    path: Path,
    columns: tuple[str, ...],
    lines: list[list[str]],
    *,
    inputs: tuple[str, ...],
    formulas: tuple[str, ...],
    label: str | None,
) -> PoolTable | None:
    rows: list[tuple[float | str, ...]] = []
    wrong: list[str] = []
    seen: dict[tuple[float | str, ...], int] = {}
    labels: dict[float | str, int] = {}
    numeric = {c for c in inputs if _is_numeric(c, columns, lines)}
    for i, line in enumerate(lines, start=2):
        if len(line) != len(columns):
            wrong.append(f"{path}:{i}: {len(line)} cells, but there are {len(columns)} columns")
            continue
        cells = dict(zip(columns, (cell.strip() for cell in line), strict=True))
        for column in (*inputs, *formulas):
            if not cells[column]:
                wrong.append(f"{path}:{i}: {column} is empty")
            elif column in numeric and not math.isfinite(_number_or_nan(cells[column])):
                wrong.append(f"{path}:{i}: {column} is {cells[column]!r}, not a finite number")
        values = {c: _number_or_nan(text) if c in numeric else text for c, text in cells.items()}
        row = tuple(values[c] for c in columns)
        rows.append(row)
        first = seen.setdefault(tuple(values[c] for c in (*inputs, *formulas)), i)
        if first != i:
            wrong.append(f"{path}:{i}: the same candidate as in line {first}")
        elif label is not None and (first := labels.setdefault(values[label], i)) != i:
            wrong.append(f"{path}:{i}: {label} is {values[label]!r} as in line {first}")
    if wrong:
        more = f" (and {len(wrong) - 1} more such lines)" if len(wrong) > 1 else ""
        fields.problem("table", f"{wrong[0]}{more}", hint="Correct the table.")
        return None
    if len(rows) < 2:
        fields.problem("table", f"{path} has fewer than two candidates")
        return None
    return PoolTable(columns=columns, rows=tuple(rows), inputs=inputs, formulas=formulas, label=label)


def _is_numeric(column: str, columns: tuple[str, ...], lines: list[list[str]]) -> bool:
    """Whether most cells of a column are numbers, so that one that is not is a mistake."""
    place = columns.index(column)
    cells = [line[place] for line in lines if len(line) > place]
    count = sum(_number_or_none(cell) is not None for cell in cells)
    return 2 * count > len(cells)


def _number_or_none(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _number_or_nan(text: str) -> float:
    found = _number_or_none(text)
    return math.nan if found is None else found
