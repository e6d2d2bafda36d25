"""From what an instrument delivered to facts: step states, samples made or changed, measurements."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kuralab import formats
from kuralab.errors import InputError
from kuralab.instruments import Delivery
from kuralab.lab._jobs import Job, is_measurement
from kuralab.lab._progress import RunProgress, StepProgress
from kuralab.model import Effect, Measurement, operation_kind
from kuralab.store import Fact, RawStore, Tables
from kuralab.units import Quantity

FORM_AFTER: Final = {"weigh": "powder", "synthesise": "powder", "press_pellet": "pellet"}


@dataclass(frozen=True)
class StoredMeasurement:
    """A raw file that was stored, and the measurement in it if a reader knows its format."""

    identity: str
    sha256: str
    name: str
    size: int
    measurement: Measurement | None
    problem: str


def measurement_identity(run: str, step: str, sample: str) -> str:
    """Identity of what a step measured on a sample; the same in every attempt to store it."""
    return hashlib.sha256("\n".join((run, step, sample)).encode()).hexdigest()[:16]


def store_measurement(
    identity: str, name: str, content: bytes, extra: dict[str, Any], raw: RawStore, tables: Tables
) -> StoredMeasurement:
    """Keep the raw bytes first, then read them; what cannot be read is kept all the same."""
    sha256 = raw.put(content)
    measurement, problem = None, ""
    try:
        found = formats.read(raw.path(sha256))
        measurement = found[0].model_copy(
            update={"raw": found[0].raw.model_copy(update={"name": name}), **extra}
        )
        tables.write(identity, measurement)
    except InputError as error:
        problem = error.message
    return StoredMeasurement(identity, sha256, name, len(content), measurement, problem)


def step_fact(run: RunProgress, progress: StepProgress, state: str, **more: Any) -> Fact:
    """A change of a step's state."""
    payload = {"run": run.run, "step": progress.step.key, "state": state, **more}
    return Fact(kind="step.state", stream=run.run, payload=payload)


def facts_of_success(
    job: Job,
    run: RunProgress,
    progress: StepProgress,
    delivery: Delivery,
    stored: dict[str, StoredMeasurement],
    station: str,
    atmosphere: str,
) -> list[Fact]:
    """Facts of one step whose order succeeded; a spectrum that nobody can read is a failure."""
    step = progress.step
    facts: list[Fact] = []
    unreadable: list[str] = []
    kind = operation_kind(step.operation)
    for name in step.samples:
        identity = run.identity(name)
        if identity in stored:
            facts.append(_measurement_fact(job, run, progress, identity, stored[identity]))
            if stored[identity].problem and step.operation == "impedance_spectrum":
                unreadable.append(f"{name}: {stored[identity].problem}")
        elif is_measurement(step.operation):
            unreadable.append(f"{name}: no file was delivered")
        changed = _changed(run, step.operation, kind.effect, identity, delivery)
        if changed is not None:
            facts.append(changed)
    for name in step.makes:
        facts.append(_created(run, progress, name, station, atmosphere))
        values = delivery.values.get(run.identity(name), {})
        if values:
            facts.append(_change_fact(run, run.identity(name), values))
    if unreadable:
        message = "; ".join(unreadable) + "; the raw file is kept"
        return [*facts, step_fact(run, progress, "failed", message=message)]
    return [*facts, step_fact(run, progress, "finished")]


def _measurement_fact(
    job: Job, run: RunProgress, progress: StepProgress, sample: str, stored: StoredMeasurement
) -> Fact:
    measurement = stored.measurement
    parameters = {
        key: value.model_dump(mode="json") if isinstance(value, Quantity) else value
        for key, value in progress.step.parameters.items()
    }
    payload: dict[str, Any] = {
        "run": run.run,
        "step": progress.step.key,
        "sample": sample,
        "id": stored.identity,
        "technique": progress.step.operation,
        "instrument": job.instrument,
        "format": measurement.format if measurement is not None else "unread",
        "raw": {"name": stored.name, "sha256": stored.sha256, "size": stored.size},
        "settings": parameters,
        "rows": measurement.n_rows if measurement is not None else 0,
        "columns": [{"name": c.name, "unit": c.unit} for c in measurement.columns]
        if measurement
        else [],
    }
    if measurement is not None and measurement.temperature is not None:
        payload["temperature"] = measurement.temperature.model_dump(mode="json")
    return Fact(kind="measurement.stored", stream=run.run, payload=payload)


def _changed(
    run: RunProgress, operation: str, effect: Effect, identity: str, delivery: Delivery
) -> Fact | None:
    used_up = effect in (Effect.SPLIT, Effect.MERGE, Effect.MAKE)
    values = delivery.values.get(identity, {})
    form = FORM_AFTER.get(operation) if effect is Effect.TREAT else None
    if not (used_up or values or form):
        return None
    more = ({"form": form} if form else {}) | ({"state": "consumed"} if used_up else {})
    return _change_fact(run, identity, values, **more)


def _change_fact(run: RunProgress, identity: str, values: Mapping[str, Quantity], **more: str) -> Fact:
    payload: dict[str, Any] = {"run": run.run, "sample": identity, **more}
    if values:
        payload["values"] = {key: value.model_dump(mode="json") for key, value in values.items()}
    return Fact(kind="sample.changed", stream=run.run, payload=payload)


def _created(run: RunProgress, progress: StepProgress, name: str, station: str, atmosphere: str) -> Fact:
    step = progress.step
    parents = [run.sample_of(parent) for parent in step.samples]
    composition = step.parameters.get("composition")
    if composition is None and len({parent.composition for parent in parents}) == 1:
        composition = parents[0].composition
    form = FORM_AFTER.get(step.operation) or (parents[0].form if parents else None)
    payload = {
        "run": run.run,
        "sample": run.identity(name),
        "name": name,
        "composition": composition,
        "form": form,
        "parents": [parent.identity for parent in parents],
        "made_by": step.key,
        "station": station,
        "atmosphere": atmosphere,
    }
    return Fact(kind="sample.created", stream=run.run, payload=payload)
