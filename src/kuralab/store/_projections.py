"""From a fact to the rows that it changes in the projections.

A fact's rows depend on nothing but the fact, so that they can be made, and refused, before it is
queued, and so that a replay makes them again. A kind without projection is kept in the ledger only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kuralab.errors import InputError
from kuralab.model import Result
from kuralab.store import _statements as statements
from kuralab.store._chain import to_json
from kuralab.store._statements import Statement
from kuralab.units import Quantity, convert, quantity_kind

Change: TypeAlias = tuple[Statement, tuple[Any, ...]]
Payload: TypeAlias = Mapping[str, Any]

_RUN_ENDS: Final = ("finished", "failed", "cancelled")
_STEP_ENDS: Final = ("finished", "failed", "unknown", "cancelled")


def changes_of(*, kind: str, payload: Payload, time: str) -> Sequence[Change]:
    """What a fact changes.

    Raises
    ------
    InputError
        The payload lacks something or holds another type than its kind has.
    """
    project = _BY_KIND.get(kind)
    if project is None:
        return ()
    try:
        return project(payload, time)
    except KeyError as error:
        raise InputError(f"the payload has no {error}", field=kind) from None
    except (TypeError, ValueError) as error:  # pydantic's refusals are ValueErrors
        raise InputError(f"the payload does not fit: {error}", field=kind) from None


def _text(payload: Payload, key: str) -> str:
    value = payload[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is {value!r}, but a text is needed")
    return value


def _text_or_none(payload: Payload, key: str) -> str | None:
    return None if payload.get(key) is None else _text(payload, key)


def _integer(payload: Payload, key: str) -> int:
    value = payload[key]
    if not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise TypeError(f"{key} is {value!r}, but a whole number of 64 bits is needed")
    return value


def _texts(payload: Payload, key: str) -> str:
    values = payload[key]
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{key} is {values!r}, but a list of texts is needed")
    return to_json(list(values))


def _quantity(value: Any) -> str:
    return to_json(Quantity.model_validate(value).model_dump())


def _run_created(payload: Payload, time: str) -> Sequence[Change]:
    row = statements.RUN_CREATED.row(
        run=_text(payload, "run"),
        name=_text(payload, "name"),
        state="created",
        message=None,
        seed=_integer(payload, "seed"),
        created=time,
        finished=None,
    )
    return [(statements.RUN_CREATED, row)]


def _run_state(payload: Payload, time: str) -> Sequence[Change]:
    state = _text(payload, "state")
    row = statements.RUN_STATE.row(
        of_run=_text(payload, "run"),
        state=state,
        message=_text_or_none(payload, "message"),
        finished=time if state in _RUN_ENDS else None,
    )
    return [(statements.RUN_STATE, row)]


def _step_state(payload: Payload, time: str) -> Sequence[Change]:
    state = _text(payload, "state")
    row = statements.STEP_STATE.row(
        run=_text(payload, "run"),
        step=_text(payload, "step"),
        state=state,
        operation=_text_or_none(payload, "operation"),
        instrument=_text_or_none(payload, "instrument"),
        order=_text_or_none(payload, "order"),
        attempt=None if payload.get("attempt") is None else _integer(payload, "attempt"),
        samples=None if payload.get("samples") is None else _texts(payload, "samples"),
        message=_text_or_none(payload, "message"),
        ready=time if state == "ready" else None,
        started=time if state == "started" else None,
        finished=time if state in _STEP_ENDS else None,
    )
    return [(statements.STEP_STATE, row)]


def _step_asked(payload: Payload, time: str) -> Sequence[Change]:
    return [_question(payload, _text(payload, "question"))]


def _step_answered(payload: Payload, time: str) -> Sequence[Change]:
    return [_question(payload, None)]


def _question(payload: Payload, question: str | None) -> Change:
    run, step = _text(payload, "run"), _text(payload, "step")
    row = statements.STEP_QUESTION.row(of_run=run, of_step=step, question=question)
    return statements.STEP_QUESTION, row


def _sample_created(payload: Payload, time: str) -> Sequence[Change]:
    row = statements.SAMPLE_CREATED.row(
        sample=_text(payload, "sample"),
        run=_text(payload, "run"),
        name=_text(payload, "name"),
        composition=_text_or_none(payload, "composition"),
        form=_text(payload, "form"),
        station=_text_or_none(payload, "station"),
        atmosphere=_text_or_none(payload, "atmosphere"),
        state="present",
        parents=_texts(payload, "parents"),
        made_by=_text(payload, "made_by"),
        created=time,
    )
    return [(statements.SAMPLE_CREATED, row)]


def _sample_moved(payload: Payload, time: str) -> Sequence[Change]:
    row = statements.SAMPLE_MOVED.row(
        of_sample=_text(payload, "sample"),
        station=_text(payload, "station"),
        atmosphere=_text(payload, "atmosphere"),
    )
    return [(statements.SAMPLE_MOVED, row)]


def _sample_changed(payload: Payload, time: str) -> Sequence[Change]:
    sample = _text(payload, "sample")
    form, state = _text_or_none(payload, "form"), _text_or_none(payload, "state")
    row = statements.SAMPLE_CHANGED.row(of_sample=sample, form=form, state=state)
    values = payload.get("values") or {}
    return [
        (statements.SAMPLE_CHANGED, row),
        *(
            (statements.SAMPLE_VALUE, statements.SAMPLE_VALUE.row(sample=sample, key=key, value=text))
            for key, text in ((key, _quantity(value)) for key, value in values.items())
        ),
    ]


def _measurement_stored(payload: Payload, time: str) -> Sequence[Change]:
    temperature = payload.get("temperature")
    row = statements.MEASUREMENT_STORED.row(
        id=_text(payload, "id"),
        run=_text(payload, "run"),
        step=_text(payload, "step"),
        sample=_text(payload, "sample"),
        technique=_text(payload, "technique"),
        instrument=_text(payload, "instrument"),
        time=time,
        format=_text(payload, "format"),
        raw_sha256=_text(payload["raw"], "sha256"),
        rows=_integer(payload, "rows"),
        temperature=None if temperature is None else _quantity(temperature),
    )
    return [(statements.MEASUREMENT_STORED, row)]


def _result_stored(payload: Payload, time: str) -> Sequence[Change]:
    result = Result.model_validate(payload["result"])
    registered = quantity_kind(result.quantity).unit
    row = statements.RESULT_STORED.row(
        id=_text(payload, "id"),
        quantity=result.quantity,
        conditions=to_json(result.model_dump(mode="json")["conditions"]),
        run=_text(payload, "run"),
        sample=_text(payload, "sample"),
        composition=_text_or_none(payload, "composition"),
        value=result.value,
        uncertainty=result.uncertainty,
        unit=result.unit,
        registered_value=None
        if result.value is None
        else convert(result.value, unit=result.unit, to=registered),
        flags=to_json(result.flags),
        technique=_text(payload, "technique"),
        method=result.method,
        inputs=_texts(payload, "inputs"),
        time=time,
    )
    return [(statements.RESULT_STORED, row)]


_BY_KIND: Final[dict[str, Callable[[Payload, str], Sequence[Change]]]] = {
    "run.created": _run_created,
    "run.state": _run_state,
    "step.state": _step_state,
    "step.asked": _step_asked,
    "step.answered": _step_answered,
    "sample.created": _sample_created,
    "sample.moved": _sample_moved,
    "sample.changed": _sample_changed,
    "measurement.stored": _measurement_stored,
    "result.stored": _result_stored,
}
