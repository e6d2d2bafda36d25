"""The chain: every event carries a hash of itself and, through the one before, of all before it.

    hash = SHA-256(previous hash + [sequence, time, stream, kind, schema, payload, actor])

The list is JSON without blanks. The payload stands in it letter by letter as it is stored, so that
even a blank that somebody adds to the stored payload breaks the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from kuralab.errors import InputError

BEFORE_THE_FIRST: Final = "0" * 64

to_json: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
"""JSON without blanks and without NaN; Japanese stays readable."""


def payload_text(payload: Mapping[str, Any], *, kind: str) -> str:
    """The payload as it is stored.

    Raises
    ------
    InputError
        It holds something that JSON cannot.
    """
    try:
        text = to_json(payload)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the payload is no JSON: {error}", field=kind) from None
    return text


def time_text(time: datetime) -> str:
    """A UTC time as the ledger stores it, always with microseconds."""
    return time.isoformat(timespec="microseconds")


def chained(
    previous: str,
    sequence: int,
    time: str,
    stream: str,
    kind: str,
    schema: int,
    payload: str,
    actor: str,
) -> str:
    """The hash of an event from its columns as they are stored."""
    names = f"{to_json(stream)},{to_json(kind)},{schema}"
    text = f'{previous}[{sequence},"{time}",{names},{payload},{to_json(actor)}]'
    return hashlib.sha256(text.encode()).hexdigest()
