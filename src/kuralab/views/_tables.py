"""Results as rows of text."""

from __future__ import annotations

from typing import NamedTuple

from kuralab.model import AnalysisRecord, Result
from kuralab.units import Quantity, quantity_kind
from kuralab.views._labels import Language, name_of_column, word_of_flag
from kuralab.views._numbers import format_quantity, format_value


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
        conditions=", ".join(
            f"{name_of_column(name, language)} {condition_text(value)}"
            for name, value in result.conditions.items()
        ),
    )


def value_text(result: Result, language: Language) -> str:
    """A result's value; a censored one is shown as the limit that it is."""
    text = format_value(result.value, result.uncertainty, result.unit, language=language)
    if result.value is None:
        return text
    limit = {"censored_below": "< ", "censored_above": "> "}
    return next((limit[flag] for flag in result.flags if flag in limit), "") + text


def condition_text(value: Quantity | str) -> str:
    """A condition's value."""
    return format_quantity(value) if isinstance(value, Quantity) else value
