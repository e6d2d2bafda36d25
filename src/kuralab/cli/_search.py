"""Filters of a search in the lab's records, and the rows that they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kuralab.errors import InputError, UnitError

if TYPE_CHECKING:
    from kuralab.store import Catalogue, MeasurementRow, ResultRow

F = TypeVar("F", bound=Callable[..., Any])


def filters(function: F) -> F:
    """What a search may ask for."""
    for option in reversed(
        [
            click.option("--run", metavar="RUN", help="Of this run."),
            click.option("--sample", metavar="NAME", help="Of this sample: its name or its identity."),
            click.option("--composition", metavar="TEXT", help="Composition that contains this."),
            click.option("--quantity", metavar="KEY", help="Results of this quantity."),
            click.option("--low", metavar="VALUE", help='At least this value, such as "1 mS/cm".'),
            click.option("--high", metavar="VALUE", help="At most this value."),
            click.option("--technique", metavar="NAME", help="Operation or analysis, by name."),
            click.option("--since", metavar="TIME", help="From then on: 2026-01-05, or with T14:30."),
            click.option("--until", metavar="TIME", help="Until then; times without a zone are UTC."),
        ]
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class Search:
    """What is looked for; values are in the quantity's registered unit."""

    run: str | None
    samples: tuple[str, ...] | None
    composition: str | None
    quantity: str | None
    low: float | None
    high: float | None
    technique: str | None
    since: datetime | None
    until: datetime | None

    def results(self, catalogue: Catalogue) -> list[ResultRow]:
        """Results that fit."""
        found = [
            row
            for sample in self.samples or (None,)
            for row in catalogue.results(
                run=self.run,
                sample=sample,
                composition=self.composition,
                quantity=self.quantity,
                low=self.low,
                high=self.high,
                technique=self.technique,
            )
        ]
        since, until = self.since, self.until
        return [
            row
            for row in found
            if (since is None or row.time >= since) and (until is None or row.time <= until)
        ]

    def measurements(self, catalogue: Catalogue) -> list[MeasurementRow]:
        """Measurements that fit; none where a quantity or a value is asked for."""
        if self.quantity is not None or self.low is not None or self.high is not None:
            return []
        found = [
            row
            for sample in self.samples or (None,)
            for row in catalogue.measurements(
                run=self.run,
                sample=sample,
                technique=self.technique,
                since=self.since,
                until=self.until,
            )
        ]
        if self.composition is None:
            return found
        of = {s.sample for s in catalogue.samples(self.run) if self.composition in (s.composition or "")}
        return [row for row in found if row.sample in of]


def search_of(
    catalogue: Catalogue,
    *,
    run: str | None,
    sample: str | None,
    composition: str | None,
    quantity: str | None,
    low: str | None,
    high: str | None,
    technique: str | None,
    since: str | None,
    until: str | None,
) -> Search:
    """The search that some options mean.

    Raises
    ------
    InputError
        An unknown quantity, a value of another dimension, a time that is none.
    """
    if quantity is not None:
        from kuralab.units import quantity_kind

        quantity_kind(quantity)
    return Search(
        run=run,
        samples=None if sample is None else _samples(catalogue, sample, run),
        composition=composition,
        quantity=quantity,
        low=_value(low, quantity, "--low"),
        high=_value(high, quantity, "--high"),
        technique=technique,
        since=_time(since, "--since"),
        until=_time(until, "--until", end_of_day=True),
    )


def catalogue_of(lab: Path) -> Catalogue:
    """The records of a lab that exists."""
    from kuralab.store import Catalogue

    return Catalogue(lab)


def _samples(catalogue: Catalogue, text: str, run: str | None) -> tuple[str, ...]:
    """Identities of the samples that a name means, in all runs or in one."""
    rows = catalogue.samples(run)
    found = tuple(row.sample for row in rows if text in (row.sample, row.name))
    if not found:
        import difflib

        near = difflib.get_close_matches(text, [row.name for row in rows], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else ""
        raise InputError(f"there is no sample {text!r}", field="--sample", hint=hint)
    return found


def _value(text: str | None, quantity: str | None, option: str) -> float | None:
    if text is None:
        return None
    if quantity is None:
        raise InputError(
            "a value needs its quantity", field=option, hint="Name it too, by --quantity KEY."
        )
    from kuralab.units import Quantity, quantity_kind

    unit = quantity_kind(quantity).unit
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return Quantity.parse(text, unit=unit).value
    except UnitError as error:
        raise InputError(str(error), field=option) from None


def _time(text: str | None, option: str, *, end_of_day: bool = False) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{text!r} is no time", field=option, hint="Write it as 2026-01-05 or 2026-01-05T14:30."
        ) from None
    if end_of_day and len(text) <= len("2026-01-05"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
