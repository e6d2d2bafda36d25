"""The statements that write: built once, compiled once, run with rows of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from sqlalchemy import ColumnElement, Table, Update, bindparam, case, func, literal_column, null
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql.compiler import SQLCompiler

from kuralab.store import _schema as schema


@final
@dataclass(frozen=True, eq=False)
class Statement:
    """SQL for one table; ``columns`` says in which order a row's values stand."""

    table: str
    sql: str
    columns: tuple[str, ...]

    def row(self, **values: Any) -> tuple[Any, ...]:
        """One row's values, by name."""
        return tuple([values[name] for name in self.columns])


def _compiled(table: Table, statement: Insert | Update) -> Statement:
    compiled = statement.compile(dialect=sqlite.dialect())
    assert isinstance(compiled, SQLCompiler)
    return Statement(table.name, str(compiled), tuple(compiled.positiontup or ()))


def _insert(table: Table, columns: Sequence[str] = ()) -> Insert:
    return insert(table).values({name: bindparam(name) for name in columns or table.columns.keys()})


def _first_wins(table: Table) -> Statement:
    return _compiled(table, _insert(table).on_conflict_do_nothing())


def _last_wins(table: Table) -> Statement:
    row = _insert(table)
    others = [column.name for column in table.columns if not column.primary_key]
    return _compiled(
        table,
        row.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: row.excluded[name] for name in others},
        ),
    )


def _step_state() -> Statement:
    """A step's new state: what a fact leaves out stays as it was, unless it belongs to one state."""
    columns = [column.name for column in schema.steps.columns if column.name != "question"]
    row = _insert(schema.steps, columns)
    new, old = row.excluded, schema.steps.columns
    kept = ("operation", "instrument", "order", "attempt", "samples", "ready")
    waits = ("waiting", "ready", "claimed")
    before_start: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in waits]
    started = func.coalesce(new["started"], old["started"])
    return _compiled(
        schema.steps,
        row.on_conflict_do_update(
            index_elements=[old["run"], old["step"]],
            set_={
                "state": new["state"],
                "message": new["message"],
                **{name: func.coalesce(new[name], old[name]) for name in kept},
                "question": case(
                    (new["state"] == literal_column("'unknown'"), old["question"]), else_=null()
                ),
                "started": case((new["state"].in_(before_start), null()), else_=started),
                "finished": new["finished"],
            },
        ),
    )


def _run_state() -> Statement:
    changed = schema.runs.update().where(schema.runs.columns["run"] == bindparam("of_run"))
    new: dict[str, Any] = {name: bindparam(name) for name in ("state", "message", "finished")}
    return _compiled(schema.runs, changed.values(new))


def _sample_update(*columns: str, keep_missing: bool) -> Statement:
    table = schema.samples
    changed = table.update().where(table.columns["sample"] == bindparam("of_sample"))
    new: dict[str, Any] = {name: bindparam(name) for name in columns}
    if keep_missing:
        new = {name: func.coalesce(value, table.columns[name]) for name, value in new.items()}
    return _compiled(table, changed.values(new))


EVENT: Final = _compiled(schema.events, _insert(schema.events))
HEAD: Final = _last_wins(schema.head)
STREAM_BLOCK: Final = _first_wins(schema.stream_blocks)
RUN_CREATED: Final = _first_wins(schema.runs)
RUN_STATE: Final = _run_state()
STEP_STATE: Final = _step_state()
STEP_QUESTION: Final = _compiled(
    schema.steps,
    schema.steps.update()
    .where(schema.steps.columns["run"] == bindparam("of_run"))
    .where(schema.steps.columns["step"] == bindparam("of_step"))
    .values(question=bindparam("question")),
)
SAMPLE_CREATED: Final = _first_wins(schema.samples)
SAMPLE_MOVED: Final = _sample_update("station", "atmosphere", keep_missing=False)
SAMPLE_CHANGED: Final = _sample_update("form", "state", keep_missing=True)
SAMPLE_VALUE: Final = _last_wins(schema.sample_values)
MEASUREMENT_STORED: Final = _first_wins(schema.measurements)
RESULT_STORED: Final = _last_wins(schema.results)
