"""The part of a campaign file that names what earlier campaigns saw: tables as a report writes them."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kuralab.errors import InputError, UnitError
from kuralab.formats._fields import Fields, near_miss, text_of
from kuralab.formats._yaml import Mapping as MappingNode
from kuralab.formats._yaml import Scalar
from kuralab.model.campaign import Objective, Observed
from kuralab.model.campaign_definition import EarlierTable, PoolTable
from kuralab.model.space import Categorical, Integer, Mixture, Setting, Variable
from kuralab.units import convert, scale_between

_TITLE: Final = re.compile(r"(?P<name>.+?)\s*(?:\[(?P<unit>[^\]]*)\])?")
_FRACTIONS: Final = {"": 1.0, "mol/mol": 1.0, "%": 0.01, "mol%": 0.01}
_SUM: Final = 0.02
_LEAST: Final = 3


@dataclass(frozen=True)
class _Column:
    """Where a column stands, and the unit in its title."""

    place: int
    unit: str


_Read = Callable[[Sequence[str]], Any]
"""One row's cells to a setting; None where a variable does not exist for it. Raises InputError."""


def read_earlier(
    fields: Fields,
    folder: Path,
    pool: PoolTable | None,
    variables: Sequence[Variable],
    objectives: Sequence[Objective],
) -> tuple[EarlierTable, ...]:
    """``earlier: [last/results.csv]``, or ``- {table: last/results.csv, name: last year}``."""
    found: list[EarlierTable] = []
    for node in fields.items("earlier"):
        if isinstance(node, MappingNode):
            of = Fields(node, fields.problems, "earlier")
            table, name = of.text("table", required=True), of.text("name")
            of.finish()
        else:
            of = fields
            table, name = (node.text.strip() if isinstance(node, Scalar) else ""), ""
        line = node.line
        if not table:
            fields.problems.add(
                "this is no table", line=line, field="earlier", hint="Write [last/results.csv]."
            )
            continue
        name = name or table
        if name in [one.name for one in found]:
            fields.problems.add(
                f"two are called {name!r}", line=line, field="earlier", hint="Give each a name."
            )
            continue
        # Without variables or objectives the file's other problems come first.
        if not objectives or not (variables or pool):
            continue
        try:
            found.append(_table(name, folder / table, pool, variables, objectives))
        except InputError as error:
            fields.problems.add(str(error), line=line, field="earlier")
    return tuple(found)


def _table(
    name: str,
    path: Path,
    pool: PoolTable | None,
    variables: Sequence[Variable],
    objectives: Sequence[Objective],
) -> EarlierTable:
    reader = csv.reader(io.StringIO(text_of(path)))
    titles = [cell.strip() for cell in next(reader, [])]
    columns = _columns(titles, path)
    settings = _of_pool(columns, pool, path) if pool else _of_space(columns, variables, path)
    observers = {o.quantity: _observer(columns, o, path) for o in objectives if o.quantity in columns}
    if not observers:
        wanted = ", ".join(o.quantity for o in objectives)
        raise InputError(f"no column holds an objective ({wanted})", file=str(path), line=1)
    state = columns.get("state")
    points: list[dict[str, Setting]] = []
    observed: list[dict[str, Observed]] = []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(titles):
            message = f"{len(row)} cells, but there are {len(titles)} columns"
            raise InputError(message, file=str(path), line=reader.line_num)
        cells = [cell.strip() for cell in row]
        if state is not None and cells[state.place] != "measured":
            continue
        try:
            seen = {q: one for q, read in observers.items() if (one := read(cells)) is not None}
            if not seen:
                continue
            point = {key: read(cells) for key, read in settings.items()}
            points.append(_existing(point, variables))
            observed.append(seen)
        except InputError as error:
            line = reader.line_num
            raise InputError(
                error.message, file=str(path), line=line, field=error.field, hint=error.hint
            ) from None
    if len(points) < _LEAST:
        raise InputError(
            f"it holds {len(points)} measured experiments",
            file=str(path),
            hint=f"At least {_LEAST} are needed to learn from.",
        )
    return EarlierTable(name=name, points=tuple(points), observed=tuple(observed))


def _columns(titles: Sequence[str], path: Path) -> dict[str, _Column]:
    found: dict[str, _Column] = {}
    for place, title in enumerate(titles):
        read = _TITLE.fullmatch(title)
        if read is None:
            continue
        if read["name"] in found:
            raise InputError(f"two columns are called {read['name']!r}", file=str(path), line=1)
        found[read["name"]] = _Column(place, read["unit"] or "")
    return found


def _column(columns: Mapping[str, _Column], path: Path, *names: str) -> _Column:
    """The first of several names that is there."""
    for name in names:
        if name in columns:
            return columns[name]
    raise InputError(
        f"there is no column {names[0]!r}", file=str(path), line=1, hint=near_miss(names[0], columns)
    )


# -- settings -------------------------------------------------------------------------------


def _of_pool(columns: Mapping[str, _Column], pool: PoolTable, path: Path) -> dict[str, _Read]:
    """By label, where the pool has one; otherwise by what is learnt from."""
    if pool.label is not None:
        known = {str(row[pool.columns.index(pool.label)]) for row in pool.rows}
        return {pool.label: _among(_column(columns, path, pool.label), pool.label, known)}
    found: dict[str, _Read] = {}
    for name in dict.fromkeys((*pool.formulas, *pool.inputs)):
        column, place = _column(columns, path, name), pool.columns.index(name)
        texts = {row[place] for row in pool.rows if isinstance(row[place], str)}
        if not texts:
            found[name] = _number(column, name, column.unit)
        elif name in pool.formulas:
            found[name] = _filled(column, name)
        else:
            found[name] = _among(column, name, {str(text) for text in texts})
    return found


def _of_space(
    columns: Mapping[str, _Column], variables: Sequence[Variable], path: Path
) -> dict[str, _Read]:
    found: dict[str, _Read] = {}
    for variable in variables:
        name = variable.name
        if isinstance(variable, Mixture):
            parts = {c: _column(columns, path, f"{name}: {c}", c) for c in variable.components}
            found[name] = _mixture(name, parts, path)
            continue
        column = _column(columns, path, name)
        if isinstance(variable, Categorical):
            read = _among(column, name, set(variable.choices))
        else:
            _check_unit(name, column.unit, variable.unit, path)
            read = _number(column, name, variable.unit, whole=isinstance(variable, Integer))
        found[name] = read if variable.when is None else _maybe(column, read)
    return found


def _existing(point: dict[str, Any], variables: Sequence[Variable]) -> dict[str, Setting]:
    """The settings that exist, in the order of variables; raises where one that exists is empty."""
    for variable in variables:
        if isinstance(variable, Mixture) or variable.when is None:
            continue
        if point.get(variable.when.variable) not in variable.when.among:
            point[variable.name] = None
        elif point[variable.name] is None:
            raise InputError("the cell is empty", field=variable.name)
    return {name: value for name, value in point.items() if value is not None}


def _check_unit(name: str, given: str, wanted: str, path: Path) -> None:
    try:
        if not given and wanted:
            raise UnitError(f"the column has no unit; call it '{name} [{wanted}]'")
        convert(1.0, unit=given, to=wanted)
    except UnitError as error:
        raise InputError(str(error), file=str(path), line=1, field=name) from None


def _number(column: _Column, name: str, unit: str, *, whole: bool = False) -> _Read:
    def read(cells: Sequence[str]) -> float | int:
        value = float(convert(_finite(cells[column.place], name), unit=column.unit, to=unit))
        if whole and value != round(value):
            raise InputError(f"{value:g} is no whole number", field=name)
        return round(value) if whole else value

    return read


def _among(column: _Column, name: str, known: set[str]) -> _Read:
    def read(cells: Sequence[str]) -> str:
        text = cells[column.place]
        if text not in known:
            raise InputError(f"{text[:40]!r} is unknown here", field=name, hint=near_miss(text, known))
        return text

    return read


def _filled(column: _Column, name: str) -> _Read:
    def read(cells: Sequence[str]) -> str:
        if not cells[column.place]:
            raise InputError("the cell is empty", field=name)
        return cells[column.place]

    return read


def _maybe(column: _Column, read: _Read) -> _Read:
    return lambda cells: read(cells) if cells[column.place] else None


def _mixture(name: str, parts: Mapping[str, _Column], path: Path) -> _Read:
    for component, column in parts.items():
        if column.unit not in _FRACTIONS:
            raise InputError(
                f"[{column.unit}] is no mole fraction",
                file=str(path),
                line=1,
                field=component,
                hint="Write [mol/mol] or [mol%].",
            )

    def read(cells: Sequence[str]) -> dict[str, float]:
        found = {
            c: _finite(cells[column.place], c) * _FRACTIONS[column.unit] for c, column in parts.items()
        }
        whole = sum(found.values())
        if abs(whole - 1.0) > _SUM or min(found.values()) < 0:
            raise InputError(f"the fractions sum to {whole:g}, not to 1", field=name)
        return {c: value / whole for c, value in found.items()}

    return read


# -- what was seen --------------------------------------------------------------------------


def _observer(columns: Mapping[str, _Column], objective: Objective, path: Path) -> _Read:
    quantity, unit = objective.quantity, objective.unit
    value = columns[quantity]
    spread, flags = columns.get(f"{quantity} uncertainty"), columns.get(f"{quantity} flags")
    _check_unit(quantity, value.unit, unit, path)
    if spread is not None:
        _check_unit(f"{quantity} uncertainty", spread.unit, unit, path)

    def read(cells: Sequence[str]) -> Observed | None:
        if not cells[value.place]:
            return None
        seen = float(convert(_finite(cells[value.place], quantity), unit=value.unit, to=unit))
        if objective.scale == "log" and seen <= 0:
            raise InputError(f"{seen:g} has no logarithm", field=quantity)
        uncertainty = None
        if spread is not None and cells[spread.place]:
            given = _finite(cells[spread.place], f"{quantity} uncertainty")
            uncertainty = given * scale_between(spread.unit, unit)
            if uncertainty < 0:
                raise InputError("an uncertainty is not negative", field=quantity)
        words = cells[flags.place].split(";") if flags is not None else []
        given_flags = tuple(word.strip() for word in words if word.strip())
        return Observed(value=seen, uncertainty=uncertainty, unit=unit, flags=given_flags)

    return read


def _finite(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{text[:40]!r} is no finite number", field=name)
    return value
