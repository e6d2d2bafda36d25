"""The quantity vocabulary: the registered kinds of value, read from one data file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, final

from pydantic import BaseModel, ConfigDict

from kuralab.errors import InputError


@final
class QuantityKind(BaseModel):
    """One entry: key, symbol, unit, names in English and Japanese, JSON type, definition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    symbol: str
    unit: str
    en: str
    ja: str
    type: Literal["number", "integer", "boolean", "string"] = "number"
    definition: str


@cache
def vocabulary() -> Mapping[str, QuantityKind]:
    """All registered quantities by key, in the order of the data file."""
    import yaml

    listed = yaml.safe_load(files("kuralab.units").joinpath("vocabulary.yaml").read_text("utf-8"))
    return MappingProxyType({key: QuantityKind(key=key, **entry) for key, entry in listed.items()})


def quantity_kind(key: str) -> QuantityKind:
    """The entry of one key.

    Raises
    ------
    InputError
        The key is not registered; near misses are offered.

    Examples
    --------
    >>> quantity_kind("transport_number").ja
    'カチオン輸率'
    """
    known = vocabulary()
    if key not in known:
        near = difflib.get_close_matches(key, known, n=3)
        hint = f"Did you mean {', '.join(near)}?" if near else "Register it in units/vocabulary.yaml."
        raise InputError(f"{key!r} is not a registered quantity", field="quantity", hint=hint)
    return known[key]
