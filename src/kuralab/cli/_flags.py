"""Flags from a parameter class: ``field_name`` is ``--field-name``, its value one shell word."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kuralab.errors import InputError


def flag_of(field: str) -> str:
    """
    >>> flag_of("frequency_range")
    '--frequency-range'
    """
    return "--" + field.replace("_", "-")


def with_flag(error: InputError, settings: BaseModel) -> InputError:
    """The error with its field spelled as the user writes it."""
    if error.field not in type(settings).model_fields:
        return error
    return InputError(
        error.message, hint=error.hint, file=error.file, line=error.line, field=flag_of(error.field)
    )


def options_of(parameters: type[BaseModel]) -> list[click.Option]:
    """One option for each field, in the order of the class."""
    return [_option(name, field) for name, field in parameters.model_fields.items()]


def _option(name: str, field: FieldInfo) -> click.Option:
    choices = _choices(field.annotation)
    example = f'"{field.examples[0]}"' if field.examples else "TEXT"
    if takes_file(field):
        several = get_origin(field.annotation) is tuple
        return click.Option(
            [flag_of(name), name], type=str, metavar="FILE", multiple=several, help=_help(field)
        )
    return click.Option(
        [flag_of(name), name],
        type=click.Choice(choices) if choices else str,
        metavar=None if choices else example,
        help=_help(field),
    )


def takes_file(field: FieldInfo) -> bool:
    """Whether the parameter stands in a file that is named."""
    return isinstance(field.json_schema_extra, dict) and "file" in field.json_schema_extra


def _choices(annotation: Any) -> list[str]:
    """The values of a Literal, also of one that may be None; a list of them is written as text."""
    if get_origin(annotation) is tuple:
        return []
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    if any(get_origin(part) is Literal for part in get_args(annotation)):
        return [choice for part in get_args(annotation) for choice in _choices(part)]
    return []


def _help(field: FieldInfo) -> str:
    text = field.description or ""
    return text if default_text(field) is None else f"{text} [default: {default_text(field)}]"


def default_text(field: FieldInfo) -> str | None:
    """The default as a user would write it; None where leaving it out means that it is unknown."""
    default = field.get_default(call_default_factory=False)
    if field.is_required() or default is None or default == () or takes_file(field):
        return None
    return ", ".join(map(str, default)) if isinstance(default, tuple) else str(default)
