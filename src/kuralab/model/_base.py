"""What all of the model's words share: frozen, strict about names, JSON both ways."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

SCHEMA_VERSION = 1


class Record(BaseModel):
    """A frozen record; an unknown field is an error, and NaN never reaches JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, ser_json_inf_nan="null"
    )


def _read_only(values: Any) -> NDArray[np.float64]:
    array = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if array.ndim != 1:
        raise ValueError("a column is one-dimensional")
    array.flags.writeable = False
    return array


def _to_json(array: NDArray[np.float64]) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in array]


Values = Annotated[
    NDArray[np.float64],
    BeforeValidator(_read_only),
    PlainSerializer(_to_json, return_type=list[float | None], when_used="json"),
]
"""A read-only float column; missing values are NaN in memory and null in JSON."""
