"""Results as rows of text."""

from __future__ import annotations

from typing import Final, NamedTuple

from kuralab.model import AnalysisRecord, Result
from kuralab.units import Quantity, quantity_kind
from kuralab.views._labels import Language, name_of_column, word_of_flag
from kuralab.views._numbers import format_quantity, format_value

_RANGE: Final = ("temperature_lowest", "temperature_highest")


class ResultRow(NamedTuple):
    """One result as it is read: ``σ_tot``, total ionic conductivity, ``(1.94 ± 0.03)×10⁻⁷ S/cm``."""

    symbol: str
    name: str
    value: str
    flags: str
    conditions: str


def rows_of_results(record: AnalysisRecord, language: Language = "en") -> list[ResultRow]:
    """One row for each result, in the record's order."""
    return [_row(result, language) for result in record.results]


def _row(result: Result, language: Language) -> ResultRow:
    kind = quantity_kind(result.quantity)
    return ResultRow(
        symbol=kind.symbol,
        name=kind.ja if language == "ja" else kind.en,
        value=value_text(result, language),
        flags=", ".join(word_of_flag(flag, language) for flag in result.flags),
        conditions=conditions_text(result, language),
    )


def value_text(result: Result, language: Language) -> str:
    """A result's value; a censored one is shown as the limit that it is."""
    text = format_value(result.value, result.uncertainty, result.unit, language=language)
    if result.value is None:
        return text
    limit = {"censored_below": "< ", "censored_above": "> "}
    return next((limit[flag] for flag in result.flags if flag in limit), "") + text


def conditions_text(result: Result, language: Language) -> str:
    """All conditions in one line; a temperature or a range of them needs no name."""
    texts = {name: condition_text(value) for name, value in result.conditions.items()}
    ends = [texts.pop(name) for name in _RANGE if set(_RANGE) <= result.conditions.keys()]
    named = [
        text if name == "temperature" else f"{name_of_column(name, language)} {text}"
        for name, text in texts.items()
    ]
    return ", ".join([" – ".join(ends), *named] if ends else named)


def condition_text(value: Quantity | str) -> str:
    """A condition's value."""
    return format_quantity(value) if isinstance(value, Quantity) else value
