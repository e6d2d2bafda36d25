"""Search in what the lab has done and found: queries on the projections."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

from kuralab.errors import InputError
from kuralab.store._chain import time_text
from kuralab.store._engine import ledger_engine
from kuralab.store._event import Event, LedgerError
from kuralab.store._paths import LEDGER, require_lab
from kuralab.store._reading import read_events
from kuralab.store._rows import MeasurementRow, ResultRow, RunRow, SampleRow, StepRow
from kuralab.units import Quantity

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table

R = TypeVar("R")


@final
class Catalogue:
    """Read-only queries on the lab in ``folder``, also while it runs; lists are ordered by time.

    Every query raises LedgerError if the file cannot be read.

    Raises
    ------
    InputError
        There is no lab, or a newer kuralab wrote it.
    """

    def __init__(self, folder: Path) -> None:
        require_lab(folder)
        self._folder = folder
        self._engine = ledger_engine(folder, writer=False)

    def runs(self) -> list[RunRow]:
        """All runs."""
        from kuralab.store._schema import runs

        return [_built(RunRow, row) for row in self._of(runs, by="created")]

    def run(self, run_id: str) -> RunRow:
        """One run.

        Raises
        ------
        InputError
            There is none of this id.
        """
        from kuralab.store._schema import runs

        found = self._of(runs, runs.columns.run == run_id, by="created")
        if not found:
            raise InputError(f"no run {run_id!r} in this lab", file=str(self._folder))
        return _built(RunRow, found[0])

    def steps(self, run: str) -> list[StepRow]:
        """A run's steps, in the order in which they began; those that wait come last."""
        from kuralab.store._schema import steps

        found = self._of(steps, steps.columns.run == run, by="step")
        return sorted(
            (_built(StepRow, row) for row in found),
            key=lambda step: [(moment is None, moment) for moment in (step.started, step.ready)],
        )

    def samples(self, run: str | None = None) -> list[SampleRow]:
        """Samples of one run, or all."""
        from kuralab.store._schema import sample_values, samples

        values: dict[str, dict[str, Quantity]] = {}
        for row in self._of(sample_values, by="key"):
            values.setdefault(row["sample"], {})[row["key"]] = Quantity.model_validate_json(row["value"])
        found = self._of(samples, _equal(samples, run=run), by="created")
        return [_built(SampleRow, row, values=values.get(row["sample"], {})) for row in found]

    def measurements(
        self,
        run: str | None = None,
        sample: str | None = None,
        technique: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[MeasurementRow]:
        """Measurements that fit everything given; times need a zone, both ends belong to the search."""
        from sqlalchemy import and_, true

        from kuralab.store._schema import measurements as table

        time = table.columns.time
        found = self._of(
            table,
            and_(
                _equal(table, run=run, sample=sample, technique=technique),
                true() if since is None else time >= _utc_text(since),
                true() if until is None else time <= _utc_text(until),
            ),
            by="time",
        )
        return [_built(MeasurementRow, row) for row in found]

    def results(
        self,
        run: str | None = None,
        sample: str | None = None,
        composition: str | None = None,
        quantity: str | None = None,
        low: float | None = None,
        high: float | None = None,
        technique: str | None = None,
    ) -> list[ResultRow]:
        """Results that fit everything given.

        ``composition`` is found anywhere in a result's composition, with upper and lower case apart.
        ``low`` and ``high`` are in the quantity's registered unit, whatever the result's own unit.
        """
        from sqlalchemy import and_, func, true

        from kuralab.store._schema import results as table

        value = table.columns.registered_value
        found = self._of(
            table,
            and_(
                _equal(table, run=run, sample=sample, quantity=quantity, technique=technique),
                true()
                if composition is None
                else func.instr(table.columns.composition, composition) > 0,
                true() if low is None else value >= low,
                true() if high is None else value <= high,
            ),
            by="time",
        )
        return [_built(ResultRow, row) for row in found]

    def sample_history(self, run: str, sample: str) -> list[Event]:
        """Every event of a run that names a sample, by its identity or by its name within the run."""
        names = {sample, sample.removeprefix(f"{run}/")}
        return [
            event
            for event in read_events(self._folder, stream=run, kind=None, after=0)
            if event.payload.get("sample") in names
            or not names.isdisjoint(event.payload.get("samples") or ())
            or not names.isdisjoint(event.payload.get("parents") or ())
        ]

    def _of(self, table: Table, *where: ColumnElement[bool], by: str) -> list[dict[str, Any]]:
        from sqlalchemy import select

        keys = table.primary_key.columns
        return self._rows(select(table).where(*where).order_by(table.columns[by], *keys))

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        from sqlalchemy.exc import DBAPIError

        try:
            with self._engine.connect() as connection:
                return [dict(row) for row in connection.execute(query).mappings()]
        except DBAPIError as error:
            raise LedgerError(f"{self._folder / LEDGER} cannot be read: {error.orig}") from error


def _equal(table: Table, **values: str | None) -> ColumnElement[bool]:
    from sqlalchemy import and_, true

    return and_(
        true(), *(table.columns[name] == value for name, value in values.items() if value is not None)
    )


def _utc_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise InputError(f"the time {moment} needs a zone")
    return time_text(moment.astimezone(UTC))


def _conditions(text: str) -> dict[str, Quantity | str]:
    return {
        key: value if isinstance(value, str) else Quantity.model_validate(value)
        for key, value in json.loads(text).items()
    }


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text or "[]"))


def _if_any(decode: Callable[[str], R]) -> Callable[[str | None], R | None]:
    return lambda text: None if text is None else decode(text)


_DECODERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(
        ("created", "ready", "started", "finished", "time"), _if_any(datetime.fromisoformat)
    ),
    **dict.fromkeys(("samples", "parents", "flags", "inputs"), _list),
    "temperature": _if_any(Quantity.model_validate_json),
    "conditions": _conditions,
}


def _built(kind: type[R], row: Mapping[str, Any], **known: Any) -> R:
    for field in fields(kind):  # type: ignore[arg-type]  # the rows are dataclasses, all of them
        if field.name not in known:
            decode = _DECODERS.get(field.name, _as_stored)
            known[field.name] = decode(row[field.name])
    return kind(**known)


def _as_stored(value: Any) -> Any:
    return value
