"""Protocol files: steps in bench order, repeats over values, open parameters.

The syntax is described in ``docs/protocols.md``.
"""

from __future__ import annotations

from collections.abc import Mapping as Values
from pathlib import Path

from kuralab.errors import InputError
from kuralab.formats._fields import Fields, fields_of, text_of
from kuralab.formats._problems import Problems
from kuralab.formats._repeats import checked_values, values_of
from kuralab.formats._steps import StepReader
from kuralab.formats._yaml import Scalar, Sequence
from kuralab.model import Atmosphere, Protocol, ProtocolBuilder


def read_protocol(path: str | Path, *, parameters: Values[str, object] | None = None) -> Protocol:
    """Read a protocol file.

    parameters: fill what the file leaves open, by ``ball_mill.duration``, or by ``duration`` where
    that is clear; or replace what stands under ``values``, by its name.

    Raises
    ------
    InputError
        Not YAML, an unknown operation or parameter, a value without unit, a sample that does not
        exist or is used up, steps that wait for each other. One error lists every problem with its
        line. Also: a parameter that the file does not leave open.
    """
    return parse_protocol(text_of(Path(path)), file=str(path), parameters=parameters)


def parse_protocol(text: str, *, file: str, parameters: Values[str, object] | None = None) -> Protocol:
    """The protocol of a text, as ``read_protocol`` reads it from a file; ``file`` is named in errors.

    Raises
    ------
    InputError
        As ``read_protocol``.
    """
    problems = Problems(file)
    fields = fields_of(text, problems, what="a protocol")
    given = dict(parameters or {})
    values = _values(fields, given)
    builder = ProtocolBuilder(
        fields.text("name", required=True),
        title=fields.text("title"),
        air_sensitive=fields.truth("air_sensitive"),
        atmosphere=_atmosphere(fields),
    )
    StepReader(builder, problems, values).read(fields.items("steps", required=True))
    for error in builder.order_errors():
        problems.add_error(error, line=error.line, field=error.field)
    fields.finish()
    problems.raise_if_any()
    try:
        return builder.build().filled(given)
    except InputError as error:
        raise error.located(file=file) from None


def names_to_fill(text: str, *, file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What may be filled in a protocol's text: the names under ``values``, and its open parameters.

    Open parameters are named with their step, and without it where that is clear.

    Raises
    ------
    InputError
        As ``read_protocol``.
    """
    protocol = parse_protocol(text, file=file)
    named = fields_of(text, Problems(file), what="a protocol").mapping("values").node.entries
    places = dict.fromkeys(
        (step.label, name) for step in protocol.steps for name in step.open_parameters
    )
    alone = [name for _, name in places]
    return tuple(named), (
        *(f"{label}.{name}" for label, name in places),
        *(name for name in alone if alone.count(name) == 1),
    )


def _atmosphere(fields: Fields) -> Atmosphere | None:
    found = fields.choice("atmosphere", Atmosphere)
    if found is Atmosphere.AIR and fields.truth("air_sensitive"):
        fields.problem("atmosphere", "air-sensitive samples cannot be kept in air")
    return found


def _values(fields: Fields, given: dict[str, object]) -> dict[str, tuple[str, ...]]:
    """The values at the top of the file; what is given for them is taken out of ``given``."""
    listed = fields.mapping("values", within="values")
    found: dict[str, tuple[str, ...]] = {}
    for name in listed.node.entries:
        node = listed.take(name)
        try:
            if name in given:
                found[name] = values_of(str(given.pop(name)))
            elif isinstance(node, Scalar):
                found[name] = values_of(node.text)
            elif isinstance(node, Sequence):
                items = [item.text if isinstance(item, Scalar) else "" for item in node.items]
                found[name] = checked_values(items)
            else:
                listed.problem(name, "these are no values", hint="Write a list, or one value.")
        except InputError as error:
            listed.problem(name, error.message, hint=error.hint)
    return found
