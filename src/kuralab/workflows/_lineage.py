"""The life of one sample and of all that it was made from, as rows of a genealogy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from kuralab.model import Effect, Facility, Protocol, operation_kinds
from kuralab.store import Catalogue, Event, SampleRow, StepRow
from kuralab.units import Quantity
from kuralab.views import Act, Lineage, Surrounding, format_quantity
from kuralab.workflows._variation import with_subscripts

_VALUES: Final = ("thickness", "mass", "density")


def lineage_of(
    catalogue: Catalogue, protocol: Protocol, facility: Facility, sample: SampleRow
) -> Lineage:
    """Steps, moves and atmospheres of a sample and its ancestors, in the order of time."""
    everything = {other.sample: other for other in catalogue.samples(sample.run)}
    line = _line(sample, everything)
    histories = {s.sample: catalogue.sample_history(sample.run, s.sample) for s in line}
    changes = _changes(histories)
    stations = {instrument.name: instrument.station for instrument in facility.instruments}
    acts = [
        _act(step, protocol, stations.get(step.instrument or "", ""), line, changes)
        for step in catalogue.steps(sample.run)
        if step.started is not None and not _touched(step, line).isdisjoint(s.sample for s in line)
    ]
    acts += [act for s in line for act in _moves(s, histories[s.sample])]
    acts.sort(key=lambda act: (act.started, not act.moved))
    return Lineage(
        sample=sample,
        samples=tuple(line),
        acts=tuple(_gathered(acts)),
        surroundings={s.sample: _surroundings(histories[s.sample]) for s in line},
    )


def _line(sample: SampleRow, everything: Mapping[str, SampleRow]) -> list[SampleRow]:
    """The sample and its ancestors, oldest first."""
    found: dict[str, SampleRow] = {}
    open_ = [sample]
    while open_:
        current = open_.pop()
        found[current.sample] = current
        open_ += [everything[p] for p in current.parents if p in everything and p not in found]
    return sorted(found.values(), key=lambda s: (s.created, s.sample == sample.sample))


def _touched(step: StepRow, line: Sequence[SampleRow]) -> set[str]:
    """Samples that a step used or made."""
    return {*step.samples, *(s.sample for s in line if s.made_by == step.step)}


def _act(
    step: StepRow,
    protocol: Protocol,
    station: str,
    line: Sequence[SampleRow],
    changes: Mapping[tuple[str, datetime], str],
) -> Act:
    assert step.started is not None
    own = [s.sample for s in line if s.sample in step.samples]
    made = [s.sample for s in line if s.made_by == step.step]
    parameters = [
        with_subscripts(value) if key == "composition" and isinstance(value, str) else _text(value)
        for key, value in protocol.step(step.step).parameters.items()
    ]
    brought = [
        changes[sample, step.finished]
        for sample in (*own, *made)
        if step.finished is not None and (sample, step.finished) in changes
    ]
    details = ", ".join(filter(None, parameters))
    return Act(
        started=step.started,
        finished=step.finished if step.state == "finished" else None,
        operation=step.operation or "",
        details=" → ".join(filter(None, [details, ", ".join(brought)])),
        instrument=step.instrument or "",
        station=station,
        samples=tuple(own),
        makes=tuple(made),
    )


def _text(value: object) -> str:
    return format_quantity(value) if isinstance(value, Quantity) else str(value)


def _changes(histories: Mapping[str, Sequence[Event]]) -> dict[tuple[str, datetime], str]:
    """What was found of a sample at a moment: its thickness, its mass."""
    found = {}
    for sample, events in histories.items():
        for event in events:
            values = event.payload.get("values") or {}
            if event.kind == "sample.changed" and values:
                texts = [
                    format_quantity(Quantity.model_validate(values[key]))
                    for key in _VALUES
                    if key in values
                ]
                found[sample, event.time] = ", ".join(texts)
    return found


def _moves(sample: SampleRow, events: Sequence[Event]) -> list[Act]:
    """Changes of station; being handed to an instrument in the same one is no move."""
    moves, at = [], None
    for event in events:
        station = event.payload.get("station")
        if event.kind == "sample.moved" and station != at:
            moves.append(
                Act(
                    started=event.time,
                    finished=event.time,
                    operation="",
                    details="",
                    instrument="",
                    station=station or "",
                    samples=(sample.sample,),
                    through=_atmospheres(event.payload.get("through")),
                )
            )
        at = station or at
    return moves


def _atmospheres(through: str | Sequence[str] | None) -> tuple[str, ...]:
    return (through,) if isinstance(through, str) else tuple(through or ())


def _surroundings(events: Sequence[Event]) -> tuple[Surrounding, ...]:
    return tuple(
        Surrounding(event.time, event.payload["atmosphere"])
        for event in events
        if event.kind in ("sample.created", "sample.moved") and event.payload.get("atmosphere")
    )


def _gathered(acts: Sequence[Act]) -> list[Act]:
    """Measurements of one kind in a row become one act with the range of what differs."""
    groups: list[list[Act]] = []
    for act in acts:
        last = groups[-1][-1] if groups else None
        kind = operation_kinds().get(act.operation)
        same = last is not None and (last.operation, last.samples) == (act.operation, act.samples)
        if same and kind is not None and kind.effect is Effect.MEASURE:
            groups[-1].append(act)
        else:
            groups.append([act])
    return [group[0] if len(group) == 1 else _one_of(group) for group in groups]


def _one_of(group: Sequence[Act]) -> Act:
    pieces = [act.details.split(", ") for act in group]
    shared = []
    for column in zip(*pieces, strict=False):
        first, last = column[0], column[-1]
        shared.append(first if len(set(column)) == 1 else f"{first} – {last}")
    return replace(group[0], finished=group[-1].finished, details=", ".join(shared), count=len(group))
